"""Extended query messages that are wrong, and format codes."""

from __future__ import annotations

import pytest

from pgddb.errors import MalformedMessage
from pgddb.protocol.messages.extended_query import Bind, Close, Describe, Parse, expand_formats


def test_parameter_formats_are_none_one_or_one_each() -> None:
    encoded = Bind("", "", (0, 1), (b"a", b"b", b"c"), ()).encode()
    with pytest.raises(MalformedMessage) as caught:
        Bind.decode(encoded[5:])
    assert caught.value.message == "bind message has 2 parameter formats but 3 parameters"
    assert caught.value.severity == "ERROR"


@pytest.mark.parametrize("length", [b"\x7f\xff\xff\xff", b"\xff\xff\xff\xfe", b"\x80\0\0\0"])
def test_an_impossible_parameter_length_is_refused(length: bytes) -> None:
    with pytest.raises(MalformedMessage, match="insufficient data left in message"):
        Bind.decode(b"\0\0\0\0\0\1" + length + b"\0\0")


def test_a_value_may_not_eat_the_length_of_the_next() -> None:
    with pytest.raises(MalformedMessage):
        Bind.decode(b"\0\0\0\0\0\2\0\0\0\4abcd\0\0")


@pytest.mark.parametrize("body", [b"\0\0\xff\xff", b"\0\0\0\2\0\0\0\x17"])
def test_a_count_of_types_is_checked_against_the_bytes(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        Parse.decode(body)


def test_only_statements_and_portals_can_be_described_or_closed() -> None:
    with pytest.raises(MalformedMessage, match="invalid DESCRIBE message subtype 88"):
        Describe.decode(b"Xname\0")
    with pytest.raises(MalformedMessage, match="invalid CLOSE message subtype 88"):
        Close.decode(b"Xname\0")


def test_parameters_are_not_in_the_representation() -> None:
    assert "secret" not in repr(Bind("", "", (), (b"secret",), ()))


@pytest.mark.parametrize(
    ("formats", "count", "expanded"),
    [((), 2, (0, 0)), ((1,), 2, (1, 1)), ((0, 1), 2, (0, 1)), ((0, 1), 3, None), ((1,), 0, ())],
)
def test_format_codes_are_expanded(formats: tuple[int, ...], count: int, expanded: tuple[int, ...] | None) -> None:
    assert expand_formats(formats, count) == expanded
