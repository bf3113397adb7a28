"""Make the rows of pg_extension: those that were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.definitions import Extension
from pgddb.catalog.facts import OWNER_OID, PUBLIC_OID, CatalogFacts
from pgddb.catalog.oids import Oids


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    oids = Oids("extension")
    for one in facts.definitions.all_of(Extension):
        yield {
            "oid": oids.of(one.name),
            "extname": one.name,
            "extowner": OWNER_OID,
            "extnamespace": PUBLIC_OID,
            "extrelocatable": False,
            "extversion": "1.0",
            "extconfig": None,
            "extcondition": None,
        }
