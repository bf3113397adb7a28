"""Define casts between text and other types as PostgreSQL reads and writes them.

Source: https://www.postgresql.org/docs/15/typeconv-query.html
"""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

from pgddb.errors import (
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
)
from pgddb.pgtypes.array_text import parse_array
from pgddb.sql.functions.intervals import Interval, duckdb_interval, interval_text, parse_interval
from pgddb.sql.functions.macros import macros
from pgddb.sql.functions.scalar import ScalarFunction, by_value


def array_elements(text: str) -> list[object]:
    """Read an array's text; elements stay text, NULL is None, dimensions nest.

    >>> array_elements('{{a,"b c"},{NULL,d}}')
    [['a', 'b c'], [None, 'd']]

    Raises:
        InvalidTextRepresentation: the text is no array.
    """
    if text.lstrip(_ARRAY_SPACE).startswith("["):
        return _with_bounds(text)
    stack: list[list[object]] = [[]]
    before, at = "", 0
    while (token := _ARRAY_TOKEN.match(text, at)) is not None:
        quoted, sign, bare = token.group(1, 2, 3)
        if (sign or "value") not in _ARRAY_FOLLOWS[before] or (before == "}" and len(stack) == 1):
            raise _malformed(text)
        if sign:
            _bracket(stack, sign, text)
        else:
            stack[-1].append(_element(quoted, bare))
        before, at = sign or "value", token.end()
    if before != "}" or len(stack) != 1 or text[at:].strip(_ARRAY_SPACE):
        raise _malformed(text)
    found = stack[0][0]
    assert isinstance(found, list)
    return parse_array(text, str) if any(isinstance(part, list) for part in found) else found


def _with_bounds(text: str) -> list[object]:
    found = parse_array(text, str)
    if any(int(low) != 1 for low in re.findall(r"\[\s*([+-]?\d+)\s*:", text.partition("=")[0])):
        raise FeatureNotSupported("an array with lower bounds other than 1 is not supported")
    return found


def _bracket(stack: list[list[object]], sign: str, text: str) -> None:
    """Open or close a dimension, or pass a comma."""
    if sign == "{":
        stack.append([])
    elif sign == "}":
        if len(stack) < 2:
            raise _malformed(text)
        inner = stack.pop()
        stack[-1].append(inner)


_ARRAY_SPACE = " \t\n\r\v\f"
"""What PostgreSQL's array_isspace takes for white space: other spaces of Unicode belong to the element."""
_BARE = rf'(?:[^"\\{{}},{_ARRAY_SPACE}]|\\.)+'
_ARRAY_TOKEN = re.compile(
    rf'[{_ARRAY_SPACE}]*(?:"((?:[^"\\]|\\.)*)"|([{{}},])|({_BARE}(?:[{_ARRAY_SPACE}]+{_BARE})*))', re.DOTALL
)
_ARRAY_FOLLOWS = {
    "": ("{",),
    "{": ("{", "}", "value"),
    ",": ("{", "value"),
    "value": (",", "}"),
    "}": (",", "}"),
}


def _element(quoted: str | None, bare: str | None) -> str | None:
    if quoted is None and bare is not None and bare.upper() == "NULL":
        return None
    return re.sub(r"\\(.)", r"\1", quoted if quoted is not None else bare or "", flags=re.DOTALL)


def _malformed(text: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'malformed array literal: "{text}"')


def boolean(text: str) -> bool:
    """Read a boolean as boolin does: any prefix of true, false, yes, no; on, off, 1, 0."""
    bare = text.strip().lower()
    if bare and (any(word.startswith(bare) for word in ("true", "yes")) or bare in ("on", "1")):
        return True
    if bare and (any(word.startswith(bare) for word in ("false", "no")) or bare in ("of", "off", "0")):
        return False
    raise InvalidTextRepresentation(f'invalid input syntax for type boolean: "{text}"')


_RANGES = {"smallint": 15, "integer": 31, "bigint": 63}


def integer(text: str, type_name: str) -> int:
    """Read an integer of a type of PostgreSQL."""
    if not re.fullmatch(r"\s*[-+]?\d+\s*", text):
        raise InvalidTextRepresentation(f'invalid input syntax for type {type_name}: "{text}"')
    number = int(text)
    if not -(2 ** _RANGES[type_name]) <= number < 2 ** _RANGES[type_name]:
        raise NumericValueOutOfRange(f'value "{text}" is out of range for type {type_name}')
    return number


_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf|infinity))\s*", re.IGNORECASE)


def number_text(text: str, type_name: str) -> str:
    """Check the text of a numeric or float and give it without white space."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise InvalidTextRepresentation(f'invalid input syntax for type {type_name}: "{text}"')
    return found[1]


def special_number(text: str) -> str:
    """Spell NaN and the infinities as PostgreSQL shows them."""
    name = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity"}[text.lstrip("+-").lower()]
    return f"-{name}" if text.startswith("-") and name != "NaN" else name


def without_exponent(text: str) -> str:
    """Write a number with an exponent in plain digits.

    >>> without_exponent("1.5e3"), without_exponent("12e-3")
    ('1500', '0.012')
    """
    if abs(int(re.split("[eE]", text)[1])) > _LARGEST_EXPONENT:
        raise NumericValueOutOfRange("value overflows numeric format")
    return format(Decimal(text), "f")


_LARGEST_EXPONENT = 100_000


_UUID = re.compile(r"(\{)?([0-9a-f]{4}-?){7}[0-9a-f]{4}(?(1)\})", re.IGNORECASE)


def uuid_text(text: str) -> str:
    """Read a uuid as uuid_in does, in its usual spelling.

    >>> uuid_text("{A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11}")
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
    """
    if _UUID.fullmatch(text) is None:
        raise InvalidTextRepresentation(f'invalid input syntax for type uuid: "{text}"')
    return str(UUID(text.strip("{}").replace("-", "")))


def bytea(text: str) -> bytes:
    """Read bytea in its hexadecimal or its escape format."""
    if text.startswith("\\x"):
        digits = re.sub(r"\s", "", text[2:])
        wrong = re.search(r"[^0-9a-fA-F]", digits)
        if wrong is not None:
            raise InvalidParameterValue(f'invalid hexadecimal digit: "{wrong[0]}"')
        if len(digits) % 2:
            raise InvalidParameterValue("invalid hexadecimal data: odd number of digits")
        return bytes.fromhex(digits)
    out = bytearray()
    for plain, octal, backslash in re.findall(r"([^\\]+)|\\([0-3][0-7]{2})|(\\\\|\\)", text):
        if backslash == "\\":
            raise InvalidTextRepresentation("invalid input syntax for type bytea")
        out += plain.encode() if plain else bytes([int(octal, 8)]) if octal else b"\\"
    return bytes(out)


def _justified(text: str) -> str:
    """Do justify_interval: days and hours carry, and all parts get one sign."""
    value = parse_interval(text)
    day, month = 86_400_000_000, 30
    days = value.days + int(value.microseconds / day)
    clock = value.microseconds - int(value.microseconds / day) * day
    months = value.months + int(days / month)
    days -= int(days / month) * month
    if months > 0 and (days < 0 or (days == 0 and clock < 0)):
        months, days = months - 1, days + month
    elif months < 0 and (days > 0 or (days == 0 and clock > 0)):
        months, days = months + 1, days - month
    if days > 0 and clock < 0:
        days, clock = days - 1, clock + day
    elif days < 0 and clock > 0:
        days, clock = days + 1, clock - day
    if abs(months) >= 2**31:
        raise DatetimeFieldOverflow("interval out of range")
    return duckdb_interval(Interval(months, days, clock))


def _interval(text: str) -> str:
    return duckdb_interval(parse_interval(text))


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_justify_interval", ("VARCHAR",), "VARCHAR", _justified),
    by_value("pgddb_interval", ("VARCHAR",), "VARCHAR", _interval),
    by_value("pgddb_interval_text", ("INTEGER", "INTEGER", "BIGINT"), "VARCHAR", interval_text),
    by_value("pgddb_boolean", ("VARCHAR",), "BOOLEAN", boolean),
    by_value("pgddb_integer", ("VARCHAR", "VARCHAR"), "BIGINT", integer),
    by_value("pgddb_number", ("VARCHAR", "VARCHAR"), "VARCHAR", number_text),
    by_value("pgddb_bytea", ("VARCHAR",), "BLOB", bytea),
    by_value("pgddb_array", ("VARCHAR",), "VARCHAR[]", array_elements),
)

MACROS = macros(r"""
    pg_float_text(x) AS CASE WHEN isnan(x) THEN 'NaN'
        WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
        ELSE system.main.regexp_replace(x::VARCHAR, '\.0($|e)', '\1') END;
    pg_bytea_text(x) AS '\x' || lower(hex(x));
    pg_date_text(x) AS system.main.replace(x::VARCHAR, ' (BC)', ' BC');
    pg_timestamp_text(x) AS system.main.regexp_replace(
        system.main.regexp_replace(x::VARCHAR, '(\.\d*?)0+($|[+-])', '\1\2'), '(.*) \(BC\)(.*)', '\1\2 BC');
    pg_timestamptz_text(x) AS pgcat.pg_timestamp_text(x);
    pg_interval_text(x) AS pgddb_interval_text(
        (system.main.date_part('year', x) * 12 + system.main.date_part('month', x))::INTEGER,
        system.main.date_part('day', x)::INTEGER,
        (system.main.date_part('hour', x) * 3600000000 + system.main.date_part('minute', x) * 60000000
         + system.main.date_part('microseconds', x))::BIGINT);
    pg_interval_parts(x) AS CASE WHEN x IS NOT NULL THEN printf('%d mons %+d days %+d us',
        pgcat.pg_months(x), system.main.date_part('day', x), pgcat.pg_microseconds(x)::BIGINT) END;
    pg_interval(s) AS pgddb_interval(s)::INTERVAL;
    pg_text_numeric(s) AS CASE WHEN system.main.length(split_part(pgddb_number(s, 'numeric'), '.', 2)) > 18
        THEN error('pgddb.error|0A000|a numeric with more than 18 decimal places is not supported')
        ELSE pgddb_number(s, 'numeric')::DECIMAL(38, 18) END;
    pg_text_float(s) AS pgddb_number(s, 'double precision')::DOUBLE;
    pg_real_numeric(x) AS system.main.format('{:.6g}', x)::DECIMAL(38, 15);
    pg_float_numeric(x) AS system.main.format('{:.15g}', x)::DECIMAL(38, 15)
""")
