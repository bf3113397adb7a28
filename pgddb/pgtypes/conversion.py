"""Turn what an Arrow column carries into values of the PostgreSQL type of its field, exactly or not at all.

The values, by PostgreSQL type: bool -> bool; integers and oids -> int; reg types -> int or their text;
floats -> float; numeric -> Decimal with the digits to show; bytea -> bytes; date -> days and timestamp(tz) ->
microseconds since 2000-01-01 with the infinities at the ends; time -> microseconds; timetz -> (microseconds,
seconds west); interval -> (months, days, microseconds); uuid -> its text; arrays -> nested lists; others -> str.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyarrow import types

from pgddb.errors import DatatypeMismatch, FeatureNotSupported
from pgddb.pgtypes import exact
from pgddb.pgtypes.arrow import default_type
from pgddb.pgtypes.binary import REG_NAMES
from pgddb.pgtypes.carrier import storage_type
from pgddb.pgtypes.numeric_format import scale_fitter
from pgddb.pgtypes.parsing import text_parser
from pgddb.pgtypes.registry import PgType, element_of
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text import text_writer
from pgddb.pgtypes.text_input import INTEGER_RANGES

Converter = Callable[[Any], Any]
"""Takes what carrier.read_column gives, without None; the kinds depend on the two types."""


def identity(value: Any) -> Any:  # see Converter
    """Give the value itself: the carrier's form is the value's."""
    return value


def value_converter(kind: pa.DataType, pg_type: PgType, type_modifier: int, style: OutputStyle) -> Converter:
    """Give the function that turns a carried value into one of this PostgreSQL type.

    Raises:
        DatatypeMismatch: no value of this Arrow type is one of the PostgreSQL type.
        FeatureNotSupported: values of this PostgreSQL type cannot leave the server.
    """
    stored = storage_type(kind)
    if pg_type.name in {"record", "_record"}:
        if _source(stored) == "text":  # the statement itself has written the row
            return identity
        raise FeatureNotSupported("rows as values are not supported")
    if types.is_null(stored):
        return identity
    if pg_type.is_array:
        return _array_converter(stored, pg_type, type_modifier, style)
    family = _FAMILIES.get(pg_type.name, "text")
    source = _source(stored)
    if source == "text" and family != "text":
        return _parsing(pg_type, type_modifier, style)
    factory = _FACTORIES.get((source, family))
    if factory is not None:
        return factory(stored, pg_type, type_modifier)
    if family == "text":
        return _as_text(kind, style)
    raise DatatypeMismatch(f"a value of type {kind} cannot be sent as type {pg_type.type_name}")


def _parsing(pg_type: PgType, type_modifier: int, style: OutputStyle) -> Converter:
    parse = text_parser(pg_type, style)
    if pg_type.name != "numeric" or type_modifier < 4:
        return parse
    fit = scale_fitter(type_modifier)
    return lambda text: fit(parse(text))


def _array_converter(stored: pa.DataType, pg_type: PgType, type_modifier: int, style: OutputStyle) -> Converter:
    if _source(stored) == "text":
        return text_parser(pg_type, style)
    if not (types.is_list(stored) or types.is_large_list(stored)):
        raise DatatypeMismatch(f"a value of type {stored} cannot be sent as type {pg_type.type_name}")
    inner = storage_type(stored.value_type)
    if types.is_list(inner) or types.is_large_list(inner):
        convert = _array_converter(inner, pg_type, type_modifier, style)
    else:
        convert = value_converter(stored.value_type, element_of(pg_type), type_modifier, style)
    if convert is identity:
        return identity
    return lambda values: [None if value is None else convert(value) for value in values]


def _as_text(kind: pa.DataType, style: OutputStyle) -> Converter:
    """Write a value as its cast to text does."""
    pg_type = default_type(kind)
    if pg_type.name == "bool":
        return lambda value: "true" if value else "false"
    convert = value_converter(kind, pg_type, -1, style)
    write = text_writer(pg_type, style)
    return lambda value: write(convert(value))


def _source(stored: pa.DataType) -> str:
    """Name the kind of values that an Arrow type carries."""
    for test, name in _SOURCES:
        if test(stored):
            return name
    return "other"


_SOURCES: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (lambda kind: types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind), "text"),
    (types.is_integer, "integer"),
    (types.is_floating, "float"),
    (types.is_decimal, "decimal"),
    (types.is_boolean, "bool"),
    (types.is_timestamp, "timestamp"),
    (types.is_date, "date"),
    (types.is_time, "time"),
    (types.is_interval, "interval"),
    (types.is_duration, "duration"),
    (
        lambda kind: (
            types.is_binary(kind)
            or types.is_large_binary(kind)
            or types.is_binary_view(kind)
            or types.is_fixed_size_binary(kind)
        ),
        "bytes",
    ),
)

_FAMILIES: dict[str, str] = (
    dict.fromkeys(INTEGER_RANGES, "integer")
    | dict.fromkeys(REG_NAMES, "reg")
    | {name: name for name in ("bool", "numeric", "bytea", "date", "time", "timetz", "interval", "uuid", "char")}
    | {"float4": "float", "float8": "float", "timestamp": "timestamp", "timestamptz": "timestamp", "void": "void"}
)

_FACTORIES: dict[tuple[str, str], Callable[[pa.DataType, PgType, int], Converter]] = {
    ("bool", "bool"): lambda *_: identity,
    ("integer", "bool"): lambda *_: exact.integer_as_bool,
    ("integer", "integer"): lambda _, pg_type, __: exact.integer_fitter(pg_type.name),
    ("bool", "integer"): lambda *_: int,
    ("decimal", "integer"): lambda _, pg_type, __: exact.decimal_as_integer(pg_type.name),
    ("float", "integer"): lambda _, pg_type, __: exact.float_as_integer(pg_type.name),
    ("integer", "reg"): lambda *_: exact.integer_fitter("oid"),
    ("float", "float"): lambda _, pg_type, __: exact.float_fitter(pg_type.name),
    ("integer", "float"): lambda _, pg_type, __: exact.float_fitter(pg_type.name),
    ("decimal", "float"): lambda _, pg_type, __: exact.float_fitter(pg_type.name),
    ("decimal", "numeric"): lambda _, __, type_modifier: exact.decimal_fitter(type_modifier),
    ("integer", "numeric"): lambda _, __, type_modifier: exact.integer_as_numeric(type_modifier),
    ("float", "numeric"): lambda stored, __, type_modifier: exact.float_as_numeric(stored, type_modifier),
    ("bytes", "bytea"): lambda *_: identity,
    ("bytes", "uuid"): lambda *_: exact.bytes_as_uuid,
    ("date", "date"): lambda stored, *_: exact.date_reader(stored),
    ("timestamp", "date"): lambda stored, *_: exact.timestamp_as_date(stored),
    ("timestamp", "timestamp"): lambda stored, *_: exact.timestamp_reader(stored),
    ("date", "timestamp"): lambda stored, *_: exact.date_as_timestamp(stored),
    ("time", "time"): lambda stored, *_: exact.time_reader(stored),
    ("time", "timetz"): lambda stored, *_: exact.time_as_timetz(stored),
    ("interval", "interval"): lambda *_: identity,
    ("duration", "interval"): lambda stored, *_: exact.duration_reader(stored),
    ("text", "text"): lambda *_: identity,
    ("integer", "void"): lambda *_: lambda _: "",
    ("bool", "void"): lambda *_: lambda _: "",
}
