"""Results have PostgreSQL's types and names."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.errors import InternalError
from pgddb.planner import OutputColumn, SelectPlan, SqlTemplate, output_fields
from pgddb.planner.result_types import result_type


@pytest.mark.parametrize(
    ("sql", "types"),
    [
        ("SELECT 1, 12345678901, 1.5, 'x', NULL, true", "integer bigint numeric text text boolean"),
        ("SELECT count(*), sum(n), avg(n), max(n), sum(price) FROM users", "bigint numeric numeric bigint numeric"),
        ("SELECT length(name), n, n + 1, n = 1 FROM users", "integer bigint bigint boolean"),
        ("SELECT tags, nums, addr, document, tags[1] FROM users", "text[] numeric[] jsonb jsonb text"),
        ("SELECT document->'a', document->>'a' FROM users", "jsonb text"),
        ("SELECT s.x FROM (SELECT n AS x FROM users) s", "bigint"),
        ("SELECT n FROM users UNION SELECT 1.5", "numeric"),
    ],
)
def test_a_column_has_the_type_that_postgresql_gives_it(plan: Any, sql: str, types: str) -> None:
    assert [column.type_name for column in plan(sql).columns] == types.split()


def test_casts_keep_their_modifiers(plan: Any) -> None:
    columns = plan("SELECT 'x'::varchar(3), 1::numeric(10,2)").columns
    assert [(column.type_name, column.type_modifier) for column in columns] == [
        ("character varying", 7),
        ("numeric", (10 << 16 | 2) + 4),
    ]


def test_columns_are_named_as_postgresql_names_them(plan: Any) -> None:
    columns = plan('SELECT n, n AS "X", count(*), 1, n::text, (SELECT 1 AS one) FROM users GROUP BY n').columns
    assert [column.name for column in columns] == ["n", "X", "count", "?column?", "n", "one"]


@pytest.mark.parametrize(
    ("duckdb_type", "name"),
    [
        ("HUGEINT", "numeric"),
        ("DECIMAL(18,3)", "numeric"),
        ("INTEGER[]", "integer[]"),
        ("VARCHAR[][]", "text[]"),
        ("STRUCT(a INTEGER)", "record"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
    ],
)
def test_what_the_statement_does_not_tell_comes_from_the_engine(duckdb_type: str, name: str) -> None:
    assert result_type(duckdb_type, None) == name


def test_a_star_takes_the_columns_that_only_the_engine_knows() -> None:
    columns = (OutputColumn("a", "text"), OutputColumn("*", None), OutputColumn("b", "jsonb"))
    described = [("a", "VARCHAR"), ("x", "INTEGER"), ("y", "JSON"), ("b", "VARCHAR")]
    assert output_fields(SelectPlan(SqlTemplate(()), (), columns), described) == (
        ("a", "text", -1),
        ("x", "integer", -1),
        ("y", "json", -1),
        ("b", "jsonb", -1),
    )


def test_a_result_with_other_columns_is_a_bug() -> None:
    with pytest.raises(InternalError):
        output_fields(SelectPlan(SqlTemplate(()), (), (OutputColumn("a", None),)), [])
