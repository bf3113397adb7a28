"""Compare reads of whole tables, from the socket to the answer, with all that reads the same bytes or the same rows."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass

from bench.case import SUBJECT, Bound, Case, Side
from bench.client import RawClient
from bench.items import SPARSE_NAMES, item_at
from bench.measure import Sample, of_process
from bench.report import show_alone
from bench.sdk_scans import COUNTED_BY_DYNAMODB
from bench.stage import Stage

ATTRIBUTES = tuple(item_at(0))
LATENCIES_MS = (0, 5, 20)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that gives one number, and what it is called among the works of bench/sdk_scans.py."""

    name: str
    work: str
    sql: str
    table: str = "bench"
    duckdb: str = ""
    bounds: tuple[Bound, ...] = ()


GROUPS = "SELECT count(*) FROM (SELECT status, count(*), sum(price), max(quantity) FROM bench GROUP BY status) g"
STATEMENTS = (
    Statement("count(*)", "count", "SELECT count(*) FROM bench"),
    Statement("count(*) with a filter", "filter", "SELECT count(*) FROM bench WHERE status = 'open' AND quantity > 10"),
    Statement(
        "count(*), nested path filter",
        "nested",
        "SELECT count(*) FROM bench WHERE address->>'city' = 'Oslo'",
        duckdb="SELECT count(*) FROM bench WHERE address.city = 'Oslo'",
    ),
    Statement("aggregate of 1 of 12", "sum", "SELECT sum(price)::bigint FROM bench"),
    Statement("aggregate of 3 of 12", "groups", GROUPS, bounds=(
        Bound("CPU", "<=", 0.35, "orjson"),
        Bound("wall", "<=", 0.65, "1 thread"),
    )),
    Statement(
        "aggregate of 12 of 12",
        "counts",
        f"SELECT {', '.join(f'count({name})' for name in ATTRIBUTES)} FROM bench",
        bounds=(Bound("CPU", "<=", 0.5, "orjson"), Bound("wall", "<=", 0.65, "1 thread")),
    ),
    Statement(
        "counts of 60 sparse attributes",
        "sparse",
        f"SELECT {', '.join(f'count({name})' for name in SPARSE_NAMES)} FROM bench_sparse",
        table="bench_sparse",
    ),
    Statement(
        "GROUP BY on 1,000,000 groups",
        "codes",
        "SELECT count(*) FROM (SELECT code, sum(value) AS total, max(value) FROM bench_codes GROUP BY code) g",
        table="bench_codes",
    ),
)  # fmt: skip
QUICK_LEFT_OUT = ("sum", "codes", "sparse")
SIZES = "SELECT sum(item_size(document)) FROM bench"


def cases(stage: Stage) -> Iterator[Case]:
    """Compare each statement, then one of them behind slow pages."""
    for statement in STATEMENTS:
        if not (stage.quick and statement.work in QUICK_LEFT_OUT):
            yield case_of(stage, statement)
    yield sizes(stage)
    yield from behind_latency(stage)


def case_of(stage: Stage, statement: Statement) -> Case:
    """Put all sides of a statement together."""
    table, work, items = statement.table, statement.work, stage.items_of(statement.table)
    stage.copy(table)

    def ask(client: RawClient) -> int:
        return int(client.scalar(statement.sql))

    sides = {SUBJECT: stage.pgddb(items, ask)}
    if any(bound.against == "1 thread" for bound in statement.bounds):
        sides["1 thread"] = with_one_thread(stage, items, statement.sql)
    sides |= {**parsers(stage, table), **sdks(stage, table, work), **stage.beside(items, ask)}
    sides["DuckDB"] = stage.duckdb.side(items, "duckdb_value", sql=statement.duckdb or statement.sql)
    return Case(f"scan: {statement.name}", "item", sides, statement.bounds)


def with_one_thread(stage: Stage, items: int, sql: str) -> Side:
    server, client = stage.one_thread
    return Side(lambda: of_process(server.process_id, lambda: int(client.scalar(sql))), items)


def parsers(stage: Stage, table: str) -> dict[str, Side]:
    """Return the parsers that are installed, over whole items of a table: what they answer is no answer."""
    items = stage.loaded(table).items
    names = [name for name in ("orjson", "simdjson") if importlib.util.find_spec(name)]
    return {name: silent(stage.python.side(items, name, table=table)) for name in names}


def silent(side: Side) -> Side:
    """Leave the answer out of comparisons."""

    def run() -> Sample:
        sample = side.run()
        return Sample(sample.cpu, sample.wall)

    return Side(run, side.amount)


def sdks(stage: Stage, table: str, work: str) -> dict[str, Side]:
    """Return what a user could write in Python instead; what is not installed is left out.

    They read a part of the table, or they would take most of the time, but for what DynamoDB counts.
    """
    part = table if work in COUNTED_BY_DYNAMODB else f"{table}_part"
    items = stage.items_of(part)
    found = {name: stage.python.side(items, name, table=part, work=work) for name in ("boto3", "aiobotocore")}
    if stage.wrangler is not None:
        found["awswrangler"] = stage.wrangler.side(items, "awswrangler", table=part, work=work)
    return found


def sizes(stage: Stage) -> Case:
    """Measure whole items, which no one of the others does."""
    side = stage.pgddb(stage.items, lambda client: int(client.scalar(SIZES)))
    return Case("scan: sum(item_size(document))", "item", {SUBJECT: side, **parsers(stage, "bench")})


def behind_latency(stage: Stage) -> Iterator[Case]:
    """Aggregate 3 of 12 attributes while every page takes a while."""

    def ask(client: RawClient) -> int:
        return int(client.scalar(GROUPS))

    for latency in LATENCIES_MS[stage.quick :]:
        stage.endpoint.control(f"latency?ms={latency}")
        sides = {
            SUBJECT: stage.pgddb(stage.items, ask),
            "boto3": stage.python.side(stage.items_of("bench_part"), "boto3", table="bench_part", work="groups"),
            "aiobotocore": stage.python.side(stage.items, "aiobotocore", table="bench", work="groups"),
        }
        try:
            yield Case(f"scan: aggregate of 3 of 12, {latency} ms a page", "item", sides)
        finally:
            stage.endpoint.control("latency?ms=0")


if __name__ == "__main__":
    show_alone(cases)
