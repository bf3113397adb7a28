"""The conversation, message by message."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pgddb.errors import CharacterNotInRepertoire, ProtocolViolation, SqlError, UnsupportedProtocol
from pgddb.protocol.connection import OutOfTurn, ServerConnection
from pgddb.protocol.messages.authentication import (
    AuthenticationCleartextPassword,
    AuthenticationMD5Password,
    AuthenticationOk,
    AuthenticationSASL,
    AuthenticationSASLContinue,
    AuthenticationSASLFinal,
    PasswordMessage,
    SASLInitialResponse,
    SASLResponse,
)
from pgddb.protocol.messages.extended_query import (
    Parse,
    ParseComplete,
)
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse, NoticeResponse
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.protocol.messages.simple_query import (
    CommandComplete,
    NotificationResponse,
    Query,
    ReadyForQuery,
    TransactionStatus,
)
from pgddb.protocol.messages.startup import (
    BackendKeyData,
    CancelRequest,
    GSSENCRequest,
    NegotiateProtocolVersion,
    ParameterStatus,
    SSLRequest,
    StartupMessage,
)
from pgddb.protocol.transitions import Phase

IDLE = ReadyForQuery(TransactionStatus.IDLE)
ERROR = ErrorResponse(Diagnostics("ERROR", "42601", "syntax error"))
FATAL = ErrorResponse(Diagnostics("FATAL", "57P01", "terminating connection due to administrator command"))
STARTUP = StartupMessage(3, 0, (("user", "ann"),))


def receive(connection: ServerConnection, *messages: FrontendMessage) -> None:
    connection.receive_data(b"".join(message.encode() for message in messages))


def sent(connection: ServerConnection) -> bytes:
    return b"".join(connection.data_to_send())


# Startup


def test_a_session_opens_without_a_password(startup: ServerConnection) -> None:
    receive(startup, STARTUP)
    assert startup.next_message() == STARTUP
    opening: Sequence[BackendMessage] = (
        NegotiateProtocolVersion(3, 2, ()),
        AuthenticationOk(),
        ParameterStatus("TimeZone", "UTC"),
        BackendKeyData(1, b"abcd"),
        NoticeResponse(Diagnostics("WARNING", "01000", "m")),
    )
    for message in opening:
        startup.send(message)
    assert startup.ready_for_query_due
    startup.send(IDLE)
    assert startup.phase is Phase.READY
    assert sent(startup) == b"".join(message.encode() for message in (*opening, IDLE))


@pytest.mark.parametrize("request_message", [SSLRequest(), GSSENCRequest()])
def test_encryption_may_be_refused(startup: ServerConnection, request_message: SSLRequest | GSSENCRequest) -> None:
    receive(startup, request_message)
    assert startup.next_message() == request_message
    startup.answer_encryption(False)
    assert sent(startup) == b"N"
    receive(startup, STARTUP)
    assert startup.next_message() == STARTUP


def test_gssapi_then_tls_may_be_asked_for(startup: ServerConnection) -> None:
    for request_message, accept in ((GSSENCRequest(), False), (SSLRequest(), True)):
        receive(startup, request_message)
        startup.next_message()
        startup.answer_encryption(accept)
    assert sent(startup) == b"NS"
    receive(startup, STARTUP)
    assert startup.next_message() == STARTUP


def test_encryption_may_not_be_asked_for_twice(startup: ServerConnection) -> None:
    receive(startup, SSLRequest())
    startup.next_message()
    startup.answer_encryption(False)
    receive(startup, SSLRequest())
    with pytest.raises(ProtocolViolation, match="SSLRequest may not be sent again"):
        startup.next_message()


def test_encryption_may_not_be_asked_for_inside_encryption(startup: ServerConnection) -> None:
    startup.begin_encrypted()
    receive(startup, GSSENCRequest())
    with pytest.raises(ProtocolViolation):
        startup.next_message()


def test_data_before_encryption_is_refused(startup: ServerConnection) -> None:
    receive(startup, SSLRequest(), STARTUP)
    startup.next_message()
    with pytest.raises(ProtocolViolation, match="received unencrypted data after encryption request"):
        startup.answer_encryption(True)


def test_an_answer_to_no_question_is_our_bug(startup: ServerConnection) -> None:
    with pytest.raises(OutOfTurn):
        startup.answer_encryption(True)


def test_a_cancel_request_ends_its_connection(startup: ServerConnection) -> None:
    receive(startup, CancelRequest(1, b"abcd"))
    assert startup.next_message() == CancelRequest(1, b"abcd")
    assert startup.phase is Phase.CLOSED
    startup.receive_data(b"more")
    assert startup.next_message() is None
    assert startup.bytes_unread == 0


def test_another_protocol_is_refused(startup: ServerConnection) -> None:
    startup.receive_data(b"\0\0\0\x08\0\2\0\0")
    with pytest.raises(UnsupportedProtocol):
        startup.next_message()


def test_a_wrong_startup_packet_is_fatal(startup: ServerConnection) -> None:
    startup.receive_data(b"\0\0\0\x0d\0\3\0\0user\0")
    with pytest.raises(ProtocolViolation) as caught:
        startup.next_message()
    assert caught.value.severity == "FATAL"
    startup.send(ErrorResponse(Diagnostics.of(caught.value)))
    assert startup.phase is Phase.CLOSED


def test_a_packet_in_pieces_is_waited_for(startup: ServerConnection) -> None:
    encoded = STARTUP.encode()
    for position in range(len(encoded) - 1):
        startup.receive_data(encoded[position : position + 1])
        assert startup.next_message() is None
    startup.receive_data(encoded[-1:])
    assert startup.next_message() == STARTUP


# Authentication


@pytest.mark.parametrize("request_message", [AuthenticationCleartextPassword(), AuthenticationMD5Password(b"salt")])
def test_a_password_is_asked_for(authenticating: ServerConnection, request_message: BackendMessage) -> None:
    authenticating.send(request_message)
    assert authenticating.next_message() is None
    receive(authenticating, PasswordMessage(b"pw"))
    assert authenticating.next_message() == PasswordMessage(b"pw")
    authenticating.send(AuthenticationOk())
    assert authenticating.phase is Phase.INITIALIZING


def test_sasl_takes_two_answers(authenticating: ServerConnection) -> None:
    authenticating.send(AuthenticationSASL(("SCRAM-SHA-256",)))
    receive(authenticating, SASLInitialResponse("SCRAM-SHA-256", b"n,,"))
    assert authenticating.next_message() == SASLInitialResponse("SCRAM-SHA-256", b"n,,")
    authenticating.send(AuthenticationSASLContinue(b"r=1"))
    receive(authenticating, SASLResponse(b"c=biws"))
    assert authenticating.next_message() == SASLResponse(b"c=biws")
    authenticating.send(AuthenticationSASLFinal(b"v=1"))
    authenticating.send(AuthenticationOk())
    assert authenticating.phase is Phase.INITIALIZING


def test_a_query_instead_of_a_password_is_fatal(authenticating: ServerConnection) -> None:
    authenticating.send(AuthenticationCleartextPassword())
    receive(authenticating, Query("SELECT 1"))
    with pytest.raises(ProtocolViolation):
        authenticating.next_message()


def test_a_wrong_password_message_is_fatal(authenticating: ServerConnection) -> None:
    authenticating.send(AuthenticationCleartextPassword())
    authenticating.receive_data(b"p\0\0\0\4")
    with pytest.raises(ProtocolViolation, match="invalid password packet size"):
        authenticating.next_message()


def test_a_stranger_may_not_send_much(authenticating: ServerConnection) -> None:
    authenticating.send(AuthenticationCleartextPassword())
    authenticating.receive_data(b"p" + (65_535 + 5).to_bytes(4, "big"))
    with pytest.raises(ProtocolViolation, match="invalid message length"):
        authenticating.next_message()


def test_nothing_is_read_while_the_server_owes_an_answer(authenticating: ServerConnection) -> None:
    with pytest.raises(OutOfTurn, match="no message is due in phase authentication"):
        authenticating.next_message()


# Both directions


def test_replies_wait_until_they_are_asked_for(ready: ServerConnection) -> None:
    receive(ready, Parse("", ""))
    ready.next_message()
    ready.send(ParseComplete())
    rows = memoryview(bytearray(b"D\0\0\0\6\0\0"))
    ready.send_encoded(rows)
    assert ready.bytes_pending == 12
    outgoing = ready.data_to_send()
    assert outgoing == [b"1\0\0\0\4", rows]
    assert outgoing[1] is rows
    assert ready.bytes_pending == 0
    assert ready.data_to_send() == []


def test_rows_need_a_query(ready: ServerConnection) -> None:
    with pytest.raises(OutOfTurn, match="rows may not be sent in phase ready"):
        ready.send_encoded(b"D\0\0\0\6\0\0")


@pytest.mark.parametrize("message", [IDLE, ERROR, CommandComplete("SELECT 1"), AuthenticationOk()])
def test_a_reply_to_nothing_is_our_bug(ready: ServerConnection, message: BackendMessage) -> None:
    with pytest.raises(OutOfTurn):
        ready.send(message)
    assert ready.bytes_pending == 0


def test_notices_may_come_at_any_time(ready: ServerConnection) -> None:
    ready.send(NotificationResponse(1, "channel", ""))
    ready.send(ParameterStatus("TimeZone", "UTC"))
    assert ready.phase is Phase.READY


def test_a_message_that_cannot_be_encoded_changes_nothing(ready: ServerConnection) -> None:
    receive(ready, Query(""))
    ready.next_message()
    with pytest.raises(CharacterNotInRepertoire):
        ready.send(CommandComplete("a\0"))
    assert ready.bytes_pending == 0


def test_a_fatal_error_may_come_at_any_time(ready: ServerConnection) -> None:
    ready.send(FATAL)
    assert ready.phase is Phase.CLOSED
    assert sent(ready) == FATAL.encode()


def test_an_unknown_message_type_is_fatal(ready: ServerConnection) -> None:
    ready.receive_data(b"p\0\0\0\4")
    with pytest.raises(ProtocolViolation, match="invalid frontend message type 112"):
        ready.next_message()


@pytest.mark.parametrize(("tag", "length"), [(b"S", 10_005), (b"Q", 1005)])
def test_a_length_above_its_limit_is_refused_from_the_header(tag: bytes, length: int) -> None:
    connection = ServerConnection(max_message_length=1000)
    receive(connection, STARTUP)
    connection.next_message()
    connection.send(AuthenticationOk())
    connection.send(IDLE)
    connection.receive_data(tag + length.to_bytes(4, "big"))
    with pytest.raises(ProtocolViolation, match="invalid message length"):
        connection.next_message()


@pytest.mark.parametrize("partial", [b"", b"Q\0\0"])
def test_the_end_of_the_stream_closes_after_the_last_message(ready: ServerConnection, partial: bytes) -> None:
    receive(ready, Query("SELECT 1"))
    ready.receive_data(partial)
    ready.receive_eof()
    assert ready.next_message() == Query("SELECT 1")
    ready.send(IDLE)
    assert ready.next_message() is None
    assert ready.phase is Phase.CLOSED


def test_a_violation_is_found_again(ready: ServerConnection) -> None:
    ready.receive_data(b"z\0\0\0\4")
    raised: list[Callable[[], FrontendMessage | None]] = [ready.next_message] * 2
    for next_message in raised:
        with pytest.raises(SqlError):
            next_message()
    assert not issubclass(OutOfTurn, SqlError)
