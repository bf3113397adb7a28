"""Say how the columns of a foreign table show attributes of its items.

Source: the options of dynamodb_fdw (https://github.com/mfenniak/dynamodb_fdw), any of them on any column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pgddb.access.table import (
    AttributePath,
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    TableSchema,
)
from pgddb.catalog.definitions.objects import DeclaredColumns, DefinedColumn, ForeignTable
from pgddb.catalog.definitions.options import is_true
from pgddb.errors import FdwInvalidAttributeValue, FdwInvalidColumnName, FdwInvalidDataType

OID = "oid"
"""A text column of this name without options is the primary key as JSON."""

_JSONS = ("json", "jsonb")
_CARRIERS = {
    "smallint": Carrier.INTEGER,
    "integer": Carrier.INTEGER,
    "bigint": Carrier.INTEGER,
    "numeric": Carrier.DIGITS,
    "real": Carrier.DIGITS,
    "double precision": Carrier.DIGITS,
    "boolean": Carrier.BOOLEAN,
    "bytea": Carrier.BINARY,
    "json": Carrier.JSON,
    "jsonb": Carrier.JSON,
}
_KEY_CARRIERS = {
    AttributeType.S: (Carrier.TEXT,),
    AttributeType.N: (Carrier.INTEGER, Carrier.DECIMAL, Carrier.DIGITS),
    AttributeType.B: (Carrier.BINARY,),
}
_PART = re.compile(r'"((?:[^"]|"")+)"|([^".\[\]]+)')
_INDEX = re.compile(r"\[(\d+)\]")


def foreign_columns(table: ForeignTable) -> tuple[Column, ...]:
    """Give the columns of a foreign table as they are before its keys are known."""
    return tuple(declared_column(column) for column in table.columns)


def declared_column(defined: DefinedColumn) -> Column:
    """Give the column of a declaration."""
    carrier = Carrier.DOCUMENT
    path: AttributePath = ()
    if is_key_json(defined):
        carrier = Carrier.KEY_JSON
    elif not is_true(defined.options, "ddb_document"):
        path, carrier = attribute_path(defined), declared_carrier(defined)
    return Column(defined.name, path, carrier, defined.type_name, declared=True, options=tuple(defined.options))


def is_key_json(column: DefinedColumn) -> bool:
    """Say whether a column is the primary key as JSON."""
    return column.name == OID and not column.options and column.type_name == "text"


def declared_carrier(defined: DefinedColumn) -> Carrier:
    """Give the carrier of values of a declared type."""
    if defined.type_name.endswith("[]"):
        return Carrier.JSON
    return _CARRIERS.get(defined.type_name, Carrier.TEXT)


def attribute_path(column: DefinedColumn) -> AttributePath:
    """Give the place in the item that a column shows: its own name, or what mapped_attr says.

    >>> attribute_path(DefinedColumn("c", "text", options=(("mapped_attr", 'address."zip.code"[0]'),)))
    ('address', 'zip.code', 0)

    Raises:
        FdwInvalidAttributeValue: mapped_attr is no path of attributes.
    """
    text = dict(column.options).get("mapped_attr")
    return (column.name,) if text is None else _path(text)


def _path(text: str) -> AttributePath:
    parts: list[str | int] = []
    at = 0
    while True:
        name = _PART.match(text, at)
        if name is None:
            raise FdwInvalidAttributeValue(
                f'option "mapped_attr" is no path of attributes: "{text}"',
                hint="""Write a path as address.city or tags[0], and a name with a dot as '"a.b"'.""",
            )
        parts.append(name[2] if name[1] is None else name[1].replace('""', '"'))
        at = name.end()
        while (index := _INDEX.match(text, at)) is not None:
            parts.append(int(index[1]))
            at = index.end()
        if at == len(text):
            return tuple(parts)
        at += 1 if text[at] == "." else len(text) + 1


def check_columns(table: ForeignTable) -> None:
    """Refuse columns that contradict each other, whatever the items are.

    Raises:
        FdwInvalidColumnName, FdwInvalidDataType, FdwInvalidAttributeValue: some do.
    """
    for option in ("partition_key", "sort_key"):
        marked = [column.name for column in table.columns if is_true(column.options, option)]
        if len(marked) > 1:
            raise FdwInvalidColumnName(f'columns "{marked[0]}" and "{marked[1]}" have both the option "{option}"')
    for column in table.columns:
        if not is_true(column.options, "ddb_document"):
            attribute_path(column)
        elif column.type_name not in _JSONS:
            raise FdwInvalidDataType(f'column "{column.name}" has the option "ddb_document" but is not json or jsonb')
        elif len(column.options) > 1:
            raise FdwInvalidAttributeValue(f'option "ddb_document" of column "{column.name}" must stand alone')


def foreign_schema(defined: ForeignTable, described: TableSchema) -> TableSchema:
    """Give a foreign table over the DynamoDB table that was described.

    Raises:
        FdwInvalidColumnName: a column is marked as a key that it does not show.
        FdwInvalidDataType: a column cannot hold the key attribute that it shows.
    """
    segments = dict(defined.options).get("parallel_scan_count")
    for option, keys in (("partition_key", described.keys.partition), ("sort_key", described.keys.sort)):
        _check_marked(defined, described, option, keys)
    key_types = {
        attribute.name: attribute.type
        for keys in (*(index.keys for index in described.indexes), described.keys)
        for attribute in keys.attributes
    }
    columns = tuple(_as_key(defined, column, key_types) for column in foreign_columns(defined))
    return replace(
        described,
        schema=defined.schema,
        name=defined.name,
        columns=columns,
        segments=None if segments is None else int(segments),
        options=defined.options,
        server=defined.server,
    )


def _check_marked(defined: ForeignTable, described: TableSchema, option: str, keys: tuple[KeyAttribute, ...]) -> None:
    for column in defined.columns:
        if not is_true(column.options, option) or attribute_path(column) in [(key.name,) for key in keys]:
            continue
        kind = option.replace("_", " ")
        true = f'is "{keys[0].name}"' if keys else "does not exist"
        raise FdwInvalidColumnName(
            f'column "{column.name}" of foreign table "{defined.name}" is not the {kind}',
            detail=f'The {kind} of DynamoDB table "{described.table_name}" {true}.',
            hint="ALTER FOREIGN TABLE ... ALTER COLUMN ... OPTIONS (SET mapped_attr '...').",
        )


def _as_key(defined: ForeignTable, column: Column, key_types: dict[str, AttributeType]) -> Column:
    """Fit a column that shows a key attribute to the attribute's type."""
    kind = key_types.get(str(column.path[0])) if len(column.path) == 1 else None
    if kind is None or column.carrier in _KEY_CARRIERS[kind] or column.carrier is Carrier.JSON:
        return column
    if column.carrier is Carrier.TEXT and kind is AttributeType.N and column.type_name == "text":
        return replace(column, carrier=Carrier.SCALAR_TEXT)
    shown = {AttributeType.S: "strings", AttributeType.N: "numbers", AttributeType.B: "binary values"}[kind]
    raise FdwInvalidDataType(
        f'column "{column.name}" of foreign table "{defined.name}" is of type {column.type_name}, '
        f'but key attribute "{column.path[0]}" holds {shown}',
        hint="ALTER FOREIGN TABLE ... ALTER COLUMN ... TYPE ...",
    )


def with_declared(table: TableSchema, declared: DeclaredColumns | None) -> TableSchema:
    """Give the columns of CREATE TABLE their declared types, and their place after the keys."""
    if declared is None:
        return table
    said = {(column.name,): declared_column(column) for column in declared.columns}
    keys = {(name,) for name in table.keys.names}
    first = [column for column in table.columns if column.path in keys]
    rest = [column for column in table.columns if column.path not in keys and column.path not in said]
    columns: list[Column] = [*first, *(column for path, column in said.items() if path not in keys), *rest]
    return replace(table, columns=tuple(columns))


# What IMPORT FOREIGN SCHEMA makes ---------------------------------------------------------------------------

_IMPORTED_TYPES = {AttributeType.S: "text", AttributeType.N: "numeric", AttributeType.B: "bytea"}
MAX_NAME_BYTES = 63


def imported_table(
    described: TableSchema, *, schema: str, server: str, options: Iterable[tuple[str, str]]
) -> ForeignTable:
    """Make the foreign table of an import: the key as JSON, the key attributes of table and indexes, the document.

    Indexes that do not hold all attributes are left out, as dynamodb_fdw does; they are used all the same.
    """
    attributes: dict[str, AttributeType] = {}
    marks: dict[str, dict[str, list[str]]] = {}
    for attribute, option, value in _marked(described):
        attributes.setdefault(attribute.name, attribute.type)
        marks.setdefault(attribute.name, {}).setdefault(option, []).append(value)
    columns = [DefinedColumn(OID, "text")] if OID not in attributes else []
    for name, kind in attributes.items():
        given = {"mapped_attr": mapped(name)} | {option: ",".join(values) for option, values in marks[name].items()}
        columns.append(DefinedColumn(name, _IMPORTED_TYPES[kind], options=tuple(sorted(given.items()))))
    document, number = "document", 0
    while document in attributes:
        number += 1
        document = f"document_{number}"
    columns.append(DefinedColumn(document, "json", options=(("ddb_document", "true"),)))
    name = described.table_name.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    given_options = tuple(sorted([*options, ("table_name", described.table_name)]))
    return ForeignTable(schema, name, server, tuple(columns), given_options)


def _marked(described: TableSchema) -> Iterator[tuple[KeyAttribute, str, str]]:
    for option, keys in (("partition_key", described.keys.partition), ("sort_key", described.keys.sort)):
        for attribute in keys:
            yield attribute, option, "true"
    whole = [index for index in described.indexes if index.projection is IndexProjection.ALL]
    for index in sorted(whole, key=lambda one: one.kind is IndexKind.GLOBAL):
        yield from _index_marks(index)


def _index_marks(index: Index) -> Iterator[tuple[KeyAttribute, str, str]]:
    if index.kind is IndexKind.LOCAL:
        for attribute in index.keys.sort:
            yield attribute, "lsi_name", index.name
        return
    for attribute in index.keys.partition:
        yield attribute, "gsi_partition_key_gsi_name", index.name
    for attribute in index.keys.sort:
        yield attribute, "gsi_sort_key_gsi_name", index.name


def mapped(name: str) -> str:
    """Write an attribute's name as mapped_attr takes it.

    >>> mapped("User"), mapped("a.b")
    ('User', '"a.b"')
    """
    return '"' + name.replace('"', '""') + '"' if any(character in name for character in '.[]"') else name
