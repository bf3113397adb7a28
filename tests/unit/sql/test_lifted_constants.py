"""Constants are taken out of a statement only where a parameter would mean the same."""

from __future__ import annotations

import pytest

from pgddb.sql import parse_one
from pgddb.sql.lifted_constants import LiftedConstant, lift_constants
from pgddb.sql.statements import SelectStatement


def lifted(text: str) -> tuple[str, tuple[LiftedConstant, ...]] | None:
    statement = parse_one(text)
    assert isinstance(statement, SelectStatement)
    return lift_constants(statement)


def test_statements_that_differ_in_their_constants_have_one_shape() -> None:
    first = lifted("SELECT a, b AS c FROM t WHERE k = 'it''s' AND (3 = n)")
    second = lifted("SELECT a, b AS c FROM t WHERE k = '' AND (44 = n)")
    assert first is not None
    assert second is not None
    assert first[0] == second[0] == "SELECT a, b AS c FROM t WHERE k =  $1  AND ( $2  = n)"
    assert first[1] == (LiftedConstant("it's", is_number=False), LiftedConstant("3", is_number=True))
    assert second[1] == (LiftedConstant("", is_number=False), LiftedConstant("44", is_number=True))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t",
        "SELECT 'x' FROM t WHERE k = 'x'",
        "SELECT a FROM t WHERE k = $1 AND n = 3",
        "SELECT a FROM t WHERE k = 'x' AND n > 3",
        "SELECT a FROM t WHERE k = 'x' OR n = 3",
        "SELECT a FROM t WHERE k = 'x' AND n = -3",
        "SELECT a FROM t WHERE n = 3.5",
        "SELECT a FROM t WHERE n = 3e2",
        "SELECT a FROM t WHERE k = E'x'",
        "SELECT a FROM t WHERE k = 'a\\b'",
        "SELECT a FROM t WHERE k = $$x$$",
        "SELECT a FROM t WHERE k = 'x'::text",
        "SELECT a FROM t WHERE k = B'1'",
        "SELECT a FROM t WHERE d = DATE '2020-01-01'",
        "SELECT a FROM t WHERE k = 'x' LIMIT 3",
        "SELECT a FROM t WHERE k = 'x' ORDER BY 1",
        "SELECT a FROM t JOIN u USING (k) WHERE k = 'x'",
        "SELECT a FROM t, u WHERE k = 'x'",
        "SELECT a FROM (SELECT 1) AS t WHERE k = 'x'",
        "SELECT a FROM f(1) AS t WHERE k = 'x'",
        "SELECT count(*) FROM t WHERE k = 'x' HAVING count(*) = 1",
        "SELECT a FROM t WHERE 'x' = 'x'",
        "SELECT a FROM t WHERE k IN ('x')",
        "SELECT a FROM t WHERE k = 'x' FOR UPDATE",
        "SELECT DISTINCT a FROM t WHERE k = 'x'",
        "SELECT a FROM t WHERE " + " AND ".join(["k = 'x'"] * 9),
        "TABLE t",
        "SELECT a FROM t WHERE k = 'x' UNION SELECT 'y'",
    ],
)
def test_other_statements_are_left_as_they_are(text: str) -> None:
    assert lifted(text) is None
