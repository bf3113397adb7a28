"""What DynamoDB can check of a condition, and how exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pgddb.access.contract import FilterSupport
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
    SeenAs,
    StartsWith,
)
from pgddb.access.support import ReadContext, StoreCondition, filter_support
from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)

S, N, B = AttributeType.S, AttributeType.N, AttributeType.B
BY_STATUS = Index(
    "by_status",
    IndexKind.GLOBAL,
    KeySchema((KeyAttribute("status", S),), (KeyAttribute("placed", S),)),
    IndexProjection.KEYS_ONLY,
)
TABLE = TableSchema(
    "public",
    "orders",
    "Orders",
    Source(),
    KeySchema((KeyAttribute("tenant", S),), (KeyAttribute("number", N),)),
    (
        Column("tenant", ("tenant",), Carrier.TEXT, "text"),
        Column("number", ("number",), Carrier.INTEGER, "bigint"),
        Column("status", ("status",), Carrier.TEXT, "text"),
        Column("placed", ("placed",), Carrier.TEXT, "text"),
        Column("amount", ("amount",), Carrier.INTEGER, "bigint"),
        Column("mixed", ("mixed",), Carrier.SCALAR_TEXT, "text"),
        Column("paid", ("paid",), Carrier.BOOLEAN, "boolean"),
        Column("due", ("due",), Carrier.TEXT, "date", declared=True),
    ),
    (BY_STATUS,),
)
NULL_TYPE = AttributeType.NULL


def support(predicate: Predicate, **reading: object) -> StoreCondition:
    return filter_support(ReadContext(TABLE, **reading), predicate)  # type: ignore[arg-type]  # keywords of a test


def equals(name: str, value: object) -> Compare:
    return Compare((name,), Comparison.EQUAL, Constant(value))  # type: ignore[arg-type]  # any value is tried


def text(content: str) -> AttributeValue:
    return AttributeValue(S, content)


def number(content: str) -> AttributeValue:
    return AttributeValue(N, content)


def misfit(name: str, kind: AttributeType) -> Predicate:
    return AllOf((IsNull((name,), negated=True), Negation(HasType((name,), (kind,)))))


def test_a_condition_on_a_key_of_the_table_is_exact() -> None:
    assert support(equals("number", 5)) == StoreCondition(
        FilterSupport.EXACT, Compare(("number",), Comparison.EQUAL, number("5"))
    )


def test_a_condition_on_a_key_of_an_index_is_exact_for_it_has_its_type_wherever_it_is() -> None:
    assert support(equals("status", "open")) == StoreCondition(
        FilterSupport.EXACT, Compare(("status",), Comparison.EQUAL, text("open"))
    )


def test_c3_a_number_is_sent_as_a_number_and_never_as_text() -> None:
    assert support(Compare(("amount",), Comparison.GREATER, Constant(Decimal("7.50")))) == StoreCondition(
        FilterSupport.INEXACT,
        AnyOf((Compare(("amount",), Comparison.GREATER, number("7.5")), misfit("amount", N))),
    )


def test_c11_a_value_of_another_type_reaches_the_engine() -> None:
    found = support(Compare(("amount",), Comparison.NOT_EQUAL, Constant(3)))
    assert found == StoreCondition(
        FilterSupport.INEXACT,
        AllOf((IsNull(("amount",), negated=True), Compare(("amount",), Comparison.NOT_EQUAL, number("3")))),
    )


def test_c11_not_of_a_comparison_does_not_keep_missing_attributes() -> None:
    not_less = Negation(Compare(("amount",), Comparison.LESS, Constant(3)))
    assert support(not_less) == support(Compare(("amount",), Comparison.GREATER_EQUAL, Constant(3)))


def test_c11_a_different_value_of_an_index_key_must_be_there_to_differ() -> None:
    found = support(Compare(("status",), Comparison.NOT_EQUAL, Constant("open")))
    assert found == StoreCondition(
        FilterSupport.EXACT,
        AllOf((IsNull(("status",), negated=True), Compare(("status",), Comparison.NOT_EQUAL, text("open")))),
    )


def test_c5_a_query_leaves_its_keys_to_the_key_condition() -> None:
    both = AllOf((Compare(("number",), Comparison.NOT_EQUAL, Constant(1)), IsNull(("amount",))))
    assert support(both, query=True) == StoreCondition(FilterSupport.INEXACT, IsNull(("amount",)))


def test_c5_an_or_with_a_key_of_the_query_is_left_to_the_engine() -> None:
    either = AnyOf((equals("number", 1), IsNull(("amount",))))
    assert support(either, query=True) == StoreCondition(FilterSupport.UNSUPPORTED)


def test_c2_an_index_cannot_filter_by_what_it_does_not_hold() -> None:
    assert support(equals("amount", 1), index=BY_STATUS) == StoreCondition(FilterSupport.UNSUPPORTED)


def test_null_is_missing_or_dynamodbs_null() -> None:
    assert support(IsNull(("amount",))) == StoreCondition(FilterSupport.EXACT, IsNull(("amount",)))
    assert support(IsNull(("tenant",))) == StoreCondition(FilterSupport.EXACT, never=True)
    assert support(IsNull(("tenant",), negated=True)) == StoreCondition(FilterSupport.EXACT)


def test_the_json_null_of_a_document_is_not_null() -> None:
    found = support(IsNull(("a",), negated=True, seen_as=SeenAs.ANY_JSON))
    assert found == StoreCondition(FilterSupport.EXACT, Exists(("a",)))


def test_a_comparison_with_null_is_never_true_nor_false() -> None:
    assert support(equals("amount", None)).never
    assert support(Negation(equals("amount", None))).never
    assert support(Negation(OneOf(("amount",), (Constant(1), Constant(None))))).never


def test_an_empty_array_excludes_nothing_not_even_null() -> None:
    any_of = OneOf(("amount",), ParameterElements(1))
    assert support(any_of, parameters=([],)).never
    assert support(Negation(any_of), parameters=([],)) == StoreCondition(FilterSupport.EXACT)
    assert support(any_of, parameters=(None,)).never


def test_an_empty_text_equals_no_key_and_every_key_is_greater() -> None:
    assert support(equals("tenant", "")).never
    assert support(Compare(("tenant",), Comparison.GREATER, Constant(""))) == StoreCondition(FilterSupport.EXACT)


def test_a_text_of_a_mixed_attribute_may_stand_for_a_number_a_truth_or_bytes() -> None:
    found = support(equals("mixed", "1234"))
    values = (text("1234"), number("1234"), AttributeValue(B, b"\xd7m\xf8"))
    containers = (AttributeType.M, AttributeType.L, AttributeType.SS, AttributeType.NS, AttributeType.BS)
    assert found == StoreCondition(
        FilterSupport.INEXACT, AnyOf((OneOf(("mixed",), values), HasType(("mixed",), containers)))
    )


def test_a_text_of_a_document_path_leaves_containers_out_unless_the_text_is_json() -> None:
    path = Compare(("a", "b"), Comparison.EQUAL, Constant("no!"), SeenAs.ANY_TEXT)
    assert support(path) == StoreCondition(FilterSupport.INEXACT, Compare(("a", "b"), Comparison.EQUAL, text("no!")))


def test_an_element_of_a_set_is_found_though_dynamodb_has_no_path_to_it() -> None:
    found = support(Compare(("tags", 0), Comparison.EQUAL, Constant("no!"), SeenAs.ANY_TEXT))
    sets = HasType(("tags",), (AttributeType.SS, AttributeType.NS, AttributeType.BS))
    assert found.predicate == AnyOf((Compare(("tags", 0), Comparison.EQUAL, text("no!")), sets))


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), 10**38 + 1, "5", True, b"5"])
def test_a_value_that_is_no_number_of_dynamodb_is_left_to_the_engine(value: object) -> None:
    found = support(Compare(("number",), Comparison.GREATER, Constant(value)))  # type: ignore[arg-type]
    assert found == StoreCondition(FilterSupport.UNSUPPORTED)


def test_a_double_equals_the_numbers_that_round_to_it() -> None:
    found = support(equals("number", 0.1))
    assert found.support is FilterSupport.INEXACT
    assert isinstance(found.predicate, AllOf)
    low, high = (bound_of(part) for part in found.predicate.parts)
    assert low < Decimal("0.1") < high
    assert high - low < Decimal("1e-15")


def bound_of(predicate: Predicate) -> Decimal:
    assert isinstance(predicate, Compare)
    assert isinstance(predicate.operand, AttributeValue)
    return Decimal(str(predicate.operand.content))


def test_a_truth_is_compared_by_equality() -> None:
    false = AnyOf(
        (
            Compare(("paid",), Comparison.EQUAL, AttributeValue(AttributeType.BOOL, content=False)),
            misfit("paid", AttributeType.BOOL),
        )
    )
    assert support(Negation(equals("paid", True))).predicate == false
    assert support(Compare(("paid",), Comparison.LESS, Constant(True))).predicate == false


def test_a_declared_date_is_left_to_the_engine_but_for_its_presence() -> None:
    later = Compare(("due",), Comparison.GREATER, Constant("2024-01-01"))
    assert support(later).predicate == IsNull(("due",), negated=True)


def test_a_pattern_that_asks_for_more_than_its_prefix_is_inexact_and_its_negation_unknown() -> None:
    like = StartsWith(("status",), Constant("a1"), only=False)
    assert support(like) == StoreCondition(FilterSupport.INEXACT, StartsWith(("status",), text("a1")))
    assert support(Negation(like)).predicate == IsNull(("status",), negated=True)


def test_a_parameter_brings_its_value() -> None:
    found = support(Compare(("number",), Comparison.LESS, Parameter(2)), parameters=("x", 9))
    assert found.predicate == Compare(("number",), Comparison.LESS, number("9"))


def test_one_unchecked_part_spoils_an_or_and_not_an_and() -> None:
    unknown = Compare((), Comparison.EQUAL, Constant("x"))
    assert support(AnyOf((unknown, equals("number", 1)))).support is FilterSupport.UNSUPPORTED
    assert support(AllOf((unknown, equals("number", 1)))) == StoreCondition(
        FilterSupport.INEXACT, Compare(("number",), Comparison.EQUAL, number("1"))
    )


def test_an_index_key_whose_column_holds_other_types_too_is_not_trusted() -> None:
    columns = tuple(
        Column("status", ("status",), Carrier.SCALAR_TEXT, "text") if column.name == "status" else column
        for column in TABLE.columns
    )
    table = TableSchema("public", "orders", "Orders", Source(), TABLE.keys, columns, TABLE.indexes)
    assert filter_support(ReadContext(table), equals("status", "5")).support is FilterSupport.INEXACT
