"""Write dates, times and timestamps in the DateStyles of PostgreSQL.

Values are numbers as PostgreSQL stores them: days or microseconds since 2000-01-01, infinities at the ends.
Source: EncodeDateOnly, EncodeTimeOnly, EncodeDateTime in src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from pgddb.errors import InvalidParameterValue
from pgddb.pgtypes.epoch import (
    DATE_INFINITY,
    DATE_MINUS_INFINITY,
    MICROSECONDS_PER_DAY,
    TIMESTAMP_INFINITY,
    TIMESTAMP_MINUS_INFINITY,
    UNIX_DAYS,
    civil_from_days,
)
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.zones import abbreviation, find_zone, offset_seconds

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri")  # 2000-01-01 was a Saturday
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_PYTHON_FIRST = -730_000 * MICROSECONDS_PER_DAY
_PYTHON_END = 2_900_000 * MICROSECONDS_PER_DAY
"""Python's own datetime, three times as fast, covers years 1 to 9999: here a little less, for any zone's offset."""
_UNIX_SECONDS = UNIX_DAYS * 86400


def date_style_parts(date_style: str) -> tuple[str, str]:
    """Split a DateStyle into its style (iso, sql, postgres, german) and field order (mdy, dmy, ymd).

    Raises:
        InvalidParameterValue: a word of it is unknown.
    """
    style, order = "iso", ""
    for word in (part.strip().lower() for part in date_style.split(",")):
        if word in {"iso", "sql", "postgres", "german"}:
            style = word
        elif word in _ORDERS:
            order = _ORDERS[word]
        else:
            raise InvalidParameterValue(f'invalid value for parameter "DateStyle": "{date_style}"')
    return style, order or ("dmy" if style == "german" else "mdy")


_ORDERS = {
    "mdy": "mdy", "us": "mdy", "noneuropean": "mdy", "noneuro": "mdy",
    "dmy": "dmy", "european": "dmy", "euro": "dmy",
    "ymd": "ymd",
}  # fmt: skip


def date_writer(style: OutputStyle) -> Callable[[int], str]:
    """Give the function that writes a date."""
    name, order = date_style_parts(style.date_style)
    write = _DATE_WRITERS[name, order == "dmy"]

    def write_date(days: int) -> str:
        if days == DATE_INFINITY:
            return "infinity"
        if days == DATE_MINUS_INFINITY:
            return "-infinity"
        year, month, day = civil_from_days(days)
        if year > 0:
            return write(year, month, day)
        return write(1 - year, month, day) + " BC"

    return write_date


def timestamp_writer(style: OutputStyle) -> Callable[[int], str]:
    """Give the function that writes a timestamp without time zone."""
    name, order = date_style_parts(style.date_style)
    write = _timestamp_writer(_DATE_TIME_WRITERS[name, order == "dmy"])
    if name != "iso":
        return write

    def write_iso(microseconds: int) -> str:
        if not _PYTHON_FIRST <= microseconds < _PYTHON_END:
            return write(microseconds)
        moment = _EPOCH + timedelta(microseconds=microseconds)
        return moment.isoformat(" ", "seconds")[:19] + fraction_text(microseconds % 1_000_000)

    return write_iso


def timestamptz_writer(style: OutputStyle) -> Callable[[int], str]:
    """Give the function that writes a timestamp with time zone in the session's zone."""
    name, order = date_style_parts(style.date_style)
    zone = find_zone(style.time_zone)
    zone_text = _zone_offset_text if name == "iso" else _zone_abbreviation
    write = _timestamp_writer(_DATE_TIME_WRITERS[name, order == "dmy"])
    write_parts = _DATE_TIME_WRITERS[name, order == "dmy"]

    def write_timestamptz(microseconds: int) -> str:
        if microseconds in {TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY}:
            return write(microseconds)
        unix_seconds = microseconds // 1_000_000 + _UNIX_SECONDS
        offset = offset_seconds(zone, unix_seconds)
        return _write_instant(write_parts, microseconds + offset * 1_000_000, zone_text(zone, unix_seconds, offset))

    if name != "iso":
        return write_timestamptz

    def write_iso(microseconds: int) -> str:
        if not _PYTHON_FIRST <= microseconds < _PYTHON_END:
            return write_timestamptz(microseconds)
        moment = (_EPOCH + timedelta(microseconds=microseconds)).astimezone(zone)
        fraction = fraction_text(microseconds % 1_000_000)
        return moment.isoformat(" ", "seconds")[:19] + fraction + _offset_text(moment.utcoffset())

    return write_iso


def time_text(microseconds: int) -> str:
    """Write a time of day, up to 24:00:00.

    >>> time_text(86_400_000_000), time_text(1_500_000)
    ('24:00:00', '00:00:01.5')
    """
    seconds, fraction = divmod(microseconds, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}" + fraction_text(fraction)


def timetz_text(value: tuple[int, int]) -> str:
    """Write a time of day with its zone, given as (microseconds, seconds west of UTC)."""
    return time_text(value[0]) + offset_text(-value[1])


def offset_text(seconds: int) -> str:
    """Write an offset from UTC: +00, +05:30, -00:01:15."""
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    text = f"{'-' if seconds < 0 else '+'}{hour:02d}"
    if minute or second:
        text += f":{minute:02d}"
    return text + f":{second:02d}" if second else text


@lru_cache(maxsize=256)
def _offset_text(offset: timedelta | None) -> str:
    assert offset is not None
    return offset_text(int(offset.total_seconds()))


def fraction_text(microseconds: int) -> str:
    """Write a fraction of a second with its point and no trailing zero, or nothing."""
    return f".{microseconds:06d}".rstrip("0") if microseconds else ""


def _timestamp_writer(write: Callable[[int, int, int, int, str, str], str]) -> Callable[[int], str]:
    def write_timestamp(microseconds: int) -> str:
        if microseconds == TIMESTAMP_INFINITY:
            return "infinity"
        if microseconds == TIMESTAMP_MINUS_INFINITY:
            return "-infinity"
        return _write_instant(write, microseconds, "")

    return write_timestamp


def _write_instant(write: Callable[[int, int, int, int, str, str], str], microseconds: int, zone: str) -> str:
    days, of_day = divmod(microseconds, MICROSECONDS_PER_DAY)
    year, month, day = civil_from_days(days)
    clock = time_text(of_day)
    if year > 0:
        return write(year, month, day, days, clock, zone)
    return write(1 - year, month, day, days, clock, zone) + " BC"


def _zone_offset_text(zone: tzinfo, unix_seconds: int, offset: int) -> str:  # noqa: ARG001 # one shape for both
    return offset_text(offset)


def _zone_abbreviation(zone: tzinfo, unix_seconds: int, offset: int) -> str:
    name = abbreviation(zone, unix_seconds)
    return f" {name}" if not name.startswith("UTC") or name == "UTC" else f" {offset_text(offset)}"


_DATE_WRITERS: dict[tuple[str, bool], Callable[[int, int, int], str]] = {
    ("iso", False): lambda year, month, day: f"{year:04d}-{month:02d}-{day:02d}",
    ("iso", True): lambda year, month, day: f"{year:04d}-{month:02d}-{day:02d}",
    ("sql", False): lambda year, month, day: f"{month:02d}/{day:02d}/{year:04d}",
    ("sql", True): lambda year, month, day: f"{day:02d}/{month:02d}/{year:04d}",
    ("german", False): lambda year, month, day: f"{day:02d}.{month:02d}.{year:04d}",
    ("german", True): lambda year, month, day: f"{day:02d}.{month:02d}.{year:04d}",
    ("postgres", False): lambda year, month, day: f"{month:02d}-{day:02d}-{year:04d}",
    ("postgres", True): lambda year, month, day: f"{day:02d}-{month:02d}-{year:04d}",
}
"""By style and whether the day comes first: (year, month, day)."""


def _iso(year: int, month: int, day: int, days: int, clock: str, zone: str) -> str:  # noqa: ARG001
    return f"{year:04d}-{month:02d}-{day:02d} {clock}{zone}"


def _sql(year: int, month: int, day: int, days: int, clock: str, zone: str) -> str:  # noqa: ARG001
    return f"{month:02d}/{day:02d}/{year:04d} {clock}{zone}"


def _sql_day_first(year: int, month: int, day: int, days: int, clock: str, zone: str) -> str:  # noqa: ARG001
    return f"{day:02d}/{month:02d}/{year:04d} {clock}{zone}"


def _german(year: int, month: int, day: int, days: int, clock: str, zone: str) -> str:  # noqa: ARG001
    return f"{day:02d}.{month:02d}.{year:04d} {clock}{zone}"


def _postgres(year: int, month: int, day: int, days: int, clock: str, zone: str) -> str:
    return f"{_WEEKDAYS[days % 7]} {_MONTHS[month - 1]} {day:02d} {clock} {year:04d}{zone}"


def _postgres_day_first(year: int, month: int, day: int, days: int, clock: str, zone: str) -> str:
    return f"{_WEEKDAYS[days % 7]} {day:02d} {_MONTHS[month - 1]} {clock} {year:04d}{zone}"


_DATE_TIME_WRITERS: dict[tuple[str, bool], Callable[[int, int, int, int, str, str], str]] = {
    ("iso", False): _iso,
    ("iso", True): _iso,
    ("sql", False): _sql,
    ("sql", True): _sql_day_first,
    ("german", False): _german,
    ("german", True): _german,
    ("postgres", False): _postgres,
    ("postgres", True): _postgres_day_first,
}
"""By style and whether the day comes first: (year, month, day, days since 2000, clock, zone)."""
