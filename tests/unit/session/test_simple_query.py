"""Query: statements one by one, implicit transactions, errors, notices."""

from __future__ import annotations

from pgddb.protocol.messages.simple_query import TransactionStatus
from tests.fakes.sessions import RawClient, RunningServer


async def test_a_select_gives_description_rows_and_tag(client: RawClient) -> None:
    answer = await client.query("SELECT 7")
    assert answer.names == ["RowDescription", "DataRow", "NoticeResponse", "CommandComplete", "ReadyForQuery"]
    assert answer.rows == [("7",)]
    assert answer.tags == ["SELECT 1"]
    assert answer.status is TransactionStatus.IDLE


async def test_an_empty_query_is_answered_once(client: RawClient) -> None:
    for text in ("", ";", " -- ping\n", ";;"):
        assert (await client.query(text)).names == ["EmptyQueryResponse", "ReadyForQuery"]


async def test_several_statements_are_answered_in_order(client: RawClient) -> None:
    answer = await client.query("SELECT 1; SELECT 2; SELECT 3")
    assert answer.rows == [("1",), ("2",), ("3",)]
    assert answer.tags == ["SELECT 1"] * 3


async def test_an_error_stops_the_statements_after_it(client: RawClient) -> None:
    answer = await client.query("SELECT 1; SELECT * FROM missing; SELECT 3")
    assert answer.rows == [("1",)]
    assert answer.errors == ['ERROR 42P01 relation "missing" does not exist']
    assert answer.names.count("ReadyForQuery") == 1
    assert answer.status is TransactionStatus.IDLE


async def test_a_syntax_error_anywhere_runs_nothing(client: RawClient) -> None:
    answer = await client.query("SELECT 1; SELEC 2")
    assert answer.rows == []
    assert answer.errors[0].startswith("ERROR 42601 ")


async def test_an_error_after_rows_ends_the_statement_only(client: RawClient) -> None:
    answer = await client.query("SELECT n FROM late_error")
    assert answer.errors == ["ERROR XX000 late error"]
    assert (await client.query("SELECT 1")).rows == [("1",)]


async def test_a_bug_is_an_internal_error_without_its_text(client: RawClient, server: RunningServer) -> None:
    for text in ("SELECT bug", "SELECT n FROM broken"):
        answer = await client.query(text)
        assert answer.errors == ["ERROR XX000 internal error"]
        assert "secret" not in repr(answer.messages)
    assert (await client.query("SELECT 1")).rows == [("1",)]
    assert server.engine.open_streams == 0


async def test_many_batches_arrive_whole(client: RawClient) -> None:
    answer = await client.query("SELECT n FROM rows_1000")
    assert [row[0] for row in answer.rows] == [str(n) for n in range(1000)]
    assert answer.tags == ["SELECT 1000"]


async def test_an_implicit_block_rolls_settings_back(client: RawClient) -> None:
    await client.query("SET work_mem = '1MB'; SELECT * FROM missing")
    assert (await client.query("SHOW work_mem")).rows == [("4MB",)]


async def test_notices_obey_client_min_messages(client: RawClient) -> None:
    assert (await client.query("SELECT 1")).notices == ["NOTICE 00000 read 1 page"]
    await client.query("SET client_min_messages = warning")
    assert (await client.query("SELECT 1")).notices == []


async def test_pgddb_notices_silences_the_bill_only(client: RawClient) -> None:
    await client.query("SET pgddb.notices = off")
    assert (await client.query("SELECT 1")).notices == []
    assert (await client.query("COMMIT")).notices == ["WARNING 25P01 there is no transaction in progress"]


async def test_the_pool_reset_of_asyncpg_works(client: RawClient) -> None:
    answer = await client.query("SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;")
    assert answer.tags == ["SELECT 1", "CLOSE CURSOR ALL", "UNLISTEN", "RESET"]


async def test_a_statement_that_is_not_carried_out_says_so(client: RawClient) -> None:
    answer = await client.query("VACUUM")
    assert answer.errors == ["ERROR 0A000 VACUUM is not supported yet"]
