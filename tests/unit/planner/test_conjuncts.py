"""Conditions that every needed row meets are found; whatever is not plain stays with the engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pgddb.access.describe import predicate_text
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Constant,
    IsNull,
    Negation,
    OneOf,
    Parameter,
    ParameterElements,
    SeenAs,
    StartsWith,
)

LONG = "-0.12345678901234567890123456789012345678"
"""More digits than a Decimal keeps when it is calculated with."""


@pytest.mark.parametrize(
    ("where", "conjunct"),
    [
        ("userid = 'a'", Compare(("UserId",), Comparison.EQUAL, Constant("a"))),
        ("5 < n", Compare(("n",), Comparison.GREATER, Constant(5))),
        ("n = '5'", Compare(("n",), Comparison.EQUAL, Constant(5))),
        ("n >= -1.5", Compare(("n",), Comparison.GREATER_EQUAL, Constant(Decimal("-1.5")))),
        (
            "n > -0.12345678901234567890123456789012345678",
            Compare(("n",), Comparison.GREATER, Constant(Decimal("-0.12345678901234567890123456789012345678"))),
        ),
        ("n = $1", Compare(("n",), Comparison.EQUAL, Parameter(1))),
        ("name IN ('a', $1)", OneOf(("Name",), (Constant("a"), Parameter(1)))),
        ("n = ANY ($1)", OneOf(("n",), ParameterElements(1))),
        ("name LIKE 'ab%'", StartsWith(("Name",), Constant("ab"))),
        ("name LIKE 'ab%c'", StartsWith(("Name",), Constant("ab"), only=False)),
        ("name LIKE 'ab'", Compare(("Name",), Comparison.EQUAL, Constant("ab"))),
        ("tags IS NOT NULL", IsNull(("tags",), negated=True)),
        ("ok = true", Compare(("ok",), Comparison.EQUAL, Constant(True))),
        ("ok", Compare(("ok",), Comparison.EQUAL, Constant(True))),
        ("NOT n = 1", Negation(Compare(("n",), Comparison.EQUAL, Constant(1)))),
        ("n NOT IN (1)", Negation(OneOf(("n",), (Constant(1),)))),
        ("n = 1.5::float8", Compare(("n",), Comparison.EQUAL, Constant(1.5))),
        ("mixed = '5'", Compare(("mixed",), Comparison.EQUAL, Constant("5"))),
        ("n = ANY ('{1, NULL}')", OneOf(("n",), (Constant(1), Constant(None)))),
        ("n = ANY (ARRAY[1, $1])", OneOf(("n",), (Constant(1), Parameter(1)))),
        ("n <> ALL ($1)", Negation(OneOf(("n",), ParameterElements(1)))),
        ("name ^@ 'ab'", StartsWith(("Name",), Constant("ab"))),
        ("starts_with(name, $1)", StartsWith(("Name",), Parameter(1))),
        (r"name LIKE 'a1\_b%'", StartsWith(("Name",), Constant("a1_b"))),
        ("name LIKE 'a1_b%'", StartsWith(("Name",), Constant("a1"), only=False)),
        ("name LIKE 'a!%b' ESCAPE '!'", Compare(("Name",), Comparison.EQUAL, Constant("a%b"))),
        ("name NOT LIKE 'ab%'", Negation(StartsWith(("Name",), Constant("ab")))),
        ("name LIKE '%'", IsNull(("Name",), negated=True)),
        (r"bin = '\x6162'", Compare(("bin",), Comparison.EQUAL, Constant(b"ab"))),
        ("n = 5::bigint", Compare(("n",), Comparison.EQUAL, Constant(5))),
        ("n = NULL", Compare(("n",), Comparison.EQUAL, Constant(None))),
        ("n::numeric = 5.5", Compare(("n",), Comparison.EQUAL, Constant(Decimal("5.5")))),
        (
            "document->'a'->>'b' = 'c'",
            Compare(("a", "b"), Comparison.EQUAL, Constant("c"), SeenAs.ANY_TEXT),
        ),
        ("(document->>'a')::int > 5", Compare(("a",), Comparison.GREATER, Constant(5), SeenAs.NUMBER)),
        ("(document->>'a')::float8 > 5", Compare(("a",), Comparison.GREATER, Constant(5), SeenAs.FLOAT)),
        ("document->'a' IS NULL", IsNull(("a",), seen_as=SeenAs.ANY_JSON)),
        ("document ? 'a'", IsNull(("a",), negated=True, seen_as=SeenAs.ANY_JSON)),
        (
            "n IS NOT DISTINCT FROM 5",
            AllOf((Compare(("n",), Comparison.EQUAL, Constant(5)), IsNull(("n",), negated=True))),
        ),
        ("n IS DISTINCT FROM NULL", Negation(IsNull(("n",)))),
        (
            "ok IS NOT TRUE",
            Negation(AllOf((Compare(("ok",), Comparison.EQUAL, Constant(True)), IsNull(("ok",), negated=True)))),
        ),
        (
            "(userid, n) IN (('a', 1), ('b', 2))",
            AnyOf(
                tuple(
                    AllOf(
                        (
                            Compare(("UserId",), Comparison.EQUAL, Constant(one)),
                            Compare(("n",), Comparison.EQUAL, Constant(two)),
                        )
                    )
                    for one, two in (("a", 1), ("b", 2))
                )
            ),
        ),
    ],
)
def test_a_plain_condition_is_found(plan: Any, where: str, conjunct: object) -> None:
    (read,) = plan(f"SELECT 1 FROM users WHERE {where}").reads
    assert (read.conjuncts, read.complete) == ((conjunct,), True)


def test_between_is_two_conditions(plan: Any) -> None:
    (read,) = plan("SELECT 1 FROM users WHERE n BETWEEN 1 AND 2").reads
    low = Compare(("n",), Comparison.GREATER_EQUAL, Constant(1))
    high = Compare(("n",), Comparison.LESS_EQUAL, Constant(2))
    assert read.conjuncts == (AllOf((low, high)),)


@pytest.mark.parametrize(
    "where",
    [
        "upper(name) = 'A'",
        "name LIKE '%a'",
        "name ILIKE 'a%'",
        "n = 1 + n",
        "name || 'x' = 'ax'",
        "n BETWEEN SYMMETRIC 2 AND 1",
        "n > ANY ('{1,2}')",
        "n IN (SELECT 1)",
        "addr = '{}'",
        "userid < 'a' || name",
        "n = 1.5::float4",
        "n::text = '1'",
        "document->-1 IS NULL",
    ],
)
def test_a_condition_that_is_not_plain_stays_with_the_engine(plan: Any, where: str) -> None:
    (read,) = plan(f"SELECT 1 FROM users WHERE {where}").reads
    assert (read.conjuncts, read.complete) == ((), False)


def test_each_table_of_an_inner_join_has_its_own_conditions(plan: Any) -> None:
    left, right = plan("SELECT 1 FROM users a JOIN users b ON a.name = b.name WHERE a.n = 1 AND b.n = 2").reads
    assert left.conjuncts == (Compare(("n",), Comparison.EQUAL, Constant(1)),)
    assert right.conjuncts == (Compare(("n",), Comparison.EQUAL, Constant(2)),)
    assert not left.complete


def conditions(plan: Any, sql: str) -> dict[str, str]:
    """Give what is known of each table of a statement, by its alias."""
    return {
        read.alias: " / ".join(predicate_text(one).replace('"UserId"', "u") for one in read.conjuncts)
        for read in plan(sql).reads
    }


def test_a_weaker_part_of_an_or_is_kept_and_the_table_is_not_complete(plan: Any) -> None:
    (read,) = plan("SELECT 1 FROM users WHERE (n = 1 AND upper(name) = 'A') OR n = 2").reads
    one, two = (Compare(("n",), Comparison.EQUAL, Constant(value)) for value in (1, 2))
    assert (read.conjuncts, read.complete) == ((AnyOf((one, two)),), False)


@pytest.mark.parametrize(
    ("where", "left", "right"),
    [
        ("a.n = 1 AND b.n = 2", "n = 1", "n = 2"),
        ("b.n IS NULL", "", ""),
        ("b.n IS NULL AND b.name = 'x'", "", "\"Name\" = 'x'"),
        ("b.n IS DISTINCT FROM 5", "", ""),
        ("NOT b.n = 5", "", "NOT n = 5"),
        ("NOT b.n = ANY ($1)", "", ""),
        ("b.n = 1 OR b.name IS NULL", "", ""),
        ("a.userid = 'k'", "u = 'k'", "u = 'k'"),
        ("a.n = 1 OR b.n = 2", "", ""),
    ],
)
def test_the_filled_side_of_an_outer_join_takes_only_what_rejects_null(
    plan: Any, where: str, left: str, right: str
) -> None:
    sql = f"SELECT 1 FROM users a LEFT JOIN users b ON a.userid = b.userid WHERE {where}"
    assert conditions(plan, sql) == {"a": left, "b": right}


@pytest.mark.parametrize(
    ("join", "left", "right"),
    [
        ("JOIN", "n = 1", "n = 2"),
        ("LEFT JOIN", "", "n = 2"),
        ("RIGHT JOIN", "n = 1", ""),
        ("FULL JOIN", "", ""),
    ],
)
def test_the_condition_of_a_join_is_about_the_side_that_it_drops(plan: Any, join: str, left: str, right: str) -> None:
    sql = f"SELECT 1 FROM users a {join} users b ON a.name = b.name AND a.n = 1 AND b.n = 2"
    assert conditions(plan, sql) == {"a": left, "b": right}


def test_equality_carries_a_constant_from_table_to_table(plan: Any) -> None:
    sql = "SELECT 1 FROM users a, users b JOIN users c ON c.name = b.userid WHERE a.userid = b.userid AND c.name = 'k'"
    assert conditions(plan, sql) == {"a": "u = 'k'", "b": "u = 'k'", "c": "\"Name\" = 'k'"}


def test_equality_of_different_kinds_carries_nothing(plan: Any) -> None:
    sql = "SELECT 1 FROM users a JOIN users b ON a.mixed = b.day::text JOIN users c ON a.n = c.n::float8 WHERE a.n = 1"
    assert conditions(plan, sql.replace("b.day::text", "b.name || 'x'")) == {"a": "n = 1", "b": "", "c": ""}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * FROM (SELECT userid AS x FROM users) d WHERE d.x = 'k'", "u = 'k'"),
        ("SELECT * FROM (SELECT userid AS x FROM users LIMIT 9) d WHERE d.x = 'k'", ""),
        ("SELECT * FROM (SELECT userid AS x FROM users OFFSET 1) d WHERE d.x = 'k'", ""),
        ("SELECT * FROM ((SELECT userid AS x FROM users) LIMIT 9) d WHERE d.x = 'k'", ""),
        ("SELECT * FROM (SELECT userid AS x FROM users FETCH FIRST 2 ROWS ONLY) d WHERE d.x = 'k'", ""),
        ("SELECT * FROM (SELECT DISTINCT userid AS x FROM users) d WHERE d.x = 'k'", "u = 'k'"),
        (
            "SELECT * FROM (SELECT DISTINCT ON (userid) userid AS x, n FROM users) d WHERE d.x = 'k' AND n = 1",
            "u = 'k'",
        ),
        (
            "SELECT * FROM (SELECT userid AS x, max(n) AS m FROM users GROUP BY 1) d WHERE d.x = 'k' AND m = 1",
            "u = 'k'",
        ),
        ("SELECT * FROM (SELECT userid AS x FROM users GROUP BY ROLLUP (userid)) d WHERE d.x = 'k'", ""),
        (
            "SELECT * FROM (SELECT userid AS x, n, rank() OVER (PARTITION BY userid) AS r FROM users) d "
            "WHERE x = 'k' AND n = 1 AND r = 1",
            "u = 'k'",
        ),
        ("SELECT * FROM (SELECT userid AS x, rank() OVER (ORDER BY n) AS r FROM users) d WHERE x = 'k'", ""),
        ("WITH w AS (SELECT userid FROM users WHERE n = 1) SELECT * FROM w WHERE userid = 'k'", "n = 1 / u = 'k'"),
        ("WITH w AS (SELECT * FROM users) SELECT * FROM w a JOIN w b ON a.n = b.n WHERE a.userid = 'k'", ""),
        (
            "WITH w AS (SELECT * FROM users) SELECT n FROM w WHERE n = 1 UNION SELECT n FROM w WHERE n = 2",
            "n = 1 OR n = 2",
        ),
        ("WITH w AS (SELECT * FROM users WHERE n > 0) SELECT n FROM w UNION SELECT n FROM w WHERE n = 2", "n > 0"),
        ("SELECT userid, count(*) FROM users GROUP BY userid HAVING userid = 'k' AND count(*) > 1", "u = 'k'"),
        ("SELECT count(*) FROM users HAVING count(*) > 1", ""),
        ("SELECT * FROM users TABLESAMPLE BERNOULLI (5) WHERE userid = 'k'", ""),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM users WHERE n = 1)", "n = 1"),
        ("SELECT * FROM (SELECT userid FROM users UNION ALL SELECT 'x') d WHERE userid = 'k'", "u = 'k'"),
        ("SELECT * FROM (SELECT userid FROM users EXCEPT SELECT 'x') d WHERE userid = 'k'", ""),
        ("SELECT * FROM (SELECT userid FROM users UNION ALL SELECT 'x' LIMIT 4) d WHERE userid = 'k'", ""),
        ("SELECT * FROM (SELECT n FROM users UNION ALL SELECT 1.5::float8) d WHERE n = 1", ""),
        (
            "WITH RECURSIVE r AS (SELECT n FROM users WHERE n = 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) "
            "SELECT * FROM r WHERE n = 2",
            "n = 1",
        ),
    ],
)
def test_a_condition_goes_down_only_where_no_row_is_lost(plan: Any, query: str, found: str) -> None:
    assert conditions(plan, query) == {"Users": found}


def test_a_join_in_parentheses_takes_what_rejects_null(plan: Any) -> None:
    sql = (
        "SELECT 1 FROM users a LEFT JOIN (users b JOIN users c ON b.n = c.n AND c.n = 7) ON a.n = b.n "
        "WHERE b.name = 'x' AND c.name IS NULL"
    )
    assert conditions(plan, sql) == {"a": "", "b": "\"Name\" = 'x'", "c": ""}
