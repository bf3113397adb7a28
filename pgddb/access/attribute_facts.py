"""Say what is known of an attribute beforehand: whether every item that is read has it, and of which type."""

from __future__ import annotations

from msgspec import Struct

from pgddb.access.predicate import SeenAs
from pgddb.access.table import AttributePath, AttributeType, Carrier, Column, Index, TableSchema


class AttributeFacts(Struct, frozen=True):
    """`type`: the only type that the attribute has where it is there, or None. `present`: every item has it."""

    type: AttributeType | None = None
    present: bool = False


UNKNOWN = AttributeFacts()

_CARRIED = {
    Carrier.TEXT: AttributeType.S,
    Carrier.INTEGER: AttributeType.N,
    Carrier.DECIMAL: AttributeType.N,
    Carrier.DIGITS: AttributeType.N,
    Carrier.BINARY: AttributeType.B,
}
_TEXTS = frozenset({"text", "name", "character varying"})
_EXACT_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})


def facts_of(table: TableSchema, index: Index | None, name: str) -> AttributeFacts:
    """Give what is known of an attribute in a read of the table, or of one index.

    DynamoDB refuses an item whose key attribute of an index has another type. Only items older than the index may
    have one; where the column shows that there are such items, nothing is known of the attribute.
    """
    for schema in (table.keys,) if index is None else (index.keys, table.keys):
        for attribute in schema.attributes:
            if attribute.name == name:
                return AttributeFacts(attribute.type, present=True)
    for other in table.indexes:
        for attribute in other.keys.attributes:
            if attribute.name == name:
                return UNKNOWN if _seen_otherwise(table, name, attribute.type) else AttributeFacts(attribute.type)
    return UNKNOWN


def _seen_otherwise(table: TableSchema, name: str, declared: AttributeType) -> bool:
    column = column_of(table, (name,))
    if column is None or column.declared:
        return False
    return _CARRIED.get(column.carrier, declared if column.carrier is Carrier.KEY_JSON else None) is not declared


def column_of(table: TableSchema, path: AttributePath) -> Column | None:
    """Find the first column of a path."""
    return table.column_by_path.get(path)


def seen_as(table: TableSchema, path: AttributePath) -> SeenAs:
    """Say how SQL sees an attribute by the table's own column; without a column by document->>'a'."""
    column = column_of(table, path)
    return SeenAs.ANY_TEXT if column is None else view_of(column)


def view_of(column: Column) -> SeenAs:  # noqa: PLR0911 - one for each carrier
    """Say how SQL sees the values of a column."""
    kind = column.type_name
    match column.carrier:
        case Carrier.TEXT if kind in _TEXTS:
            return SeenAs.TEXT
        case Carrier.SCALAR_TEXT if kind in _TEXTS:
            return SeenAs.SCALAR_TEXT
        case Carrier.INTEGER | Carrier.DECIMAL | Carrier.DIGITS if kind in _EXACT_NUMBERS:
            return SeenAs.NUMBER
        case Carrier.INTEGER | Carrier.DECIMAL | Carrier.DIGITS if kind == "double precision":
            return SeenAs.FLOAT
        case Carrier.BINARY if kind == "bytea":
            return SeenAs.BINARY
        case Carrier.BOOLEAN if kind == "boolean":
            return SeenAs.BOOLEAN
    return SeenAs.OPAQUE
