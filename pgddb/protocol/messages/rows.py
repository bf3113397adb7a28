"""Messages that describe and carry rows.

Source: https://www.postgresql.org/docs/15/protocol-message-formats.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import ClassVar

from pgddb.protocol.buffer import UINT16, BodyReader, encode_counted, encode_text, frame

_NUMBERS = Struct("!IhIhih")
MIN_FIELD_BYTES = 1 + _NUMBERS.size


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field of a result; table OID and attribute number are 0 for a computed one."""

    name: str
    type_oid: int
    type_size: int
    type_modifier: int = -1
    format_code: int = 0
    table_oid: int = 0
    attribute_number: int = 0

    def encode(self) -> bytes:
        """Give the field's part of a RowDescription, without tag and length."""
        return encode_text(self.name) + _NUMBERS.pack(
            self.table_oid,
            self.attribute_number,
            self.type_oid,
            self.type_size,
            self.type_modifier,
            self.format_code,
        )

    @classmethod
    def read(cls, reader: BodyReader) -> FieldDescription:
        name = reader.text()
        numbers = _NUMBERS.unpack(reader.take(_NUMBERS.size))
        table_oid, attribute_number, type_oid, type_size, type_modifier, format_code = numbers
        return cls(name, type_oid, type_size, type_modifier, format_code, table_oid, attribute_number)


class _Encoded:
    """Room for a message's bytes: one that describes a prepared statement is sent whenever the statement is bound."""

    __slots__ = ("_encoded",)


@dataclass(frozen=True, slots=True)
class RowDescription(_Encoded):
    """The fields of the rows that follow."""

    tag: ClassVar[int] = ord("T")
    fields: tuple[FieldDescription, ...]

    def encode(self) -> bytes:
        encoded: bytes | None = getattr(self, "_encoded", None)
        if encoded is None:
            body = UINT16.pack(len(self.fields)) + b"".join([described.encode() for described in self.fields])
            encoded = frame(self.tag, body)
            object.__setattr__(self, "_encoded", encoded)
        return encoded

    @classmethod
    def decode(cls, body: bytes) -> RowDescription:
        reader = BodyReader(body)
        fields = tuple([FieldDescription.read(reader) for _ in range(reader.count(MIN_FIELD_BYTES))])
        reader.finish()
        return cls(fields)


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of encoded values; None is NULL.

    Rows of tables do not pass through this class: pgtypes encodes whole
    batches (see ServerConnection.send_encoded).
    """

    tag: ClassVar[int] = ord("D")
    values: tuple[bytes | None, ...] = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, UINT16.pack(len(self.values)) + b"".join(map(encode_counted, self.values)))

    @classmethod
    def decode(cls, body: bytes) -> DataRow:
        reader = BodyReader(body)
        values = reader.values()
        reader.finish()
        return cls(values)
