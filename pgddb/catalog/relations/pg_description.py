"""Make the rows of pg_description: what is known of tables, indexes and columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.comments import index_comment, relation_comment, shown_column_comment
from pgddb.catalog.facts import CatalogFacts

PG_CLASS = 1259
"""Oid of pg_class, to which comments on relations belong."""

PG_NAMESPACE = 2615
PG_FOREIGN_SERVER = 1417


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        yield from _comment(one.oid, 0, relation_comment(facts, one))
        for number in range(1, len(one.table.columns) + 1):
            yield from _comment(one.oid, number, shown_column_comment(facts, one, number))
        for index in one.indexes:
            if index.index is not None:
                yield from _comment(index.oid, 0, index_comment(index.index))
    for name, oid in facts.namespaces.items():
        yield from _comment(oid, 0, facts.definitions.comment("schema", "", name), PG_NAMESPACE)
    for name, oid in facts.server_oids.items():
        yield from _comment(oid, 0, facts.definitions.comment("server", "", name), PG_FOREIGN_SERVER)


def _comment(oid: int, number: int, text: str | None, catalog: int = PG_CLASS) -> Iterator[dict[str, Any]]:
    if text:
        yield {"objoid": oid, "classoid": catalog, "objsubid": number, "description": text}
