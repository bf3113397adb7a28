"""Find time zones by the names PostgreSQL accepts, and their offset at any instant from 4713 BC on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pgddb.errors import InvalidParameterValue

_POSIX = re.compile(
    r"(?:<[A-Za-z0-9:+-]+>|[A-Za-z]+)?(?P<sign>[+-]?)(?P<hours>\d{1,2})(?::(?P<minutes>\d\d))?(?::(?P<seconds>\d\d))?"
)
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<hours>\d{1,2})(?:\.(?P<fraction>\d+))?")

SECONDS_IN_400_YEARS = 146097 * 86400
"""The Gregorian calendar, weekdays included, repeats after this long."""

_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST_SECOND = int(datetime(9990, 1, 1, tzinfo=UTC).timestamp())
_FIRST_SECOND = int(_FIRST.timestamp())
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=256)
def find_zone(name: str) -> tzinfo:
    """Give the zone that PostgreSQL means by `name`; letter case does not matter.

    Raises:
        InvalidParameterValue: there is no such zone.
    """
    zone = _named(name) or _fixed(name)
    if zone is None:
        raise InvalidParameterValue(f'invalid value for parameter "TimeZone": "{name}"')
    return zone


def offset_seconds(zone: tzinfo, unix_seconds: int) -> int:
    """Give how far local time is ahead of UTC at this instant."""
    moment = _moment(unix_seconds).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def abbreviation(zone: tzinfo, unix_seconds: int) -> str:
    """Give the zone's short name at this instant: "CEST", "+0530"."""
    return _moment(unix_seconds).astimezone(zone).tzname() or ""


def offset_of_local(zone: tzinfo, local_seconds: int) -> int:
    """Give the offset of a local time, counted in seconds since 1970 as if it were UTC.

    A time that the clock skipped takes the offset before the change, one that it showed twice
    the offset after it: as DetermineTimeZoneOffset in the PostgreSQL source.
    """
    moment = _moment(local_seconds).replace(tzinfo=zone)
    early, late = moment.utcoffset(), moment.replace(fold=1).utcoffset()
    assert early is not None
    assert late is not None
    return int((min(early, late)).total_seconds())


def _moment(unix_seconds: int) -> datetime:
    """Give the instant, or one with the same rules of daylight saving inside the years Python knows."""
    if unix_seconds > _LAST_SECOND:
        cycles = (unix_seconds - _LAST_SECOND) // SECONDS_IN_400_YEARS + 1
        unix_seconds -= cycles * SECONDS_IN_400_YEARS
    if unix_seconds < _FIRST_SECOND:
        return _FIRST
    return _UNIX + timedelta(seconds=unix_seconds)


def _named(name: str) -> tzinfo | None:
    spelled = _spellings().get(name.lower())
    if spelled is None:
        return None
    try:
        return ZoneInfo(spelled)
    except ZoneInfoNotFoundError:
        return None


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    return {"utc": "UTC", "gmt": "GMT"} | {zone.lower(): zone for zone in available_timezones()}


def _fixed(name: str) -> tzinfo | None:
    """Read a POSIX zone ("<+03>-03", "+02:00"), whose sign points west, or a number of hours, which points east."""
    number = _NUMBER.fullmatch(name)
    if number is not None:
        minutes = round(float(f"0.{number['fraction'] or 0}") * 60)
        return _offset_zone(number["sign"] != "-", int(number["hours"]) * 3600 + minutes * 60)
    posix = _POSIX.fullmatch(name)
    if posix is None:
        return None
    seconds = int(posix["hours"]) * 3600 + int(posix["minutes"] or 0) * 60 + int(posix["seconds"] or 0)
    return _offset_zone(posix["sign"] == "-", seconds)


def _offset_zone(is_east: bool, seconds: int) -> tzinfo | None:  # noqa: FBT001 # one private caller
    if seconds >= 86400:
        return None
    return timezone(timedelta(seconds=seconds if is_east else -seconds))
