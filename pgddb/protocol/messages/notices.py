"""ErrorResponse and NoticeResponse, and what they report.

Source: https://www.postgresql.org/docs/15/protocol-error-fields.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from msgspec import Struct

from pgddb.errors import MalformedMessage, SqlError
from pgddb.protocol.buffer import BodyReader, frame

FIELD_LETTERS: dict[str, str] = {
    "C": "sqlstate",
    "M": "message",
    "D": "detail",
    "H": "hint",
    "P": "position",
    "p": "internal_position",
    "q": "internal_query",
    "W": "where",
    "s": "schema_name",
    "t": "table_name",
    "c": "column_name",
    "d": "type_name",
    "n": "constraint_name",
    "F": "source_file",
    "L": "source_line",
    "R": "source_routine",
}
"""Letter to attribute of Diagnostics; severity has two letters (S may be translated, V not) and goes first."""

NUMBERS = frozenset({"position", "internal_position", "source_line"})
FATAL_SEVERITIES = frozenset({"FATAL", "PANIC"})


class Diagnostics(Struct, frozen=True):
    """What an error or a notice says; positions count characters from 1."""

    severity: str
    sqlstate: str
    message: str
    detail: str | None = None
    hint: str | None = None
    position: int | None = None
    internal_position: int | None = None
    internal_query: str | None = None
    where: str | None = None
    schema_name: str | None = None
    table_name: str | None = None
    column_name: str | None = None
    type_name: str | None = None
    constraint_name: str | None = None
    source_file: str | None = None
    source_line: int | None = None
    source_routine: str | None = None

    @classmethod
    def of(cls, error: SqlError, *, severity: str | None = None) -> Diagnostics:
        """Report an error, with its own severity unless another is given."""
        return cls(
            severity or error.severity,
            error.sqlstate,
            error.message,
            detail=error.detail,
            hint=error.hint,
            position=error.position,
            where=error.where,
        )

    @property
    def ends_connection(self) -> bool:
        return self.severity in FATAL_SEVERITIES

    def encode(self, tag: int) -> bytes:
        parts = [_encode_field("S", self.severity), _encode_field("V", self.severity)]
        for letter, name in FIELD_LETTERS.items():
            value = getattr(self, name)
            if value is not None:
                parts.append(_encode_field(letter, str(value)))
        return frame(tag, b"".join(parts) + b"\0")

    @classmethod
    def decode(cls, body: bytes) -> Diagnostics:
        """Decode the fields; letters of a later protocol are left out, as the documentation asks."""
        reader = BodyReader(body)
        texts: dict[str, str] = {}
        while letter := reader.byte():
            texts[chr(letter)] = reader.text()
        reader.finish()
        severity = texts.get("V") or texts.get("S")
        if severity is None or "C" not in texts or "M" not in texts:
            raise MalformedMessage("severity, SQLSTATE or message missing")
        attributes = {FIELD_LETTERS[letter]: text for letter, text in texts.items() if letter in FIELD_LETTERS}
        numbers = {name: _number(attributes.pop(name)) for name in NUMBERS & attributes.keys()}
        return cls(severity=severity, **attributes, **numbers)  # type: ignore[arg-type]  # letters name the types


class ErrorResponse(Struct, frozen=True):
    """An error; FATAL and PANIC end the connection."""

    tag: ClassVar[int] = ord("E")
    diagnostics: Diagnostics

    def encode(self) -> bytes:
        return self.diagnostics.encode(self.tag)

    @classmethod
    def decode(cls, body: bytes) -> ErrorResponse:
        return cls(Diagnostics.decode(body))


class NoticeResponse(Struct, frozen=True):
    """A warning, a notice or anything else that ends nothing."""

    tag: ClassVar[int] = ord("N")
    diagnostics: Diagnostics

    def encode(self) -> bytes:
        return _encoded_notice(self)

    @classmethod
    def decode(cls, body: bytes) -> NoticeResponse:
        return cls(Diagnostics.decode(body))


@lru_cache(maxsize=256)
def _encoded_notice(notice: NoticeResponse) -> bytes:
    """Encode a notice; the bills of many statements read the same."""
    return notice.diagnostics.encode(notice.tag)


def _encode_field(letter: str, text: str) -> bytes:
    """Encode a field and never fail: what cannot be sent would hide the error that it tells of."""
    return letter.encode() + text.replace("\0", "\ufffd").encode(errors="backslashreplace") + b"\0"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise MalformedMessage("a position or line is no number")
    return int(text)
