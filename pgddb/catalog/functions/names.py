"""Find relations, schemas and roles by name, and name them by oid: regclass, regnamespace, regrole.

Source: src/backend/utils/adt/regproc.c of PostgreSQL 15.
"""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.catalog.builtin import builtin_by_oid
from pgddb.catalog.catalog import folded_matches
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.identifiers import name_parts, qualified, quoted
from pgddb.catalog.relations.definitions import relation_oids
from pgddb.errors import AmbiguousRelation, UndefinedObject, UndefinedTable

SEARCHED = ("pg_catalog", "public")
"""Schemas in which a relation's name is looked for, and is shown without its schema."""


def relation_place(facts: CatalogFacts, oid: int) -> tuple[str, str] | None:
    """Give schema and name of a relation: table, index or built-in one."""
    one = facts.by_oid.get(oid)
    if one is not None:
        return one.table.schema, one.table.name
    found = facts.index_by_oid.get(oid)
    if found is not None:
        return found[0].table.schema, found[1].name
    row = builtin_by_oid("pg_class").get(oid)
    return None if row is None else (schema_of(row["relnamespace"]), str(row["relname"]))


def schema_of(namespace: int) -> str:
    """Name a built-in schema."""
    return str(builtin_by_oid("pg_namespace")[namespace]["nspname"])


def find_relation(facts: CatalogFacts, text: str, path: str = "") -> int | None:
    """Find a relation by its written name or its oid, None if there is none.

    `path` is a search path as a list of schemas cut by commas; empty means that of a new session.
    """
    bare = text.strip()
    if bare.isdigit():
        return int(bare)
    if bare == "-":
        return 0
    parts = name_parts(bare)
    name, is_quoted = parts[-1]
    for schema in [parts[-2][0]] if len(parts) > 1 else searched(path):
        found = _in_schema(facts, schema, name, is_quoted=is_quoted)
        if found is not None:
            return found
    return None


def searched(path: str) -> Sequence[str]:
    """Give the schemas of a search path in their order; pg_catalog comes first unless the path says where."""
    schemas = path.split(",") if path else SEARCHED
    return schemas if "pg_catalog" in schemas else ("pg_catalog", *schemas)


def _in_schema(facts: CatalogFacts, schema: str, name: str, *, is_quoted: bool) -> int | None:
    if schema in ("pg_catalog", "information_schema"):
        return relation_oids().get((schema, name)) or _builtin_index(schema, name)
    oids = {one.table.name: one.oid for one in facts.objects if one.table.schema == schema}
    oids |= {index.name: index.oid for one in facts.objects if one.table.schema == schema for index in one.indexes}
    matches: Sequence[str] = folded_matches(name, oids, quoted=is_quoted)
    if len(matches) > 1:
        raise AmbiguousRelation(f'relation reference "{name}" is ambiguous', hint="Write the name in double quotes.")
    return oids[matches[0]] if matches else None


def _builtin_index(schema: str, name: str) -> int | None:
    for oid, row in builtin_by_oid("pg_class").items():
        if row["relname"] == name and schema_of(row["relnamespace"]) == schema:
            return oid
    return None


def relation_named(facts: CatalogFacts, text: str, path: str = "") -> int:
    """Read 'text'::regclass.

    Raises:
        UndefinedTable: there is no such relation.
    """
    found = find_relation(facts, text, path)
    if found is None:
        shown = ".".join(name for name, _ in name_parts(text))
        raise UndefinedTable(f'relation "{shown}" does not exist')
    return found


def relation_shown(facts: CatalogFacts, oid: int, path: str = "") -> str:
    """Write a regclass: without its schema where its name finds it; an oid that no relation has stays a number."""
    if oid == 0:
        return "-"
    place = relation_place(facts, oid)
    if place is None:
        return str(oid)
    schemas = searched(path)
    if place[0] not in schemas or (path and find_relation(facts, quoted(place[1]), path) != oid):
        return qualified(*place)
    return quoted(place[1])


def schema_named(facts: CatalogFacts, text: str) -> int:
    """Read 'text'::regnamespace.

    Raises:
        UndefinedObject: there is no such schema.
    """
    if text.isdigit():
        return int(text)
    ((name, _),) = name_parts(text)
    if name not in facts.namespaces:
        raise UndefinedObject(f'schema "{name}" does not exist')
    return facts.namespaces[name]


def find_schema(facts: CatalogFacts, text: str) -> int | None:
    return int(text) if text.isdigit() else facts.namespaces.get(name_parts(text)[0][0])


def schema_shown(facts: CatalogFacts, oid: int) -> str:
    return next((quoted(name) for name, one in facts.namespaces.items() if one == oid), str(oid) if oid else "-")


def role_named(facts: CatalogFacts, text: str) -> int:
    """Read 'text'::regrole.

    Raises:
        UndefinedObject: there is no such role.
    """
    if text.isdigit():
        return int(text)
    ((name, _),) = name_parts(text)
    if name not in facts.role_oids:
        raise UndefinedObject(f'role "{name}" does not exist')
    return facts.role_oids[name]


def find_role(facts: CatalogFacts, text: str) -> int | None:
    return int(text) if text.isdigit() else facts.role_oids.get(name_parts(text)[0][0])


def role_shown(facts: CatalogFacts, oid: int) -> str:
    name = role_name(facts, oid)
    return (str(oid) if oid else "-") if name is None else quoted(name)


def role_name(facts: CatalogFacts, oid: int) -> str | None:
    return next((name for name, one in facts.role_oids.items() if one == oid), None)


def user_by_id(facts: CatalogFacts, oid: int) -> str:
    """Do pg_get_userbyid."""
    return role_name(facts, oid) or f"unknown (OID={oid})"


FUNCTIONS = (
    CatalogFunction("pgddb_find_relation", ("VARCHAR",), "UINTEGER", find_relation),
    CatalogFunction("pgddb_relation_named", ("VARCHAR",), "UINTEGER", relation_named),
    CatalogFunction("pgddb_relation_shown", ("BIGINT",), "VARCHAR", relation_shown),
    CatalogFunction("pgddb_find_relation_on", ("VARCHAR", "VARCHAR"), "UINTEGER", find_relation),
    CatalogFunction("pgddb_relation_named_on", ("VARCHAR", "VARCHAR"), "UINTEGER", relation_named),
    CatalogFunction("pgddb_relation_shown_on", ("BIGINT", "VARCHAR"), "VARCHAR", relation_shown),
    CatalogFunction("pgddb_find_schema", ("VARCHAR",), "UINTEGER", find_schema),
    CatalogFunction("pgddb_schema_named", ("VARCHAR",), "UINTEGER", schema_named),
    CatalogFunction("pgddb_schema_shown", ("BIGINT",), "VARCHAR", schema_shown),
    CatalogFunction("pgddb_find_role", ("VARCHAR",), "UINTEGER", find_role),
    CatalogFunction("pgddb_role_named", ("VARCHAR",), "UINTEGER", role_named),
    CatalogFunction("pgddb_role_shown", ("BIGINT",), "VARCHAR", role_shown),
    CatalogFunction("pgddb_user_by_id", ("BIGINT",), "VARCHAR", user_by_id),
)
