"""Conditions that every needed row meets are found; whatever is not plain stays with the engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pgddb.access.predicate import (
    AllOf,
    Compare,
    Comparison,
    Constant,
    IsNull,
    OneOf,
    Parameter,
    ParameterElements,
    StartsWith,
)


@pytest.mark.parametrize(
    ("where", "conjunct"),
    [
        ("userid = 'a'", Compare(("UserId",), Comparison.EQUAL, Constant("a"))),
        ("5 < n", Compare(("n",), Comparison.GREATER, Constant(5))),
        ("n = '5'", Compare(("n",), Comparison.EQUAL, Constant(5))),
        ("n >= -1.5", Compare(("n",), Comparison.GREATER_EQUAL, Constant(Decimal("-1.5")))),
        ("n = $1", Compare(("n",), Comparison.EQUAL, Parameter(1))),
        ("name IN ('a', $1)", OneOf(("Name",), (Constant("a"), Parameter(1)))),
        ("n = ANY ($1)", OneOf(("n",), ParameterElements(1))),
        ("name LIKE 'ab%'", StartsWith(("Name",), Constant("ab"))),
        ("name LIKE 'ab%c'", StartsWith(("Name",), Constant("ab"), only=False)),
        ("name LIKE 'ab'", Compare(("Name",), Comparison.EQUAL, Constant("ab"))),
        ("tags IS NOT NULL", IsNull(("tags",), negated=True)),
        ("ok = true", Compare(("ok",), Comparison.EQUAL, Constant(True))),
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
        "n = 1.5::float8",
        "upper(name) = 'A'",
        "n = 1 OR n = 2",
        "NOT n = 1",
        "name LIKE '%a'",
        "n NOT IN (1)",
        "mixed = '5'",
    ],
)
def test_a_condition_that_is_not_plain_stays_with_the_engine(plan: Any, where: str) -> None:
    (read,) = plan(f"SELECT 1 FROM users WHERE {where}").reads
    assert (read.conjuncts, read.complete) == ((), False)


def test_a_table_that_an_outer_join_may_leave_out_has_no_conditions(plan: Any) -> None:
    left, right = plan("SELECT 1 FROM users a LEFT JOIN users b ON a.n = b.n WHERE b.n = 1 AND a.n = 1").reads
    assert (left.conjuncts, right.conjuncts) == ((), ())


def test_each_table_of_an_inner_join_has_its_own_conditions(plan: Any) -> None:
    left, right = plan("SELECT 1 FROM users a JOIN users b ON a.name = b.name WHERE a.n = 1 AND b.n = 2").reads
    assert left.conjuncts == (Compare(("n",), Comparison.EQUAL, Constant(1)),)
    assert right.conjuncts == (Compare(("n",), Comparison.EQUAL, Constant(2)),)
    assert not left.complete
