"""Find DynamoDB's tables when a statement names them, and keep what is known of them fresh."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pgddb.access.table import Column, Source, TableSchema
from pgddb.catalog import (
    CatalogFile,
    CatalogSnapshot,
    Sample,
    StatisticsBook,
    StoredColumns,
    folded_matches,
    infer_columns,
    merge,
    widen,
)
from pgddb.errors import AccessDenied, SqlError, UndefinedTable
from pgddb.execution.ports import PageSource
from pgddb.execution.sampling import SAMPLED_ITEMS, sample_items

T = TypeVar("T")

log = logging.getLogger(__name__)

PUBLIC = "public"
"""Schema of the tables of the default source."""

DESCRIPTION_SECONDS = 60.0
"""A description older than this is still used, and asked for again in the background."""

LIST_AGAIN_SECONDS = 1.0
"""A name that is not in the list makes us list again, at most this often."""


LIST_FOR_CATALOG_SECONDS = 5.0
"""A statement about the catalog lists again if the list is older: who asks for all tables wants the new ones too."""

DESCRIBED_AT_ONCE = 10
"""Descriptions asked for at the same time when all tables are wanted."""

FEW_ITEMS = 40
"""A table whose sample had fewer items is new or tiny: it is sampled again with each description, for a few units."""


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A table as a statement names it."""

    schema: str | None
    name: str
    quoted: bool


@dataclass(slots=True)
class Described:
    """A table that has been described: when, as the clock of the discovery says."""

    table: TableSchema
    at: float
    sampled_items: int


class TableDiscovery:
    """The tables of one source. Describes only what statements name, each table once for all who ask.

    Owns its background tasks; `close()` ends them.
    """

    def __init__(
        self,
        store: PageSource,
        source: Source,
        *,
        file: CatalogFile | None = None,
        description_seconds: float = DESCRIPTION_SECONDS,
        now: Callable[[], float] = time.monotonic,
        statistics: StatisticsBook | None = None,
    ) -> None:
        self._store = store
        self.source = source
        self._file = file
        self._description_seconds = description_seconds
        self._now = now
        self._statistics = statistics or StatisticsBook()
        self._snapshot = CatalogSnapshot()
        self._listed: tuple[str, ...] | None = None
        self._listed_at = -float("inf")
        self._may_list = True
        self._described: dict[str, Described] = {}
        self._outlines: dict[str, Described] = {}
        self._flights: dict[str, asyncio.Task[Any]] = {}

    @property
    def snapshot(self) -> CatalogSnapshot:
        """Give what is known now, without asking DynamoDB."""
        return self._snapshot

    async def find(self, names: Iterable[WrittenName], search_path: tuple[str, ...]) -> CatalogSnapshot:
        """Give a catalog that has every table these names can mean.

        A name that no table has is not an error here: it may be a system relation.

        Raises:
            SqlError: DynamoDB could not be asked.
        """
        wanted = [_without_index(name) for name in names if _may_be_public(name, search_path)]
        if wanted:
            await self._list_for(wanted)
            await self._describe_all({table for name in wanted for table in self._candidates(name)})
        return self._snapshot.searching(search_path)

    async def describe_every(self) -> tuple[TableSchema, ...]:
        """Give all tables in the order of their names, for the system catalogs; nothing is sampled.

        A table that no statement has named yet, here or before a restart, has the columns of its keys, and `document`.

        Raises:
            SqlError: DynamoDB could not be asked.
        """
        if self._may_list and self._now() - self._listed_at >= LIST_FOR_CATALOG_SECONDS:
            await self._try_to_list()
        names = [name for name in self._listed or () if name not in self._described]
        if any(name not in self._outlines for name in names):
            asking = asyncio.Semaphore(DESCRIBED_AT_ONCE)
            await asyncio.gather(*(self._outline(name, asking) for name in names if name not in self._outlines))
        tables = {name: known.table for name, known in {**self._outlines, **self._described}.items()}
        return tuple(tables[name] for name in sorted(tables))

    async def sample(self, tables: Iterable[TableSchema]) -> None:
        """Find the columns of tables as if a statement had named them; one that cannot be read keeps its outline."""
        for table in tables:
            try:
                await self._describe_all({table.table_name})
            except SqlError as error:
                log.warning("table not sampled", extra={"table": table.table_name, "reason": str(error)})

    async def _outline(self, name: str, asking: asyncio.Semaphore) -> None:
        async with asking:
            try:
                described = await self._store.describe(self.source, name)
            except (UndefinedTable, AccessDenied) as error:
                log.warning("table not described", extra={"table": name, "reason": str(error)})
                return
        stored = await self._load(described)
        if stored is None:
            columns = infer_columns(described, Sample())
            self._outlines[name] = Described(replace(described, columns=columns), self._now(), 0)
        elif name not in self._described:
            table = replace(described, columns=stored.columns, version=stored.version)
            await self._keep(table, SAMPLED_ITEMS)

    def refresh_stale(self, tables: Iterable[TableSchema]) -> None:
        """Describe again, in the background, what a cached plan reads and what is older than its time."""
        for table in tables:
            known = self._described.get(table.table_name)
            if known is not None and self._is_stale(known):
                self._refresh_soon(table.table_name)

    def widen_column(self, table: TableSchema, column: Column, value: str) -> bool:
        """Let a column hold this typed value too; False when nothing changed that a new plan would show."""
        known = self._described.get(table.table_name)
        if known is None or column.declared:
            return False
        before = next((held for held in known.table.columns if held.path == column.path), None)
        if before is None:
            return False
        after = widen(before, value)
        if after == before:
            return before != column  # somebody else was faster
        columns = tuple(after if held.path == column.path else held for held in known.table.columns)
        known.table = replace(known.table, columns=columns, version=known.table.version + 1)
        self._publish()
        self._save_soon(known.table)
        return True

    async def renew(self, name: str) -> None:
        """Forget what is known of a table that DDL has made, changed or dropped, and list all tables again."""
        for known in (self._described, self._outlines):
            known.pop(name, None)
        if self._may_list:
            await self._try_to_list()
        self._publish()

    async def close(self) -> None:
        """End the background tasks."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    # the list of tables

    async def _list_for(self, wanted: list[WrittenName]) -> None:
        if not self._may_list:
            return
        if self._listed is None or (
            self._now() - self._listed_at >= LIST_AGAIN_SECONDS and any(not self._candidates(name) for name in wanted)
        ):
            await self._try_to_list()
        elif self._now() - self._listed_at >= self._description_seconds:
            self._begin("list", self._list)

    async def _try_to_list(self) -> None:
        try:
            await self._once("list", self._list)
        except AccessDenied:
            self._may_list = False  # a role may be allowed to read one table and not to list all
            log.warning("listing tables is denied, exact names still work")

    async def _list(self) -> None:
        self._listed = tuple(await self._store.list_tables(self.source))
        self._listed_at = self._now()
        for known in (self._described, self._outlines):
            for name in known.keys() - set(self._listed):
                del known[name]
        self._publish()

    def _candidates(self, written: WrittenName) -> list[str]:
        """Give DynamoDB's names that a written name can mean."""
        if self._may_list:
            return folded_matches(written.name, self._listed or (), quoted=written.quoted)
        return [written.name]

    # descriptions

    async def _describe_all(self, names: set[str]) -> None:
        missing = sorted(name for name in names if name not in self._described)
        for name in names - set(missing):
            if self._is_stale(self._described[name]):
                self._refresh_soon(name)
        flights = [asyncio.create_task(self._describe_quietly(name)) for name in missing]
        try:
            for flight in flights:
                await flight
        finally:  # the first failure is the statement's; the asking itself goes on for others
            for flight in flights:
                flight.cancel()
            await asyncio.gather(*flights, return_exceptions=True)

    async def _describe_quietly(self, name: str) -> None:
        try:
            await self._once(f"table {name}", lambda: self._describe(name))
        except UndefinedTable:
            self._described.pop(name, None)
            self._publish()

    def _is_stale(self, known: Described) -> bool:
        return self._now() - known.at >= self._description_seconds

    def _refresh_soon(self, name: str) -> None:
        self._begin(f"table {name}", lambda: self._describe(name))

    async def _describe(self, name: str) -> None:
        """Ask DynamoDB for a table, and sample it if its columns are not known well enough."""
        described = await self._store.describe(self.source, name)
        known = self._described.get(name)
        if known is not None and not _same_keys(known.table, described):
            known = None
            self._statistics.forget(described)
        self._statistics.renew(described)
        stored = await self._load(described) if known is None else None
        items = known.sampled_items if known is not None else SAMPLED_ITEMS if stored is not None else 0
        if items < FEW_ITEMS:
            described, items = await self._sampled(described)
            known = self._described.get(name)  # it may have been widened meanwhile
        if known is not None:
            columns = merge(known.table.columns, described.columns)
            table = replace(described, columns=columns, version=known.table.version + (columns != known.table.columns))
        elif stored is not None:
            table = replace(described, columns=stored.columns, version=stored.version)
        else:
            table = described
        await self._keep(table, items)

    async def _sampled(self, table: TableSchema) -> tuple[TableSchema, int]:
        sample, statistics = await sample_items(self._store, table, self._statistics)
        log.info(
            "table sampled",
            extra={"table": table.table_name, "items": sample.items, "read_units": statistics.read_units},
        )
        return replace(table, columns=infer_columns(table, sample)), sample.items

    async def _keep(self, table: TableSchema, sampled_items: int) -> None:
        before = self._described.get(table.table_name)
        self._described[table.table_name] = Described(table, self._now(), sampled_items)
        if before is not None and before.table == table:
            return
        self._publish()
        if sampled_items >= FEW_ITEMS and (before is None or before.table.columns != table.columns):
            await self._save(table)

    async def _load(self, table: TableSchema) -> StoredColumns | None:
        return None if self._file is None else await asyncio.to_thread(self._file.load, table)

    async def _save(self, table: TableSchema) -> None:
        if self._file is not None:
            await asyncio.to_thread(self._file.save, table)

    def _save_soon(self, table: TableSchema) -> None:
        if self._file is not None:
            self._begin(f"save {table.table_name} {table.version}", lambda: self._save(table))

    def _publish(self) -> None:
        """Make the next snapshot; undescribed tables are in it by name, for they make a name ambiguous."""
        tables: dict[tuple[str, str], TableSchema | None] = {(PUBLIC, name): None for name in self._listed or ()}
        tables |= {(PUBLIC, name): known.table for name, known in self._described.items()}
        self._snapshot = self._snapshot.with_tables(tables)

    # one flight for all who ask

    async def _once(self, key: str, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Wait for the one task of this key; a waiter that is cancelled does not end it for the others."""
        flight: asyncio.Task[T] = self._start(key, make)
        return await asyncio.shield(flight)

    def _begin(self, key: str, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it in the background, unless it is being done."""
        _ = self._start(key, make)

    def _start(self, key: str, make: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(make(), name=f"pgddb {key}")
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    def _landed(self, key: str, flight: asyncio.Task[Any]) -> None:
        del self._flights[key]
        if not flight.cancelled() and (error := flight.exception()) is not None:
            level = logging.DEBUG if isinstance(error, SqlError) else logging.ERROR
            log.log(level, "asking about tables failed", extra={"subject": key, "reason": str(error)})


def _may_be_public(name: WrittenName, search_path: tuple[str, ...]) -> bool:
    if name.schema is None:
        return PUBLIC in search_path and not name.name.lower().startswith("pg_")
    return name.schema == PUBLIC


def _without_index(name: WrittenName) -> WrittenName:
    """Give the table of `"Orders@by_customer"`: DynamoDB's own names have no @."""
    table, mark, _index = name.name.rpartition("@")
    return replace(name, name=table) if name.quoted and mark else name


def _same_keys(known: TableSchema, described: TableSchema) -> bool:
    def keys(table: TableSchema) -> tuple[object, ...]:
        return (table.arn, table.keys, tuple((index.name, index.keys) for index in table.indexes))

    return keys(known) == keys(described)
