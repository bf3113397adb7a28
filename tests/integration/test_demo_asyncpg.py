"""Ask the demo with asyncpg: binary format, the extended protocol, parameters whose types the server infers."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.integration


@pytest_asyncio.fixture
async def client(demo_server: ServerProcess) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(demo_server.dsn())
    yield connection
    await connection.close()


async def test_a_document_is_json_text_of_the_whole_item(client: Any) -> None:
    rows = await client.fetch("SELECT document FROM reviews LIMIT 3")
    assert len(rows) == 3
    assert all({"User", "Book"} <= json.loads(row["document"]).keys() for row in rows)


async def test_a_partition_key_finds_its_items(client: Any) -> None:
    rows = await client.fetch('SELECT * FROM reviews WHERE "User" = $1', "Tristan")
    mine = {row["Book"]: row for row in rows}
    first = mine["Harry Potter and the Philosopher's Stone"]
    assert (first["User"], first["Rating"], first["Author"]) == ("Tristan", 5, "J.K. Rowling")


@pytest.mark.parametrize("spelling", ["author", "Author", "AUTHOR", '"Author"'])
async def test_unquoted_names_find_the_attribute_in_any_case(client: Any, spelling: str) -> None:
    sql = f"SELECT COUNT({spelling}) AS num_reviews FROM reviews WHERE {spelling} = 'J.K. Rowling'"
    row = await client.fetchrow(sql)
    assert list(row.keys()) == ["num_reviews"]
    assert row["num_reviews"] > 10


async def test_groups_are_counted_and_ordered_by_the_name_count(client: Any) -> None:
    rows = await client.fetch('SELECT "User", count(*) FROM reviews GROUP BY 1 ORDER BY count DESC LIMIT 5')
    counts = [row["count"] for row in rows]
    assert len(counts) == 5
    assert counts == sorted(counts, reverse=True)


async def test_a_path_of_the_document_filters(client: Any) -> None:
    by_path = await client.fetch("SELECT document FROM reviews WHERE document->>'Author' = 'J.K. Rowling'")
    by_column = await client.fetchval("SELECT count(*) FROM reviews WHERE author = $1", "J.K. Rowling")
    assert len(by_path) == by_column
    assert {json.loads(row["document"])["Author"] for row in by_path} == {"J.K. Rowling"}


async def test_two_tables_join(client: Any) -> None:
    rows = await client.fetch(
        'SELECT o."OrderId", r."Book" FROM orders o JOIN reviews r ON r."User" = o."Customer" ORDER BY 1, 2 LIMIT 7'
    )
    assert len(rows) == 7


async def test_a_cte_feeds_a_window_function(client: Any) -> None:
    rows = await client.fetch("""
        WITH rated AS (SELECT "Author", avg("Rating") AS mean FROM reviews WHERE "Author" IS NOT NULL GROUP BY 1)
        SELECT "Author", rank() OVER (ORDER BY mean DESC) AS place FROM rated ORDER BY place LIMIT 5
    """)
    assert rows[0]["place"] == 1


async def test_select_one_and_version(client: Any) -> None:
    assert await client.fetchval("SELECT 1") == 1
    assert (await client.fetchval("SELECT version()")).startswith("PostgreSQL 15.")


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT $1::text", "naïve 'quoted' \\ text"),
        ("SELECT $1::int4", -(2**31)),
        ("SELECT $1::int8", 2**63 - 1),
        ("SELECT $1::numeric", Decimal("12345678901234567890.123456789")),
        ("SELECT $1::bool", True),
        ("SELECT $1::float8", 0.1),
        ("SELECT $1::timestamp", datetime.datetime(2024, 2, 29, 12, 30, 15, 123456)),
        ("SELECT $1::timestamptz", datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.UTC)),
        ("SELECT $1::date", datetime.date(1999, 12, 31)),
        ("SELECT $1::bytea", b"\x00\xff'\\"),
        ("SELECT $1::text[]", ["a", 'b"c', "", "NULL", None]),
        ("SELECT $1::int8[]", [1, None, -3]),
        ("SELECT $1::numeric", None),
    ],
)
async def test_a_parameter_comes_back_as_it_went(client: Any, sql: str, value: object) -> None:
    assert await client.fetchval(sql, value) == value


async def test_types_of_parameters_are_inferred(client: Any) -> None:
    statement = await client.prepare(
        'SELECT count(*) FROM reviews WHERE "User" = ANY($1) AND "Rating" >= $2 AND "Book" LIKE $3 LIMIT $4'
    )
    assert [parameter.name for parameter in statement.get_parameters()] == ["text[]", "int8", "text", "int8"]
    assert await statement.fetchval(["Tristan", "Adeline"], 1, "Harry%", 10) >= 2


async def test_a_cursor_suspends_its_portal(client: Any) -> None:
    async with client.transaction():
        cursor = await client.cursor('SELECT "Book" FROM reviews')
        assert len(await cursor.fetch(10)) == 10
        assert len(await cursor.fetch(5)) == 5
    assert await client.fetchval("SELECT 1") == 1


async def test_an_error_leaves_the_connection_usable(client: Any) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        await client.fetch("SELECT * FROM no_such_table")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await client.fetch("SELECT no_such_column FROM reviews")
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await client.fetch("SELEC 1")
    assert await client.fetchval("SELECT 1") == 1


async def test_a_failed_transaction_waits_for_its_end(client: Any) -> None:
    await client.execute("BEGIN")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await client.fetch("SELECT 1/0")
    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await client.fetch("SELECT 1")
    await client.execute("ROLLBACK")
    assert await client.fetchval("SELECT 1") == 1


async def test_notices_tell_what_was_read(client: Any) -> None:
    heard: list[str] = []
    client.add_log_listener(lambda _connection, message: heard.append(message.message))
    await client.fetch('SELECT * FROM reviews WHERE "User" = $1', "Tristan")
    await asyncio.sleep(0)
    assert any("1 request" in text and "read unit" in text for text in heard), heard
    await client.execute("SET client_min_messages = warning")
    heard.clear()
    await client.fetch('SELECT * FROM reviews WHERE "User" = $1', "Tristan")
    await asyncio.sleep(0)
    assert heard == []


async def test_a_pool_resets_its_connections(demo_server: ServerProcess) -> None:
    async with asyncpg.create_pool(demo_server.dsn(), min_size=2, max_size=4) as pool:
        values = await asyncio.gather(*(pool.fetchval("SELECT count(*) FROM reviews") for _ in range(8)))
    assert len(set(values)) == 1
