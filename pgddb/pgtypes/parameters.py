"""Turn the bytes of a Bind parameter into a Python value, and such a value into PostgreSQL text."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pgddb.errors import FeatureNotSupported, InvalidTextRepresentation, ProgramLimitExceeded, ProtocolViolation
from pgddb.pgtypes.binary import TEXT_NAMES
from pgddb.pgtypes.binary_input import binary_reader, decode_utf8
from pgddb.pgtypes.datetime_values import Date, Interval, Time, Timestamp, TimestampTz, TimeTz
from pgddb.pgtypes.encodings import CODECS, is_utf8
from pgddb.pgtypes.parsing import text_parser
from pgddb.pgtypes.registry import UNKNOWN, PgType, element_of, type_by_oid
from pgddb.pgtypes.style import DEFAULT_STYLE, OutputStyle
from pgddb.pgtypes.text import text_writer

ParameterValue = (
    bool | int | float | Decimal | str | bytes | Date | Time | TimeTz | Timestamp | TimestampTz | Interval | list[Any]
)
"""bool, int, float, Decimal, str, bytes, the classes of datetime_values, or a list of these and None, nested for each
dimension; json and uuid are str, reg types are str from text and int from binary."""

_NAME_BYTES = 63
"""As NAMEDATALEN - 1 in the PostgreSQL source."""


def decode_parameter(
    raw: bytes | memoryview | None, format_code: int, oid: int, style: OutputStyle = DEFAULT_STYLE
) -> ParameterValue | None:
    """Read one parameter; oid 0 and 705 are unknown, which is str.

    `style` gives the encoding, the TimeZone of a timestamptz without one and the field order of ambiguous dates.

    Raises:
        InvalidTextRepresentation, InvalidDatetimeFormat, InvalidBinaryRepresentation: the value is malformed.
        NumericValueOutOfRange, DatetimeFieldOverflow: the type cannot hold it.
        CharacterNotInRepertoire: the text is not UTF-8.
        FeatureNotSupported: the type cannot be a parameter in this format.
        UndefinedObject: there is no type with this oid.
    """
    if raw is None:
        return None
    if not is_utf8(style.encoding):
        raw = _as_utf8(bytes(raw), format_code, type_by_oid(oid or UNKNOWN.oid), style.encoding)
    if format_code not in {0, 1}:
        raise ProtocolViolation(f"unsupported format code: {format_code}")
    decode = _decoder(format_code, oid or UNKNOWN.oid, style)
    return decode(bytes(raw))


def _as_utf8(raw: bytes, format_code: int, pg_type: PgType, encoding: str) -> bytes:
    """Convert what is text in a parameter."""
    element = element_of(pg_type) if pg_type.is_array else pg_type
    is_text = element.name in TEXT_NAMES or element.name == "jsonb"
    if raw.isascii() or (format_code == 1 and not is_text):
        return raw
    if format_code == 1 and pg_type.is_array:
        raise FeatureNotSupported(f"binary arrays of {element.type_name} in the encoding {encoding} are not supported")
    return raw.decode(CODECS[encoding], "replace").encode()


def parameter_text(value: ParameterValue, oid: int, style: OutputStyle = DEFAULT_STYLE) -> str:
    """Write what decode_parameter gave as PostgreSQL text of this type."""
    pg_type = type_by_oid(oid or UNKNOWN.oid)
    return text_writer(pg_type, style)(_unwrapped(value))


@lru_cache(maxsize=512)
def _decoder(format_code: int, oid: int, style: OutputStyle) -> Callable[[bytes], ParameterValue]:
    pg_type = type_by_oid(oid)
    if pg_type.kind == "p" and pg_type != UNKNOWN:
        raise FeatureNotSupported(f"parameters of type {pg_type.type_name} are not supported")
    wrap = _wrapper(pg_type)
    if format_code == 1:
        read = binary_reader(pg_type)
        return lambda raw: wrap(read(raw))
    parse = text_parser(pg_type, style)
    return lambda raw: wrap(parse(decode_utf8(raw)))


def _wrapper(pg_type: PgType) -> Callable[[Any], Any]:
    if pg_type.is_array:
        wrap_element = _wrapper(element_of(pg_type))
        return lambda value: _wrap_list(value, wrap_element)
    return _WRAPPERS.get(pg_type.name, lambda value: value)


def _wrap_list(value: list[Any], wrap: Callable[[Any], Any]) -> list[Any]:
    return [
        None if part is None else _wrap_list(part, wrap) if isinstance(part, list) else wrap(part) for part in value
    ]


def _unwrapped(value: Any) -> Any:  # ParameterValue in, value of conversion out
    match value:
        case Date(days):
            return days
        case Time(microseconds) | Timestamp(microseconds) | TimestampTz(microseconds):
            return microseconds
        case TimeTz(microseconds, seconds_west):
            return microseconds, seconds_west
        case Interval(months, days, microseconds):
            return months, days, microseconds
        case list():
            return [None if part is None else _unwrapped(part) for part in value]
        case _:
            return value


def _checked_json(text: str) -> str:
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except ValueError:
        raise InvalidTextRepresentation("invalid input syntax for type json") from None
    except RecursionError:
        raise ProgramLimitExceeded("json value is nested too deeply") from None
    return text


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _truncated_name(text: str) -> str:
    return text.encode()[:_NAME_BYTES].decode(errors="ignore")


_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "date": Date,
    "time": Time,
    "timetz": lambda value: TimeTz(*value),
    "timestamp": Timestamp,
    "timestamptz": TimestampTz,
    "interval": lambda value: Interval(*value),
    "json": _checked_json,
    "jsonb": _checked_json,
    "name": _truncated_name,
}
