"""Refuse what a user may not do to the tables that a statement names.

Source: ExecCheckRTPerms in src/backend/executor/execMain.c of PostgreSQL 15
"""

from __future__ import annotations

from collections.abc import Iterable

from pgddb.access.table import TableSchema
from pgddb.authentication import Role
from pgddb.errors import InsufficientPrivilege
from pgddb.planner.dml_nodes import WriteProgram
from pgddb.planner.plan_nodes import TableRead
from pgddb.sql.statements import SelectStatement


def require_reads(role: Role, reads: Iterable[TableRead]) -> None:
    """Refuse a query of a table that the user may not use.

    Raises:
        InsufficientPrivilege: 42501, with the table's name.
    """
    if role.tables is not None:
        for read in reads:
            if not read.given:
                require_table(role, read.table)


def require_writes(role: Role, program: WriteProgram) -> None:
    """Refuse a statement that writes to a table that the user may not use; writing itself is refused later, 25006."""
    for plan in (*program.before, program.main):
        if not isinstance(plan, SelectStatement):
            require_table(role, plan.table)


def require_table(role: Role, table: TableSchema) -> None:
    """Refuse the use of one table."""
    if not role.may_use(table.schema, table.name):
        kind = "foreign table" if table.server is not None else "table"
        raise InsufficientPrivilege(f"permission denied for {kind} {table.name}")
