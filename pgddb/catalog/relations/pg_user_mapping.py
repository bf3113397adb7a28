"""Make the rows of pg_user_mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.definitions import UserMapping
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.oids import Oids


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    oids = Oids("user mapping")
    for one in facts.definitions.all_of(UserMapping):
        yield {
            "oid": oids.of(one.user, one.server),
            "umuser": facts.role_oids.get(one.user, 0),
            "umserver": facts.server_oids[one.server],
            "umoptions": None,
        }
