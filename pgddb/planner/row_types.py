"""Know the columns of functions that fill the row type of a table: json_populate_record(NULL::orders, ...)."""

from __future__ import annotations

from sqlglot import exp

from pgddb.access.table import Carrier
from pgddb.errors import UndefinedObject
from pgddb.planner.bindings import folded, is_quoted
from pgddb.planner.plan_nodes import CatalogSnapshot
from pgddb.sql.types import ColumnType
from pgddb.sql.types.from_functions import ROW_TYPE

_FILLS_ROWS = frozenset(
    ["json_populate_record", "jsonb_populate_record", "json_populate_recordset", "jsonb_populate_recordset"]
)
_MADE_UP = (Carrier.DOCUMENT, Carrier.KEY_JSON)


def note_row_type(item: exp.Expr, catalog: CatalogSnapshot) -> None:
    """Note the columns on a function in FROM that fills a NULL of a table's row type.

    Raises:
        UndefinedObject: there is no such table.
    """
    call = item.this
    name = row_type_name(call) if isinstance(call, exp.Anonymous) else None
    if name is None:
        return
    table = catalog.table(None, name.name, is_quoted(name))
    if table is None:
        raise UndefinedObject(f'type "{folded(name)}" does not exist')
    call.meta[ROW_TYPE] = [
        ColumnType(column.name, column.type_name) for column in table.columns if column.carrier not in _MADE_UP
    ]
    call.expressions[0].replace(exp.Null())


def row_type_name(call: exp.Anonymous) -> exp.Identifier | None:
    """Give the name of the row type that a function fills, as it is written; None where it fills none."""
    if str(call.this).lower() not in _FILLS_ROWS or not call.expressions:
        return None
    base = call.expressions[0]
    if not isinstance(base, exp.Cast) or not isinstance(base.this, exp.Null):
        return None
    name = base.to.args.get("kind")
    return name if isinstance(name, exp.Identifier) else None
