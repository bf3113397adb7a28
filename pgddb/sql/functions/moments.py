"""Read dates and times in the spellings that PostgreSQL takes.

Source: https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-DATETIME-INPUT
"""

from __future__ import annotations

import datetime
import re

from pgddb.errors import DatetimeFieldOverflow, InvalidDatetimeFormat
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_CLOCK = r"(?:(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(?P<half>am|pm)?)?"
_ZONE = r"\s*(?P<zone>z|utc|gmt|[+-]\d{1,2}(?::?\d{2})?(?::\d{2})?|[a-z]+/[a-z_/]+)?"
_DATES = (
    r"(?P<y>\d{4,6})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    r"(?:[a-z]{3,9},?\s+)?" + _MONTH + r"\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})",
    r"(?P<d>\d{1,2})[\s-]" + _MONTH + r"[\s-](?P<y>\d{4})",
    r"(?P<y>\d{4})[\s-]" + _MONTH + r"[\s-](?P<d>\d{1,2})",
)
_MOMENTS = tuple(re.compile(rf"\s*{date}(?:[t\s]+|$){_CLOCK}{_ZONE}\s*", re.IGNORECASE) for date in _DATES)
SPECIAL = frozenset(["infinity", "-infinity", "epoch", "now", "today", "tomorrow", "yesterday"])
_NAMES = {
    "date": "date",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp with time zone",
}


def iso_moment(text: str, type_name: str) -> str:
    """Give a date or time in ISO's spelling, for a type of PostgreSQL.

    >>> iso_moment("Jan 5, 2024", "date"), iso_moment("20240105T1:02 pm", "timestamp without time zone")
    ('2024-01-05', '2024-01-05 13:02:00')

    Raises:
        InvalidDatetimeFormat: the text is none.
        DatetimeFieldOverflow: a field is out of its range.
    """
    bare = text.strip().lower()
    if bare in SPECIAL:
        return bare
    for pattern in _MOMENTS:
        found = pattern.fullmatch(text)
        if found is not None:
            return _iso(found, text, type_name)
    raise InvalidDatetimeFormat(f'invalid input syntax for type {_NAMES.get(type_name, type_name)}: "{text}"')


def _iso(found: re.Match[str], text: str, type_name: str) -> str:
    fields = found.groupdict()
    month = _month(fields.get("name"), text, type_name) if fields.get("name") else int(fields["m"] or 0)
    day = int(fields["d"])
    year = int(fields["y"])
    if not (1 <= month <= 12 and 1 <= day <= _days(year, month)):
        raise DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')
    date = f"{year:04d}-{month:02d}-{day:02d}"
    clock = _clock(fields, text)
    if clock.startswith("24"):
        date, clock = (datetime.date(year, month, day) + datetime.timedelta(days=1)).isoformat(), "00:00:00"
    if type_name == "date":
        return date
    zone = fields["zone"] or ""
    return f"{date} {clock}" + (_zone(zone) if zone and type_name.endswith("with time zone") else "")


def _zone(zone: str) -> str:
    if zone.lower() in ("z", "utc", "gmt"):
        return "+00"
    return zone if zone[0] in "+-" else f" {zone}"


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _month(name: str | None, text: str, type_name: str) -> int:
    short = (name or "").lower()[:3]
    if short not in _MONTHS:
        raise InvalidDatetimeFormat(f'invalid input syntax for type {_NAMES.get(type_name, type_name)}: "{text}"')
    return _MONTHS.index(short) + 1


def _clock(fields: dict[str, str | None], text: str) -> str:
    clock = fields["clock"] or "00:00:00"
    hour, minute, second = [*clock.replace(",", ".").split(":"), "00"][:3]
    number = int(hour)
    if fields["half"]:
        number = number % 12 + (12 if fields["half"].lower() == "pm" else 0)
    last_hour = number == 24 and int(minute) == 0 and float(second) == 0
    if (number > 23 and not last_hour) or int(minute) > 59 or float(second) > 60:
        raise DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')
    return f"{number:02d}:{minute}:{second}"


FUNCTIONS: tuple[ScalarFunction, ...] = (by_value("pgddb_iso_moment", ("VARCHAR", "VARCHAR"), "VARCHAR", iso_moment),)
