"""What clients were seen to send, against the conversation that it must give.

The files psql15, psycopg3, psycopg3_copy and asyncpg hold what these clients sent
to PostgreSQL 15; the others are written by hand. Set PGDDB_COMPLETE=1 to write
the expected conversations anew, and review the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgddb.errors import SqlError
from pgddb.protocol.connection import ServerConnection
from pgddb.protocol.messages.authentication import AuthenticationOk
from pgddb.protocol.messages.copy import CopyDone, CopyInResponse
from pgddb.protocol.messages.extended_query import Execute, Parse
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.protocol.messages.simple_query import CommandComplete, Query, ReadyForQuery, TransactionStatus
from pgddb.protocol.messages.startup import GSSENCRequest, SSLRequest, StartupMessage
from pgddb.protocol.trace import trace_line
from pgddb.protocol.transitions import Phase

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "wire"
RECORDINGS = sorted(CORPUS.glob("*.bin"))
IDLE = ReadyForQuery(TransactionStatus.IDLE)
WRONG = re.compile(r"\bselec\b|1/0", re.IGNORECASE)
COPY_IN = re.compile(r"copy .* from stdin", re.IGNORECASE)
FAILURE = ErrorResponse(Diagnostics("ERROR", "42601", "m"))


class ScriptedSession:
    """Answer as little as the protocol allows; fail what looks wrong."""

    def __init__(self) -> None:
        self.connection = ServerConnection()
        self.text = ""

    def answer(self, message: FrontendMessage) -> None:
        if isinstance(message, SSLRequest | GSSENCRequest):
            self.connection.answer_encryption(False)
        for reply in self._replies(message):
            self.connection.send(reply)
        if self.connection.ready_for_query_due:
            self.connection.send(IDLE)

    def refuse(self, error: SqlError) -> None:
        self.connection.send(ErrorResponse(Diagnostics.of(error)))
        if self.connection.ready_for_query_due:
            self.connection.send(IDLE)

    def _replies(self, message: FrontendMessage) -> Iterator[BackendMessage]:
        if isinstance(message, StartupMessage):
            negotiation = message.negotiation()
            if negotiation:
                yield negotiation
            yield AuthenticationOk()
        if isinstance(message, Query):
            self.text = message.text
        if isinstance(message, Parse):
            self.text = message.query
        if isinstance(message, Query | Parse) and WRONG.search(self.text):
            yield FAILURE
        elif isinstance(message, Query | Execute):
            yield CopyInResponse(0, ()) if COPY_IN.search(self.text) else CommandComplete("SELECT 0")
        elif isinstance(message, CopyDone):
            yield CommandComplete("COPY 0")


def conversation(stream: bytes, piece_bytes: int) -> list[str]:
    session = ScriptedSession()
    lines: list[str] = []
    for start in range(0, len(stream), piece_bytes):
        session.connection.receive_data(stream[start : start + piece_bytes])
        lines += _taken(session)
    session.connection.receive_eof()
    lines += _taken(session)
    return [*lines, session.connection.phase.value]


def _taken(session: ScriptedSession) -> Iterator[str]:
    while session.connection.phase is not Phase.CLOSED:
        try:
            message = session.connection.next_message()
        except SqlError as error:
            yield f"{error.severity} {error.sqlstate} {error.message}"
            session.refuse(error)
            continue
        if message is None:
            return
        yield trace_line("F", message)
        session.answer(message)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_gives_its_conversation(recording: Path) -> None:
    stream = recording.read_bytes()
    whole = conversation(stream, len(stream))
    expected = recording.with_suffix(".txt")
    if os.environ.get("PGDDB_COMPLETE"):
        expected.write_text("\n".join(whole) + "\n")
    assert whole == expected.read_text().splitlines()
    assert conversation(stream, 1) == whole


def test_there_are_recordings() -> None:
    assert len(RECORDINGS) >= 10
