"""Make the rows of pg_authid: those who may log in, beside the built-in roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.builtin import builtin_rows
from pgddb.catalog.facts import OWNER_OID, CatalogFacts


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    builtin = {row["rolname"] for row in builtin_rows("pg_authid") if row["oid"] != OWNER_OID}
    known = {role.name: role for role in facts.rights}
    for name, oid in facts.role_oids.items():
        if name not in builtin:
            is_owner = oid == OWNER_OID or (name in known and not known[name].is_restricted)
            yield {
                "oid": oid,
                "rolname": name,
                "rolsuper": is_owner,
                "rolinherit": True,
                "rolcreaterole": is_owner,
                "rolcreatedb": is_owner,
                "rolcanlogin": True,
                "rolreplication": is_owner,
                "rolbypassrls": is_owner,
                "rolconnlimit": -1,
                "rolpassword": None,
                "rolvaliduntil": None,
            }


def keeps(row: dict[str, Any]) -> bool:
    """Say whether a built-in row stays: the owner has the name that this server gives it."""
    return bool(row["oid"] != OWNER_OID)
