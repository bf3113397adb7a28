"""Read dates and times in the spellings that PostgreSQL takes, and spell them as DuckDB reads them.

Source: https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-DATETIME-INPUT
"""

from __future__ import annotations

from datetime import UTC

from pgddb.pgtypes.datetime_fields import read_fields
from pgddb.pgtypes.datetime_input import parse_date, parse_time, parse_timestamp, parse_timestamptz
from pgddb.pgtypes.datetime_text import offset_text, time_text
from pgddb.pgtypes.epoch import (
    DATE_INFINITY,
    DATE_MINUS_INFINITY,
    MICROSECONDS_PER_DAY,
    TIMESTAMP_INFINITY,
    TIMESTAMP_MINUS_INFINITY,
    civil_from_days,
)
from pgddb.sql.functions.scalar import ScalarFunction, by_value
from pgddb.sql.types.families import TIME, TIMESTAMP, TIMETZ

SPECIAL = frozenset(["now", "today", "tomorrow", "yesterday"])
"""What depends on the clock, which is read when the statement runs."""


def iso_moment(text: str, type_name: str, order: str = "mdy", precision: int = 6) -> str:  # noqa: PLR0911 - one for each type
    """Give a date or time in DuckDB's spelling, for a type of PostgreSQL.

    A timestamp with time zone that names no zone comes without one: the session's counts when the statement runs.

    >>> iso_moment("Jan 5, 2024", "date"), iso_moment("20240105T1:02 pm", "timestamp without time zone")
    ('2024-01-05', '2024-01-05 13:02:00')
    >>> iso_moment("0044-03-15 BC", "date"), iso_moment("1/2/2024", "date", "dmy")
    ('0044-03-15 (BC)', '2024-02-01')

    Raises:
        InvalidDatetimeFormat: the text is none.
        DatetimeFieldOverflow: a field is out of its range.
    """
    bare = text.strip().lower()
    if bare in SPECIAL:
        return bare
    if type_name == "date":
        return _date(parse_date(text, order))
    if type_name == TIME:
        return time_text(_rounded(parse_time(text, order), precision))
    if type_name == TIMETZ:
        return _with_offset(text, order, precision)
    if type_name == TIMESTAMP:
        return _timestamp(_rounded(parse_timestamp(text, order), precision))
    fields = read_fields(text, "timestamp with time zone", order)
    if fields.zone is None and fields.special is None:
        return _timestamp(_rounded(parse_timestamp(text, order), precision))
    moment = _timestamp(_rounded(parse_timestamptz(text, order, UTC), precision))
    return moment if "infinity" in moment else f"{moment}+00"


def _with_offset(text: str, order: str, precision: int) -> str:
    fields = read_fields(text, "time with time zone", order)
    clock = time_text(_rounded(parse_time(text, order), precision))
    return clock + (offset_text(fields.zone) if isinstance(fields.zone, int) else "")


def _rounded(microseconds: int, precision: int) -> int:
    if precision >= 6 or microseconds in (TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY):
        return microseconds
    unit = 10 ** (6 - precision)
    rounded: int = (microseconds + unit // 2) // unit * unit
    return rounded


def _date(days: int) -> str:
    if days in (DATE_INFINITY, DATE_MINUS_INFINITY):
        return "infinity" if days > 0 else "-infinity"
    year, month, day = civil_from_days(days)
    shown = f"{year if year > 0 else 1 - year:04d}-{month:02d}-{day:02d}"
    return shown if year > 0 else f"{shown} (BC)"


def _timestamp(microseconds: int) -> str:
    if microseconds in (TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY):
        return "infinity" if microseconds > 0 else "-infinity"
    days, clock = divmod(microseconds, MICROSECONDS_PER_DAY)
    return f"{_date(days)} {time_text(clock)}"


def _runtime(text: str, type_name: str) -> str:
    return iso_moment(text, type_name)


FUNCTIONS: tuple[ScalarFunction, ...] = (by_value("pgddb_iso_moment", ("VARCHAR", "VARCHAR"), "VARCHAR", _runtime),)
