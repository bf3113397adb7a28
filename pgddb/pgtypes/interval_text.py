"""Write intervals in the four IntervalStyles of PostgreSQL; a value is (months, days, microseconds).

Source: EncodeInterval in src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable

from pgddb.errors import InvalidParameterValue
from pgddb.pgtypes.datetime_text import fraction_text

Interval = tuple[int, int, int]


def interval_writer(interval_style: str) -> Callable[[Interval], str]:
    """Give the function that writes an interval in this style.

    Raises:
        InvalidParameterValue: the style is unknown.
    """
    try:
        return _WRITERS[interval_style.lower()]
    except KeyError:
        raise InvalidParameterValue(f'invalid value for parameter "IntervalStyle": "{interval_style}"') from None


def postgres_text(value: Interval) -> str:
    """Write an interval as IntervalStyle postgres does.

    >>> postgres_text((14, -3, 4_000_000)), postgres_text((0, 0, 0)), postgres_text((-1, 1, -1))
    ('1 year 2 mons -3 days +00:00:04', '00:00:00', '-1 mons +1 day -00:00:00.000001')
    """
    years, months, days, clock = _fields(value)
    parts: list[str] = []
    was_negative = False
    for amount, unit in ((years, "year"), (months, "mon"), (days, "day")):
        if amount == 0:
            continue
        plus = "+" if was_negative and amount > 0 else ""
        parts.append(f"{plus}{amount} {unit}{'' if amount == 1 else 's'}")
        was_negative = amount < 0
    if clock or not parts:
        sign = "-" if clock < 0 else ("+" if was_negative else "")
        hours, minutes, seconds, fraction = _clock(abs(clock))
        parts.append(f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{fraction_text(fraction)}")
    return " ".join(parts)


def verbose_text(value: Interval) -> str:
    """Write an interval as IntervalStyle postgres_verbose does: "@ 1 mon -3 days 4 secs", "@ 1 day ago"."""
    years, months, days, clock = _fields(value)
    sign = -1 if clock < 0 else 1
    hours, minutes, seconds, fraction = _clock(abs(clock))
    parts: list[str] = []
    is_ago = False
    units = ((years, "year"), (months, "mon"), (days, "day"), (sign * hours, "hour"), (sign * minutes, "min"))
    for signed, unit in units:
        if signed == 0:
            continue
        if not parts:
            is_ago = signed < 0
        amount = -signed if is_ago else signed
        parts.append(f"{amount} {unit}{'' if amount == 1 else 's'}")
    if seconds or fraction:
        if not parts:
            is_ago = sign < 0
        minus = "-" if (sign < 0) != is_ago else ""
        plural = "" if seconds == 1 and fraction == 0 else "s"
        parts.append(f"{minus}{seconds}{fraction_text(fraction)} sec{plural}")
    return "@ " + " ".join(parts or ["0"]) + (" ago" if is_ago else "")


def sql_standard_text(value: Interval) -> str:
    """Write an interval as IntervalStyle sql_standard does: "1-2", "3 4:05:06", "+1-2 -3 +4:05:06"."""
    years, months, days, clock = _fields(value)
    amounts = (years, months, days, clock)
    has_negative, has_positive = any(x < 0 for x in amounts), any(x > 0 for x in amounts)
    has_months, has_days = bool(years or months), bool(days or clock)
    hours, minutes, seconds, fraction = _clock(abs(clock))
    clock_text = f"{hours}:{minutes:02d}:{seconds:02d}{fraction_text(fraction)}"
    if not (has_negative or has_positive):
        return "0"
    if (has_negative and has_positive) or (has_months and has_days):
        return (
            f"{'-' if years < 0 or months < 0 else '+'}{abs(years)}-{abs(months)}"
            f" {'-' if days < 0 else '+'}{abs(days)} {'-' if clock < 0 else '+'}{clock_text}"
        )
    sign = "-" if has_negative else ""
    if has_months:
        return f"{sign}{abs(years)}-{abs(months)}"
    return f"{sign}{abs(days)} {clock_text}" if days else sign + clock_text


def iso_8601_text(value: Interval) -> str:
    """Write an interval as IntervalStyle iso_8601 does: "P1Y2M-3DT4H5M6.5S", "PT0S"."""
    years, months, days, clock = _fields(value)
    sign = "-" if clock < 0 else ""
    hours, minutes, seconds, fraction = _clock(abs(clock))
    date_part = "".join(f"{amount}{unit}" for amount, unit in ((years, "Y"), (months, "M"), (days, "D")) if amount)
    time_part = "".join(f"{sign}{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M")) if amount)
    if seconds or fraction:
        time_part += f"{sign}{seconds}{fraction_text(fraction)}S"
    if not date_part and not time_part:
        return "PT0S"
    return f"P{date_part}" + (f"T{time_part}" if time_part else "")


def _fields(value: Interval) -> tuple[int, int, int, int]:
    months, days, microseconds = value
    sign = -1 if months < 0 else 1
    years, rest = divmod(abs(months), 12)
    return sign * years, sign * rest, days, microseconds


def _clock(microseconds: int) -> tuple[int, int, int, int]:
    seconds, fraction = divmod(microseconds, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return hours, minute, second, fraction


_WRITERS: dict[str, Callable[[Interval], str]] = {
    "postgres": postgres_text,
    "postgres_verbose": verbose_text,
    "sql_standard": sql_standard_text,
    "iso_8601": iso_8601_text,
}
