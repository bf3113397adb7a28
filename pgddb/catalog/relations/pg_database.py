"""Make the rows of pg_database: one for each name that a session has connected to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.facts import OWNER_OID, CatalogFacts

UTF8 = 6
"""Number of the encoding, as pg_encoding_to_char knows it."""

DEFAULT_TABLESPACE = 1663


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for name, oid in facts.database_oids.items():
        yield _database(name, oid)
    for name, oid in (("template0", 4), ("template1", 1)):
        if name not in facts.database_oids:
            yield _database(name, oid) | {"datistemplate": True, "datallowconn": name == "template1"}


def _database(name: str, oid: int) -> dict[str, Any]:
    return {
        "oid": oid,
        "datname": name,
        "datdba": OWNER_OID,
        "encoding": UTF8,
        "datlocprovider": "c",
        "datistemplate": False,
        "datallowconn": True,
        "datconnlimit": -1,
        "datfrozenxid": 722,
        "datminmxid": 1,
        "dattablespace": DEFAULT_TABLESPACE,
        "datcollate": "C",
        "datctype": "C.UTF-8",
        "daticulocale": None,
        "datcollversion": None,
        "datacl": None,
    }
