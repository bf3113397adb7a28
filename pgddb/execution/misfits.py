"""Widen the column that a value does not fit, or say that it does not fit the type that DDL gave its column."""

from __future__ import annotations

from typing import Protocol

from pgddb import planner
from pgddb.access.table import Column, TableSchema
from pgddb.engine.faults import ColumnMisfit
from pgddb.errors import FdwInvalidDataType
from pgddb.planner.plan_nodes import SelectPlan

SHOWN_CHARACTERS = 80
"""A longer value is cut."""


class WideningTables(Protocol):
    """What knows the tables' columns."""

    def widen_column(self, table: TableSchema, column: Column, value: str) -> bool:
        """Let a column hold this typed value too; False when nothing changed that a new plan would show."""


def widen_for(misfit: ColumnMisfit, plan: SelectPlan, tables: WideningTables) -> bool:
    """Widen the column that a value does not fit; False when a new plan would fail in the same way.

    Raises:
        FdwInvalidDataType: DDL says the type of the column, so it stays as it is.
    """
    found = planner.read_misfit(misfit.text)
    if found is None:
        return False
    for read in plan.reads:
        if (read.table.schema, read.table.name) == (found.schema, found.table):
            column = next((column for column in read.table.columns if column.name == found.column), None)
            if column is not None and column.declared:
                raise declared_misfit(read.table, column, found.value)
            return column is not None and tables.widen_column(read.table, column, found.value)
    return False


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
