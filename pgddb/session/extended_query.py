"""Answer the messages of the extended query cycle.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pgddb.errors import InFailedSqlTransaction, MalformedMessage, ObjectNotInPrerequisiteState
from pgddb.pgtypes import decode_parameter
from pgddb.protocol.messages.extended_query import (
    Bind,
    BindComplete,
    Close,
    CloseComplete,
    Describe,
    Execute,
    NoData,
    ParameterDescription,
    Parse,
    ParseComplete,
    PortalSuspended,
    Sync,
    Target,
    expand_formats,
)
from pgddb.protocol.messages.simple_query import CommandComplete, EmptyQueryResponse
from pgddb.session.dispatch import ENDS_FAILED_BLOCK, prepare_statement, start_statement
from pgddb.session.prepared import Portal, PortalState, PreparedStatement
from pgddb.session.rows import send_rows
from pgddb.session.running_statement import RunningStatement
from pgddb.session.state import SessionState
from pgddb.session.statement_log import StatementTimer
from pgddb.session.statement_settings import timeout_seconds
from pgddb.session.statement_texts import read_one
from pgddb.session.transaction import ABORTED_MESSAGE
from pgddb.sql.statements import EmptyQuery, Statement

_NO_ROWS_FORMAT = 0


async def answer_parse(state: SessionState, message: Parse) -> None:
    """Make a prepared statement; the unnamed one replaces its predecessor, which is gone even after an error."""
    state.clock.run(message.query)
    if not message.statement:
        state.statements.discard("")
    state.transaction.start_statement(in_query=False)
    statement = read_one(message.query)
    _require_alive(state, statement)
    state.statements.require_free(message.statement)
    async with RunningStatement(timeout_seconds(state.settings, "statement_timeout")) as state.running:
        prepared = await prepare_statement(
            state, statement, name=message.statement, text=message.query, oids=message.parameter_oids
        )
    state.statements.add(prepared)
    state.link.send(ParseComplete())


async def answer_bind(state: SessionState, message: Bind) -> None:
    """Make a portal of a prepared statement and values."""
    prepared = state.statements.get(message.statement)
    state.transaction.start_statement(in_query=False)
    _require_alive(state, prepared.statement)
    parameters = _decode_parameters(state, prepared, message)
    formats = _result_formats(prepared, message.result_formats)
    await state.portals.add(Portal(message.portal, prepared, parameters, formats))
    state.link.send(BindComplete())


def _decode_parameters(state: SessionState, prepared: PreparedStatement, message: Bind) -> Sequence[Any]:
    expected, given = len(prepared.parameter_oids), len(message.parameters)
    if expected != given:
        raise MalformedMessage(
            f'bind message supplies {given} parameters, but prepared statement "{prepared.name}" requires {expected}'
        )
    formats = expand_formats(message.parameter_formats, given)
    if formats is None:
        raise MalformedMessage(
            f"bind message has {len(message.parameter_formats)} parameter formats but {given} parameters"
        )
    return tuple(
        decode_parameter(raw, format_code, oid, state.style)
        for raw, format_code, oid in zip(message.parameters, formats, prepared.parameter_oids, strict=True)
    )


def _result_formats(prepared: PreparedStatement, sent: Sequence[int]) -> tuple[int, ...]:
    if prepared.fields is None:
        return ()
    formats = expand_formats(sent, len(prepared.fields))
    if formats is None:
        raise MalformedMessage(
            f"bind message has {len(sent)} result formats but query has {len(prepared.fields)} columns"
        )
    return formats


async def answer_describe(state: SessionState, message: Describe) -> None:
    """Tell parameters and fields without running anything."""
    state.transaction.start_statement(in_query=False)
    if message.target is Target.STATEMENT:
        prepared = state.statements.get(message.name)
        _require_describable(state, prepared)
        state.link.send(ParameterDescription(prepared.parameter_oids))
        _send_fields(state, prepared, (_NO_ROWS_FORMAT,) * len(prepared.fields or ()))
        return
    portal = _portal(state, message.name)
    _require_describable(state, portal.prepared)
    _send_fields(state, portal.prepared, portal.formats)


def _portal(state: SessionState, name: str) -> Portal:
    """Find a portal; PostgreSQL keeps those of a failed block until its end, only to refuse them."""
    if state.transaction.failed and state.portals.was_lost(name):
        raise InFailedSqlTransaction(ABORTED_MESSAGE)
    return state.portals.get(name)


def _require_describable(state: SessionState, prepared: PreparedStatement) -> None:
    if state.transaction.failed and prepared.fields is not None:
        raise InFailedSqlTransaction(ABORTED_MESSAGE)


def _send_fields(state: SessionState, prepared: PreparedStatement, formats: Sequence[int]) -> None:
    prepared.is_described = True
    if prepared.fields is None:
        state.link.send(NoData())
    else:
        state.link.send(prepared.describe(tuple(formats)))


async def answer_execute(state: SessionState, message: Execute) -> None:
    """Run a portal, or fetch more of it."""
    portal = _portal(state, message.portal)
    statement = portal.prepared.statement
    if isinstance(statement, EmptyQuery):
        state.link.send(EmptyQueryResponse())
        return
    _require_alive(state, statement)
    state.clock.run(portal.prepared.text)
    portal.prepared.executions += 1
    state.transaction.start_statement(in_query=False)
    timer = StatementTimer()
    async with RunningStatement(timeout_seconds(state.settings, "statement_timeout")) as state.running:
        if portal.state is PortalState.READY:
            started = await start_statement(state, portal)
            portal.reader, portal.tag = started.reader, started.tag
            if started.reader is None:
                portal.state = PortalState.DONE
                state.link.send(CommandComplete(started.tag))
                timer.done(state, started.tag, rows=0, statistics=started.statistics)
                return
        await _send_portion(state, portal, message.max_rows, timer)


async def _send_portion(state: SessionState, portal: Portal, max_rows: int, timer: StatementTimer) -> None:
    reader = portal.reader
    if reader is None:
        _complete_again(state, portal)
        return
    limit = max_rows if max_rows > 0 else None
    rows = await send_rows(state.link, reader, formats=portal.formats, style=state.style, limit=limit)
    if rows == limit:
        portal.state = PortalState.SUSPENDED
        state.link.send(PortalSuspended())
        return
    portal.tag = reader.source.command_tag(rows)
    again = reader.source.command_tag(0)
    await portal.close()
    state.link.send(CommandComplete(portal.tag))
    timer.done(state, portal.tag, rows=rows, statistics=reader.source.statistics)
    portal.tag = again


def _complete_again(state: SessionState, portal: Portal) -> None:
    """Answer an Execute after the end: a query has no more rows, a command does not run twice."""
    if portal.prepared.fields is None:
        raise ObjectNotInPrerequisiteState(f'portal "{portal.name}" cannot be run')
    state.link.send(CommandComplete(portal.tag or "SELECT 0"))


async def answer_close(state: SessionState, message: Close) -> None:
    """Forget a prepared statement or a portal; it is no error if there is none."""
    if message.target is Target.STATEMENT:
        state.statements.discard(message.name)
    else:
        await state.portals.discard(message.name)
    state.link.send(CloseComplete())


async def answer_sync(state: SessionState, message: Sync) -> None:  # noqa: ARG001 - as every answer
    """End the implicit transaction, and with it the portals; what it has written is sent now."""
    if state.has_work_at_commit:
        async with RunningStatement(timeout_seconds(state.settings, "statement_timeout")) as state.running:
            await state.end_statement()
    state.transaction.finish_cycle()
    await state.settle()


def _require_alive(state: SessionState, statement: Statement) -> None:
    if not isinstance(statement, (*ENDS_FAILED_BLOCK, EmptyQuery)):
        state.transaction.require_alive()
