"""Conditions on the type and the size of an attribute, in the words of a filter."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pgddb.access.contract import FilterSupport
from pgddb.access.describe import predicate_text
from pgddb.access.predicate import Compare, Comparison, Constant, IsNull, Negation, OneOf, Predicate, SeenAs
from pgddb.access.support import ReadContext, filter_support
from tests.fakes.law_cases import TABLE

CONTAINERS = " OR ".join(f"attribute_type(extra, {name})" for name in ("M", "L", "SS", "NS", "BS"))


def of_type(comparison: Comparison, value: object, name: str = "extra") -> Predicate:
    return Compare((name,), comparison, Constant(value), SeenAs.TYPE)  # type: ignore[arg-type]  # any constant


def of_size(comparison: Comparison, value: object, name: str = "extra") -> Predicate:
    return Compare((name,), comparison, Constant(value), SeenAs.SIZE)  # type: ignore[arg-type]  # any constant


@pytest.mark.parametrize(
    ("predicate", "support", "text"),
    [
        (of_type(Comparison.EQUAL, "S"), FilterSupport.EXACT, "attribute_type(extra, S)"),
        (
            of_type(Comparison.NOT_EQUAL, "S"),
            FilterSupport.EXACT,
            "attribute_exists(extra) AND NOT attribute_type(extra, S)",
        ),
        (of_type(Comparison.GREATER_EQUAL, ""), FilterSupport.EXACT, "attribute_exists(extra)"),
        (of_type(Comparison.EQUAL, "S", "state"), FilterSupport.EXACT, "attribute_exists(state)"),
        (
            OneOf(("extra",), (Constant("M"), Constant("L")), SeenAs.TYPE),
            FilterSupport.EXACT,
            "attribute_type(extra, L) OR attribute_type(extra, M)",
        ),
        (IsNull(("extra",), seen_as=SeenAs.TYPE), FilterSupport.EXACT, "NOT attribute_exists(extra)"),
        (of_size(Comparison.GREATER_EQUAL, 5), FilterSupport.EXACT, "attribute_exists(extra)"),
        (
            of_size(Comparison.GREATER, 105),
            FilterSupport.INEXACT,
            f"((attribute_type(extra, S) OR attribute_type(extra, B)) AND size(extra) >= 26) OR ({CONTAINERS})",
        ),
        (
            Negation(of_size(Comparison.GREATER, Decimal("105.5"))),
            FilterSupport.INEXACT,
            "((attribute_type(extra, S) OR attribute_type(extra, B)) AND size(extra) <= 100) OR "
            f"({CONTAINERS} OR attribute_type(extra, N) OR attribute_type(extra, BOOL) OR attribute_type(extra, NULL))",
        ),
    ],
)
def test_a_filter_says(predicate: Predicate, support: FilterSupport, text: str) -> None:
    found = filter_support(ReadContext(TABLE), predicate)
    assert found.predicate is not None
    assert (found.support, predicate_text(found.predicate)) == (support, text)


@pytest.mark.parametrize(
    "predicate",
    [
        of_type(Comparison.EQUAL, "N", "state"),
        of_type(Comparison.EQUAL, "text"),
        of_type(Comparison.EQUAL, None),
        of_size(Comparison.LESS, 5),
        of_size(Comparison.EQUAL, Decimal("7.5")),
        IsNull(("pk",), seen_as=SeenAs.SIZE),
    ],
)
def test_what_cannot_be_is_not_read(predicate: Predicate) -> None:
    assert filter_support(ReadContext(TABLE), predicate).never
