"""One table of every kind of column, a catalog that knows it, and a way to run a plan over items."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from duckdb.func import PythonUDFType

from pgddb.access.system_relation import SystemColumn, SystemRelation
from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.dynamo.document import items_to_json, items_with_parts, values_to_json, values_to_text
from pgddb.planner import SelectPlan, literal, output_fields, plan_select
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement

KEYS = KeySchema((KeyAttribute("UserId", AttributeType.S),), (KeyAttribute("n", AttributeType.N),))

ITEMS: tuple[dict[str, Any], ...] = (
    {
        "UserId": {"S": "a"},
        "n": {"N": "1"},
        "Name": {"S": "Ann"},
        "price": {"N": "1.5"},
        "big": {"N": "123456789012345678901234567890123456789012345"},
        "ok": {"BOOL": True},
        "bin": {"B": "AAE="},
        "tags": {"SS": ["x", "y"]},
        "nums": {"NS": ["1", "2.5"]},
        "addr": {"M": {"city": {"S": "Berlin"}, "z": {"L": [{"N": "7"}]}, "no": {"NULL": True}}},
        "mixed": {"N": "5"},
        "new": {"S": "q"},
    },
    {"UserId": {"S": "b"}, "n": {"N": "2"}, "Name": {"S": "Bob"}, "mixed": {"S": "t"}, "ok": {"NULL": True}},
)


def column(name: str, carrier: Carrier, type_name: str, **more: Any) -> Column:
    return Column(name, (name,), carrier, type_name, **more)


USERS = TableSchema(
    "public",
    "Users",
    "Users",
    Source(),
    KEYS,
    (
        column("UserId", Carrier.TEXT, "text"),
        column("n", Carrier.INTEGER, "bigint"),
        column("Name", Carrier.TEXT, "text", share=1.0),
        column("price", Carrier.DECIMAL, "numeric", scale=2),
        column("big", Carrier.DIGITS, "numeric"),
        column("ratio", Carrier.DIGITS, "double precision", declared=True),
        column("ok", Carrier.BOOLEAN, "boolean"),
        column("bin", Carrier.BINARY, "bytea"),
        column("tags", Carrier.TEXT_SET, "text[]"),
        column("nums", Carrier.NUMBER_SET, "numeric[]"),
        column("addr", Carrier.JSON, "jsonb"),
        column("mixed", Carrier.SCALAR_TEXT, "text"),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
)

CASES = TableSchema(
    "public",
    "cases",
    "cases",
    Source(),
    KeySchema((KeyAttribute("id", AttributeType.S),)),
    (
        column("id", Carrier.TEXT, "text"),
        column("a", Carrier.TEXT, "text"),
        column("A", Carrier.TEXT, "text"),
        column("day", Carrier.TEXT, "date", declared=True),
        Column("oid", (), Carrier.KEY_JSON, "text"),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
)

PG_CLASS = SystemRelation(
    "pg_catalog", "pg_class", 1259, "pgcat", (SystemColumn("oid", "oid"), SystemColumn("relname", "name"))
)


@dataclass(frozen=True)
class Tables:
    """A catalog of fixed tables."""

    tables: tuple[TableSchema, ...] = (USERS, CASES)
    version: int = 1

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:
        if schema not in (None, "public"):
            return None
        matches = (
            table for table in self.tables if table.name == name or (not quoted and table.name.lower() == name.lower())
        )
        return next(matches, None)

    def view(self, schema: str | None, name: str, quoted: bool) -> None:
        return None

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        return PG_CLASS if schema in (None, "pg_catalog") and name == "pg_class" else None

    def system_function(self, name: str) -> SystemRelation | None:
        return None


def statement(sql: str) -> SelectStatement:
    parsed = parse_one(sql)
    assert isinstance(parsed, SelectStatement)
    return parsed


def plan_of(sql: str, parameter_types: tuple[int, ...] = ()) -> SelectPlan:
    return plan_select(statement(sql), Tables(), parameter_types=parameter_types)


@dataclass(frozen=True)
class Answer:
    """What a plan gave."""

    plan: SelectPlan
    fields: tuple[tuple[str, str, int], ...]
    rows: list[tuple[Any, ...]]

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.fields]

    @property
    def types(self) -> list[str]:
        return [type_name for _, type_name, _ in self.fields]


@pytest.fixture
def plan() -> Callable[..., SelectPlan]:
    return plan_of


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for name, function in (
        ("pgddb_item_json", items_to_json),
        ("pgddb_value_json", values_to_json),
        ("pgddb_value_text", values_to_text),
    ):
        connection.create_function(name, function, ["VARCHAR"], "VARCHAR", type=PythonUDFType.ARROW)
    connection.execute("CREATE MACRO pg_jsonb_key(x) AS x::VARCHAR")
    connection.execute("SET threads = 1")
    connection.execute("SET default_null_order = 'NULLS_LAST_ON_ASC_FIRST_ON_DESC'")
    yield connection
    connection.close()


@pytest.fixture
def run(engine: duckdb.DuckDBPyConnection) -> Callable[..., Answer]:
    """Run a SELECT over items; every feed can be read once, as in the server."""

    def _run(sql: str, *parameters: object, items: Sequence[dict[str, Any]] = ITEMS) -> Answer:
        plan = plan_of(sql)
        described = engine.sql(plan.sql.render_stub())
        fields = output_fields(plan, list(zip(described.columns, map(str, described.types), strict=True)))
        texts = [json.dumps(item, separators=(",", ":")) for item in items]
        table = pa.table({"item": pa.array(texts, pa.string_view())})
        for read in plan.reads:
            engine.register(read.feed, pa.RecordBatchReader.from_batches(table.schema, table.to_batches()))
        literals = [literal(value, name) for value, name in zip(parameters, plan.parameter_types, strict=True)]
        return Answer(plan, fields, _with_values(plan, engine.sql(plan.sql.render(literals)).fetchall()))

    return _run


def _with_values(plan: SelectPlan, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Convert nested values, as execution does after the engine; whole items stay as they are."""
    columns: list[Sequence[Any]] = [list(column) for column in zip(*rows, strict=True)]
    for place, output in enumerate(plan.columns if rows else ()):
        late = output.late
        if late is None or late.attribute is None:
            continue
        if late.document is None:
            columns[place] = values_to_json(pa.array(columns[place], pa.string())).to_pylist()
        else:
            items = pa.array(columns[late.document], pa.string())
            columns[place] = items_with_parts(items, [late.attribute])[1].to_pylist()
    return list(zip(*columns, strict=True)) if rows else rows
