"""Read no more than the best hand-written program: thirty questions, billed by DynamoDB's own rules."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from pgddb.access.path import (
    AccessPath,
    BatchGet,
    Estimate,
    ItemKey,
    KeyCondition,
    PartitionQuery,
    Read,
    SegmentScan,
    SortCondition,
    SortOperator,
)
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import Source, TableSchema
from pgddb.demo.tables import DEMO_TABLES
from pgddb.engine import EngineSettings
from pgddb.execution import Executor, Notice, ServerResources, open_database
from tests.fakes.asking import Asking
from tests.fakes.billing_store import BillingStore, billed_pages

CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "cost" / "questions.toml"
QUESTIONS: list[dict[str, Any]] = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["question"]
NO_ESTIMATE = Estimate(items=0, size_bytes=0, read_units=0, requests=0)
ESTIMATE_TOLERANCE = 0.10
UNIT_OF_A_SEGMENT = 0.5


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asking() -> AsyncIterator[Asking]:
    store = BillingStore(DEMO_TABLES, Source())
    database = open_database(EngineSettings(threads=2, memory_limit_bytes=256 * 1024 * 1024))
    resources = ServerResources(store, database)
    notices: list[Notice] = []
    executor = Executor(resources, notify=notices.append)
    yield Asking(executor, resources, store, notices)
    await executor.close()
    await resources.close()
    database.close()


async def asked(asking: Asking, sql: str) -> tuple[float, list[AccessPath]]:
    """Ask once to discover the tables, then again with the meter running."""
    store: BillingStore = asking.store
    await asking.ask(sql)
    store.reads.clear()
    store.units = 0.0
    await asking.ask(sql)
    return store.units, list(store.reads)


def typed(table: TableSchema, name: str, value: str | int) -> AttributeValue:
    attributes = [*table.keys.attributes, *(key for index in table.indexes for key in index.keys.attributes)]
    kind = next(attribute.type for attribute in attributes if attribute.name == name)
    return AttributeValue(kind, str(value))


def typed_key(table: TableSchema, names: dict[str, str | int]) -> ItemKey:
    return tuple((name, typed(table, name, value)) for name, value in names.items())


def by_hand(store: BillingStore, request: dict[str, Any]) -> AccessPath:
    """Make the access path of one hand-written request."""
    table = store.tables[request["table"]]
    index = table.index_by_name[request["index"]] if "index" in request else None
    read: Read
    match request["op"]:
        case "Get":
            read = BatchGet(tuple(typed_key(table, key) for key in request["keys"]))
        case "Query":
            sort = None
            if "range" in request:
                name, operator, *values = request["range"]
                sort = SortCondition(name, SortOperator(operator), tuple(typed(table, name, one) for one in values))
            conditions = tuple(KeyCondition(typed_key(table, key), sort) for key in partitions(store, request))
            read = PartitionQuery(conditions, index, descending=request.get("descending", False))
        case _:
            read = SegmentScan(1, index)
    return AccessPath(table, read, NO_ESTIMATE, limit=request.get("limit"))


def partitions(store: BillingStore, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the partitions that a request names, or those that other items hold."""
    if "from" not in request:
        named: list[dict[str, Any]] = request["partitions"]
        return named
    source = request["from"]
    owners = [
        item
        for item in store.items[source["table"]]
        if any(all(item[name] == {"S": value} for name, value in key.items()) for key in source["keys"])
    ]
    return [{source["into"]: item[source["attribute"]]["S"]} for item in owners]


def units_by_hand(store: BillingStore, request: dict[str, Any]) -> float:
    path = by_hand(store, request)
    units = 0.0
    items = 0
    for page in billed_pages(path, store.items[path.table.table_name]):
        units += page.units
        items += len(page.items)
        if path.limit is not None and items >= path.limit:
            break
    return units


def further_segments(reads: list[AccessPath]) -> int:
    return sum(path.read.segments - 1 for path in reads if isinstance(path.read, SegmentScan) and path.limit is None)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["ask"])
async def test_no_question_reads_more_than_by_hand(asking: Asking, question: dict[str, Any]) -> None:
    units, reads = await asked(asking, question["sql"])
    best = sum(units_by_hand(asking.store, request) for request in question["best"])
    assert units <= best + UNIT_OF_A_SEGMENT * further_segments(reads), [path.read for path in reads]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["ask"])
async def test_the_estimate_is_close_where_statistics_are_fresh(asking: Asking, question: dict[str, Any]) -> None:
    units, reads = await asked(asking, question["sql"])
    estimated = sum(path.estimate.read_units for path in reads)
    assert abs(estimated - units) <= max(ESTIMATE_TOLERANCE * units, UNIT_OF_A_SEGMENT * max(1, len(reads)))


async def test_a_partition_that_was_read_is_estimated_as_it_is(asking: Asking) -> None:
    await asked(asking, """SELECT avg("Total") FROM orders WHERE "TenantId" = 'acme'""")
    units, (second,) = await asked(asking, """SELECT max("Total") FROM orders WHERE "TenantId" = 'acme'""")
    assert (second.estimate.read_units, second.estimate.items) == (units, 139)
    _, (narrower,) = await asked(asking, """SELECT * FROM orders WHERE "TenantId" = 'acme' AND "OrderId" > 'x'""")
    assert narrower.estimate.items < 139


async def test_partitions_that_were_counted_are_known(asking: Asking) -> None:
    units, (path,) = await asked(asking, 'SELECT DISTINCT "TenantId" FROM orders')
    tenants = len({item["TenantId"]["S"] for item in asking.store.items["Orders"]})
    assert (path.estimate.items, path.estimate.read_units, units) == (tenants, units, 0.5 * (tenants + 1))
    ends, (path,) = await asked(asking, 'SELECT "TenantId", min("OrderId"), max("OrderId") FROM orders GROUP BY 1')
    assert (path.estimate.read_units, ends) == (ends, 0.5 * (3 * tenants + 1))


async def test_a_table_that_was_sampled_has_known_partitions(asking: Asking) -> None:
    _, (path,) = await asked(asking, """SELECT * FROM reviews WHERE "User" = 'nobody'""")
    users = len({item["User"]["S"] for item in asking.store.items["Reviews"]})
    fresh = asking.resources.statistics.tables[path.table.source, "Reviews"].columns["User"]
    assert fresh.distinct == pytest.approx(users, rel=0.3)


async def test_thirty_questions_are_asked() -> None:
    assert len(QUESTIONS) >= 30
