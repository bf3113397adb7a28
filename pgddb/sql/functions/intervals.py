"""Read PostgreSQL's interval texts, and write intervals as DuckDB reads them.

Source: https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-INTERVAL-INPUT
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes.interval_input import parse_interval as read_interval
from pgddb.pgtypes.interval_text import postgres_text

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


class Interval(Struct, frozen=True):
    """The three parts that PostgreSQL keeps apart."""

    months: int = 0
    days: int = 0
    microseconds: int = 0


def parse_interval(text: str) -> Interval:
    """Read an interval as interval_in does.

    >>> parse_interval("1 year 2 mons -3 days 04:05:06.7")
    Interval(months=14, days=-3, microseconds=14706700000)
    >>> parse_interval("P1DT2H")
    Interval(months=0, days=1, microseconds=7200000000)
    >>> parse_interval("1.5 months ago")
    Interval(months=-1, days=-15, microseconds=0)

    Raises:
        InvalidDatetimeFormat: the text is no interval.
    """
    return Interval(*read_interval(text))


def parse_fields(text: str, first: str, last: str, precision: int = 6) -> Interval:
    """Read an interval of which only some fields are wanted: `interval '12:30' HOUR TO MINUTE`.

    >>> parse_fields("2", "YEAR", "YEAR"), parse_fields("1 12:59:10", "DAY", "MINUTE")
    (Interval(months=24, days=0, microseconds=0), Interval(months=0, days=1, microseconds=46740000000))
    """
    value = Interval(*read_interval(text, fields=(first.lower(), last.lower())))
    return _kept(value, last, precision)


def _kept(value: Interval, last: str, precision: int) -> Interval:
    """Drop what is finer than the last field."""
    if last == "YEAR":
        return Interval(int(value.months / 12) * 12)
    if last == "MONTH":
        return Interval(value.months)
    if last == "DAY":
        return Interval(value.months, value.days)
    unit = {"HOUR": _HOUR, "MINUTE": _MINUTE}.get(last)
    if unit is not None:
        return Interval(value.months, value.days, int(value.microseconds / unit) * unit)
    return rounded_interval(value, precision)


def rounded_interval(value: Interval, precision: int) -> Interval:
    """Round to digits of a second, half away from zero."""
    unit = 10 ** (6 - min(precision, 6))
    sign = -1 if value.microseconds < 0 else 1
    return Interval(value.months, value.days, sign * ((abs(value.microseconds) + unit // 2) // unit * unit))


def duckdb_interval(interval: Interval) -> str:
    """Write an interval as DuckDB reads it.

    >>> duckdb_interval(Interval(14, -3, 5))
    '14 months -3 days 5 microseconds'

    Raises:
        FeatureNotSupported: a part is the smallest number that it could be, which DuckDB does not read.
    """
    if interval.microseconds == -(2**63) or -(2**31) in (interval.months, interval.days):
        raise FeatureNotSupported("an interval with the smallest number in one of its parts is not supported")
    return f"{interval.months} months {interval.days} days {interval.microseconds} microseconds"


def interval_text(months: int, days: int, microseconds: int) -> str:
    """Write an interval as IntervalStyle postgres does.

    >>> interval_text(14, -3, 14706700000)
    '1 year 2 mons -3 days +04:05:06.7'
    """
    return postgres_text((months, days, microseconds))
