"""Find tables and views by name: those that DDL defined, and behind them those of the default source."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from msgspec import Struct
from sqlglot import exp

from pgddb import planner
from pgddb.access.table import Source, TableSchema
from pgddb.access.view import View
from pgddb.catalog import CatalogSnapshot
from pgddb.catalog.catalog import TableName
from pgddb.catalog.definitions import Definitions, ForeignTable
from pgddb.catalog.definitions.foreign_columns import foreign_schema, with_declared
from pgddb.catalog.definitions.options import table_source
from pgddb.catalog.definitions.servers import find_server
from pgddb.errors import SqlError, UndefinedTable
from pgddb.execution.ports import PageSource
from pgddb.execution.table_discovery import DESCRIPTION_SECONDS, PUBLIC, TableDiscovery, WrittenName
from pgddb.planner.bindings import is_quoted
from pgddb.planner.row_types import row_type_name
from pgddb.sql import table_references

log = logging.getLogger(__name__)

KEPT_SNAPSHOTS = 16
"""Catalogs that are kept: the committed one, and those of transactions with DDL."""

Place = tuple[Source, str]
"""Where a DynamoDB table is, and its name there."""


class Described(Struct, frozen=True):
    """What DynamoDB said of a table, and when by the clock of the catalog."""

    table: TableSchema
    at: float


class DefinedCatalog:
    """The tables of all sources, as definitions name them. Owns background tasks; `close()` ends them."""

    def __init__(
        self,
        store: PageSource,
        tables: TableDiscovery,
        *,
        description_seconds: float = DESCRIPTION_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tables = tables
        self._store = store
        self._now = now
        self._description_seconds = description_seconds
        self._described: dict[Place, Described] = {}
        self._changes = 0
        self._flights: dict[Place, asyncio.Task[None]] = {}
        self._versions = itertools.count(1)
        self._snapshots: OrderedDict[int, tuple[Definitions, object, CatalogSnapshot]] = OrderedDict()

    def place_of(self, table: ForeignTable, definitions: Definitions) -> Place:
        """Say where a foreign table is."""
        server = find_server(definitions, table.server)
        return table_source(table, server, self.tables.source), dict(table.options).get("table_name", table.name)

    async def describe(self, table: ForeignTable, definitions: Definitions) -> None:
        """Make sure that a foreign table is described.

        Raises:
            SqlError: DynamoDB has no such table or cannot be asked, or the table's columns do not fit it.
        """
        place = self.place_of(table, definitions)
        if place not in self._described:
            try:
                await asyncio.shield(self._flight(place))
            except UndefinedTable as error:
                region = f" in {place[0].region}" if place[0].region else ""
                raise UndefinedTable(
                    f'foreign table "{table.name}" has no table behind it',
                    detail=f'DynamoDB has no table "{place[1]}"{region}: {error.message}.',
                    hint="Look at the options of the table and of its server: \\d and \\des+.",
                ) from error
        foreign_schema(table, self._described[place].table)

    def _flight(self, place: Place) -> asyncio.Task[None]:
        flight = self._flights.get(place)
        if flight is None:
            flight = asyncio.create_task(self._ask(place), name=f"pgddb foreign table {place[1]}")
            self._flights[place] = flight
            flight.add_done_callback(lambda done: self._landed(place, done))
        return flight

    async def _ask(self, place: Place) -> None:
        try:
            table = await self._store.describe(*place)
        except UndefinedTable:
            self._described.pop(place, None)
            self._changes += 1
            raise
        before = self._described.get(place)
        self._described[place] = Described(table, self._now())
        if before is None or before.table != table:
            self._changes += 1

    def _landed(self, place: Place, flight: asyncio.Task[None]) -> None:
        del self._flights[place]
        if not flight.cancelled() and (error := flight.exception()) is not None:
            level = logging.DEBUG if isinstance(error, SqlError) else logging.ERROR
            log.log(level, "describing a foreign table failed", extra={"table": place[1], "reason": str(error)})

    def refresh_stale(self, tables: Iterable[TableSchema]) -> None:
        """Describe again, in the background, what a cached plan reads and what is older than its time."""
        for table in tables:
            if table.server is None:
                self.tables.refresh_stale((table,))
                continue
            known = self._described.get((table.source, table.table_name))
            if known is not None and self._now() - known.at >= self._description_seconds:
                _ = self._flight((table.source, table.table_name))

    def forget(self, source: Source, table_name: str) -> None:
        """Drop what is known of a DynamoDB table that DDL has changed."""
        if self._described.pop((source, table_name), None) is not None:
            self._changes += 1

    def snapshot(self, definitions: Definitions) -> CatalogSnapshot:
        """Give the catalog that these definitions make; a version belongs to one catalog only."""
        basis = (self.tables.snapshot.version, self._changes)
        kept = self._snapshots.get(id(definitions))
        if kept is not None and kept[0] is definitions and kept[1] == basis:
            self._snapshots.move_to_end(id(definitions))
            return kept[2]
        made = self._made(definitions)
        self._snapshots[id(definitions)] = (definitions, basis, made)
        self._snapshots.move_to_end(id(definitions))
        while len(self._snapshots) > KEPT_SNAPSHOTS:
            self._snapshots.popitem(last=False)
        return made

    def _made(self, definitions: Definitions) -> CatalogSnapshot:
        tables: dict[TableName, TableSchema | None] = {}
        views: dict[TableName, View] = {}
        for one in definitions.relations:
            if isinstance(one, View):
                views[one.schema, one.name] = one
            else:
                tables[one.schema, one.name] = self._foreign(one, definitions)
        found = self.tables.snapshot
        declared = {
            place: with_declared(table, definitions.declared(table.table_name))
            for place, table in found.tables.items()
            if table is not None and place[0] == PUBLIC
        }
        found = replace(found, tables={**found.tables, **declared})
        return found.with_definitions(next(self._versions), tables, views)

    def _foreign(self, one: ForeignTable, definitions: Definitions) -> TableSchema | None:
        known = self._described.get(self.place_of(one, definitions))
        try:
            return None if known is None else foreign_schema(one, known.table)
        except SqlError:  # `describe` has told the statement that names it
            return None

    async def close(self) -> None:
        """End the background tasks."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)


class DefinitionView(Protocol):
    """What a session sees of the definitions."""

    @property
    def current(self) -> Definitions: ...


class SessionTables:
    """The tables and views as one session sees them: with what its transaction has defined and not committed."""

    def __init__(self, shared: DefinedCatalog, definitions: DefinitionView) -> None:
        self._shared = shared
        self._definitions = definitions

    @property
    def version(self) -> int:
        """Give a number that belongs to the catalog as it is now, without asking DynamoDB."""
        return self._shared.snapshot(self._definitions.current).version

    async def find(self, names: Iterable[WrittenName], search_path: tuple[str, ...]) -> CatalogSnapshot:
        """Give a catalog that has every table and view which these names can mean, and what the views read.

        Raises:
            SqlError: DynamoDB could not be asked, or a foreign table does not fit what it says.
        """
        definitions = self._definitions.current
        waiting, undefined, seen = list(names), list[WrittenName](), set[TableName]()
        while waiting:
            name = waiting.pop()
            one, is_sought = _defined(definitions, name, search_path)
            if is_sought:
                undefined.append(name)
            if one is None or (one.schema, one.name) in seen:
                continue
            seen.add((one.schema, one.name))
            if isinstance(one, View):
                waiting += written_names(planner.parsed_query(one.query))
            else:
                await self._shared.describe(one, definitions)
        await self._shared.tables.find(undefined, search_path)
        return self._shared.snapshot(definitions).searching(search_path)

    def refresh_stale(self, tables: Iterable[TableSchema]) -> None:
        """Describe again, in the background, what a cached plan reads."""
        self._shared.refresh_stale(tables)


def _defined(
    definitions: Definitions, name: WrittenName, search_path: tuple[str, ...]
) -> tuple[ForeignTable | View | None, bool]:
    """Find what DDL calls by a name, and say whether a table of the default source may come before it."""
    is_sought = False
    bare = name.name.rpartition("@")[0] if name.quoted and "@" in name.name else name.name
    for schema in (name.schema,) if name.schema is not None else search_path:
        found = definitions.relation(schema, name.name if name.quoted else name.name.lower())
        found = found or definitions.relation(schema, bare)
        if found is None and not name.quoted:
            alike = [one for one in definitions.relations if (one.schema, one.name.lower()) == (schema, bare.lower())]
            found = alike[0] if len(alike) == 1 else None  # the snapshot refuses what is ambiguous
        if found is not None:
            return found, is_sought
        is_sought = is_sought or schema == PUBLIC
    return None, True


def written_names(tree: exp.Expr) -> list[WrittenName]:
    """Give the names of relations that a tree mentions, as tables or as the type of a row to fill."""
    tables = [
        WrittenName(_schema(table), table.this.name, quoted=bool(table.this.args.get("quoted")))
        for table in table_references(tree)
    ]
    types = [row_type_name(call) for call in tree.find_all(exp.Anonymous)]
    return tables + [WrittenName(None, name.name, quoted=is_quoted(name)) for name in types if name is not None]


def _schema(table: exp.Table) -> str | None:
    written = table.args.get("db")
    if not isinstance(written, exp.Identifier):
        return None
    return written.name if written.args.get("quoted") else written.name.lower()
