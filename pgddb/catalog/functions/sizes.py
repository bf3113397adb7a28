"""Give the sizes that DynamoDB reports: pg_table_size, pg_total_relation_size, pg_database_size."""

from __future__ import annotations

from pgddb.catalog.builtin import builtin_by_oid
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.functions.names import relation_named
from pgddb.catalog.sizes import pretty_size
from pgddb.errors import UndefinedDatabase


def relation_size(facts: CatalogFacts, relation: str) -> int | None:
    """Give the bytes of a table without its indexes, or of an index; NULL for an oid that no relation has."""
    oid = relation_named(facts, relation)
    one = facts.by_oid.get(oid)
    if one is not None:
        return one.table.size_bytes or 0
    found = facts.index_by_oid.get(oid)
    if found is not None:
        return (found[1].index.size_bytes or 0) if found[1].index is not None else 0
    return 0 if oid in builtin_by_oid("pg_class") else None


def indexes_size(facts: CatalogFacts, relation: str) -> int | None:
    """Give the bytes of all secondary indexes of a table."""
    oid = relation_named(facts, relation)
    one = facts.by_oid.get(oid)
    if one is not None:
        return sum(index.size_bytes or 0 for index in one.table.indexes)
    return 0 if oid in facts.index_by_oid or oid in builtin_by_oid("pg_class") else None


def total_size(facts: CatalogFacts, relation: str) -> int | None:
    """Give the bytes of a table with its indexes."""
    own, indexes = relation_size(facts, relation), indexes_size(facts, relation)
    return None if own is None or indexes is None else own + indexes


def database_size(facts: CatalogFacts, database: str) -> int:
    """Give the bytes of all tables and indexes.

    Raises:
        UndefinedDatabase: there is no such database.
    """
    templates = {"template0": 4, "template1": 1}
    oids = {**templates, **facts.database_oids}
    if database not in oids and database not in map(str, oids.values()):
        raise UndefinedDatabase(f'database "{database}" does not exist')
    if database in templates or database in map(str, templates.values()):
        return 0
    return sum(total_size(facts, str(one.oid)) or 0 for one in facts.objects)


def size_shown(facts: CatalogFacts, size: int) -> str:  # noqa: ARG001 - one shape for all functions
    """Do pg_size_pretty."""
    return pretty_size(size)


FUNCTIONS = (
    CatalogFunction("pgddb_relation_size", ("VARCHAR",), "BIGINT", relation_size),
    CatalogFunction("pgddb_indexes_size", ("VARCHAR",), "BIGINT", indexes_size),
    CatalogFunction("pgddb_total_size", ("VARCHAR",), "BIGINT", total_size),
    CatalogFunction("pgddb_database_size", ("VARCHAR",), "BIGINT", database_size),
    CatalogFunction("pgddb_size_shown", ("BIGINT",), "VARCHAR", size_shown),
)
