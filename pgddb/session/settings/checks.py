"""Check the settings whose values follow rules of their own: styles, zones, encodings, lists."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from pgddb.errors import InvalidParameterValue
from pgddb.pgtypes.encodings import UNCONVERTED, find_encoding
from pgddb.pgtypes.zones import find_zone

_DATE_OUTPUTS = {"iso": "ISO", "sql": "SQL", "postgres": "Postgres", "german": "German"}
_DATE_ORDERS = {
    "ymd": "YMD",
    "dmy": "DMY",
    "euro": "DMY",
    "european": "DMY",
    "mdy": "MDY",
    "us": "MDY",
    "noneuro": "MDY",
    "noneuropean": "MDY",
}
_OFFSET = re.compile(r"\s*([+-]?)(\d{1,2}(?:\.\d*)?)\s*\Z")


def _rejected(name: str, text: str, detail: str | None = None) -> InvalidParameterValue:
    return InvalidParameterValue(f'invalid value for parameter "{name}": "{text}"', detail=detail)


def check_date_style(text: str, current: str = "") -> str:
    """Accept an output style and a field order in any order; what is not named stays as it is.

    >>> check_date_style("iso, dmy")
    'ISO, DMY'
    """
    output, _, before = (current or "ISO, MDY").partition(", ")
    order = ""
    for word in (part.strip().lower() for part in text.split(",")):
        if word in _DATE_OUTPUTS:
            output = _DATE_OUTPUTS[word]
        elif word in _DATE_ORDERS:
            order = _DATE_ORDERS[word]
        elif word != "default":
            raise _rejected("DateStyle", text, f'Unrecognized key word: "{word}".')
    return f"{output}, {order or ('DMY' if 'german' in text.lower() else before)}"


def check_time_zone(text: str, current: str = "") -> str:  # noqa: ARG001 - CheckValue
    """Accept a zone of the IANA database in any case, hours east of Greenwich, or a POSIX zone, which points west.

    >>> check_time_zone("europe/london")
    'Europe/London'
    >>> check_time_zone("-3")
    '<-03>+03'
    """
    offset = _OFFSET.match(text)
    if offset is not None:
        return _print_offset(text, offset)
    zone = find_zone(text)
    return zone.key if isinstance(zone, ZoneInfo) else text


def _print_offset(text: str, offset: re.Match[str]) -> str:
    sign = offset.group(1) or "+"
    hours, minutes = divmod(round(float(offset.group(2)) * 60), 60)
    if hours >= 24:
        raise _rejected("TimeZone", text)
    tail = f":{minutes:02}" if minutes else ""
    opposite = "-" if sign == "+" else "+"
    return f"<{sign}{hours:02}{tail}>{opposite}{hours:02}{tail}"


def check_client_encoding(text: str, current: str = "") -> str:  # noqa: ARG001 - CheckValue
    """Accept UTF8, and encodings of one byte, under their many names; asyncpg sends it inside quotes.

    >>> check_client_encoding("'utf-8'")
    'UTF8'
    >>> check_client_encoding("iso-8859-15")
    'LATIN9'
    """
    encoding = find_encoding(text)
    if encoding is None:
        raise _rejected("client_encoding", text)
    if encoding in UNCONVERTED:
        raise _rejected("client_encoding", text, f"Conversion between {encoding} and UTF8 is not supported.")
    return encoding


def check_search_path(text: str, current: str = "") -> str:  # noqa: ARG001 - CheckValue
    """Accept a list of identifiers; schemas need not exist, as in PostgreSQL."""
    split_identifiers("search_path", text)
    return text


def split_identifiers(name: str, text: str) -> tuple[str, ...]:
    """Split a comma-separated list of identifiers; unquoted ones fold to lower case.

    >>> split_identifiers("search_path", '"$user", Public')
    ('$user', 'public')
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        found = re.match(r'\s*(?:"((?:[^"]|"")+)"|([^\s",]+))\s*(,|\Z)', rest)
        if found is None:
            raise _rejected(name, text, "List syntax is invalid.")
        quoted, bare, comma = found.groups()
        parts.append(quoted.replace('""', '"') if quoted is not None else bare.lower())
        rest = rest[found.end() :]
        if comma and not rest.strip():
            raise _rejected(name, text, "List syntax is invalid.")
    return tuple(parts)


_PLAIN_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*\Z")


def quote_identifier(name: str) -> str:
    """Quote a name that is not a plain one.

    >>> quote_identifier("$user"), quote_identifier("public")
    ('"$user"', 'public')
    """
    return name if _PLAIN_IDENTIFIER.match(name) else '"' + name.replace('"', '""') + '"'
