"""BEGIN to COMMIT, with PostgreSQL's texts."""

from __future__ import annotations

import pytest

from pgddb.protocol.messages.simple_query import NotificationResponse, TransactionStatus
from tests.fakes.sessions import RawClient, RunningServer

IDLE, IN_BLOCK, FAILED = TransactionStatus.IDLE, TransactionStatus.IN_BLOCK, TransactionStatus.FAILED


async def test_the_status_follows_the_block(client: RawClient) -> None:
    for text, status in [
        ("BEGIN", IN_BLOCK),
        ("SELECT 1", IN_BLOCK),
        ("SELECT * FROM missing", FAILED),
        ("ROLLBACK", IDLE),
        ("START TRANSACTION READ ONLY", IN_BLOCK),
        ("END", IDLE),
    ]:
        assert (await client.query(text)).status is status, text


async def test_a_failed_block_is_rolled_back_by_commit(client: RawClient) -> None:
    await client.query("BEGIN; SELECT * FROM missing")
    assert (await client.query("SELECT 1")).errors == [
        "ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block"
    ]
    answer = await client.query("COMMIT")
    assert answer.tags == ["ROLLBACK"]
    assert answer.status is IDLE


async def test_warnings_of_needless_commands(client: RawClient) -> None:
    assert (await client.query("ROLLBACK")).notices == ["WARNING 25P01 there is no transaction in progress"]
    assert (await client.query("SET LOCAL work_mem = '1MB'")).notices == [
        "WARNING 25P01 SET LOCAL can only be used in transaction blocks"
    ]
    await client.query("BEGIN")
    assert (await client.query("BEGIN")).notices == ["WARNING 25001 there is already a transaction in progress"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SAVEPOINT a", "ERROR 25P01 SAVEPOINT can only be used in transaction blocks"),
        ("RELEASE a", "ERROR 25P01 RELEASE SAVEPOINT can only be used in transaction blocks"),
        ("ROLLBACK TO a", "ERROR 25P01 ROLLBACK TO SAVEPOINT can only be used in transaction blocks"),
        ("COMMIT AND CHAIN", "ERROR 25P01 COMMIT AND CHAIN can only be used in transaction blocks"),
        ("BEGIN; DISCARD ALL", "ERROR 25001 DISCARD ALL cannot run inside a transaction block"),
        ("BEGIN; RELEASE nope", 'ERROR 3B001 savepoint "nope" does not exist'),
        ("DECLARE c CURSOR FOR SELECT 1", "ERROR 25P01 DECLARE CURSOR can only be used in transaction blocks"),
    ],
)
async def test_commands_that_need_another_state(client: RawClient, text: str, error: str) -> None:
    assert (await client.query(text)).errors == [error]


async def test_savepoints_bring_a_failed_block_back(client: RawClient) -> None:
    await client.query("BEGIN; SAVEPOINT a; SET work_mem = '1MB'; SAVEPOINT b")
    assert (await client.query("SELECT * FROM missing")).status is FAILED
    assert (await client.query("ROLLBACK TO SAVEPOINT a")).status is IN_BLOCK
    assert (await client.query("SHOW work_mem")).rows == [("4MB",)]
    assert (await client.query("RELEASE b")).errors == ['ERROR 3B001 savepoint "b" does not exist']


async def test_the_savepoints_of_odbc_in_one_query(client: RawClient) -> None:
    await client.query("BEGIN")
    answer = await client.query("SAVEPOINT s;SELECT 1;RELEASE s")
    assert answer.tags == ["SAVEPOINT", "SELECT 1", "RELEASE"]


async def test_modes_of_a_transaction(client: RawClient) -> None:
    await client.query("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE")
    assert (await client.query("SHOW transaction_isolation")).rows == [("serializable",)]
    assert (await client.query("SHOW transaction_read_only")).rows == [("on",)]
    await client.query("COMMIT AND CHAIN")
    assert (await client.query("SHOW transaction_isolation")).rows == [("serializable",)]
    await client.query("COMMIT")
    assert (await client.query("SHOW transaction_isolation")).rows == [("read committed",)]


async def test_modes_are_fixed_after_a_query(client: RawClient) -> None:
    await client.query("BEGIN; SELECT 1")
    assert (await client.query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")).errors == [
        "ERROR 25001 SET TRANSACTION ISOLATION LEVEL must be called before any query"
    ]


async def test_session_characteristics_are_defaults_of_what_follows(client: RawClient) -> None:
    await client.query("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    assert (await client.query("SHOW default_transaction_read_only")).rows == [("on",)]
    assert (await client.query("SHOW transaction_read_only")).rows == [("on",)]
    assert (await client.query("INSERT INTO t VALUES (1)")).errors == [
        "ERROR 25006 cannot execute INSERT in a read-only transaction"
    ]


async def test_settings_follow_the_transaction(client: RawClient) -> None:
    await client.query("BEGIN; SET work_mem = '1MB'; ROLLBACK")
    assert (await client.query("SHOW work_mem")).rows == [("4MB",)]
    await client.query("BEGIN; SET work_mem = '1MB'; SET LOCAL work_mem = '2MB'")
    assert (await client.query("SHOW work_mem")).rows == [("2MB",)]
    await client.query("COMMIT")
    assert (await client.query("SHOW work_mem")).rows == [("1MB",)]


async def test_notifications_arrive_at_commit(server: RunningServer) -> None:
    listener, speaker = await server.started(), await server.started()
    assert (await listener.query("LISTEN news")).tags == ["LISTEN"]
    await speaker.query("BEGIN; NOTIFY news, 'one'; SAVEPOINT a; NOTIFY news, 'lost'; ROLLBACK TO a; NOTIFY other, 'x'")
    await speaker.query("ROLLBACK")
    await speaker.query("BEGIN; NOTIFY news, 'two'; COMMIT")
    assert speaker.key is not None
    assert await listener.receive() == NotificationResponse(speaker.key.process_id, "news", "two")


async def test_a_session_hears_itself_outside_its_blocks(client: RawClient) -> None:
    await client.query("LISTEN news")
    answer = await client.query("NOTIFY news, 'own'")
    assert answer.names == ["CommandComplete", "NotificationResponse", "ReadyForQuery"]
    assert (await client.query("UNLISTEN *; NOTIFY news")).names[-2] == "CommandComplete"
