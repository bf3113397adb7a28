"""Query cycles: simple, extended and COPY."""

from __future__ import annotations

import pytest

from pgddb.errors import CharacterNotInRepertoire, MalformedMessage, ProtocolViolation
from pgddb.protocol.connection import OutOfTurn, ServerConnection
from pgddb.protocol.messages.copy import CopyData, CopyDone, CopyFail, CopyInResponse, CopyOutResponse
from pgddb.protocol.messages.extended_query import (
    Bind,
    Describe,
    Execute,
    Flush,
    Parse,
    Sync,
    Target,
)
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse
from pgddb.protocol.messages.registry import FrontendMessage
from pgddb.protocol.messages.simple_query import (
    CommandComplete,
    Query,
    ReadyForQuery,
    Terminate,
    TransactionStatus,
)
from pgddb.protocol.transitions import Phase

IDLE = ReadyForQuery(TransactionStatus.IDLE)
ERROR = ErrorResponse(Diagnostics("ERROR", "42601", "syntax error"))
FATAL = ErrorResponse(Diagnostics("FATAL", "57P01", "terminating connection due to administrator command"))


def receive(connection: ServerConnection, *messages: FrontendMessage) -> None:
    connection.receive_data(b"".join(message.encode() for message in messages))


# Simple queries


def test_a_query_is_answered(ready: ServerConnection) -> None:
    receive(ready, Query("SELECT 1"))
    assert ready.next_message() == Query("SELECT 1")
    assert ready.ready_for_query_due
    ready.send(CommandComplete("SELECT 1"))
    ready.send(IDLE)
    assert ready.phase is Phase.READY
    assert not ready.ready_for_query_due


def test_an_error_in_a_query_leaves_ready_for_query_due(ready: ServerConnection) -> None:
    receive(ready, Query("SELEC"), Query("SELECT 1"))
    ready.next_message()
    ready.send(ERROR)
    assert ready.ready_for_query_due
    ready.send(IDLE)
    assert ready.next_message() == Query("SELECT 1")


def test_a_query_text_that_is_not_utf8_fails_alone(ready: ServerConnection) -> None:
    ready.receive_data(b"Q\0\0\0\6\xff\0")
    with pytest.raises(CharacterNotInRepertoire):
        ready.next_message()
    assert ready.ready_for_query_due
    ready.send(ERROR)
    ready.send(IDLE)
    receive(ready, Query(""))
    assert ready.next_message() == Query("")


def test_a_goodbye_closes(ready: ServerConnection) -> None:
    receive(ready, Terminate())
    assert ready.next_message() == Terminate()
    assert ready.phase is Phase.CLOSED
    with pytest.raises(OutOfTurn):
        ready.send(FATAL)


# Extended queries


def test_a_cycle_ends_with_its_sync(ready: ServerConnection) -> None:
    messages = (
        Parse("", "SELECT 1"),
        Bind("", "", (), (), ()),
        Describe(Target.PORTAL, ""),
        Execute(""),
        Flush(),
        Sync(),
    )
    receive(ready, *messages)
    for message in messages[:-1]:
        assert ready.next_message() == message
        assert ready.phase is Phase.EXTENDED
    assert ready.next_message() == Sync()
    ready.send(IDLE)
    assert ready.phase is Phase.READY


def test_an_error_skips_messages_until_sync(ready: ServerConnection) -> None:
    receive(ready, Parse("", "SELEC"), Bind("", "", (), (), ()), Query("dropped"), Flush(), Sync(), Query("kept"))
    ready.next_message()
    ready.send(ERROR)
    assert ready.phase is Phase.SKIPPING
    assert not ready.ready_for_query_due
    assert ready.next_message() == Sync()
    ready.send(IDLE)
    assert ready.next_message() == Query("kept")


def test_a_wrong_body_while_skipping_does_not_matter(ready: ServerConnection) -> None:
    receive(ready, Parse("", ""))
    ready.next_message()
    ready.send(ERROR)
    ready.receive_data(b"B\0\0\0\4" + Sync().encode())
    assert ready.next_message() == Sync()


def test_a_wrong_message_in_a_cycle_skips_until_sync(ready: ServerConnection) -> None:
    ready.receive_data(b"B\0\0\0\4" + Sync().encode())
    with pytest.raises(MalformedMessage):
        ready.next_message()
    ready.send(ERROR)
    assert ready.phase is Phase.SKIPPING
    assert ready.next_message() == Sync()


def test_an_error_while_answering_sync_does_not_skip(ready: ServerConnection) -> None:
    receive(ready, Sync())
    ready.next_message()
    ready.send(ERROR)
    assert ready.ready_for_query_due


def test_a_query_inside_a_cycle_is_answered_as_a_query(ready: ServerConnection) -> None:
    receive(ready, Parse("", "SELECT 1"), Query("SELECT 2"))
    ready.next_message()
    assert ready.next_message() == Query("SELECT 2")
    ready.send(ERROR)
    assert ready.ready_for_query_due


# COPY


def test_copy_in_takes_data_until_done(ready: ServerConnection) -> None:
    receive(ready, Query("COPY t FROM STDIN"), CopyData(b"1\n"), Flush(), Sync(), CopyDone())
    ready.next_message()
    ready.send(CopyInResponse(0, (0,)))
    assert ready.next_message() == CopyData(b"1\n")
    assert ready.next_message() == CopyDone()
    ready.send(CommandComplete("COPY 1"))
    ready.send(IDLE)


def test_copy_in_may_be_given_up(ready: ServerConnection) -> None:
    receive(ready, Query("COPY t FROM STDIN"), CopyFail("no"))
    ready.next_message()
    ready.send(CopyInResponse(0, (0,)))
    assert ready.next_message() == CopyFail("no")
    ready.send(ERROR)
    assert ready.ready_for_query_due


def test_data_after_a_failed_copy_is_dropped(ready: ServerConnection) -> None:
    receive(ready, Query("COPY t FROM STDIN"), CopyData(b"x"), CopyData(b"y"), CopyDone(), Query("SELECT 1"))
    ready.next_message()
    ready.send(CopyInResponse(0, (0,)))
    ready.next_message()
    ready.send(ERROR)
    assert ready.ready_for_query_due
    ready.send(IDLE)
    assert ready.next_message() == Query("SELECT 1")


def test_a_failed_copy_of_a_cycle_skips_until_sync(ready: ServerConnection) -> None:
    receive(ready, Execute(""), Sync(), CopyData(b"x"), CopyDone(), Sync())
    ready.next_message()
    ready.send(CopyInResponse(0, (0,)))
    assert ready.phase is Phase.COPY_IN_EXTENDED
    assert ready.next_message() == CopyData(b"x")
    ready.send(ERROR)
    assert ready.next_message() == Sync()
    assert ready.bytes_unread == 0


def test_a_query_during_copy_in_is_fatal(ready: ServerConnection) -> None:
    receive(ready, Query("COPY t FROM STDIN"), Query("SELECT 1"))
    ready.next_message()
    ready.send(CopyInResponse(0, (0,)))
    with pytest.raises(ProtocolViolation, match="unexpected message type 0x51 in phase copy in"):
        ready.next_message()


def test_copy_out_sends_data(ready: ServerConnection) -> None:
    receive(ready, Query("COPY t TO STDOUT"))
    ready.next_message()
    ready.send(CopyOutResponse(0, (0,)))
    ready.send_encoded(CopyData(b"1\n").encode())
    ready.send(CopyDone())
    ready.send(CommandComplete("COPY 1"))
    ready.send(IDLE)
