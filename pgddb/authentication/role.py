"""Say what one user may do."""

from __future__ import annotations

from dataclasses import dataclass

READING = frozenset(["SELECT"])
WRITING = frozenset(["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
NEVER_LIMITED = frozenset(["pg_catalog", "information_schema"])
"""Schemas that every client reads; what stands in them is what PostgreSQL shows to everybody."""


@dataclass(frozen=True, slots=True)
class Role:
    """One user's rights.

    Attributes:
        name: "" for a server that knows no users, where everybody may do everything.
        read_only: may not write, whatever the client sets.
        tables: names that the user may use, as `name` (of schema public) or `schema.name`; None for all.
    """

    name: str = ""
    read_only: bool = False
    tables: frozenset[str] | None = None

    @property
    def is_restricted(self) -> bool:
        return self.read_only or self.tables is not None

    def may_use(self, schema: str, table: str) -> bool:
        """Say whether the user may touch a table at all.

        >>> ann = Role("ann", tables=frozenset({"Orders", "eu.Orders"}))
        >>> ann.may_use("public", "Orders"), ann.may_use("us", "Orders"), ann.may_use("pg_catalog", "pg_class")
        (True, False, True)
        """
        if self.tables is None or schema in NEVER_LIMITED:
            return True
        return f"{schema}.{table}" in self.tables or (schema == "public" and table in self.tables)

    def may(self, privilege: str, schema: str, table: str) -> bool:
        """Say whether the user has a privilege, in upper case, on a table.

        >>> Role("ann", read_only=True).may("INSERT", "public", "Orders")
        False
        """
        if privilege in WRITING and self.read_only:
            return False
        return self.may_use(schema, table)


UNRESTRICTED = Role()
