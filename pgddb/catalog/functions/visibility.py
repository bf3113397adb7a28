"""Say whether an object is found by its name alone.

Source: src/backend/catalog/namespace.c of PostgreSQL 15.
"""

from __future__ import annotations

from pgddb.catalog.builtin import builtin_by_oid
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.functions.names import relation_place, schema_of

KINDS: dict[str, tuple[str, str]] = {
    "type": ("pg_type", "typnamespace"),
    "function": ("pg_proc", "pronamespace"),
    "operator": ("pg_operator", "oprnamespace"),
    "opclass": ("pg_opclass", "opcnamespace"),
    "opfamily": ("pg_opfamily", "opfnamespace"),
    "collation": ("pg_collation", "collnamespace"),
    "conversion": ("pg_conversion", "connamespace"),
    "ts_config": ("pg_ts_config", "cfgnamespace"),
    "ts_dict": ("pg_ts_dict", "dictnamespace"),
    "ts_parser": ("pg_ts_parser", "prsnamespace"),
    "ts_template": ("pg_ts_template", "tmplnamespace"),
    "statistics_obj": ("pg_statistic_ext", "stxnamespace"),
}
"""Catalog of each kind of objects that functions called pg_..._is_visible ask for, and its schema's column."""


def relation_is_visible(facts: CatalogFacts, oid: int, path: str) -> bool | None:
    """Say whether a relation is the first of its name on the path, a list of schemas cut by commas."""
    place = relation_place(facts, oid)
    if place is None:
        return None
    schemas = _searched(path)
    if place[0] not in schemas:
        return False
    before = schemas[: schemas.index(place[0])]
    return not any((schema, place[1]) in _names(facts) for schema in before)


def object_is_visible(facts: CatalogFacts, kind: str, oid: int, path: str) -> bool | None:
    """Say whether an object of another kind is found; the rows of a table have a type too."""
    catalog, column = KINDS[kind]
    row = builtin_by_oid(catalog).get(oid)
    if row is not None:
        return schema_of(row[column]) in _searched(path)
    if kind == "type":
        for one in facts.objects:
            if oid in (one.row_type_oid, one.array_type_oid):
                return one.table.schema in _searched(path)
    return None


def _searched(path: str) -> list[str]:
    schemas = path.split(",")
    return schemas if "pg_catalog" in schemas else ["pg_catalog", *schemas]


def _names(facts: CatalogFacts) -> frozenset[tuple[str, str]]:
    return frozenset((one.table.schema, one.table.name) for one in facts.objects)


FUNCTIONS = (
    CatalogFunction("pgddb_relation_is_visible", ("BIGINT", "VARCHAR"), "BOOLEAN", relation_is_visible),
    CatalogFunction("pgddb_object_is_visible", ("VARCHAR", "BIGINT", "VARCHAR"), "BOOLEAN", object_is_visible),
)
