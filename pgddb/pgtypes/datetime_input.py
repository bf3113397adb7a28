"""Read the text form of dates, times and timestamps into the numbers that PostgreSQL stores."""

from __future__ import annotations

from datetime import tzinfo

from pgddb.errors import DatetimeFieldOverflow
from pgddb.pgtypes.date_numbers import month_length
from pgddb.pgtypes.datetime_fields import DateTimeFields, read_fields
from pgddb.pgtypes.epoch import (
    DATE_INFINITY,
    DATE_MINUS_INFINITY,
    END_DAY,
    END_MICROSECOND,
    FIRST_DAY,
    FIRST_MICROSECOND,
    MICROSECONDS_PER_DAY,
    TIMESTAMP_INFINITY,
    TIMESTAMP_MINUS_INFINITY,
    UNIX_DAYS,
    UNIX_MICROSECONDS,
    days_from_civil,
)
from pgddb.pgtypes.zones import offset_of_local


def parse_date(text: str, order: str) -> int:
    """Read a date as days since 2000-01-01; a time of day beside it is dropped, as PostgreSQL does."""
    fields = read_fields(text, "date", order)
    if fields.special is not None:
        return {"infinity": DATE_INFINITY, "-infinity": DATE_MINUS_INFINITY, "epoch": -UNIX_DAYS}[fields.special]
    days = _days(fields)
    if not FIRST_DAY <= days < END_DAY:
        raise DatetimeFieldOverflow(f'date out of range: "{text}"')
    return days


def parse_time(text: str, order: str) -> int:
    """Read a time of day in microseconds; a date beside it is dropped."""
    return _time(read_fields(text, "time", order))


def parse_timetz(text: str, order: str, zone: tzinfo) -> tuple[int, int]:
    """Read a time of day with its zone as (microseconds, seconds west of UTC).

    Without an offset the session's zone counts; one that changes over the year needs a date to know it.
    """
    fields = read_fields(text, "time with time zone", order)
    time_of_day = _time(fields)
    if isinstance(fields.zone, int):
        return time_of_day, -fields.zone
    named = fields.zone or zone
    if fields.day is None:
        fixed = named.utcoffset(None)
        if fixed is None:
            raise fields.syntax_error()
        return time_of_day, -int(fixed.total_seconds())
    return time_of_day, -offset_of_local(named, _local_seconds(fields))


def parse_timestamp(text: str, order: str) -> int:
    """Read a timestamp as microseconds since 2000-01-01; a zone in the text is dropped, as PostgreSQL does."""
    fields = read_fields(text, "timestamp", order)
    if fields.special is not None:
        return _SPECIAL[fields.special]
    return _checked(_days(fields) * MICROSECONDS_PER_DAY + (fields.time_of_day or 0), text)


def parse_timestamptz(text: str, order: str, zone: tzinfo) -> int:
    """Read a timestamp with time zone as microseconds since 2000-01-01 UTC; `zone` counts where the text names none."""
    fields = read_fields(text, "timestamp with time zone", order)
    if fields.special is not None:
        return _SPECIAL[fields.special]
    if isinstance(fields.zone, int):
        offset = fields.zone
    else:
        offset = offset_of_local(fields.zone or zone, _local_seconds(fields))
    local = _days(fields) * MICROSECONDS_PER_DAY + (fields.time_of_day or 0)
    return _checked(local - offset * 1_000_000, text)


_SPECIAL = {"infinity": TIMESTAMP_INFINITY, "-infinity": TIMESTAMP_MINUS_INFINITY, "epoch": -UNIX_MICROSECONDS}


def _days(fields: DateTimeFields) -> int:
    if fields.year is None or fields.month is None or fields.day is None:
        raise fields.syntax_error()
    if not (1 <= fields.month <= 12 and 1 <= fields.day <= month_length(fields.year, fields.month)):
        raise fields.range_error()
    return days_from_civil(fields.year, fields.month, fields.day)


def _time(fields: DateTimeFields) -> int:
    if fields.time_of_day is None or fields.special is not None:
        raise fields.syntax_error()
    return fields.time_of_day


def _local_seconds(fields: DateTimeFields) -> int:
    return (_days(fields) + UNIX_DAYS) * 86400 + (fields.time_of_day or 0) // 1_000_000


def _checked(microseconds: int, text: str) -> int:
    if FIRST_MICROSECOND <= microseconds < END_MICROSECOND:
        return microseconds
    raise DatetimeFieldOverflow(f'timestamp out of range: "{text}"')
