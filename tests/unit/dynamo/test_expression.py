"""Expressions: what is written, and what is refused because DynamoDB would."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pgddb.access.path import KeyCondition, SortCondition, SortOperator
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Comparison,
    Constant,
    Exists,
    HasType,
    IsNull,
    Negation,
    OneOf,
    Parameter,
    ParameterElements,
    Predicate,
    StartsWith,
)
from pgddb.access.table import AttributeType
from pgddb.dynamo.expression import ExpressionWriter, filter_fits, number_digits, projected_paths
from pgddb.errors import InternalError

S, N = AttributeType.S, AttributeType.N
STATUS = Compare(("status",), Comparison.EQUAL, Constant("new"))


def test_a_key_condition_names_every_key_and_one_range() -> None:
    writer = ExpressionWriter()
    condition = KeyCondition(
        (("name", AttributeValue(AttributeType.S, "a")),),
        SortCondition(
            "size", SortOperator.BETWEEN, (AttributeValue(AttributeType.N, "1"), AttributeValue(AttributeType.N, "2"))
        ),
    )
    assert writer.key_condition(condition) == "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2"
    assert writer.names == {"#n0": "name", "#n1": "size"}
    assert writer.values == {":v0": {"S": "a"}, ":v1": {"N": "1"}, ":v2": {"N": "2"}}


def test_a_prefix_and_a_comparison_are_key_conditions() -> None:
    prefix = SortCondition("s", SortOperator.BEGINS_WITH, (AttributeValue(AttributeType.S, "x"),))
    equals = (("p", AttributeValue(AttributeType.B, b"\x00")),)
    writer = ExpressionWriter()
    assert writer.key_condition(KeyCondition(equals, prefix)) == "#n0 = :v0 AND begins_with(#n1, :v1)"
    assert writer.values[":v0"] == {"B": b"\x00"}


@pytest.mark.parametrize(
    ("predicate", "text"),
    [
        (STATUS, "#n0 = :v0"),
        (OneOf(("a", "b", 2), (Constant(1), Constant(None), Constant(Decimal("1.0")))), "#n0.#n1[2] IN (:v0, :v0)"),
        (StartsWith(("a",), Constant("x"), only=False), "begins_with(#n0, :v0)"),
        (IsNull(("a",)), "(attribute_not_exists(#n0) OR attribute_type(#n0, :v0))"),
        (IsNull(("a",), negated=True), "(attribute_exists(#n0) AND NOT attribute_type(#n0, :v0))"),
        (HasType(("a",), (S, N)), "(attribute_type(#n0, :v0) OR attribute_type(#n0, :v1))"),
        (AllOf((Exists(("a",)), Negation(Exists(("b",))))), "(attribute_exists(#n0) AND (NOT attribute_exists(#n1)))"),
        (Compare(("a",), Comparison.LESS, AttributeValue(N, "1.5")), "#n0 < :v0"),
        (AllOf((STATUS, Negation(STATUS))), "(#n0 = :v0 AND (NOT #n0 = :v0))"),
        (AnyOf((STATUS, Compare(("a",), Comparison.EQUAL, Constant(True)))), "(#n0 = :v0 OR #n1 = :v1)"),
    ],
)
def test_a_predicate_becomes_a_filter(predicate: Predicate, text: str) -> None:
    assert ExpressionWriter().filter(predicate) == text


def test_true_and_one_are_different_values() -> None:
    writer = ExpressionWriter()
    writer.filter(AllOf(tuple(Compare(("a",), Comparison.EQUAL, Constant(value)) for value in (True, 1, "1"))))
    assert list(writer.values.values()) == [{"BOOL": True}, {"N": "1"}, {"S": "1"}]


def test_a_long_in_is_cut_into_lists_of_a_hundred() -> None:
    text = ExpressionWriter().filter(OneOf(("a",), tuple(Constant(number) for number in range(150))))
    assert text.startswith("(#n0 IN (:v0, ")
    assert ") OR #n0 IN (:v100, " in text


@pytest.mark.parametrize(
    "predicate",
    [
        Compare(("a",), Comparison.EQUAL, Parameter(1)),
        Compare(("a",), Comparison.EQUAL, Constant(None)),
        Compare(("a",), Comparison.EQUAL, Constant(1.5)),
        Compare(("a",), Comparison.LESS, Constant(True)),
        Compare(("a",), Comparison.EQUAL, Constant(10**40 + 1)),
        Compare((), Comparison.EQUAL, Constant(1)),
        OneOf(("a",), ParameterElements(1)),
        OneOf(("a",), (Constant(None),)),
        OneOf(("a",), tuple(Constant(number) for number in range(400))),
        StartsWith(("a",), Constant(1)),
        Negation(StartsWith(("a",), Constant("x"), only=False)),
        AllOf(()),
        HasType(("a",), ()),
        AnyOf(tuple(Compare((f"a{number}",), Comparison.EQUAL, Constant(number)) for number in range(301))),
    ],
)
def test_what_cannot_be_a_filter_is_refused(predicate: Predicate) -> None:
    assert not filter_fits(predicate)
    with pytest.raises(InternalError):
        ExpressionWriter().filter(predicate)


def test_a_doubly_negated_pattern_is_a_filter() -> None:
    assert filter_fits(Negation(Negation(StartsWith(("a",), Constant("x"), only=False))))


@pytest.mark.parametrize(
    ("paths", "kept"),
    [
        ([("b",), ("a",)], (("a",), ("b",))),
        ([("a",), ("a", "b")], (("a",),)),
        ([("a", "b"), ("a", "c")], (("a", "b"), ("a", "c"))),
        ([("a", 2, "x"), ("a", 5)], (("a",),)),
        ([("a",), ()], None),
        ([(f"{'attribute':>5}{number}",) for number in range(900)], None),
    ],
)
def test_projections_do_not_overlap_and_fit(paths: list[tuple[str | int, ...]], kept: object) -> None:
    assert projected_paths(paths) == kept


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (0, "0"),
        (-7, "-7"),
        (Decimal("1.500"), "1.5"),
        (Decimal("-0.0"), "0"),
        (10**38 - 1, "9" * 38),
        (Decimal("1E+100"), "1E+100"),
    ],
)
def test_numbers_are_written_as_dynamodb_takes_them(number: int | Decimal, digits: str) -> None:
    assert number_digits(number) == digits
