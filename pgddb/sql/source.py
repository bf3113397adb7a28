"""Hold one statement of a query text before anything is known about it."""

from __future__ import annotations

from msgspec import Struct

from pgddb.sql.lexer import Lexeme


class ParsedStatement(Struct, frozen=True):
    """One statement of a query text: its lexemes with offsets into `source`, not yet classified."""

    source: str
    text: str
    lexemes: tuple[Lexeme, ...]
