"""Make the rows of pg_description: what is known of tables, indexes and columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.comments import column_comment, index_comment, table_comment
from pgddb.catalog.facts import CatalogFacts

PG_CLASS = 1259
"""Oid of pg_class, to which comments on relations belong."""


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        yield _comment(one.oid, 0, table_comment(one.table))
        for number, column in enumerate(one.table.columns, 1):
            text = column_comment(one.table, column)
            if text:
                yield _comment(one.oid, number, text)
        for index in one.indexes:
            if index.index is not None:
                yield _comment(index.oid, 0, index_comment(index.index))


def _comment(oid: int, number: int, text: str) -> dict[str, Any]:
    return {"objoid": oid, "classoid": PG_CLASS, "objsubid": number, "description": text}
