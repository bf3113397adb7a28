"""Name time zones as the engine knows them, from the spellings that PostgreSQL takes.

Source: https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-TIMEZONES
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from pgddb.errors import InvalidParameterValue
from pgddb.pgtypes.zone_abbreviations import FIXED_SECONDS, ZONES
from pgddb.pgtypes.zones import find_zone
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_ISO_OFFSET = re.compile(r"([+-])(\d{1,4})(?::(\d{0,2})(?::0{0,2})?)?")


def zone_name(text: str) -> str:
    """Give the zone of AT TIME ZONE: a name, an abbreviation, or POSIX's spelling, whose sign points west.

    >>> zone_name("europe/paris"), zone_name("PST"), zone_name("UTC+3")
    ('Europe/Paris', 'GMT-08:00', 'GMT-03:00')

    Raises:
        InvalidParameterValue: there is no such zone.
    """
    if (seconds := FIXED_SECONDS.get(text.lower())) is not None:
        return fixed_zone(seconds // 60)
    text = ZONES.get(text.lower(), "Europe/Moscow" if text.lower() == "msk" else text)
    opposite = None if ":" in text else {"+": "-", "-": "+"}.get(text[:1])  # hours alone point east in TimeZone only
    try:
        zone = find_zone(opposite + text[1:] if opposite else text)
    except InvalidParameterValue:
        raise InvalidParameterValue(f'time zone "{text}" not recognized') from None
    return engine_zone(zone)


def session_zone_name(text: str) -> str:
    """Give the zone of the setting TimeZone, where hours alone point east.

    >>> session_zone_name("-02:00"), session_zone_name("-2"), session_zone_name("<+05:30>-05:30")
    ('GMT+02:00', 'GMT-02:00', 'GMT+05:30')
    """
    return engine_zone(find_zone(text))


def engine_zone(zone: tzinfo) -> str:
    """Give the name that the engine knows a zone by."""
    if isinstance(zone, ZoneInfo):
        return zone.key
    offset = zone.utcoffset(datetime(2000, 1, 1, tzinfo=UTC))
    return fixed_zone(0 if offset is None else round(offset.total_seconds() / 60))


def sane_zone_name(text: str) -> str:
    """Give the zone of make_timestamptz and date_trunc, where a bare offset points east.

    >>> sane_zone_name("+2"), sane_zone_name("-02:30"), sane_zone_name("+1:"), sane_zone_name("+1000")
    ('GMT+02:00', 'GMT-02:30', 'GMT+01:00', 'GMT+10:00')

    Raises:
        InvalidParameterValue: there is no such zone, or the offset is too large.
    """
    if text[:1].isdigit():
        raise InvalidParameterValue(
            f'invalid input syntax for type numeric time zone: "{text}"',
            hint='Numeric time zones must have "-" or "+" as first character.',
        )
    offset = _ISO_OFFSET.fullmatch(text)
    if offset is None:
        return zone_name(text)
    digits, minutes = offset[2], offset[3]
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, minutes or "0")
    if int(hours) > 15 or int(minutes) > 59:
        raise InvalidParameterValue(f'numeric time zone "{text}" out of range')
    total = int(hours) * 60 + int(minutes)
    return fixed_zone(total if offset[1] == "+" else -total)


def fixed_zone(minutes: int) -> str:
    """Give the zone that is so many minutes ahead of UTC."""
    sign = "-" if minutes < 0 else "+"
    return f"GMT{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_zone", ("VARCHAR",), "VARCHAR", zone_name),
    by_value("pgddb_sane_zone", ("VARCHAR",), "VARCHAR", sane_zone_name),
)
