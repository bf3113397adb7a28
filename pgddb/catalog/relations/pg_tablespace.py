"""Make the rows of pg_tablespace: the two that every PostgreSQL has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.facts import OWNER_OID, CatalogFacts


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - one shape for all relations
    for oid, name in ((1663, "pg_default"), (1664, "pg_global")):
        yield {"oid": oid, "spcname": name, "spcowner": OWNER_OID, "spcacl": None, "spcoptions": None}
