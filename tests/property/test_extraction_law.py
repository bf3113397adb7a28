"""The law of whole statements: reading by the chosen paths changes no answer of the same SQL over all items."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pytest
from duckdb.func import PythonUDFType
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import Carrier, Column, Index, IndexKind, IndexProjection, Source, TableSchema
from pgddb.dynamo.document import items_to_json, values_to_json, values_to_text
from pgddb.planner import ReadSettings, choose_access_path, plan_select
from pgddb.planner.plan_nodes import SelectPlan
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement
from tests.fakes.dynamodb_model import Item, run_path
from tests.fakes.planner_tables import N, S, key

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "150"))

TABLE = TableSchema(
    "public",
    "t",
    "T",
    Source(),
    key(("k", S), sort=(("n", N),)),
    (
        Column("k", ("k",), Carrier.TEXT, "text"),
        Column("n", ("n",), Carrier.INTEGER, "bigint"),
        Column("x", ("x",), Carrier.TEXT, "text"),
        Column("m", ("m",), Carrier.INTEGER, "bigint"),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
    (
        Index(
            "by_x", IndexKind.GLOBAL, key(("x", S), sort=(("m", N),)), IndexProjection.ALL, item_count=5, size_bytes=99
        ),
        Index("by_m", IndexKind.GLOBAL, key(("m", N)), IndexProjection.KEYS_ONLY, item_count=5, size_bytes=50),
    ),
    item_count=5_000,
    size_bytes=2_000_000,
)


class Tables:
    """A catalog of one table."""

    version = 1

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:
        return TABLE if name == "t" else None

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        return None

    def system_function(self, name: str) -> SystemRelation | None:
        return None


class Writer:
    """Writes a random statement over tables of the columns k, n, x and m."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def statement(self) -> str:
        named = ""
        self._sources = ["t"]
        if self._chance(0.3):
            named = f"WITH w AS ({self._query()}) "
            self._sources.append("w")
        aliases, tables = self._from()
        shown = ", ".join(f"{alias}.{name} AS {alias}{name}" for alias in aliases for name in "knxm")
        if self._chance(0.15):
            shown = "count(*) AS c"
        tail = ""
        if len(aliases) == 1 and self._chance(0.2):
            shown = f"{self._pick(['min', 'max'])}(a.{self._pick('knxm')}) AS e"
        elif self._chance(0.2):
            every = [f"{alias}.{name}" for alias in aliases for name in "knxm"]
            shown, tail = (
                shown.replace("count(*) AS c", "a.k"),
                f" ORDER BY {', '.join(every)} LIMIT {self._pick([1, 2, 5])}",
            )
        return f"{named}SELECT {shown} FROM {tables}{self._where(aliases)}{tail}"

    def _pick(self, choices: Sequence[object]) -> object:
        return self._random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _query(self) -> str:  # noqa: PLR0911 - one for each shape
        """Write a derived table with the columns k, n, x, m."""
        plain = f"SELECT i.k, i.n, i.x, i.m FROM t i{self._where(['i'])}"
        match self._random.randrange(8):
            case 0:
                return f"{plain} ORDER BY i.k, i.n LIMIT {self._pick([1, 2])}"
            case 1:
                return plain.replace("SELECT", "SELECT DISTINCT", 1)
            case 2:
                return f"SELECT i.k, min(i.n) AS n, min(i.x) AS x, i.m FROM t i{self._where(['i'])} GROUP BY i.k, i.m"
            case 3:
                rank = "row_number() OVER (PARTITION BY i.k ORDER BY i.n)"
                return f"SELECT i.k, {rank} AS n, i.x, i.m FROM t i{self._where(['i'])}"
            case 4:
                return f"{plain} UNION ALL SELECT j.k, j.m, j.x, j.n FROM t j{self._where(['j'])}"
            case 5:
                return f"SELECT DISTINCT ON (i.k) i.k, i.n, i.x, i.m FROM t i{self._where(['i'])} ORDER BY i.k, i.n"
            case 6:
                joined = "t i LEFT JOIN t j ON i.k = j.k AND i.n < j.n"
                return f"SELECT i.k, i.n, j.x, j.m FROM {joined}{self._where(['i', 'j'])}"
            case _:
                return plain

    def _from(self) -> tuple[list[str], str]:
        aliases = list("abc"[: self._random.randrange(1, 4)])
        text = self._source("a")
        for place, alias in enumerate(aliases[1:], 1):
            known = aliases[:place]
            kind = self._pick(["JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", ","])
            if kind == ",":
                text += f", {self._source(alias)}"
                aliases_on = None
            else:
                aliases_on = [*known[-1:], alias] if "," in text else [*known, alias]
                text += f" {kind} {self._source(alias)} ON {self._on(aliases_on, alias)}"
        return aliases, text

    def _source(self, alias: str) -> str:
        if self._chance(0.3):
            return f"({self._query()}) {alias}"
        return f"{self._pick(self._sources)} {alias}"

    def _on(self, aliases: Sequence[str], alias: str) -> str:
        other = aliases[0]
        parts = [self._pick([f"{other}.k = {alias}.k", f"{other}.n = {alias}.m", f"{alias}.x = {other}.x"])]
        parts += [self._condition(aliases) for _ in range(self._random.randrange(2))]
        return " AND ".join(map(str, parts))

    def _where(self, aliases: Sequence[str]) -> str:
        parts = [self._condition(aliases) for _ in range(self._random.randrange(4))]
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _condition(self, aliases: Sequence[str], depth: int = 0) -> str:
        shape = self._random.randrange(12 if depth < 2 else 9)
        if shape == 9:
            return f"NOT ({self._condition(aliases, depth + 1)})"
        if shape >= 10:
            word = " OR " if shape == 10 else " AND "
            return f"({self._condition(aliases, depth + 1)}{word}{self._condition(aliases, depth + 1)})"
        alias = self._pick(aliases)
        name = str(self._pick(["k", "k", "n", "n", "x", "m"]))
        if shape == 0 and len(aliases) > 1:
            return f"{alias}.{name} = {self._pick(aliases)}.{name}"
        return self._leaf(f"{alias}.{name}", name, shape)

    def _leaf(self, column: str, name: str, shape: int) -> str:  # noqa: PLR0911 - likewise
        texts = name in "kx"
        values = [f"'{one}'" for one in ("a", "a1", "b", "")] if texts else ["0", "1", "2", "1.5"]
        value = self._pick(values)
        match shape:
            case 1:
                return f"{column} IS NULL"
            case 2:
                return f"{column} IS NOT NULL"
            case 3:
                return f"{column} {self._pick(['IN', 'NOT IN'])} ({value}, {self._pick(values)})"
            case 4 if texts:
                return f"{column} {self._pick(['LIKE', 'NOT LIKE'])} '{self._pick(['a%', 'a1', 'a_', '%'])}'"
            case 5:
                return f"{column} IS {self._pick(['', 'NOT '])}DISTINCT FROM {value}"
            case 6:
                return f"{column} BETWEEN {value} AND {self._pick(values)}"
            case _:
                return f"{column} {self._pick(['=', '=', '=', '<>', '<', '>='])} {value}"


def items_of(seed: int) -> list[Item]:
    chance = random.Random(seed)
    items: dict[tuple[str, int], Item] = {}
    for _ in range(chance.randrange(12)):
        k, n = chance.choice(["a", "a1", "b"]), chance.randrange(3)
        item: Item = {"k": {"S": k}, "n": {"N": str(n)}}
        if chance.random() < 0.7:
            item["x"] = {"S": chance.choice(["a", "a1", "b"])}
        if chance.random() < 0.7:
            item["m"] = {"N": str(chance.randrange(3))}
        items[k, n] = item
    return list(items.values())


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for name, function in (
        ("pgddb_item_json", items_to_json),
        ("pgddb_value_json", values_to_json),
        ("pgddb_value_text", values_to_text),
    ):
        connection.create_function(name, function, ["VARCHAR"], "VARCHAR", type=PythonUDFType.ARROW)
    connection.execute("SET threads = 1")
    connection.execute("SET default_null_order = 'NULLS_LAST_ON_ASC_FIRST_ON_DESC'")
    yield connection
    connection.close()


def plan_of(sql: str) -> SelectPlan:
    statement = parse_one(sql)
    assert isinstance(statement, SelectStatement)
    return plan_select(statement, Tables())


def rows_of(engine: duckdb.DuckDBPyConnection, plan: SelectPlan, feeds: dict[str, list[str | None]]) -> list[str]:
    for name, texts in feeds.items():
        engine.register(name, pa.table({"item": pa.array(texts, pa.string())}))
    return sorted(repr(row) for row in engine.sql(plan.sql.render([])).fetchall())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**32))
def test_the_chosen_paths_change_no_answer(engine: duckdb.DuckDBPyConnection, seed: int) -> None:
    sql = Writer(seed).statement()
    items = items_of(seed + 1)
    plan = plan_of(sql)
    everything: dict[str, list[str | None]] = {}
    chosen: dict[str, list[str | None]] = {}
    for read in plan.reads:
        path = choose_access_path(read, (), ReadSettings()).path
        everything[read.feed] = [json.dumps(item) for item in items]
        found = run_path(path, items)
        chosen[read.feed] = [None if path.count_only else json.dumps(item) for item in found]
    assert rows_of(engine, plan, chosen) == rows_of(engine, plan, everything), sql
