"""What errors and notices say."""

from __future__ import annotations

import pytest

from pgddb.errors import MalformedMessage, ProtocolViolation, UndefinedColumn
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse


def test_an_error_is_reported_with_all_that_it_knows() -> None:
    error = UndefinedColumn("no", detail="d", hint="h", position=8, where="w")
    assert Diagnostics.of(error) == Diagnostics("ERROR", "42703", "no", detail="d", hint="h", position=8, where="w")


def test_a_fatal_error_ends_the_connection() -> None:
    assert Diagnostics.of(ProtocolViolation("no")).ends_connection
    assert Diagnostics.of(UndefinedColumn("no"), severity="FATAL").ends_connection
    assert not Diagnostics.of(UndefinedColumn("no")).ends_connection


def test_an_error_is_sent_whatever_is_in_it() -> None:
    encoded = ErrorResponse(Diagnostics("ERROR", "22021", "a\0b\ud800")).encode()
    assert b"Ma\xef\xbf\xbdb\\ud800\0" in encoded


def test_unknown_letters_are_left_out() -> None:
    assert ErrorResponse.decode(b"SERROR\0C42601\0Mm\0Zz\0\0") == ErrorResponse(Diagnostics("ERROR", "42601", "m"))


@pytest.mark.parametrize(
    "body", [b"\0", b"SERROR\0Mm\0\0", b"SERROR\0C42601\0\0", b"C42601\0Mm\0\0", b"SERROR\0C42601\0Mm\0Px\0\0"]
)
def test_what_must_be_there_is_missed(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        ErrorResponse.decode(body)
