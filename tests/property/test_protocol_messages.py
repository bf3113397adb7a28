"""What is encoded is decoded to the same, and what is random is refused in a documented way."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.errors import CharacterNotInRepertoire, MalformedMessage, ProtocolViolation, SqlError, UnsupportedProtocol
from pgddb.protocol.connection import ServerConnection
from pgddb.protocol.messages import authentication as auth
from pgddb.protocol.messages import copy, extended_query, notices, rows, simple_query, startup
from pgddb.protocol.messages.registry import (
    BACKEND_DECODERS,
    FRONTEND_TAGS,
    BackendMessage,
    FrontendMessage,
    decode_backend,
    decode_startup_packet,
)
from pgddb.protocol.trace import trace_line
from pgddb.protocol.transitions import Phase

DOCUMENTED = (ProtocolViolation, MalformedMessage, CharacterNotInRepertoire, UnsupportedProtocol)

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
blobs = st.binary(max_size=20)
int16s = st.integers(-(2**15), 2**15 - 1)
int32s = st.integers(-(2**31), 2**31 - 1)
uint16s = st.integers(0, 2**16 - 1)
uint32s = st.integers(0, 2**32 - 1)
bytes_ = st.integers(0, 255)
secrets = st.binary(min_size=1, max_size=256)
codes = st.lists(uint16s, max_size=5).map(tuple)
oids = st.lists(uint32s, max_size=5).map(tuple)
values = st.lists(st.none() | blobs, max_size=5).map(tuple)
targets = st.sampled_from(extended_query.Target)
positions = st.none() | st.integers(1, 10**9)
optional = st.none() | texts

diagnostics = st.builds(
    notices.Diagnostics,
    severity=words,
    sqlstate=words,
    message=texts,
    detail=optional,
    hint=optional,
    position=positions,
    internal_position=positions,
    internal_query=optional,
    where=optional,
    schema_name=optional,
    table_name=optional,
    column_name=optional,
    type_name=optional,
    constraint_name=optional,
    source_file=optional,
    source_line=positions,
    source_routine=optional,
)
binds = st.builds(
    lambda portal, statement, arguments, one_each, result_formats: extended_query.Bind(
        portal, statement, (1,) * (len(arguments) if one_each else 0), arguments, result_formats
    ),
    texts,
    texts,
    values,
    st.booleans(),
    codes,
)
frontend_messages: st.SearchStrategy[FrontendMessage] = st.one_of(
    st.builds(simple_query.Query, texts),
    st.builds(simple_query.FunctionCall, uint32s, codes, values, uint16s),
    st.builds(extended_query.Parse, texts, texts, oids),
    binds,
    st.builds(extended_query.Describe, targets, texts),
    st.builds(extended_query.Execute, texts, int32s),
    st.builds(extended_query.Close, targets, texts),
    st.just(extended_query.Flush()),
    st.just(extended_query.Sync()),
    st.builds(copy.CopyData, blobs),
    st.just(copy.CopyDone()),
    st.builds(copy.CopyFail, texts),
    st.just(simple_query.Terminate()),
)
password_answers = st.one_of(
    st.builds(auth.PasswordMessage, blobs.map(lambda raw: raw.replace(b"\0", b""))),
    st.builds(auth.SASLInitialResponse, texts, st.none() | blobs),
    st.builds(auth.SASLResponse, blobs),
)
startup_packets: st.SearchStrategy[FrontendMessage] = st.one_of(
    st.builds(startup.StartupMessage, st.just(3), uint16s, st.lists(st.tuples(words, texts), max_size=5).map(tuple)),
    st.just(startup.SSLRequest()),
    st.just(startup.GSSENCRequest()),
    st.builds(startup.CancelRequest, uint32s, secrets),
)
fields = st.builds(rows.FieldDescription, texts, uint32s, int16s, int32s, int16s, uint32s, int16s)
backend_messages: st.SearchStrategy[BackendMessage] = st.one_of(
    st.just(auth.AuthenticationOk()),
    st.just(auth.AuthenticationCleartextPassword()),
    st.builds(auth.AuthenticationMD5Password, st.binary(min_size=4, max_size=4)),
    st.builds(auth.AuthenticationSASL, st.lists(words, max_size=3).map(tuple)),
    st.builds(auth.AuthenticationSASLContinue, blobs),
    st.builds(auth.AuthenticationSASLFinal, blobs),
    st.builds(startup.NegotiateProtocolVersion, uint16s, uint16s, st.lists(texts, max_size=3).map(tuple)),
    st.builds(startup.BackendKeyData, uint32s, secrets),
    st.builds(startup.ParameterStatus, texts, texts),
    st.builds(simple_query.ReadyForQuery, st.sampled_from(simple_query.TransactionStatus)),
    st.builds(rows.RowDescription, st.lists(fields, max_size=4).map(tuple)),
    st.builds(rows.DataRow, values),
    st.builds(simple_query.CommandComplete, texts),
    st.just(simple_query.EmptyQueryResponse()),
    st.just(extended_query.ParseComplete()),
    st.just(extended_query.BindComplete()),
    st.just(extended_query.CloseComplete()),
    st.just(extended_query.NoData()),
    st.just(extended_query.PortalSuspended()),
    st.builds(extended_query.ParameterDescription, oids),
    st.builds(copy.CopyInResponse, bytes_, codes),
    st.builds(copy.CopyOutResponse, bytes_, codes),
    st.builds(copy.CopyBothResponse, bytes_, codes),
    st.builds(copy.CopyData, blobs),
    st.just(copy.CopyDone()),
    st.builds(notices.ErrorResponse, diagnostics),
    st.builds(notices.NoticeResponse, diagnostics),
    st.builds(simple_query.NotificationResponse, int32s, texts, texts),
    st.builds(simple_query.FunctionCallResponse, st.none() | blobs),
)
quick = settings(max_examples=150, deadline=None)


@quick
@given(frontend_messages)
def test_a_client_message_survives_the_wire(message: FrontendMessage) -> None:
    encoded = message.encode()
    assert FRONTEND_TAGS[encoded[0]].decode(encoded[5:]) == message


@quick
@given(password_answers)
def test_an_answer_to_authentication_survives_the_wire(
    message: auth.PasswordMessage | auth.SASLInitialResponse | auth.SASLResponse,
) -> None:
    assert type(message).decode(message.encode()[5:]) == message


@quick
@given(startup_packets)
def test_a_startup_packet_survives_the_wire(message: FrontendMessage) -> None:
    assert decode_startup_packet(message.encode()[4:]) == message


@quick
@given(backend_messages)
def test_a_server_message_survives_the_wire(message: BackendMessage) -> None:
    encoded = message.encode()
    assert decode_backend(encoded[0], encoded[5:]) == message
    assert "\n" not in trace_line("B", message)


@quick
@given(st.lists(frontend_messages, max_size=6), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_the_borders_of_arrival_mean_nothing(messages: list[FrontendMessage], steps: list[int]) -> None:
    stream = b"".join(message.encode() for message in messages)
    assert _taken(_pieces(stream, steps)) == _taken([stream])


@quick
@given(st.sampled_from(sorted(FRONTEND_TAGS)), st.binary(max_size=60))
def test_a_random_body_of_a_client_is_accepted_or_refused(tag: int, body: bytes) -> None:
    try:
        FRONTEND_TAGS[tag].decode(body)
    except SqlError as error:
        assert isinstance(error, DOCUMENTED)


@quick
@given(st.sampled_from(sorted(BACKEND_DECODERS)), st.binary(max_size=60))
def test_a_random_body_of_a_server_is_accepted_or_refused(tag: int, body: bytes) -> None:
    try:
        decode_backend(tag, body)
    except SqlError as error:
        assert isinstance(error, DOCUMENTED)


@quick
@given(st.binary(max_size=200), st.sampled_from([Phase.STARTUP, Phase.PASSWORD, Phase.READY, Phase.COPY_IN]))
def test_random_bytes_are_accepted_or_refused_in_little_memory(stream: bytes, phase: Phase) -> None:
    connection = _connection(phase)
    tracemalloc.start()
    try:
        connection.receive_data(stream)
        while connection.phase is phase and connection.next_message() is not None:
            pass
    except SqlError as error:
        assert isinstance(error, DOCUMENTED)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100_000


@quick
@given(frontend_messages, st.data())
def test_a_message_with_one_wrong_byte_is_accepted_or_refused(message: FrontendMessage, data: st.DataObject) -> None:
    stream = bytearray(message.encode())
    stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(bytes_)
    connection = _connection(Phase.READY)
    connection.receive_data(bytes(stream))
    try:
        connection.next_message()
    except SqlError as error:
        assert isinstance(error, DOCUMENTED)


def _connection(phase: Phase) -> ServerConnection:
    connection = ServerConnection()
    if phase is Phase.STARTUP:
        return connection
    connection.receive_data(startup.StartupMessage(3, 0, ()).encode())
    connection.next_message()
    if phase is Phase.PASSWORD:
        connection.send(auth.AuthenticationCleartextPassword())
        return connection
    connection.send(auth.AuthenticationOk())
    connection.send(simple_query.ReadyForQuery(simple_query.TransactionStatus.IDLE))
    if phase is Phase.COPY_IN:
        connection.receive_data(simple_query.Query("").encode())
        connection.next_message()
        connection.send(copy.CopyInResponse(0, ()))
    assert connection.phase is phase
    return connection


def _pieces(stream: bytes, steps: list[int]) -> Iterable[bytes]:
    start = turn = 0
    while start < len(stream):
        step = steps[turn % len(steps)]
        yield stream[start : start + step]
        start += step
        turn += 1


def _taken(pieces: Iterable[bytes]) -> list[FrontendMessage]:
    connection = _connection(Phase.READY)
    taken = []
    for piece in pieces:
        connection.receive_data(piece)
        while (message := connection.next_message()) is not None:
            taken.append(message)
            if connection.ready_for_query_due:
                connection.send(simple_query.ReadyForQuery(simple_query.TransactionStatus.IDLE))
    return taken
