"""Encode whole columns of dates, times and timestamps as ISO text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    FixedColumn,
    VariableColumn,
    Vector,
    as_binary,
    extremes,
    numbers,
    valid_mask,
    value_bytes,
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
_TABLE_FIRST_DAY = days_from_civil(1900, 1, 1) + UNIX_DAYS
_TABLE_END_DAY = days_from_civil(2100, 1, 1) + UNIX_DAYS
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
        fixed = _whole_seconds(moments, zone if field.type.name == "timestamptz" else None)
        if fixed is not None:
            return FixedColumn(fixed, valid_mask(array))
        text = as_binary(print_values(moments))
        return VariableColumn(text if array.null_count == 0 else pc.if_else(array.is_valid(), text, None))

    return encode


def _whole_seconds(moments: pa.Array, zone: tzinfo | None) -> Vector | None:
    """Print instants without fractions, all in the years of the table, as records of one width."""
    microseconds = numbers(moments, "i8")
    seconds = microseconds // _SECOND
    if (seconds * _SECOND != microseconds).any() or len(seconds) == 0:
        return None
    suffix: Vector | bytes = b""
    if zone is not None:
        offsets = offsets_at(zone, seconds)
        seconds += offsets
        distinct, index = _distinct(offsets)
        suffixes = [offset_text(offset).encode() for offset in distinct]
        if len({len(text) for text in suffixes}) > 1:
            return None
        suffix = suffixes[0] if index is None else np.array(suffixes)[index]
    days = seconds // 86_400
    if not (days.min() >= _TABLE_FIRST_DAY and days.max() < _TABLE_END_DAY):
        return None
    of_day = seconds - days * 86_400
    minutes = of_day // 60
    dates, hours_and_minutes, last_seconds = _date_table(), *_clock_tables()
    records = np.empty(len(seconds), _moment_type(len(suffix) if isinstance(suffix, bytes) else suffix.dtype.itemsize))
    records["date"] = dates[days - _TABLE_FIRST_DAY]
    records["space"] = b" "
    records["minute"] = hours_and_minutes[minutes]
    records["second"] = last_seconds[of_day - minutes * 60]
    if len(suffix):
        records["offset"] = suffix
    return records


def _distinct(offsets: Vector) -> tuple[list[int], Vector | None]:
    """Give the offsets that occur, and which of them each instant has (None: there is but one)."""
    if (offsets == offsets[0]).all():
        return [int(offsets[0])], None
    distinct, index = np.unique(offsets, return_inverse=True)
    return distinct.tolist(), index


@lru_cache(maxsize=1)
def _date_table() -> Vector:
    """Print every day that most data is about, once."""
    days = pa.array(np.arange(_TABLE_FIRST_DAY, _TABLE_END_DAY, dtype=np.int32)).view(pa.date32())
    return value_bytes(as_binary(pc.cast(days, pa.string()))).view("S10")


@lru_cache(maxsize=1)
def _clock_tables() -> tuple[Vector, Vector]:
    minutes = [f"{minute // 60:02d}:{minute % 60:02d}:".encode() for minute in range(1440)]
    return np.array(minutes), np.array([f"{second:02d}".encode() for second in range(60)])


@lru_cache(maxsize=16)
def _moment_type(suffix_width: int) -> np.dtype[Any]:
    fields = [("date", "S10"), ("space", "S1"), ("minute", "S6"), ("second", "S2")]
    return np.dtype([*fields, ("offset", f"S{suffix_width}")] if suffix_width else fields)


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
    distinct, index = _distinct(offsets)
    suffixes = pa.array([offset_text(offset).encode() for offset in distinct], pa.binary())
    if index is None:
        return pc.binary_join_element_wise(text, suffixes[0], b"")
    return pc.binary_join_element_wise(text, suffixes.take(pa.array(index)), b"")
