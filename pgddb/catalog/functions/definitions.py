"""Write the definitions of indexes, constraints and views as SQL.

Source: src/backend/utils/adt/ruleutils.c of PostgreSQL 15.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pgddb.access.view import View
from pgddb.catalog.builtin import builtin_by_oid, builtin_rows
from pgddb.catalog.facts import CatalogFacts, IndexObject, TableObject
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.functions.names import SEARCHED, relation_named
from pgddb.catalog.identifiers import qualified, quoted


def index_definition(facts: CatalogFacts, oid: int, pretty: bool) -> str | None:  # noqa: FBT001 - an SQL argument
    """Write CREATE INDEX; pretty leaves out a schema that is searched."""
    found = facts.index_by_oid.get(oid)
    if found is not None:
        return _create_index(*found, pretty=pretty)
    row = builtin_by_oid("index_definitions").get(oid)
    if row is None:
        return None
    text = str(row["definition"])
    return text.replace(" ON pg_catalog.", " ON ") if pretty else text


def _create_index(one: TableObject, index: IndexObject, *, pretty: bool) -> str:
    bare = pretty and one.table.schema in SEARCHED
    table = quoted(one.table.name) if bare else qualified(one.table.schema, one.table.name)
    unique = "UNIQUE " if index.is_primary else ""
    return f"CREATE {unique}INDEX {quoted(index.name)} ON {table} USING btree ({_column_list(one, index)})"


def _column_list(one: TableObject, index: IndexObject) -> str:
    return ", ".join(quoted(one.table.columns[number - 1].name) for number in index.columns)


def index_column(facts: CatalogFacts, oid: int, number: int) -> str | None:
    """Name one column of an index, "" beyond its last."""
    found = facts.index_by_oid.get(oid)
    if found is None:
        names = [
            row["attname"] for row in builtin_rows("pg_attribute") if (row["attrelid"], row["attnum"]) == (oid, number)
        ]
        return quoted(names[0]) if names else ("" if oid in builtin_by_oid("index_definitions") else None)
    one, index = found
    if not 0 < number <= len(index.columns):
        return ""
    return quoted(one.table.columns[index.columns[number - 1] - 1].name)


def index_position(facts: CatalogFacts, oid: int, number: int) -> int | None:
    """Give the place of a column in an index, from 1; NULL if it is not in it."""
    found = facts.index_by_oid.get(oid)
    row = builtin_by_index().get(oid)
    columns = list(found[1].columns) if found is not None else row["indkey"] if row is not None else []
    return columns.index(number) + 1 if number in columns else None


@cache
def builtin_by_index() -> dict[int, dict[str, Any]]:
    """Give the rows of pg_index by the index's oid."""
    return {row["indexrelid"]: row for row in builtin_rows("pg_index")}


def constraint_definition(facts: CatalogFacts, oid: int) -> str | None:
    """Write the constraint as CREATE TABLE would."""
    for one in facts.objects:
        if one.constraint_oid == oid and one.indexes:
            return f"PRIMARY KEY ({_column_list(one, one.indexes[0])})"
    row = builtin_by_oid("constraint_definitions").get(oid)
    return None if row is None else str(row["definition"])


def view_definition(facts: CatalogFacts, relation: str) -> str | None:
    """Write the query of a view, given by oid or name.

    Raises:
        UndefinedTable: no relation has the name.
    """
    oid = relation_named(facts, relation)
    row = builtin_by_oid("view_definitions").get(oid)
    if row is not None:
        return str(row["definition"])
    one = facts.by_oid.get(oid)
    if one is not None and isinstance(one.definition, View):
        return f" {one.definition.query};"
    return "Not a view" if one is not None else None


FUNCTIONS = (
    CatalogFunction("pgddb_index_position", ("BIGINT", "BIGINT"), "BIGINT", index_position),
    CatalogFunction("pgddb_index_definition", ("BIGINT", "BOOLEAN"), "VARCHAR", index_definition),
    CatalogFunction("pgddb_index_column", ("BIGINT", "BIGINT"), "VARCHAR", index_column),
    CatalogFunction("pgddb_constraint_definition", ("BIGINT",), "VARCHAR", constraint_definition),
    CatalogFunction("pgddb_view_definition", ("VARCHAR",), "VARCHAR", view_definition),
)
