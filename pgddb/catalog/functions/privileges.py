"""Say what roles may do: on tables what the file of users says, on everything else all.

Source: src/backend/utils/adt/acl.c of PostgreSQL 15.
"""

from __future__ import annotations

from pgddb.catalog.builtin import builtin_by_oid
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.functions.names import relation_named, relation_place, schema_named
from pgddb.errors import InvalidParameterValue, InvalidSchemaName, UndefinedDatabase, UndefinedObject

_WORDS: dict[str, frozenset[str]] = {
    "table": frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "RULE"]),
    "column": frozenset(["SELECT", "INSERT", "UPDATE", "REFERENCES"]),
    "schema": frozenset(["CREATE", "USAGE"]),
    "database": frozenset(["CREATE", "CONNECT", "TEMPORARY", "TEMP"]),
    "usage": frozenset(["USAGE"]),
    "execute": frozenset(["EXECUTE"]),
    "create": frozenset(["CREATE"]),
    "sequence": frozenset(["USAGE", "SELECT", "UPDATE"]),
    "role": frozenset(["USAGE", "MEMBER", "SET"]),
}


def _check(kind: str, privileges: str) -> list[str]:
    """Read the privileges that are asked for; one of them is enough."""
    asked = []
    for written in privileges.upper().split(","):
        word = written.strip().removesuffix(" WITH GRANT OPTION").removesuffix(" WITH ADMIN OPTION")
        if word not in _WORDS[kind]:
            raise InvalidParameterValue(f'unrecognized privilege type: "{written.strip()}"')
        asked.append(word)
    return asked


def may_use_relation(facts: CatalogFacts, user: str, relation: str, kind: str, privileges: str) -> bool | None:
    """Do has_table_privilege and its like; NULL for an oid that no relation has.

    Raises:
        UndefinedTable: no relation has the name.
        InvalidParameterValue: there is no such privilege.
    """
    asked = _check(kind, privileges)
    place = relation_place(facts, relation_named(facts, relation))
    if place is None:
        return None
    role = facts.role(user)
    return any(role.may(privilege, *place) for privilege in asked)


def may_use_schema(facts: CatalogFacts, schema: str, privileges: str) -> bool | None:
    """Do has_schema_privilege."""
    _check("schema", privileges)
    if schema.isdigit():
        return True if int(schema) in facts.namespaces.values() else None
    if schema not in facts.namespaces:
        try:
            schema_named(facts, schema)
        except UndefinedObject as error:
            raise InvalidSchemaName(error.message) from error
    return True


def may_use_database(facts: CatalogFacts, database: str, privileges: str) -> bool | None:
    """Do has_database_privilege."""
    _check("database", privileges)
    oids = {"template0": 4, "template1": 1, **facts.database_oids}
    if database.isdigit():
        return True if int(database) in oids.values() else None
    if database not in oids:
        raise UndefinedDatabase(f'database "{database}" does not exist')
    return True


def may_use_other(facts: CatalogFacts, kind: str, privileges: str) -> bool:  # noqa: ARG001 - one shape for all
    """Do has_function_privilege, has_type_privilege and the like."""
    _check(kind, privileges)
    return True


def role_exists(facts: CatalogFacts, role: str) -> bool:
    """Check the first argument of the functions with three.

    Raises:
        UndefinedObject: there is no such role.
    """
    if role.isdigit() or role == "public" or role in facts.role_oids:
        return True
    raise UndefinedObject(f'role "{role}" does not exist')


def is_member(facts: CatalogFacts, user: str, role: str, privileges: str) -> bool:
    """Do pg_has_role: whoever may do everything is a member of every role, as PostgreSQL's superusers are."""
    _check("role", privileges)
    member = facts.role(user)
    if member.is_restricted:
        return role_exists(facts, role) and facts.role(role).name == member.name
    return (
        role_exists(facts, role)
        if not role.isdigit()
        else int(role)
        in (
            *facts.role_oids.values(),
            *builtin_by_oid("pg_authid"),
        )
    )


FUNCTIONS = (
    CatalogFunction("pgddb_may_use_relation", ("VARCHAR",) * 4, "BOOLEAN", may_use_relation),
    CatalogFunction("pgddb_may_use_schema", ("VARCHAR", "VARCHAR"), "BOOLEAN", may_use_schema),
    CatalogFunction("pgddb_may_use_database", ("VARCHAR", "VARCHAR"), "BOOLEAN", may_use_database),
    CatalogFunction("pgddb_may_use_other", ("VARCHAR", "VARCHAR"), "BOOLEAN", may_use_other),
    CatalogFunction("pgddb_role_exists", ("VARCHAR",), "BOOLEAN", role_exists),
    CatalogFunction("pgddb_is_member", ("VARCHAR", "VARCHAR", "VARCHAR"), "BOOLEAN", is_member),
)
