"""Give PostgreSQL's regular expressions, LIKE lists and format() their meaning.

Source: https://www.postgresql.org/docs/15/functions-matching.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pgddb.errors import InvalidParameterValue, InvalidRegularExpression, SqlError
from pgddb.sql.functions.scalar import ScalarFunction, by_value
from pgddb.sql.words import words

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r" \t\n\r\f\v",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "word": r"\w",
}
_CLASS = re.compile(r"\[:(\w+):\]")
_ESCAPES = {r"\m": r"\b(?=\w)", r"\M": r"\b(?<=\w)", r"\y": r"\b", r"\Y": r"\B", r"\A": r"\A", r"\Z": r"\Z"}
_ESCAPE = re.compile(r"\\.", re.DOTALL)


def python_pattern(pattern: str) -> str:
    """Spell an advanced regular expression as Python's re does."""

    def name_class(match: re.Match[str]) -> str:
        inside = _CLASSES.get(match[1])
        if inside is None:
            raise InvalidRegularExpression("invalid regular expression: invalid character class")
        return inside

    def escape(match: re.Match[str]) -> str:
        return _ESCAPES.get(match[0], match[0])

    return _ESCAPE.sub(escape, _CLASS.sub(name_class, pattern))


_FLAGS: dict[str, Callable[[re.RegexFlag], re.RegexFlag]] = {
    "i": lambda options: options | re.IGNORECASE,
    "x": lambda options: options | re.VERBOSE,
    "n": lambda options: (options | re.MULTILINE) & ~re.DOTALL,
    "m": lambda options: (options | re.MULTILINE) & ~re.DOTALL,
    "p": lambda options: options & ~re.DOTALL,
    "w": lambda options: options | re.MULTILINE,
    **dict.fromkeys("cesgq", lambda options: options),
}


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """Compile a pattern with PostgreSQL's flags.

    Raises:
        InvalidRegularExpression: the pattern is none.
        InvalidParameterValue: a flag does not exist.
    """
    options = re.DOTALL
    for flag in flags:
        change = _FLAGS.get(flag)
        if change is None:
            raise InvalidParameterValue(f'invalid regular expression option: "{flag}"')
        options = change(options)
    try:
        return re.compile(re.escape(pattern) if "q" in flags else python_pattern(pattern), options)
    except re.error as error:
        raise InvalidRegularExpression(f"invalid regular expression: {error.msg}") from error


def like(text: str, pattern: str, flags: str) -> bool:
    """Do the operator ~."""
    return compiled(pattern, flags).search(text) is not None


def first_match(text: str, pattern: str, flags: str) -> list[str | None] | None:
    """Do regexp_match."""
    if "g" in flags:
        raise InvalidParameterValue(
            'regexp_match() does not support the "global" option', hint="Use the regexp_matches function instead."
        )
    found = compiled(pattern, flags).search(text)
    return None if found is None else _groups(found)


def _groups(found: re.Match[str]) -> list[str | None]:
    return list(found.groups()) if found.re.groups else [found[0]]


def all_matches(text: str, pattern: str, flags: str) -> list[list[str | None]]:
    """Do regexp_matches: one list for each row."""
    found = [_groups(match) for match in compiled(pattern, flags).finditer(text)]
    return found if "g" in flags else found[:1]


def replace(text: str, pattern: str, replacement: str, flags: str) -> str:
    """Do regexp_replace."""

    def fill(match: re.Match[str]) -> str:
        def part(mark: re.Match[str]) -> str:
            sign = mark[1]
            if sign.isdigit() and sign != "0":
                return (match[int(sign)] or "") if int(sign) <= match.re.groups else ""
            return match[0] if sign == "&" else "\\" if sign == "\\" else mark[0]

        return re.sub(r"\\(.)", part, replacement)

    return compiled(pattern, flags).sub(fill, text, count=0 if "g" in flags else 1)


def split(text: str, pattern: str, flags: str) -> list[str]:
    """Do regexp_split_to_array: an empty match at the ends does not split."""
    parts: list[str] = []
    start = 0
    for found in compiled(pattern, flags).finditer(text):
        if found.end() == 0 or found.start() >= len(text) or (found.start() == found.end() == start):
            continue
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]


def substring(text: str, pattern: str) -> str | None:
    """Give the first match of a pattern, or of its first group, as substring does."""
    found = compiled(pattern, "").search(text)
    if found is None:
        return None
    return found[1] if found.re.groups else found[0]


def count(text: str, pattern: str) -> int:
    """Do regexp_count."""
    return sum(1 for _ in compiled(pattern, "").finditer(text))


def similar_pattern(pattern: str, escape: str) -> str:
    """Spell a SIMILAR TO pattern as a regular expression for the whole text.

    >>> similar_pattern("(A|b)%_x.", chr(92))
    '^(?:(?:A|b).*.x[.])$'
    """
    out: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        sign = pattern[at]
        if escape and sign == escape and at + 1 < len(pattern):
            at += 1
            out.append(re.escape(pattern[at]))
        elif in_class:
            out.append("\\\\" if sign == "\\" else sign)
            in_class = sign != "]"
        else:
            out.append(_SIMILAR.get(sign, sign))
            in_class = sign == "["
        at += 1
    return "^(?:" + "".join(out) + ")$"


_SIMILAR = {"%": ".*", "_": ".", "(": "(?:", ".": "[.]", "^": r"\^", "$": "[$]", "\\": "\\\\"}


def similar(text: str, pattern: str, escape: str) -> bool:
    """Do SIMILAR TO."""
    return re.fullmatch(python_pattern(similar_pattern(pattern, escape)), text, re.DOTALL) is not None


_DIRECTIVE = re.compile(r"%(?:(%)|(?:(\d+)\$)?(-)?(\d+|\*(?:\d+\$)?)?(.)?)", re.DOTALL)


def format_text(template: str, arguments: list[str | None]) -> str:
    """Do format()."""
    used = 0

    def fill(mark: re.Match[str]) -> str:
        nonlocal used
        percent, position, minus, width, kind = mark.groups()
        if percent:
            return "%"
        if kind is None:
            raise InvalidParameterValue("unterminated format() type specifier", hint='For a single "%" use "%%".')
        if kind not in "sIL" or (width or "").startswith("*"):
            raise InvalidParameterValue(
                f'unrecognized format() type specifier "{kind}"', hint='For a single "%" use "%%".'
            )
        used = int(position) if position else used + 1
        if used < 1:
            raise InvalidParameterValue("format specifies argument 0, but arguments are numbered from 1")
        if used > len(arguments):
            raise InvalidParameterValue("too few arguments for format()")
        return _padded(_formatted(kind, arguments[used - 1]), width, left=minus is not None)

    return _DIRECTIVE.sub(fill, template)


def _padded(text: str, width: str | None, *, left: bool) -> str:
    if width is None:
        return text
    return text.ljust(int(width)) if left else text.rjust(int(width))


def _formatted(kind: str, value: str | None) -> str:
    if kind == "s":
        return value or ""
    if kind == "L":
        return "NULL" if value is None else quote_literal(value)
    if value is None:
        raise SqlError("null values cannot be formatted as an SQL identifier")
    return quote_identifier(value)


_RESERVED = words(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
    case cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
    interval into is isnull join lateral leading least left like limit localtime localtimestamp national natural
    nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
    placing position precision primary real references returning right row select session_user setof similar
    smallint some substring symmetric table tablesample then time timestamp to trailing treat trim true union
    unique user using values varchar variadic verbose when where window with
    """
)


def quote_identifier(name: str) -> str:
    """Do quote_ident."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """Do quote_literal."""
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return f"E{quoted}" if "\\" in text else quoted


def initial_capitals(text: str) -> str:
    """Do initcap."""
    return re.sub(r"[^\W_]+", lambda word: word[0][0].upper() + word[0][1:].lower(), text)


_TEXT = "VARCHAR"
FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_regexp_like", (_TEXT, _TEXT, _TEXT), "BOOLEAN", like),
    by_value("pgddb_regexp_match", (_TEXT, _TEXT, _TEXT), "VARCHAR[]", first_match),
    by_value("pgddb_regexp_matches", (_TEXT, _TEXT, _TEXT), "VARCHAR[][]", all_matches),
    by_value("pgddb_regexp_replace", (_TEXT, _TEXT, _TEXT, _TEXT), _TEXT, replace),
    by_value("pgddb_regexp_split", (_TEXT, _TEXT, _TEXT), "VARCHAR[]", split),
    by_value("pgddb_regexp_substring", (_TEXT, _TEXT), _TEXT, substring),
    by_value("pgddb_regexp_count", (_TEXT, _TEXT), "INTEGER", count),
    by_value("pgddb_similar", (_TEXT, _TEXT, _TEXT), "BOOLEAN", similar),
    by_value("pgddb_format", (_TEXT, "VARCHAR[]"), _TEXT, format_text),
    by_value("pgddb_quote_identifier", (_TEXT,), _TEXT, quote_identifier),
    by_value("pgddb_quote_literal", (_TEXT,), _TEXT, quote_literal),
    by_value("pgddb_initcap", (_TEXT,), _TEXT, initial_capitals),
)
