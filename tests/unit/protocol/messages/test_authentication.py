"""Authentication messages that are wrong, and passwords that stay hidden."""

from __future__ import annotations

import pytest

from pgddb.errors import MalformedMessage
from pgddb.protocol.messages.authentication import (
    AuthenticationMD5Password,
    AuthenticationOk,
    PasswordMessage,
    SASLInitialResponse,
    decode_authentication,
)


@pytest.mark.parametrize("body", [b"", b"pw", b"p\0w\0"])
def test_a_password_ends_with_its_only_zero_byte(body: bytes) -> None:
    with pytest.raises(MalformedMessage, match="invalid password packet size"):
        PasswordMessage.decode(body)


def test_a_password_is_not_in_the_representation() -> None:
    assert "secret" not in repr(PasswordMessage(b"secret")) + repr(SASLInitialResponse("S", b"secret"))


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="authentication method 99 not known"):
        decode_authentication(b"\0\0\0\x63")


def test_a_body_of_another_method_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="invalid authentication code"):
        AuthenticationOk.decode(b"\0\0\0\3")


def test_a_salt_has_four_bytes() -> None:
    with pytest.raises(MalformedMessage):
        AuthenticationMD5Password.decode(b"\0\0\0\5abc")
