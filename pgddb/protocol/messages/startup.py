"""Messages that open a connection and say who is who.

Source: https://www.postgresql.org/docs/18/protocol-message-formats.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from msgspec import Struct

from pgddb.errors import MalformedMessage, UnsupportedProtocol
from pgddb.protocol.buffer import UINT32, BodyReader, encode_text, frame

PROTOCOL_MAJOR = 3
LATEST_MINOR = 2
"""3.2 (PostgreSQL 18) differs from 3.0 only in longer cancel keys; there is no 3.1."""

SSL_REQUEST_CODE = 80877103
GSSENC_REQUEST_CODE = 80877104
CANCEL_REQUEST_CODE = 80877102

MAX_SECRET_BYTES = 256
"""The longest cancel key that protocol 3.2 allows; 3.0 knows 4 bytes only."""

PROTOCOL_OPTION_PREFIX = "_pq_."


class StartupMessage(Struct, frozen=True):
    """Opens a session; parameters keep their order."""

    major: int
    minor: int
    parameters: tuple[tuple[str, str], ...]

    @property
    def agreed_minor(self) -> int:
        """The minor version that both sides speak."""
        return min(self.minor, LATEST_MINOR)

    def parameter(self, name: str) -> str | None:
        """Find a parameter; the last one of a name counts."""
        return dict(self.parameters).get(name)

    def negotiation(self) -> NegotiateProtocolVersion | None:
        """Say what of the asked protocol is not spoken here, or None if all is.

        No `_pq_.` option is known, so each one that is sent is refused.
        """
        unknown = tuple(name for name, _ in self.parameters if name.startswith(PROTOCOL_OPTION_PREFIX))
        if self.minor <= LATEST_MINOR and not unknown:
            return None
        return NegotiateProtocolVersion(PROTOCOL_MAJOR, self.agreed_minor, unknown)

    def encode(self) -> bytes:
        texts = b"".join(encode_text(name) + encode_text(value) for name, value in self.parameters)
        return _untagged(UINT32.pack(self.major << 16 | self.minor) + texts + b"\0")

    @classmethod
    def decode(cls, body: bytes) -> StartupMessage:
        reader = BodyReader(body)
        version = reader.uint32()
        major, minor = version >> 16, version & 0xFFFF
        if major != PROTOCOL_MAJOR:
            raise UnsupportedProtocol(
                f"unsupported frontend protocol {major}.{minor}: "
                f"server supports {PROTOCOL_MAJOR}.0 to {PROTOCOL_MAJOR}.{LATEST_MINOR}"
            )
        if not body.endswith(b"\0"):
            raise MalformedMessage("invalid startup packet layout: expected terminator as last byte")
        parameters = []
        while name := reader.text():
            parameters.append((name, reader.text()))
        reader.finish()
        return cls(major, minor, tuple(parameters))


class SSLRequest(Struct, frozen=True):
    """Asks for TLS; the answer is one byte."""

    def encode(self) -> bytes:
        return _untagged(UINT32.pack(SSL_REQUEST_CODE))

    @classmethod
    def decode(cls, body: bytes) -> SSLRequest:
        _only_code(body, SSL_REQUEST_CODE)
        return cls()


class GSSENCRequest(Struct, frozen=True):
    """Asks for GSSAPI encryption; the answer is one byte."""

    def encode(self) -> bytes:
        return _untagged(UINT32.pack(GSSENC_REQUEST_CODE))

    @classmethod
    def decode(cls, body: bytes) -> GSSENCRequest:
        _only_code(body, GSSENC_REQUEST_CODE)
        return cls()


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Asks another connection's statement to stop; has no answer."""

    process_id: int
    secret: bytes = field(repr=False)

    def encode(self) -> bytes:
        return _untagged(UINT32.pack(CANCEL_REQUEST_CODE) + UINT32.pack(self.process_id) + self.secret)

    @classmethod
    def decode(cls, body: bytes) -> CancelRequest:
        reader = BodyReader(body)
        _require_code(reader, CANCEL_REQUEST_CODE)
        return cls(reader.uint32(), _secret(reader))


@dataclass(frozen=True, slots=True)
class BackendKeyData:
    """Tells the client what to put into a CancelRequest."""

    tag: ClassVar[int] = ord("K")
    process_id: int
    secret: bytes = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.process_id) + self.secret)

    @classmethod
    def decode(cls, body: bytes) -> BackendKeyData:
        reader = BodyReader(body)
        return cls(reader.uint32(), _secret(reader))


class ParameterStatus(Struct, frozen=True):
    """Tells the client the value of a setting that it may care for."""

    tag: ClassVar[int] = ord("S")
    name: str
    value: str

    def encode(self) -> bytes:
        return frame(self.tag, encode_text(self.name) + encode_text(self.value))

    @classmethod
    def decode(cls, body: bytes) -> ParameterStatus:
        reader = BodyReader(body)
        message = cls(reader.text(), reader.text())
        reader.finish()
        return message


class NegotiateProtocolVersion(Struct, frozen=True):
    """Says which version is spoken instead, and which options are not known.

    The documentation up to 17 calls the number the minor version; the
    server sends, and libpq reads, the whole version.
    """

    tag: ClassVar[int] = ord("v")
    major: int
    minor: int
    unknown_options: tuple[str, ...]

    def encode(self) -> bytes:
        body = UINT32.pack(self.major << 16 | self.minor) + UINT32.pack(len(self.unknown_options))
        return frame(self.tag, body + b"".join(map(encode_text, self.unknown_options)))

    @classmethod
    def decode(cls, body: bytes) -> NegotiateProtocolVersion:
        reader = BodyReader(body)
        version, count = reader.uint32(), reader.uint32()
        reader.require(count)
        options = tuple(reader.text() for _ in range(count))
        reader.finish()
        return cls(version >> 16, version & 0xFFFF, options)


def _untagged(body: bytes) -> bytes:
    return UINT32.pack(len(body) + 4) + body


def _require_code(reader: BodyReader, code: int) -> None:
    if reader.uint32() != code:
        raise MalformedMessage("invalid request code")


def _only_code(body: bytes, code: int) -> None:
    reader = BodyReader(body)
    _require_code(reader, code)
    reader.finish()


def _secret(reader: BodyReader) -> bytes:
    secret = reader.rest()
    if not 0 < len(secret) <= MAX_SECRET_BYTES:
        raise MalformedMessage("invalid length of cancel key")
    return secret
