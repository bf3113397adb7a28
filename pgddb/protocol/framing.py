"""Cut an incoming byte stream into (tag, body) frames.

Bytes are copied once into the body that a decoder gets, and once more only if
they arrive in pieces: a long message costs time in proportion to its length.

Source: https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-MESSAGE-CONCEPTS
"""

from __future__ import annotations

from collections.abc import Mapping

from pgddb.errors import ProtocolViolation
from pgddb.protocol.buffer import HEADER, UINT32

MAX_STARTUP_PACKET_LENGTH = 10_000
"""Bytes after the length; as MAX_STARTUP_PACKET_LENGTH in the PostgreSQL source."""

MIN_STARTUP_PACKET_LENGTH = 4
"""Room for a version or a request code."""

MAX_AUTHENTICATION_LENGTH = 65_535
"""Bytes that a client may make us keep before we know it; as PG_MAX_AUTH_TOKEN_LENGTH in the PostgreSQL source."""

MAX_SHORT_MESSAGE_LENGTH = 10_000
"""Bytes of a message that has no long content; as PQ_SMALL_MESSAGE_LIMIT in the PostgreSQL source."""

MAX_MESSAGE_LENGTH = 0x3FFF_FFFF - 1
"""Bytes of any other message; as PQ_LARGE_MESSAGE_LIMIT (MaxAllocSize - 1) in the PostgreSQL source."""

TLS_HANDSHAKE = 0x16
"""First byte of a TLS ClientHello; a startup packet of that length would be refused."""


def starts_tls(first_bytes: bytes) -> bool:
    """Tell whether a client begins with TLS at once, without an SSLRequest."""
    return first_bytes[:1] == bytes([TLS_HANDSHAKE])


class FrameReader:
    """Keep what has arrived and is not yet taken."""

    __slots__ = ("_buffer", "_offset")

    def __init__(self) -> None:
        self._buffer: bytes | bytearray = b""
        self._offset = 0

    def feed(self, arrived: bytes) -> None:
        """Add bytes; `bytes` are kept as they are while nothing else waits."""
        if self._offset == len(self._buffer):
            self._buffer = bytes(arrived)  # the same object if it is `bytes`
            self._offset = 0
            return
        if not isinstance(self._buffer, bytearray):
            self._buffer = bytearray(memoryview(self._buffer)[self._offset :])
        else:
            del self._buffer[: self._offset]  # moves a pointer, not the bytes
        self._offset = 0
        self._buffer += arrived

    def next_frame(self, limits: Mapping[int, int]) -> tuple[int, bytes] | None:
        """Take one complete message, if there is one.

        `limits` gives the longest body for each tag that may come. It is
        looked at as soon as the header is here, before the body is.

        Raises:
            ProtocolViolation: the tag is not in `limits`, or the length is impossible or too large.
        """
        buffer, start = self._buffer, self._offset
        available = len(buffer) - start
        if available < HEADER.size:
            if available and buffer[start] not in limits:
                raise _unknown(buffer[start])
            return None
        tag, length = HEADER.unpack_from(buffer, start)
        limit = limits.get(tag)
        if limit is None:
            raise _unknown(tag)
        if not 4 <= length <= limit + 4:
            raise ProtocolViolation("invalid message length")
        if available <= length:
            return None
        return tag, self._take(start + HEADER.size, start + 1 + length)

    def next_startup_packet(self) -> bytes | None:
        """Take the body of one complete packet that has no tag, if there is one."""
        start = self._offset
        available = len(self._buffer) - start
        if available < UINT32.size:
            return None
        (length,) = UINT32.unpack_from(self._buffer, start)
        if not MIN_STARTUP_PACKET_LENGTH <= length - 4 <= MAX_STARTUP_PACKET_LENGTH:
            raise ProtocolViolation("invalid length of startup packet")
        if available < length:
            return None
        return self._take(start + UINT32.size, start + length)

    @property
    def bytes_unread(self) -> int:
        return len(self._buffer) - self._offset

    def _take(self, start: int, end: int) -> bytes:
        buffer = self._buffer
        if end == len(buffer):
            self._buffer, self._offset = b"", 0  # so that a long message is not kept
        else:
            self._offset = end
        if isinstance(buffer, bytes):
            return buffer[start:end]
        with memoryview(buffer) as view:
            return bytes(view[start:end])


def _unknown(tag: int) -> ProtocolViolation:
    return ProtocolViolation(f"invalid frontend message type {tag}")
