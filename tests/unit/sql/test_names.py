"""Output columns get PostgreSQL's names."""

from __future__ import annotations

import pytest

from pgddb.sql.names import column_name
from pgddb.sql.parse import parse_expression


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("1", "?column?"),
        ("true", "?column?"),
        ("a + b", "?column?"),
        ("-a", "?column?"),
        ("a || 'x'", "?column?"),
        ("a -> 'b'", "?column?"),
        ("Foo", "foo"),
        ('t."Foo"', "Foo"),
        ("a AS B", "b"),
        ("COUNT(*)", "count"),
        ("pg_catalog.Upper(a)", "upper"),
        ("a::int4", "a"),
        ("1::int", "int4"),
        ("'x'::varchar(3)", "varchar"),
        ("1::timestamp with time zone", "timestamptz"),
        ("ARRAY[1]", "array"),
        ("'{1}'::int[]", "int4"),
        ("interval '1 day'", "interval"),
        ("CASE WHEN a THEN b END", "case"),
        ("CASE WHEN a THEN b ELSE c END", "c"),
        ("coalesce(a, b)", "coalesce"),
        ("(SELECT 1 AS x)", "x"),
        ("EXISTS (SELECT 1)", "exists"),
        ("(a)", "a"),
        ("a[1]", "a"),
        ("(a).b", "b"),
        ("sum(a) FILTER (WHERE b) OVER ()", "sum"),
        ("extract(year FROM a)", "extract"),
        ("trim(LEADING FROM a)", "ltrim"),
        ("trim(a)", "btrim"),
        ("a AT TIME ZONE 'UTC'", "timezone"),
        ("ROW(1)", "row"),
        ("current_date", "current_date"),
        ("now()", "now"),
        ("a IN (1)", "?column?"),
        ("a LIKE 'x'", "?column?"),
        ('a::"char"', "a"),
        ('1::"char"', "char"),
    ],
)
def test_an_output_is_named(expression: str, name: str) -> None:
    assert column_name(parse_expression(expression)) == name
