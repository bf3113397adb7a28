"""Hold one statement of a query text before anything is known about it."""

from __future__ import annotations

from dataclasses import dataclass

from pgddb.sql.lexer import Lexeme


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One statement of a query text: its lexemes with offsets into `source`, not yet classified."""

    source: str
    text: str
    lexemes: tuple[Lexeme, ...]
