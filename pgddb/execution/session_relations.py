"""Show system relations whose rows belong to a session or to all running ones: pg_settings, pg_stat_activity ...

Each is a view in the engine over a variable, which holds the rows as JSON and is set before a statement reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from pgddb.access.attribute_values import Item, encode_typed
from pgddb.access.mutation import TypedJson
from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.engine import EngineSession

SessionRow = Mapping[str, object]
"""Values by column name: str, int, bool, None, or lists of them; times as texts with their offset."""

SessionRows = Callable[[str], Sequence[SessionRow]]
"""Gives the rows of a session's relation by its name."""

SESSION_RELATIONS = frozenset(
    ("pg_settings", "pg_stat_activity", "pg_cursors", "pg_prepared_statements", "pg_listening_channels()", "pg_locks")
)

_ENGINE_TYPES = {
    "boolean": "BOOLEAN",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "oid": "UINTEGER",
    "xid": "UINTEGER",
    "regtype[]": "UINTEGER[]",
    "text[]": "VARCHAR[]",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
}
"""Types of the columns in the engine; the others travel as text."""

ACTIVITY = TableSchema(
    schema="pgddb",
    name="activity",
    table_name="pgddb.activity",
    source=Source(),
    keys=KeySchema((KeyAttribute("pid", AttributeType.N),)),
    columns=(
        Column("pid", ("pid",), Carrier.INTEGER, "bigint", share=1.0),
        Column("usename", ("usename",), Carrier.TEXT, "text", share=1.0),
        Column("state", ("state",), Carrier.TEXT, "text", share=1.0),
        Column("requests", ("requests",), Carrier.INTEGER, "bigint", share=1.0),
        Column("pages", ("pages",), Carrier.INTEGER, "bigint", share=1.0),
        Column("read_units", ("read_units",), Carrier.DIGITS, "numeric", share=1.0),
    ),
)
"""What the running statement of each session has cost so far, beside pg_stat_activity, which has no columns for it."""


def no_session_rows(name: str) -> Sequence[SessionRow]:  # noqa: ARG001 - SessionRows
    """Give no rows: there is no session."""
    return ()


def variable_of(name: str) -> str:
    """Name the variable that holds the rows of a relation."""
    return "pgddb_rows_" + name.removesuffix("()")


def view_over_variable(relation: SystemRelation) -> str:
    """Write the engine's query for a relation."""
    types = {column.name: _ENGINE_TYPES.get(column.type_name, "VARCHAR") for column in relation.columns}
    shape = json.dumps([types])
    columns = ", ".join(f'one."{name}"' for name in types)
    rows = f"from_json(CAST(getvariable('{variable_of(relation.name)}') AS VARCHAR), '{shape}')"
    return f"SELECT {columns} FROM (SELECT unnest({rows}) AS one)"  # noqa: S608 - names of PostgreSQL's own catalogs


async def set_session_rows(session: EngineSession, names: Iterable[str], rows: SessionRows) -> None:
    """Put the rows of some relations into their variables."""
    for name in names:
        await session.set_variable(variable_of(name), json.dumps([dict(row) for row in rows(name)]))


def activity_items(rows: SessionRows) -> list[TypedJson]:
    """Give the rows of `pgddb.activity` as items."""
    return [encode_typed(_activity_item(row)) for row in rows("pgddb.activity")]


def _activity_item(row: SessionRow) -> Item:
    numbers: Item = {name: {"N": str(row[name])} for name in ("pid", "requests", "pages", "read_units")}
    return numbers | {"usename": {"S": str(row["usename"])}, "state": {"S": str(row["state"])}}
