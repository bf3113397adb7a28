"""Make the rows of pg_foreign_table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.definitions import ForeignTable
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.relations.option_texts import option_texts


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        if isinstance(one.definition, ForeignTable):
            yield {
                "ftrelid": one.oid,
                "ftserver": facts.server_oids[one.definition.server],
                "ftoptions": option_texts(one.definition.options),
            }
