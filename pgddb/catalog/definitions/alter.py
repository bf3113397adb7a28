"""Carry out ALTER FOREIGN TABLE and ALTER VIEW.

Source: https://www.postgresql.org/docs/15/sql-alterforeigntable.html, sql-alterview.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pgddb.access.view import View
from pgddb.catalog.definitions.dependencies import refuse, shown_name, tell_cascade
from pgddb.catalog.definitions.foreign_columns import check_columns
from pgddb.catalog.definitions.objects import Comment, DefinedColumn, DefinedObject, Definitions, ForeignTable, key_of
from pgddb.catalog.definitions.options import COLUMN_OPTIONS, TABLE_OPTIONS, changed_options
from pgddb.catalog.definitions.place import Place
from pgddb.catalog.definitions.relations import defined_column, readers_of
from pgddb.catalog.definitions.view_texts import view_reading
from pgddb.errors import (
    DuplicateColumn,
    DuplicateTable,
    FeatureNotSupported,
    InvalidSchemaName,
    UndefinedColumn,
    UndefinedTable,
    WrongObjectType,
)
from pgddb.sql.definitions.foreign_tables import (
    Action,
    AddColumn,
    AlterColumnNull,
    AlterColumnOptions,
    AlterColumnType,
    AlterForeignTable,
    ChangeOptions,
    DropColumn,
    RenameColumn,
    RenameRelation,
    SetOwner,
    SetSchema,
)
from pgddb.sql.definitions.parts import OptionChange


def alter_relation(definitions: Definitions, statement: AlterForeignTable, place: Place) -> Definitions:
    """Carry out the actions one after the other, all of them or none."""
    written = statement.relation
    found = place.find(definitions, written)
    if found is None:
        if not statement.if_exists:
            raise UndefinedTable(f'relation "{written.shown}" does not exist')
        place.note(f'relation "{written.name}" does not exist, skipping')
        return definitions
    if isinstance(found, View) != (statement.kind == "view"):
        raise WrongObjectType(f'"{written.name}" is not a {statement.kind}')
    for action in statement.actions:
        definitions, found = _acted(definitions, found, action, place)
    if isinstance(found, ForeignTable):
        check_columns(found)
    return definitions


def _acted(
    definitions: Definitions, found: ForeignTable | View, action: Action, place: Place
) -> tuple[Definitions, ForeignTable | View]:
    if isinstance(action, RenameRelation | SetSchema):
        return _moved(definitions, found, action)
    if isinstance(action, RenameColumn):
        return _column_renamed(definitions, found, action)
    if isinstance(action, SetOwner) or isinstance(found, View):
        return definitions, found
    if isinstance(action, DropColumn):
        return _column_dropped(definitions, found, action, place)
    changed = _changed(definitions, found, action, place)
    return definitions.having(changed), changed


def _changed(definitions: Definitions, table: ForeignTable, action: Action, place: Place) -> ForeignTable:
    match action:
        case AddColumn(column=column, if_not_exists=quiet):
            if table.column(column.name) is not None:
                problem = f'column "{column.name}" of relation "{table.name}" already exists'
                if not quiet:
                    raise DuplicateColumn(problem)
                place.note(f"{problem}, skipping", sqlstate=DuplicateColumn.sqlstate)
                return table
            return replace(table, columns=(*table.columns, defined_column(column)))
        case AlterColumnType(name=name, type=kind):
            _refuse_used_column(definitions, table, _column(table, name))
            return _with_column(table, replace(_column(table, name), type_name=kind.name, modifier=kind.modifier))
        case AlterColumnNull(name=name, not_null=not_null):
            return _with_column(table, replace(_column(table, name), not_null=not_null))
        case AlterColumnOptions(name=name, changes=changes):
            before = _column(table, name)
            options = changed_options(before.options, _triples(changes), COLUMN_OPTIONS)
            return _with_column(table, replace(before, options=options))
        case ChangeOptions(changes=changes):
            return replace(table, options=changed_options(table.options, _triples(changes), TABLE_OPTIONS))
        case _:
            raise FeatureNotSupported("this form of ALTER FOREIGN TABLE is not supported")


def _triples(changes: Iterable[OptionChange]) -> list[tuple[str, str, str | None]]:
    return [(change.action, change.name, change.value) for change in changes]


def _column(table: ForeignTable, name: str) -> DefinedColumn:
    found = table.column(name)
    if found is None:
        raise UndefinedColumn(f'column "{name}" of relation "{table.name}" does not exist')
    return found


def _with_column(table: ForeignTable, column: DefinedColumn) -> ForeignTable:
    columns = tuple(column if one.name == column.name else one for one in table.columns)
    return replace(table, columns=columns)


def _using(definitions: Definitions, table: ForeignTable, column: str) -> list[View]:
    """Give the views that use a column."""
    return [
        view
        for view in readers_of(definitions, table.schema, table.name)
        if any(column in read.columns for read in view.reads if (read.schema, read.name) == (table.schema, table.name))
    ]


def _refuse_used_column(definitions: Definitions, table: ForeignTable, column: DefinedColumn) -> None:
    for view in _using(definitions, table, column.name):
        raise FeatureNotSupported(
            "cannot alter type of a column used by a view or rule",
            detail=f'rule _RETURN on {shown_name(view)} depends on column "{column.name}"',
        )


def _column_dropped(
    definitions: Definitions, table: ForeignTable, action: DropColumn, place: Place
) -> tuple[Definitions, ForeignTable]:
    if table.column(action.name) is None and action.if_exists:
        place.note(f'column "{action.name}" of relation "{table.name}" does not exist, skipping')
        return definitions, table
    _column(table, action.name)
    users: list[DefinedObject] = [*_using(definitions, table, action.name)]
    if users and not action.cascade:
        subject = f"column {action.name} of {shown_name(table)}"
        refuse_column(subject, users)
    for user in list(users):
        if isinstance(user, View):
            users += [one for one in _all_readers(definitions, user) if one not in users]
    tell_cascade(users, place.note)
    after = replace(table, columns=tuple(one for one in table.columns if one.name != action.name))
    definitions = definitions.without(*map(key_of, users), ("comment", "column", table.schema, table.name, action.name))
    return definitions.having(after), after


def refuse_column(subject: str, users: Iterable[DefinedObject]) -> None:
    """Raise the error for a column that views use."""
    lines = [f"{shown_name(user)} depends on {subject}" for user in users]
    refuse(subject, lines)


def _all_readers(definitions: Definitions, view: View) -> list[View]:
    found: list[View] = []
    waiting = [view]
    while waiting:
        one = waiting.pop()
        more = [reader for reader in readers_of(definitions, one.schema, one.name) if reader not in found]
        found += more
        waiting += more
    return found


def _moved(
    definitions: Definitions, one: ForeignTable | View, action: RenameRelation | SetSchema
) -> tuple[Definitions, ForeignTable | View]:
    """Give a relation another name or schema, also in the queries of the views that read it."""
    if isinstance(action, RenameRelation):
        after: ForeignTable | View = replace(one, name=action.new_name)
    else:
        if not definitions.has_schema(action.schema):
            raise InvalidSchemaName(f'schema "{action.schema}" does not exist')
        after = replace(one, schema=action.schema)
    if definitions.relation(after.schema, after.name) is not None:
        raise DuplicateTable(f'relation "{after.name}" already exists')
    readers = [view_reading(view, one, after) for view in readers_of(definitions, one.schema, one.name)]
    comments = [
        replace(comment, schema=after.schema, name=after.name)
        for comment in definitions.all_of(Comment)
        if comment.kind in ("relation", "column") and (comment.schema, comment.name) == (one.schema, one.name)
    ]
    return definitions.without(key_of(one)).having(after, *comments, *readers), after


def _refuse_named(definitions: Definitions, one: ForeignTable | View, problem: str) -> None:
    """Refuse a change of a name that queries of views are written with; PostgreSQL would write them anew."""
    for view in readers_of(definitions, one.schema, one.name):
        raise FeatureNotSupported(
            problem, detail=f"{shown_name(view)} reads it by its name.", hint="Drop the view, and make it again after."
        )


def _column_renamed(
    definitions: Definitions, one: ForeignTable | View, action: RenameColumn
) -> tuple[Definitions, ForeignTable | View]:
    names = [column.name for column in one.columns]
    if action.name not in names:
        raise UndefinedColumn(f'column "{action.name}" does not exist')
    if action.new_name in names:
        raise DuplicateColumn(f'column "{action.new_name}" of relation "{one.name}" already exists')
    _refuse_named(definitions, one, "a column of a relation that a view reads cannot be renamed")
    after: ForeignTable | View
    if isinstance(one, View):
        columns = tuple(
            replace(column, name=action.new_name) if column.name == action.name else column for column in one.columns
        )
        after = replace(one, columns=columns)
    else:
        after = replace(
            one,
            columns=tuple(
                _renamed_column(column, action.new_name) if column.name == action.name else column
                for column in one.columns
            ),
        )
    comment = definitions.comment("column", one.schema, one.name, action.name)
    if comment is not None:
        definitions = definitions.without(("comment", "column", one.schema, one.name, action.name)).having(
            Comment("column", one.schema, one.name, action.new_name, comment)
        )
    return definitions.having(after), after


def _renamed_column(column: DefinedColumn, name: str) -> DefinedColumn:
    """Rename a column; it goes on showing the attribute that it showed."""
    options = dict(column.options)
    if not options and column.name != "oid":
        options["mapped_attr"] = f'"{column.name}"'
    return replace(column, name=name, options=tuple(options.items()))
