"""Make the rows of pg_type that tables bring: the type of their rows, and its array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.builtin import builtin_rows
from pgddb.catalog.facts import CatalogFacts, TableObject


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    builtin = {row["typname"]: row for row in builtin_rows("pg_type")}
    for one in facts.objects:
        yield _row_type(one, builtin["pg_class"])
        yield _array_type(one, builtin["_pg_class"])


def _row_type(one: TableObject, likeness: dict[str, Any]) -> dict[str, Any]:
    return likeness | {
        "oid": one.row_type_oid,
        "typname": one.table.name,
        "typnamespace": one.namespace_oid,
        "typrelid": one.oid,
        "typarray": one.array_type_oid,
    }


def _array_type(one: TableObject, likeness: dict[str, Any]) -> dict[str, Any]:
    return likeness | {
        "oid": one.array_type_oid,
        "typname": f"_{one.table.name}",
        "typnamespace": one.namespace_oid,
        "typelem": one.row_type_oid,
    }
