"""Carry out EXPLAIN: of a query, of EXECUTE, of a cursor's query."""

from __future__ import annotations

from pgddb.errors import FeatureNotSupported
from pgddb.execution import WriteStatement
from pgddb.pgtypes import ResultField, type_by_name
from pgddb.planner import writes_in_with
from pgddb.session.prepared import Portal
from pgddb.session.rows import ConstantRows, RowReader
from pgddb.session.sql_prepared import bind_execute
from pgddb.session.state import SessionState
from pgddb.sql.statements import (
    DeclareCursor,
    DeleteStatement,
    ExecuteStatement,
    ExplainStatement,
    InsertStatement,
    MergeStatement,
    SelectStatement,
    UpdateStatement,
)

QUERY_PLAN = "QUERY PLAN"


WRITES = (InsertStatement, UpdateStatement, DeleteStatement, MergeStatement)


def explained_write(statement: ExplainStatement) -> WriteStatement | None:
    """Give the statement that is explained if it writes."""
    inner = statement.statement
    if isinstance(inner, WRITES) or (isinstance(inner, SelectStatement) and writes_in_with(inner)):
        return inner
    return None


def explained_select(statement: ExplainStatement) -> SelectStatement | None:
    """Give the query that is explained; None for EXECUTE, whose query is prepared already.

    Raises:
        FeatureNotSupported: it is another statement.
    """
    inner = statement.statement
    if isinstance(inner, DeclareCursor):
        inner = inner.statement
    if isinstance(inner, SelectStatement):
        return inner
    if isinstance(inner, ExecuteStatement):
        return None
    raise FeatureNotSupported(f"EXPLAIN of {inner.command_tag} is not supported yet")


def explain_fields(statement: ExplainStatement) -> tuple[ResultField, ...]:
    """Describe the one column."""
    return (ResultField(QUERY_PLAN, type_by_name("json" if statement.options.format == "json" else "text")),)


async def explain_rows(state: SessionState, portal: Portal, statement: ExplainStatement) -> RowReader:
    """Explain with the values of the portal, or those of EXECUTE."""
    bound = portal
    if isinstance(statement.statement, ExecuteStatement):
        bound = await bind_execute(state, statement.statement)
    query, write = bound.prepared.query, bound.prepared.write
    if write is not None:
        explained = await state.explain_write(write, bound.parameters, statement.options)
    elif query is not None:
        explained = await state.explain_query(query, bound.parameters, statement.options)
    else:
        raise FeatureNotSupported(f"EXPLAIN of {bound.prepared.statement.command_tag} is not supported yet")
    rows = ConstantRows(
        explain_fields(statement), [(text,) for text in explained.texts], statement.command_tag, explained.statistics
    )
    return RowReader(rows)
