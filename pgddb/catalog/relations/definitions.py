"""Find system relations by name: their columns are PostgreSQL's own description of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from pgddb.access.system_relation import SystemColumn, SystemRelation
from pgddb.catalog.builtin import builtin_by_oid, builtin_table
from pgddb.pgtypes.registry import find_type_by_oid

PLACES = {"pg_catalog": "pgcat", "information_schema": "pginfo"}
"""Where the engine keeps the relations of a schema: it has schemas of PostgreSQL's names itself, of other contents."""


@cache
def relation_oids() -> dict[tuple[str, str], int]:
    """Give the oids of the system relations by schema and name."""
    schemas = {oid: str(row["nspname"]) for oid, row in builtin_by_oid("pg_namespace").items()}
    return {
        (schemas[row["relnamespace"]], row["relname"]): oid
        for oid, row in builtin_by_oid("pg_class").items()
        if row["relkind"] in "rv" and schemas[row["relnamespace"]] in PLACES
    }


@cache
def system_relation(schema: str, name: str) -> SystemRelation | None:
    """Give a relation of PostgreSQL 15, None if it has none of that name."""
    oid = relation_oids().get((schema, name))
    if oid is None:
        return None
    columns = tuple(_column(row) for row in _attributes()[oid])
    kind = str(builtin_by_oid("pg_class")[oid]["relkind"])
    return SystemRelation(schema, name, oid, PLACES[schema], columns, kind=kind)


_FUNCTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "pg_get_keywords": (
        ("word", "text"),
        ("catcode", '"char"'),
        ("barelabel", "boolean"),
        ("catdesc", "text"),
        ("baredesc", "text"),
    ),
    "pg_listening_channels": (("pg_listening_channels", "text"),),
    "pg_timezone_names": (("name", "text"), ("abbrev", "text"), ("utc_offset", "interval"), ("is_dst", "boolean")),
    "pg_timezone_abbrevs": (("abbrev", "text"), ("utc_offset", "interval"), ("is_dst", "boolean")),
    "pg_available_extensions": (("name", "name"), ("default_version", "text"), ("comment", "text")),
}
"""Functions without arguments that give rows, and their columns."""

_LIKE_RELATIONS = {"pg_show_all_settings": "pg_settings"}
"""Functions that give the rows of a relation."""


@cache
def system_function(name: str) -> SystemRelation | None:
    """Give what a function in FROM returns as a relation, None if there is none of that name."""
    likeness = _LIKE_RELATIONS.get(name)
    if likeness is not None:
        return system_relation("pg_catalog", likeness)
    columns = _FUNCTIONS.get(name)
    if columns is None:
        return None
    return SystemRelation("pg_catalog", f"{name}()", 0, "pgcat", tuple(SystemColumn(*column) for column in columns), ())


@cache
def _attributes() -> dict[int, list[dict[str, Any]]]:
    """Give the columns of the system relations by the relations' oids."""
    table = builtin_table("pg_attribute")
    assert table is not None
    found: dict[int, list[dict[str, Any]]] = {}
    for row in table.select(["attrelid", "attnum", "attname", "atttypid", "atttypmod"]).to_pylist():
        if row["attnum"] > 0:
            found.setdefault(row["attrelid"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row["attnum"])
    return found


def _column(row: dict[str, Any]) -> SystemColumn:
    type_row = builtin_by_oid("pg_type")[row["atttypid"]]
    modifier = row["atttypmod"]
    if type_row["typtype"] == "d":
        modifier = type_row["typtypmod"]
        type_row = builtin_by_oid("pg_type")[type_row["typbasetype"]]
    known = find_type_by_oid(type_row["oid"])
    return SystemColumn(row["attname"], "text" if known is None else known.type_name, modifier)
