"""Feed each codec case three ways: whole, byte by byte, followed by trailing bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from pgddb.protocol.connection import ServerConnection
from pgddb.protocol.framing import MAX_MESSAGE_LENGTH, FrameReader
from pgddb.protocol.messages.authentication import AuthenticationOk
from pgddb.protocol.messages.simple_query import ReadyForQuery, TransactionStatus
from pgddb.protocol.messages.startup import StartupMessage

Frame: TypeAlias = tuple[int, bytes]
CutFrame: TypeAlias = Callable[[bytes], Frame]

_ANY_TAG = dict.fromkeys(range(256), MAX_MESSAGE_LENGTH)
_FOLLOWING = b"S\0\0\0\4"


def _whole(encoded: bytes) -> Frame:
    reader = FrameReader()
    reader.feed(encoded)
    frame = reader.next_frame(_ANY_TAG)
    assert frame is not None
    assert reader.bytes_unread == 0
    return frame


def _byte_by_byte(encoded: bytes) -> Frame:
    reader = FrameReader()
    for position in range(len(encoded) - 1):
        reader.feed(encoded[position : position + 1])
        assert reader.next_frame(_ANY_TAG) is None
    reader.feed(encoded[-1:])
    frame = reader.next_frame(_ANY_TAG)
    assert frame is not None
    assert reader.bytes_unread == 0
    return frame


def _followed(encoded: bytes) -> Frame:
    reader = FrameReader()
    reader.feed(encoded + _FOLLOWING)
    frame = reader.next_frame(_ANY_TAG)
    assert frame is not None
    assert reader.next_frame(_ANY_TAG) == (ord("S"), b"")
    return frame


@pytest.fixture(params=[_whole, _byte_by_byte, _followed], ids=["whole", "byte by byte", "followed"])
def cut_frame(request: pytest.FixtureRequest) -> CutFrame:
    """Give the function that cuts the first frame from encoded bytes."""
    chosen: CutFrame = request.param
    return chosen


@pytest.fixture
def startup() -> ServerConnection:
    """Give a connection to which nobody has spoken."""
    return ServerConnection()


@pytest.fixture
def authenticating(startup: ServerConnection) -> ServerConnection:
    startup.receive_data(StartupMessage(3, 0, (("user", "ann"),)).encode())
    startup.next_message()
    return startup


@pytest.fixture
def ready(authenticating: ServerConnection) -> ServerConnection:
    authenticating.send(AuthenticationOk())
    authenticating.send(ReadyForQuery(TransactionStatus.IDLE))
    authenticating.data_to_send()
    return authenticating
