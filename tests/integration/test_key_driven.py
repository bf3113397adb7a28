"""Joins over the demo's tables: the selective side is read first, and no table as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pgddb.access.table import Source
from pgddb.demo import DemoDynamoDB
from pgddb.dynamo import Store
from pgddb.engine import Database, EngineSettings
from pgddb.execution import open_database
from tests.fakes.asking import Asking, opened_asking, select

pytestmark = [pytest.mark.integration, pytest.mark.slow]

THREE_WAY = """
    SELECT c."City", o."OrderId", r."Book"
    FROM customers c
    JOIN orders o ON o."Customer" = c."Name" AND o."Placed" >= '2024-01-01'
    LEFT JOIN reviews r ON r."User" = o."Customer"
    WHERE c."Email" = $1
"""
SEMI_JOIN = """
    SELECT "User", "Book" FROM reviews
    WHERE "User" IN (SELECT "Customer" FROM orders WHERE "OpenStatus" = 'failed' AND "Placed" < '2024-02-01')
"""


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


async def without_keys(asking: Asking, statement: str, *parameters: Any) -> list[dict[str, Any]]:
    executor = asking.executor
    settings = executor.settings
    executor.settings = replace(settings, reads=replace(settings.reads, key_driven=False))
    rows = await asking.ask(statement, *parameters)
    executor.settings = settings
    return rows


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(str, rows))


async def scanned(asking: Asking, statement: str, *parameters: Any) -> tuple[list[dict[str, Any]], int]:
    """Give the rows, and how many items were read for them."""
    prepared = await asking.executor.prepare(select(statement))
    stream = await asking.executor.start(prepared, parameters)
    rows: list[dict[str, Any]] = []
    try:
        while (batch := await stream.next_batch()) is not None:
            rows += batch.to_pylist()
        return rows, stream.statistics.items_scanned
    finally:
        await stream.close()


async def test_a_join_over_two_indexes_reads_no_whole_table(asking: Asking) -> None:
    (customer,) = await asking.ask('SELECT "Email", "Name" FROM customers ORDER BY 1 LIMIT 1')
    expected = await without_keys(asking, THREE_WAY, customer["Email"])
    rows, items = await scanned(asking, THREE_WAY, customer["Email"])
    assert in_order(rows) == in_order(expected)
    assert 0 < items < 40


async def test_a_semi_join_looks_up_the_users_it_found(asking: Asking) -> None:
    expected = await without_keys(asking, SEMI_JOIN)
    rows, items = await scanned(asking, SEMI_JOIN)
    assert in_order(rows) == in_order(expected)
    assert 0 < items <= 2 * len(rows)


async def test_a_list_of_two_users_is_two_queries(asking: Asking) -> None:
    statement = """SELECT r.* FROM (VALUES ('Tristan'), ('Adeline')) v(u) JOIN reviews r ON r."User" = v.u"""
    rows, items = await scanned(asking, statement)
    assert len(rows) == items == 12
    assert asking.notices[-1].message.startswith("pgddb: 2 requests")


@pytest.mark.parametrize(
    "statement",
    [
        """SELECT r.* FROM (VALUES ('Tristan'), ('Adeline')) v(u)
           JOIN (SELECT "User", "Book" FROM reviews WHERE "Rating" > 0) r ON r."User" = v.u""",
        """WITH r AS (SELECT "User", count(*) AS n FROM reviews GROUP BY "User")
           SELECT r.* FROM (VALUES ('Tristan'), (NULL), ('nobody')) v(u) LEFT JOIN r ON r."User" = v.u""",
        """SELECT d."Book" FROM (SELECT * FROM reviews UNION ALL SELECT * FROM reviews) d
           WHERE d."User" IN (SELECT u FROM (VALUES ('Tristan')) v(u))""",
        """SELECT v.u, l.* FROM (VALUES ('Tristan'), (NULL)) v(u)
           LEFT JOIN LATERAL (SELECT d."Book" FROM (SELECT * FROM reviews) d WHERE d."User" = v.u LIMIT 2) l ON true""",
    ],
)
async def test_a_table_inside_a_derived_table_is_read_by_keys(asking: Asking, statement: str) -> None:
    expected = await without_keys(asking, statement)
    rows, items = await scanned(asking, statement)
    assert in_order(rows) == in_order(expected)
    assert 0 < items < 40
