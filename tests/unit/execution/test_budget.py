"""A statement stays within its budget: refused before it reads, or stopped when the real bill passes a limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgddb.access.path import AccessPath, Estimate, FetchBack, NoRead, SegmentScan
from pgddb.access.prices import PriceTable, UnitPrices
from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
    Throughput,
)
from pgddb.errors import ConfigurationLimitExceeded
from pgddb.execution.budget import Budget, Pace, StatementBill, own_prices
from tests.fakes.asking import Asking, select
from tests.fakes.store import FakeTable, numbered_items

KEYS = KeySchema((KeyAttribute("User", AttributeType.S),))
PRICES = PriceTable("2026-01-01", UnitPrices(read=0.125, write=0.625), {"eu-west-1": UnitPrices(0.25, 1.25)})


def table(region: str | None = None, throughput: Throughput | None = None, *indexes: Index) -> TableSchema:
    return TableSchema(
        "public",
        "Reviews",
        "Reviews",
        Source(region=region),
        KEYS,
        (),
        indexes,
        throughput=throughput or Throughput(),
    )


def scan(units: float, of: TableSchema | None = None, index: Index | None = None) -> AccessPath:
    return AccessPath(of or table(), SegmentScan(8, index), Estimate(1, 1, units, 1))


def by_author(throughput: Throughput) -> Index:
    keys = KeySchema((KeyAttribute("Author", AttributeType.S),))
    return Index("by_author", IndexKind.GLOBAL, keys, IndexProjection.ALL, throughput=throughput)


# Before the run -------------------------------------------------------------------------------------------


def test_a_statement_within_its_budget_may_run() -> None:
    Budget(dollars=1.0, read_units=8_000_000).refuse_dearer([scan(8_000_000)], PRICES)
    Budget().refuse_dearer([scan(1e12)], PRICES)


def test_a_dear_statement_is_refused_with_its_price_the_limit_and_a_way_out() -> None:
    with pytest.raises(ConfigurationLimitExceeded) as refused:
        Budget(dollars=1.0).refuse_dearer([scan(13_107_200), scan(10)], PRICES)
    assert refused.value.sqlstate == "53400"
    assert refused.value.message == (
        "statement would take about 13,107,210 read units ($1.64), more than pgddb.max_cost allows ($1.00)"
    )
    assert refused.value.detail == 'Most of it is the scan of "Reviews": 13,107,200 read units.'
    assert refused.value.hint == (
        'Add an equality on the partition key ("User") or on an index key, or a LIMIT, or raise the limit: '
        "SET pgddb.max_cost = 1.7. EXPLAIN shows where the read units go."
    )


def test_a_tiny_limit_is_told_in_full() -> None:
    with pytest.raises(ConfigurationLimitExceeded, match=r"allows \(\$0\.0000001\)"):
        Budget(dollars=1e-7).refuse_dearer([scan(10)], PRICES)


def test_read_units_have_a_limit_of_their_own() -> None:
    with pytest.raises(ConfigurationLimitExceeded, match=r"more than pgddb.max_read_units allows \(100 read units\)"):
        Budget(read_units=100).refuse_dearer([scan(100.5)], PRICES)


def test_every_table_is_priced_in_its_own_region() -> None:
    there = scan(3_000_000, table("eu-west-1"))
    with pytest.raises(ConfigurationLimitExceeded, match=r"\(\$0.75\)"):
        Budget(dollars=0.5).refuse_dearer([there], PRICES)
    Budget(dollars=0.5).refuse_dearer([there], own_prices(PRICES, 0.125))


async def test_a_refused_statement_asks_for_no_item(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(1000, pad={"S": "x" * 400})))
    await asking.ask("SELECT count(*) FROM things")
    asking.store.calls.clear()
    asking.notices.clear()
    asking.executor.settings = replace(asking.executor.settings, budget=Budget(read_units=10))
    with pytest.raises(ConfigurationLimitExceeded):
        await asking.ask("SELECT count(*) FROM things")
    assert asking.store.calls == []
    assert asking.notices == []


# During the run -------------------------------------------------------------------------------------------


async def test_the_real_bill_stops_a_statement_whose_size_was_unknown(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(10_000), size_known=False))
    asking.store.page_items = 10
    await asking.executor.prepare(select("SELECT n FROM things"))
    served = asking.store.pages_served
    asking.executor.settings = replace(asking.executor.settings, budget=Budget(read_units=60))
    with pytest.raises(ConfigurationLimitExceeded) as stopped:
        await asking.ask("SELECT sum(n) FROM things")
    assert stopped.value.message == "canceling statement: its reads pass pgddb.max_read_units (60 read units)"
    assert stopped.value.detail == "It has read 60.5 read units for $0.00000756 so far."
    assert asking.store.pages_served - served == 121
    assert asking.store.open_reads == 0
    assert "60.5 read units" in asking.notices[-1].message


async def test_the_limit_counts_all_feeds_of_a_statement(asking: Asking) -> None:
    asking.store.add(FakeTable("a", numbered_items(1000), size_known=False))
    asking.store.add(FakeTable("b", numbered_items(1000), size_known=False))
    asking.store.page_items = 10
    query = "SELECT count(*) FROM a FULL JOIN b ON a.n = b.n"
    await asking.ask(query)
    asking.executor.settings = replace(asking.executor.settings, budget=Budget(read_units=98.5))
    with pytest.raises(ConfigurationLimitExceeded):
        await asking.ask(query)


async def test_a_session_goes_on_after_a_statement_was_stopped(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(3000), size_known=False))
    asking.store.page_items = 1
    unlimited = asking.executor.settings
    asking.executor.settings = replace(unlimited, budget=Budget(dollars=1e-4))
    with pytest.raises(ConfigurationLimitExceeded, match=r"pass pgddb.max_cost \(\$0.0001\)"):
        await asking.ask("SELECT count(n) FROM things")
    asking.executor.settings = unlimited
    assert await asking.ask("SELECT count(n) AS c FROM things") == [{"c": 3000}]


def test_a_bill_adds_up_its_feeds() -> None:
    bill = StatementBill(Budget(), PRICES)
    for feed, units in (("feed_1", 2.0), ("feed_2", 4.0)):
        counted = bill.of(feed, scan(1))
        counted.add_units("Reviews", units)
        counted.pages += 1
    assert bill.statistics.read_units == 6.0
    assert bill.statistics.pages == 2
    assert bill.statistics.units_by_resource == {"Reviews": 6.0}
    assert bill.dollars == pytest.approx(7.5e-7)


def test_a_statement_that_starts_again_keeps_its_bill() -> None:
    bill = StatementBill(Budget(read_units=3), PRICES)
    bill.of("feed_1", scan(1)).add_units("Reviews", 2.0)
    with pytest.raises(ConfigurationLimitExceeded):
        bill.of("feed_1", scan(1)).add_units("Reviews", 2.0)


# Pace -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pace", "throughput", "units"),
    [
        (Pace(), Throughput(provisioned=100), None),
        (Pace(units_per_second=50), Throughput(provisioned=100), 50),
        (Pace(capacity_share=0.25), Throughput(provisioned=100), 25),
        (Pace(capacity_share=0.25), Throughput(warm=12_000), 3000),
        (Pace(capacity_share=0.25), Throughput(warm=12_000, on_demand_maximum=400), 100),
        (Pace(capacity_share=0.25), Throughput(on_demand_maximum=400), 100),
        (Pace(capacity_share=0.25), Throughput(), None),
        (Pace(units_per_second=10, capacity_share=0.25), Throughput(provisioned=100), 10),
    ],
)
def test_the_pace_is_the_slower_of_rate_and_share(pace: Pace, throughput: Throughput, units: float | None) -> None:
    assert pace.of(scan(1, table(None, throughput))) == units


def test_an_index_has_a_pace_of_its_own_and_fetching_back_that_of_the_slower() -> None:
    index = by_author(Throughput(provisioned=40))
    of = table(None, Throughput(provisioned=20), index)
    pace = Pace(capacity_share=0.5)
    assert pace.of(scan(1, of, index)) == 20
    assert pace.of(replace(scan(1, of), read=FetchBack(SegmentScan(1, index)))) == 10
    assert pace.of(replace(scan(1, of), read=NoRead("no"))) is None
