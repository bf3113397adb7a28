"""Make the rows of pg_stat_all_tables: DynamoDB knows how many items there are, and counts nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.relations.definitions import system_relation


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    relation = system_relation("pg_catalog", "pg_stat_all_tables")
    assert relation is not None
    nothing: dict[str, Any] = {column.name: 0 for column in relation.columns if column.type_name == "bigint"}
    for one in facts.objects:
        yield nothing | {
            "relid": one.oid,
            "schemaname": one.table.schema,
            "relname": one.table.name,
            "n_live_tup": one.table.item_count or 0,
        }
