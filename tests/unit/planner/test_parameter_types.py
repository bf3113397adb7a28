"""Parameters get the types that PostgreSQL would give them."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.errors import (
    AmbiguousFunction,
    AmbiguousParameter,
    DatatypeMismatch,
    IndeterminateDatatype,
    UndefinedFunction,
)


@pytest.mark.parametrize(
    ("sql", "types"),
    [
        ("SELECT 1 FROM users WHERE n = $1", ("bigint",)),
        ("SELECT 1 FROM users WHERE $1 < price", ("numeric",)),
        ("SELECT 1 FROM users WHERE name LIKE $1 AND ok = $2", ("text", "boolean")),
        ("SELECT 1 FROM users WHERE n IN ($1, $2)", ("bigint", "bigint")),
        ("SELECT 1 FROM users WHERE n = ANY($1)", ("bigint[]",)),
        ("SELECT 1 FROM users WHERE name <> ALL($1)", ("text[]",)),
        ("SELECT 1 FROM users WHERE n BETWEEN $1 AND $2", ("bigint", "bigint")),
        ("SELECT 1 FROM users WHERE (n, name) = ($1, $2)", ("bigint", "text")),
        ("SELECT 1 FROM users WHERE (n, name) IN (($1, $2))", ("bigint", "text")),
        ("SELECT 1 FROM users WHERE document->>'x' = $1", ("text",)),
        ("SELECT document->>$1 FROM users", ("text",)),
        ("SELECT 1 FROM users WHERE n = $1 + 1", ("integer",)),
        ("SELECT 1 FROM users LIMIT $1 OFFSET $2", ("bigint", "bigint")),
        ("SELECT $1::int, $2::timestamptz, $1", ("integer", "timestamp with time zone")),
        ("SELECT $1, coalesce(name, $2) FROM users", ("text", "text")),
        ("SELECT CASE WHEN $1 THEN n ELSE $2 END FROM users", ("boolean", "bigint")),
        ("SELECT 1 WHERE $1 = $2", ("text", "text")),
        ("SELECT upper($1), substr($2, $3)", ("text", "text", "integer")),
        ("SELECT ARRAY[$1, $2]::text[]", ("text", "text")),
        ("SELECT 1 FROM users WHERE n = $2 AND name = $1", ("text", "bigint")),
        ("SELECT 1 FROM users WHERE n > $1 AND price > $1", ("bigint",)),
        ("VALUES ($1, 1)", ("text",)),
        ("SELECT now() - $1::interval, date '2024-01-01' - $2", ("interval", "date")),
        ("SELECT n FROM users UNION SELECT $1", ("bigint",)),
        ("SELECT string_agg(name, $1 ORDER BY n), max($2) FROM users", ("text", "text")),
        ("SELECT percentile_cont($1) WITHIN GROUP (ORDER BY n) FROM users", ("double precision",)),
        ("SELECT sum(n) OVER (ORDER BY n ROWS $1 PRECEDING) FROM users", ("bigint",)),
        ("SELECT * FROM generate_series(timestamp '2024-01-01', $1, $2)", ("timestamp without time zone", "interval")),
        ("SELECT to_timestamp($1), timestamp '2024-01-01' + $2", ("double precision", "interval")),
        ("SELECT 1 FROM users WHERE n = $1::int AND name = $1::text", ("integer",)),
        ("SELECT n FROM users ORDER BY $1", ("text",)),
        ("SELECT 1 FROM users a JOIN users b ON a.n = b.n AND b.name = $1", ("text",)),
        ("SELECT 1 FROM (SELECT n AS x FROM users) s WHERE x = $1", ("bigint",)),
        ("SELECT pg_terminate_backend($1), pg_cancel_backend($2)", ("integer", "integer")),
        ("SELECT quote_literal($1), to_number($2, $3)", ("text", "text", "text")),
        ("SELECT chr($1), make_date($2, 2, $3)", ("integer", "integer", "integer")),
        ("SELECT jsonb_array_length($1), jsonb_set($2, $3, $4)", ("jsonb", "jsonb", "text[]", "jsonb")),
        ("SELECT round($1, $2), gcd($3, 3)", ("numeric", "integer", "integer")),
    ],
)
def test_a_parameter_has_the_type_of_its_place(plan: Any, sql: str, types: tuple[str, ...]) -> None:
    assert plan(sql).parameter_types == types


def test_types_that_the_client_sends_stay(plan: Any) -> None:
    assert plan("SELECT $1, n = $2 FROM users", (1700, 0)).parameter_types == ("numeric", "bigint")


def test_values_of_one_type_are_text_where_none_has_a_type(plan: Any) -> None:
    sql = """SELECT array[$1, $2], coalesce($3, $4), nullif($5, $6), CASE WHEN $7 THEN $8 ELSE $9 END,
             $10 IN ($11, $12), CASE $13 WHEN $14 THEN 1 END, greatest($15, $16), $17 BETWEEN $18 AND $19"""
    assert plan(sql).parameter_types == (*["text"] * 6, "boolean", *["text"] * 12)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM users WHERE n IN ({})",
        "SELECT coalesce(n, {}) FROM users",
        "SELECT greatest({}, 1::bigint)",
    ],
)
def test_thousands_of_parameters_in_one_list_are_typed_by_one_look_at_it(plan: Any, sql: str) -> None:
    count = 1500
    typed = plan(sql.format(", ".join(f"${number}" for number in range(1, count + 1)))).parameter_types
    assert set(typed) == {"bigint"}
    assert len(typed) == count


def test_a_type_that_nothing_tells_is_an_error(plan: Any) -> None:
    with pytest.raises(IndeterminateDatatype, match=r"could not determine data type of parameter \$1"):
        plan("SELECT 1 WHERE $1 IS NULL")


def test_a_parameter_that_the_text_leaves_out_is_an_error(plan: Any) -> None:
    with pytest.raises(IndeterminateDatatype, match=r"parameter \$1"):
        plan("SELECT $2::int")


def test_places_of_different_kinds_are_an_error(plan: Any) -> None:
    with pytest.raises(AmbiguousParameter, match=r"inconsistent types deduced for parameter \$1"):
        plan("SELECT substr($1, $1) FROM users")


@pytest.mark.parametrize(
    ("sql", "error", "message"),
    [
        ("SELECT 1 FROM users WHERE n = $1 AND name = $1", UndefinedFunction, "operator does not exist: text = bigint"),
        ("SELECT $1 + $2", AmbiguousFunction, r"operator is not unique: unknown \+ unknown"),
        ("SELECT date '2024-01-01' + $1", AmbiguousFunction, r"operator is not unique: date \+ unknown"),
        ("SELECT sum($1) FROM users", AmbiguousFunction, r"function sum\(unknown\) is not unique"),
        ("SELECT to_jsonb($1)", DatatypeMismatch, "could not determine polymorphic type"),
        ("SELECT concat('a', $1)", IndeterminateDatatype, r"could not determine data type of parameter \$1"),
    ],
)
def test_a_parameter_that_may_be_of_several_types_is_refused_as_postgresql_does(
    plan: Any, sql: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        plan(sql)


def test_literals_go_where_the_parameters_stand(run: Any) -> None:
    sql = "SELECT name || $1 FROM users WHERE n = $2 AND name <> '$1' ORDER BY n LIMIT $3"
    assert run(sql, "'; --", 1, 5).rows == [("Ann'; --",)]


def test_text_that_looks_like_a_marker_stays_text(run: Any) -> None:
    sql = 'SELECT \'pgddb_p1_\' || $1, "pgddb_t1_" FROM (SELECT n AS "pgddb_t1_" FROM users) s ORDER BY 2 LIMIT 1'
    assert run(sql, "x").rows == [("pgddb_p1_x", 1)]
