"""Refuse what a user may not do to the tables that a statement names.

Source: ExecCheckRTPerms in src/backend/executor/execMain.c of PostgreSQL 15
"""

from __future__ import annotations

from pgddb.access.table import TableSchema
from pgddb.authentication import Role
from pgddb.errors import InsufficientPrivilege
from pgddb.planner.dml_nodes import WriteProgram
from pgddb.planner.plan_nodes import SelectPlan
from pgddb.sql.statements import SelectStatement

SUPERUSERS_ONLY = frozenset(
    ["pg_authid", "pg_shadow", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_file_settings", "pg_statistic"]
)
"""System relations that PostgreSQL grants to nobody."""


def require_reads(role: Role, plan: SelectPlan) -> None:
    """Refuse a query of what the user may not read.

    Raises:
        InsufficientPrivilege: 42501, with the relation's name.
    """
    if not role.is_restricted:
        return
    for read in plan.reads:
        if not read.given:
            require_table(role, read.table)
    for relation in plan.system_relations:
        if relation.name in SUPERUSERS_ONLY:
            raise InsufficientPrivilege(f"permission denied for {_KINDS[relation.kind]} {relation.name}")


_KINDS = {"r": "table", "v": "view"}


def require_writes(role: Role, program: WriteProgram) -> None:
    """Refuse a statement that writes to a table that the user may not use; writing itself is refused later, 25006."""
    for plan in (*program.before, program.main):
        if not isinstance(plan, SelectStatement):
            require_table(role, plan.table)


def require_table(role: Role, table: TableSchema) -> None:
    """Refuse the use of one table; an index as a relation, "Orders@by_customer", is its table's."""
    name = table.name
    if table.server is None and "@" in name:  # no name of DynamoDB has one
        name = name.rpartition("@")[0]
    if not role.may_use(table.schema, name):
        kind = "foreign table" if table.server is not None else "table"
        raise InsufficientPrivilege(f"permission denied for {kind} {table.name}")
