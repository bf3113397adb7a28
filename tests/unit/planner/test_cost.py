"""Reads are priced as DynamoDB bills them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgddb.access.path import BatchGet, FetchBack, ItemGet, KeyCondition, NoRead, PartitionQuery, SegmentScan
from pgddb.access.prices import PriceTable, UnitPrices
from pgddb.access.statistics import ColumnStatistics, ReadSize, TableStatistics
from pgddb.access.table import TableSchema, Throughput
from pgddb.planner.cost import CostModel
from tests.fakes.planner_tables import BY_STATUS, ORDERS, text


def table_of(items: int, item_bytes: int) -> TableSchema:
    return replace(ORDERS, item_count=items, size_bytes=items * item_bytes)


def keys(count: int) -> tuple[tuple[tuple[str, object], ...], ...]:
    return tuple((("tenant", text("t")), ("order_id", text(str(place)))) for place in range(count))


TENANT = KeyCondition((("tenant", text("t")),))


def test_ten_small_items_of_a_partition_cost_half_a_unit_by_query_and_five_by_batch() -> None:
    costs = CostModel(table_of(100, 400))  # ten tenants are assumed, of ten items each
    assert costs.estimate(PartitionQuery((TENANT,))).read_units == 0.5
    assert costs.estimate(BatchGet(keys(10))).read_units == 5  # type: ignore[arg-type]  # keys of a test


@pytest.mark.parametrize(("item_bytes", "units"), [(400, 0.5), (4096, 0.5), (4097, 1.0), (9000, 1.5)])
def test_one_item_is_rounded_up_to_four_kilobytes(item_bytes: int, units: float) -> None:
    key = (("tenant", text("t")), ("order_id", text("1")))
    assert CostModel(table_of(100, item_bytes)).estimate(ItemGet(key)).read_units == units
    assert CostModel(table_of(100, item_bytes), consistent=True).estimate(ItemGet(key)).read_units == 2 * units


def test_a_scan_of_a_gibibyte_costs_131072_units() -> None:
    costs = CostModel(table_of(1024 * 1024, 1024), consistent=False, prices=PriceTable("", UnitPrices(0.125, 0.625)))
    estimate = costs.estimate(SegmentScan(8))
    assert (estimate.read_units, estimate.requests) == (131_072, 1024)
    assert round(estimate.dollars, 4) == 0.0164


def test_each_page_of_a_scan_is_rounded_by_itself() -> None:
    assert CostModel(table_of(1, 1024 * 1024 + 1)).estimate(SegmentScan(1)).read_units == 128.5


def test_a_limit_ends_a_read_early_unless_a_filter_drops_items() -> None:
    costs = CostModel(ORDERS)
    assert costs.estimate(SegmentScan(1), limit=10).read_units == 0.5
    assert costs.estimate(SegmentScan(1), limit=10, filtered=True) == costs.estimate(SegmentScan(1))


def test_fetching_back_costs_the_index_and_every_item() -> None:
    estimate = CostModel(ORDERS).estimate(FetchBack(SegmentScan(1, BY_STATUS)))
    assert (estimate.read_units, estimate.requests, estimate.items) == (1.0 + 25.0, 2, 50)


def test_known_distinct_values_say_how_large_a_partition_is() -> None:
    read = PartitionQuery((TENANT,))
    many = CostModel(ORDERS, statistics=TableStatistics({"tenant": ColumnStatistics(distinct=100_000)}))
    few = CostModel(ORDERS, statistics=TableStatistics({"tenant": ColumnStatistics(distinct=10)}))
    assert (many.estimate(read).items, few.estimate(read).items) == (1, 10_000)


def test_a_common_value_has_its_own_share() -> None:
    columns = {"tenant": ColumnStatistics(100, {text("t"): 0.25})}
    costs = CostModel(ORDERS, statistics=TableStatistics(columns))
    other = KeyCondition((("tenant", text("u")),))
    assert (costs.estimate(PartitionQuery((TENANT,))).items, costs.estimate(PartitionQuery((other,))).items) == (
        25_000,
        1_000,
    )


def test_a_query_that_ran_before_is_known() -> None:
    statistics = TableStatistics(queries={(None, TENANT): ReadSize(70, 4.5, 2)})
    estimate = CostModel(ORDERS, statistics=statistics).estimate(PartitionQuery((TENANT,)))
    assert (estimate.items, estimate.read_units, estimate.requests) == (70, 4.5, 2)
    assert CostModel(ORDERS, True, statistics).estimate(PartitionQuery((TENANT,))).read_units == 9.0
    assert CostModel(ORDERS, statistics=statistics).estimate(PartitionQuery((TENANT,)), limit=10).items == 10


def test_a_scan_says_how_many_items_a_new_table_has() -> None:
    new = replace(ORDERS, item_count=0, size_bytes=0)
    seen = TableStatistics(item_bytes=100.0, scans={None: ReadSize(80, 1.0, 1)})
    assumed, known = CostModel(new).estimate(SegmentScan(1)), CostModel(new, statistics=seen).estimate(SegmentScan(1))
    assert (assumed.items, assumed.assumes_items, assumed.assumes_bytes) == (1_000, True, True)
    assert (known.items, known.size_bytes, known.assumes_items, known.assumes_bytes) == (80, 8_000, False, False)


def test_the_time_is_that_of_the_slowest_rate() -> None:
    table = replace(ORDERS, throughput=Throughput(warm=12_000, on_demand_maximum=1_000))
    costs = CostModel(table)
    assert costs.estimate(SegmentScan(8)).seconds == pytest.approx(4.883, abs=0.001)
    slower = replace(costs, units_per_second=100.0)
    assert slower.estimate(SegmentScan(8)).seconds == pytest.approx(48.83, abs=0.01)
    assert CostModel(ORDERS).estimate(SegmentScan(8)).seconds is None


def test_nothing_costs_nothing() -> None:
    assert CostModel(ORDERS).estimate(NoRead("")).read_units == 0
