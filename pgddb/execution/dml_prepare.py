"""Plan statements that write far enough to say their parameters and the fields of their rows."""

from __future__ import annotations

from collections.abc import Sequence

from pgddb import planner
from pgddb.access.table import AttributePath, TableSchema
from pgddb.execution.dml_results import PreparedWrite
from pgddb.execution.prepared_query import PreparedQuery
from pgddb.execution.queries import Queries
from pgddb.execution.rights import require_writes
from pgddb.pgtypes import type_by_name
from pgddb.planner.dml import WriteStatement
from pgddb.planner.dml_nodes import CONFLICTING, RowsQuery, WritePlan, WriteProgram
from pgddb.sql.references import parameter_numbers
from pgddb.sql.statements import SelectStatement

_TEXT_OID = type_by_name("text").oid


async def prepare_write(queries: Queries, statement: WriteStatement, given: Sequence[int] = ()) -> PreparedWrite:
    """Find out parameters and the fields of what the statement gives."""
    program = await program_of(queries, statement)
    known = _known_oids(program, given)
    prepared: PreparedQuery | None = None
    for query in _statements(program):
        used = parameter_numbers(query.tree)
        asked = [oid or (0 if number in used else _TEXT_OID) for number, oid in enumerate(known, 1)]
        prepared = await queries.prepare(query, asked)
        for number in used:
            known[number - 1] = prepared.parameter_oids[number - 1]
    main = program.main
    gives_rows = isinstance(main, SelectStatement) or main.returning is not None
    fields = prepared.fields if gives_rows and prepared is not None else None
    return PreparedWrite(statement, tuple(oid or _TEXT_OID for oid in known), fields)


async def program_of(queries: Queries, statement: WriteStatement) -> WriteProgram:
    """Plan a statement under the catalog as it is now.

    Raises:
        InsufficientPrivilege: the user may not use the table that it writes to.
    """
    program = planner.plan_write(statement, await queries.catalog_for(statement.tree))
    require_writes(queries.settings.role, program)
    return program


def paths_of_target(table: TableSchema, prepared: PreparedQuery, query: RowsQuery) -> tuple[AttributePath, ...]:
    """Give what a query looks at of its target, besides the key: it must not have changed when that is written."""
    if query.target is None:
        return ()
    reads = [
        read
        for read in prepared.plan.reads
        if (read.table.source, read.table.table_name) == (table.source, table.table_name)
        and (not read.given or read.feed == CONFLICTING)
    ]
    named = [read for read in reads if read.alias.lower() == query.target.lower()]
    paths = [column.path for read in (named or reads)[:1] for column in read.columns if column.path]
    return tuple(path for path in dict.fromkeys(paths) if path[0] not in table.keys.names)


def _statements(program: WriteProgram) -> list[SelectStatement]:
    """Give the queries of a statement in the order in which they run; that of its result comes last."""
    found = []
    for plan in (*program.before, program.main):
        if isinstance(plan, SelectStatement):
            found.append(plan)
            continue
        update = plan.conflict.update if plan.conflict is not None else None
        found.append(plan.rows.statement)
        found += [update.statement] if update is not None else []
        found += [plan.returning] if plan.returning is not None else []
    return found


def _known_oids(program: WriteProgram, given: Sequence[int]) -> list[int]:
    """Put together what the client says of parameters and what their places tell."""
    plans = [plan for plan in (*program.before, program.main) if isinstance(plan, WritePlan)]
    numbers = [number for query in _statements(program) for number in parameter_numbers(query.tree)]
    known = [*given, *[0] * (max(numbers, default=0) - len(given))]
    for plan in plans:
        for place, name in enumerate(plan.parameter_types):
            if place < len(known) and name is not None:
                known[place] = known[place] or type_by_name(name).oid
    return known
