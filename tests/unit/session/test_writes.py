"""When a session sends what its statements have written."""

from __future__ import annotations

from pgddb.protocol.messages.extended_query import Bind, Execute, Parse, Sync
from pgddb.protocol.messages.notices import ErrorResponse
from pgddb.protocol.messages.simple_query import CommandComplete, TransactionStatus
from tests.fakes.sessions import RawClient, RunningServer

A, B, C = "INSERT INTO t VALUES (1)", "DELETE FROM t", "UPDATE t SET a = 1"


async def test_a_statement_alone_commits_before_it_is_complete(client: RawClient, server: RunningServer) -> None:
    assert (await client.query(A)).tags == ["INSERT 0 1"]
    assert server.engine.commits == [([A], False)]
    answer = await client.query("INSERT INTO taken VALUES (1)")
    assert (answer.tags, answer.errors) == ([], ["ERROR 23505 duplicate key"])
    assert answer.status is TransactionStatus.IDLE


async def test_the_statements_of_one_query_are_written_together(client: RawClient, server: RunningServer) -> None:
    assert (await client.query(f"{A}; {B}; SELECT 7")).tags == ["INSERT 0 1", "DELETE 1", "SELECT 1"]
    assert server.engine.commits == [([A, B], True)]
    await client.query(f"{A}; SELECT * FROM missing")
    assert len(server.engine.commits) == 1


async def test_a_block_is_written_at_commit(client: RawClient, server: RunningServer) -> None:
    for text in ("BEGIN", A, "SAVEPOINT s", B, "ROLLBACK TO s", C):
        await client.query(text)
    assert server.engine.commits == []
    assert (await client.query("COMMIT")).tags == ["COMMIT"]
    assert server.engine.commits == [([A, C], True)]


async def test_a_block_that_is_rolled_back_is_not_written(client: RawClient, server: RunningServer) -> None:
    for text in ("BEGIN", A, "ROLLBACK", "BEGIN", A, "DELETE FROM broken", "COMMIT", "SELECT 7"):
        await client.query(text)
    assert server.engine.commits == []


async def test_a_commit_that_fails_ends_the_block(client: RawClient, server: RunningServer) -> None:
    await client.query("BEGIN; INSERT INTO taken VALUES (1)")
    answer = await client.query("COMMIT")
    assert answer.errors == ["ERROR 23505 duplicate key"]
    assert answer.status is TransactionStatus.IDLE
    assert (await client.query(A)).tags == ["INSERT 0 1"]
    assert server.engine.commits == [([A], False)]


async def test_a_pipeline_is_written_at_sync(client: RawClient, server: RunningServer) -> None:
    client.send(Parse("", A, ()))
    for _ in range(3):
        client.send(Bind("", "", (), (), ()), Execute("", 0))
    client.send(Sync())
    assert sum(isinstance(message, CommandComplete) for message in await client.until_ready()) == 3
    assert server.engine.commits == [([A, A, A], False)]
    client.send(Parse("", "INSERT INTO taken VALUES (1)", ()), Bind("", "", (), (), ()), Execute("", 0), Sync())
    assert any(isinstance(message, ErrorResponse) for message in await client.until_ready())


async def test_nothing_is_written_in_read_only_transactions(client: RawClient, server: RunningServer) -> None:
    await client.query("SET default_transaction_read_only = on")
    for text, command in ((A, "INSERT"), ("COPY t FROM STDIN", "COPY FROM"), ("TRUNCATE t", "TRUNCATE TABLE")):
        assert (await client.query(text)).errors == [f"ERROR 25006 cannot execute {command} in a read-only transaction"]
    assert server.engine.commits == []
