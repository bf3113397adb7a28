"""Reads of every kind, against moto through the checking proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from pgddb.access.path import (
    AccessPath,
    BatchGet,
    Estimate,
    FetchBack,
    ItemGet,
    ItemKey,
    KeyCondition,
    NoRead,
    PartitionQuery,
    SegmentScan,
    SortCondition,
    SortOperator,
)
from pgddb.access.predicate import AttributeValue, Compare, Comparison, Constant
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributeType
from pgddb.dynamo.fetch import PIECE_BYTES
from pgddb.errors import InternalError
from tests.fakes.fault_proxy import FaultProxy, changed, delayed

S, N = AttributeType.S, AttributeType.N


def key(pk: str, sk: int) -> ItemKey:
    return (("pk", AttributeValue(S, pk)), ("sk", AttributeValue(N, str(sk))))


def partition(pk: str, sort: SortCondition | None = None) -> KeyCondition:
    return KeyCondition((("pk", AttributeValue(S, pk)),), sort)


def by_status(status: str) -> KeyCondition:
    return KeyCondition((("status", AttributeValue(S, status)),))


def numbers(items: list[dict[str, Any]]) -> list[int]:
    return [int(item["sk"]["N"]) for item in items]


Make = Callable[..., Any]


async def test_an_item_is_read_by_its_key(make_table: Make) -> None:
    read = await make_table()
    assert numbers(await read(ItemGet(key("p1", 4)))) == [4]


async def test_a_missing_item_is_an_empty_page(make_table: Make) -> None:
    read = await make_table()
    assert await read(ItemGet(key("p1", 99))) == []
    assert [page.count for page in read.pages] == [0]


async def test_no_read_sends_nothing(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table()
    sent = len(fault_proxy.log)
    assert await read(NoRead("false")) == []
    assert len(fault_proxy.log) == sent


async def test_a_batch_asks_each_key_once_in_requests_of_a_hundred(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(250, 1)
    keys = tuple(key("p0", number) for number in range(250))
    assert sorted(numbers(await read(BatchGet(keys + keys[:10])))) == list(range(250))
    name = read.table.table_name
    sizes = [len(request["RequestItems"][name]["Keys"]) for request in fault_proxy.requests("BatchGetItem")]
    assert sorted(sizes) == [50, 100, 100]


async def test_a_query_reads_a_partition_in_order(make_table: Make) -> None:
    read = await make_table()
    assert numbers(await read(PartitionQuery((partition("p1"),)))) == [1, 4, 7, 10, 13, 16, 19, 22, 25, 28]


async def test_a_query_with_a_range_runs_backwards(make_table: Make) -> None:
    read = await make_table()
    values = (AttributeValue(N, "5"), AttributeValue(N, "16"))
    condition = partition("p1", SortCondition("sk", SortOperator.BETWEEN, values))
    assert numbers(await read(PartitionQuery((condition,), descending=True))) == [16, 13, 10, 7]


@pytest.mark.parametrize("descending", [False, True])
async def test_partitions_are_merged_by_the_sort_key(make_table: Make, descending: bool) -> None:
    read = await make_table(60, 4)
    conditions = tuple(partition(f"p{number}") for number in range(4))
    items = await read(PartitionQuery(conditions, merge_by="sk", descending=descending), projection=(("note",),))
    assert numbers(items) == sorted(range(60), reverse=descending)


async def test_a_merge_over_short_pages_keeps_the_order(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(60, 4)
    conditions = tuple(partition(f"p{number}") for number in range(4))
    items = await read(PartitionQuery(conditions, merge_by="sk"), limit=7)
    assert numbers(items) == list(range(7))


async def test_partitions_without_order_are_all_read(make_table: Make) -> None:
    read = await make_table(60, 4)
    conditions = tuple(partition(f"p{number}") for number in range(4))
    assert sorted(numbers(await read(PartitionQuery(conditions)))) == list(range(60))


@pytest.mark.parametrize("segments", [1, 4])
async def test_a_scan_reads_every_item_once(make_table: Make, segments: int) -> None:
    read = await make_table(100, 20)
    assert sorted(numbers(await read(SegmentScan(segments)))) == list(range(100))


@pytest.mark.parametrize(("fixed", "expected"), [(None, 12), (4, 4)])
async def test_a_large_table_is_cut_into_more_segments_than_are_read_at_once(
    make_table: Make, fault_proxy: FaultProxy, fixed: int | None, expected: int
) -> None:
    read = await make_table(100, 20)
    table = replace(read.table, size_bytes=3 * 4 * PIECE_BYTES + 1, segments=fixed)
    path = AccessPath(table, SegmentScan(4), Estimate(0, 0, 0, 0))
    async with aclosing(read.store.fetch(path, statistics=ReadStatistics())) as pages:
        assert sum([page.count async for page in pages]) == 100
    asked = fault_proxy.requests("Scan")
    assert sorted({request["Segment"] for request in asked}) == list(range(expected))
    assert {request["TotalSegments"] for request in asked} == {expected}


async def test_a_small_limit_on_a_scan_takes_one_page(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(200, 20)
    items = await read(SegmentScan(8), limit=5)
    assert len(items) == 5
    assert len(fault_proxy.requests("Scan")) == 1


async def test_a_limit_goes_on_to_further_segments_while_it_is_not_reached(make_table: Make) -> None:
    read = await make_table(40, 20)
    assert len(await read(SegmentScan(8), limit=35)) == 35


async def test_a_limit_with_a_filter_grows_what_is_evaluated(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(100, 1)
    condition = Compare(("sk",), Comparison.GREATER, Constant(90))
    assert len(await read(SegmentScan(1), limit=3, filter=condition)) == 3
    assert [request["Limit"] for request in fault_proxy.requests("Scan")] == [3, 12, 48, 192]


async def test_a_filter_and_a_projection_go_to_the_store(make_table: Make) -> None:
    read = await make_table()
    condition = Compare(("status",), Comparison.EQUAL, Constant("paid"))
    items = await read(SegmentScan(2), filter=condition, projection=(("sk",), ("tags", 1)))
    assert sorted(numbers(items)) == list(range(0, 30, 3))
    assert {tuple(sorted(item)) for item in items} == {("sk", "tags")}
    assert all(len(item["tags"]["L"]) == 2 for item in items)


async def test_counting_brings_counts_and_no_items(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table()
    assert await read(SegmentScan(2), count_only=True) == []
    assert sum(page.count for page in read.pages) == 30
    assert {request["Select"] for request in fault_proxy.requests("Scan")} == {"COUNT"}


async def test_an_index_is_queried_and_scanned(make_table: Make) -> None:
    read = await make_table()
    index = read.table.index_by_name["by-status"]
    paid = await read(PartitionQuery((by_status("paid"),), index=index))
    assert numbers(paid) == list(range(0, 30, 3))
    assert len(await read(SegmentScan(2, index=index))) == 30


async def test_items_are_fetched_back_by_the_keys_of_an_index(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(360, 3)
    index = read.table.index_by_name["by-status"]
    items = await read(FetchBack(PartitionQuery((by_status("new"),), index=index)))
    assert len(items) == 240
    assert all("note" in item for item in items)
    assert len(fault_proxy.requests("BatchGetItem")) == 3


async def test_a_fetch_back_with_a_limit_fetches_no_more_items(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(360, 3)
    index = read.table.index_by_name["by-status"]
    items = await read(FetchBack(PartitionQuery((by_status("new"),), index, descending=True)), limit=5)
    assert sorted(numbers(items), reverse=True) == [359, 358, 356, 355, 353]
    (keys,) = fault_proxy.requests("Query")
    assert keys["Limit"] == 5
    assert len(fault_proxy.requests("BatchGetItem")) == 1


async def test_a_fetch_back_merges_the_keys_of_several_partitions(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(360, 3)
    index = read.table.index_by_name["by-status"]
    query = PartitionQuery((by_status("new"), by_status("paid")), index, merge_by="sk")
    assert sorted(numbers(await read(FetchBack(query), limit=4))) == [0, 1, 2, 3]
    (batch,) = fault_proxy.requests("BatchGetItem")
    assert len(batch["RequestItems"][read.table.table_name]["Keys"]) == 4


async def test_items_that_are_not_as_the_index_says_do_not_count(make_table: Make, fault_proxy: FaultProxy) -> None:
    def stale(content: dict[str, Any]) -> None:
        (items,) = content["Responses"].values()
        items[0]["status"] = {"S": "gone"}  # the index still says "new"
        del items[1]

    fault_proxy.on("BatchGetItem", changed(stale), times=1)
    read = await make_table(30, 3)
    index = read.table.index_by_name["by-status"]
    items = await read(FetchBack(PartitionQuery((by_status("new"),), index)), limit=4, projection=(("note",),))
    assert len([item for item in items if item["status"] == {"S": "new"}]) == 4
    sent = [len(one["RequestItems"][read.table.table_name]["Keys"]) for one in fault_proxy.requests("BatchGetItem")]
    assert sent == [4, 2]


async def test_one_item_of_each_partition_is_read(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(60, 7)
    for segments in (1, 4):
        items = await read(SegmentScan(segments, most_partitions=100), projection=(("pk",),))
        assert sorted(item["pk"]["S"] for item in items) == [f"p{number}" for number in range(7)]
    assert len(fault_proxy.requests("Scan")) <= (7 + 1) + (7 + 4)
    assert {one["Limit"] for one in fault_proxy.requests("Scan")} == {1}


async def test_one_item_of_each_partition_of_an_index_is_read(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(60, 7)
    items = await read(SegmentScan(1, read.table.index_by_name["by-status"], 100), projection=(("status",),))
    assert sorted(item["status"]["S"] for item in items) == ["new", "paid"]
    assert len(fault_proxy.requests("Scan")) == 2 + 1


async def test_after_too_many_partitions_the_rest_is_scanned(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(60, 20)
    items = await read(SegmentScan(1, most_partitions=5), projection=(("pk",),))
    assert {item["pk"]["S"] for item in items} == {f"p{number}" for number in range(20)}
    assert [one.get("Limit") for one in fault_proxy.requests("Scan")] == [1, 1, 1, 1, 1, None]


async def test_partitions_are_scanned_where_the_place_behind_one_is_not_kept(
    make_table: Make, fault_proxy: FaultProxy
) -> None:
    places = iter("24")

    def again(content: dict[str, Any]) -> None:
        content["LastEvaluatedKey"] = {"pk": {"S": "p0"}, "sk": {"N": next(places)}}

    read = await make_table(60, 2)
    fault_proxy.on("Scan", changed(again), times=2)
    items = await read(SegmentScan(1, most_partitions=50), projection=(("pk",),))
    assert {item["pk"]["S"] for item in items} == {"p0", "p1"}
    assert [one.get("Limit") for one in fault_proxy.requests("Scan")] == [1, 1, None]


async def test_a_consistent_read_is_asked_for(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table()
    await read(SegmentScan(1), consistent=True)
    assert fault_proxy.requests("Scan")[0]["ConsistentRead"] is True


async def test_a_consistent_read_of_a_global_index_is_a_bug(make_table: Make) -> None:
    read = await make_table()
    with pytest.raises(InternalError):
        await read(SegmentScan(1, index=read.table.index_by_name["by-status"]), consistent=True)


async def test_a_filter_on_a_key_attribute_of_a_query_is_a_bug(make_table: Make) -> None:
    read = await make_table()
    with pytest.raises(InternalError, match="key attribute 'sk'"):
        await read(PartitionQuery((partition("p1"),)), filter=Compare(("sk",), Comparison.EQUAL, Constant(1)))


async def test_empty_pages_are_followed(make_table: Make, fault_proxy: FaultProxy) -> None:
    def emptied(content: dict[str, Any]) -> None:
        content.update(Items=[], Count=0, LastEvaluatedKey={"pk": {"S": "p0"}, "sk": {"N": "-1"}})

    fault_proxy.on("Query", changed(emptied), times=1)
    read = await make_table(6, 1)
    assert numbers(await read(PartitionQuery((partition("p0"),)))) == [0, 1, 2, 3, 4, 5]
    assert [page.count for page in read.pages] == [0, 6]


async def test_statistics_count_what_was_read(make_table: Make) -> None:
    read = await make_table()
    await read(SegmentScan(2), filter=Compare(("status",), Comparison.EQUAL, Constant("paid")))
    assert (read.statistics.requests, read.statistics.pages) == (2, 2)
    assert (read.statistics.items_scanned, read.statistics.items_returned) == (30, 10)
    assert read.statistics.units_by_resource == {read.table.table_name: 2.0}
    assert read.statistics.response_bytes > 500


async def test_closing_the_read_stops_what_is_in_flight(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(100, 20)
    fault_proxy.on("Scan", delayed(30.0), matches=lambda seen: seen.request["Segment"] > 0)
    path = AccessPath(read.table, SegmentScan(4), Estimate(0, 0, 0, 0))
    async with aclosing(read.store.fetch(path, statistics=ReadStatistics())) as pages:
        async for _ in pages:
            break
    for _ in range(50):
        await asyncio.sleep(0.01)
        if fault_proxy.in_flight == 0:
            break
    assert fault_proxy.in_flight == 0
    assert len(fault_proxy.requests("Scan")) == 4


async def test_segments_run_at_the_same_time(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table()
    fault_proxy.on("Scan", delayed(0.05))
    await read(SegmentScan(4))
    assert fault_proxy.most_in_flight == 4
