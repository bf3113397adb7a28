"""Turn the values of SQL into typed values of the columns that they are for: the attribute's known type first.

Values arrive as PostgreSQL's text of their SQL type, so that literals, query results and COPY share one way.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from msgspec import Struct

from pgddb.access.attribute_values import Item, TypedValue, decode_item, decode_value, number_of, set_of
from pgddb.access.item_changes import value_at
from pgddb.access.plain_json import typed_item_of_json, typed_value_of_json
from pgddb.access.table import AttributeType, Carrier, Column, TableSchema
from pgddb.errors import DatatypeMismatch, InvalidTextRepresentation, NumericValueOutOfRange, SqlError
from pgddb.pgtypes import decode_parameter, type_by_name
from pgddb.pgtypes.text_input import parse_bool, parse_bytea, parse_numeric
from pgddb.planner.dml_nodes import LITERAL, TYPED

RAW_ITEM = "pgddb raw item"
"""Source of a text that is a whole item as the store holds it."""

Convert = Callable[[str, "TypedValue | None"], TypedValue]
"""Types a text; the second argument is the value that the attribute has, if it has one."""

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_TEXTS = frozenset({"text", "character varying", "character", "name", '"char"'})
_WIDER = frozenset({("date", "timestamp without time zone")})
"""Assignments between types that are kept as strings: source and column."""
_JSONS = frozenset({"json", "jsonb"})
_INTEGER_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
_SET_ELEMENTS = {Carrier.TEXT_SET: "text", Carrier.NUMBER_SET: "numeric", Carrier.BINARY_SET: "bytea"}
_SETS = frozenset({"SS", "NS", "BS"})


def attribute_converter(  # noqa: C901, PLR0911 - one line for each carrier
    table: TableSchema, column: Column, source: str
) -> Convert:
    """Give the function that types values of a source type for a column.

    Raises:
        DatatypeMismatch: PostgreSQL has no such assignment, or the attribute's type cannot hold the values.
    """
    if source == TYPED:
        return lambda text, _old: decode_value(text)
    kind = key_types(table).get(str(column.path[0])) if len(column.path) == 1 else None
    if kind is not None:
        return _scalar_of(kind, column, source)
    match column.carrier:
        case Carrier.TEXT:
            return _string(column, source)
        case Carrier.INTEGER | Carrier.DECIMAL | Carrier.DIGITS:
            return _number(column, source)
        case Carrier.BOOLEAN:
            return _boolean(column, source)
        case Carrier.BINARY:
            return _binary(column, source)
        case Carrier.TEXT_SET | Carrier.NUMBER_SET | Carrier.BINARY_SET:
            return _set(column, source)
        case Carrier.SCALAR_TEXT:
            return _any_scalar(source)
        case _:
            return _json(column, source)


def key_types(table: TableSchema) -> dict[str, AttributeType]:
    """Give the declared types of the key attributes of a table and its indexes."""
    schemas = (*(index.keys for index in table.indexes), table.keys)
    return {attribute.name: attribute.type for schema in schemas for attribute in schema.attributes}


def document_reader(table: TableSchema, column: Column, source: str) -> Callable[[str, Item | None], Item]:
    """Give the function that reads whole items; the second argument is the item that is there, if it is known."""
    if source == RAW_ITEM:
        return lambda text, _old: decode_item(text)
    if source not in _JSONS and source != LITERAL:
        raise mismatch(column, source)
    expected = _expected_kinds(table)
    return lambda text, old: typed_item_of_json(text, expected if old is None else old)


def _expected_kinds(table: TableSchema) -> Item:
    """Give stand-ins for old values of the attributes that are sets and binaries in every known item."""
    kinds: Item = {}
    for column in table.columns:
        if len(column.path) == 1:
            stand_in = _STAND_INS.get(column.carrier)
            if stand_in is not None:
                kinds[str(column.path[0])] = stand_in
    for name, kind in key_types(table).items():
        if kind is AttributeType.B:
            kinds[name] = {"B": ""}
    return kinds


_STAND_INS: dict[Carrier, TypedValue] = {
    Carrier.BINARY: {"B": ""},
    Carrier.TEXT_SET: {"SS": []},
    Carrier.NUMBER_SET: {"NS": []},
    Carrier.BINARY_SET: {"BS": []},
}


def mismatch(column: Column, source: str, hint: str | None = None) -> DatatypeMismatch:
    return DatatypeMismatch(
        f'column "{column.name}" is of type {column.type_name} but expression is of type {source}',
        hint=hint or "You will need to rewrite or cast the expression.",
    )


def _scalar_of(kind: AttributeType, column: Column, source: str) -> Convert:
    match kind:
        case AttributeType.N:
            return _number(column, source)
        case AttributeType.B:
            return _binary(column, source)
        case _:
            return _string(column, source)


def _string(column: Column, source: str) -> Convert:
    """Keep a text as it is, and a value of another type that DDL gave the column in PostgreSQL's form."""
    kind = column.type_name
    if not column.declared or kind in _TEXTS:
        return _text
    if source not in (LITERAL, kind) and (source, kind) not in _WIDER:
        raise mismatch(column, source)
    oid = type_by_name(kind).oid

    def convert(text: str, old: TypedValue | None) -> TypedValue:
        value: Any = decode_parameter(text.encode(), 0, oid)
        if old is not None and "S" in old and _reads_as(old["S"], oid, value):
            return old  # the same moment in another form stays as it is
        return {"S": value if isinstance(value, str) else value.iso}

    return convert


def _reads_as(text: str, oid: int, value: Any) -> bool:
    try:
        return bool(decode_parameter(text.encode(), 0, oid) == value)
    except SqlError:
        return False


def _text(text: str, _old: TypedValue | None) -> TypedValue:
    return {"S": text}


def _number(column: Column, source: str) -> Convert:
    if source not in _NUMBERS and source != LITERAL:
        raise mismatch(column, source)
    bits = _INTEGER_BITS.get(column.type_name) if column.declared else None
    if bits is None:
        return lambda text, _old: number_of(_finite(parse_numeric(text)))

    def integer(text: str, _old: TypedValue | None) -> TypedValue:
        number = _finite(parse_numeric(text))
        if source == LITERAL and number != number.to_integral_value():
            raise InvalidTextRepresentation(f'invalid input syntax for type {column.type_name}: "{text}"')
        whole = int(number.to_integral_value(ROUND_HALF_UP))
        if not -(1 << bits - 1) <= whole < 1 << bits - 1:
            raise NumericValueOutOfRange(f"{column.type_name} out of range")
        return number_of(whole)

    return integer


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise NumericValueOutOfRange(f"DynamoDB has no number {number}")
    return number


def _boolean(column: Column, source: str) -> Convert:
    if source not in ("boolean", LITERAL):
        raise mismatch(column, source)
    return lambda text, _old: {"BOOL": parse_bool(text)}


def _binary(column: Column, source: str) -> Convert:
    if source not in ("bytea", LITERAL):
        raise mismatch(column, source)
    return lambda text, _old: _typed_binary(text)


def _typed_binary(text: str) -> TypedValue:
    return {"B": base64.b64encode(parse_bytea(text)).decode()}


def _set(column: Column, source: str) -> Convert:
    element = _SET_ELEMENTS[column.carrier]
    if source == LITERAL:
        source = f"{element}[]"
    given = source.removesuffix("[]")
    fits = given == element or (element == "text" and given in _TEXTS) or (element == "numeric" and given in _NUMBERS)
    if not source.endswith("[]") or not fits:
        raise mismatch(column, source)
    return lambda text, _old: set_of(_elements(text, source))


def _elements(text: str, source: str) -> list[TypedValue]:
    element = source.removesuffix("[]")
    values = _array(text, source)
    if any(value is None for value in values):
        raise InvalidTextRepresentation("a set cannot hold NULL")
    return [_element(value, element) for value in values]


def _array(text: str, source: str) -> list[Any]:
    values = decode_parameter(text.encode(), 0, type_by_name(source).oid)
    assert isinstance(values, list)
    return values


def _element(value: Any, element: str) -> TypedValue:  # noqa: PLR0911 - one for each kind of value
    if value is None:
        return {"NULL": True}
    if isinstance(value, list):
        return {"L": [_element(one, element) for one in value]}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    if isinstance(value, int | float | Decimal):
        return number_of(value)
    if element in _JSONS:
        return typed_value_of_json(value)
    return {"S": value if isinstance(value, str) else value.iso}


def _any_scalar(source: str) -> Convert:
    """Type a value for an attribute that holds scalars of several types: as the SQL type says."""
    if source in _NUMBERS:
        return lambda text, _old: number_of(_finite(parse_numeric(text)))
    if source == "boolean":
        return lambda text, _old: {"BOOL": parse_bool(text)}
    if source == "bytea":
        return lambda text, _old: _typed_binary(text)
    return _scalar_like_old


def _scalar_like_old(text: str, old: TypedValue | None) -> TypedValue:
    """Keep a value whose text is the same: `SET a = a` changes nothing."""
    if old is not None:
        ((kind, content),) = old.items()
        shown = str(content).lower() if kind == "BOOL" else content
        if kind in ("S", "N", "BOOL", "B") and shown == text:
            return old
    return {"S": text}


def _json(column: Column, source: str) -> Convert:
    if source == LITERAL and column.type_name.endswith("[]"):  # a list that DDL declared an array
        return _array_converter(column.type_name)
    if source in _JSONS or source == LITERAL:
        return typed_value_of_json
    if source.endswith("[]"):
        return _array_converter(source)
    if source in _NUMBERS or source in ("boolean", "bytea"):
        return _any_scalar(source)
    raise mismatch(column, source, f"Write to_jsonb(...) for a value of type {source}.")


def _array_converter(source: str) -> Convert:
    element = source.removesuffix("[]")

    def convert(text: str, old: TypedValue | None) -> TypedValue:
        values = [_element(value, element) for value in _array(text, source)]
        if old is not None and not _SETS.isdisjoint(old):
            return set_of(values)
        return {"L": values}

    return convert


def _given_old(convert: Convert, old: TypedValue) -> Convert:
    return lambda text, _old: convert(text, old)


class Written(Struct, frozen=True):
    """How one output of a query is written: its place, its column, its source type, and whether a guide helps."""

    place: int
    column: Column
    source: str
    guided: bool = False


class ItemWriter:
    """Puts the values of one row into an item."""

    def __init__(self, table: TableSchema, written: Sequence[Written]) -> None:
        self._table = table
        self._documents = [
            (one.place, document_reader(table, one.column, one.source), one.guided)
            for one in written
            if one.column.carrier is Carrier.DOCUMENT
        ]
        self._attributes = [
            (one.place, one.column, attribute_converter(table, one.column, one.source), one.guided)
            for one in written
            if one.column.path
        ]

    def new_item(self, row: Sequence[str | None], guide: Item | None = None) -> Item:
        """Make the item of an INSERT: the document, and over it the columns.

        `guide` is the item that guided outputs were taken from: what reads as there has the type that it has there.
        """
        item: Item = {}
        for place, read, guided in self._documents:
            text = row[place]
            if text is not None:
                item = read(text, guide if guided else None)
        for place, column, convert, guided in self._attributes:
            text = row[place]
            known = value_at(guide, column.path) if guided and guide is not None else None
            item = with_value(item, column, text, convert if known is None else _given_old(convert, known))
        return item

    def changed_item(self, old: Item, row: Sequence[str | None]) -> Item:
        """Make the item that an UPDATE leaves; the key stays where a new document does not say it."""
        item = dict(old)
        for place, read, _ in self._documents:
            text = row[place]
            keys = {name: old[name] for name in self._table.keys.names}
            item = {**keys, **({} if text is None else read(text, old))}
        return self._with_columns(item, row)

    def _with_columns(self, item: Item, row: Sequence[str | None]) -> Item:
        for place, column, convert, _ in self._attributes:
            item = with_value(item, column, row[place], convert)
        return item


def with_value(item: Item, column: Column, text: str | None, convert: Convert) -> Item:
    """Set or remove what stands at a column's path; NULL over DynamoDB's NULL changes nothing."""
    name, *rest = column.path
    holder = item
    if rest:
        return _with_nested(item, column, text, convert)
    old = holder.get(str(name))
    if text is None:
        if old is None or "NULL" in old:
            return item
        return {key: value for key, value in item.items() if key != name}
    return {**item, str(name): convert(text, old)}


def _with_nested(item: Item, column: Column, text: str | None, convert: Convert) -> Item:
    """Write inside maps; a map that is not there is made, anything else in the way is an error."""

    def inside(members: Item, path: Sequence[str | int]) -> Item:
        name, rest = str(path[0]), path[1:]
        old = members.get(name)
        if not rest:
            if text is None:
                return {key: value for key, value in members.items() if key != name}
            return {**members, name: convert(text, old)}
        if old is not None and "M" not in old:
            raise DatatypeMismatch(f'attribute "{name}" is no map, so column "{column.name}" cannot be written')
        if old is None and text is None:
            return members
        return {**members, name: {"M": inside({} if old is None else old["M"], rest)}}

    return inside(item, column.path)
