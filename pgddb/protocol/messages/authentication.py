"""Messages that prove who the client is.

Source: https://www.postgresql.org/docs/15/sasl-authentication.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from msgspec import Struct

from pgddb.errors import MalformedMessage
from pgddb.protocol.buffer import INT32, UINT32, BodyReader, encode_counted, encode_text, frame

AUTHENTICATION_TAG = ord("R")
PASSWORD_TAG = ord("p")
"""One tag for every answer; what it means depends on what the server asked."""


class AuthenticationOk(Struct, frozen=True):
    """The client is let in."""

    tag: ClassVar[int] = AUTHENTICATION_TAG
    code: ClassVar[int] = 0

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.code))

    @classmethod
    def decode(cls, body: bytes) -> AuthenticationOk:
        _open(body, cls.code).finish()
        return cls()


class AuthenticationCleartextPassword(Struct, frozen=True):
    """Asks for the password as it is."""

    tag: ClassVar[int] = AUTHENTICATION_TAG
    code: ClassVar[int] = 3

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.code))

    @classmethod
    def decode(cls, body: bytes) -> AuthenticationCleartextPassword:
        _open(body, cls.code).finish()
        return cls()


class AuthenticationMD5Password(Struct, frozen=True):
    """Asks for the password's salted MD5."""

    tag: ClassVar[int] = AUTHENTICATION_TAG
    code: ClassVar[int] = 5
    salt: bytes

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.code) + self.salt)

    @classmethod
    def decode(cls, body: bytes) -> AuthenticationMD5Password:
        reader = _open(body, cls.code)
        message = cls(reader.take(4))
        reader.finish()
        return message


class AuthenticationSASL(Struct, frozen=True):
    """Offers SASL mechanisms, the preferred one first."""

    tag: ClassVar[int] = AUTHENTICATION_TAG
    code: ClassVar[int] = 10
    mechanisms: tuple[str, ...]

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.code) + b"".join(map(encode_text, self.mechanisms)) + b"\0")

    @classmethod
    def decode(cls, body: bytes) -> AuthenticationSASL:
        reader = _open(body, cls.code)
        mechanisms = []
        while mechanism := reader.text():
            mechanisms.append(mechanism)
        reader.finish()
        return cls(tuple(mechanisms))


@dataclass(frozen=True, slots=True)
class AuthenticationSASLContinue:
    """The server's challenge."""

    tag: ClassVar[int] = AUTHENTICATION_TAG
    code: ClassVar[int] = 11
    content: bytes = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.code) + self.content)

    @classmethod
    def decode(cls, body: bytes) -> AuthenticationSASLContinue:
        return cls(_open(body, cls.code).rest())


@dataclass(frozen=True, slots=True)
class AuthenticationSASLFinal:
    """The server's proof, before AuthenticationOk."""

    tag: ClassVar[int] = AUTHENTICATION_TAG
    code: ClassVar[int] = 12
    content: bytes = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, UINT32.pack(self.code) + self.content)

    @classmethod
    def decode(cls, body: bytes) -> AuthenticationSASLFinal:
        return cls(_open(body, cls.code).rest())


@dataclass(frozen=True, slots=True)
class PasswordMessage:
    """The password, clear or hashed, as the client's bytes."""

    tag: ClassVar[int] = PASSWORD_TAG
    password: bytes = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, self.password + b"\0")

    @classmethod
    def decode(cls, body: bytes) -> PasswordMessage:
        if not body or body.find(0) != len(body) - 1:
            raise MalformedMessage("invalid password packet size")
        return cls(body[:-1])


@dataclass(frozen=True, slots=True)
class SASLInitialResponse:
    """The chosen mechanism and, for most mechanisms, a first response."""

    tag: ClassVar[int] = PASSWORD_TAG
    mechanism: str
    response: bytes | None = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, encode_text(self.mechanism) + encode_counted(self.response))

    @classmethod
    def decode(cls, body: bytes) -> SASLInitialResponse:
        reader = BodyReader(body)
        message = cls(reader.text(), reader.counted())
        reader.finish()
        return message


@dataclass(frozen=True, slots=True)
class SASLResponse:
    """The client's answer to a challenge."""

    tag: ClassVar[int] = PASSWORD_TAG
    response: bytes = field(repr=False)

    def encode(self) -> bytes:
        return frame(self.tag, self.response)

    @classmethod
    def decode(cls, body: bytes) -> SASLResponse:
        return cls(body)


AuthenticationRequest = (
    AuthenticationOk
    | AuthenticationCleartextPassword
    | AuthenticationMD5Password
    | AuthenticationSASL
    | AuthenticationSASLContinue
    | AuthenticationSASLFinal
)

_REQUESTS: dict[int, type[AuthenticationRequest]] = {
    request.code: request
    for request in (
        AuthenticationOk,
        AuthenticationCleartextPassword,
        AuthenticationMD5Password,
        AuthenticationSASL,
        AuthenticationSASLContinue,
        AuthenticationSASLFinal,
    )
}


def decode_authentication(body: bytes) -> AuthenticationRequest:
    """Decode the one of the Authentication messages that the code in the body names."""
    code = BodyReader(body).int32()
    if code not in _REQUESTS:
        raise MalformedMessage(f"authentication method {code} not known")
    return _REQUESTS[code].decode(body)


def _open(body: bytes, code: int) -> BodyReader:
    reader = BodyReader(body)
    if reader.take(4) != INT32.pack(code):
        raise MalformedMessage("invalid authentication code")
    return reader
