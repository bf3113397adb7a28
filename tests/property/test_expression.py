"""Filters and projections of any predicate keep DynamoDB's rules for placeholders."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Constant,
    IsNull,
    Negation,
    OneOf,
    Predicate,
    StartsWith,
)
from pgddb.access.table import AttributePath
from pgddb.dynamo.expression import ExpressionWriter, projected_paths
from tests.fakes.request_rules import expression_faults

steps = st.one_of(st.text(min_size=1, max_size=4), st.sampled_from(["name", "#n0", ":v0", "a.b", "size"]))
paths: st.SearchStrategy[AttributePath] = st.tuples(steps).flatmap(
    lambda first: st.lists(st.one_of(steps, st.integers(0, 9)), max_size=2).map(lambda rest: (*first, *rest))
)
constants = st.one_of(
    st.text(max_size=5),
    st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=Decimal(-9999), max_value=Decimal(9999)),
    st.binary(max_size=5),
).map(Constant)
leaves = st.one_of(
    st.builds(Compare, paths, st.sampled_from(Comparison), constants),
    st.builds(OneOf, paths, st.lists(constants, min_size=1, max_size=4).map(tuple)),
    st.builds(StartsWith, paths, st.text(max_size=3).map(Constant)),
    st.builds(IsNull, paths, st.booleans()),
)
predicates: st.SearchStrategy[Predicate] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Negation, inner),
    ),
    max_leaves=8,
)


@given(predicates)
def test_a_filter_uses_every_placeholder_and_no_bare_name(predicate: Predicate) -> None:
    writer = ExpressionWriter()
    request = {"FilterExpression": writer.filter(predicate), "ExpressionAttributeNames": writer.names}
    if writer.values:
        request["ExpressionAttributeValues"] = writer.values
    assert expression_faults(request) == []


@given(st.lists(paths, min_size=1, max_size=8))
def test_a_projection_covers_every_path_without_overlap(wanted: list[AttributePath]) -> None:
    kept = projected_paths(wanted)
    assert kept is not None
    writer = ExpressionWriter()
    request = {"ProjectionExpression": writer.projection(kept), "ExpressionAttributeNames": writer.names}
    assert expression_faults(request) == []
    assert all(any(path[: len(part)] == part for part in kept) for path in wanted)
