"""Carry out the definitions of foreign tables and views: create, drop, comment."""

from __future__ import annotations

from collections.abc import Iterable

from pgddb.access.view import View
from pgddb.catalog.definitions.dependencies import dropped, reads_relation
from pgddb.catalog.definitions.foreign_columns import check_columns
from pgddb.catalog.definitions.objects import (
    Comment,
    DefinedColumn,
    DefinedObject,
    Definitions,
    ForeignTable,
)
from pgddb.catalog.definitions.options import COLUMN_OPTIONS, TABLE_OPTIONS, check_options
from pgddb.catalog.definitions.place import Place
from pgddb.catalog.definitions.servers import find_server
from pgddb.errors import (
    DuplicateColumn,
    DuplicateTable,
    InvalidObjectDefinition,
    InvalidSchemaName,
    InvalidTableDefinition,
    UndefinedTable,
    WrongObjectType,
)
from pgddb.sql.definitions.foreign_tables import CreateForeignTable
from pgddb.sql.definitions.parts import WrittenColumn, WrittenRelation
from pgddb.sql.definitions.schemas import DropRelations


def create_foreign_table(definitions: Definitions, statement: CreateForeignTable, place: Place) -> Definitions:
    """Add a foreign table; DynamoDB is not asked before it is read, as in PostgreSQL."""
    schema = place.schema_for(definitions, statement.relation)
    name = statement.relation.name
    if definitions.relation(schema, name) is not None:
        if not statement.if_not_exists:
            raise DuplicateTable(f'relation "{name}" already exists')
        place.note(f'relation "{name}" already exists, skipping', sqlstate=DuplicateTable.sqlstate)
        return definitions
    find_server(definitions, statement.server)
    columns = tuple(defined_column(column) for column in statement.columns)
    options = check_options(statement.options, TABLE_OPTIONS)
    return add_foreign_tables(definitions, [ForeignTable(schema, name, statement.server, columns, options)])


def defined_column(column: WrittenColumn) -> DefinedColumn:
    """Take a column as it is written."""
    check_options(column.options, COLUMN_OPTIONS)
    return DefinedColumn(column.name, column.type.name, column.type.modifier, column.options, column.not_null)


def add_foreign_tables(definitions: Definitions, tables: Iterable[ForeignTable]) -> Definitions:
    """Add foreign tables, all of them or none.

    Raises:
        DuplicateTable: a relation has the name of one.
    """
    for table in tables:
        if definitions.relation(table.schema, table.name) is not None:
            raise DuplicateTable(f'relation "{table.name}" already exists')
        names = [column.name for column in table.columns]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise DuplicateColumn(f'column "{name}" specified more than once')
        check_columns(table)
        definitions = definitions.having(table)
    return definitions


def put_view(definitions: Definitions, view: View, *, replaces: bool) -> Definitions:
    """Add a view, or put it in the place of one whose columns it begins with.

    Types are not compared, unlike in PostgreSQL: those of sampled columns change with what is seen.

    Raises:
        DuplicateTable: a relation has its name.
        InvalidTableDefinition: the view that it replaces has other columns.
        InvalidObjectDefinition: it would read itself.
    """
    before = definitions.relation(view.schema, view.name)
    if before is not None and not replaces:
        raise DuplicateTable(f'relation "{view.name}" already exists')
    if isinstance(before, ForeignTable):
        raise WrongObjectType(f'"{view.name}" is not a view')
    if before is not None:
        _check_same_columns(before, view)
    if _reads_itself(definitions, view):
        raise InvalidObjectDefinition(f'infinite recursion detected in rules for relation "{view.name}"')
    return definitions.having(view)


def _check_same_columns(before: View, after: View) -> None:
    if len(after.columns) < len(before.columns):
        raise InvalidTableDefinition("cannot drop columns from view")
    for old, new in zip(before.columns, after.columns, strict=False):
        if old.name != new.name:
            raise InvalidTableDefinition(
                f'cannot change name of view column "{old.name}" to "{new.name}"',
                hint="Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.",
            )


def _reads_itself(definitions: Definitions, view: View) -> bool:
    waiting, seen = [view], set[tuple[str, str]]()
    while waiting:
        for read in waiting.pop().reads:
            if (read.schema, read.name) == (view.schema, view.name):
                return True
            found = definitions.relation(read.schema, read.name)
            if isinstance(found, View) and (read.schema, read.name) not in seen:
                seen.add((read.schema, read.name))
                waiting.append(found)
    return False


_KINDS = {"foreign table": ForeignTable, "view": View}
_HINTS: dict[type, str] = {
    ForeignTable: "Use DROP FOREIGN TABLE to remove a foreign table.",
    View: "Use DROP VIEW to remove a view.",
}


def drop_relations(definitions: Definitions, statement: DropRelations, place: Place) -> Definitions:
    """Drop foreign tables or views, with CASCADE the views that read them.

    Raises:
        UndefinedTable, WrongObjectType, DependentObjectsStillExist: one cannot be dropped.
    """
    found: list[DefinedObject] = []
    for written in statement.names:
        one = _droppable(definitions, statement, written, place)
        if one is not None:
            found.append(one)
    return dropped(definitions, found, cascade=statement.cascade, note=place.note)


def _droppable(
    definitions: Definitions, statement: DropRelations, written: WrittenRelation, place: Place
) -> ForeignTable | View | None:
    if written.schema is not None and not definitions.has_schema(written.schema):
        if not statement.if_exists:
            raise InvalidSchemaName(f'schema "{written.schema}" does not exist')
        place.note(f'schema "{written.schema}" does not exist, skipping')
        return None
    one = place.find(definitions, written)
    if one is None:
        if not statement.if_exists:
            raise UndefinedTable(f'{statement.kind} "{written.shown}" does not exist')
        place.note(f'{statement.kind} "{written.name}" does not exist, skipping')
        return None
    kind = _KINDS.get(statement.kind)
    if kind is None or not isinstance(one, kind):
        article = "an" if statement.kind == "index" else "a"
        raise WrongObjectType(f'"{written.name}" is not {article} {statement.kind}', hint=_HINTS[type(one)])
    return one


def readers_of(definitions: Definitions, schema: str, name: str) -> list[View]:
    """Give the views that read a relation."""
    return [one for one in definitions.objects.values() if isinstance(one, View) and reads_relation(one, schema, name)]


def set_comment(definitions: Definitions, comment: Comment, text: str | None) -> Definitions:
    """Keep a comment, or forget it."""
    if text is None or not text:
        key = ("comment", comment.kind, comment.schema, comment.name, comment.column)
        return definitions.without(key) if key in definitions.objects else definitions
    return definitions.having(comment)
