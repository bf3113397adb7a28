"""Messages of COPY in both directions.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-COPY
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from msgspec import Struct

from pgddb.protocol.buffer import UINT16, BodyReader, encode_text, frame


class CopyInResponse(Struct, frozen=True):
    """The server waits for CopyData; one format code overall and one for each column."""

    tag: ClassVar[int] = ord("G")
    overall_format: int
    column_formats: tuple[int, ...]

    def encode(self) -> bytes:
        return _encode_formats(self.tag, self.overall_format, self.column_formats)

    @classmethod
    def decode(cls, body: bytes) -> CopyInResponse:
        return cls(*_decode_formats(body))


class CopyOutResponse(Struct, frozen=True):
    """CopyData follows; one format code overall and one for each column."""

    tag: ClassVar[int] = ord("H")
    overall_format: int
    column_formats: tuple[int, ...]

    def encode(self) -> bytes:
        return _encode_formats(self.tag, self.overall_format, self.column_formats)

    @classmethod
    def decode(cls, body: bytes) -> CopyOutResponse:
        return cls(*_decode_formats(body))


class CopyBothResponse(Struct, frozen=True):
    """Starts streaming replication, which pgddb has not."""

    tag: ClassVar[int] = ord("W")
    overall_format: int
    column_formats: tuple[int, ...]

    def encode(self) -> bytes:
        return _encode_formats(self.tag, self.overall_format, self.column_formats)

    @classmethod
    def decode(cls, body: bytes) -> CopyBothResponse:
        return cls(*_decode_formats(body))


@dataclass(frozen=True, slots=True)
class CopyData:
    """A piece of a COPY stream; from a client its borders mean nothing."""

    tag: ClassVar[int] = ord("d")
    content: bytes = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, self.content)

    @classmethod
    def decode(cls, body: bytes) -> CopyData:
        return cls(body)


class CopyDone(Struct, frozen=True):
    """The COPY stream is complete."""

    tag: ClassVar[int] = ord("c")

    def encode(self) -> bytes:
        return b"c\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> CopyDone:
        BodyReader(body).finish()
        return cls()


class CopyFail(Struct, frozen=True):
    """The client gives up a COPY, and says why."""

    tag: ClassVar[int] = ord("f")
    reason: str

    def encode(self) -> bytes:
        return frame(self.tag, encode_text(self.reason))

    @classmethod
    def decode(cls, body: bytes) -> CopyFail:
        reader = BodyReader(body)
        message = cls(reader.text())
        reader.finish()
        return message


def _encode_formats(tag: int, overall_format: int, column_formats: tuple[int, ...]) -> bytes:
    codes = b"".join(map(UINT16.pack, column_formats))
    return frame(tag, bytes([overall_format]) + UINT16.pack(len(column_formats)) + codes)


def _decode_formats(body: bytes) -> tuple[int, tuple[int, ...]]:
    reader = BodyReader(body)
    overall_format = reader.byte()
    column_formats = reader.uint16s()
    reader.finish()
    return overall_format, column_formats
