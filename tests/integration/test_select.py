"""SELECTs over the demo's tables, from statement to rows, with a real store and engine and without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pgddb.access.table import Source
from pgddb.demo import DemoDynamoDB
from pgddb.dynamo import Store
from pgddb.engine import Database, EngineSettings
from pgddb.errors import SqlError
from pgddb.execution import Executor, ServerResources, open_database
from tests.fakes.asking import Asking, opened_asking, select

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def embedded() -> Iterator[DemoDynamoDB]:
    with DemoDynamoDB() as running:
        yield running


@pytest.fixture
def database() -> Iterator[Database]:
    opened = open_database(EngineSettings(threads=2))
    yield opened
    opened.close()


@pytest.fixture
async def asking(
    embedded: DemoDynamoDB, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Asking]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "demo")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
    source = Source(region=embedded.region, endpoint_url=embedded.endpoint_url)
    async with opened_asking(Store(), database, source, data_directory=tmp_path) as opened:
        yield opened


async def test_documents_hold_whole_items(asking: Asking) -> None:
    rows = await asking.ask("SELECT document FROM reviews LIMIT 3")
    assert len(rows) == 3
    for row in rows:
        assert {"User", "Book"} <= json.loads(row["document"]).keys()
    assert "1 request, 1 page" in asking.notices[-1].message


async def test_a_partition_is_queried(asking: Asking) -> None:
    rows = await asking.ask("""SELECT * FROM reviews WHERE "User" = 'Tristan'""")
    assert rows
    assert {row["User"] for row in rows} == {"Tristan"}
    assert f"{len(rows)} items scanned, {len(rows)} returned" in asking.notices[-1].message


async def test_unquoted_names_find_attributes_in_any_case(asking: Asking) -> None:
    (row,) = await asking.ask("SELECT COUNT(author) AS num_reviews FROM reviews WHERE author = 'J.K. Rowling'")
    assert row["num_reviews"] > 0


async def test_a_document_s_attribute_is_a_condition_like_a_column_s(asking: Asking) -> None:
    by_document = await asking.ask("SELECT document FROM reviews WHERE document->>'Author' = 'J.K. Rowling'")
    by_column = await asking.ask("SELECT document FROM reviews WHERE author = 'J.K. Rowling'")
    assert sorted(row["document"] for row in by_document) == sorted(row["document"] for row in by_column)


async def test_groups_are_counted_and_ordered(asking: Asking) -> None:
    rows = await asking.ask('SELECT "User", count(*) FROM reviews GROUP BY 1 ORDER BY count DESC LIMIT 5')
    counts = [row["count"] for row in rows]
    assert len(rows) == 5
    assert counts == sorted(counts, reverse=True)


async def test_counting_agrees_with_reading(asking: Asking) -> None:
    for table in ("reviews", "orders", "events"):
        (count,) = await asking.ask(f"SELECT count(*) AS c FROM {table}")
        rows = await asking.ask(f"SELECT document FROM {table}")
        assert count["c"] == len(rows) > 0


async def test_a_window_over_a_cte(asking: Asking) -> None:
    rows = await asking.ask(
        'WITH rated AS (SELECT "User" AS u, "Book" AS b, rank() OVER (PARTITION BY "User" ORDER BY "Book") AS r '
        "FROM reviews) SELECT u, b FROM rated WHERE r = 1"
    )
    assert len({row["u"] for row in rows}) == len(rows) > 1


async def test_a_self_join_reads_the_table_twice(asking: Asking) -> None:
    rows = await asking.ask('SELECT count(*) AS c FROM reviews a JOIN reviews b USING ("User", "Book")')
    (total,) = await asking.ask("SELECT count(*) AS c FROM reviews")
    assert rows == [total]


async def test_a_point_lookup_is_one_request(asking: Asking) -> None:
    (first, *_) = await asking.ask('SELECT "User", "Book" FROM reviews LIMIT 1')
    for _ in range(3):
        rows = await asking.ask(
            'SELECT document FROM reviews WHERE "User" = $1 AND "Book" = $2', first["User"], first["Book"]
        )
        assert len(rows) == 1
        assert "1 request" in asking.notices[-1].message


async def test_every_column_of_every_table_is_readable(asking: Asking) -> None:
    for table in ("reviews", "orders", "events"):
        prepared = await asking.executor.prepare(select(f"SELECT * FROM {table}"))
        assert prepared.fields[-1].name == "document"
        assert await asking.ask(f"SELECT * FROM {table}")


async def test_twenty_sessions_at_once_describe_a_table_once(asking: Asking) -> None:
    executors = [Executor(asking.resources) for _ in range(20)]
    counts = await asyncio.gather(
        *(
            Asking(executor, asking.resources, asking.store).ask("SELECT count(*) AS c FROM orders")
            for executor in executors
        )
    )
    assert len({rows[0]["c"] for rows in counts}) == 1
    for executor in executors:
        await executor.close()


async def test_a_store_that_is_not_there_is_an_error_of_the_statement(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "demo")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
    store = Store()
    source = Source(region="us-east-1", endpoint_url="http://127.0.0.1:9")
    resources = ServerResources(store, database, source=source)
    executor = Executor(resources)
    with pytest.raises(SqlError) as caught:
        await executor.prepare(select("SELECT * FROM reviews"))
    assert caught.value.sqlstate == "08006"
    prepared = await executor.prepare(select("SELECT 1"))
    await (await executor.start(prepared)).close()
    await executor.close()
    await resources.close()
    await store.close()
