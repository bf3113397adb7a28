"""Read the store as a transaction sees it: with its own writes, and with rows that a statement brings itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace

import pyarrow as pa

from pgddb.access.mutation import TypedJson
from pgddb.access.path import AccessPath, Estimate, FetchBack, NoRead, PartitionQuery, SegmentScan
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributePath, IndexKind, Source, TableSchema
from pgddb.dynamo import Page
from pgddb.execution.ports import PageSource
from pgddb.execution.write_buffer import Overlay, WriteBuffer, item_batch
from pgddb.planner.hints import through_index
from pgddb.planner.plan_nodes import TableRead

GIVEN_PREFIX = "rows of the statement: "
"""Begins the reason of a path whose rows execution brings itself."""

GivenItems = Mapping[str, "list[TypedJson]"]
"""Raw items by the feed that they fill."""

NOTHING_GIVEN: GivenItems = {}

GIVEN_ROWS = 2048
"""Rows of a batch of given items."""


def given_path(read: TableRead) -> AccessPath:
    """Make the path of a read whose rows execution brings itself."""
    return AccessPath(read.table, NoRead(f"{GIVEN_PREFIX}{read.feed}"), Estimate(0.0, 0.0, 0.0, 0.0))


def strongly_consistent(path: AccessPath, target: TableSchema | None) -> AccessPath:
    """Read what a statement writes to as it is now.

    A global secondary index cannot give that; its items are checked when they are written.
    """
    read = path.read
    if target is None or (path.table.source, path.table.table_name) != (target.source, target.table_name):
        return path
    if path.consistent or isinstance(read, NoRead | FetchBack):
        return path
    if isinstance(read, PartitionQuery | SegmentScan) and read.index and read.index.kind is IndexKind.GLOBAL:
        return path
    estimate = path.estimate
    dearer = replace(estimate, read_units=estimate.read_units * 2, dollars=estimate.dollars * 2)
    return replace(path, consistent=True, estimate=dearer)


class TransactionStore:
    """A store seen through the writes of a transaction, as they are when a statement starts."""

    def __init__(self, store: PageSource, buffer: WriteBuffer, given: GivenItems) -> None:
        self._store = store
        self._given = given
        self._buffer = buffer
        self._overlays: dict[tuple[Source, str], Overlay | None] = {}

    async def list_tables(self, source: Source) -> list[str]:
        return await self._store.list_tables(source)

    async def describe(self, source: Source, table_name: str) -> TableSchema:
        return await self._store.describe(source, table_name)

    def note(self, table: TableSchema) -> None:
        """Take the overlay of a table now: a cursor does not see what is written after it was opened."""
        place = (table.source, table.table_name)
        if place not in self._overlays:
            self._overlays[place] = self._buffer.overlay_of(table)

    async def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]:
        """As `Store.fetch`."""
        given = self._given_items(path)
        if given is not None:
            for start in range(0, len(given), GIVEN_ROWS):
                part = given[start : start + GIVEN_ROWS]
                yield Page(item_batch(part), len(part), len(part), 0.0)
            return
        overlay = self._overlays.get((path.table.source, path.table.table_name))
        pages = self._store.fetch(
            path if overlay is None else with_keys(path),
            statistics=statistics,
            deadline=deadline,
            read_units_per_second=read_units_per_second,
        )
        async with aclosing(pages):
            async for page in pages:
                yield page if overlay is None else _page(overlay.without_written(page.items), page.read_units)
        if overlay is not None:
            yield _page(overlay.written(through_index(path.table)), 0.0)

    def _given_items(self, path: AccessPath) -> list[TypedJson] | None:
        if not isinstance(path.read, NoRead) or not path.read.reason.startswith(GIVEN_PREFIX):
            return None
        return self._given[path.read.reason.removeprefix(GIVEN_PREFIX)]


def with_keys(path: AccessPath) -> AccessPath:
    """Read every item that the path reads, and its key, so that written items can take the place of read ones."""
    keys: tuple[AttributePath, ...] = tuple((name,) for name in path.table.keys.names)
    if path.count_only:
        projection: tuple[AttributePath, ...] | None = keys
    elif path.projection is None:
        projection = None
    else:
        projection = (*path.projection, *(key for key in keys if key not in path.projection))
    return replace(path, projection=projection, limit=None, count_only=False)


def _page(items: pa.RecordBatch, read_units: float) -> Page:
    return Page(items, items.num_rows, items.num_rows, read_units)
