"""Bills and warnings say in one line what a statement asks of DynamoDB."""

from __future__ import annotations

import pytest

from pgddb.access.path import AccessPath, Estimate, ItemGet, SegmentScan
from pgddb.access.prices import PriceTable, UnitPrices
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.execution.notices import bill, dollars_text, scan_warnings

PRICES = PriceTable("2026-01-01", UnitPrices(read=0.125, write=0.625))
TABLE = TableSchema("public", "Reviews", "Reviews", Source(), KeySchema((KeyAttribute("User", AttributeType.S),)), ())


def scan(units: float) -> AccessPath:
    return AccessPath(TABLE, SegmentScan(8), Estimate(items=1, size_bytes=1, read_units=units, requests=1))


def test_a_small_bill() -> None:
    statistics = ReadStatistics(requests=1, pages=1, items_scanned=12, items_returned=12, read_units=0.5)
    notice = bill(statistics, PRICES.read_dollars(0.5, None))
    assert notice.message == ("pgddb: 1 request, 1 page, 12 items scanned, 12 returned, 0.5 read units, $0.0000000625")
    assert (notice.severity, notice.sqlstate, notice.detail) == ("NOTICE", "00000", None)


def test_a_large_bill_with_throttles() -> None:
    statistics = ReadStatistics(
        requests=12_345, pages=12_000, items_scanned=1, items_returned=0, read_units=1_000_001, retries=1, throttles=2
    )
    notice = bill(statistics, 0.125)
    assert notice.message == (
        "pgddb: 12,345 requests, 12,000 pages, 1 item scanned, 0 returned, 1,000,001 read units, $0.125"
    )
    assert notice.detail == "pgddb: 1 retry, 2 throttles"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(0.0, "$0"), (6.25e-8, "$0.0000000625"), (1.5, "$1.5"), (1234.0, "$1,234"), (1e-13, "$0"), (0.1 + 0.2, "$0.3")],
)
def test_prices_have_no_exponent_and_no_needless_zeros(dollars: float, text: str) -> None:
    assert dollars_text(dollars) == text


def test_a_scan_beyond_the_limit_is_warned_of_with_its_price_and_a_way_out() -> None:
    (warning,) = scan_warnings([scan(131_072)], 10_000, PRICES)
    assert warning.severity == "WARNING"
    assert warning.sqlstate == "01000"
    assert warning.message == 'pgddb: scan of "Reviews" will take about 131,072 read units ($0.0164)'
    assert '"User"' in (warning.hint or "")


def test_small_scans_and_keyed_reads_are_silent() -> None:
    keyed = AccessPath(TABLE, ItemGet(()), Estimate(items=1, size_bytes=1, read_units=20_000, requests=1))
    assert scan_warnings([scan(9_999), keyed], 10_000, PRICES) == []
