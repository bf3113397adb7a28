"""Refuse what PostgreSQL's grammar refuses and sqlglot's parser lets pass.

Each check looks at neighbouring lexemes only, so it can name the place that
PostgreSQL names.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.sql.lexer import Kind, Lexeme, syntax_error_near
from pgddb.sql.words import words

_WANTS_MORE = words(
    """
    WHERE FROM BY AND OR NOT JOIN ON GROUP ORDER SET HAVING VALUES LIMIT OFFSET IN LIKE ILIKE UNION EXCEPT INTERSECT AS
    BETWEEN IS CASE WHEN THEN USING INTO WITH OVER PARTITION CROSS NATURAL LEFT RIGHT FULL INNER TABLE
    """
)
_CLAUSES = words("FROM WHERE GROUP HAVING ORDER LIMIT OFFSET UNION EXCEPT INTERSECT FETCH WINDOW RETURNING")
_OPERANDS = frozenset([Kind.NUMBER, Kind.PARAMETER, Kind.STRING, Kind.BITS])
_WANTS_OPERAND = words("WHERE HAVING AND OR NOT BY")
_FILLED_BRACKETS = words("IN VALUES")


def refuse_loose_syntax(source: str, lexemes: Sequence[Lexeme]) -> None:
    """Check a statement's lexemes.

    Raises:
        SqlSyntaxError: PostgreSQL would not parse it.
    """
    _refuse_unsupported(lexemes)
    _check_brackets(source, lexemes)
    _check_end(source, lexemes)
    _check_start(source, lexemes)
    for before, lexeme in pairwise(lexemes):
        if _cannot_follow(before, lexeme):
            raise syntax_error_near(source[lexeme.start : lexeme.end], lexeme.start)
    for one, two, three in zip(lexemes, lexemes[1:], lexemes[2:], strict=False):
        if one.word in _FILLED_BRACKETS and two.value == "(" and three.value == ")" and three.kind is Kind.PUNCTUATION:
            raise syntax_error_near(")", three.start)
    _check_joins(source, lexemes)


def _refuse_unsupported(lexemes: Sequence[Lexeme]) -> None:
    """Name the clauses that the parser does not know."""
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


def _check_brackets(source: str, lexemes: Sequence[Lexeme]) -> None:
    """Refuse a subscript right behind the type of a cast, and a * that DISTINCT would have to compare."""
    for one, two, three, four in zip(lexemes, lexemes[1:], lexemes[2:], lexemes[3:], strict=False):
        is_type = one.value == "::" and one.kind is Kind.PUNCTUATION and two.kind in (Kind.WORD, Kind.QUOTED)
        if is_type and three.value == "[" and four.kind is Kind.STRING:
            raise syntax_error_near(source[four.start : four.end], four.start)
        if (one.value, two.word, three.value, four.value) == ("(", "DISTINCT", "*", ")"):
            raise syntax_error_near("*", three.start)


def _ends_using(lexemes: Sequence[Lexeme], end: int) -> bool:
    """Say whether the bracket at this place closes the list of a join's USING."""
    depth = 0
    for at in range(end, 0, -1):
        if lexemes[at].kind is Kind.PUNCTUATION:
            depth += {")": 1, "(": -1}.get(lexemes[at].value, 0)
        if depth == 0:
            return lexemes[at - 1].word == "USING"
    return False


def error_at_end(source: str, end: int) -> SqlSyntaxError:
    """Make the error for a statement that ends too early: at its semicolon, or at the end of the text."""
    rest = source[end:].lstrip()
    if rest.startswith(";"):
        return syntax_error_near(";", len(source) - len(rest))
    return SqlSyntaxError("syntax error at end of input", position=len(source) + 1)


def _check_end(source: str, lexemes: Sequence[Lexeme]) -> None:
    last = lexemes[-1]
    sorts = len(lexemes) > 1 and lexemes[-2].word == "USING"
    is_sign = last.kind is Kind.OPERATOR and last.value != "*" and not sorts
    if is_sign or last.word in _WANTS_MORE or (last.kind is Kind.PUNCTUATION and last.value in (",", ".", "::", "(")):
        raise error_at_end(source, last.end)


def _check_start(source: str, lexemes: Sequence[Lexeme]) -> None:
    wanted = {"DELETE": "FROM", "INSERT": "INTO", "MERGE": "INTO"}.get(lexemes[0].word)
    if wanted is not None and len(lexemes) > 1 and lexemes[1].word != wanted:
        raise syntax_error_near(source[lexemes[1].start : lexemes[1].end], lexemes[1].start)
    for at in range(len(lexemes) - 2):
        if lexemes[at].word == "DISTINCT" and lexemes[at + 1].word == "ON" and lexemes[at + 2].value != "(":
            raise syntax_error_near(source[lexemes[at + 2].start : lexemes[at + 2].end], lexemes[at + 2].start)


def _cannot_follow(before: Lexeme, lexeme: Lexeme) -> bool:
    if lexeme.kind is Kind.PUNCTUATION and lexeme.value == "..":
        return True
    if before.kind in _OPERANDS and lexeme.kind in _OPERANDS:
        return True
    closes = lexeme.word in _CLAUSES or (lexeme.kind is Kind.PUNCTUATION and lexeme.value in (")", ","))
    comma = before.kind is Kind.PUNCTUATION and before.value == ","
    return closes and (comma or before.word in _WANTS_OPERAND)


def _check_joins(source: str, lexemes: Sequence[Lexeme]) -> None:
    """Ask for ON or USING at every JOIN but CROSS and NATURAL, bracket by bracket."""
    waiting = [0]
    for at, lexeme in enumerate(lexemes):
        closes = lexeme.kind is Kind.PUNCTUATION and lexeme.value == ")"
        if waiting[-1] and (closes or (lexeme.word in _CLAUSES and lexeme.word != "FROM")):
            raise syntax_error_near(source[lexeme.start : lexeme.end], lexeme.start)
        if closes:
            waiting = waiting[:-1] or [0]
        elif lexeme.kind is Kind.PUNCTUATION and lexeme.value == "(":
            waiting.append(0)
        else:
            waiting[-1] = max(waiting[-1] + _join_weight(lexemes, at), 0)
    if waiting[-1]:
        raise error_at_end(source, lexemes[-1].end)


def _join_weight(lexemes: Sequence[Lexeme], at: int) -> int:
    """Give 1 for a JOIN that asks for a condition, -1 for a condition."""
    word = lexemes[at].word
    if word == "JOIN":
        return 0 if _is_unconditional(lexemes, at) else 1
    sorts = word == "USING" and at + 1 < len(lexemes) and lexemes[at + 1].kind is Kind.OPERATOR
    return -1 if word in ("ON", "USING") and not sorts else 0


def _is_unconditional(lexemes: Sequence[Lexeme], at: int) -> bool:
    before = [lexeme.word for lexeme in lexemes[max(at - 3, 0) : at]]
    while before and before[-1] in ("LEFT", "RIGHT", "FULL", "INNER", "OUTER"):
        before.pop()
    return bool(before) and before[-1] in ("CROSS", "NATURAL")
