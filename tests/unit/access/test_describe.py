"""An access path is said as the request that it sends."""

from __future__ import annotations

from pgddb.access.describe import describe_path, describe_rejected, predicate_text
from pgddb.access.path import (
    AccessPath,
    BatchGet,
    Estimate,
    FetchBack,
    KeyCondition,
    NoRead,
    PartitionQuery,
    RejectedPath,
    SegmentScan,
    SortCondition,
    SortOperator,
)
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Comparison,
    HasType,
    IsNull,
    Negation,
    OneOf,
    StartsWith,
)
from pgddb.access.table import AttributeType
from tests.fakes.planner_tables import BY_STATUS, ORDERS, number, text

ESTIMATE = Estimate(1200, 480_000, 58.5, 3, 0.0000073125, 1.25)


def test_a_query_shows_its_keys_filter_and_price() -> None:
    sort = SortCondition("order_id", SortOperator.BETWEEN, (text("a"), text("it's")))
    path = AccessPath(
        ORDERS,
        PartitionQuery((KeyCondition((("tenant", text("t")),), sort),), descending=True),
        ESTIMATE,
        filter=AllOf((Compare(("Amount", "net", 0), Comparison.GREATER, number("5")), IsNull(("note",)))),
        projection=(("tenant",), ("Amount", "net")),
        limit=10,
        consistent=True,
    )
    assert describe_path(path) == (
        "Query Orders",
        "Key condition: tenant = 't' AND order_id BETWEEN 'a' AND 'it''s'",
        "Backwards",
        'Filter: "Amount".net[0] > 5 AND (attribute_not_exists(note) OR attribute_type(note, NULL))',
        'Projection: tenant, "Amount".net',
        "Limit: 10",
        "Consistent read",
        "Estimate: 58.5 read units, 3 requests, $0.00000731, 1.2 s, 1,200 items",
    )


def test_an_index_and_the_fetching_back_are_said() -> None:
    read = FetchBack(PartitionQuery((KeyCondition((("open_status", text("late")),)),), BY_STATUS))
    lines = describe_path(AccessPath(ORDERS, read, Estimate(1, 1, 0.5, 1)))
    assert lines[:3] == (
        "Query Orders by global secondary index by_status for keys, then BatchGetItem from Orders",
        "Key condition: open_status = 'late'",
        "Projection: whole items",
    )


def test_of_many_keys_some_are_shown() -> None:
    keys = tuple((("tenant", text(str(place))),) for place in range(5))
    lines = describe_path(AccessPath(ORDERS, BatchGet(keys), Estimate(5, 5, 2.5, 1)))
    assert lines[:5] == (
        "BatchGetItem of 5 keys from Orders",
        "Key: tenant = '0'",
        "Key: tenant = '1'",
        "Key: tenant = '2'",
        "Key: ... 2 more",
    )


def test_a_scan_shows_its_segments_and_a_count_its_select() -> None:
    lines = describe_path(AccessPath(ORDERS, SegmentScan(8), Estimate(1, 1, 1, 8), count_only=True))
    assert lines[:2] == ("Scan Orders in 8 segments", "Select: COUNT")


def test_no_read_says_why() -> None:
    lines = describe_path(AccessPath(ORDERS, NoRead("LIMIT 0"), Estimate(0, 0, 0, 0)))
    assert lines[0] == "no read of Orders: LIMIT 0"


def test_every_store_predicate_has_its_words() -> None:
    predicate = AnyOf(
        (
            OneOf(("a",), (text("x"), AttributeValue(AttributeType.B, b"ab"))),
            Negation(StartsWith(("a",), text("y" * 100))),
            HasType(("a",), (AttributeType.L, AttributeType.M)),
            Compare(("b",), Comparison.EQUAL, AttributeValue(AttributeType.BOOL, content=True)),
        )
    )
    assert predicate_text(predicate) == (
        f"a IN ('x', B'YWI=') OR NOT begins_with(a, '{'y' * 60}...') OR "
        "(attribute_type(a, L) OR attribute_type(a, M)) OR b = true"
    )


def test_a_rejected_path_says_why() -> None:
    rejected = RejectedPath("Scan Orders", "dearer: 5 read units, not 1")
    assert describe_rejected(rejected) == "Not used: Scan Orders (dearer: 5 read units, not 1)"
