"""Hold a query text to PostgreSQL's own grammar before anything else reads it.

sqlglot's parser takes the syntax of many dialects, so it cannot say what PostgreSQL refuses. libpg_query is
PostgreSQL's parser as a library. Only its splitter is called: it parses without walking the tree, so that no depth of
nesting can exhaust the stack. It is the parser of a newer version; what PostgreSQL 15 lacks is refused later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from postgast import PgQueryError, split

from pgddb.errors import FeatureNotSupported, SqlError, SqlSyntaxError, StatementTooComplex, WindowingError
from pgddb.sql.lexer import Lexeme

_COMMENT = "/*"
_NOT_LINE_END = re.compile(r"[^\r\n]")


def check_grammar(text: str, lexemes: Sequence[Lexeme]) -> None:
    """Refuse a query text that PostgreSQL would not parse.

    Args:
        text: all statements of a Query or Parse.
        lexemes: what `scan` made of the text.

    Raises:
        SqlSyntaxError: with PostgreSQL's message and the place that it names.
        StatementTooComplex: it nests deeper than PostgreSQL's parser goes.
    """
    if not lexemes:
        return
    try:
        split(_without_comments(text, lexemes))
    except PgQueryError as error:
        raise _translated(error) from error


def _without_comments(text: str, lexemes: Sequence[Lexeme]) -> str:
    """Put blanks in the place of comments: PostgreSQL's scanner needs the square of the time for nested ones."""
    if _COMMENT not in text:
        return text
    pieces: list[str] = []
    at = 0
    for lexeme in lexemes:
        pieces += [_NOT_LINE_END.sub(" ", text[at : lexeme.start]), text[lexeme.start : lexeme.end]]
        at = lexeme.end
    return "".join(pieces)


def _translated(error: PgQueryError) -> SqlError:
    """Give the error its class back, which the library does not tell."""
    message, position = error.message, error.cursorpos or None
    if message.startswith("memory exhausted"):
        return StatementTooComplex("stack depth limit exceeded", hint="Nest the statement less deeply.")
    if message.startswith("frame "):
        return WindowingError(message, position=position)
    if message.endswith("not yet implemented"):
        return FeatureNotSupported(message, position=position)
    hint = "Use separate LIMIT and OFFSET clauses." if message.startswith("LIMIT #,#") else None
    return SqlSyntaxError(message, position=position, hint=hint)
