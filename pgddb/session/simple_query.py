"""Answer Query: run its statements one by one, as one transaction where no BEGIN says otherwise.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#id-1.10.6.7.4
"""

from __future__ import annotations

from pgddb.errors import UndefinedParameter
from pgddb.protocol.messages.simple_query import CommandComplete, EmptyQueryResponse, Query
from pgddb.session.dispatch import ENDS_FAILED_BLOCK, Started, prepare_statement, start_statement
from pgddb.session.prepared import Portal
from pgddb.session.rows import describe_rows, send_rows
from pgddb.session.running_statement import RunningStatement
from pgddb.session.state import SessionState
from pgddb.session.statement_log import StatementTimer
from pgddb.session.statement_settings import timeout_seconds
from pgddb.session.statement_texts import read_query
from pgddb.sql.lexer import Kind, scan
from pgddb.sql.statements import Statement


async def answer_query(state: SessionState, message: Query) -> None:
    """Run every statement; the first error ends the rest.

    Raises:
        SqlError: of the statement that failed; what the earlier ones gave is sent.
    """
    state.statements.discard("")
    await state.portals.discard("")
    statements = read_query(message.text)
    if not statements:
        state.link.send(EmptyQueryResponse())
    for number, statement in enumerate(statements, 1):
        state.transaction.start_statement(in_query=len(statements) > 1)
        async with RunningStatement(timeout_seconds(state.settings, "statement_timeout")) as state.running:
            await _run(state, statement, source=message.text, is_last=number == len(statements))
    state.transaction.finish_cycle()
    await state.settle()


async def _run(state: SessionState, statement: Statement, *, source: str, is_last: bool) -> None:
    timer = StatementTimer()
    if not isinstance(statement, ENDS_FAILED_BLOCK):
        state.transaction.require_alive()
    prepared = await prepare_statement(state, statement, text=statement.text)
    if prepared.parameter_oids:
        raise _no_parameter(statement.text, source)
    formats = (0,) * len(prepared.fields or ())
    started = await start_statement(state, Portal("", prepared, (), formats))
    rows, tag = await _finish(state, started)
    if is_last:
        await state.end_statement()
    state.link.send(CommandComplete(tag))
    statistics = started.reader.source.statistics if started.reader else started.statistics
    timer.done(state, tag, rows=rows, statistics=statistics)


def _no_parameter(text: str, source: str) -> UndefinedParameter:
    """Name the first $n of a statement, for which Query has no value."""
    first = next(lexeme for lexeme in scan(text) if lexeme.kind is Kind.PARAMETER)
    name = text[first.start : first.end]
    return UndefinedParameter(f"there is no parameter {name}", position=source.find(text) + first.start + 1)


async def _finish(state: SessionState, started: Started) -> tuple[int, str]:
    reader = started.reader
    if reader is None:
        return 0, started.tag
    try:
        formats = started.formats or (0,) * len(reader.source.fields)
        state.link.send(describe_rows(reader.source.fields, formats))
        rows = await send_rows(state.link, reader, formats=formats, style=state.style)
        return rows, reader.source.command_tag(rows)
    finally:
        await reader.source.close()
