"""Expressions get PostgreSQL's types."""

from __future__ import annotations

import pytest
from sqlglot import exp

from pgddb.sql.classify import parse_statements, row_statement
from pgddb.sql.types import ColumnType, output_columns

TABLES = {
    "t": [
        ColumnType("i", "integer"),
        ColumnType("b", "bigint"),
        ColumnType("n", "numeric", 655366),
        ColumnType("f", "double precision"),
        ColumnType("s", "text"),
        ColumnType("d", "date"),
        ColumnType("ts", "timestamp without time zone"),
        ColumnType("tz", "timestamp with time zone"),
        ColumnType("j", "jsonb"),
        ColumnType("a", "text[]"),
    ]
}


def relations(table: exp.Table) -> list[ColumnType] | None:
    return TABLES.get(table.name)


def types(text: str) -> list[str | None]:
    columns = output_columns(row_statement(parse_statements(text)[0]).tree, relations)
    assert columns is not None
    return [column.type_name for column in columns]


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("i + i", "integer"),
        ("i + b", "bigint"),
        ("i + n", "numeric"),
        ("n + f", "double precision"),
        ("i + 1.5", "numeric"),
        ("3000000000", "bigint"),
        ("30000000000000000000", "numeric"),
        ("'x'", "text"),
        ("NULL", "text"),
        ("sum(i)", "bigint"),
        ("sum(b)", "numeric"),
        ("avg(i)", "numeric"),
        ("avg(f)", "double precision"),
        ("count(*)", "bigint"),
        ("max(d)", "date"),
        ("d - d", "integer"),
        ("d + 1", "date"),
        ("d + interval '1 day'", "timestamp without time zone"),
        ("tz - tz", "interval"),
        ("ts AT TIME ZONE 'UTC'", "timestamp with time zone"),
        ("date_trunc('day', ts)", "timestamp without time zone"),
        ("j -> 'a'", "jsonb"),
        ("j ->> 'a'", "text"),
        ("j ? 'a'", "boolean"),
        ("a[1]", "text"),
        ("a || 'x'", "text[]"),
        ("array_agg(i)", "integer[]"),
        ("unnest(a)", "text"),
        ("CASE WHEN true THEN i ELSE n END", "numeric"),
        ("coalesce(i, b)", "bigint"),
        ("round(n, 2)", "numeric"),
        ("round(f)", "double precision"),
        ("i > 1", "boolean"),
        ("extract(year FROM ts)", "numeric"),
        ("row_number() OVER ()", "bigint"),
        ("lag(d) OVER ()", "date"),
        ("(SELECT max(b) FROM t)", "bigint"),
        ("current_user", "name"),
        ("'t'::regclass", "regclass"),
        ("ARRAY[1, 2.5]", "numeric[]"),
        ("percentile_cont(0.5) WITHIN GROUP (ORDER BY i)", "double precision"),
        ("to_jsonb(t)", "jsonb"),
        ("$1", None),
    ],
)
def test_an_expression_has_a_type(expression: str, name: str | None) -> None:
    assert types(f"SELECT {expression} FROM t") == [name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WITH x(y) AS (SELECT i FROM t) SELECT y FROM x", ["integer"]),
        ("SELECT * FROM (VALUES (1, 'a'), (2.5, NULL)) v", ["numeric", "text"]),
        ("SELECT 1 UNION ALL SELECT 2.5", ["numeric"]),
        ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r", ["integer"]),
        ("SELECT g, o FROM generate_series(1, 2) WITH ORDINALITY AS x(g, o)", ["integer", "bigint"]),
        ("SELECT key, value FROM t, jsonb_each(t.j)", ["text", "jsonb"]),
        ("SELECT x.b FROM t, LATERAL (SELECT t.b) x", ["bigint"]),
        ("SELECT u.* FROM unnest(ARRAY[1]) AS u", ["integer"]),
        ("SELECT * FROM t JOIN t AS u USING (i, b, n, f, s, d, ts, tz, j, a)", [c.type_name for c in TABLES["t"]]),
    ],
)
def test_scopes_give_columns_their_types(text: str, expected: list[str | None]) -> None:
    assert types(text) == expected


def test_a_modifier_stays_with_a_plain_column() -> None:
    tree = row_statement(parse_statements("SELECT n, n + 1, n::numeric(5,1) FROM t")[0]).tree
    columns = output_columns(tree, relations)
    assert columns is not None
    assert [column.type_modifier for column in columns] == [655366, -1, 327685]
