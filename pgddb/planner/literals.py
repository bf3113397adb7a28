"""Write values as DuckDB literals: exact, typed, and with nothing in them that could be read as SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from pgddb.errors import (
    CharacterNotInRepertoire,
    DatatypeMismatch,
    DatetimeFieldOverflow,
    NumericValueOutOfRange,
)
from pgddb.pgtypes import Date, Interval, Time, Timestamp, TimestampTz, TimeTz
from pgddb.pgtypes.epoch import DATE_INFINITY, DATE_MINUS_INFINITY, TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY
from pgddb.planner.type_names import MAX_DIGITS, duckdb_type
from pgddb.sql.functions.jsonb import canonical
from pgddb.sql.types.families import NAMED_OIDS, element_of

_EPOCH_MICROSECONDS = 946_684_800_000_000
"""From 1970-01-01, DuckDB's epoch, to 2000-01-01, PostgreSQL's."""
_LAST_MICROSECOND = 2**63 - 2
"""DuckDB keeps timestamps in 8 bytes, the last value meaning infinity."""

Scalar = bool | int | float | Decimal | str | bytes | Date | Time | TimeTz | Timestamp | TimestampTz | Interval


def literal(value: object, type_name: str) -> str:
    """Write a parameter value, as `pgtypes.decode_parameter` gives it, as a literal of its PostgreSQL type.

    Raises:
        CharacterNotInRepertoire: a text holds NUL.
        NumericValueOutOfRange: a number has more than 38 digits, or is NaN or infinite.
        DatetimeFieldOverflow: the engine cannot hold the time.
    """
    if value is None:
        return null_literal(type_name)
    if isinstance(value, list):
        return _array(value, type_name)
    if not isinstance(value, Scalar):
        raise DatatypeMismatch(f"parameter of type {type_name} cannot have a value of this kind")
    return _scalar(value, type_name)


def null_literal(type_name: str) -> str:
    """Write NULL of a type; an unknown one stays open, as 'x' would."""
    return "NULL" if type_name == "unknown" else f"CAST(NULL AS {duckdb_type(type_name)})"


def text_literal(text: str) -> str:
    """Write a text in quotes.

    Raises:
        CharacterNotInRepertoire: it holds NUL, which PostgreSQL does not allow either.
    """
    if "\0" in text:
        raise CharacterNotInRepertoire('invalid byte sequence for encoding "UTF8": 0x00')
    return "'" + text.replace("'", "''") + "'"


def _scalar(value: Scalar, type_name: str) -> str:  # noqa: PLR0911 - one for each kind of value
    if isinstance(value, (Date, Timestamp, TimestampTz, Time, TimeTz, Interval)):
        return _moment(value)
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return _integer(value, type_name)
        case Decimal():
            return decimal_literal(value)
        case float():
            return f"CAST('{value!r}' AS {duckdb_type(type_name)})"
        case str():
            return _text(value, type_name)
        case _:
            return f"CAST('{''.join(f'{chr(92)}x{byte:02X}' for byte in value)}' AS BLOB)"


def _moment(value: Date | Timestamp | TimestampTz | Time | TimeTz | Interval) -> str:
    match value:
        case Date():
            return _date(value)
        case Timestamp() | TimestampTz():
            return _timestamp(value)
        case Time():
            return f"CAST('{value.iso}' AS TIME)"
        case TimeTz():
            return f"CAST('{value.iso}' AS TIMETZ)"
        case Interval():
            parts = f"{value.months} months {value.days} days {value.microseconds} microseconds"
            return f"CAST('{parts}' AS INTERVAL)"
        case _:
            assert_never(value)


def _integer(value: int, type_name: str) -> str:
    if type_name == "numeric":
        return decimal_literal(Decimal(value))
    return f"CAST({value} AS {duckdb_type(type_name)})"


def decimal_literal(value: Decimal) -> str:
    """Write a number as the narrowest DECIMAL that holds it."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NumericValueOutOfRange(f"numeric {value} cannot be used in a query")
    scale = max(0, -exponent)
    precision = max(len(digits) + max(0, exponent), scale)
    if precision > MAX_DIGITS:
        return f"pg_numeric_text('{value:f}')"
    width = min(MAX_DIGITS, max(precision, scale + 1))
    return f"CAST('{'-' if sign else ''}{value.copy_abs():f}' AS DECIMAL({width},{scale}))"


def _text(value: str, type_name: str) -> str:
    quoted = text_literal(canonical(value) if type_name == "jsonb" else value)
    if type_name == "unknown":
        return quoted
    if type_name in NAMED_OIDS:
        return f"pg_{type_name}({quoted})"
    return f"CAST({quoted} AS {duckdb_type(type_name)})"


def _date(value: Date) -> str:
    if value.days in (DATE_INFINITY, DATE_MINUS_INFINITY):
        return f"CAST('{'-' if value.days < 0 else ''}infinity' AS DATE)"
    return f"(DATE '2000-01-01' + CAST({value.days} AS INTEGER))"


def _timestamp(value: Timestamp | TimestampTz) -> str:
    kind = "TIMESTAMP" if isinstance(value, Timestamp) else "TIMESTAMPTZ"
    if value.microseconds in (TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY):
        return f"CAST('{'-' if value.microseconds < 0 else ''}infinity' AS {kind})"
    since_1970 = value.microseconds + _EPOCH_MICROSECONDS
    if since_1970 > _LAST_MICROSECOND:
        raise DatetimeFieldOverflow(f'timestamp out of range: "{value.iso}"')
    return f"system.main.make_{kind.lower()}(CAST({since_1970} AS BIGINT))"


def _array(values: list[object], type_name: str) -> str:
    element = element_of(type_name)
    if element is None:
        raise DatatypeMismatch(f"parameter of type {type_name} cannot be an array")
    depth, first = 1, next(iter(values), None)
    while isinstance(first, list):
        depth, first = depth + 1, next(iter(first), None)
    return f"CAST({_elements(values, element)} AS {duckdb_type(element)}{'[]' * depth})"


def _elements(values: list[object], element: str) -> str:
    shown = [_elements(one, element) if isinstance(one, list) else literal(one, element) for one in values]
    return f"[{', '.join(shown)}]"
