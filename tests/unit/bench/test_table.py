"""Tests of bench/table.py: the pages that the benchmarks rest on."""

from __future__ import annotations

import zlib
from typing import Any

import orjson
import pytest

from bench.items import Item, item_at, item_size, key_of, position_of
from bench.table import (
    NARROW,
    PAGE_ITEMS,
    SPARSE,
    BenchTable,
    ItemKind,
    RefusedRequest,
    Reply,
    read_units,
    sort_key_bounds,
)

TABLE = BenchTable("bench", 12_000)


def body(reply: Reply) -> dict[str, Any]:
    whole = b"".join(reply.parts)
    assert zlib.crc32(whole) == reply.crc
    parsed: dict[str, Any] = orjson.loads(whole)
    return parsed


def scanned(table: BenchTable, **request: Any) -> list[int]:
    """Follow a Scan to its end and return the positions of its items."""
    positions: list[int] = []
    while True:
        page = body(table.scan(request))
        positions += [position_of(item) for item in page["Items"]]
        assert page["Count"] == page["ScannedCount"] == len(page["Items"])
        if "LastEvaluatedKey" not in page:
            return positions
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def test_an_item_has_twelve_attributes_and_about_400_bytes() -> None:
    item = item_at(4711)
    assert len(item) == 12
    assert 380 < len(orjson.dumps(item)) < 450
    assert {kind for value in item.values() for kind in value} == {"S", "N", "BOOL", "M", "L"}


def test_a_scan_returns_every_item_once() -> None:
    assert scanned(TABLE) == list(range(12_000))


@pytest.mark.parametrize("segments", [2, 3, 8])
def test_segments_share_the_items(segments: int) -> None:
    found = [scanned(TABLE, Segment=segment, TotalSegments=segments) for segment in range(segments)]
    assert sorted(position for segment in found for position in segment) == list(range(12_000))


def test_a_limit_counts_items_and_leaves_a_continuation_key() -> None:
    page = body(TABLE.scan({"Limit": 3}))
    assert [position_of(item) for item in page["Items"]] == [0, 1, 2]
    assert page["LastEvaluatedKey"] == key_of(2)


def test_a_count_sends_no_items() -> None:
    page = body(TABLE.scan({"Select": "COUNT"}))
    assert page["Count"] == PAGE_ITEMS
    assert "Items" not in page


def test_a_projection_sends_only_its_paths() -> None:
    request = {
        "Limit": 1,
        "ProjectionExpression": "#a, #b.city",
        "ExpressionAttributeNames": {"#a": "sk", "#b": "address"},
    }
    assert body(TABLE.scan(request))["Items"] == [{"sk": {"N": "0"}, "address": {"M": {"city": {"S": "Lisbon"}}}}]


def filtering(condition: str) -> dict[str, Any]:
    names = {"#s": "status", "#a": "address", "#c": "city"}
    values = {":s": {"S": "open"}, ":c": {"S": "Oslo"}}
    return {
        "FilterExpression": condition,
        "ExpressionAttributeNames": {alias: name for alias, name in names.items() if alias in condition},
        "ExpressionAttributeValues": {alias: value for alias, value in values.items() if alias in condition},
    }


def test_a_filter_leaves_items_out_and_counts_what_it_read() -> None:
    page = body(TABLE.scan({"Limit": 100, **filtering("#s = :s AND NOT #a.#c = :c")}))
    meeting = [
        position
        for position in range(100)
        if item_at(position)["status"]["S"] == "open" and item_at(position)["address"]["M"]["city"]["S"] != "Oslo"
    ]
    assert [position_of(item) for item in page["Items"]] == meeting
    assert (page["Count"], page["ScannedCount"]) == (len(meeting), 100)


def test_filters_that_differ_in_a_value_have_pages_of_their_own() -> None:
    oslo, hanoi = filtering("#a.#c = :c"), filtering("#a.#c = :c")
    hanoi["ExpressionAttributeValues"] = {":c": {"S": "Hanoi"}}
    counts = [body(TABLE.scan({"Select": "COUNT", **request}))["Count"] for request in (oslo, hanoi, oslo)]
    assert counts[0] == counts[2] != counts[1]


def test_a_filter_that_is_not_understood_is_refused() -> None:
    with pytest.raises(RefusedRequest, match="does not understand"):
        TABLE.scan(filtering("price > sk"))


@pytest.mark.parametrize("kind", [SPARSE, NARROW])
def test_tables_of_other_items_are_read_whole(kind: ItemKind) -> None:
    table = BenchTable("other", kind.page_items + 5, kind)
    assert scanned(table) == list(range(kind.page_items + 5))
    assert body(table.get_item({"Key": key_of(7)})) == {"Item": kind.make(7)}


def test_a_larger_table_repeats_pages_but_not_continuation_keys() -> None:
    table = BenchTable("big", 10_000_000)
    far = PAGE_ITEMS * 64 * 5
    page = body(table.scan({"ExclusiveStartKey": key_of(far - 1), "Limit": 2}))
    assert page["Items"] == [item_at(0), item_at(1)]
    assert page["LastEvaluatedKey"] == key_of(far + 1)


@pytest.mark.parametrize(
    ("condition", "values", "sort_keys"),
    [
        ("pk = :p", {}, "0123456789"),
        ("pk = :p AND sk < :a", {":a": {"N": "2"}}, "01"),
        ("pk = :p AND sk <= :a", {":a": {"N": "2"}}, "012"),
        ("pk = :p AND sk > :a", {":a": {"N": "7"}}, "89"),
        ("pk = :p AND sk >= :a", {":a": {"N": "7.5"}}, "89"),
        ("pk = :p AND sk = :a", {":a": {"N": "7"}}, "7"),
        ("pk = :p AND sk BETWEEN :a AND :b", {":a": {"N": "3"}, ":b": {"N": "4"}}, "34"),
    ],
)
def test_a_query_reads_a_range_of_one_partition(condition: str, values: dict[str, Any], sort_keys: str) -> None:
    names = {":p": {"S": "user-0000012"}, **values}
    page = body(TABLE.query({"KeyConditionExpression": condition, "ExpressionAttributeValues": names}))
    assert "".join(item["sk"]["N"] for item in page["Items"]) == sort_keys
    assert {item["pk"]["S"] for item in page["Items"]} == {"user-0000012"}


def test_a_query_goes_backwards_and_continues() -> None:
    request: dict[str, Any] = {
        "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "pk"},
        "ExpressionAttributeValues": {":p": {"S": "user-0000012"}},
        "ScanIndexForward": False,
        "Limit": 2,
    }
    first = body(TABLE.query(request))
    assert [item["sk"]["N"] for item in first["Items"]] == ["9", "8"]
    second = body(TABLE.query(request | {"ExclusiveStartKey": first["LastEvaluatedKey"]}))
    assert [item["sk"]["N"] for item in second["Items"]] == ["7", "6"]


def test_get_item_finds_the_item_or_nothing() -> None:
    assert body(TABLE.get_item({"Key": key_of(11_999)})) == {"Item": item_at(11_999)}
    assert body(TABLE.get_item({"Key": key_of(12_000)})) == {}


def test_a_page_costs_by_its_bytes() -> None:
    page = body(TABLE.scan({"ReturnConsumedCapacity": "TOTAL"}))
    assert page["ConsumedCapacity"] == {"TableName": "bench", "CapacityUnits": 128.0}


@pytest.mark.parametrize(
    ("size", "consistent", "units"), [(0, False, 0.5), (4096, False, 0.5), (4097, False, 1.0), (4097, True, 2.0)]
)
def test_read_units_are_rounded_up(size: int, consistent: bool, units: float) -> None:
    assert read_units(size, consistent=consistent) == units


def test_an_item_size_follows_the_documented_rules() -> None:
    item: Item = {"a": {"S": "é"}, "n": {"N": "-123.45"}, "b": {"BOOL": True}, "l": {"L": [{"S": "x"}]}}
    assert item_size(item) == (1 + 2) + (1 + 3 + 1 + 1) + (1 + 1) + (1 + 3 + 1 + 1)


def test_a_fraction_bounds_whole_sort_keys() -> None:
    assert sort_key_bounds("<", 2.5) == (0, 2)


@pytest.mark.parametrize("name", ["IndexName", "ScanFilter"])
def test_what_it_does_not_do_is_refused(name: str) -> None:
    with pytest.raises(RefusedRequest, match=name):
        TABLE.scan({name: "x"})
