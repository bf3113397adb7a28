"""A store over the demo's items that bills each page as DynamoDB does: by the bytes read, rounded up to 4 KB.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from pgddb.access.item_size import item_bytes
from pgddb.access.path import AccessPath, BatchGet, FetchBack, ItemGet, NoRead, PartitionQuery, SegmentScan
from pgddb.access.statistics import FinishedQuery, ReadSize, ReadStatistics
from pgddb.access.table import Index, KeySchema, Source, TableSchema
from pgddb.demo.table_definition import IndexDefinition, TableDefinition
from pgddb.dynamo import ITEM_SCHEMA, Page
from pgddb.dynamo.describe_table import table_schema
from pgddb.errors import UndefinedTable
from tests.fakes.dynamodb_model import Item, first_of_partitions, index_items, keeps, meets_key_condition, sort_items
from tests.fakes.read_only import ReadOnlyStore

BLOCK_BYTES = 4096
PAGE_BYTES = 1024 * 1024


def on_the_wire(value: Any) -> Any:
    """Write a demo value as JSON carries it: binary as base64."""
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case dict():
            return {name: on_the_wire(member) for name, member in value.items()}
        case list():
            return [on_the_wire(element) for element in value]
        case _:
            return value


def described(definition: TableDefinition, items: Sequence[Item], source: Source) -> TableSchema:
    """Describe a demo table with fresh counts and sizes."""

    def index(one: IndexDefinition) -> dict[str, Any]:
        return {**one.parameters(), "IndexStatus": "ACTIVE"}

    schema = table_schema(
        source,
        {
            "TableName": definition.name,
            "TableStatus": "ACTIVE",
            "KeySchema": definition.key_schema(),
            "AttributeDefinitions": definition.attribute_definitions(),
            "LocalSecondaryIndexes": [index(one) for one in definition.local_indexes],
            "GlobalSecondaryIndexes": [index(one) for one in definition.global_indexes],
            "ItemCount": len(items),
            "TableSizeBytes": sum(map(item_bytes, items)),
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        },
    )
    return replace(schema, indexes=tuple(_measured(schema, one, items) for one in schema.indexes))


def _measured(schema: TableSchema, index: Index, items: Sequence[Item]) -> Index:
    held = index_items(schema, items, index)
    return replace(index, item_count=len(held), size_bytes=sum(map(item_bytes, held)))


@dataclass(slots=True)
class BillingStore(ReadOnlyStore):
    """The demo tables; `reads` keeps every access path that was carried out, `units` what they cost."""

    definitions: Sequence[TableDefinition]
    source: Source
    reads: list[AccessPath] = field(default_factory=list)
    units: float = 0.0
    items: dict[str, list[Item]] = field(default_factory=dict)
    tables: dict[str, TableSchema] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for definition in self.definitions:
            self.items[definition.name] = [on_the_wire(item) for item in definition.items()]
            self.tables[definition.name] = described(definition, self.items[definition.name], self.source)

    async def list_tables(self, source: Source) -> list[str]:
        return sorted(self.tables)

    async def describe(self, source: Source, table_name: str) -> TableSchema:
        if table_name not in self.tables:
            raise UndefinedTable(f'DynamoDB table "{table_name}" does not exist')
        return self.tables[table_name]

    async def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]:
        self.reads.append(path)
        left = math.inf if path.limit is None else path.limit
        for billed in billed_pages(path, self.items[path.table.table_name]):
            self.units += billed.units
            statistics.requests += 1
            statistics.add_units(path.table.table_name, billed.units)
            kept = billed.items[: int(min(left, len(billed.items)))]
            left -= len(kept)
            texts = [] if path.count_only else [json.dumps(item, separators=(",", ":")) for item in kept]
            batch = pa.record_batch([pa.array(texts, pa.string_view())], schema=ITEM_SCHEMA)
            yield Page(batch, len(kept), billed.scanned, billed.units)
            if left <= 0:
                return
        note_finished(path, self.items[path.table.table_name], statistics)


def note_finished(path: AccessPath, items: Sequence[Item], statistics: ReadStatistics) -> None:
    """Note the size of each Query that ran to its end, as the store does."""
    if not isinstance(path.read, PartitionQuery) or path.limit is not None:
        return
    name = None if path.read.index is None else path.read.index.name
    for condition in path.read.conditions:
        pages = list(billed_pages(replace(path, read=replace(path.read, conditions=(condition,))), items))
        units = sum(page.units for page in pages) / (2 if path.consistent else 1)
        size = ReadSize(sum(page.scanned for page in pages), units, len(pages))
        statistics.add_finished(FinishedQuery(name, condition, size))


@dataclass(frozen=True, slots=True)
class BilledPage:
    """One response: the items that it carries, how many were read for it, and its read units."""

    items: list[Item]
    scanned: int
    units: float


def billed_pages(path: AccessPath, items: Sequence[Item]) -> Iterator[BilledPage]:
    """Carry a path out page by page, lazily, as its requests would be sent."""
    per_block = 1.0 if path.consistent else 0.5
    match path.read:
        case NoRead():
            return
        case ItemGet(key=key):
            yield from _gets(path.table.keys, [dict(key)], items, per_block)
        case BatchGet(keys=keys):
            yield from _gets(path.table.keys, [dict(key) for key in keys], items, per_block)
        case FetchBack(keys_from=keys_from):
            pages = list(billed_pages(replace(path, read=keys_from), items))
            yield from (BilledPage([], page.scanned, page.units) for page in pages)
            names = path.table.keys.names
            wanted = [{name: item[name] for name in names} for page in pages for item in page.items]
            yield from _gets(path.table.keys, wanted[: path.limit], items, per_block)
        case PartitionQuery() | SegmentScan():
            for part in _parts(path, items):
                yield from _cut(path, part, per_block)


def _parts(path: AccessPath, items: Sequence[Item]) -> Iterator[list[Item]]:
    read = path.read
    assert isinstance(read, PartitionQuery | SegmentScan)
    held = index_items(path.table, items, read.index)
    keys = path.table.keys if read.index is None else read.index.keys
    if isinstance(read, SegmentScan) and read.most_partitions is not None:
        yield from ([item] for item in first_of_partitions(held, keys))
        for end in read.ends:
            yield from ([item] for item in first_of_partitions(held, keys, [end]))
        yield from ([] for _ in range(read.segments))
        return
    if isinstance(read, SegmentScan):
        for segment in range(read.segments):
            yield [item for item in held if _segment(item, keys, read.segments) == segment]
        return
    for condition in read.conditions:
        part = [item for item in held if meets_key_condition(item, condition)]
        yield sort_items(part, [attribute.name for attribute in keys.sort], descending=read.descending)


def _segment(item: Item, keys: KeySchema, segments: int) -> int:
    return zlib.crc32(json.dumps([item[key.name] for key in keys.partition]).encode()) % segments


def _cut(path: AccessPath, part: Iterable[Item], per_block: float) -> Iterator[BilledPage]:
    """Cut what one request chain reads into pages of 1 MB, or of Limit items."""
    page: list[Item] = []
    size = 0
    for item in part:
        page.append(item)
        size += item_bytes(item)
        if size >= PAGE_BYTES or len(page) == path.limit:
            yield _billed(path, page, size, per_block)
            page, size = [], 0
    yield _billed(path, page, size, per_block)


def _billed(path: AccessPath, page: list[Item], size: int, per_block: float) -> BilledPage:
    units = max(1, math.ceil(size / BLOCK_BYTES)) * per_block
    kept = [item for item in page if path.filter is None or keeps(item, path.filter)]
    return BilledPage(kept, len(page), units)


def _gets(
    keys: KeySchema, wanted: Sequence[dict[str, Any]], items: Sequence[Item], per_block: float
) -> Iterator[BilledPage]:
    """Each item of a GetItem or BatchGetItem is rounded up alone, and a missing one costs a block."""
    stored = {tuple(_content(item[name]) for name in keys.names): item for item in items}
    for key in wanted:
        item = stored.get(tuple(_content(key[name]) for name in keys.names))
        size = 0 if item is None else item_bytes(item)
        units = max(1, math.ceil(size / BLOCK_BYTES)) * per_block
        yield BilledPage([] if item is None else [item], int(item is not None), units)


def _content(value: Any) -> Any:
    return next(iter(value.values())) if isinstance(value, dict) else value.content
