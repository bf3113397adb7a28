"""Compare the rewritten corpus, run by DuckDB over plain tables, with PostgreSQL's recorded answers."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isnan
from pathlib import Path
from uuid import UUID

import duckdb
import psycopg
import pytest
from sqlglot import exp

from pgddb.errors import SqlError
from pgddb.sql.classify import parse_one
from pgddb.sql.context import SessionContext
from pgddb.sql.emit import emit
from pgddb.sql.functions import engine_settings, macro_statements, scalar_functions
from pgddb.sql.names import folded
from pgddb.sql.rewrites import rewrite
from pgddb.sql.statements import SelectStatement
from pgddb.sql.types import ColumnType, output_columns

CORPUS = Path(__file__).parent.parent / "corpora" / "sql"

SAME_FLOOR = 91.0
"""Percent of the statements that PostgreSQL answers with names, types and text all equal. It only rises."""
VALUES_FLOOR = 94.0
"""Percent with equal values."""
ACCEPTED_ERRORS_CEILING = 1
"""Statements that PostgreSQL refuses and that are answered. It only falls."""

TEXT = "text"
TABLES: dict[str, list[tuple[str, str]]] = {
    "customers": [
        ("id", "integer"),
        ("name", TEXT),
        ("email", TEXT),
        ("country", "character varying"),
        ("created_at", "timestamp with time zone"),
        ("attrs", "jsonb"),
        ("tags", "text[]"),
        ("vip", "boolean"),
        ("score", "double precision"),
    ],
    "orders": [
        ("id", "bigint"),
        ("customer_id", "integer"),
        ("amount", "numeric"),
        ("qty", "integer"),
        ("status", TEXT),
        ("placed", "timestamp without time zone"),
        ("due", "date"),
        ("note", TEXT),
    ],
    "events": [
        ("id", "integer"),
        ("user_id", "integer"),
        ("kind", TEXT),
        ("at", "timestamp with time zone"),
        ("val", "double precision"),
        ("n", "bigint"),
        ("uid", "uuid"),
        ("payload", "jsonb"),
    ],
    "emp": [("id", "integer"), ("name", TEXT), ("boss", "integer"), ("dept", TEXT), ("sal", "integer")],
    "MixedCase": [("Id", "integer"), ("User Name", TEXT), ("select", "integer"), ("lower", TEXT)],
}
SESSION = SessionContext(settings={"server_version": "15.0", "timezone": "UTC"}, backend_pid=4711, server_port=5432)


def relations(table: exp.Table) -> list[ColumnType] | None:
    columns = TABLES.get(folded(table.this))
    return None if columns is None else [ColumnType(name, kind) for name, kind in columns]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return open_database()


def open_database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for function in scalar_functions():
        connection.create_function(
            function.name,
            function.function,
            list(function.parameters),
            function.returns,
            type="arrow",
            null_handling="special",
        )  # type: ignore[call-overload]  # duckdb's stubs know fewer forms than its function
    for statement in macro_statements():
        connection.execute(statement)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute((CORPUS / "duckdb_fixture.sql").read_text(encoding="utf-8"))
    for name, value in engine_settings().items():
        connection.execute(f"SET {name} = {value}")
    connection.execute("CREATE SCHEMA public")
    for table in TABLES:
        connection.execute(f'CREATE VIEW public."{table}" AS FROM main."{table}"')
    return connection


@dataclass
class Ours:
    columns: list[list[str | None]]
    rows: list[list[str | None]]


def ask(connection: duckdb.DuckDBPyConnection, text: str) -> Ours:
    statement = parse_one(text)
    assert isinstance(statement, SelectStatement), "not a query"
    columns = output_columns(statement.tree, relations)
    sql = emit(rewrite(statement.tree, SESSION, relations))
    described = connection.execute(f"DESCRIBE {sql}").fetchall()
    names = ", ".join(f"c{number}" for number in range(len(described)))
    outputs = ", ".join(_transport(f"c{at}", kind) for at, (_name, kind, *_rest) in enumerate(described))
    rows = connection.execute(f"SELECT {outputs} FROM ({sql}) AS answer({names})").fetchall()
    found = (
        [[column.name, column.type_name] for column in columns]
        if columns is not None
        else [[name, None] for name, *_rest in described]
    )
    types = [kind or "" for _name, kind in found]
    return Ours(found, [[text_of(value, kind) for value, kind in zip(row, types, strict=True)] for row in rows])


def _transport(column: str, kind: str) -> str:
    """Carry what Python's client would change as text."""
    if kind == "INTERVAL":
        return f"pgcat.pg_interval_text({column})"
    if kind.startswith("TIMESTAMP"):
        return f"pgcat.pg_timestamp_text({column})"
    return f"{column}::VARCHAR" if kind in ("BIT", "DATE", "TIME", "TIME WITH TIME ZONE") else column


def text_of(value: object, kind: str) -> str | None:
    """Write a value as a client of PostgreSQL sees it."""
    if value is None:
        return None
    if isinstance(value, bool | float):
        return float_text(value) if isinstance(value, float) else "ft"[value]
    if isinstance(value, list):
        return "{" + ",".join(element_text(element, kind.removesuffix("[]")) for element in value) + "}"
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, tuple | dict):
        fields = value.values() if isinstance(value, dict) else value
        return "(" + ",".join(field_text(field) for field in fields) + ")"
    if isinstance(value, str | int | Decimal | UUID | date | datetime | time):
        return str(value)
    raise AssertionError(type(value))


def float_text(value: float) -> str:
    if isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value)
    return text.removesuffix(".0")


def element_text(element: object, kind: str) -> str:
    if element is None:
        return "NULL"
    text = text_of(element, kind) or ""
    special = not text or text.upper() == "NULL" or any(sign in text for sign in '{}",\\ \t\n')
    if isinstance(element, list) or not special:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def field_text(field: object) -> str:
    text = text_of(field, "") if field is not None else ""
    return f'"{text}"' if text is not None and any(sign in text for sign in ' ,()"') else text or ""


def judge(expected: dict[str, object], ours: Ours) -> str:
    """Say how an answer compares: same, values (equal but names, types or spelling differ) or differs."""
    if ours.columns == expected["columns"] and ours.rows == expected["rows"]:
        return "same"
    theirs = expected["rows"]
    assert isinstance(theirs, list)
    if len(theirs) != len(ours.rows):
        return "differs"
    pairs = zip(ours.rows, theirs, strict=True)
    equal = all(len(one) == len(other) and all(map(equal_values, one, other)) for one, other in pairs)
    return "values" if equal else "differs"


def equal_values(one: str | None, other: str | None) -> bool:
    if one == other or one is None or other is None:
        return one == other
    try:
        left, right = Decimal(one), Decimal(other)
        return abs(left - right) <= abs(right) * Decimal("1e-12")
    except InvalidOperation:
        pass
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def classify_all(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Judge every statement: (judgement, text, reason)."""
    judgements: list[tuple[str, str, str]] = []
    for expected in json.loads((CORPUS / "answers.json").read_text(encoding="utf-8")):
        text = expected["sql"]
        try:
            ours = ask(connection, text)
        except (SqlError, duckdb.Error, AssertionError) as error:
            verdict = "refused" if "sqlstate" in expected else "fails"
            judgements.append((verdict, text, f"{type(error).__name__}: {str(error)[:300]}"))
            continue
        verdict = "accepted" if "sqlstate" in expected else judge(expected, ours)
        shown = expected.get("message") or f"{expected.get('columns')} {expected.get('rows')}"
        judgements.append((verdict, text, f"{ours.columns} {ours.rows}\n      expected {shown}"))
    return judgements


def test_the_corpus_is_answered_as_postgresql_does(database: duckdb.DuckDBPyConnection) -> None:
    judgements = classify_all(database)
    counts = Counter(verdict for verdict, _text, _reason in judgements)
    answered = sum(counts[verdict] for verdict in ("same", "values", "differs", "fails"))
    same = 100 * counts["same"] / answered
    values = 100 * (counts["same"] + counts["values"]) / answered
    report = "\n".join(
        f"{verdict}: {text}\n      {reason}" for verdict, text, reason in judgements if verdict != "same"
    )
    assert same >= SAME_FLOOR, f"{same:.1f} % same, {values:.1f} % values\n{report}"
    assert values >= VALUES_FLOOR, f"{values:.1f} % values\n{report}"
    assert counts["accepted"] <= ACCEPTED_ERRORS_CEILING, report


def test_the_recorded_answers_are_those_of_postgresql(postgres_dsn: str) -> None:
    spec = importlib.util.spec_from_file_location(
        "record_sql_answers", CORPUS.parents[2] / "tools/record_sql_answers.py"
    )
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    recorded = json.loads((CORPUS / "answers.json").read_text(encoding="utf-8"))
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE sql_differential")
    changed = [
        one["sql"]
        for one, other in zip(recorded, tool.ask_all(f"{postgres_dsn} dbname=sql_differential"), strict=True)
        if one != other
    ]
    assert set(changed) <= DIFFERENT_EACH_TIME


DIFFERENT_EACH_TIME = frozenset(["SHOW server_version"])
"""Statements whose answer depends on the server's release, or on the order in which rows happen to come."""


def report() -> None:
    """Print how every statement compares; for `python tests/integration/test_sql_differential.py`."""
    judgements = classify_all(open_database())
    counts = Counter(verdict for verdict, _text, _reason in judgements)
    answered = sum(counts[verdict] for verdict in ("same", "values", "differs", "fails"))
    for verdict in ("values", "accepted", "differs", "fails"):
        for judged, text, reason in judgements:
            if judged == verdict:
                print(f"{verdict}: {text}\n      {reason}")  # noqa: T201 - a report for a person
    print(counts, f"{100 * counts['same'] / answered:.1f} {100 * (counts['same'] + counts['values']) / answered:.1f}")  # noqa: T201


if __name__ == "__main__":
    report()
