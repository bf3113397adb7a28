"""Make the rows of pg_namespace: schemas beside the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.builtin import builtin_rows
from pgddb.catalog.facts import OWNER_OID, CatalogFacts


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    builtin = {row["nspname"] for row in builtin_rows("pg_namespace")}
    for name, oid in facts.namespaces.items():
        if name not in builtin:
            yield {"oid": oid, "nspname": name, "nspowner": OWNER_OID, "nspacl": None}
