"""Elements of message bodies."""

from __future__ import annotations

import pytest

from pgddb.errors import MalformedMessage
from pgddb.protocol.buffer import BodyReader


def test_elements_are_taken_in_order() -> None:
    reader = BodyReader(b"\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffa\0\0\0\0\1b\0\1\0\2rest")
    assert reader.byte() == 1
    assert reader.uint16() == 65535
    assert reader.int32() == -1
    assert reader.uint32() == 4294967295
    assert reader.text() == "a"
    assert reader.counted() == b"b"
    assert reader.uint16s() == (2,)
    assert reader.rest() == b"rest"
    reader.finish()


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(MalformedMessage):
        BodyReader(b"abc").take(-1)


def test_a_count_needs_the_bytes_of_its_elements() -> None:
    assert BodyReader(b"\0\2abcd").count(2) == 2
    with pytest.raises(MalformedMessage):
        BodyReader(b"\0\3abcd").count(2)
