"""Measure the CPU of planning a statement, cold and from the cache, beside sqlglot's parsing of the same text."""

from __future__ import annotations

from collections.abc import Callable

import sqlglot

from bench.measure import Finding, Sample, asked_for_quick, interleaved, of_this_process, show
from pgddb.access.path import AccessPath
from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.catalog import CatalogSnapshot
from pgddb.execution.observed_context import ObservedContext
from pgddb.execution.plan_cache import PlanCache, PlanKey, PlannedQuery
from pgddb.planner import PlanScope, ReadSettings, choose_access_path, literal, plan_select
from pgddb.sql import SessionContext, parse_one
from pgddb.sql.statements import SelectStatement

COLD_MILLISECONDS, CACHED_MILLISECONDS = 1.0, 0.1
STATEMENT = (
    "SELECT order_id, customer, placed, total, status FROM orders AS o WHERE o.tenant = $1 AND o.order_id >= $2 "
    "AND o.status IN ('NEW', 'PAID') AND o.total > 10 ORDER BY o.order_id DESC LIMIT 25 OFFSET 0"
)
PARAMETERS = ("t1", "order-000000000100")
TEXTS = ("tenant", "order_id", "customer", "placed", "status", "city", "email")
S = AttributeType.S
ORDERS = TableSchema(
    "public",
    "orders",
    "orders",
    Source(),
    KeySchema((KeyAttribute("tenant", S),), (KeyAttribute("order_id", S),)),
    (
        *(Column(name, (name,), Carrier.TEXT, "text") for name in TEXTS),
        Column("total", ("total",), Carrier.DECIMAL, "numeric", scale=2),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
    (
        Index(
            "by_customer",
            IndexKind.GLOBAL,
            KeySchema((KeyAttribute("customer", S),), (KeyAttribute("placed", S),)),
            IndexProjection.ALL,
        ),
    ),
    item_count=200_000,
    size_bytes=80_000_000,
)
CATALOG = CatalogSnapshot().with_tables({("public", "orders"): ORDERS})


def run(*, quick: bool = False) -> list[Finding]:
    """Take turns in blocks; the bounds are those of the issue, in milliseconds of CPU."""
    cached = _cached_query()
    cases = {"parse": _parse, "cold": _cold, "cached": cached}
    rounds, count = (3, 100) if quick else (15, 200)
    samples = interleaved(rounds, {name: _block(work, count) for name, work in cases.items()})
    taken = {name: sample.cpu for name, sample in samples.items()}
    return [
        Finding(f"planning: sqlglot's parse of {len(STATEMENT)} characters", taken["parse"], "ms CPU"),
        Finding("planning: plan and choose, cold", taken["cold"], "ms CPU", ("<=", COLD_MILLISECONDS)),
        Finding("planning: look up, choose and render, cached", taken["cached"], "ms CPU", ("<=", CACHED_MILLISECONDS)),
        Finding("planning: cold, as a share of the parse", taken["cold"] / taken["parse"], "x"),
        Finding("planning: cached, as a share of the parse", taken["cached"] / taken["parse"], "x"),
    ]


def _block(work: Callable[[], object], count: int) -> Callable[[], Sample]:
    """Give the mean milliseconds of many runs."""

    def many() -> None:
        for _ in range(count):
            work()

    def measured() -> Sample:
        sample = of_this_process(many)
        return Sample(sample.cpu / count * 1000, sample.wall / count * 1000)

    return measured


def _parse() -> object:
    return sqlglot.parse_one(STATEMENT, dialect="postgres")


def _parsed() -> SelectStatement:
    statement = parse_one(STATEMENT)
    assert isinstance(statement, SelectStatement)
    return statement


PARSED = _parsed()


def _cold() -> AccessPath:
    plan = plan_select(PARSED, CATALOG)
    return choose_access_path(plan.reads[0], PARAMETERS, ReadSettings()).path


def _cached_query() -> Callable[[], object]:
    cache, session = PlanCache(10), SessionContext()
    observed = ObservedContext(session)
    plan = plan_select(PARSED, CATALOG, scope=PlanScope(observed))
    key = PlanKey(PARSED.text, CATALOG.version, session.search_path, ())
    cache.put(key, PlannedQuery(PARSED.tree, observed.seen, plan, (), (), (25, 25)))

    def cached() -> str:
        key = PlanKey(PARSED.text, CATALOG.version, session.search_path, ())
        found = cache.get(key, PARSED.tree, session)
        assert found is not None
        path = choose_access_path(found.plan.reads[0], PARAMETERS, ReadSettings()).path
        return found.plan.text_for([path]).render([literal(value, "text") for value in PARAMETERS])

    return cached


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
