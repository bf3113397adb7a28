"""Carry out CREATE TABLE, CREATE INDEX, ALTER TABLE and DROP of both in DynamoDB, and wait until they are done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from pgddb.access.table import IndexKind, Source, TableSchema
from pgddb.access.table_change import DroppedIndex, DroppedTable, NewIndex, TableChange, TableState
from pgddb.access.view import View
from pgddb.catalog.definitions import Comment, DeclaredColumns, Definitions
from pgddb.catalog.definitions.dependencies import refuse, shown_name, tell_cascade
from pgddb.catalog.definitions.objects import DefinedObject, key_of
from pgddb.catalog.definitions.place import Place
from pgddb.catalog.definitions.relations import readers_of
from pgddb.catalog.definitions.table_plans import new_index, new_table, table_changes
from pgddb.catalog.identifiers import quoted
from pgddb.errors import (
    AmbiguousRelation,
    DependentObjectsStillExist,
    DuplicateTable,
    FeatureNotSupported,
    UndefinedObject,
    UndefinedTable,
    WrongObjectType,
)
from pgddb.execution.definition_store import DefinitionStore
from pgddb.execution.definitions.table_node import table_node
from pgddb.execution.notices import WARNING_SQLSTATE, Notice
from pgddb.execution.ports import TableStore
from pgddb.execution.queries import Queries
from pgddb.execution.table_discovery import PUBLIC, TableDiscovery
from pgddb.sql.definitions.parts import WrittenRelation
from pgddb.sql.definitions.schemas import DropRelations
from pgddb.sql.definitions.tables import AlterTable, CreateIndex, CreateTable

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 2.0
TOLD_EVERY_SECONDS = 10.0
"""How often a change that takes long says that it goes on."""

IsDone = Callable[[TableState], bool]
TableDefinition = CreateTable | CreateIndex | AlterTable | DropRelations


class TableResources(Struct, frozen=True):
    """What changes of tables need of the server."""

    store: TableStore
    tables: TableDiscovery
    definitions: DefinitionStore
    forget: Callable[[Source, str], None]


class TableWait(Struct, frozen=True):
    """Asks DynamoDB for changes of tables, and waits for their end."""

    store: TableStore
    source: Source
    note: Callable[[Notice], None]

    async def carry_out(self, change: TableChange, about: str, is_done: IsDone) -> None:
        """Ask for a change, and tell its stages as they come; cancelling stops the waiting only.

        Raises:
            SqlError: DynamoDB does not begin it, or cannot be asked any more.
        """
        await self.store.change_table(self.source, change)
        began = told = time.monotonic()
        wait, seen = FIRST_WAIT_SECONDS, ""
        try:
            while not is_done(state := await self.store.table_state(self.source, change.table_name)):
                stage, now = _stage(change, state), time.monotonic()
                if stage != seen or now - told >= TOLD_EVERY_SECONDS:
                    since = "" if now - began < 1 else f", {now - began:.0f} s so far"
                    self.note(Notice("NOTICE", f"pgddb: {about}: {stage}{since}"))
                    seen, told = stage, now
                await asyncio.sleep(wait)
                wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)
        except asyncio.CancelledError:
            hint = "Only the waiting was stopped: DynamoDB goes on with it."
            self.note(Notice("WARNING", f"pgddb: {about}", hint=hint, sqlstate=WARNING_SQLSTATE))
            raise


class TableDefinitions:
    """Changes of the tables of the default source. Each is carried out at once: DynamoDB cannot take it back."""

    def __init__(
        self, resources: TableResources, queries: Queries, place: Place, note: Callable[[Notice], None]
    ) -> None:
        self._resources = resources
        self._queries = queries
        self._place = place
        self._note = note

    async def run(self, statement: TableDefinition) -> None:
        """Carry out a statement and wait until DynamoDB is done; cancelling stops the waiting only.

        Raises:
            SqlError: it cannot be carried out.
        """
        match statement:
            case CreateTable():
                await self._create_table(statement)
            case CreateIndex():
                await self._create_index(statement)
            case AlterTable():
                await self._alter_table(statement)
            case DropRelations(kind="index"):
                await self._drop_indexes(statement)
            case DropRelations():
                await self._drop_tables(statement)

    # Tables

    async def _create_table(self, statement: CreateTable) -> None:
        definitions = self._resources.definitions
        self._require_public(statement.relation)
        changes, declared = new_table(statement)
        name = changes[0].table_name
        is_there = definitions.committed.relation(PUBLIC, name) is not None
        if is_there or (await self._state(name)).status:
            if not statement.if_not_exists:
                raise DuplicateTable(f'relation "{name}" already exists')
            self._place.note(f'relation "{name}" already exists, skipping', sqlstate=DuplicateTable.sqlstate)
            return
        await definitions.commit([lambda now: _with_declared(now, name, declared)])
        for change in changes:
            await self._carry_out(change, f"table {quoted(name)} is being made", table_is_active)
        await self._known_anew(name)

    def _require_public(self, written: WrittenRelation) -> None:
        schema = self._place.schema_for(self._resources.definitions.committed, written)
        if schema != PUBLIC:
            raise FeatureNotSupported(
                f'a table cannot be made in schema "{schema}"',
                hint="Tables are made in the default region of the server, which is schema public.",
            )

    async def _alter_table(self, statement: AlterTable) -> None:
        table = await self._find(statement.relation, "table", quiet=statement.if_exists)
        if table is None:
            return
        for change in table_changes(statement, table):
            await self._carry_out(change, f"table {quoted(table.name)} is being changed", table_is_active)
        await self._known_anew(table.table_name)

    async def _drop_tables(self, statement: DropRelations) -> None:
        found = [await self._find(name, "table", quiet=statement.if_exists) for name in statement.names]
        tables = [table for table in found if table is not None]
        views = self._readers(tables)
        if views and not statement.cascade:
            table = tables[0]
            subject = f"table {quoted(table.name)}" if len(tables) == 1 else None
            refuse(subject, [f"{shown_name(view)} depends on {_first_read(view, tables)}" for view in views])
        tell_cascade(views, self._place.note)
        for table in tables:
            change = DroppedTable(table.table_name)
            await self._carry_out(
                change, f"table {quoted(table.name)} is being deleted", lambda state: not state.status
            )
            await self._known_anew(table.table_name)
        names = {(table.schema, table.name): table.table_name for table in tables}
        await self._resources.definitions.commit([lambda now: _without_tables(now, names, views)])

    def _readers(self, tables: Sequence[TableSchema]) -> list[DefinedObject]:
        """Give the views that read tables, and the views that read those."""
        now = self._resources.definitions.committed
        found: list[DefinedObject] = []
        waiting = [(table.schema, table.name) for table in tables]
        while waiting:
            for view in readers_of(now, *waiting.pop(0)):
                if view not in found:
                    found.append(view)
                    waiting.append((view.schema, view.name))
        return found

    async def _find(self, written: WrittenRelation, kind: str, *, quiet: bool) -> TableSchema | None:
        """Find a table of the default source by its name.

        Raises:
            UndefinedTable: there is none, and `quiet` does not say that this is no error.
            WrongObjectType: it is a view or a foreign table.
        """
        catalog = await self._queries.catalog_for(table_node(written))
        asked = (written.schema, written.name, written.quoted)
        found = catalog.table(*asked)
        if catalog.view(*asked) is not None or (found is not None and found.server is not None):
            what = "FOREIGN TABLE to remove a foreign table" if found is not None else "VIEW to remove a view"
            raise WrongObjectType(f'"{written.name}" is not a {kind}', hint=f"Use DROP {what}.")
        if found is not None and found.schema == PUBLIC:
            return found
        if not quiet:
            raise UndefinedTable(f'{kind} "{written.shown}" does not exist')
        self._place.note(f'{kind} "{written.name}" does not exist, skipping')
        return None

    # Indexes

    async def _create_index(self, statement: CreateIndex) -> None:
        table = await self._find(statement.table, "table", quiet=False)
        assert table is not None
        state = await self._state(table.table_name)
        change = new_index(statement, table, state)
        if change.name in table.index_by_name or change.name in state.indexes:
            if not statement.if_not_exists:
                raise DuplicateTable(f'relation "{change.name}" already exists')
            self._place.note(f'relation "{change.name}" already exists, skipping', sqlstate=DuplicateTable.sqlstate)
            return
        await self._carry_out(change, f"index {quoted(change.name)} is being made", index_is_active(change.name))
        await self._known_anew(table.table_name)

    async def _drop_indexes(self, statement: DropRelations) -> None:
        found = [await self._find_index(name, quiet=statement.if_exists) for name in statement.names]
        for change in found:
            if change is not None:
                about = f"index {quoted(change.name)} is being deleted"
                await self._carry_out(change, about, _index_is_gone(change.name))
                await self._known_anew(change.table_name)

    async def _find_index(self, written: WrittenRelation, *, quiet: bool) -> DroppedIndex | None:
        name = written.name
        tables = await self._resources.tables.describe_every() if written.schema in (None, PUBLIC) else ()
        if any(f"{table.name}_pkey" == name for table in tables):
            raise DependentObjectsStillExist(
                f"cannot drop index {quoted(name)} because its table requires it",
                hint="A table of DynamoDB has its primary key as long as it is there.",
            )
        pairs = [(table, index) for table in tables for index in table.indexes]
        matches = [(table, index) for table, index in pairs if name in (index.name, f"{table.name}_{index.name}")]
        if len(matches) > 1:
            names = " or ".join(f"{quoted(f'{table.name}_{index.name}')}" for table, index in matches)
            raise AmbiguousRelation(f'index "{name}" is ambiguous', hint=f"Name it as {names}.")
        if not matches:
            if not quiet:
                raise UndefinedObject(f'index "{written.shown}" does not exist')
            self._place.note(f'index "{name}" does not exist, skipping')
            return None
        table, index = matches[0]
        if index.kind is IndexKind.LOCAL:
            raise FeatureNotSupported(
                f'index "{name}" is a local secondary index', hint="DynamoDB drops it with its table only."
            )
        return DroppedIndex(table.table_name, index.name)

    # Asking

    async def _state(self, table_name: str) -> TableState:
        return await self._resources.store.table_state(self._resources.tables.source, table_name)

    async def _carry_out(self, change: TableChange, about: str, is_done: IsDone) -> None:
        source = self._resources.tables.source
        await TableWait(self._resources.store, source, self._note).carry_out(change, about, is_done)

    async def _known_anew(self, table_name: str) -> None:
        """Let all sessions see what has changed."""
        self._resources.forget(self._resources.tables.source, table_name)
        await self._resources.tables.renew(table_name)


def table_is_active(state: TableState) -> bool:
    """Say whether a table can be used, and takes another change."""
    return state.status == "ACTIVE"


def index_is_active(name: str) -> IsDone:
    """Say when an index can be read: it is there, and holds every item that it should."""

    def is_done(state: TableState) -> bool:
        index = state.indexes.get(name)
        return index is not None and index.status == "ACTIVE" and not index.backfilling

    return is_done


def _index_is_gone(name: str) -> IsDone:
    return lambda state: name not in state.indexes


def _stage(change: TableChange, state: TableState) -> str:
    index = state.indexes.get(change.name) if isinstance(change, NewIndex | DroppedIndex) else None
    if index is None:
        return (state.status or "deleted").lower()
    if index.backfilling:
        return f"backfilling about {state.item_count:,} items" if state.item_count else "backfilling"
    return index.status.lower()


def _with_declared(now: Definitions, table_name: str, declared: DeclaredColumns | None) -> Definitions:
    if declared is not None:
        return now.having(declared)
    return now.without(("columns", table_name)) if now.declared(table_name) is not None else now


def _without_tables(
    now: Definitions, tables: dict[tuple[str, str], str], views: Sequence[DefinedObject]
) -> Definitions:
    """Forget what belonged to tables that are gone."""
    comments = [
        key_of(one)
        for one in now.all_of(Comment)
        if one.kind in ("relation", "column") and (one.schema, one.name) in tables
    ]
    declared = [("columns", name) for name in tables.values()]
    return now.without(*map(key_of, views), *comments, *declared)


def _first_read(view: DefinedObject, tables: Sequence[TableSchema]) -> str:
    reads = {(read.schema, read.name) for read in view.reads} if isinstance(view, View) else set()
    for table in tables:
        if (table.schema, table.name) in reads:
            return f"table {quoted(table.name)}"
    return "another of them"
