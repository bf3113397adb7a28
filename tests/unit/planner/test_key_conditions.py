"""Conditions on keys become the one legal key condition of each Query."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pgddb.access.path import KeyCondition, SortCondition, SortOperator
from pgddb.access.predicate import AllOf, AnyOf, Compare, Comparison, Constant, Negation, Predicate, SeenAs
from pgddb.access.support import ReadContext
from pgddb.access.table import KeySchema
from pgddb.planner.key_boxes import BoxFinder, all_boxes
from pgddb.planner.key_conditions import KeyPlan, plan_keys
from pgddb.planner.key_domains import Domain, join
from tests.fakes.planner_tables import (
    BY_PLACE,
    ORDERS,
    B,
    N,
    among,
    begins,
    compares,
    equals,
    key,
    number,
    text,
)

TENANT = ("tenant", text("t"))


def planned(*conjuncts: Predicate, schema: KeySchema = ORDERS.keys) -> KeyPlan | None:
    finder = BoxFinder(schema, ReadContext(ORDERS))
    return plan_keys(schema, all_boxes([finder.where_true(conjunct) for conjunct in conjuncts]))


def sort_of(*conjuncts: Predicate) -> tuple[SortCondition | None, bool]:
    """Give the condition on the sort key of one partition, and whether it is exact."""
    found = planned(equals("tenant", "t"), *conjuncts)
    assert found is not None
    (condition,) = found.conditions
    assert condition.equals == (TENANT,)
    return condition.sort, found.exact


def sort(operator: SortOperator, *values: str) -> SortCondition:
    return SortCondition("order_id", operator, tuple(text(value) for value in values))


@pytest.mark.parametrize(
    ("conjuncts", "expected", "exact"),
    [
        ((), None, True),
        ((compares("order_id", ">", "a"),), sort(SortOperator.GREATER, "a"), True),
        (
            (compares("order_id", ">", "a"), compares("order_id", ">=", "b")),
            sort(SortOperator.GREATER_EQUAL, "b"),
            True,
        ),
        (
            (compares("order_id", ">=", "a"), compares("order_id", "<=", "b")),
            sort(SortOperator.BETWEEN, "a", "b"),
            True,
        ),
        (
            (compares("order_id", ">=", "a"), compares("order_id", "<", "b1")),
            sort(SortOperator.BETWEEN, "a", "b1"),
            False,
        ),
        ((begins("order_id", "a1"),), sort(SortOperator.BEGINS_WITH, "a1"), True),
        ((begins("order_id", "a1", only=False),), sort(SortOperator.BEGINS_WITH, "a1"), True),
        ((begins("order_id", "a"), begins("order_id", "a1")), sort(SortOperator.BEGINS_WITH, "a1"), True),
        ((begins("order_id", "a"), compares("order_id", ">", "a5")), sort(SortOperator.BETWEEN, "a5", "b"), False),
        (
            (compares("order_id", ">", "a"), compares("order_id", "<", "b"), begins("order_id", "a1")),
            sort(SortOperator.BEGINS_WITH, "a1"),
            True,
        ),
        ((compares("order_id", "<>", "a"),), None, True),
        ((compares("order_id", ">", ""),), None, True),
        ((compares("order_id", ">", "x" * 1025),), None, False),
        ((Negation(compares("order_id", "<", "c")),), sort(SortOperator.GREATER_EQUAL, "c"), True),
    ],
)
def test_c4_all_ranges_of_a_sort_key_become_one_condition(
    conjuncts: tuple[Predicate, ...], expected: SortCondition | None, exact: bool
) -> None:
    assert sort_of(*conjuncts) == (expected, exact)


@pytest.mark.parametrize(
    "conjuncts",
    [
        (compares("order_id", ">", "b"), compares("order_id", "<", "a")),
        (begins("order_id", "a"), begins("order_id", "b")),
        (equals("order_id", "a"), compares("order_id", ">", "a")),
        (equals("order_id", "a"), equals("order_id", "b")),
        (equals("order_id", ""),),
        (equals("order_id", None),),
        (compares("order_id", "<", ""),),
        (equals("order_id", "x" * 1025),),
    ],
)
def test_c4_conditions_that_contradict_each_other_read_nothing(conjuncts: tuple[Predicate, ...]) -> None:
    found = planned(equals("tenant", "t"), *conjuncts)
    assert found is not None
    assert found.conditions == ()


def test_an_empty_or_endless_partition_key_reads_nothing() -> None:
    for value in ("", "x" * 2049):
        found = planned(equals("tenant", value))
        assert found is not None
        assert found.conditions == ()


def test_an_equality_inside_a_range_is_the_whole_key() -> None:
    found = planned(equals("tenant", "t"), equals("order_id", "b"), compares("order_id", ">", "a"))
    assert found is not None
    assert found.keys == ((TENANT, ("order_id", text("b"))),)


def test_every_value_of_a_list_is_asked_for_once() -> None:
    found = planned(among("tenant", "b", "a", "b", None))
    assert found is not None
    assert found.conditions == (KeyCondition((("tenant", text("a")),)), KeyCondition((("tenant", text("b")),)))
    assert found.exact


def test_an_or_of_keys_is_as_many_queries() -> None:
    either = AnyOf(
        (
            AllOf((equals("tenant", "a"), compares("order_id", ">", "1"))),
            AllOf((equals("tenant", "b"), compares("order_id", "<", "5"))),
        )
    )
    found = planned(either)
    assert found is not None
    assert found.conditions == (
        KeyCondition((("tenant", text("a")),), sort(SortOperator.GREATER, "1")),
        KeyCondition((("tenant", text("b")),), sort(SortOperator.LESS, "5")),
    )


def test_alternatives_of_one_partition_never_read_an_item_twice() -> None:
    either = AnyOf(
        (
            AllOf((equals("tenant", "t"), compares("order_id", "<=", "5"))),
            AllOf((equals("tenant", "t"), compares("order_id", "<=", "3"))),
            AllOf((equals("tenant", "t"), compares("order_id", ">", "8"))),
        )
    )
    found = planned(either)
    assert found is not None
    assert [condition.sort for condition in found.conditions] == [
        sort(SortOperator.LESS_EQUAL, "5"),
        sort(SortOperator.GREATER, "8"),
    ]
    assert [condition.sort for condition in found.coarse] == [None]


def test_a_list_of_sort_keys_may_be_read_as_keys_or_as_one_range() -> None:
    found = planned(equals("tenant", "t"), among("order_id", "a", "c", "b"))
    assert found is not None
    assert len(found.keys) == 3
    assert found.coarse == (KeyCondition((TENANT,), sort(SortOperator.BETWEEN, "a", "c")),)
    assert not found.coarse_exact


def test_row_values_are_whole_keys() -> None:
    rows = AnyOf(tuple(AllOf((equals("tenant", one), equals("order_id", two))) for one, two in ("ax", "by", "ax")))
    found = planned(rows)
    assert found is not None
    assert found.keys == (
        (("tenant", text("a")), ("order_id", text("x"))),
        (("tenant", text("b")), ("order_id", text("y"))),
    )


def test_no_equality_on_the_partition_key_is_no_read_by_key() -> None:
    assert planned(compares("tenant", ">", "a")) is None
    assert planned(equals("order_id", "a")) is None
    assert planned(AnyOf((equals("tenant", "a"), equals("amount", 1)))) is None


def test_c3_a_number_key_is_sent_as_a_number_and_a_binary_key_as_bytes() -> None:
    schema = key(("number", N), sort=(("blob", B),))
    context = ReadContext(ORDERS)
    conjuncts = [equals("number", 5), Compare(("blob",), Comparison.GREATER, Constant(b"a"), SeenAs.BINARY)]
    found = plan_keys(schema, all_boxes([BoxFinder(schema, context).where_true(one) for one in conjuncts]))
    assert found is not None
    (condition,) = found.conditions
    assert condition.equals == (("number", number("5")),)
    assert condition.sort is not None
    assert condition.sort.values[0].content == b"a"


def test_c3_the_text_of_a_number_key_is_asked_for_as_a_number_and_checked_again() -> None:
    schema = key(("number", N))
    text_of = Compare(("number",), Comparison.EQUAL, Constant("5"), SeenAs.ANY_TEXT)
    boxes = BoxFinder(schema, ReadContext(ORDERS)).where_true(text_of)
    found = plan_keys(schema, boxes)
    assert found is not None
    assert found.conditions == (KeyCondition((("number", number("5")),)),)
    assert not boxes.exact


def test_a_text_key_is_not_read_by_a_number() -> None:
    assert planned(equals("tenant", 5)) is None


PLACE = (("country", text("de")), ("city", text("ulm")))


def test_an_index_of_several_keys_needs_every_partition_attribute() -> None:
    assert planned(equals("country", "de"), schema=BY_PLACE.keys) is None
    found = planned(equals("country", "de"), equals("city", "ulm"), schema=BY_PLACE.keys)
    assert found is not None
    assert found.conditions == (KeyCondition(PLACE),)


def test_an_index_of_several_keys_takes_its_sort_keys_from_the_left() -> None:
    place = (equals("country", "de"), equals("city", "ulm"))
    found = planned(*place, equals("street", "x"), compares("number", ">", 5), schema=BY_PLACE.keys)
    assert found is not None
    assert found.conditions == (
        KeyCondition((*PLACE, ("street", text("x"))), SortCondition("number", SortOperator.GREATER, (number("5"),))),
    )
    assert found.exact


def test_an_index_of_several_keys_takes_nothing_behind_a_gap() -> None:
    found = planned(equals("country", "de"), equals("city", "ulm"), compares("number", ">", 5), schema=BY_PLACE.keys)
    assert found is not None
    assert found.conditions == (KeyCondition(PLACE),)
    assert not found.exact


def test_too_many_partitions_are_not_read_by_key() -> None:
    assert planned(among("tenant", *(f"{place}" for place in range(20_001)))) is None


def test_a_prefix_at_the_end_of_unicode_has_no_upper_bound() -> None:
    assert sort_of(begins("order_id", "\U0010ffff")) == (sort(SortOperator.GREATER_EQUAL, "\U0010ffff"), True)


def test_many_pairs_of_one_partition_are_joined_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = []

    def counting(domains: Sequence[Domain]) -> Domain:
        joined.append(len(domains))
        return join(domains)

    monkeypatch.setattr("pgddb.planner.key_conditions.join", counting)
    pairs = [AllOf((equals("tenant", f"t{place % 2}"), equals("order_id", f"{place:03}"))) for place in range(400)]
    found = planned(AnyOf(tuple(pairs)))
    assert found is not None
    assert (len(found.keys), len(found.coarse), found.exact) == (400, 2, True)
    assert joined == [200, 200]
