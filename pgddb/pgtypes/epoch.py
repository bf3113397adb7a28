"""Count days and microseconds as PostgreSQL stores them: from 2000-01-01, with the two infinities at the ends.

Source: src/include/datatype/timestamp.h and src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

from pgddb.errors import DatetimeFieldOverflow

UNIX_DAYS = 10957
"""2000-01-01 in days since 1970-01-01."""
MICROSECONDS_PER_DAY = 86_400_000_000
UNIX_MICROSECONDS = UNIX_DAYS * MICROSECONDS_PER_DAY

DATE_INFINITY, DATE_MINUS_INFINITY = 2**31 - 1, -(2**31)
TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY = 2**63 - 1, -(2**63)

FIRST_DAY, END_DAY = -2451545, 2145031949
"""4714-11-24 BC, and the day after 5874897-12-31."""
FIRST_MICROSECOND, END_MICROSECOND = -211813488000000000, 9223371331200000000
"""4714-11-24 BC, and the instant after 294276 ends."""


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Give (year, month, day) of a day counted from 2000-01-01; year 0 is 1 BC.

    >>> civil_from_days(0), civil_from_days(-1)
    ((2000, 1, 1), (1999, 12, 31))
    """
    shifted = days + UNIX_DAYS + 719468  # from 0000-03-01
    era, day_of_era = divmod(shifted, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted_month + 2) // 5 + 1


def days_from_civil(year: int, month: int, day: int) -> int:
    """Count the days from 2000-01-01; year 0 is 1 BC."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146097 + day_of_era - 719468 - UNIX_DAYS


def checked_days(days: int) -> int:
    """Raise DatetimeFieldOverflow unless PostgreSQL has this day."""
    if FIRST_DAY <= days < END_DAY or days in {DATE_INFINITY, DATE_MINUS_INFINITY}:
        return days
    raise DatetimeFieldOverflow("date out of range")


def checked_microseconds(microseconds: int) -> int:
    """Raise DatetimeFieldOverflow unless PostgreSQL has this instant."""
    if FIRST_MICROSECOND <= microseconds < END_MICROSECOND:
        return microseconds
    if microseconds in {TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY}:
        return microseconds
    raise DatetimeFieldOverflow("timestamp out of range")
