"""Tables and parameters of a tree are found with the scopes of SQL."""

from __future__ import annotations

import pytest

from pgddb.sql.classify import parse_statements, row_statement
from pgddb.sql.references import parameter_numbers, table_references


def names(text: str) -> list[str]:
    return [table.sql() for table in table_references(row_statement(parse_statements(text)[0]).tree)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM a, b.c d WHERE x IN (SELECT 1 FROM e)", ["a", "b.c AS d", "e"]),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", ["a"]),
        ("WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b JOIN public.a c ON true", ["public.a AS c"]),
        ("WITH RECURSIVE a AS (SELECT 1 UNION SELECT 1 FROM a) TABLE a", []),
        ("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a", ["a"]),
        ("SELECT * FROM generate_series(1, 2) g, unnest(ARRAY[1]) u", []),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", ["t"]),
    ],
)
def test_references_leave_out_what_is_no_relation(text: str, expected: list[str]) -> None:
    assert sorted(names(text)) == sorted(expected)


def test_parameters_are_numbered_once() -> None:
    tree = row_statement(parse_statements("SELECT $2, $1 + $2")[0]).tree
    assert parameter_numbers(tree) == (1, 2)
