"""Put texts together and take them apart: format(), quoting, identifiers.

Source: https://www.postgresql.org/docs/15/functions-string.html#FUNCTIONS-STRING-FORMAT
"""

from __future__ import annotations

import re
import unicodedata

from pgddb.errors import InvalidParameterValue, NullValueNotAllowed, SqlSyntaxError
from pgddb.sql.characters import IDENTIFIER_START
from pgddb.sql.functions.scalar import ScalarFunction, by_value
from pgddb.sql.words import words

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
        if (width or "").startswith("*"):
            used = int(width[1:-1]) if len(width) > 1 else used + 1
            given = int(arguments[used - 1] or 0)
            minus, width = ("-" if given < 0 else minus), str(abs(given))
        if kind not in "sIL":
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
        raise NullValueNotAllowed("null values cannot be formatted as an SQL identifier")
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


_UNICODE = re.compile(r"\\(?:\\|([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))?")


def unistr(text: str) -> str:
    r"""Do unistr.

    >>> unistr(r"d\0061t\+000061")
    'data'
    """

    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3] or found[4]
        if code:
            number = int(code, 16)
            if number > 0x10FFFF:
                raise InvalidParameterValue(f"invalid Unicode code point: {number:04X}")
            return chr(number)
        if found[0] == "\\\\":
            return "\\"
        raise SqlSyntaxError(
            "invalid Unicode escape", hint=r"Unicode escapes must be \XXXX, \+XXXXXX, \uXXXX, or \UXXXXXXXX."
        )

    try:
        return _UNICODE.sub(character, text).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise SqlSyntaxError("invalid Unicode surrogate pair") from None


def normalized(text: str, form: str) -> str:
    """Do normalize."""
    known = {"NFC": "NFC", "NFD": "NFD", "NFKC": "NFKC", "NFKD": "NFKD"}.get(form.upper())
    if known is None:
        raise InvalidParameterValue(f"invalid normalization form: {form}")
    return unicodedata.normalize(known, text)  # type: ignore[arg-type]  # one of the four


_PART = re.compile(rf'\s*(?:"((?:[^"]|"")+)"|({IDENTIFIER_START}[\w$]*))\s*')


def parse_identifier(text: str, strict: bool) -> list[str]:  # noqa: FBT001 - called by position from SQL
    """Do parse_ident.

    >>> parse_identifier('"Some".tAble', True)
    ['Some', 'table']
    """
    parts: list[str] = []
    at = 0
    while True:
        found = _PART.match(text, at)
        if found is None:
            raise InvalidParameterValue(f'string is not a valid identifier: "{text}"')
        parts.append(found[1].replace('""', '"') if found[1] is not None else found[2].lower())
        at = found.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    if at < len(text) and strict:
        raise InvalidParameterValue(f'string is not a valid identifier: "{text}"')
    return parts


_TEXT = "VARCHAR"
FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_format", (_TEXT, "VARCHAR[]"), _TEXT, format_text),
    by_value("pgddb_quote_identifier", (_TEXT,), _TEXT, quote_identifier),
    by_value("pgddb_quote_literal", (_TEXT,), _TEXT, quote_literal),
    by_value("pgddb_unistr", (_TEXT,), _TEXT, unistr),
    by_value("pgddb_normalize", (_TEXT, _TEXT), _TEXT, normalized),
    by_value("pgddb_parse_ident", (_TEXT, "BOOLEAN"), "VARCHAR[]", parse_identifier),
    by_value("pgddb_initcap", (_TEXT,), _TEXT, initial_capitals),
)
