"""The law of whole statements: reading by the chosen paths changes no answer of the same SQL over all items."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

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
from tests.fakes.dynamodb_model import run_path
from tests.fakes.law_statements import Writer, items_of
from tests.fakes.planner_tables import N, S, key

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "200"))

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

    def view(self, schema: str | None, name: str, quoted: bool) -> None:
        return None

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        return None

    def system_function(self, name: str) -> SystemRelation | None:
        return None


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


def rows_of(engine: duckdb.DuckDBPyConnection, text: str, feeds: dict[str, list[str | None]]) -> list[str]:
    for name, texts in feeds.items():
        engine.register(name, pa.table({"item": pa.array(texts, pa.string())}))
    return sorted(repr(row) for row in engine.sql(text).fetchall())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**32))
def test_the_chosen_paths_change_no_answer(engine: duckdb.DuckDBPyConnection, seed: int) -> None:
    sql = Writer(seed).statement()
    items = items_of(seed + 1)
    plan = plan_of(sql)
    everything: dict[str, list[str | None]] = {}
    chosen: dict[str, list[str | None]] = {}
    paths = []
    for read in plan.reads:
        path = choose_access_path(read, (), ReadSettings()).path
        paths.append(path)
        everything[read.feed] = [json.dumps(item) for item in items]
        given = run_path(path, items)
        chosen[read.feed] = [None if path.count_only else json.dumps(item) for item in given]
    found = rows_of(engine, plan.text_for(paths).render([]), chosen)
    assert found == rows_of(engine, plan.sql.render([]), everything), sql
