"""Bracket typed literals before parsing: `timestamp '...'::date` becomes `CAST('...' AS timestamp)::date`.

sqlglot reads the first as `timestamp ('...'::date)`, which has another value.
"""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.errors import SqlError
from pgddb.sql.functions.intervals import parse_fields
from pgddb.sql.lexer import Kind, Lexeme
from pgddb.sql.words import words

Indexed = tuple[Lexeme, int]
"""A lexeme with its index in the statement; one that was put in has the index of its neighbour."""

_TYPE_WORDS = words(
    """
    INT INTEGER SMALLINT BIGINT INT2 INT4 INT8 FLOAT FLOAT4 FLOAT8 REAL NUMERIC DECIMAL DEC BOOL BOOLEAN TEXT
    VARCHAR BPCHAR CHAR CHARACTER BYTEA DATE TIME TIMETZ TIMESTAMP TIMESTAMPTZ INTERVAL JSON JSONB JSONPATH UUID
    XML OID REGCLASS REGTYPE REGPROC REGPROCEDURE REGNAMESPACE REGROLE NAME BIT VARBIT INET CIDR MACADDR
    MACADDR8 MONEY POINT LINE LSEG BOX PATH POLYGON CIRCLE TSVECTOR TSQUERY PG_LSN INT4RANGE INT8RANGE NUMRANGE
    TSRANGE TSTZRANGE DATERANGE DOUBLE
    """
)
_INTERVAL_FIELDS = frozenset(["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"])


def bracket_typed_literals(lexemes: Sequence[Lexeme]) -> list[Indexed]:
    """Give the lexemes with every typed literal in the form of a cast."""
    out: list[Indexed] = []
    at = 0
    while at < len(lexemes):
        string_at = _string_after_type(lexemes, at) if lexemes[at].word in _TYPE_WORDS else None
        if string_at is None or not _may_begin_literal(lexemes, at):
            out.append((lexemes[at], at))
            at += 1
            continue
        _drop_catalog_prefix(out)
        at = _append_cast(out, lexemes, at, string_at)
    return out


def _drop_catalog_prefix(out: list[Indexed]) -> None:
    """Drop a `pg_catalog.` that was passed before the type's name."""
    if len(out) >= 2 and out[-1][0].value == "." and out[-2][0].value == "pg_catalog":
        del out[-2:]


def _may_begin_literal(lexemes: Sequence[Lexeme], at: int) -> bool:
    if at == 0:
        return True
    before = lexemes[at - 1]
    if before.value == ".":
        return at >= 2 and lexemes[at - 2].value == "pg_catalog"
    return before.value != "::" and before.word != "AS"


def _string_after_type(lexemes: Sequence[Lexeme], at: int) -> int | None:
    """Find the string that follows the type's name at `at`, if one does."""
    after = at + 1
    if _word(lexemes, after) in ("PRECISION", "VARYING"):
        after += 1
    if _value(lexemes, after) == "(":
        while after < len(lexemes) and lexemes[after].value != ")":
            if lexemes[after].kind not in (Kind.NUMBER, Kind.PUNCTUATION):
                return None
            after += 1
        after += 1
    if [_word(lexemes, after + step) for step in (1, 2)] == ["TIME", "ZONE"]:
        after += 3
    if after < len(lexemes) and lexemes[after].kind is Kind.STRING:
        return after
    return None


def _word(lexemes: Sequence[Lexeme], at: int) -> str:
    return lexemes[at].word if at < len(lexemes) else ""


def _value(lexemes: Sequence[Lexeme], at: int) -> str:
    return lexemes[at].value if at < len(lexemes) else ""


def _append_cast(out: list[Indexed], lexemes: Sequence[Lexeme], at: int, string_at: int) -> int:
    """Add the cast and give the place behind the literal."""
    string, end = lexemes[string_at], string_at + 1
    if lexemes[at].word == "INTERVAL" and _word(lexemes, end) in _INTERVAL_FIELDS:
        string, end = _with_field(lexemes, string_at)
    first, last = lexemes[at], lexemes[string_at]

    def put(kind: Kind, value: str, near: Lexeme, index: int) -> None:
        out.append((Lexeme(kind, value, near.start, near.end), index))

    put(Kind.WORD, "CAST", first, at)
    put(Kind.PUNCTUATION, "(", first, at)
    out.append((string, string_at))
    put(Kind.WORD, "AS", last, string_at)
    out.extend((lexemes[index], index) for index in range(at, string_at))
    put(Kind.PUNCTUATION, ")", last, string_at)
    return end


def _with_field(lexemes: Sequence[Lexeme], string_at: int) -> tuple[Lexeme, int]:
    """Put the fields of `interval '1 2' day to hour` into its text."""
    string, end = lexemes[string_at], string_at + 2
    first = last = _word(lexemes, string_at + 1)
    if _word(lexemes, end) == "TO" and _word(lexemes, end + 1) in _INTERVAL_FIELDS:
        last, end = _word(lexemes, end + 1), end + 2
    precision = 6
    if last == "SECOND" and _value(lexemes, end) == "(":
        precision, end = int(_value(lexemes, end + 1)), end + 3
    try:
        value = parse_fields(string.value, first, last, precision)
    except SqlError as error:
        error.position = string.start + 1
        raise
    text = f"{value.months} mons {value.days} days {value.microseconds} microseconds"
    return Lexeme(Kind.STRING, text, string.start, string.end), end
