"""Make the rows of pg_constraint: the primary key of each table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.facts import CatalogFacts

_SAME: dict[str, Any] = {
    "contype": "p",
    "condeferrable": False,
    "condeferred": False,
    "convalidated": True,
    "contypid": 0,
    "conparentid": 0,
    "confrelid": 0,
    "confupdtype": " ",
    "confdeltype": " ",
    "confmatchtype": " ",
    "conislocal": True,
    "coninhcount": 0,
    "connoinherit": True,
    "confkey": None,
    "conpfeqop": None,
    "conppeqop": None,
    "conffeqop": None,
    "confdelsetcols": None,
    "conexclop": None,
    "conbin": None,
}


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        if not one.indexes:
            continue
        primary = one.indexes[0]
        yield _SAME | {
            "oid": one.constraint_oid,
            "conname": primary.name,
            "connamespace": one.namespace_oid,
            "conrelid": one.oid,
            "conindid": primary.oid,
            "conkey": list(primary.columns),
        }
