"""Gather statistics of tables from what is read anyway: sizes of partitions, distinct values of keys, size of items.

They are estimates that change which access path is chosen, and never an answer. They live as long as the process: what
is lost with it comes back with the next reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from pgddb.access.attribute_values import base64_content, decode_item
from pgddb.access.item_size import item_bytes
from pgddb.access.path import AccessPath, SegmentScan
from pgddb.access.predicate import AttributeValue
from pgddb.access.statistics import ColumnStatistics, FinishedQuery, ReadSize, TableStatistics
from pgddb.access.store_values import number_digits
from pgddb.access.table import AttributeType, KeyAttribute, Source, TableSchema

LOOKED_AT = 300
"""Items of one page that are looked at: 0.3 ms."""

KEPT_QUERIES = 2_000
"""Sizes of Queries that are kept for each table, the latest ones."""

LEAST_ITEMS = 100
"""Fewer items say nothing of a larger table."""

MEASURED_ITEMS = 50
"""Items of a sample whose sizes are counted."""

COMMON_TIMES = 1.25
"""A value is common when it is so many times more frequent than the mean, as PostgreSQL's ANALYZE has it."""

COMMON_LEAST = 5
"""Times that a common value must have been seen."""


class StatisticsBook:
    """What is known of each table, by its source and DynamoDB's name."""

    def __init__(self) -> None:
        self.tables: dict[tuple[Source, str], TableStatistics] = {}
        self._looked_at: dict[tuple[Source, str], dict[str, int]] = {}
        self._counts: dict[tuple[Source, str], tuple[int | None, int | None]] = {}

    def _of(self, table: TableSchema) -> TableStatistics:
        return self.tables.setdefault((table.source, table.table_name), TableStatistics())

    def forget(self, table: TableSchema) -> None:
        """Forget a table that is another one now."""
        self.tables.pop((table.source, table.table_name), None)
        self._looked_at.pop((table.source, table.table_name), None)

    def renew(self, table: TableSchema) -> None:
        """Forget the scans of a table that DynamoDB has counted anew since."""
        counts = (table.item_count, table.size_bytes)
        place = (table.source, table.table_name)
        if self._counts.get(place, counts) != counts and place in self.tables:
            self.tables[place].scans.clear()
        self._counts[place] = counts

    def note_items(self, table: TableSchema, attributes: Iterable[str] | None, items: Sequence[str]) -> None:
        """Look at neighbouring items of a table; `attributes` are those that they have been read with, None for all.

        Of an attribute that more items have shown before they say nothing new.
        """
        shown = items[:LOOKED_AT]
        counts = self._looked_at.setdefault((table.source, table.table_name), {})
        known = self._of(table)
        held = None if attributes is None else set(attributes)
        if len(shown) >= min(LEAST_ITEMS, table.item_count or 1):
            wanted = [
                key
                for key in _key_attributes(table)
                if (held is None or key.name in held) and counts.get(key.name, 0) < len(shown)
            ]
            known.columns = {**known.columns, **_column_statistics(table, wanted, shown)}
            counts.update((key.name, len(shown)) for key in wanted)
        if held is None and known.item_bytes is None and shown:
            sizes = [item_bytes(decode_item(text)) for text in shown[:MEASURED_ITEMS]]
            known.item_bytes = sum(sizes) / len(sizes)

    def note_queries(self, table: TableSchema, queries: Iterable[FinishedQuery]) -> None:
        """Keep the sizes of Queries that ran to their ends."""
        kept = self._of(table).queries
        for query in queries:
            place = (query.index, query.condition)
            kept.pop(place, None)
            kept[place] = query.size
        while len(kept) > KEPT_QUERIES:
            del kept[next(iter(kept))]

    def note_scan(self, path: AccessPath, size: ReadSize) -> None:
        """Keep the size of a Scan that ran to its end."""
        if isinstance(path.read, SegmentScan) and path.read.most_partitions is None:
            index = path.read.index
            self._of(path.table).scans[None if index is None else index.name] = size

    def note_partitions(self, path: AccessPath, partitions: int) -> None:
        """Keep the number of partitions that were met one after the other."""
        index = path.read.index if isinstance(path.read, SegmentScan) else None
        schema = path.table.keys if index is None else index.keys
        if len(schema.partition) == 1 and partitions:
            known, name = self._of(path.table), schema.partition[0].name
            column = known.columns.get(name, ColumnStatistics())
            known.columns = {**known.columns, name: replace(column, distinct=float(partitions))}

    def wants_items(self, path: AccessPath) -> bool:
        """Say whether the items that a read gives may show more than is known: those of a table in its own order."""
        way = path.read
        if not isinstance(way, SegmentScan) or way.index is not None or way.most_partitions is not None:
            return False
        if path.filter is not None or path.count_only:
            return False
        counts = self._looked_at.get((path.table.source, path.table.table_name), {})
        held = None if path.projection is None else {one[0] for one in path.projection if len(one) == 1}
        names = (key.name for key in _key_attributes(path.table))
        return any(counts.get(name, 0) < LOOKED_AT for name in names if held is None or name in held)


def _key_attributes(table: TableSchema) -> list[KeyAttribute]:
    """Give the attributes of all keys, each once."""
    found: dict[str, KeyAttribute] = {}
    for schema in (table.keys, *(index.keys for index in table.indexes)):
        for attribute in schema.attributes:
            found.setdefault(attribute.name, attribute)
    return list(found.values())


def _column_statistics(
    table: TableSchema, keys: Sequence[KeyAttribute], items: Sequence[str]
) -> dict[str, ColumnStatistics]:
    """Count the values of key attributes in neighbouring items of a table."""
    if not keys or not items:
        return {}
    fields: list[Any] = [(f"key_{place}", msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for place in range(len(keys))]
    names = {f"key_{place}": key.name for place, key in enumerate(keys)}
    decode = msgspec.json.Decoder(msgspec.defstruct("KeysOnly", fields, rename=names)).decode
    seen: list[Counter[bytes]] = [Counter() for _ in keys]
    for text in items:
        for counter, value in zip(seen, msgspec.structs.astuple(decode(text)), strict=True):
            if value is not msgspec.UNSET:
                counter[bytes(value)] += 1
    total = max(len(items), table.item_count or 0)
    clustered = table.keys.partition[0].name if table.keys.sort else None
    return {
        key.name: _of_values(key, counter, total * counter.total() / len(items), clustered=key.name == clustered)
        for key, counter in zip(keys, seen, strict=True)
        if counter
    }


def _of_values(key: KeyAttribute, seen: Counter[bytes], total: float, *, clustered: bool) -> ColumnStatistics:
    """Estimate how many values `total` items have, from those of some; clustered: equal values are neighbours."""
    count, different = seen.total(), len(seen)
    if clustered:
        return ColumnStatistics(max(1.0, total * different / count))
    once = sum(1 for times in seen.values() if times == 1)
    # the estimator of Haas and Stokes that PostgreSQL's ANALYZE uses
    distinct = count * different / (count - once + once * count / total)
    least = max(COMMON_LEAST, COMMON_TIMES * count / different)
    common = {_value(key, raw): times / count for raw, times in seen.items() if times >= least and _is_of(key, raw)}
    return ColumnStatistics(max(1.0, distinct), common)


def _is_of(key: KeyAttribute, raw: bytes) -> bool:
    return raw.lstrip(b'{ "').startswith(key.type.value.encode() + b'"')


def _value(key: KeyAttribute, raw: bytes) -> AttributeValue:
    """Give a value as key conditions hold it."""
    ((_, content),) = msgspec.json.decode(raw, type=dict[str, str]).items()
    match key.type:
        case AttributeType.N:
            return AttributeValue(key.type, number_digits(Decimal(content)))
        case AttributeType.B:
            return AttributeValue(key.type, base64_content(content))
        case _:
            return AttributeValue(key.type, content)
