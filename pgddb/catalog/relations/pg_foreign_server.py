"""Make the rows of pg_foreign_server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.definitions import Server
from pgddb.catalog.facts import OWNER_OID, CatalogFacts
from pgddb.catalog.relations.option_texts import option_texts
from pgddb.catalog.relations.pg_foreign_wrapper import wrapper_oids


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.definitions.all_of(Server):
        yield {
            "oid": facts.server_oids[one.name],
            "srvname": one.name,
            "srvowner": OWNER_OID,
            "srvfdw": wrapper_oids()[one.wrapper],
            "srvtype": one.type,
            "srvversion": one.version,
            "srvacl": None,
            "srvoptions": option_texts(one.options),
        }
