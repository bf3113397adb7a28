"""Sessions that write the same items at the same time: nothing is lost in silence, and one of two INSERTs wins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from tests.fakes.written_tables import KINDS, connect, dynamodb, kind, port, rows, session, tables, tag

pytestmark = [pytest.mark.integration, pytest.mark.slow]

__all__ = ["dynamodb", "port", "session", "tables"]

Session = psycopg.AsyncConnection[Any]
WRITERS = 6


@pytest.fixture
async def writers(port: int) -> AsyncIterator[list[Session]]:
    sessions = [await connect(port) for _ in range(WRITERS)]
    yield sessions
    for one in sessions:
        await one.close()


@pytest.fixture
async def other(port: int) -> AsyncIterator[Session]:
    connection = await connect(port)
    yield connection
    await connection.close()


async def until_done(session: Session, text: str) -> int:
    """Do what clients do about 40001: try again."""
    for retries in range(200):
        try:
            await session.execute(text)
        except psycopg.errors.SerializationFailure:
            continue
        return retries
    raise AssertionError("200 tries")


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE kinds SET n = n + 1 WHERE id = 'k0'",
        "INSERT INTO kinds (id, n) VALUES ('k0', 1) ON CONFLICT (id) DO UPDATE SET n = kinds.n + EXCLUDED.n",
        "MERGE INTO kinds USING (SELECT 'k0' AS id) s ON kinds.id = s.id WHEN MATCHED THEN UPDATE SET n = n + 1",
    ],
)
async def test_no_update_of_one_item_is_lost(writers: list[Session], dynamodb: Any, text: str) -> None:
    async def three(session: Session) -> None:
        for _ in range(3):
            await until_done(session, text)

    await asyncio.gather(*map(three, writers))
    assert (kind(dynamodb, "k0") or {})["n"] == {"N": str(1 + 3 * WRITERS)}


async def test_sessions_that_count_with_upserts_of_a_new_key_lose_nothing(
    writers: list[Session], dynamodb: Any
) -> None:
    text = "INSERT INTO kinds (id, n) VALUES ('new', 1) ON CONFLICT (id) DO UPDATE SET n = kinds.n + 1"
    await asyncio.gather(*(until_done(session, text) for session in writers))
    assert (kind(dynamodb, "new") or {})["n"] == {"N": str(WRITERS)}


@pytest.mark.parametrize("mode", ["strict", "check"])
async def test_of_inserts_of_one_key_exactly_one_wins(writers: list[Session], dynamodb: Any, mode: str) -> None:
    async def insert(session: Session, number: int) -> int | None:
        await session.execute(f"SET pgddb.insert_mode = '{mode}'")
        try:
            await session.execute("INSERT INTO kinds (id, n) VALUES ('one', %s)", [number])
        except psycopg.errors.UniqueViolation:
            return None
        return number

    won = [n for n in await asyncio.gather(*map(insert, writers, range(WRITERS))) if n is not None]
    assert len(won) == 1
    assert kind(dynamodb, "one") == {"id": {"S": "one"}, "n": {"N": str(won[0])}}


async def test_strict_inserts_of_many_keys_overwrite_none(writers: list[Session], dynamodb: Any) -> None:
    async def insert(session: Session, number: int) -> set[str]:
        """Give the keys that the session was told are written."""
        await session.execute("SET pgddb.insert_mode = 'strict'; SET pgddb.write_mode = 'batch'")
        wanted = {f"many{g}" for g in range(number * 5, number * 5 + 10)}
        try:
            values = ", ".join(f"('{key}', {number})" for key in sorted(wanted))
            await session.execute(f"INSERT INTO kinds (id, n) VALUES {values}")
        except psycopg.errors.UniqueViolation:
            return set()
        except psycopg.errors.StatementCompletionUnknown:
            left = await rows(session, "SELECT key->>'id' FROM pgddb.last_commit")
            return wanted - {key for (key,) in left}
        return wanted

    told = await asyncio.gather(*map(insert, writers, range(WRITERS)))
    items = {item["id"]["S"]: int(item["n"]["N"]) for item in dynamodb.scan(TableName="kinds")["Items"]}
    found = [{key for key, n in items.items() if key.startswith("many") and n == number} for number in range(WRITERS)]
    assert told == found


async def test_a_conflict_clause_never_overwrites_what_came_meanwhile(
    session: Session, other: Session, dynamodb: Any
) -> None:
    await session.execute("BEGIN")
    await session.execute("INSERT INTO kinds (id, n) VALUES ('new', 1) ON CONFLICT DO NOTHING")
    await other.execute("INSERT INTO kinds (id, n) VALUES ('new', 2)")
    with pytest.raises(psycopg.errors.SerializationFailure, match="concurrent insert"):
        await session.execute("COMMIT")
    assert kind(dynamodb, "new") == {"id": {"S": "new"}, "n": {"N": "2"}}


async def test_what_matches_no_more_is_not_deleted(session: Session, other: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    assert await tag(session, "DELETE FROM kinds WHERE n = 1 AND id <> 'k2'") == "DELETE 2"
    await other.execute("UPDATE kinds SET n = 2 WHERE id = 'k1'")
    with pytest.raises(psycopg.errors.SerializationFailure) as caught:
        await session.execute("COMMIT")
    assert "(id)=(k1)" in (caught.value.diag.message_detail or "")
    assert kind(dynamodb, "k0") is not None
    await session.execute("SET pgddb.optimistic_check = off; BEGIN")
    assert await tag(session, "DELETE FROM kinds WHERE n = 2") == "DELETE 1"
    await other.execute("UPDATE kinds SET n = 3 WHERE id = 'k1'")
    await session.execute("COMMIT")
    assert kind(dynamodb, "k1") is None


async def test_a_delete_by_key_deletes_whatever_has_the_key(session: Session, other: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    await session.execute("DELETE FROM kinds WHERE id = 'k1'")
    await other.execute("UPDATE kinds SET n = 2 WHERE id = 'k1'")
    await session.execute("COMMIT")
    assert kind(dynamodb, "k1") is None


async def test_a_merge_writes_only_what_it_has_read(session: Session, other: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    await session.execute(
        "MERGE INTO kinds k USING (VALUES ('k0'), ('k1')) s(id) ON k.id = s.id"
        " WHEN MATCHED AND k.flag AND k.id = 'k0' THEN DELETE WHEN MATCHED AND k.flag THEN UPDATE SET n = 9"
    )
    await other.execute("UPDATE kinds SET flag = false WHERE id = 'k1'")
    with pytest.raises(psycopg.errors.SerializationFailure):
        await session.execute("COMMIT")
    assert (kind(dynamodb, "k1") or {})["n"] == {"N": "1"}
    assert kind(dynamodb, "k0") is not None


async def test_items_that_change_places_are_what_was_read(session: Session, other: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    await session.execute(
        "UPDATE kinds SET id = CASE id WHEN 'k1' THEN 'k2' ELSE 'k1' END, n = 5 WHERE id IN ('k1', 'k2')"
    )
    await other.execute("UPDATE kinds SET n = 7 WHERE id = 'k1'")
    with pytest.raises(psycopg.errors.SerializationFailure):
        await session.execute("COMMIT")
    assert kind(dynamodb, "k1") == {"id": {"S": "k1"}, **KINDS, "n": {"N": "7"}}


async def test_an_item_with_too_many_attributes_to_compare_does_not_move(session: Session, dynamodb: Any) -> None:
    wide = {f"a{number}": {"N": "1"} for number in range(120)}
    dynamodb.put_item(TableName="kinds", Item={"id": {"S": "wide"}, **wide})
    with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="120 attributes"):
        await session.execute("UPDATE kinds SET id = 'wider' WHERE id = 'wide'")
    await session.execute("SET pgddb.optimistic_check = off")
    await session.execute("UPDATE kinds SET id = 'wider' WHERE id = 'wide'")
    assert kind(dynamodb, "wider") == {"id": {"S": "wider"}, **wide}


async def test_for_update_reads_what_is_there_and_locks_nothing(session: Session, other: Session) -> None:
    told: list[str] = []
    session.add_notice_handler(lambda diagnostic: told.append(diagnostic.message_primary or ""))
    await session.execute("BEGIN")
    assert await rows(session, "SELECT n FROM kinds WHERE id = 'k0' FOR UPDATE") == [(1,)]
    assert "pgddb: DynamoDB has no locks: other sessions may change these rows" in told
    await other.execute("UPDATE kinds SET n = 5 WHERE id = 'k0'")
    assert await tag(session, "UPDATE kinds SET n = 9 WHERE id = 'k0' AND n = 1") == "UPDATE 0"
    await session.execute("UPDATE kinds SET n = n + 1 WHERE id = 'k0'")
    await session.execute("COMMIT")
    assert await rows(session, "SELECT n FROM kinds WHERE id = 'k0'") == [(6,)]


async def test_writes_keep_their_pace(session: Session, dynamodb: Any) -> None:
    await session.execute("SET pgddb.max_write_units_per_second = 5; SET statement_timeout = '400ms'")
    many = "INSERT INTO kinds (id) SELECT 'many' || g FROM generate_series(1, 100) g"
    with pytest.raises(psycopg.Error) as caught:
        await session.execute(many)
    assert caught.value.sqlstate in ("57014", "40003")
    left = await rows(session, "SELECT count(*) FROM pgddb.last_commit")
    count = dynamodb.scan(TableName="kinds", Select="COUNT")["Count"]
    assert left == [(100 + 3 - count,)]
    assert count < 103
