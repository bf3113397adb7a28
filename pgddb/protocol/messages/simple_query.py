"""Messages of the simple query cycle, and those that both cycles share.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#id-1.10.6.7.4
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from msgspec import Struct

from pgddb.errors import MalformedMessage
from pgddb.protocol.buffer import INT32, UINT16, UINT32, BodyReader, encode_counted, encode_text, frame


class TransactionStatus(Enum):
    """What ReadyForQuery says about the session's transaction."""

    IDLE = "I"
    IN_BLOCK = "T"
    FAILED = "E"


class Query(Struct, frozen=True):
    """A query text, which may hold several statements."""

    tag: ClassVar[int] = ord("Q")
    text: str

    def encode(self) -> bytes:
        return frame(self.tag, encode_text(self.text))

    @classmethod
    def decode(cls, body: bytes) -> Query:
        reader = BodyReader(body)
        message = cls(reader.text())
        reader.finish()
        return message


class FunctionCall(Struct, frozen=True):
    """A call of a function by its OID; an old interface that the session refuses."""

    tag: ClassVar[int] = ord("F")
    function_oid: int
    argument_formats: tuple[int, ...]
    arguments: tuple[bytes | None, ...]
    result_format: int

    def encode(self) -> bytes:
        return frame(
            self.tag,
            b"".join(
                (
                    UINT32.pack(self.function_oid),
                    UINT16.pack(len(self.argument_formats)),
                    *map(UINT16.pack, self.argument_formats),
                    UINT16.pack(len(self.arguments)),
                    *map(encode_counted, self.arguments),
                    UINT16.pack(self.result_format),
                )
            ),
        )

    @classmethod
    def decode(cls, body: bytes) -> FunctionCall:
        reader = BodyReader(body)
        function_oid = reader.uint32()
        formats = reader.uint16s()
        arguments = reader.values()
        result_format = reader.uint16()
        reader.finish()
        return cls(function_oid, formats, arguments, result_format)


class FunctionCallResponse(Struct, frozen=True):
    """The result of a FunctionCall."""

    tag: ClassVar[int] = ord("V")
    value: bytes | None

    def encode(self) -> bytes:
        return frame(self.tag, encode_counted(self.value))

    @classmethod
    def decode(cls, body: bytes) -> FunctionCallResponse:
        reader = BodyReader(body)
        message = cls(reader.counted())
        reader.finish()
        return message


class Terminate(Struct, frozen=True):
    """The client says goodbye."""

    tag: ClassVar[int] = ord("X")

    def encode(self) -> bytes:
        return b"X\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> Terminate:
        BodyReader(body).finish()
        return cls()


class CommandComplete(Struct, frozen=True):
    """A statement is done; `command_tag` is its name and count, "SELECT 3"."""

    tag: ClassVar[int] = ord("C")
    command_tag: str

    def encode(self) -> bytes:
        return frame(self.tag, encode_text(self.command_tag))

    @classmethod
    def decode(cls, body: bytes) -> CommandComplete:
        reader = BodyReader(body)
        message = cls(reader.text())
        reader.finish()
        return message


class EmptyQueryResponse(Struct, frozen=True):
    """Instead of CommandComplete when the query text holds no statement."""

    tag: ClassVar[int] = ord("I")

    def encode(self) -> bytes:
        return b"I\0\0\0\4"

    @classmethod
    def decode(cls, body: bytes) -> EmptyQueryResponse:
        BodyReader(body).finish()
        return cls()


class ReadyForQuery(Struct, frozen=True):
    """The end of a cycle, and the transaction's status."""

    tag: ClassVar[int] = ord("Z")
    status: TransactionStatus

    def encode(self) -> bytes:
        return _READY[self.status]

    @classmethod
    def decode(cls, body: bytes) -> ReadyForQuery:
        if body not in _STATUSES:
            raise MalformedMessage("invalid transaction status")
        return cls(_STATUSES[body])


class NotificationResponse(Struct, frozen=True):
    """What another session's NOTIFY said."""

    tag: ClassVar[int] = ord("A")
    process_id: int
    channel: str
    payload: str

    def encode(self) -> bytes:
        return frame(self.tag, INT32.pack(self.process_id) + encode_text(self.channel) + encode_text(self.payload))

    @classmethod
    def decode(cls, body: bytes) -> NotificationResponse:
        reader = BodyReader(body)
        message = cls(reader.int32(), reader.text(), reader.text())
        reader.finish()
        return message


_READY = {status: frame(ReadyForQuery.tag, status.value.encode()) for status in TransactionStatus}
_STATUSES = {status.value.encode(): status for status in TransactionStatus}
