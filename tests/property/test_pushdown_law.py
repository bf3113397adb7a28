"""The law of access paths: whatever path is taken, no row that SQL keeps is lost, and none comes twice."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.access.path import AccessPath
from pgddb.access.predicate import AllOf, AnyOf, Constant, Predicate
from pgddb.access.statistics import ColumnStatistics, TableStatistics
from pgddb.access.table import TableSchema
from pgddb.planner.access_paths import choose_access_path
from pgddb.planner.candidates import Question, index_paths, keyed_paths, scan_path
from pgddb.planner.cost import CostModel
from pgddb.planner.plan_nodes import ReadSettings, SortKey, TableRead
from tests.fakes.dynamodb_model import Item, comparable, named_attributes, run_path, type_of
from tests.fakes.law_cases import ITEMS, PREDICATES, TABLE, key_conditions
from tests.fakes.sql_model import answers, may_keep

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "300"))

KEYED: st.SearchStrategy[list[Predicate]] = st.sampled_from(
    [
        ("pk", "sk"),
        ("pk", "sk"),
        ("state", "rank"),
        ("rank",),
        ("state", "rank", "pk", "blob"),
        ("pk", "note"),
        ("blob",),
    ]
).flatmap(key_conditions)
CONJUNCTS: st.SearchStrategy[tuple[Predicate, ...]] = st.tuples(
    KEYED
    | KEYED
    | st.lists(KEYED.map(lambda parts: AllOf(tuple(parts))), min_size=2, max_size=3).map(
        lambda parts: [AnyOf(tuple(parts))]
    ),
    st.just([]) | st.lists(PREDICATES, max_size=2),
).map(lambda parts: (*parts[0], *parts[1]))
ORDERS = st.sampled_from([(), ("sk",), ("pk", "sk"), ("rank",), ("note",), ("sk", "name"), ("rank", "sk")])
PROJECTIONS = st.sampled_from([None, (), (("pk",),), (("amount",), ("rank",)), (("name",),), (("note",), ("sk",))])


def all_paths(read: TableRead) -> list[AccessPath]:
    """Give every path that the planner may take, and the one that it takes."""
    question = Question(read, read.conjuncts, (), _rows(read), ReadSettings(), CostModel(read.table))
    found = [path for path in index_paths(question) if isinstance(path, AccessPath)]
    chosen = choose_access_path(read, (), ReadSettings()).path
    return [*keyed_paths(question), *found, scan_path(question), chosen]


def _rows(read: TableRead) -> int | None:
    return read.limit.value if isinstance(read.limit, Constant) and isinstance(read.limit.value, int) else None


def key_of(item: Item) -> tuple[Any, ...]:
    return comparable(item["pk"]), comparable(item["sk"])


def read_of(
    conjuncts: Sequence[Predicate],
    projection: Any = None,
    order: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
    table: TableSchema = TABLE,
) -> TableRead:
    return TableRead(
        "feed_1",
        table,
        "t",
        (),
        whole_item=True,
        conjuncts=tuple(conjuncts),
        complete=True,
        projection=projection,
        order=tuple(SortKey((name,), descending) for name, descending in order),
        limit=None if limit is None else Constant(limit),
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(ITEMS, CONJUNCTS, PROJECTIONS)
def test_no_path_loses_a_row_or_gives_one_twice(
    items: list[Item], conjuncts: tuple[Predicate, ...], projection: Any
) -> None:
    wanted = {key_of(item) for item in items if may_keep(TABLE, item, conjuncts)}
    for path in all_paths(read_of(conjuncts, projection)):
        found = [key_of(item) for item in run_path(path, items)]
        assert len(set(found)) == len(found), path
        assert wanted <= set(found), path


@settings(max_examples=EXAMPLES, deadline=None)
@given(ITEMS, CONJUNCTS, PROJECTIONS)
def test_a_path_gives_the_attributes_that_are_needed(
    items: list[Item], conjuncts: tuple[Predicate, ...], projection: Any
) -> None:
    by_key = {key_of(item): item for item in items}
    for path in all_paths(read_of(conjuncts, projection)):
        for item in run_path(path, items):
            whole = by_key[key_of(item)]
            needed = whole if projection is None else {str(one[0]) for one in projection}
            assert all(item.get(name) == whole.get(name) for name in needed), path


@settings(max_examples=EXAMPLES, deadline=None)
@given(ITEMS, CONJUNCTS, ORDERS, st.booleans(), st.integers(1, 3))
def test_a_limited_path_gives_the_first_rows_that_sql_keeps(
    items: list[Item], conjuncts: tuple[Predicate, ...], order: tuple[str, ...], descending: bool, limit: int
) -> None:
    read = read_of(conjuncts, None, [(name, descending) for name in order], limit)
    if any(len(answers(TABLE, item, AllOf(conjuncts))) != 1 for item in items):
        return
    kept = [item for item in items if may_keep(TABLE, item, conjuncts)]
    for path in all_paths(read):
        if path.limit is None:
            continue
        found = run_path(path, items)
        assert len(found) == min(limit, len(kept)), path
        assert all(may_keep(TABLE, item, conjuncts) for item in found), path
        expected = sorted((_sort_values(item, order) for item in kept), reverse=descending)[:limit]
        assert [_sort_values(item, order) for item in found] == expected or not order, path


def _sort_values(item: Item, order: tuple[str, ...]) -> list[Any]:
    """Items that lack the attribute are last upwards, as NULLs are."""
    return [
        (name not in item or type_of(item[name]) == "NULL", comparable(item.get(name, {"S": ""}))) for name in order
    ]


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(ITEMS, CONJUNCTS, st.sampled_from([("pk",), ("state",), ("state", "rank")]))
def test_distinct_partition_keys_are_found_by_one_item_of_each(
    items: list[Item], conjuncts: tuple[Predicate, ...], names: tuple[str, ...]
) -> None:
    large = replace(TABLE, item_count=100_000, size_bytes=40_000_000)
    asked = tuple(one for one in conjuncts if named_attributes(one) <= set(names))
    read = replace(read_of(asked, [(name,) for name in names]), table=large, partition_ends=())
    known = {name: ColumnStatistics(3) for name in ("pk", "state", "rank")}
    statistics = {(large.source, large.table_name): TableStatistics(known)}
    path = choose_access_path(read, (), ReadSettings(statistics=statistics)).path
    found = {tuple(map(repr, map(item.get, names))) for item in run_path(path, items) if may_keep(TABLE, item, asked)}
    assert found == {tuple(map(repr, map(item.get, names))) for item in items if may_keep(TABLE, item, asked)}, path


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(ITEMS, CONJUNCTS)
def test_the_ends_of_partitions_are_their_least_and_greatest_sort_keys(
    items: list[Item], conjuncts: tuple[Predicate, ...]
) -> None:
    large = replace(TABLE, item_count=100_000, size_bytes=40_000_000)
    asked = tuple(one for one in conjuncts if named_attributes(one) <= {"pk"})
    read = replace(read_of(asked, (("pk",), ("sk",))), table=large, partition_ends=(False, True))
    statistics = {(large.source, large.table_name): TableStatistics({"pk": ColumnStatistics(3)})}
    path = choose_access_path(read, (), ReadSettings(statistics=statistics)).path

    def ends(found: list[Item]) -> dict[str, tuple[Any, Any]]:
        kept = [(repr(item["pk"]), comparable(item["sk"])) for item in found if may_keep(TABLE, item, asked)]
        return {
            key: (min(sort for other, sort in kept if other == key), max(sort for other, sort in kept if other == key))
            for key, _ in kept
        }

    assert ends(run_path(path, items)) == ends(items), path


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(ITEMS, CONJUNCTS)
def test_a_count_is_the_number_of_rows_that_sql_keeps(items: list[Item], conjuncts: tuple[Predicate, ...]) -> None:
    read = replace(read_of(conjuncts, ()), whole_item=False)
    for path in all_paths(read):
        if path.count_only:
            kept = [item for item in items if may_keep(TABLE, item, conjuncts)]
            assert len(run_path(path, items)) == len(kept), path
