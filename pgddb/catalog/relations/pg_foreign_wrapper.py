"""Make the rows of pg_foreign_data_wrapper: those that every server has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.definitions.objects import WRAPPERS
from pgddb.catalog.facts import OWNER_OID, CatalogFacts
from pgddb.catalog.oids import Oids


def wrapper_oids() -> dict[str, int]:
    """Give the oids of the wrappers by name."""
    oids = Oids("foreign data wrapper")
    return {name: oids.of(name) for name in WRAPPERS}


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - one shape for all relations
    for name, oid in wrapper_oids().items():
        yield {
            "oid": oid,
            "fdwname": name,
            "fdwowner": OWNER_OID,
            "fdwhandler": 0,
            "fdwvalidator": 0,
            "fdwacl": None,
            "fdwoptions": None,
        }
