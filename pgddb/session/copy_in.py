"""Carry out COPY FROM STDIN: tell the client to send, take what it sends, and answer with the number of rows.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-COPY
"""

from __future__ import annotations

from dataclasses import replace

from pgddb.errors import ConnectionFailure, InsufficientPrivilege, QueryCanceled
from pgddb.execution import Notice
from pgddb.protocol.messages.copy import CopyData, CopyDone, CopyFail, CopyInResponse
from pgddb.session.copy_out import HINT, program_refused
from pgddb.session.state import SessionState
from pgddb.sql.statements import CopyFrom

_TEXT, _BINARY = 0, 1


async def copy_from(state: SessionState, statement: CopyFrom) -> str:
    """Take the rows of the client and give the tag."""
    state.require_writable("COPY FROM")
    if statement.program:
        raise program_refused()
    if statement.source != "stdin":
        raise InsufficientPrivilege(
            "must be superuser or have privileges of the pg_read_server_files role to COPY from a file", hint=HINT
        )
    if statement.options.encoding is None:
        encoding = state.settings.show("client_encoding")
        statement = replace(statement, options=replace(statement.options, encoding=encoding))
    copy = await state.copy_in(statement)
    try:
        form = _BINARY if statement.options.format == "binary" else _TEXT
        state.link.send(CopyInResponse(form, (form,) * copy.width))
        state.link.flush()
        while (content := await _next_piece(state)) is not None:
            await copy.take(content)
        return f"COPY {await state.finish_copy(copy, progress=lambda notice: _tell(state, notice))}"
    finally:
        copy.close()


async def _next_piece(state: SessionState) -> bytes | None:
    """Wait for what the client sends next; None at the end of its rows."""
    while True:
        match await state.link.next_message():
            case CopyData(content=content):
                return content
            case CopyDone():
                return None
            case CopyFail(reason=reason):
                raise QueryCanceled(f"COPY from stdin failed: {reason}")
            case None:
                raise ConnectionFailure("unexpected EOF on client connection with an open transaction")
            case _:
                continue  # Flush and Sync mean nothing here


def _tell(state: SessionState, notice: Notice) -> None:
    state.notify_of_statement(notice)
    state.link.flush()
