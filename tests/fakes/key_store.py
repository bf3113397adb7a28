"""A store that carries access paths out as DynamoDB would, over tables of known columns, and counts its requests."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from pgddb.access.path import AccessPath, BatchGet, FetchBack, ItemGet, NoRead, PartitionQuery
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.dynamo import ITEM_SCHEMA, Page
from pgddb.errors import UndefinedTable
from tests.fakes.dynamodb_model import Item, run_path
from tests.fakes.read_only import ReadOnlyStore


@dataclass
class KeyStore(ReadOnlyStore):
    """Tables by DynamoDB's name; `reads` says how each was read: "Query t", "Scan t"; `page_items` a page."""

    tables: dict[str, tuple[TableSchema, Sequence[Item]]] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    page_items: int = 1000
    items_served: int = 0
    open_reads: int = 0
    fault: Exception | None = None
    faulty_table: str = ""

    def add(self, table: TableSchema, items: Sequence[Item]) -> None:
        size = sum(len(json.dumps(item)) for item in items)
        known = replace(table, item_count=table.item_count or len(items), size_bytes=table.size_bytes or size)
        self.tables[table.table_name] = (known, items)

    async def list_tables(self, source: Source) -> list[str]:
        return sorted(self.tables)

    async def describe(self, source: Source, table_name: str) -> TableSchema:
        if table_name not in self.tables:
            raise UndefinedTable(f'DynamoDB table "{table_name}" does not exist')
        return replace(self.tables[table_name][0], source=source)

    async def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]:
        name = path.table.table_name
        self.reads += [f"{_verb(path.read)} {name}"] * _requests(path.read)
        self.open_reads += 1
        try:
            if self.fault is not None and name == self.faulty_table:
                raise self.fault
            found = run_path(path, self.tables[name][1])
            for at in range(0, max(len(found), 1), self.page_items):
                items = found[at : at + self.page_items]
                statistics.requests += 1
                self.items_served += len(items)
                texts = [json.dumps(item, separators=(",", ":")) for item in items]
                batch = pa.record_batch([pa.array(texts, pa.string_view())], schema=ITEM_SCHEMA)
                yield Page(batch, len(items), len(items), 0.5)
        finally:
            self.open_reads -= 1


def _verb(read: Any) -> str:
    match read:
        case NoRead():
            return "nothing"
        case ItemGet() | BatchGet():
            return "Get"
        case PartitionQuery():
            return "Query"
        case FetchBack(keys_from=keys_from):
            return f"{_verb(keys_from)}+Get"
        case _:
            return "Scan"


def _requests(read: Any) -> int:
    return len(read.conditions) if isinstance(read, PartitionQuery) else 1
