"""A SELECT of constants has its row at once; whatever has to be computed has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgddb.planner import SelectPlan

Plan = Callable[..., SelectPlan]


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("SELECT 1", [(1, "integer")]),
        ("SELECT -5 AS x, (7), 007", [(-5, "integer"), (7, "integer"), (7, "integer")]),
        ("SELECT 2147483647, 2147483648", [(2147483647, "integer"), (2147483648, "bigint")]),
        ("SELECT 1::smallint, 2::int8", [(1, "smallint"), (2, "bigint")]),
        ("SELECT 'a', '', 'it''s', E'\\n'", [("a", "text"), ("", "text"), ("it's", "text"), ("\n", "text")]),
        ("SELECT 'x'::text, 'y'::varchar", [("x", "text"), ("y", "character varying")]),
        ("SELECT true, false, NULL", [(True, "boolean"), (False, "boolean"), (None, "text")]),
        ("SELECT version()", [("PostgreSQL 15.0 (pgddb)", "text")]),
        ("SELECT current_user, current_schema()", [("postgres", "name"), ("public", "name")]),
    ],
)
def test_constants_are_the_row(plan: Plan, statement: str, row: list[tuple[object, str]]) -> None:
    assert [(constant.value, constant.type_name) for constant in plan(statement).constants] == row


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 + 1",
        "SELECT 1 WHERE false",
        "SELECT 1 LIMIT 0",
        "SELECT DISTINCT 1",
        "SELECT 1 ORDER BY 1",
        "SELECT 1 UNION SELECT 1",
        "SELECT 1 HAVING false",
        "SELECT count(*)",
        "SELECT 1 FROM users",
        "SELECT 1, 1.5",
        "SELECT 99999999999999999999",
        "SELECT 'a'::varchar(3)",
        "SELECT 'abc'::bytea, '2020-01-01'::date",
        "SELECT '1'::int",
        "SELECT 1::text",
        "SELECT NULL::int",
        "SELECT generate_series(1, 2)",
        "SELECT now()",
        "WITH w AS (SELECT 1) SELECT 2",
    ],
)
def test_what_is_not_constant_is_the_engines(plan: Plan, statement: str) -> None:
    assert plan(statement).constants == ()


def test_a_parameter_is_not_constant(plan: Plan) -> None:
    assert plan("SELECT $1", (25,)).constants == ()
