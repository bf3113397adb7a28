"""Hold dates, times and intervals as PostgreSQL does, with infinity, years BC and years after 9999.

Each value has `iso`: its PostgreSQL text in DateStyle ISO and IntervalStyle postgres.
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.pgtypes.datetime_text import date_writer, time_text, timestamp_writer, timestamptz_writer, timetz_text
from pgddb.pgtypes.interval_text import postgres_text
from pgddb.pgtypes.style import DEFAULT_STYLE

_date_text = date_writer(DEFAULT_STYLE)
_timestamp_text = timestamp_writer(DEFAULT_STYLE)
_timestamptz_text = timestamptz_writer(DEFAULT_STYLE)


class Date(Struct, frozen=True, order=True):
    """A date: days since 2000-01-01; epoch.DATE_INFINITY and DATE_MINUS_INFINITY are the infinities."""

    days: int

    @property
    def iso(self) -> str:
        return _date_text(self.days)


class Time(Struct, frozen=True, order=True):
    """A time of day without zone."""

    microseconds: int

    @property
    def iso(self) -> str:
        return time_text(self.microseconds)


class TimeTz(Struct, frozen=True):
    """A time of day with its zone, in seconds west of UTC."""

    microseconds: int
    seconds_west: int

    @property
    def iso(self) -> str:
        return timetz_text((self.microseconds, self.seconds_west))


class Timestamp(Struct, frozen=True, order=True):
    """A timestamp without zone: microseconds since 2000-01-01; epoch.TIMESTAMP_INFINITY and so on at the ends."""

    microseconds: int

    @property
    def iso(self) -> str:
        return _timestamp_text(self.microseconds)


class TimestampTz(Struct, frozen=True, order=True):
    """An instant: microseconds since 2000-01-01 UTC; `iso` shows it in UTC, with "+00"."""

    microseconds: int

    @property
    def iso(self) -> str:
        return _timestamptz_text(self.microseconds)


class Interval(Struct, frozen=True):
    """An interval; its three parts do not mix."""

    months: int
    days: int
    microseconds: int

    @property
    def iso(self) -> str:
        return postgres_text((self.months, self.days, self.microseconds))
