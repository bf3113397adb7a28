"""Name the clauses that PostgreSQL knows and sqlglot's parser does not; what is no SQL, `grammar` refuses before."""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.errors import FeatureNotSupported
from pgddb.sql.lexer import Kind, Lexeme


def refuse_unsupported_clauses(lexemes: Sequence[Lexeme]) -> None:
    """Check a statement's lexemes, which PostgreSQL's grammar has passed.

    Raises:
        FeatureNotSupported: with the clause's name and place.
    """
    if [lexeme.word for lexeme in lexemes[-2:]] == ["DEFAULT", "VALUES"]:  # the parser takes it for an empty list
        raise FeatureNotSupported("INSERT ... DEFAULT VALUES is not supported", position=lexemes[-2].start + 1)
    for at in range(1, len(lexemes) - 1):
        lexeme, after = lexemes[at], lexemes[at + 1]
        if lexemes[at - 1].value != ")":
            continue
        if lexeme.word == "SEARCH" and after.word in ("DEPTH", "BREADTH"):
            raise FeatureNotSupported(
                "SEARCH is not supported", hint="Build the path in a column.", position=lexeme.start + 1
            )
        if lexeme.word == "CYCLE" and after.kind in (Kind.WORD, Kind.QUOTED):
            raise FeatureNotSupported(
                "CYCLE is not supported", hint="Collect the rows seen in an array.", position=lexeme.start + 1
            )
        if lexeme.word == "AS" and _ends_using(lexemes, at - 1):
            raise FeatureNotSupported("an alias of JOIN ... USING is not supported", position=lexeme.start + 1)


def _ends_using(lexemes: Sequence[Lexeme], end: int) -> bool:
    """Say whether the bracket at this place closes the list of a join's USING."""
    depth = 0
    for at in range(end, 0, -1):
        if lexemes[at].kind is Kind.PUNCTUATION:
            depth += {")": 1, "(": -1}.get(lexemes[at].value, 0)
        if depth == 0:
            return lexemes[at - 1].word == "USING"
    return False
