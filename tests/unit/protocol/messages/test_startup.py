"""Versions, options and keys of the first packets."""

from __future__ import annotations

import pytest

from pgddb.errors import MalformedMessage, UnsupportedProtocol
from pgddb.protocol.messages.startup import (
    BackendKeyData,
    CancelRequest,
    GSSENCRequest,
    NegotiateProtocolVersion,
    SSLRequest,
    StartupMessage,
)


@pytest.mark.parametrize("minor", [0, 1, 2])
def test_known_minor_versions_need_no_negotiation(minor: int) -> None:
    assert StartupMessage(3, minor, (("user", "ann"),)).negotiation() is None


def test_a_later_minor_version_is_lowered() -> None:
    message = StartupMessage(3, 9999, ())
    assert message.negotiation() == NegotiateProtocolVersion(3, 2, ())
    assert message.agreed_minor == 2


def test_protocol_options_are_refused_by_name() -> None:
    message = StartupMessage(3, 0, (("user", "a"), ("_pq_.x", "1"), ("_pq_.y", "2")))
    assert message.negotiation() == NegotiateProtocolVersion(3, 0, ("_pq_.x", "_pq_.y"))


def test_the_last_parameter_of_a_name_counts() -> None:
    message = StartupMessage(3, 0, (("user", "a"), ("user", "b")))
    assert message.parameter("user") == "b"
    assert message.parameter("database") is None


def test_another_major_version_is_refused_for_good() -> None:
    with pytest.raises(UnsupportedProtocol) as caught:
        StartupMessage.decode(b"\0\2\0\0\0")
    assert caught.value.message == "unsupported frontend protocol 2.0: server supports 3.0 to 3.2"
    assert (caught.value.sqlstate, caught.value.severity) == ("0A000", "FATAL")


@pytest.mark.parametrize("body", [b"\0\3\0\0user\0ann", b"\0\3\0\0user\0\0", b"\0\3\0\0\0\0", b"\0\3\0\0"])
def test_a_packet_must_end_with_its_terminator(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        StartupMessage.decode(body)


@pytest.mark.parametrize("length", [0, 257])
def test_a_cancel_key_has_1_to_256_bytes(length: int) -> None:
    with pytest.raises(MalformedMessage):
        CancelRequest.decode(CancelRequest(1, b"k" * length).encode()[4:])


@pytest.mark.parametrize("request_type", [SSLRequest, GSSENCRequest])
def test_an_encryption_request_is_only_its_code(request_type: type[SSLRequest | GSSENCRequest]) -> None:
    with pytest.raises(MalformedMessage):
        request_type.decode(request_type().encode()[4:] + b"x")
    with pytest.raises(MalformedMessage):
        request_type.decode(b"\0\0\0\0")


def test_secrets_are_not_in_the_representation() -> None:
    assert "k" * 8 not in repr(BackendKeyData(1, b"k" * 8)) + repr(CancelRequest(1, b"k" * 8))


def test_a_count_of_options_is_checked_against_the_bytes() -> None:
    with pytest.raises(MalformedMessage):
        NegotiateProtocolVersion.decode(b"\0\3\0\0\xff\xff\xff\xff")
