"""Encode whole columns in binary with numpy.

Each encoder gives None for a column with a value that its type cannot hold or that needs care; the per-value
encoder then takes the column and raises the error, if it is one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from pgddb.pgtypes.binary import TEXT_NAMES
from pgddb.pgtypes.carrier import storage_type
from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    FixedColumn,
    VariableColumn,
    as_binary,
    extremes,
    numbers,
    valid_mask,
    value_bytes,
    value_lengths,
)
from pgddb.pgtypes.conversion import identity, value_converter
from pgddb.pgtypes.epoch import (
    DATE_INFINITY,
    END_DAY,
    END_MICROSECOND,
    FIRST_DAY,
    FIRST_MICROSECOND,
    TIMESTAMP_INFINITY,
    UNIX_DAYS,
    UNIX_MICROSECONDS,
)
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.numeric_columns import numeric_binary_column
from pgddb.pgtypes.numeric_digits import digits_binary_column
from pgddb.pgtypes.style import DEFAULT_STYLE
from pgddb.pgtypes.text_input import INTEGER_RANGES

_CODES = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "oid": ">u4", "xid": ">u4", "cid": ">u4", "xid8": ">u8"}
_INTERVAL = np.dtype([("microseconds", ">i8"), ("days", ">i4"), ("months", ">i4")])
_TIMETZ = np.dtype([("microseconds", ">i8"), ("west", ">i4")])
_ARROW_INTERVAL = np.dtype([("months", "i4"), ("days", "i4"), ("nanoseconds", "i8")])
_HEX_VALUE = np.full(256, 255, np.uint8)
_HEX_VALUE[np.frombuffer(b"0123456789abcdefABCDEF", np.uint8)] = [*range(16), *range(10, 16)]
_UUID_DASHES = [8, 13, 18, 23]
_UUID_DIGITS = [at for at in range(36) if at not in _UUID_DASHES]


def binary_column(kind: pa.DataType, field: ResultField) -> ColumnEncoder | None:
    """Give the encoder for a column of this Arrow type in its field's binary form, if there is one."""
    stored = storage_type(kind)
    for is_kind, names, make in _MAKERS:
        if is_kind(stored) and field.type.name in names:
            return make(stored, field)
    if not _is_text(stored):
        return None
    if field.type.name == "jsonb":
        return lambda array: VariableColumn(as_binary(array), prefix=b"\x01")
    converter = value_converter(kind, field.type, field.type_modifier, DEFAULT_STYLE)
    if field.type.name in TEXT_NAMES and converter is identity:
        return lambda array: VariableColumn(as_binary(array))
    return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def _bool_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:  # noqa: ARG001
    def encode(array: pa.Array) -> EncodedColumn:
        return FixedColumn(numbers(pc.cast(array, pa.uint8()), "u1"), valid_mask(array))

    return encode


def _integer_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:
    code = _CODES[field.type.name]
    low, high = INTEGER_RANGES[field.type.name]
    source = np.dtype(stored.to_pandas_dtype()).str
    is_same = np.dtype(source).newbyteorder(">").str == code

    def encode(array: pa.Array) -> EncodedColumn | None:
        if not is_same:
            found = extremes(array)
            if found is not None and not (low <= found[0] and found[1] <= high):
                return None
        return FixedColumn(numbers(array, source).astype(code), valid_mask(array))

    return encode


def _decimal_integer_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:  # noqa: ARG001
    encode_integers = _integer_column(pa.int64(), field)

    def encode(array: pa.Array) -> EncodedColumn | None:
        try:
            return encode_integers(pc.cast(array, pa.int64()))
        except pa.ArrowInvalid:
            return None

    return encode


def _float_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:
    is_double = field.type.name == "float8"
    if types.is_float16(stored) or (types.is_float64(stored) and not is_double):
        return None
    source = "f8" if types.is_float64(stored) else "f4"
    code = ">f8" if is_double else ">f4"
    return lambda array: FixedColumn(numbers(array, source).astype(code), valid_mask(array))


def _date_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:  # noqa: ARG001
    limits = FIRST_DAY + UNIX_DAYS, END_DAY + UNIX_DAYS - 1
    return lambda array: _shifted(array.view(pa.int32()), "i4", limits, DATE_INFINITY)


def _timestamp_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:  # noqa: ARG001
    if stored.unit != "us":
        return None
    limits = FIRST_MICROSECOND + UNIX_MICROSECONDS, min(END_MICROSECOND + UNIX_MICROSECONDS - 1, TIMESTAMP_INFINITY - 1)
    return lambda array: _shifted(array.view(pa.int64()), "i8", limits, TIMESTAMP_INFINITY)


def _shifted(array: pa.Array, code: str, limits: tuple[int, int], infinity: int) -> EncodedColumn | None:
    """Count from 2000 instead of 1970. Infinity, plus or minus the largest number, stays at the ends of the range."""
    values = numbers(array, code)
    shift = values.dtype.type(UNIX_DAYS if code == "i4" else UNIX_MICROSECONDS)
    found = extremes(array)
    if found is None or (limits[0] <= found[0] and found[1] <= limits[1]):
        return FixedColumn((values - shift).astype(">" + code), valid_mask(array))
    valid = valid_mask(array)
    is_infinite, is_minus_infinite = values == infinity, values <= -infinity
    is_odd = ((values < limits[0]) | (values > limits[1])) & ~(is_infinite | is_minus_infinite)
    if (is_odd if valid is None else is_odd & valid).any():
        return None
    finite = np.where(is_infinite | is_minus_infinite | is_odd, shift, values) - shift
    remapped = np.where(is_infinite, infinity, np.where(is_minus_infinite, -infinity - 1, finite))
    return FixedColumn(remapped.astype(">" + code), valid)


def _time_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:  # noqa: ARG001
    if not types.is_time64(stored) or stored.unit != "us":
        return None
    return lambda array: FixedColumn(numbers(array, "i8").astype(">i8"), valid_mask(array))


def _timetz_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:  # noqa: ARG001
    if not types.is_time64(stored) or stored.unit != "us":
        return None

    def encode(array: pa.Array) -> EncodedColumn:
        records = np.zeros(len(array), _TIMETZ)
        records["microseconds"] = numbers(array, "i8")
        return FixedColumn(records, valid_mask(array))

    return encode


def _interval_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:  # noqa: ARG001
    def encode(array: pa.Array) -> EncodedColumn:
        raw = numbers(array, "V16").view(_ARROW_INTERVAL)
        records = np.empty(len(array), _INTERVAL)
        nanoseconds = raw["nanoseconds"]
        records["microseconds"] = np.where(nanoseconds < 0, -(-nanoseconds // 1000), nanoseconds // 1000)
        records["days"], records["months"] = raw["days"], raw["months"]
        return FixedColumn(records, valid_mask(array))

    return encode


def _uuid_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:  # noqa: ARG001
    def encode(array: pa.Array) -> EncodedColumn | None:
        array = as_binary(array)
        valid = valid_mask(array)
        present = array if valid is None else array.drop_null()
        if len(present) == 0 or (value_lengths(present) != 36).any():
            return None
        characters = value_bytes(present).reshape(-1, 36)
        nibbles = _HEX_VALUE[characters[:, _UUID_DIGITS]]
        if (nibbles == 255).any() or (characters[:, _UUID_DASHES] != ord("-")).any():
            return None
        values = np.zeros((len(array), 16), np.uint8)
        values[slice(None) if valid is None else valid] = nibbles[:, ::2] << 4 | nibbles[:, 1::2]
        return FixedColumn(values.view("V16").reshape(-1), valid)

    return encode


def _uuid_bytes_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:  # noqa: ARG001
    if stored.byte_width != 16:
        return None
    return lambda array: FixedColumn(numbers(array, "V16"), valid_mask(array))


def _bytea_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder:  # noqa: ARG001
    return lambda array: VariableColumn(as_binary(array))


_MAKERS: tuple[
    tuple[Callable[[pa.DataType], bool], frozenset[str], Callable[[pa.DataType, ResultField], ColumnEncoder | None]],
    ...,
] = (
    (types.is_boolean, frozenset({"bool"}), _bool_column),
    (types.is_integer, frozenset(_CODES), _integer_column),
    (types.is_decimal128, frozenset(_CODES) - {"xid8"}, _decimal_integer_column),
    (types.is_decimal128, frozenset({"numeric"}), numeric_binary_column),
    (_is_text, frozenset({"numeric"}), digits_binary_column),
    (types.is_floating, frozenset({"float4", "float8"}), _float_column),
    (types.is_date32, frozenset({"date"}), _date_column),
    (types.is_timestamp, frozenset({"timestamp", "timestamptz"}), _timestamp_column),
    (types.is_time, frozenset({"time"}), _time_column),
    (types.is_time, frozenset({"timetz"}), _timetz_column),
    (types.is_interval, frozenset({"interval"}), _interval_column),
    (_is_text, frozenset({"uuid"}), _uuid_column),
    (types.is_fixed_size_binary, frozenset({"uuid"}), _uuid_bytes_column),
    (_is_bytes, frozenset({"bytea"}), _bytea_column),
)
