"""Keep the definitions of one session: statements change them for it alone, COMMIT for everyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from pgddb.access.table import Source
from pgddb.access.view import View
from pgddb.catalog.definitions import Comment, Definitions
from pgddb.catalog.definitions.alter import alter_relation
from pgddb.catalog.definitions.place import Place, quiet
from pgddb.catalog.definitions.relations import (
    add_foreign_tables,
    create_foreign_table,
    drop_relations,
    put_view,
    set_comment,
)
from pgddb.catalog.definitions.schemas import create_extension, create_schema, drop_extensions, drop_schemas
from pgddb.catalog.definitions.servers import (
    alter_server,
    alter_user_mapping,
    create_server,
    create_user_mapping,
    drop_servers,
    drop_user_mapping,
    find_server,
)
from pgddb.errors import FeatureNotSupported, InvalidSchemaName, UndefinedColumn, UndefinedTable, WrongObjectType
from pgddb.execution.definition_store import Change, DefinitionStore
from pgddb.execution.definitions.imports import imported_tables
from pgddb.execution.definitions.table_node import table_node
from pgddb.execution.definitions.views import made_view
from pgddb.execution.notices import Notice
from pgddb.execution.ports import PageSource
from pgddb.execution.queries import Queries
from pgddb.sql.definitions import Definition
from pgddb.sql.definitions.comments import CommentOn
from pgddb.sql.definitions.foreign_tables import AlterForeignTable, CreateForeignTable, ImportForeignSchema
from pgddb.sql.definitions.schemas import CreateSchema, DropRelations, DropSchema
from pgddb.sql.definitions.servers import (
    AlterServer,
    AlterUserMapping,
    CreateExtension,
    CreateServer,
    CreateUserMapping,
    DropExtension,
    DropServer,
    DropUserMapping,
)
from pgddb.sql.definitions.views import CreateView

Plain = Callable[[Definitions, Any, Place], Definitions]

PLAIN: dict[type, Plain] = {
    CreateSchema: create_schema,
    DropSchema: drop_schemas,
    CreateExtension: create_extension,
    DropExtension: drop_extensions,
    CreateServer: create_server,
    AlterServer: alter_server,
    DropServer: drop_servers,
    CreateUserMapping: create_user_mapping,
    AlterUserMapping: alter_user_mapping,
    DropUserMapping: drop_user_mapping,
    CreateForeignTable: create_foreign_table,
    AlterForeignTable: alter_relation,
    DropRelations: drop_relations,
}
"""Definitions that change the catalog alone, and ask nobody."""


class _Step(Struct, frozen=True):
    """One statement of the transaction, and what the definitions were after it."""

    change: Change
    after: Definitions


class SessionDefinitions:
    """The definitions as one session sees them.

    Until COMMIT the changes are a list: SAVEPOINT marks a place in it, ROLLBACK TO cuts it there, COMMIT carries them
    out on what others have committed meanwhile.
    """

    def __init__(self, store: DefinitionStore, pages: PageSource, source: Source) -> None:
        self._store = store
        self._pages = pages
        self._source = source
        self._steps: list[_Step] = []

    @property
    def current(self) -> Definitions:
        """Give the definitions with what the transaction has changed."""
        return self._steps[-1].after if self._steps else self._store.committed

    def __len__(self) -> int:
        return len(self._steps)

    def mark(self) -> int:
        """Mark the place that `undo_to` goes back to."""
        return len(self._steps)

    def undo_to(self, mark: int) -> None:
        """Forget what was changed after a mark."""
        del self._steps[mark:]

    def clear(self) -> None:
        """Forget what is not committed."""
        self._steps.clear()

    def check(self) -> None:
        """Make sure that the changes fit what others have committed meanwhile.

        Raises:
            SqlError: they do not.
        """
        after = self._store.committed
        for step in self._steps:
            after = step.change(after)

    async def commit(self) -> None:
        """Make the changes everyone's.

        Raises:
            SqlError: they stand against what others have committed, or cannot be stored; nothing is changed then.
        """
        steps, self._steps = self._steps, []
        if steps:
            await self._store.commit([step.change for step in steps])

    def refuse_catalog_reads(self) -> None:
        """Refuse a statement about the catalog where the transaction has changed it: all sessions share its rows.

        Raises:
            FeatureNotSupported: there are changes.
        """
        if self._steps:
            raise FeatureNotSupported(
                "the system catalogs cannot be read in a transaction that has changed them", hint="COMMIT first."
            )

    async def run(self, definition: Definition, queries: Queries, note: Callable[[Notice], None]) -> None:
        """Carry out a definition for this session.

        Raises:
            SqlError: it cannot be carried out; nothing is changed.
        """
        place = place_of(queries, note)
        change = await self._change(definition, queries, place)
        after = change(self.current, place)
        self._steps.append(_Step(lambda committed: change(committed, _silent(place)), after))

    async def _change(
        self, definition: Definition, queries: Queries, place: Place
    ) -> Callable[[Definitions, Place], Definitions]:
        plain = PLAIN.get(type(definition))
        if plain is not None:
            return lambda definitions, where: plain(definitions, definition, where)
        match definition:
            case CreateView():
                schema = place.schema_for(self.current, definition.relation)
                view = await made_view(definition, schema, queries)
                return lambda definitions, _: put_view(definitions, view, replaces=definition.replaces)
            case ImportForeignSchema():
                tables = await imported_tables(self.current, definition, self._pages, self._source)
                return lambda definitions, _: add_foreign_tables(definitions, tables)
            case CommentOn():
                comment = await self._comment(definition, queries)
                return lambda definitions, _: set_comment(definitions, comment, definition.text)
            case _:
                raise FeatureNotSupported(f"{type(definition).__name__} is not supported")

    async def _comment(self, statement: CommentOn, queries: Queries) -> Comment:
        """Find what a comment is on.

        Raises:
            SqlError: there is no such object.
        """
        name, text = statement.relation.name, statement.text or ""
        if statement.kind == "schema":
            if not self.current.has_schema(name):
                raise InvalidSchemaName(f'schema "{name}" does not exist')
            return Comment("schema", "", name, "", text)
        if statement.kind == "server":
            return Comment("server", "", find_server(self.current, name).name, "", text)
        if statement.kind == "index":
            raise FeatureNotSupported("COMMENT ON INDEX is not supported")
        return await self._relation_comment(statement, queries, text)

    async def _relation_comment(self, statement: CommentOn, queries: Queries, text: str) -> Comment:
        written = statement.relation
        catalog = await queries.catalog_for(table_node(written))
        asked = (written.schema, written.name, written.quoted)
        found = catalog.view(*asked) or catalog.table(*asked)
        if found is None:
            raise UndefinedTable(f'relation "{written.shown}" does not exist')
        kind = "view" if isinstance(found, View) else "table" if found.server is None else "foreign table"
        if statement.column is None:
            if kind != statement.kind:
                raise WrongObjectType(f'"{written.name}" is not a {statement.kind}')
            return Comment("relation", found.schema, found.name, "", text)
        if statement.column not in [column.name for column in found.columns]:
            raise UndefinedColumn(f'column "{statement.column}" of relation "{written.shown}" does not exist')
        return Comment("column", found.schema, found.name, statement.column, text)


def place_of(queries: Queries, note: Callable[[Notice], None]) -> Place:
    """Say where the definitions of a session are carried out."""

    def tell(message: str, *, detail: str | None = None, sqlstate: str = "00000") -> None:
        note(Notice("NOTICE", message, detail=detail, sqlstate=sqlstate))

    context = queries.settings.scope.session
    return Place(context.user, context.search_path, tell)


def _silent(place: Place) -> Place:
    return Place(place.user, place.search_path, quiet)
