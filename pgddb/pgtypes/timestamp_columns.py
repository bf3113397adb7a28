"""Encode whole columns of dates, times and timestamps as ISO text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    VariableColumn,
    Vector,
    as_binary,
    extremes,
    numbers,
    valid_mask,
    with_values_at,
)
from pgddb.pgtypes.conversion import value_converter
from pgddb.pgtypes.datetime_text import offset_text
from pgddb.pgtypes.epoch import UNIX_DAYS, days_from_civil
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text import text_writer
from pgddb.pgtypes.zone_offsets import offsets_at
from pgddb.pgtypes.zones import find_zone

_FIRST_DAY = days_from_civil(1, 1, 2) + UNIX_DAYS
_LAST_DAY = days_from_civil(9999, 12, 30) + UNIX_DAYS
"""Arrow prints years 1 to 9999 as PostgreSQL does; a day less at either end leaves room for any zone's offset."""
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


def date_text_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder:
    """Give the encoder for a date32 column."""
    write = _value_writer(stored, field, style)

    def encode(array: pa.Array) -> EncodedColumn:
        days = array.view(pa.int32())
        found = extremes(days)
        if found is None or (found[0] >= _FIRST_DAY and found[1] <= _LAST_DAY):
            return VariableColumn(as_binary(pc.cast(array, pa.string())))
        return VariableColumn(_with_odd_values(array, days, (_FIRST_DAY, _LAST_DAY), _iso_dates, write))

    return encode


def time_text_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:  # noqa: ARG001
    """Give the encoder for a time64[us] column; 24:00:00, which Arrow does not print, goes to the per-value encoder."""
    if not types.is_time64(stored) or stored.unit != "us":
        return None

    def encode(array: pa.Array) -> EncodedColumn | None:
        found = extremes(array.view(pa.int64()))
        if found is not None and not (found[0] >= 0 and found[1] < _DAY):
            return None
        return VariableColumn(as_binary(_trimmed(pc.cast(array, pa.string()))))

    return encode


def timestamp_text_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:
    """Give the encoder for a timestamp[us] column, with or without time zone."""
    if stored.unit != "us":
        return None
    write = _value_writer(stored, field, style)
    zone = find_zone(style.time_zone)
    print_values: Callable[[pa.Array], pa.Array] = _iso_timestamps
    if field.type.name == "timestamptz":
        print_values = lambda moments: _with_offsets(moments, offsets_at(zone, numbers(moments, "i8") // _SECOND))  # noqa: E731
    limits = (_FIRST_DAY * _DAY, _LAST_DAY * _DAY)

    def encode(array: pa.Array) -> EncodedColumn:
        moments = array.view(pa.int64())
        if moments.null_count:
            moments = pc.fill_null(moments, 0)  # a NULL's number is arbitrary and must not reach the zone's table
        found = extremes(moments)
        if found is not None and not (limits[0] <= found[0] and found[1] <= limits[1]):
            return VariableColumn(_with_odd_values(array, moments, limits, print_values, write))
        text = as_binary(print_values(moments))
        return VariableColumn(text if array.null_count == 0 else pc.if_else(array.is_valid(), text, None))

    return encode


def _value_writer(stored: pa.DataType, field: ResultField, style: OutputStyle) -> Callable[[int], bytes]:
    convert = value_converter(stored, field.type, field.type_modifier, style)
    write = text_writer(field.type, style)
    return lambda value: write(convert(value)).encode()


def _with_odd_values(
    array: pa.Array,
    values: pa.Array,
    limits: tuple[int, int],
    print_values: Callable[[pa.Array], pa.Array],
    write: Callable[[int], bytes],
) -> pa.Array:
    """Print the values inside the limits at once and the others, infinities among them, one by one."""
    raw = numbers(values, "i4" if types.is_int32(values.type) else "i8")
    is_odd = (raw < limits[0]) | (raw > limits[1])
    valid = valid_mask(array)
    odd = [write(value) if is_valid else None for value, is_valid in _pairs(raw, valid, is_odd)]
    ordinary = pa.array(np.where(is_odd, np.zeros((), raw.dtype), raw))
    text = with_values_at(as_binary(print_values(ordinary)), is_odd, odd)
    return text if valid is None else pc.if_else(pa.array(valid), text, None)


def _pairs(raw: Vector, valid: Vector | None, is_odd: Vector) -> list[tuple[int, bool]]:
    chosen = raw[is_odd].tolist()
    return list(zip(chosen, [True] * len(chosen) if valid is None else valid[is_odd].tolist(), strict=True))


def _iso_dates(days: pa.Array) -> pa.Array:
    return pc.cast(days.view(pa.date32()), pa.string())


def _iso_timestamps(moments: pa.Array) -> pa.Array:
    """Print microseconds since 1970 without trailing zeros."""
    values = numbers(moments, "i8")
    if not (values % _SECOND).any():
        return pc.cast(pa.array(values // _SECOND).view(pa.timestamp("s")), pa.string())
    return _trimmed(pc.cast(moments.view(pa.timestamp("us")), pa.string()))


def _trimmed(text: pa.Array) -> pa.Array:
    """Drop the zeros at the end of a fraction, and its point when nothing is left."""
    return pc.ascii_rtrim(pc.ascii_rtrim(text, characters="0"), characters=".")


def _with_offsets(moments: pa.Array, offsets: Vector) -> pa.Array:
    """Print instants in local time, given their offsets in seconds, with the offset behind."""
    local = pa.array(numbers(moments, "i8") + offsets * _SECOND)
    text = as_binary(_iso_timestamps(local))
    if len(offsets) == 0:
        return text
    if (offsets == offsets[0]).all():
        return pc.binary_join_element_wise(text, offset_text(int(offsets[0])).encode(), b"")
    distinct, index = np.unique(offsets, return_inverse=True)
    suffixes = pa.array([offset_text(int(offset)).encode() for offset in distinct], pa.binary())
    return pc.binary_join_element_wise(text, suffixes.take(pa.array(index)), b"")
