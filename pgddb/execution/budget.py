"""Hold a statement to its budget: refuse it before its first request, or stop it when the real bill passes a limit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from msgspec import Struct
from typing_extensions import override

from pgddb.access.path import AccessPath, BatchGet, FetchBack, ItemGet, NoRead, PartitionQuery, Read, SegmentScan
from pgddb.access.prices import PriceTable, UnitPrices
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import IndexKind, TableSchema, Throughput
from pgddb.errors import ConfigurationLimitExceeded
from pgddb.execution.notices import dollars_text
from pgddb.planner import price_text, units_text

TINY_DOLLARS = 1e-6
"""Smaller prices are told roughly, smaller limits in full."""
DOLLARS_SETTING, UNITS_SETTING = "pgddb.max_cost", "pgddb.max_read_units"


class Budget(Struct, frozen=True):
    """What one statement may cost and read; None sets no limit."""

    dollars: float | None = None
    read_units: float | None = None

    @property
    def limits(self) -> bool:
        """Say whether there is any limit."""
        return self.dollars is not None or self.read_units is not None

    def exceeded(self, units: float, dollars: float) -> str | None:
        """Name the setting that a statement of this bill passes."""
        if self.dollars is not None and dollars > self.dollars:
            return DOLLARS_SETTING
        if self.read_units is not None and units > self.read_units:
            return UNITS_SETTING
        return None

    def limit_text(self, setting: str) -> str:
        if setting == DOLLARS_SETTING:
            limit = self.dollars or 0.0
            return dollars_text(limit) if limit < TINY_DOLLARS else price_text(limit)
        return units_text(self.read_units or 0.0)

    def refuse_dearer(self, paths: Iterable[AccessPath], prices: PriceTable) -> None:
        """Refuse a statement whose estimate passes the budget.

        Raises:
            ConfigurationLimitExceeded: with the price, the limit and what to do.
        """
        if not self.limits:
            return
        read = list(paths)
        units = sum([path.estimate.read_units for path in read])
        dollars = sum([prices.read_dollars(path.estimate.read_units, path.table.source.region) for path in read])
        setting = self.exceeded(units, dollars)
        if setting is None:
            return
        dearest = max(read, key=lambda path: path.estimate.read_units)
        raise ConfigurationLimitExceeded(
            f"statement would take about {units_text(units)} ({price_text(dollars)}), "
            f"more than {setting} allows ({self.limit_text(setting)})",
            detail=f'Most of it is the {_kind(dearest.read)} of "{dearest.table.name}": '
            f"{units_text(dearest.estimate.read_units)}.",
            hint=_advice(dearest.table, setting, dollars if setting == DOLLARS_SETTING else units),
        )


def _kind(read: Read) -> str:
    match read:
        case SegmentScan() | FetchBack(keys_from=SegmentScan()):
            return "scan"
        case PartitionQuery() | FetchBack():
            return "query"
        case _:
            return "read"


def _advice(table: TableSchema, setting: str, needed: float) -> str:
    keys = ", ".join(f'"{attribute.name}"' for attribute in table.keys.partition)
    return (
        f"Add an equality on the partition key ({keys}) or on an index key, or a LIMIT, "
        f"or raise the limit: SET {setting} = {_rounded_up(needed)}. EXPLAIN shows where the read units go."
    )


def _rounded_up(value: float) -> str:
    """Give the next number of two figures.

    >>> _rounded_up(1.6384), _rounded_up(131072), _rounded_up(0.00612)
    ('1.7', '140000', '0.0062')
    """
    digits = 1 - math.floor(math.log10(value))
    rounded = math.ceil(value * 10**digits) / 10**digits
    return f"{rounded:.{max(0, digits)}f}"


@dataclass(slots=True)
class FeedBill(ReadStatistics):
    """What one feed of a statement has read; every page is added to the statement's bill at once.

    Attributes:
        path: what is carried out.
        seconds: how long the feed was fetched.
    """

    statement: StatementBill | None = field(default=None, repr=False, compare=False)
    path: AccessPath | None = field(default=None, repr=False, compare=False)
    seconds: float = 0.0

    @property
    def dollars(self) -> float:
        if self.statement is None or self.path is None:
            return 0.0
        return self.statement.prices.read_dollars(self.read_units, self.path.table.source.region)

    @override
    def add_units(self, resource: str, units: float) -> None:
        ReadStatistics.add_units(self, resource, units)  # a class with slots has no super()
        if self.statement is not None:
            self.statement.require_within()


class StatementBill:
    """What a statement reads, feed by feed; it goes on where the statement starts again.

    Attributes:
        feeds: the bill of each feed that was started.
    """

    def __init__(self, budget: Budget, prices: PriceTable) -> None:
        self.prices = prices
        self.feeds: dict[str, FeedBill] = {}
        self._budget = budget

    def of(self, feed: str, path: AccessPath) -> FeedBill:
        """Give the bill of a feed, to be counted on by the store."""
        bill = self.feeds.get(feed)
        if bill is None:
            bill = self.feeds[feed] = FeedBill(statement=self)
        bill.path = path
        return bill

    @property
    def statistics(self) -> ReadStatistics:
        """Add up all feeds; of a single one it is the bill itself."""
        if len(self.feeds) == 1:
            (only,) = self.feeds.values()
            return only
        total = ReadStatistics()
        for bill in self.feeds.values():
            for counter in _COUNTERS:
                setattr(total, counter, getattr(total, counter) + getattr(bill, counter))
            for resource, units in bill.units_by_resource.items():
                total.add_units(resource, units)
        return total

    @property
    def dollars(self) -> float:
        return sum([bill.dollars for bill in self.feeds.values()])

    def require_within(self) -> None:
        """Stop the statement once its real bill passes the budget; what is in flight then is paid too.

        Raises:
            ConfigurationLimitExceeded: with the bill so far.
        """
        if not self._budget.limits:
            return
        units, dollars = sum([bill.read_units for bill in self.feeds.values()]), self.dollars
        setting = self._budget.exceeded(units, dollars)
        if setting is not None:
            raise ConfigurationLimitExceeded(
                f"canceling statement: its reads pass {setting} ({self._budget.limit_text(setting)})",
                detail=f"It has read {units_text(units)} for {price_text(dollars)} so far.",
                hint=f"Narrow the statement, or raise the limit: SET {setting}. EXPLAIN shows where the read units go.",
            )


_COUNTERS = tuple(
    counter.name
    for counter in fields(ReadStatistics)
    if counter.name not in {"read_units", "units_by_resource", "finished"}
)


# Pace and prices ------------------------------------------------------------------------------------------


class Pace(Struct, frozen=True):
    """How fast a statement may read a table or index.

    Attributes:
        units_per_second: of each, None for what DynamoDB gives.
        capacity_share: of the throughput that DynamoDB says each has, 0 to 1; None for all.
    """

    units_per_second: float | None = None
    capacity_share: float | None = None

    def of(self, path: AccessPath) -> float | None:
        """Give the read units a second of a path; that of the slower one where it reads an index and its table."""
        rates = [self.units_per_second] if self.units_per_second else []
        if self.capacity_share:
            rates += (
                self.capacity_share * known
                for known in map(_known_throughput, _throughputs(path.table, path.read))
                if known
            )
        return min(rates) if rates else None


def _known_throughput(throughput: Throughput) -> float | None:
    known = throughput.provisioned or throughput.warm
    most = throughput.on_demand_maximum
    return min(known, most) if known and most else known or most


def _throughputs(table: TableSchema, read: Read) -> list[Throughput]:
    match read:
        case NoRead():
            return []
        case FetchBack(keys_from=keys_from):
            return [*_throughputs(table, keys_from), table.throughput]
        case PartitionQuery(index=index) | SegmentScan(index=index) if index is not None:
            return [table.throughput if index.kind is IndexKind.LOCAL else index.throughput]
        case ItemGet() | BatchGet() | PartitionQuery() | SegmentScan():
            return [table.throughput]


def own_prices(prices: PriceTable, read: float | None) -> PriceTable:
    """Put the user's price of a million read units over the list."""
    if read is None:
        return prices
    return replace(prices, override=UnitPrices(read, prices.default.write))
