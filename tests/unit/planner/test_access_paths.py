"""A table is read by the cheapest path that loses no row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pgddb.access.describe import predicate_text
from pgddb.access.path import (
    BatchGet,
    FetchBack,
    ItemGet,
    KeyCondition,
    NoRead,
    PartitionQuery,
    SegmentScan,
    SortCondition,
    SortOperator,
)
from pgddb.access.predicate import AnyOf, AttributeValue, IsNull, Predicate
from pgddb.access.statistics import ColumnStatistics, TableStatistics
from pgddb.access.table import AttributeType, Carrier
from pgddb.errors import FeatureNotSupported
from pgddb.planner import ReadSettings, choose_access_path
from pgddb.planner.hints import ReadHints, index_relation
from pgddb.planner.plan_nodes import ChosenPath, TableRead
from tests.fakes.planner_tables import BY_STATUS, ORDERS, among, compares, equals, read_of, text

A = AttributeValue(AttributeType.S, "a")


def number(digits: str) -> AttributeValue:
    return AttributeValue(AttributeType.N, digits)


def path_of(plan: Any, sql: str, *parameters: object) -> Any:
    (read,) = plan(sql).reads
    return choose_access_path(read, parameters, ReadSettings()).path


def test_the_whole_key_is_one_item(plan: Any) -> None:
    path = path_of(plan, "SELECT name FROM users WHERE userid = $1 AND n = 1", "a")
    assert path.read == ItemGet((("UserId", A), ("n", number("1"))))
    assert path.projection == (("Name",), ("UserId",), ("n",))


@pytest.mark.parametrize(
    ("where", "sort"),
    [
        ("", None),
        (" AND n > 1", SortCondition("n", SortOperator.GREATER, (number("1"),))),
        (" AND n BETWEEN 1 AND 2", SortCondition("n", SortOperator.BETWEEN, (number("1"), number("2")))),
    ],
)
def test_the_partition_key_is_a_query(plan: Any, where: str, sort: SortCondition | None) -> None:
    path = path_of(plan, f"SELECT 1 FROM users WHERE userid = 'a'{where}")
    assert path.read == PartitionQuery((KeyCondition((("UserId", A),), sort),))


def test_null_is_never_equal(plan: Any) -> None:
    assert isinstance(path_of(plan, "SELECT 1 FROM users WHERE userid = $1", None).read, NoRead)


def test_no_limit_is_pushed_beside_a_condition_that_the_key_does_not_answer(plan: Any) -> None:
    assert path_of(plan, "SELECT 1 FROM users WHERE userid = 'a' AND name = 'x' LIMIT 1").limit is None
    assert path_of(plan, "SELECT 1 FROM users WHERE userid = 'a' AND n > 1 LIMIT 2 OFFSET 3").limit == 5


def test_a_limit_of_zero_reads_nothing(plan: Any) -> None:
    assert isinstance(path_of(plan, "SELECT name FROM users LIMIT 0").read, NoRead)


def test_a_count_of_all_rows_is_the_stores_own(plan: Any) -> None:
    path = path_of(plan, "SELECT count(*) FROM users")
    assert (path.read, path.count_only) == (SegmentScan(8), True)


@pytest.mark.parametrize(
    ("call", "descending"), [("max(n)", True), ("min(n)", False), ("max(n) AS a, max(n) AS b", True)]
)
def test_the_greatest_or_least_sort_key_is_one_item(plan: Any, call: str, descending: bool) -> None:
    path = path_of(plan, f"SELECT {call} FROM users WHERE userid = 'a'")
    assert path.limit == 1
    assert path.read == PartitionQuery((KeyCondition((("UserId", A),)),), descending=descending)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max(n), min(n) FROM users WHERE userid = 'a'",
        "SELECT max(n), count(*) FROM users WHERE userid = 'a'",
        "SELECT max(n) FROM users WHERE userid = 'a' AND name = 'x'",
        "SELECT max(n) FROM users WHERE userid = 'a' GROUP BY name",
        "SELECT max(n + 1) FROM users WHERE userid = 'a'",
        "SELECT max(price) FROM users WHERE userid = 'a'",
        "SELECT max(n) FILTER (WHERE ok) FROM users WHERE userid = 'a'",
    ],
)
def test_other_aggregates_need_all_items(plan: Any, sql: str) -> None:
    assert path_of(plan, sql).limit is None


def test_a_hint_in_the_text_reaches_its_table(plan: Any) -> None:
    assert path_of(plan, "SELECT /*+ scan(u) */ name FROM users u WHERE u.userid = 'a'").read == SegmentScan(8)


# Indexes --------------------------------------------------------------------------------------------------


def chosen(read: TableRead, **settings: Any) -> ChosenPath:
    return choose_access_path(read, (), ReadSettings(**settings))


def reason(found: ChosenPath, description: str) -> str:
    return next(one.reason for one in found.rejected if one.description == description)


def index_of(found: ChosenPath) -> str | None:
    read = found.path.read
    if isinstance(read, FetchBack):
        read = read.keys_from
    assert isinstance(read, (PartitionQuery, SegmentScan))
    return None if read.index is None else read.index.name


def test_c1_an_index_is_used_only_where_all_its_keys_are_there() -> None:
    found = chosen(read_of(equals("customer", "c")))
    assert index_of(found) is None
    assert reason(found, "index by_customer") == (
        'items without "placed" are not in it, and nothing says that it is there'
    )
    assert index_of(chosen(read_of(equals("customer", "c"), compares("placed", ">", "2024")))) == "by_customer"
    assert index_of(chosen(read_of(equals("customer", "c"), IsNull(("placed",), negated=True)))) == "by_customer"


def test_c1_a_condition_that_null_meets_proves_nothing() -> None:
    assert index_of(chosen(read_of(equals("customer", "c"), IsNull(("placed",))))) is None
    either = AnyOf((equals("placed", "x"), equals("amount", 1)))
    assert index_of(chosen(read_of(equals("customer", "c"), either))) is None


def test_c1_every_alternative_must_prove_the_key() -> None:
    either = AnyOf((equals("placed", "x"), compares("placed", ">", "y")))
    assert index_of(chosen(read_of(equals("customer", "c"), either))) == "by_customer"


def test_c1_an_index_key_that_holds_other_types_too_proves_nothing_unless_the_text_is_no_other() -> None:
    columns = tuple(
        replace(column, carrier=Carrier.SCALAR_TEXT) if column.name == "open_status" else column
        for column in ORDERS.columns
    )
    table = replace(ORDERS, columns=columns)
    assert index_of(chosen(read_of(equals("open_status", "5"), table=table, projection=["tenant"]))) is None
    assert index_of(chosen(read_of(equals("open_status", "no!"), table=table, projection=["tenant"]))) == "by_status"


def test_c1_a_sparse_index_is_scanned_where_the_statement_asks_for_its_items_only() -> None:
    found = chosen(read_of(IsNull(("open_status",), negated=True), projection=["tenant", "open_status"]))
    assert found.path.read == SegmentScan(1, BY_STATUS)
    assert found.path.filter is None


def test_c2_an_index_that_does_not_cover_gives_keys_and_the_items_are_fetched_back() -> None:
    found = chosen(read_of(equals("open_status", "late")))
    assert found.path.read == FetchBack(PartitionQuery((KeyCondition((("open_status", text("late")),)),), BY_STATUS))
    assert found.path.projection is None


def test_c2_an_index_that_covers_what_is_needed_is_enough() -> None:
    found = chosen(read_of(equals("open_status", "late"), projection=["order_id"]))
    assert found.path.read == PartitionQuery((KeyCondition((("open_status", text("late")),)),), BY_STATUS)


def test_c2_what_an_index_does_not_hold_is_not_filtered_there() -> None:
    found = chosen(read_of(equals("open_status", "late"), equals("amount", 5)))
    assert index_of(found) == "by_status"
    assert found.path.filter is None


def test_a_strongly_consistent_read_uses_no_global_index() -> None:
    found = chosen(read_of(equals("open_status", "late")), consistent=True)
    assert found.path.read == SegmentScan(8)
    assert found.path.consistent
    assert reason(found, "index by_status") == "a global secondary index cannot be read consistently"


def test_a_global_index_as_a_relation_has_no_strongly_consistent_read() -> None:
    relation = index_relation(ORDERS, "by_status")
    assert relation is not None
    with pytest.raises(FeatureNotSupported, match=r"cannot be read: a global secondary index cannot be read consist"):
        chosen(read_of(table=relation), consistent=True)


@pytest.mark.parametrize(
    "hints", [ReadHints(scan=True), ReadHints(indexes=frozenset({"x"})), ReadHints(without=frozenset("*"))]
)
def test_no_hint_leads_away_from_an_index_as_a_relation(hints: ReadHints) -> None:
    relation = index_relation(ORDERS, "by_status")
    assert relation is not None
    found = chosen(read_of(table=relation, hints=hints, projection=["order_id"]))
    assert found.path.read == SegmentScan(1, BY_STATUS)


def test_a_strongly_consistent_read_may_use_a_local_index() -> None:
    found = chosen(read_of(equals("tenant", "t"), equals("placed", "2024")), consistent=True)
    assert index_of(found) == "by_placed"


def test_an_index_that_is_being_made_is_not_used() -> None:
    table = replace(ORDERS, indexes=(replace(BY_STATUS, active=False),))
    found = chosen(read_of(equals("open_status", "late"), table=table))
    assert reason(found, "index by_status") == "it is being made or deleted"


def test_an_index_of_several_keys_is_queried_by_all_of_them() -> None:
    place = [equals("country", "de"), equals("city", "ulm"), equals("street", "x"), compares("number", ">", 4)]
    found = chosen(read_of(*place))
    assert index_of(found) == "by_place"
    assert found.path.filter is None


# Filters, limits, orders ----------------------------------------------------------------------------------


def test_c5_no_key_attribute_is_in_the_filter_of_a_query() -> None:
    found = chosen(read_of(equals("tenant", "t"), compares("order_id", "<>", "x"), equals("amount", 5)))
    assert isinstance(found.path.read, PartitionQuery)
    assert "order_id" not in predicate_text(found.path.filter or AnyOf(()))
    assert "amount = 5" in predicate_text(found.path.filter or AnyOf(()))


def test_c8_a_filter_that_would_be_too_long_is_left_to_the_engine() -> None:
    many = among("amount", *range(400))
    found = chosen(read_of(many, equals("customer", "c")))
    assert predicate_text(found.path.filter or AnyOf(())) == "customer = 'c'"


def test_c10_a_limit_is_sent_only_where_nothing_is_left_to_check() -> None:
    assert chosen(read_of(equals("tenant", "t"), limit=5, offset=2)).path.limit == 7
    assert chosen(read_of(equals("tenant", "t"), compares("order_id", "<>", "x"), limit=5)).path.limit is None
    assert chosen(read_of(equals("amount", 1), limit=5)).path.limit is None
    assert chosen(read_of(equals("customer", "c"), limit=5)).path.limit == 5


def test_c10_a_limit_counts_in_the_order_of_the_statement() -> None:
    tenant = equals("tenant", "t")
    newest = chosen(read_of(tenant, order=[("order_id", True)], limit=3)).path
    assert newest.limit == 3
    assert newest.read == PartitionQuery((KeyCondition((("tenant", text("t")),)),), descending=True)
    assert chosen(read_of(tenant, order=[("amount", False)], limit=3)).path.limit is None
    assert chosen(read_of(order=[("order_id", False)], limit=3)).path.limit is None


def test_an_order_by_the_key_may_go_on_with_anything() -> None:
    order = [("tenant", True), ("order_id", False), ("amount", True)]
    assert chosen(read_of(equals("tenant", "t"), order=order, limit=3)).path.limit == 3


def test_an_index_gives_the_order_of_its_own_sort_key() -> None:
    found = chosen(read_of(equals("tenant", "t"), IsNull(("placed",), negated=True), order=[("placed", True)], limit=3))
    assert (index_of(found), found.path.limit) == ("by_placed", 3)


def test_an_index_has_no_order_among_equal_sort_keys() -> None:
    conjuncts = [equals("customer", "c"), IsNull(("placed",), negated=True)]
    order = [("placed", False), ("order_id", False)]
    assert chosen(read_of(*conjuncts, order=order, limit=3)).path.limit is None


def test_several_partitions_are_merged_by_their_sort_key() -> None:
    found = chosen(read_of(among("tenant", "a", "b"), order=[("order_id", True)], limit=3)).path
    assert isinstance(found.read, PartitionQuery)
    assert (found.limit, found.read.merge_by, found.read.descending) == (3, "order_id", True)


def test_a_limit_holds_for_items_that_are_fetched_back_in_the_order_of_the_index() -> None:
    found = chosen(read_of(equals("open_status", "late"), limit=1)).path
    assert (found.limit, found.estimate.items, found.estimate.read_units) == (1, 1, 1.0)


TENANTS = {
    (ORDERS.source, "Orders"): TableStatistics({"tenant": ColumnStatistics(50), "customer": ColumnStatistics(9)})
}


def distinct(name: str, *conjuncts: Predicate) -> TableRead:
    return replace(read_of(*conjuncts, projection=[name]), partition_ends=(), whole_item=False)


def test_partition_keys_are_read_from_partition_to_partition() -> None:
    found = choose_access_path(distinct("tenant"), (), ReadSettings(statistics=TENANTS)).path
    assert found.read == SegmentScan(6, most_partitions=1628)
    assert (found.estimate.items, found.estimate.requests, found.estimate.read_units) == (50, 56, 28.0)


@pytest.mark.parametrize(
    "statistics", [{}, {(ORDERS.source, "Orders"): TableStatistics({"tenant": ColumnStatistics(9_000)})}]
)
def test_unknown_or_small_partitions_are_scanned(statistics: Any) -> None:
    found = choose_access_path(distinct("tenant"), (), ReadSettings(statistics=statistics)).path
    assert found.read == SegmentScan(8)


def test_other_attributes_than_partition_keys_are_scanned() -> None:
    for name in ("order_id", "city"):
        assert choose_access_path(distinct(name), (), ReadSettings(statistics=TENANTS)).path.read == SegmentScan(8)


def test_partition_keys_of_an_index_are_those_of_the_index_as_a_relation() -> None:
    settings = ReadSettings(statistics=TENANTS)
    assert choose_access_path(distinct("customer"), (), settings).path.read == SegmentScan(8)  # it is sparse
    relation = index_relation(ORDERS, "by_customer")
    assert relation is not None
    found = choose_access_path(replace(distinct("customer"), table=relation), (), settings).path
    assert isinstance(found.read, SegmentScan)
    assert (found.read.index, found.read.segments, found.estimate.items) == (
        relation.index_by_name["by_customer"],
        1,
        9,
    )
    assert found.read.most_partitions is not None


def test_a_count_is_the_stores_own_where_the_store_checks_all() -> None:
    assert chosen(read_of(equals("tenant", "t"), counts=True)).path.count_only
    assert not chosen(read_of(equals("tenant", "t"), equals("amount", 1), counts=True)).path.count_only


def test_rows_that_only_count_beyond_their_conditions_are_counted_by_the_store() -> None:
    read = replace(read_of(equals("tenant", "t"), projection=("tenant",)), columns=ORDERS.columns[:1], whole_item=False)
    assert not chosen(read).path.count_only
    assert chosen(replace(read, counted=True)).path.count_only


def test_a_condition_that_is_never_true_reads_nothing() -> None:
    assert isinstance(chosen(read_of(equals("amount", None))).path.read, NoRead)
    assert isinstance(chosen(read_of(equals("tenant", ""))).path.read, NoRead)


# Choices --------------------------------------------------------------------------------------------------


def test_a_whole_key_is_one_get_and_several_are_a_batch() -> None:
    one = chosen(read_of(equals("tenant", "t"), equals("order_id", "1"))).path.read
    assert one == ItemGet((("tenant", text("t")), ("order_id", text("1"))))
    keys = chosen(read_of(equals("order_id", "1"), among("tenant", "b", "a", "b"))).path.read
    assert isinstance(keys, BatchGet)
    assert len(keys.keys) == 2


def test_many_keys_of_one_small_partition_are_one_query() -> None:
    table = replace(ORDERS, item_count=900, size_bytes=90_000)
    found = chosen(read_of(equals("tenant", "t"), among("order_id", *"abcdefghij"), table=table))
    assert isinstance(found.path.read, PartitionQuery)
    assert reason(found, "BatchGetItem of 10 keys from Orders") == "dearer: 5 read units, not 0.5"


def test_four_hundred_keys_are_read_concurrently_and_without_duplicates() -> None:
    values = [f"t{place % 400}" for place in range(800)]
    found = chosen(read_of(among("tenant", *values))).path.read
    assert isinstance(found, PartitionQuery)
    assert len(found.conditions) == 400


def test_a_table_smaller_than_its_keys_cost_is_scanned() -> None:
    table = replace(ORDERS, item_count=10, size_bytes=1_000)
    found = chosen(read_of(among("tenant", *"abcdefghij"), table=table))
    assert found.path.read == SegmentScan(1)


def test_a_hint_chooses_among_the_sound_paths_only() -> None:
    tenant = equals("tenant", "t")
    assert chosen(read_of(tenant, hints=ReadHints(scan=True))).path.read == SegmentScan(8)
    unsound = chosen(read_of(tenant, hints=ReadHints(indexes=frozenset({"by_customer"}))))
    assert index_of(unsound) is None
    placed = read_of(tenant, equals("placed", "x"), hints=ReadHints(without=frozenset({"by_placed"})))
    assert index_of(chosen(placed)) is None
    assert reason(chosen(placed), "index by_placed") == "a hint forbids it"


def test_an_index_as_a_relation_is_read_without_proof() -> None:
    relation = index_relation(ORDERS, "by_status")
    assert relation is not None
    found = chosen(read_of(table=relation, projection=["tenant", "open_status"]))
    assert found.path.read == SegmentScan(1, BY_STATUS)
    assert index_of(chosen(read_of(equals("tenant", "t"), table=relation))) == "by_status"
