"""Prepare and start any statement: queries by the executor, the rest here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pgddb.access.statistics import ReadStatistics
from pgddb.errors import FeatureNotSupported, ReadOnlySqlTransaction
from pgddb.execution import PreparedWrite, WriteStatement
from pgddb.pgtypes import ResultField
from pgddb.planner import writes_in_with
from pgddb.session.commands import COMMANDS
from pgddb.session.copy_in import copy_from
from pgddb.session.copy_out import copy_to
from pgddb.session.cursors import declare_cursor, fetch_cursor, move_cursor, open_query
from pgddb.session.definitions import define
from pgddb.session.explain import explain_fields, explain_rows, explained_select, explained_write
from pgddb.session.prepared import Portal, PreparedStatement
from pgddb.session.rows import RowReader
from pgddb.session.session_functions import acts_on_session, describable
from pgddb.session.show import show_fields, show_rows
from pgddb.session.sql_prepared import bind_execute, prepare_from_sql
from pgddb.session.state import SessionState
from pgddb.session.truncate import truncate
from pgddb.sql.statements import (
    CommitTransaction,
    CopyFrom,
    CopyTo,
    DeclareCursor,
    DefinitionStatement,
    DeleteStatement,
    ExecuteStatement,
    ExplainStatement,
    FetchCursor,
    InsertStatement,
    MergeStatement,
    MoveCursor,
    PrepareStatement,
    RollbackToSavepoint,
    RollbackTransaction,
    SelectStatement,
    ShowSetting,
    Statement,
    UpdateStatement,
)

ENDS_FAILED_BLOCK = (CommitTransaction, RollbackTransaction, RollbackToSavepoint)
WRITES = (InsertStatement, UpdateStatement, DeleteStatement, MergeStatement, CopyFrom)


@dataclass(slots=True)
class Started:
    """What a started statement gives: rows to take, or a tag because all is done.

    Attributes:
        formats: of the rows where they are not the client's choice: those of a binary cursor.
        statistics: what it has cost, where there is no reader.
    """

    reader: RowReader | None = None
    tag: str = ""
    formats: tuple[int, ...] | None = None
    statistics: ReadStatistics | None = None


async def prepare_statement(
    state: SessionState, statement: Statement, *, name: str = "", text: str = "", oids: Sequence[int] = ()
) -> PreparedStatement:
    """Find out parameters and fields of a statement without running it."""
    match statement:
        case SelectStatement() if writes_in_with(statement):
            return await _prepare_write(state, statement, name=name, text=text, oids=oids)
        case SelectStatement():
            query = await state.plan_query(_without_acts(statement), oids, runs=not name)
            return PreparedStatement(name, text, statement, query.parameter_oids, query.fields, query)
        case InsertStatement() | UpdateStatement() | DeleteStatement() | MergeStatement():
            return await _prepare_write(state, statement, name=name, text=text, oids=oids)
        case ExplainStatement():
            return await _prepare_explain(state, statement, name=name, text=text, oids=oids)
        case DeclareCursor(statement=SelectStatement() as inner):
            query = await state.plan_query(_without_acts(inner), oids)
            return PreparedStatement(name, text, statement, query.parameter_oids, None, query)
        case _:
            return PreparedStatement(name, text, statement, tuple(oids), _plain_fields(state, statement))


async def _prepare_write(
    state: SessionState, statement: WriteStatement, *, name: str, text: str, oids: Sequence[int]
) -> PreparedStatement:
    write = await state.plan_write(statement, oids)
    return PreparedStatement(name, text, statement, write.parameter_oids, write.fields, write=write)


async def _prepare_explain(
    state: SessionState, statement: ExplainStatement, *, name: str, text: str, oids: Sequence[int]
) -> PreparedStatement:
    fields = explain_fields(statement)
    writing = explained_write(statement)
    if writing is not None:
        write = await state.plan_write(writing, oids)
        return PreparedStatement(name, text, statement, write.parameter_oids, fields, write=write)
    inner = explained_select(statement)
    if inner is None:
        return PreparedStatement(name, text, statement, tuple(oids), fields)
    query = await state.plan_query(_without_acts(inner), oids)
    return PreparedStatement(name, text, statement, query.parameter_oids, fields, query)


def _without_acts(statement: SelectStatement) -> SelectStatement:
    return describable(statement) if acts_on_session(statement) else statement


def _plain_fields(state: SessionState, statement: Statement) -> tuple[ResultField, ...] | None:
    match statement:
        case ShowSetting(name=name):
            return show_fields(state.settings, name)
        case FetchCursor(name=name):
            return state.portals.cursor(name).prepared.fields
        case ExecuteStatement(name=name):
            return state.statements.get(name).fields
        case _:
            return None


async def start_statement(state: SessionState, portal: Portal) -> Started:
    """Run a command, or start a query."""
    statement = portal.prepared.statement
    if state.transaction.failed and not isinstance(statement, ENDS_FAILED_BLOCK):
        state.transaction.require_alive()
    command = COMMANDS.get(type(statement))
    if command is not None:
        tag = await command(state, statement)
        await state.settle()
        return Started(tag=tag)
    return await _start_rows(state, portal, statement)


async def _start_rows(  # noqa: PLR0911 - one for each kind of statement
    state: SessionState, portal: Portal, statement: Statement
) -> Started:
    match statement:
        case ExplainStatement():
            return Started(await explain_rows(state, portal, statement))
        case _ if portal.prepared.write is not None:
            return await _write(state, portal, portal.prepared.write)
        case SelectStatement():
            return Started(await open_query(state, portal))
        case ShowSetting(name=name):
            return Started(RowReader(show_rows(state.settings, name)))
        case ExecuteStatement():
            return await _execute(state, statement)
        case CopyTo():
            tag, statistics = await copy_to(state, statement)
            return Started(tag=tag, statistics=statistics)
        case FetchCursor(name=name):
            return Started(await fetch_cursor(state, statement), formats=state.portals.cursor(name).formats)
        case _:
            return Started(tag=await _run_named(state, portal, statement))


async def _run_named(state: SessionState, portal: Portal, statement: Statement) -> str:
    match statement:
        case PrepareStatement():
            await prepare_from_sql(state, statement, prepare_statement)
            return statement.command_tag
        case DeclareCursor():
            return await declare_cursor(state, statement, portal, prepare_statement)
        case MoveCursor():
            return await move_cursor(state, statement)
        case CopyFrom():
            return await copy_from(state, statement)
        case DefinitionStatement(command_tag="TRUNCATE TABLE"):
            return await truncate(state, statement)
        case DefinitionStatement():
            return await define(state, statement)
        case _:
            raise _refusal(state, statement)


async def _write(state: SessionState, portal: Portal, write: PreparedWrite) -> Started:
    prepared = portal.prepared
    rows = await state.run_write(write, portal.parameters, fields_fixed=prepared.is_described)
    if prepared.fields is None:
        return Started(tag=rows.command_tag(), statistics=rows.statistics)
    prepared.fields = rows.fields
    return Started(RowReader(rows))


async def _execute(state: SessionState, statement: ExecuteStatement) -> Started:
    bound = await bind_execute(state, statement)
    return await start_statement(state, bound)


def _refusal(state: SessionState, statement: Statement) -> FeatureNotSupported | ReadOnlySqlTransaction:
    tag = statement.command_tag
    if isinstance(statement, WRITES) and state.is_read_only:
        return ReadOnlySqlTransaction(f"cannot execute {tag} in a read-only transaction")
    return FeatureNotSupported(f"{tag} is not supported yet")
