"""Every message against the bytes that the protocol prescribes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgddb.errors import CharacterNotInRepertoire, MalformedMessage, ProtocolViolation, SqlError
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

Target = extended_query.Target

FRONTEND_CASES: list[tuple[FrontendMessage, bytes]] = [
    (simple_query.Query("SELECT 1"), b"Q\0\0\0\x0dSELECT 1\0"),
    (simple_query.Query(""), b"Q\0\0\0\5\0"),
    (simple_query.Query("é"), b"Q\0\0\0\7\xc3\xa9\0"),
    (
        simple_query.FunctionCall(7, (1,), (b"ab", None), 1),
        b"F\0\0\0\x1a\0\0\0\7\0\1\0\1\0\2\0\0\0\2ab\xff\xff\xff\xff\0\1",
    ),
    (simple_query.Terminate(), b"X\0\0\0\4"),
    (extended_query.Parse("s1", "SELECT $1", (23, 0)), b"P\0\0\0\x1bs1\0SELECT $1\0\0\2\0\0\0\x17\0\0\0\0"),
    (extended_query.Parse("", "", ()), b"P\0\0\0\x08\0\0\0\0"),
    (
        extended_query.Bind("p", "s", (0, 1), (b"x", None), (1,)),
        b"B\0\0\0\x1dp\0s\0\0\2\0\0\0\1\0\2\0\0\0\1x\xff\xff\xff\xff\0\1\0\1",
    ),
    (extended_query.Bind("", "", (), (b"",), ()), b"B\0\0\0\x10\0\0\0\0\0\1\0\0\0\0\0\0"),
    (extended_query.Describe(Target.STATEMENT, "s"), b"D\0\0\0\7Ss\0"),
    (extended_query.Describe(Target.PORTAL, ""), b"D\0\0\0\6P\0"),
    (extended_query.Execute("c", 50), b"E\0\0\0\x0ac\0\0\0\0\x32"),
    (extended_query.Execute("", -1), b"E\0\0\0\x09\0\xff\xff\xff\xff"),
    (extended_query.Close(Target.PORTAL, "c"), b"C\0\0\0\7Pc\0"),
    (extended_query.Flush(), b"H\0\0\0\4"),
    (extended_query.Sync(), b"S\0\0\0\4"),
    (copy.CopyData(b"1\t2\n"), b"d\0\0\0\x081\t2\n"),
    (copy.CopyDone(), b"c\0\0\0\4"),
    (copy.CopyFail("no"), b"f\0\0\0\7no\0"),
]

PASSWORD_CASES: list[tuple[auth.PasswordMessage | auth.SASLInitialResponse | auth.SASLResponse, bytes]] = [
    (auth.PasswordMessage(b"pw"), b"p\0\0\0\7pw\0"),
    (auth.PasswordMessage(b""), b"p\0\0\0\5\0"),
    (auth.SASLInitialResponse("SCRAM", b"n,,"), b"p\0\0\0\x11SCRAM\0\0\0\0\3n,,"),
    (auth.SASLInitialResponse("SCRAM", None), b"p\0\0\0\x0eSCRAM\0\xff\xff\xff\xff"),
    (auth.SASLResponse(b"c=biws"), b"p\0\0\0\x0ac=biws"),
]

STARTUP_CASES: list[tuple[FrontendMessage, bytes]] = [
    (
        startup.StartupMessage(3, 0, (("user", "ann"), ("database", "d"))),
        b"\0\0\0\x1d\0\3\0\0user\0ann\0database\0d\0\0",
    ),
    (startup.StartupMessage(3, 2, ()), b"\0\0\0\x09\0\3\0\2\0"),
    (startup.SSLRequest(), b"\0\0\0\x08\x04\xd2\x16\x2f"),
    (startup.GSSENCRequest(), b"\0\0\0\x08\x04\xd2\x16\x30"),
    (startup.CancelRequest(7, b"\1\2\3\4"), b"\0\0\0\x10\x04\xd2\x16\x2e\0\0\0\7\1\2\3\4"),
    (startup.CancelRequest(7, b"k" * 32), b"\0\0\0\x2c\x04\xd2\x16\x2e\0\0\0\7" + b"k" * 32),
]

FULL_DIAGNOSTICS = notices.Diagnostics(
    "ERROR", "42601", "m", "d", "h", 1, 2, "q", "w", "s", "t", "c", "y", "n", "f", 3, "r"
)

BACKEND_CASES: list[tuple[BackendMessage, bytes]] = [
    (auth.AuthenticationOk(), b"R\0\0\0\x08\0\0\0\0"),
    (auth.AuthenticationCleartextPassword(), b"R\0\0\0\x08\0\0\0\3"),
    (auth.AuthenticationMD5Password(b"salt"), b"R\0\0\0\x0c\0\0\0\5salt"),
    (auth.AuthenticationSASL(("SCRAM-SHA-256",)), b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"),
    (auth.AuthenticationSASLContinue(b"r=1"), b"R\0\0\0\x0b\0\0\0\x0br=1"),
    (auth.AuthenticationSASLFinal(b"v=1"), b"R\0\0\0\x0b\0\0\0\x0cv=1"),
    (startup.BackendKeyData(1, b"abcd"), b"K\0\0\0\x0c\0\0\0\1abcd"),
    (startup.ParameterStatus("TimeZone", "UTC"), b"S\0\0\0\x11TimeZone\0UTC\0"),
    (
        startup.NegotiateProtocolVersion(3, 2, ("_pq_.x",)),
        b"v\0\0\0\x13\0\3\0\2\0\0\0\1_pq_.x\0",
    ),
    (simple_query.ReadyForQuery(simple_query.TransactionStatus.IDLE), b"Z\0\0\0\5I"),
    (simple_query.ReadyForQuery(simple_query.TransactionStatus.IN_BLOCK), b"Z\0\0\0\5T"),
    (simple_query.ReadyForQuery(simple_query.TransactionStatus.FAILED), b"Z\0\0\0\5E"),
    (simple_query.CommandComplete("SELECT 3"), b"C\0\0\0\x0dSELECT 3\0"),
    (simple_query.EmptyQueryResponse(), b"I\0\0\0\4"),
    (simple_query.NotificationResponse(9, "ch", "hi"), b"A\0\0\0\x0e\0\0\0\x09ch\0hi\0"),
    (simple_query.FunctionCallResponse(None), b"V\0\0\0\x08\xff\xff\xff\xff"),
    (simple_query.FunctionCallResponse(b"1"), b"V\0\0\0\x09\0\0\0\x011"),
    (extended_query.ParseComplete(), b"1\0\0\0\4"),
    (extended_query.BindComplete(), b"2\0\0\0\4"),
    (extended_query.CloseComplete(), b"3\0\0\0\4"),
    (extended_query.NoData(), b"n\0\0\0\4"),
    (extended_query.PortalSuspended(), b"s\0\0\0\4"),
    (extended_query.ParameterDescription((23, 25)), b"t\0\0\0\x0e\0\2\0\0\0\x17\0\0\0\x19"),
    (extended_query.ParameterDescription(()), b"t\0\0\0\6\0\0"),
    (
        rows.RowDescription((rows.FieldDescription("id", 23, 4, -1, 1, 16384, 2),)),
        b"T\0\0\0\x1b\0\1id\0\0\0\x40\0\0\2\0\0\0\x17\0\4\xff\xff\xff\xff\0\1",
    ),
    (rows.RowDescription(()), b"T\0\0\0\6\0\0"),
    (rows.DataRow((b"1", None, b"")), b"D\0\0\0\x13\0\3\0\0\0\x011\xff\xff\xff\xff\0\0\0\0"),
    (copy.CopyInResponse(0, (0, 0)), b"G\0\0\0\x0b\0\0\2\0\0\0\0"),
    (copy.CopyOutResponse(1, (1,)), b"H\0\0\0\x09\1\0\1\0\1"),
    (copy.CopyBothResponse(0, ()), b"W\0\0\0\7\0\0\0"),
    (copy.CopyData(b"x"), b"d\0\0\0\5x"),
    (copy.CopyDone(), b"c\0\0\0\4"),
    (
        notices.ErrorResponse(FULL_DIAGNOSTICS),
        b"E\0\0\0\x47SERROR\0VERROR\0C42601\0Mm\0Dd\0Hh\0P1\0p2\0qq\0Ww\0ss\0tt\0cc\0dy\0nn\0Ff\0L3\0Rr\0\0",
    ),
    (
        notices.NoticeResponse(notices.Diagnostics("NOTICE", "00000", "m")),
        b"N\0\0\0\x1fSNOTICE\0VNOTICE\0C00000\0Mm\0\0",
    ),
]


def by_name(case: object) -> str | None:
    return type(case).__name__ if not isinstance(case, bytes) else None


@pytest.mark.parametrize(("message", "encoded"), FRONTEND_CASES, ids=by_name)
def test_a_client_message_is_these_bytes(
    message: FrontendMessage, encoded: bytes, cut_frame: Callable[[bytes], tuple[int, bytes]]
) -> None:
    assert message.encode() == encoded
    tag, body = cut_frame(encoded)
    assert FRONTEND_TAGS[tag].decode(body) == message


@pytest.mark.parametrize(("message", "encoded"), PASSWORD_CASES, ids=by_name)
def test_an_answer_to_authentication_is_these_bytes(
    message: auth.PasswordMessage | auth.SASLInitialResponse | auth.SASLResponse,
    encoded: bytes,
    cut_frame: Callable[[bytes], tuple[int, bytes]],
) -> None:
    assert message.encode() == encoded
    tag, body = cut_frame(encoded)
    assert tag == message.tag
    assert type(message).decode(body) == message


@pytest.mark.parametrize(("message", "encoded"), STARTUP_CASES, ids=by_name)
def test_a_startup_packet_is_these_bytes(message: FrontendMessage, encoded: bytes) -> None:
    assert message.encode() == encoded
    assert decode_startup_packet(encoded[4:]) == message


@pytest.mark.parametrize(("message", "encoded"), BACKEND_CASES, ids=by_name)
def test_a_server_message_is_these_bytes(
    message: BackendMessage, encoded: bytes, cut_frame: Callable[[bytes], tuple[int, bytes]]
) -> None:
    assert message.encode() == encoded
    assert decode_backend(*cut_frame(encoded)) == message


def test_every_message_has_a_case() -> None:
    assert {type(message) for message, _ in FRONTEND_CASES} == set(FRONTEND_TAGS.values())
    assert {encoded[0] for _, encoded in BACKEND_CASES} == set(BACKEND_DECODERS)


OPEN_ENDED = copy.CopyData | auth.AuthenticationSASLContinue | auth.AuthenticationSASLFinal | startup.BackendKeyData
"""Their bodies take what there is."""

FIXED = [case for case in FRONTEND_CASES + BACKEND_CASES if not isinstance(case[0], OPEN_ENDED)]


@pytest.mark.parametrize(("message", "encoded"), FIXED, ids=by_name)
def test_a_body_that_ends_too_early_is_refused(message: FrontendMessage | BackendMessage, encoded: bytes) -> None:
    for length in range(len(encoded) - 5):
        with pytest.raises(MalformedMessage):
            type(message).decode(encoded[5 : 5 + length])


@pytest.mark.parametrize(("message", "encoded"), FIXED, ids=by_name)
def test_a_body_that_goes_on_is_refused(message: FrontendMessage | BackendMessage, encoded: bytes) -> None:
    with pytest.raises(MalformedMessage):
        type(message).decode(encoded[5:] + b"x")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\xff", "0xff"),
        (b"ab\xc3(", "0xc3 0x28"),
        (b"\xed\xa0\x80", "0xed 0xa0 0x80"),
        (b"\xf0\x9f", "0xf0 0x9f"),
        (b"\x80", "0x80"),
    ],
)
def test_bytes_that_are_not_utf8_are_named(raw: bytes, shown: str) -> None:
    with pytest.raises(CharacterNotInRepertoire) as caught:
        simple_query.Query.decode(raw + b"\0")
    assert caught.value.message == f'invalid byte sequence for encoding "UTF8": {shown}'


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_text_that_has_no_bytes_is_not_sent(text: str) -> None:
    with pytest.raises(CharacterNotInRepertoire):
        simple_query.CommandComplete(text).encode()


def test_a_tag_that_no_server_sends_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="backend message type 255 not known"):
        decode_backend(255, b"")


def test_a_packet_without_a_code_is_refused() -> None:
    with pytest.raises(ProtocolViolation, match="invalid length of startup packet"):
        decode_startup_packet(b"\0\3")


def test_every_refusal_of_a_body_has_its_sqlstate() -> None:
    assert MalformedMessage.sqlstate == ProtocolViolation.sqlstate == "08P01"
    assert issubclass(MalformedMessage, SqlError)
