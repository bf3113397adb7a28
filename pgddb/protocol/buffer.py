"""Read and write the elements of message bodies: integers, strings, counted bytes.

Source: https://www.postgresql.org/docs/15/protocol-message-types.html
"""

from __future__ import annotations

from struct import Struct, unpack

from pgddb.errors import CharacterNotInRepertoire, MalformedMessage

UINT16 = Struct("!H")
INT32 = Struct("!i")
UINT32 = Struct("!I")
HEADER = Struct("!BI")
"""Tag and length; the length counts itself, not the tag."""


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

    def uint16(self) -> int:
        start = self._offset
        self._offset = end = start + 2
        if end > len(self._body):
            raise MalformedMessage("insufficient data left in message")
        return self._body[start] << 8 | self._body[start + 1]

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
        if end == start:
            return ""
        raw = self._body[start:end]
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise _invalid_encoding(raw, error.start) from error

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

    def uint16s(self) -> tuple[int, ...]:
        """Take a count and so many 16-bit numbers."""
        count = self.uint16()
        if count == 1:
            return (self.uint16(),)
        return unpack(f"!{count}H", self.take(2 * count)) if count else ()

    def uint32s(self) -> tuple[int, ...]:
        """Take a count and so many 32-bit numbers."""
        count = self.uint16()
        return unpack(f"!{count}I", self.take(4 * count)) if count else ()

    def values(self) -> tuple[bytes | None, ...]:
        """Take a count and so many counted values; a loop of `counted` takes twice as long."""
        body, end = self._body, len(self._body)
        values: list[bytes | None] = []
        count = self.count(4)
        offset = self._offset
        for _ in range(count):
            start = offset + 4
            length = -2 if start > end else INT32.unpack_from(body, offset)[0]
            offset = start if length == -1 else start + length
            if length < -1 or offset > end:
                raise MalformedMessage("insufficient data left in message")
            values.append(None if length == -1 else body[start:offset])
        self._offset = offset
        return tuple(values)

    def rest(self) -> bytes:
        return self.take(len(self._body) - self._offset)

    def finish(self) -> None:
        """Make sure that nothing is left."""
        if self._offset != len(self._body):
            raise MalformedMessage("invalid message format")


def _invalid_encoding(raw: bytes, start: int) -> CharacterNotInRepertoire:
    """Say which bytes are wrong as PostgreSQL does."""
    wrong = raw[start : start + _sequence_length(raw[start])]
    shown = " ".join(f"0x{byte:02x}" for byte in wrong)
    return CharacterNotInRepertoire(f'invalid byte sequence for encoding "UTF8": {shown}')


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
