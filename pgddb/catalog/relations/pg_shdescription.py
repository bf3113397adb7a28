"""Make the rows of pg_shdescription: what the databases are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.facts import CatalogFacts

PG_DATABASE = 1262
"""Oid of pg_database."""


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for oid in facts.database_oids.values():
        yield {"objoid": oid, "classoid": PG_DATABASE, "description": "Amazon DynamoDB through pgddb"}


def keeps(row: dict[str, Any]) -> bool:
    """Say whether a built-in row stays: that of database postgres is another one here."""
    return bool(row["objoid"] != 5)
