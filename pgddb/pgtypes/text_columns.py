"""Encode whole columns as text with Arrow's kernels, where these print what PostgreSQL prints.

Each encoder gives None for a column with a value outside the range where this was compared with PostgreSQL;
the per-value encoder then takes the column. Single values that a kernel prints differently are written over.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from pgddb.pgtypes.acceleration import compiled_encoders
from pgddb.pgtypes.carrier import storage_type
from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    FixedColumn,
    Mask,
    VariableColumn,
    as_binary,
    binary_of_bytes,
    extremes,
    numbers,
    valid_mask,
    value_bytes,
    value_offsets,
    with_values_at,
)
from pgddb.pgtypes.conversion import identity, value_converter
from pgddb.pgtypes.datetime_text import date_style_parts
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.float_text import float4_text, float8_text
from pgddb.pgtypes.numeric_columns import numeric_text_column
from pgddb.pgtypes.numeric_digits import digits_text_column
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text import text_writer
from pgddb.pgtypes.text_input import INTEGER_RANGES
from pgddb.pgtypes.timestamp_columns import date_text_column, time_text_column, timestamp_text_column

_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$").pattern
_LARGEST_INTEGER = 2**63 - 1
_BOOL_LETTERS = np.frombuffer(b"ft", np.uint8)
_HEX = np.array([f"{byte:02x}".encode() for byte in range(256)], "S2").view("<u2")


def text_column(kind: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:
    """Give the encoder for a column of this Arrow type in its field's text form, if there is one."""
    stored = storage_type(kind)
    for is_kind, names, make in _MAKERS:
        if is_kind(stored) and (field.type.name in names):
            return make(stored, field, style)
    if _is_text(stored) and _is_plain_text(kind, field, style):
        return lambda array: VariableColumn(as_binary(array))
    return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def _is_plain_text(kind: pa.DataType, field: ResultField, style: OutputStyle) -> bool:
    if field.type.is_array or text_writer(field.type, style) is not str:
        return False
    return value_converter(kind, field.type, field.type_modifier, style) is identity


def _bool_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder:  # noqa: ARG001
    return lambda array: FixedColumn(_BOOL_LETTERS[numbers(pc.cast(array, pa.uint8()), "u1") & 1], valid_mask(array))


def _integer_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder:  # noqa: ARG001
    limits = INTEGER_RANGES.get(field.type.name)

    def encode(array: pa.Array) -> EncodedColumn | None:
        found = extremes(array)
        if found is not None and limits is not None and not (limits[0] <= found[0] and found[1] <= limits[1]):
            return None
        compiled = compiled_encoders()
        if compiled is not None and found is not None and found[1] <= _LARGEST_INTEGER:
            return VariableColumn(compiled.integer_texts(array))
        return VariableColumn(as_binary(pc.cast(array, pa.string())))

    return encode


def _decimal_integer_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder:  # noqa: ARG001
    encode_integers = _integer_column(pa.int64(), field, style)

    def encode(array: pa.Array) -> EncodedColumn | None:
        try:
            integers = pc.cast(array, pa.int64())
        except pa.ArrowInvalid:
            return None
        return encode_integers(integers)

    return encode


def _float_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:
    is_double = types.is_float64(stored)
    if style.extra_float_digits <= 0 or is_double != (field.type.name == "float8"):
        return None
    write, low, high = (float8_text, 1e-4, 1e10) if is_double else (float4_text, 1e-4, 1e6)

    def encode(array: pa.Array) -> EncodedColumn:
        values = numbers(array, "f8" if is_double else "f4")
        sizes = np.abs(values)
        is_plain = (sizes >= low) & (sizes < high) | (values == 0)
        text = as_binary(pc.cast(array, pa.string()))
        if is_plain.all():
            return VariableColumn(text)
        return VariableColumn(_with_odd_floats(text, array, values, ~is_plain, write))

    return encode


def _with_odd_floats(
    text: pa.Array, array: pa.Array, values: np.ndarray, is_odd: Mask, write: Callable[[float], str]
) -> pa.Array:
    """Write over what Arrow prints otherwise than PostgreSQL: very large and small numbers, NaN and the infinities."""
    valid = valid_mask(array)
    if valid is not None:
        is_odd &= valid
    if values.dtype == np.float64:
        # whole numbers below 2^53 and 1e15 are printed as such: epoch milliseconds are common
        is_whole = is_odd & (np.abs(values) < 1e15) & (values == np.rint(values))
        if is_whole.any():
            whole = pc.cast(pa.array(values[is_whole].astype(np.int64)), pa.string())
            text = pc.replace_with_mask(text, pa.array(is_whole), as_binary(whole))
            is_odd &= ~is_whole
    odd = values[is_odd].tolist()
    return with_values_at(text, is_odd, [write(value).encode() for value in odd]) if odd else text


def _bytea_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:  # noqa: ARG001
    if style.bytea_output != "hex":
        return None

    def encode(array: pa.Array) -> EncodedColumn | None:
        array = as_binary(array)
        offsets = value_offsets(array)
        if int(offsets[-1]) >= 2**30:
            return None
        digits = _HEX[value_bytes(array)].view(np.uint8)
        text = binary_of_bytes(digits, (offsets - offsets[0]) * np.int32(2), valid_mask(array))
        return VariableColumn(text, prefix=b"\\x")

    return encode


def _uuid_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder:  # noqa: ARG001
    def encode(array: pa.Array) -> EncodedColumn | None:
        array = as_binary(array)
        if pc.all(pc.match_substring_regex(array, _UUID)).as_py() is False:
            return None
        return VariableColumn(array)

    return encode


def _uuid_bytes_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:  # noqa: ARG001
    if stored.byte_width != 16:
        return None

    def encode(array: pa.Array) -> EncodedColumn:
        raw = numbers(array, "V16").view(np.uint8)
        digits = _HEX[raw].view(np.uint8).reshape(-1, 32)
        text = np.full((len(array), 36), ord("-"), np.uint8)
        for start, end, at in ((0, 8, 0), (8, 12, 9), (12, 16, 14), (16, 20, 19), (20, 32, 24)):
            text[:, at : at + end - start] = digits[:, start:end]
        return FixedColumn(text.view("V36").reshape(-1), valid_mask(array))

    return encode


def _date_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:
    return date_text_column(stored, field, style) if date_style_parts(style.date_style)[0] == "iso" else None


def _timestamp_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:
    return timestamp_text_column(stored, field, style) if date_style_parts(style.date_style)[0] == "iso" else None


_MAKERS: tuple[
    tuple[
        Callable[[pa.DataType], bool],
        frozenset[str],
        Callable[[pa.DataType, ResultField, OutputStyle], ColumnEncoder | None],
    ],
    ...,
] = (
    (types.is_boolean, frozenset({"bool"}), _bool_column),
    (types.is_integer, frozenset(INTEGER_RANGES), _integer_column),
    (types.is_decimal128, frozenset(INTEGER_RANGES) - {"xid8"}, _decimal_integer_column),
    (types.is_decimal128, frozenset({"numeric"}), numeric_text_column),
    (_is_text, frozenset({"numeric"}), digits_text_column),
    (types.is_floating, frozenset({"float4", "float8"}), _float_column),
    (_is_bytes, frozenset({"bytea"}), _bytea_column),
    (_is_text, frozenset({"uuid"}), _uuid_column),
    (types.is_fixed_size_binary, frozenset({"uuid"}), _uuid_bytes_column),
    (types.is_date32, frozenset({"date"}), _date_column),
    (types.is_time, frozenset({"time"}), time_text_column),
    (types.is_timestamp, frozenset({"timestamp", "timestamptz"}), _timestamp_column),
)
