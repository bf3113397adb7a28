"""Read and write the elements of message bodies: integers, strings, counted bytes.

Source: https://www.postgresql.org/docs/15/protocol-message-types.html
"""

from __future__ import annotations

from struct import Struct

from pgddb.errors import CharacterNotInRepertoire, MalformedMessage

INT16 = Struct("!h")
UINT16 = Struct("!H")
INT32 = Struct("!i")
UINT32 = Struct("!I")
HEADER = Struct("!BI")
"""Tag and length; the length counts itself, not the tag."""

MAX_COUNT = 0xFFFF
"""PostgreSQL reads 16-bit element counts as unsigned."""


class BodyReader:
    """Take elements from the front of one message body.

    Raises:
        MalformedMessage: the body is too short, too long, or a string has no end.
        CharacterNotInRepertoire: a string is not UTF-8.
    """

    __slots__ = ("_body", "_offset")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._offset = 0

    def take(self, length: int) -> bytes:
        start = self._offset
        end = start + length
        if length < 0 or end > len(self._body):
            raise MalformedMessage("insufficient data left in message")
        self._offset = end
        return self._body[start:end]

    def byte(self) -> int:
        return self.take(1)[0]

    def int16(self) -> int:
        return int.from_bytes(self.take(2), "big", signed=True)

    def uint16(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def int32(self) -> int:
        return int.from_bytes(self.take(4), "big", signed=True)

    def uint32(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def text(self) -> str:
        """Take a string that ends with a zero byte."""
        start = self._offset
        end = self._body.find(0, start)
        if end < 0:
            raise MalformedMessage("invalid string in message")
        self._offset = end + 1
        return decode_text(self._body[start:end])

    def counted(self) -> bytes | None:
        """Take bytes that follow their length; the length -1 means NULL."""
        length = self.int32()
        return None if length == -1 else self.take(length)

    def count(self, element_bytes: int) -> int:
        """Take a 16-bit count of elements, each of at least so many bytes."""
        count = self.uint16()
        self.require(count * element_bytes)
        return count

    def require(self, length: int) -> None:
        if self._offset + length > len(self._body):
            raise MalformedMessage("insufficient data left in message")

    def uint16s(self, count: int) -> tuple[int, ...]:
        return Struct(f"!{count}H").unpack(self.take(2 * count))

    def uint32s(self, count: int) -> tuple[int, ...]:
        return Struct(f"!{count}I").unpack(self.take(4 * count))

    def rest(self) -> bytes:
        return self.take(len(self._body) - self._offset)

    def finish(self) -> None:
        """Make sure that nothing is left."""
        if self._offset != len(self._body):
            raise MalformedMessage("invalid message format")


def decode_text(raw: bytes) -> str:
    """Turn UTF-8 into text, or say which bytes are wrong as PostgreSQL does."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        wrong = raw[error.start : error.start + _sequence_length(raw[error.start])]
        shown = " ".join(f"0x{byte:02x}" for byte in wrong)
        raise CharacterNotInRepertoire(f'invalid byte sequence for encoding "UTF8": {shown}') from error


def _sequence_length(first: int) -> int:
    """As pg_utf_mblen in the PostgreSQL source."""
    for mask, lead, length in ((0xE0, 0xC0, 2), (0xF0, 0xE0, 3), (0xF8, 0xF0, 4)):
        if first & mask == lead:
            return length
    return 1


def encode_text(text: str) -> bytes:
    """Turn text into UTF-8 that ends with a zero byte.

    Raises:
        CharacterNotInRepertoire: the text holds U+0000 or half a surrogate pair.
    """
    if "\0" in text:
        raise CharacterNotInRepertoire('invalid byte sequence for encoding "UTF8": 0x00')
    try:
        return text.encode() + b"\0"
    except UnicodeEncodeError as error:
        raise CharacterNotInRepertoire("half of a surrogate pair has no UTF-8 form") from error


def encode_counted(value: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if value is None else INT32.pack(len(value)) + value


def frame(tag: int, body: bytes) -> bytes:
    """Put tag and length before a body."""
    return HEADER.pack(tag, len(body) + 4) + body
