"""Estimate what a read takes: items, bytes, read units by DynamoDB's rounding, requests, dollars, seconds.

A Query or Scan rounds the sum of each page up to 4 KB; GetItem and BatchGetItem round every item. So ten items of
400 bytes cost half a unit by one Query and five by BatchGetItem (eventually consistent).

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pgddb.access.path import (
    BatchGet,
    Estimate,
    FetchBack,
    ItemGet,
    KeyCondition,
    NoRead,
    PartitionQuery,
    Read,
    SegmentScan,
    SortOperator,
)
from pgddb.access.prices import PriceTable
from pgddb.access.statistics import ReadSize, TableStatistics
from pgddb.access.table import Index, IndexKind, IndexProjection, KeySchema, TableSchema, Throughput

UNIT_BYTES = 4096
"""What one read unit reads, strongly consistent; eventually consistent it costs half."""
PAGE_BYTES = 1024 * 1024
"""What one Query or Scan request reads at most."""
BATCH_KEYS = 100
"""Keys of one BatchGetItem."""
BATCH_BYTES = 16 * 1024 * 1024
"""What one BatchGetItem answers at most."""

ASSUMED_ITEMS = 1_000.0
"""Of a table whose count is not known: enough for a key to be cheaper than a scan, too few to warn of."""
ASSUMED_ITEM_BYTES = 400.0
ASSUMED_KEY_BYTES = 100.0
"""Of an item in an index that holds keys only."""
RANGE_SHARE, BETWEEN_SHARE = 0.33, 0.1
"""Shares of a partition that a range open on one side, or closed on both, is taken to hold."""
ASKED_SHARE = 4
"""There are taken to be this many times more values of a key than a statement names."""
LOOKED_UP_CONDITIONS = 200
"""Of so many key conditions at most each is looked up among those that were read before."""

NO_STATISTICS = TableStatistics()


@dataclass(frozen=True, slots=True)
class CostModel:
    """What prices a read of one table.

    Attributes:
        consistent: strongly consistent, which costs twice.
        statistics: what reads have shown of the table.
        units_per_second: the rate that the session allows, or None for the table's own.
    """

    table: TableSchema
    consistent: bool = False
    statistics: TableStatistics = field(default_factory=TableStatistics)
    prices: PriceTable | None = None
    units_per_second: float | None = None

    def estimate(  # noqa: PLR0911 - one for each read
        self, read: Read, *, limit: int | None = None, filtered: bool = False
    ) -> Estimate:
        """Estimate a read; a limit ends it early unless a filter drops items on the way."""
        stop = None if filtered else limit
        match read:
            case NoRead():
                return Estimate(0, 0, 0, 0, 0.0, 0.0)
            case ItemGet():
                return self._by_keys(1, 1)
            case BatchGet(keys=keys):
                return self._by_keys(len(keys), len(keys))
            case PartitionQuery(conditions=conditions, index=index):
                return self._query(conditions, index, stop)
            case SegmentScan(most_partitions=None):
                return self._scan(read.index, read.segments, stop)
            case SegmentScan():
                return self._skipping(read)
            case FetchBack(keys_from=keys_from):
                first = self.estimate(keys_from, limit=stop)
                return self._sum(first, self._by_keys(first.items, first.items))

    # Sizes ------------------------------------------------------------------------------------------------

    def item_bytes(self, index: Index | None = None) -> float:
        """Give the mean size of an item, in the table or in an index."""
        own = self._known_item_bytes() or ASSUMED_ITEM_BYTES
        if index is None:
            return own
        if index.item_count and index.size_bytes:
            return index.size_bytes / index.item_count
        return own if index.projection is IndexProjection.ALL else min(own, ASSUMED_KEY_BYTES)

    def _known_item_bytes(self) -> float | None:
        """DynamoDB counts every six hours and says zero of a new table, whose items may have been looked at since."""
        return self.table.average_item_bytes or self.statistics.item_bytes

    def items(self, index: Index | None = None) -> float:
        """Give the number of items. DynamoDB counts every six hours, so a zero may be a table that is new."""
        if index is not None and index.item_count:
            return float(index.item_count)
        return float(self._known_items(index) or ASSUMED_ITEMS)

    def _known_items(self, index: Index | None) -> int | None:
        """Take the count of the index, or of the table, from a scan where DynamoDB does not say it."""
        scans = self.statistics.scans
        if index is not None and index.name in scans:
            return scans[index.name].items
        return self.table.item_count or (scans[None].items if None in scans else None)

    def units(self, size_bytes: float) -> float:
        """Give the read units of one page or item."""
        return max(1, math.ceil(size_bytes / UNIT_BYTES)) * (1.0 if self.consistent else 0.5)

    # Reads ------------------------------------------------------------------------------------------------

    def _by_keys(self, keys: float, items: float) -> Estimate:
        size = self.item_bytes()
        requests = max(math.ceil(keys / BATCH_KEYS), math.ceil(keys * size / BATCH_BYTES)) if keys else 0
        return self._priced(items, items * size, keys * self.units(size), requests, by_keys=True)

    def _query(self, conditions: tuple[KeyCondition, ...], index: Index | None, limit: int | None) -> Estimate:
        schema = self.table.keys if index is None else index.keys
        size = self.item_bytes(index)
        shapes: dict[tuple[float, int, SortOperator | None], int] = {}
        items = units = requests = 0.0
        for condition in conditions:
            seen = self._seen(index, condition, schema, len(conditions))
            operator = None if condition.sort is None else condition.sort.operator
            if isinstance(seen, ReadSize) and (limit is None or seen.items <= limit):
                items += seen.items
                units += seen.read_units * (2.0 if self.consistent else 1.0)
                requests += seen.requests
                continue
            in_partition = float(seen.items) if isinstance(seen, ReadSize) else seen
            shape = (in_partition, len(condition.equals), operator)
            shapes[shape] = shapes.get(shape, 0) + 1
        for (in_partition, equal, operator), count in shapes.items():
            each = self._items_of(schema, index, in_partition, equal, operator)
            each = each if limit is None else min(each, float(limit))
            pages = max(1, math.ceil(each * size / PAGE_BYTES))
            items += count * each
            units += count * self._paged_units(each * size)
            requests += count * pages
        return self._priced(items, items * size, units, requests, index=index)

    def _seen(self, index: Index | None, condition: KeyCondition, schema: KeySchema, asked: int) -> ReadSize | float:
        """Give what this very condition took the last time, or how many items its partition is taken to have."""
        queries = self.statistics.queries
        name = None if index is None else index.name
        if queries and asked <= LOOKED_UP_CONDITIONS:
            found = queries.get((name, condition))
            if found is not None:
                return found
            partition = KeyCondition(condition.equals[: len(schema.partition)])
            if partition != condition and (name, partition) in queries:
                return float(queries[name, partition].items)
        return self.items(index) * self._share(condition, schema, index, asked)

    def _share(self, condition: KeyCondition, schema: KeySchema, index: Index | None, asked: int) -> float:
        """Guess the share of all items that one partition has.

        Of an attribute that nothing is known of, `asked` values are taken to be a few of all.
        """
        share = 1.0
        for name, value in condition.equals[: len(schema.partition)]:
            known = self.statistics.columns.get(name)
            if known is not None and value in known.common:
                share *= known.common[value]
            elif known is not None and known.distinct:
                share /= max(1.0, known.distinct)
            else:
                share /= max(1.0, math.sqrt(self.items(index)), ASKED_SHARE * asked)
        return share

    def _items_of(
        self, schema: KeySchema, index: Index | None, in_partition: float, equal: int, operator: SortOperator | None
    ) -> float:
        """Guess how many items of a partition have some sort keys equal, and a range of the next."""
        if index is None and equal == len(schema.attributes):
            return 1.0
        found = in_partition
        total = self.items(index)
        for attribute in schema.sort[: equal - len(schema.partition)]:
            known = self.statistics.columns.get(attribute.name)
            distinct = known.distinct if known is not None and known.distinct else math.sqrt(total)
            found /= max(1.0, distinct)
        if operator is SortOperator.EQUAL:
            found /= math.sqrt(total)
        elif operator in (SortOperator.BETWEEN, SortOperator.BEGINS_WITH):
            found *= BETWEEN_SHARE
        elif operator is not None:
            found *= RANGE_SHARE
        return max(1.0, found)

    def _scan(self, index: Index | None, segments: int, limit: int | None) -> Estimate:
        size, items = self.item_bytes(index), self.items(index)
        read = items if limit is None else min(items, float(limit))
        width = segments if limit is None else 1
        requests = max(width, math.ceil(read * size / PAGE_BYTES))
        units = self._paged_units(read * size)
        return self._priced(read, read * size, units, requests, index=index)

    def _skipping(self, scan: SegmentScan) -> Estimate:
        """One request for each partition and each end of it, and one more that finds the end of each segment."""
        size = self.item_bytes(scan.index)
        found = math.ceil(self.partitions(scan.index) or self.items(scan.index)) * (1 + len(scan.ends))
        units = found * self.units(size) + scan.segments * self.units(0)
        return self._priced(found, found * size, units, found + scan.segments, index=scan.index)

    def partitions(self, index: Index | None) -> float | None:
        """Give how many partitions a table or index has, or None where that is not known."""
        found = 1.0
        for attribute in (self.table.keys if index is None else index.keys).partition:
            known = self.statistics.columns.get(attribute.name)
            if known is None or not known.distinct:
                return None
            found *= known.distinct
        return min(found, self.items(index))

    def _paged_units(self, size_bytes: float) -> float:
        pages, rest = divmod(size_bytes, PAGE_BYTES)
        return pages * self.units(PAGE_BYTES) + (self.units(rest) if rest or not pages else 0.0)

    # Money and time ---------------------------------------------------------------------------------------

    def _priced(
        self,
        items: float,
        size_bytes: float,
        units: float,
        requests: float,
        *,
        by_keys: bool = False,
        index: Index | None = None,
    ) -> Estimate:
        region = self.table.source.region
        dollars = 0.0 if self.prices is None else self.prices.read_dollars(units, region)
        throughput = self._throughput(index)
        rates = (self.units_per_second, throughput.provisioned or throughput.warm, throughput.on_demand_maximum)
        known = [rate for rate in rates if rate]
        return Estimate(
            items,
            size_bytes,
            units,
            requests,
            dollars,
            units / min(known) if known else None,
            assumes_items=not by_keys and not self._known_items(index),
            assumes_bytes=self._known_item_bytes() is None,
        )

    def _sum(self, first: Estimate, second: Estimate) -> Estimate:
        seconds = None if first.seconds is None or second.seconds is None else first.seconds + second.seconds
        return Estimate(
            second.items,
            first.size_bytes + second.size_bytes,
            first.read_units + second.read_units,
            first.requests + second.requests,
            first.dollars + second.dollars,
            seconds,
            assumes_items=first.assumes_items,
            assumes_bytes=second.assumes_bytes,
        )

    def _throughput(self, index: Index | None) -> Throughput:
        """A global index has its own throughput, a local one shares the table's."""
        return self.table.throughput if index is None or index.kind is IndexKind.LOCAL else index.throughput
