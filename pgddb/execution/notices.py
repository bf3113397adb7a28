"""Say what a statement asks of DynamoDB: a warning before a dear scan, a bill after every read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from pgddb.access.path import AccessPath, FetchBack, SegmentScan
from pgddb.access.prices import PriceTable
from pgddb.access.statistics import ReadStatistics
from pgddb.planner import price_text

WARNING_SQLSTATE = "01000"

SMALLEST_DOLLARS = Decimal("1e-12")
"""Prices are shown to this place: half a read unit costs 0.0000000625 dollars."""


class Notice(Struct, frozen=True):
    """What a NoticeResponse says; `severity` is NOTICE or WARNING, unfiltered by client_min_messages."""

    severity: str
    message: str
    detail: str | None = None
    hint: str | None = None
    sqlstate: str = "00000"


def bill(statistics: ReadStatistics, dollars: float) -> Notice:
    """Say what a statement has cost."""
    return _bill(
        (statistics.requests, statistics.pages, statistics.items_scanned, statistics.items_returned),
        statistics.read_units,
        dollars,
        statistics.retries,
        statistics.throttles,
    )


@lru_cache(maxsize=256)
def _bill(counts: tuple[int, int, int, int], read_units: float, dollars: float, retries: int, throttles: int) -> Notice:
    """Write a bill; those of lookups are all alike."""
    requests, pages, scanned, returned = counts
    texts = (
        _counted(requests, "request"),
        _counted(pages, "page"),
        _counted(scanned, "item", "scanned"),
        f"{returned:,} returned",
        _units(read_units),
        dollars_text(dollars),
    )
    retried = [_counted(retries, "retry", plural="retries"), _counted(throttles, "throttle")]
    detail = f"pgddb: {', '.join(retried)}" if retries or throttles else None
    return Notice("NOTICE", f"pgddb: {', '.join(texts)}", detail=detail)


def scan_warnings(paths: Iterable[AccessPath], warn_read_units: float, prices: PriceTable) -> list[Notice]:
    """Warn of the scans that are estimated to take more read units than a statement may take in silence."""
    return [
        _scan_warning(path, prices) for path in paths if _scans(path) and path.estimate.read_units > warn_read_units
    ]


def _scans(path: AccessPath) -> bool:
    return isinstance(path.read, SegmentScan) or (
        isinstance(path.read, FetchBack) and isinstance(path.read.keys_from, SegmentScan)
    )


def _scan_warning(path: AccessPath, prices: PriceTable) -> Notice:
    table = path.table
    units = path.estimate.read_units
    dollars = price_text(prices.read_dollars(units, table.source.region))
    keys = ", ".join(f'"{attribute.name}"' for attribute in table.keys.partition)
    return Notice(
        "WARNING",
        f'pgddb: scan of "{table.name}" will take about {units:,.0f} read units ({dollars})',
        hint=f"Add an equality on the partition key ({keys}) or on an index key, or a LIMIT.",
        sqlstate=WARNING_SQLSTATE,
    )


def _counted(number: int, noun: str, rest: str = "", plural: str | None = None) -> str:
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word} {rest}".rstrip()


def _units(units: float) -> str:
    text = f"{units:,.1f}".removesuffix(".0")
    return f"{text} read unit{'' if text == '1' else 's'}"


def dollars_text(dollars: float) -> str:
    """Write a price without an exponent and without needless zeros.

    >>> dollars_text(0.5 * 0.125e-6)
    '$0.0000000625'
    """
    exact = Decimal(repr(dollars)).quantize(SMALLEST_DOLLARS)
    return f"${exact:,.12f}".rstrip("0").rstrip(".")
