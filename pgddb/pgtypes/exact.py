"""Move carried values between number and time types without losing or wrapping anything."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
from pyarrow import types

from pgddb.errors import DatatypeMismatch, NumericValueOutOfRange
from pgddb.pgtypes.epoch import (
    DATE_INFINITY,
    DATE_MINUS_INFINITY,
    MICROSECONDS_PER_DAY,
    TIMESTAMP_INFINITY,
    TIMESTAMP_MINUS_INFINITY,
    UNIX_DAYS,
    UNIX_MICROSECONDS,
    checked_days,
    checked_microseconds,
)
from pgddb.pgtypes.float_text import float4_text
from pgddb.pgtypes.numeric_format import scale_fitter, without_trailing_zeros
from pgddb.pgtypes.text_input import INTEGER_NAMES, INTEGER_RANGES, rounded_to_float4

_UNITS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def integer_fitter(name: str) -> Callable[[int], int]:
    """Give the function that lets an integer through when the type with this name holds it."""
    low, high = INTEGER_RANGES[name]
    type_name = INTEGER_NAMES.get(name, name)

    def fit(value: int) -> int:
        if low <= value <= high:
            return value
        raise NumericValueOutOfRange(f"{type_name} out of range")

    return fit


def decimal_as_integer(name: str) -> Callable[[Decimal], int]:
    fit = integer_fitter(name)

    def convert(value: Decimal) -> int:
        whole = int(value)
        if whole != value:
            raise NumericValueOutOfRange(f"value {value} is not a whole number")
        return fit(whole)

    return convert


def float_as_integer(name: str) -> Callable[[float], int]:
    fit = integer_fitter(name)

    def convert(value: float) -> int:
        if not value.is_integer():
            raise NumericValueOutOfRange(f"value {value} is not a whole number")
        return fit(int(value))

    return convert


def integer_as_bool(value: int) -> bool:
    if value not in {0, 1}:
        raise NumericValueOutOfRange(f"value {value} is no boolean")
    return value == 1


def float_fitter(name: str) -> Callable[[float | Decimal], float]:
    """Give the function that rounds a number to the nearest float of this type."""

    def as_float8(value: float | Decimal) -> float:
        return float(value)

    def as_float4(value: float | Decimal) -> float:
        number = float(value)
        rounded = rounded_to_float4(number)
        if rounded != number and (abs(rounded) == float("inf") or rounded == 0):
            raise NumericValueOutOfRange(f"value out of range: {'underflow' if rounded == 0 else 'overflow'}")
        return rounded

    return as_float4 if name == "float4" else as_float8


def decimal_fitter(type_modifier: int) -> Callable[[Decimal], Decimal]:
    """Give the function that shows a decimal as its field wants it: with its scale, or without zeros at the end."""
    return scale_fitter(type_modifier) if type_modifier >= 4 else without_trailing_zeros


def integer_as_numeric(type_modifier: int) -> Callable[[int], Decimal]:
    fit = scale_fitter(type_modifier)
    return lambda value: fit(Decimal(value))


def float_as_numeric(stored: pa.DataType, type_modifier: int) -> Callable[[float], Decimal]:
    """Give the function that turns a float into the number that its shortest text shows."""
    fit = scale_fitter(type_modifier)
    write = repr if types.is_float64(stored) else float4_text

    def convert(value: float) -> Decimal:
        number = Decimal(write(value))
        return fit(without_trailing_zeros(number) if number.is_finite() else number)

    return convert


def bytes_as_uuid(value: bytes) -> str:
    if len(value) != 16:
        raise DatatypeMismatch(f"a uuid has 16 bytes, not {len(value)}")
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def date_reader(stored: pa.DataType) -> Callable[[int], int]:
    """Give the function that moves an Arrow date to PostgreSQL's epoch; the largest numbers are the infinities."""
    if types.is_date64(stored):
        return lambda value: checked_days(value // 86_400_000 - UNIX_DAYS)

    def read(value: int) -> int:
        if value >= DATE_INFINITY:
            return DATE_INFINITY
        if value <= -DATE_INFINITY:
            return DATE_MINUS_INFINITY
        return checked_days(value - UNIX_DAYS)

    return read


def timestamp_reader(stored: pa.DataType) -> Callable[[int], int]:
    """Give the function that moves an Arrow timestamp to PostgreSQL's epoch and unit, the infinities to its ends."""
    to_microseconds = _microsecond_scale(stored.unit)

    def read(value: int) -> int:
        if value >= TIMESTAMP_INFINITY:
            return TIMESTAMP_INFINITY
        if value <= -TIMESTAMP_INFINITY:
            return TIMESTAMP_MINUS_INFINITY
        return checked_microseconds(to_microseconds(value) - UNIX_MICROSECONDS)

    return read


def timestamp_as_date(stored: pa.DataType) -> Callable[[int], int]:
    read = timestamp_reader(stored)

    def convert(value: int) -> int:
        microseconds = read(value)
        if microseconds in {TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY}:
            return DATE_INFINITY if microseconds > 0 else DATE_MINUS_INFINITY
        days, rest = divmod(microseconds, MICROSECONDS_PER_DAY)
        if rest:
            raise DatatypeMismatch("a timestamp with a time of day cannot be sent as type date")
        return days

    return convert


def date_as_timestamp(stored: pa.DataType) -> Callable[[int], int]:
    read = date_reader(stored)

    def convert(value: int) -> int:
        days = read(value)
        if days in {DATE_INFINITY, DATE_MINUS_INFINITY}:
            return TIMESTAMP_INFINITY if days > 0 else TIMESTAMP_MINUS_INFINITY
        return checked_microseconds(days * MICROSECONDS_PER_DAY)

    return convert


def time_reader(stored: pa.DataType) -> Callable[[int], int]:
    return _microsecond_scale(stored.unit)


def time_as_timetz(stored: pa.DataType) -> Callable[[int], tuple[int, int]]:
    read = time_reader(stored)
    return lambda value: (read(value), 0)


def duration_reader(stored: pa.DataType) -> Callable[[int], tuple[int, int, int]]:
    read = _microsecond_scale(stored.unit)
    return lambda value: (0, 0, read(value))


def _microsecond_scale(unit: str) -> Callable[[int], int]:
    """Give the function from this unit to microseconds; a finer unit is cut, as a cast to PostgreSQL's types does."""
    per_second = _UNITS_PER_SECOND[unit]
    if per_second > 1_000_000:
        return lambda value: value // 1000
    factor = 1_000_000 // per_second
    return lambda value: value * factor
