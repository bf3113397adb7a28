"""Statistics come from what is read anyway, and are near the truth."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from pgddb.access.path import AccessPath, Estimate, KeyCondition, SegmentScan
from pgddb.access.predicate import Exists
from pgddb.access.statistics import FinishedQuery, ReadSize, TableStatistics
from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, TableSchema
from pgddb.catalog.statistics import KEPT_QUERIES, StatisticsBook
from tests.fakes.planner_tables import ORDERS, number, text

NOTHING = Estimate(items=0, size_bytes=0, read_units=0, requests=0)


def items(tenants: int, orders: int, *, statuses: tuple[str, ...] = ("new", "old")) -> list[str]:
    """Give items as a Scan does: those of a partition stand together."""
    draw = random.Random(7)
    return [
        json.dumps(
            {
                "tenant": {"S": f"t{tenant}"},
                "order_id": {"S": f"{order}"},
                "open_status": {"S": draw.choice(statuses)},
                "placed": {"N": str(tenant * 1000 + order)},
            }
        )
        for tenant in range(tenants)
        for order in range(orders)
    ]


def known_after(table: TableSchema, texts: list[str], names: list[str] | None = None) -> TableStatistics:
    book = StatisticsBook()
    book.note_items(table, names, texts)
    return book.tables[table.source, table.table_name]


def test_the_size_of_a_partition_follows_from_neighbouring_items() -> None:
    table = replace(ORDERS, item_count=30_000)
    distinct = known_after(table, items(10, 30)).columns["tenant"].distinct
    assert distinct == 1_000  # thirty items each


def test_common_values_of_an_index_key_have_their_shares() -> None:
    skewed = ("delivered",) * 8 + ("open", "failed")
    status = known_after(replace(ORDERS, item_count=30_000), items(10, 30, statuses=skewed)).columns["open_status"]
    assert status.distinct == 3
    assert set(status.common) == {text("delivered")}
    assert 0.7 < status.common[text("delivered")] < 0.9


def test_numbers_are_held_as_key_conditions_hold_them() -> None:
    table = replace(ORDERS, keys=KeySchema(ORDERS.keys.partition, (KeyAttribute("rank", AttributeType.N),)))
    texts = [json.dumps({"tenant": {"S": str(n)}, "rank": {"N": ("1.50", "7")[n % 4 == 0]}}) for n in range(100)]
    assert number("1.5") in known_after(table, texts).columns["rank"].common


def test_attributes_that_were_not_read_are_not_counted_as_missing() -> None:
    found = known_after(ORDERS, items(20, 5), ["tenant"])
    assert set(found.columns) == {"tenant"}
    assert found.item_bytes is None
    assert known_after(ORDERS, items(20, 5)).item_bytes == pytest.approx(40, abs=2)


def test_a_smaller_page_changes_nothing() -> None:
    book = StatisticsBook()
    book.note_items(ORDERS, None, items(10, 10))
    before = book.tables[ORDERS.source, ORDERS.table_name].columns
    book.note_items(ORDERS, None, items(1, 10))
    assert book.tables[ORDERS.source, ORDERS.table_name].columns == before


def test_the_latest_queries_are_kept() -> None:
    book = StatisticsBook()
    conditions = [KeyCondition((("tenant", text(str(place))),)) for place in range(KEPT_QUERIES + 1)]
    book.note_queries(ORDERS, (FinishedQuery(None, one, ReadSize(1, 0.5, 1)) for one in conditions))
    kept = book.tables[ORDERS.source, ORDERS.table_name].queries
    assert (len(kept), (None, conditions[0]) in kept, (None, conditions[-1]) in kept) == (KEPT_QUERIES, False, True)


def test_a_new_count_of_dynamodb_ends_what_a_scan_has_counted() -> None:
    book = StatisticsBook()
    book.renew(ORDERS)
    book.note_scan(AccessPath(ORDERS, SegmentScan(1), NOTHING), ReadSize(80, 1.0, 1))
    book.renew(ORDERS)
    assert book.tables[ORDERS.source, ORDERS.table_name].scans == {None: ReadSize(80, 1.0, 1)}
    book.renew(replace(ORDERS, item_count=7))
    assert not book.tables[ORDERS.source, ORDERS.table_name].scans


def test_filtered_pages_and_indexes_say_nothing_of_the_table() -> None:
    book = StatisticsBook()
    scan = AccessPath(ORDERS, SegmentScan(1), NOTHING)
    assert book.wants_items(scan)
    assert not book.wants_items(replace(scan, filter=Exists(("open_status",))))
    assert not book.wants_items(replace(scan, count_only=True))
    assert not book.wants_items(replace(scan, read=SegmentScan(1, ORDERS.indexes[0])))
    assert not book.wants_items(replace(scan, projection=(("amount",),)))
