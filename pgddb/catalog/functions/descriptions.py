"""Give the comments on objects: obj_description, col_description, shobj_description."""

from __future__ import annotations

from functools import cache

from pgddb.catalog.builtin import builtin_rows
from pgddb.catalog.comments import index_comment, relation_comment, shown_column_comment
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.relations import pg_shdescription
from pgddb.catalog.relations.definitions import relation_oids


@cache
def _builtin() -> dict[tuple[int, int, int], str]:
    return {
        (row["classoid"], row["objoid"], row["objsubid"]): row["description"] for row in builtin_rows("pg_description")
    }


@cache
def _builtin_shared() -> dict[tuple[int, int], str]:
    rows = filter(pg_shdescription.keeps, builtin_rows("pg_shdescription"))
    return {(row["classoid"], row["objoid"]): row["description"] for row in rows}


def object_comment(facts: CatalogFacts, oid: int, catalog: str) -> str | None:
    """Give the comment on an object of a catalog; without its name on the first that has the oid."""
    if catalog in ("pg_class", ""):
        one = facts.by_oid.get(oid)
        if one is not None:
            return relation_comment(facts, one)
        found = facts.index_by_oid.get(oid)
        if found is not None:
            return None if found[1].index is None else index_comment(found[1].index)
    said = _said(facts, oid, catalog)
    if said is not None:
        return said
    if catalog:
        return _builtin().get((relation_oids().get(("pg_catalog", catalog), 0), oid, 0))
    return next((text for (_, one, part), text in _builtin().items() if one == oid and not part), None)


def _said(facts: CatalogFacts, oid: int, catalog: str) -> str | None:
    """Give what COMMENT ON says of a schema or server."""
    for kind, place, oids in (
        ("schema", "pg_namespace", facts.namespaces),
        ("server", "pg_foreign_server", facts.server_oids),
    ):
        name = next((name for name, known in oids.items() if known == oid), None)
        if name is not None and catalog in (place, ""):
            return facts.definitions.comment(kind, "", name)
    return None


def column_description(facts: CatalogFacts, oid: int, number: int) -> str | None:
    """Give the comment on a column."""
    one = facts.by_oid.get(oid)
    if one is None:
        return _builtin().get((relation_oids()["pg_catalog", "pg_class"], oid, number))
    if not 0 < number <= len(one.table.columns):
        return None
    return shown_column_comment(facts, one, number)


def shared_comment(facts: CatalogFacts, oid: int, catalog: str) -> str | None:
    """Give the comment on an object that all databases share."""
    for row in pg_shdescription.rows(facts):
        if catalog == "pg_database" and row["objoid"] == oid:
            return str(row["description"])
    return _builtin_shared().get((relation_oids().get(("pg_catalog", catalog), 0), oid))


FUNCTIONS = (
    CatalogFunction("pgddb_object_comment", ("BIGINT", "VARCHAR"), "VARCHAR", object_comment),
    CatalogFunction("pgddb_column_comment", ("BIGINT", "BIGINT"), "VARCHAR", column_description),
    CatalogFunction("pgddb_shared_comment", ("BIGINT", "VARCHAR"), "VARCHAR", shared_comment),
)
