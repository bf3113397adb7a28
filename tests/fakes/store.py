"""A store that serves Python items: pages of raw typed JSON, with whatever delay or fault a test asks for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from pgddb.access.path import AccessPath, ItemGet, NoRead
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributeType, Index, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.dynamo import ITEM_SCHEMA, Page
from pgddb.errors import UndefinedTable
from tests.fakes.read_only import ReadOnlyStore

Item = Mapping[str, Mapping[str, Any]]
"""Typed: {"id": {"S": "a"}}."""


@dataclass
class FakeTable:
    """A table: its keys and its items."""

    name: str
    items: Sequence[Item] = ()
    partition_key: str = "id"
    key_type: AttributeType = AttributeType.S
    sort_key: str | None = None
    indexes: tuple[Index, ...] = ()
    size_known: bool = True

    def schema(self, source: Source) -> TableSchema:
        sort = () if self.sort_key is None else (KeyAttribute(self.sort_key, AttributeType.S),)
        known = self.size_known and len(self.items) > 0
        return TableSchema(
            schema="public",
            name=self.name,
            table_name=self.name,
            source=source,
            keys=KeySchema((KeyAttribute(self.partition_key, self.key_type),), sort),
            columns=(),
            indexes=self.indexes,
            item_count=len(self.items) if known else None,
            size_bytes=sum(len(raw(item)) for item in self.items) if known else None,
            arn=f"arn:fake:{self.name}",
        )


def raw(item: Item) -> str:
    return json.dumps(item, separators=(",", ":"))


@dataclass
class FakeStore(ReadOnlyStore):
    """Serves the items of its tables, `page_items` a page; `calls` says what was asked.

    `delay` is waited before each page; `fault` may raise, given the number of the page.
    """

    tables: dict[str, FakeTable] = field(default_factory=dict)
    page_items: int = 100
    delay_seconds: float = 0.0
    fault: Callable[[int], None] | None = None
    calls: list[str] = field(default_factory=list)
    pages_served: int = 0
    items_served: int = 0
    open_reads: int = 0
    deadlines: list[float | None] = field(default_factory=list)

    def add(self, table: FakeTable) -> None:
        self.tables[table.name] = table

    async def list_tables(self, source: Source) -> list[str]:
        self.calls.append("list")
        await asyncio.sleep(self.delay_seconds)
        return sorted(self.tables)

    async def describe(self, source: Source, table_name: str) -> TableSchema:
        self.calls.append(f"describe {table_name}")
        await asyncio.sleep(self.delay_seconds)
        if table_name not in self.tables:
            raise UndefinedTable(f'DynamoDB table "{table_name}" does not exist')
        return self.tables[table_name].schema(source)

    async def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]:
        self.calls.append(f"fetch {path.table.table_name}")
        self.open_reads += 1
        self.deadlines.append(deadline)
        try:
            left = path.limit
            for number, items in enumerate(self._pages(path)):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if self.fault is not None:
                    self.fault(number)
                kept = items if left is None else items[:left]
                self.pages_served += 1
                self.items_served += len(kept)
                statistics.requests += 1
                statistics.pages += 1
                statistics.items_scanned += len(items)
                statistics.items_returned += len(kept)
                statistics.add_units(path.table.table_name, 0.5)
                yield page(kept)
                if left is not None:
                    left -= len(kept)
                    if left <= 0:
                        return
        finally:
            self.open_reads -= 1

    def _pages(self, path: AccessPath) -> list[list[Item]]:
        table = self.tables[path.table.table_name]
        match path.read:
            case NoRead():
                return []
            case ItemGet(key=key):
                return [[item for item in table.items if _has_key(item, key)]]
            case _:
                items = list(table.items)
                return [items[at : at + self.page_items] for at in range(0, len(items), self.page_items)]


def _has_key(item: Item, key: Any) -> bool:
    return all(item.get(name) == {value.type.value: value.content} for name, value in key)


def page(items: Sequence[Item]) -> Page:
    batch = pa.record_batch([pa.array([raw(item) for item in items], pa.string_view())], schema=ITEM_SCHEMA)
    return Page(batch, len(items), len(items), 0.5)


def numbered_items(count: int, **attributes: Any) -> list[Item]:
    """Make items {"id": {"S": "0"}, "n": {"N": "0"}, ...} with the further attributes given."""
    return [{"id": {"S": str(n)}, "n": {"N": str(n)}, **attributes} for n in range(count)]


def with_name(table: FakeTable, name: str) -> FakeTable:
    return replace(table, name=name)
