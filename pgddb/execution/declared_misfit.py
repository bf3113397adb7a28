"""Say that a value does not fit the type that DDL gave its column."""

from __future__ import annotations

from pgddb.access.table import Column, TableSchema
from pgddb.errors import FdwInvalidDataType

SHOWN_CHARACTERS = 80
"""A longer value is cut."""


def declared_misfit(table: TableSchema, column: Column, value: str) -> FdwInvalidDataType:
    """Make the error; `value` is typed JSON such as `{"S":"abc"}`, or a text that its type cannot read."""
    shown = value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}..."
    path = ".".join(map(str, column.path))
    return FdwInvalidDataType(
        f'attribute "{path}" of an item does not fit column "{column.name}" of "{table.name}", '
        f"which is of type {column.type_name}",
        detail=f"The value is {shown}.",
        hint="Give the column another type, such as jsonb, which takes every value.",
    )
