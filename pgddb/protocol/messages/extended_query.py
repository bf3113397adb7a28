"""Messages of the extended query cycle: Parse, Bind, Describe, Execute, Close, Flush, Sync.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from msgspec import Struct

from pgddb.errors import MalformedMessage
from pgddb.protocol.buffer import INT32, UINT16, UINT32, BodyReader, encode_counted, encode_text, frame


class Target(Enum):
    """What Describe and Close speak about."""

    STATEMENT = "S"
    PORTAL = "P"


class Parse(Struct, frozen=True):
    """Makes a prepared statement; `parameter_oids` may be shorter than the statement needs, 0 means infer."""

    tag: ClassVar[int] = ord("P")
    statement: str
    query: str
    parameter_oids: tuple[int, ...] = ()

    def encode(self) -> bytes:
        oids = b"".join(map(UINT32.pack, self.parameter_oids))
        return frame(
            self.tag,
            encode_text(self.statement) + encode_text(self.query) + UINT16.pack(len(self.parameter_oids)) + oids,
        )

    @classmethod
    def decode(cls, body: bytes) -> Parse:
        reader = BodyReader(body)
        statement, query = reader.text(), reader.text()
        oids = reader.uint32s()
        reader.finish()
        return cls(statement, query, oids)


@dataclass(frozen=True, slots=True)
class Bind:
    """Makes a portal from a prepared statement; format codes as sent: none, one for all, or one each."""

    tag: ClassVar[int] = ord("B")
    portal: str
    statement: str
    parameter_formats: tuple[int, ...]
    parameters: tuple[bytes | None, ...] = field(repr=False)
    result_formats: tuple[int, ...]

    def encode(self) -> bytes:
        return frame(
            self.tag,
            b"".join(
                (
                    encode_text(self.portal),
                    encode_text(self.statement),
                    UINT16.pack(len(self.parameter_formats)),
                    *map(UINT16.pack, self.parameter_formats),
                    UINT16.pack(len(self.parameters)),
                    *map(encode_counted, self.parameters),
                    UINT16.pack(len(self.result_formats)),
                    *map(UINT16.pack, self.result_formats),
                )
            ),
        )

    @classmethod
    def decode(cls, body: bytes) -> Bind:
        reader = BodyReader(body)
        portal, statement = reader.text(), reader.text()
        parameter_formats = reader.uint16s()
        parameters = reader.values()
        result_formats = reader.uint16s()
        reader.finish()
        if len(parameter_formats) > 1 and len(parameter_formats) != len(parameters):
            raise MalformedMessage(
                f"bind message has {len(parameter_formats)} parameter formats but {len(parameters)} parameters"
            )
        return cls(portal, statement, parameter_formats, parameters, result_formats)


class Describe(Struct, frozen=True):
    """Asks for the shape of a prepared statement or a portal."""

    tag: ClassVar[int] = ord("D")
    target: Target
    name: str

    def encode(self) -> bytes:
        return frame(self.tag, self.target.value.encode() + encode_text(self.name))

    @classmethod
    def decode(cls, body: bytes) -> Describe:
        return cls(*_decode_target(body, "DESCRIBE"))


class Execute(Struct, frozen=True):
    """Runs a portal; `max_rows` of 0 or less means all."""

    tag: ClassVar[int] = ord("E")
    portal: str
    max_rows: int = 0

    def encode(self) -> bytes:
        return frame(self.tag, encode_text(self.portal) + INT32.pack(self.max_rows))

    @classmethod
    def decode(cls, body: bytes) -> Execute:
        reader = BodyReader(body)
        message = cls(reader.text(), reader.int32())
        reader.finish()
        return message


class Close(Struct, frozen=True):
    """Forgets a prepared statement or a portal."""

    tag: ClassVar[int] = ord("C")
    target: Target
    name: str

    def encode(self) -> bytes:
        return frame(self.tag, self.target.value.encode() + encode_text(self.name))

    @classmethod
    def decode(cls, body: bytes) -> Close:
        return cls(*_decode_target(body, "CLOSE"))


class Flush(Struct, frozen=True):
    """Asks for the replies so far."""

    tag: ClassVar[int] = ord("H")

    def encode(self) -> bytes:
        return b"H\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> Flush:
        BodyReader(body).finish()
        return cls()


class Sync(Struct, frozen=True):
    """Ends an extended cycle: the sync point."""

    tag: ClassVar[int] = ord("S")

    def encode(self) -> bytes:
        return b"S\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> Sync:
        BodyReader(body).finish()
        return cls()


class ParseComplete(Struct, frozen=True):
    """Parse is done."""

    tag: ClassVar[int] = ord("1")

    def encode(self) -> bytes:
        return b"1\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> ParseComplete:
        BodyReader(body).finish()
        return cls()


class BindComplete(Struct, frozen=True):
    """Bind is done."""

    tag: ClassVar[int] = ord("2")

    def encode(self) -> bytes:
        return b"2\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> BindComplete:
        BodyReader(body).finish()
        return cls()


class CloseComplete(Struct, frozen=True):
    """Close is done."""

    tag: ClassVar[int] = ord("3")

    def encode(self) -> bytes:
        return b"3\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> CloseComplete:
        BodyReader(body).finish()
        return cls()


class NoData(Struct, frozen=True):
    """The described statement or portal returns no rows."""

    tag: ClassVar[int] = ord("n")

    def encode(self) -> bytes:
        return b"n\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> NoData:
        BodyReader(body).finish()
        return cls()


class PortalSuspended(Struct, frozen=True):
    """Execute met its row limit; the portal may have more rows."""

    tag: ClassVar[int] = ord("s")

    def encode(self) -> bytes:
        return b"s\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> PortalSuspended:
        BodyReader(body).finish()
        return cls()


class ParameterDescription(Struct, frozen=True):
    """The types of a prepared statement's parameters."""

    tag: ClassVar[int] = ord("t")
    parameter_oids: tuple[int, ...]

    def encode(self) -> bytes:
        oids = b"".join(map(UINT32.pack, self.parameter_oids))
        return frame(self.tag, UINT16.pack(len(self.parameter_oids)) + oids)

    @classmethod
    def decode(cls, body: bytes) -> ParameterDescription:
        reader = BodyReader(body)
        message = cls(reader.uint32s())
        reader.finish()
        return message


def expand_formats(formats: Sequence[int], count: int) -> tuple[int, ...] | None:
    """Give each of `count` values its format code, or None if the codes are neither none, one nor so many.

    >>> expand_formats((), 2), expand_formats((1,), 2), expand_formats((0, 1), 2), expand_formats((0, 1), 3)
    ((0, 0), (1, 1), (0, 1), None)
    """
    if len(formats) <= 1:
        return (formats[0] if formats else 0,) * count
    return tuple(formats) if len(formats) == count else None


_TARGETS = {ord(target.value): target for target in Target}


def _decode_target(body: bytes, message_name: str) -> tuple[Target, str]:
    reader = BodyReader(body)
    subtype, name = reader.byte(), reader.text()
    reader.finish()
    if subtype not in _TARGETS:
        raise MalformedMessage(f"invalid {message_name} message subtype {subtype}")
    return _TARGETS[subtype], name
