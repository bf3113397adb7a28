"""Frames, their borders and their limits."""

from __future__ import annotations

import time

import pytest

from pgddb.errors import ProtocolViolation
from pgddb.protocol.framing import MAX_STARTUP_PACKET_LENGTH, FrameReader, starts_tls

LIMITS = {ord("Q"): 100, ord("d"): 64 * 1024 * 1024}


@pytest.fixture
def reader() -> FrameReader:
    return FrameReader()


def test_an_unknown_tag_is_refused_at_its_first_byte(reader: FrameReader) -> None:
    reader.feed(b"z")
    with pytest.raises(ProtocolViolation, match="invalid frontend message type 122"):
        reader.next_frame(LIMITS)


def test_an_unknown_tag_is_refused_with_its_length(reader: FrameReader) -> None:
    reader.feed(b"z\0\0\0\4")
    with pytest.raises(ProtocolViolation, match="invalid frontend message type 122"):
        reader.next_frame(LIMITS)


@pytest.mark.parametrize("length", [0, 3, 105, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_impossible_length_is_refused_from_the_header(reader: FrameReader, length: int) -> None:
    reader.feed(b"Q" + length.to_bytes(4, "big"))
    with pytest.raises(ProtocolViolation, match="invalid message length"):
        reader.next_frame(LIMITS)


def test_the_longest_body_is_accepted(reader: FrameReader) -> None:
    reader.feed(b"Q\0\0\0\x68" + b"x" * 100)
    assert reader.next_frame(LIMITS) == (ord("Q"), b"x" * 100)


@pytest.mark.parametrize("length", [0, 4, 7, MAX_STARTUP_PACKET_LENGTH + 5, 0x16030100])
def test_an_impossible_startup_packet_is_refused(reader: FrameReader, length: int) -> None:
    reader.feed(length.to_bytes(4, "big"))
    with pytest.raises(ProtocolViolation, match="invalid length of startup packet"):
        reader.next_startup_packet()


def test_the_longest_startup_packet_is_accepted(reader: FrameReader) -> None:
    body = b"x" * MAX_STARTUP_PACKET_LENGTH
    reader.feed((len(body) + 4).to_bytes(4, "big"))
    assert reader.next_startup_packet() is None
    reader.feed(body)
    assert reader.next_startup_packet() == body


def test_a_length_that_has_not_arrived_is_waited_for(reader: FrameReader) -> None:
    reader.feed(b"\0\0")
    assert reader.next_startup_packet() is None
    assert FrameReader().next_frame(LIMITS) is None


def test_frames_that_arrive_together_are_cut_in_order(reader: FrameReader) -> None:
    reader.feed(b"Q\0\0\0\5aQ\0\0\0\5bQ\0")
    assert [reader.next_frame(LIMITS) for _ in range(3)] == [(81, b"a"), (81, b"b"), None]
    reader.feed(b"\0\0\5cQ\0\0\0\5d")
    assert reader.next_frame(LIMITS) == (81, b"c")
    reader.feed(b"Q\0\0\0\5e")
    assert [reader.next_frame(LIMITS) for _ in range(3)] == [(81, b"d"), (81, b"e"), None]


def test_the_caller_may_reuse_its_buffer(reader: FrameReader) -> None:
    arrived = bytearray(b"Q\0\0\0\5a")
    reader.feed(arrived)  # type: ignore[arg-type]  # a transport's buffer
    arrived[5] = 0
    assert reader.next_frame(LIMITS) == (81, b"a")


def test_a_long_message_in_pieces_takes_time_in_proportion() -> None:
    def seconds(megabytes: int) -> float:
        reader = FrameReader()
        length = megabytes * 1024 * 1024
        piece = b"x" * 65536
        start = time.perf_counter()
        reader.feed(b"d" + (length + 4).to_bytes(4, "big"))
        frame = None
        for _ in range(length // len(piece)):
            assert frame is None
            reader.feed(piece)
            frame = reader.next_frame(LIMITS)
        assert frame is not None
        assert len(frame[1]) == length
        return time.perf_counter() - start

    short = min(seconds(1) for _ in range(3))
    assert min(seconds(16) for _ in range(2)) < 16 * 8 * short + 0.5  # quadratic would be 256 times


def test_a_tls_hello_is_recognised() -> None:
    assert starts_tls(b"\x16\x03\x01")
    assert not starts_tls(b"\0\0\0\x08")
    assert not starts_tls(b"")
