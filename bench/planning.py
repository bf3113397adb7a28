"""Measure the CPU of planning, stage by stage, cold and from the cache, beside sqlglot's parsing of the same text.

A statement of 200 characters has the bounds; a join and a list of 400 keys are shown without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
from pgddb.planner import ReadSettings, SelectPlan, choose_access_path, literal, plan_select
from pgddb.sql import SessionContext, emit, parse_one, rewrite
from pgddb.sql.statements import SelectStatement
from pgddb.sql.types import ColumnType

TEXT_MILLISECONDS, COLD_MILLISECONDS, CACHED_MILLISECONDS = 1.5, 1.0, 0.1
LISTED = 400
STATEMENT = (
    "SELECT order_id, customer, placed, total, status FROM orders AS o WHERE o.tenant = $1 AND o.order_id >= $2 "
    "AND o.status IN ('NEW', 'PAID') AND o.total > 10 ORDER BY o.order_id DESC LIMIT 25 OFFSET 0"
)
PARAMETERS = ("t1", "order-000000000100")
JOIN = (
    "SELECT o.order_id, o.total, c.city FROM orders o JOIN orders c ON c.tenant = o.tenant AND c.order_id = o.status "
    "WHERE o.tenant = $1 AND o.order_id >= $2 AND c.email LIKE 'a%' ORDER BY o.total DESC LIMIT 10"
)
LIST = (
    "SELECT tenant, order_id, total FROM orders WHERE tenant IN ("
    + ", ".join(f"'tenant-{number:04}'" for number in range(LISTED))
    + ") AND order_id > $1"
)
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
CONTEXT, SETTINGS = SessionContext(), ReadSettings()
CATALOG = CatalogSnapshot().with_tables({("public", "orders"): ORDERS})


@dataclass(frozen=True, slots=True)
class Case:
    """A statement and its parameters; everything that a stage needs is made beforehand."""

    name: str
    text: str
    parameters: tuple[str, ...]

    def stages(self) -> dict[str, Callable[[], object]]:
        """Give the stages, by what is printed for them."""
        statement = _select(self.text)
        plan = plan_select(statement, CATALOG)
        return {
            "parse": lambda: parse_one(self.text),
            "parse, rewrite and write": lambda: emit(rewrite(_select(self.text).tree, CONTEXT, _columns), owned=True),
            "plan": lambda: plan_select(statement, CATALOG),
            "choose": lambda: _chosen(plan, self.parameters),
            "plan and choose, cold": lambda: _chosen(plan_select(statement, CATALOG), self.parameters),
            "look up, choose and render, cached": _cached(statement, plan, self.parameters),
        }


CASES = (
    Case(f"{len(STATEMENT)} characters", STATEMENT, PARAMETERS),
    Case("join by keys", JOIN, PARAMETERS),
    Case(f"list of {LISTED}", LIST, PARAMETERS[1:]),
)
BOUNDS = {
    (CASES[0].name, "parse, rewrite and write"): ("<=", TEXT_MILLISECONDS),
    (CASES[0].name, "plan and choose, cold"): ("<=", COLD_MILLISECONDS),
    (CASES[0].name, "look up, choose and render, cached"): ("<=", CACHED_MILLISECONDS),
}


def run(*, quick: bool = False) -> list[Finding]:
    """Take turns in short blocks, so that what else the machine does falls on all alike; bounds are milliseconds."""
    rounds, count = (9, 5) if quick else (15, 6)
    stages = {(case.name, stage): work for case in CASES for stage, work in case.stages().items()}
    references = {("sqlglot", "parse"): _sqlglot, ("python", "loop"): _loop}
    blocks = {key: _block(work, count) for key, work in {**references, **stages}.items()}
    samples = interleaved(rounds, {" ".join(key): block for key, block in blocks.items()})
    taken = {key: samples[" ".join(key)].cpu for key in blocks}
    sqlglot_parse = taken["sqlglot", "parse"]
    findings = [
        Finding(f"planning: sqlglot's parse of {len(STATEMENT)} characters", sqlglot_parse, "ms CPU"),
        Finding("planning: adding up 10,000 numbers in Python", taken["python", "loop"], "ms CPU"),
    ]
    for name, stage in stages:
        bound = BOUNDS.get((name, stage))
        findings.append(Finding(f"planning: {name}: {stage}", taken[name, stage], "ms CPU", bound))
        if bound is not None:
            share = taken[name, stage] / sqlglot_parse
            findings.append(Finding(f"planning: {name}: {stage} / sqlglot's parse", share, "x"))
    return findings


def _block(work: Callable[[], object], count: int) -> Callable[[], Sample]:
    """Give the mean milliseconds of some runs."""

    def several() -> None:
        for _ in range(count):
            work()

    def measured() -> Sample:
        sample = of_this_process(several)
        return Sample(sample.cpu / count * 1000, sample.wall / count * 1000)

    return measured


def _sqlglot() -> object:
    return sqlglot.parse_one(STATEMENT, dialect="postgres")


def _loop() -> int:
    total = 0
    for number in range(10_000):
        total += number
    return total


def _select(text: str) -> SelectStatement:
    statement = parse_one(text)
    assert isinstance(statement, SelectStatement)
    return statement


def _columns(_table: object) -> list[ColumnType]:
    return [ColumnType(column.name, column.type_name) for column in ORDERS.columns]


def _chosen(plan: SelectPlan, parameters: tuple[str, ...]) -> dict[str, AccessPath]:
    return {read.feed: choose_access_path(read, parameters, SETTINGS).path for read in plan.reads}


def _cached(statement: SelectStatement, plan: SelectPlan, parameters: tuple[str, ...]) -> Callable[[], object]:
    cache, session = PlanCache(10), SessionContext()
    key = PlanKey(statement.text, CATALOG.version, session.search_path, ())
    cache.put(key, PlannedQuery(statement.tree, ObservedContext(session).seen, plan, (), (), (25, 25)))

    def cached() -> str:
        key = PlanKey(statement.text, CATALOG.version, session.search_path, ())
        found = cache.get(key, statement.tree, session)
        assert found is not None
        paths = _chosen(found.plan, parameters).values()
        return found.plan.text_for(paths).render([literal(value, "text") for value in parameters])

    return cached


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
