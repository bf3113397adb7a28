"""Decide which number of a date is the year, the month and the day.

Source: DecodeDate, DecodeNumber, DecodeNumberField and ValidateDate in src/backend/utils/adt/datetime.c of PostgreSQL
"""

from __future__ import annotations

import re
from typing import ClassVar

from pgddb.pgtypes.datetime_tokens import MONTHS
from pgddb.pgtypes.epoch import UNIX_DAYS, civil_from_days, days_from_civil

_PARTS = re.compile(r"([0-9]+|[A-Za-z]+)(?:.|$)", re.DOTALL)
"""A part takes one more character with it, as in PostgreSQL."""
_MICROSECONDS = 1_000_000
_DAY = 86_400 * _MICROSECONDS
_JULIAN_UNIX = 2440588
_LARGEST = 2**31 - 1


class BadDate(Exception):
    """The text is no date or time."""


class DateOverflow(Exception):
    """A field has a value that it cannot have; `is_order`: perhaps because day and month stand in another order."""

    def __init__(self, *, is_order: bool = False) -> None:
        super().__init__()
        self.is_order = is_order


class DateNumbers:
    """Year, month, day and time of day found so far; `seen` names the fields that were."""

    DATE: ClassVar[frozenset[str]] = frozenset(["year", "month", "day"])
    CLOCK: ClassVar[frozenset[str]] = frozenset(["hour", "minute", "second"])

    def __init__(self, order: str) -> None:
        self._order = order
        self.seen: frozenset[str] = frozenset()
        self.year = self.month = self.day = 0
        self._day_of_year = 0
        self._hour = self._minute = self._second = self._microsecond = 0
        self._has_month_name = self._is_short_year = self._is_julian = False

    # Dates

    def date(self, field: str) -> frozenset[str]:
        """Read a date in one piece: 1999-01-08, 8-Jan-99, 1999.008."""
        parts = _PARTS.findall(field)
        if not field[-1].isalnum():
            raise BadDate
        before, added = self.seen, frozenset[str]()
        named = False
        for part in [one for one in parts if one.isalpha()]:
            if part not in MONTHS or "month" in self.seen:
                raise BadDate
            self.month, named = MONTHS[part], True
            self.seen |= {"month"}
            added |= {"month"}
        outside, self._has_month_name = self._has_month_name, named
        for part in [one for one in parts if not one.isalpha()]:
            one = self.number(part)
            if one & self.seen:
                raise BadDate
            self.seen |= one
            added |= one
        if self.seen - {"day of year", "zone"} != self.DATE:
            raise BadDate
        self.seen, self._has_month_name = before, outside
        return added

    def named_month(self, month: int) -> frozenset[str]:
        """Take the name of a month; a number that was taken for one before is the day."""
        added = frozenset(["month"])
        if "month" in self.seen and not self._has_month_name and "day" not in self.seen and 1 <= self.month <= 31:
            self.day, added = self.month, frozenset(["day"])
        self._has_month_name = True
        self.month = month
        return added

    def number(self, digits: str) -> frozenset[str]:
        """Take one number by what is known before it."""
        whole, point, _ = digits.partition(".")
        if point:
            if len(whole) > 2:
                return self.run_together(digits, is_dated=True)
            self._microsecond = self._fraction(digits[len(whole) :])
        value = int(whole or 0)
        if value > _LARGEST:
            raise DateOverflow
        known = self.seen & self.DATE
        if len(digits) == 3 and known == {"year"} and 1 <= value <= 366:
            self._day_of_year = value
            return frozenset(["day of year", "month", "day"])
        if known == self.DATE:
            return self.run_together(digits, is_dated=True)
        return self._placed(value, len(digits), known)

    def _placed(self, value: int, length: int, known: frozenset[str]) -> frozenset[str]:
        field = self._wanted(length, known)
        if field == "later year":  # the number that was taken for the year is the day
            self.day, self.year, self._is_short_year = self.year, value, False
            return frozenset(["day"])
        setattr(self, field, value)
        if field == "year":
            self._is_short_year = length <= 2
        return frozenset([field])

    def _wanted(self, length: int, known: frozenset[str]) -> str:
        year_first = length >= 3 or self._order == "ymd"
        if not known:
            return "year" if year_first else "day" if self._order == "dmy" else "month"
        if known == {"year"}:
            return "month"
        if known == {"month"}:
            return "year" if self._has_month_name and year_first else "day"
        if known == {"year", "month"}:
            return "later year" if self._has_month_name and length >= 3 and self._is_short_year else "day"
        if known == {"day"}:
            return "month"
        if known == {"month", "day"}:
            return "year"
        raise BadDate

    def run_together(self, digits: str, *, is_dated: bool = False) -> frozenset[str]:
        """Read 19990108, 040506 or 0405, perhaps with a fraction of a second; `is_dated`: a date is known."""
        whole, point, rest = digits.partition(".")
        if point:
            self._microsecond = self._fraction(point + rest)
        elif not is_dated and not self.seen >= self.DATE and len(whole) >= 6:
            self.year, self.month, self.day = int(whole[:-4]), int(whole[-4:-2]), int(whole[-2:])
            self._is_short_year = self._is_short_year or len(whole) == 6
            return self.DATE
        if not self.seen >= self.CLOCK and len(whole) in (4, 6):
            self._hour, self._minute, self._second = int(whole[:2]), int(whole[2:4]), int(whole[4:] or 0)
            return self.CLOCK
        raise BadDate

    def julian(self, digits: str) -> frozenset[str]:
        """Read the number of a day since 4714 BC, whose fraction is a time of day."""
        whole, point, rest = digits.partition(".")
        if int(whole or 0) > _LARGEST:
            raise DateOverflow
        self.year, self.month, self.day = civil_from_days(int(whole or 0) - _JULIAN_UNIX - UNIX_DAYS)
        self._is_julian = True
        if not point:
            return self.DATE
        clock = int(float(point + (rest or "0")) * _DAY)
        self._second, self._microsecond = divmod(clock, _MICROSECONDS)
        self._minute, self._second = divmod(self._second, 60)
        self._hour, self._minute = divmod(self._minute, 60)
        return self.DATE | self.CLOCK

    def labelled(self, label: str, value: int, fraction: str) -> frozenset[str]:
        """Take a number behind a label, as in y2001m02d04; m behind an hour means minutes."""
        if value > _LARGEST:
            raise DateOverflow
        if label == "month" and {"month", "hour"} <= self.seen:
            label = "minute"
        if label in self.DATE:
            setattr(self, label, value)
        elif label in self.CLOCK:
            setattr(self, f"_{label}", value)
            if fraction:
                self._microsecond = self._fraction(fraction)
        else:
            raise BadDate
        return frozenset([label])

    def validate(self, *, is_bc: bool) -> None:
        """Check the date, and give its year a century."""
        if "year" in self.seen and not self._is_julian:
            if self._is_short_year and not is_bc:
                self.year += 2000 if self.year < 70 else 1900 if self.year < 100 else 0
            elif self.year <= 0:
                raise DateOverflow
            elif is_bc:
                self.year = 1 - self.year
        if "day of year" in self.seen:
            first = days_from_civil(self.year, 1, 1)
            self.year, self.month, self.day = civil_from_days(first + self._day_of_year - 1)
        if ("month" in self.seen and not 1 <= self.month <= 12) or ("day" in self.seen and not 1 <= self.day <= 31):
            raise DateOverflow(is_order=True)
        if self.seen >= self.DATE and self.day > month_length(self.year, self.month):
            raise DateOverflow

    # Times of day

    def clock(self, hour: int, minute: int, second: int, fraction: str | None) -> None:
        """Take a time of day."""
        self._hour, self._minute, self._second = hour, minute, second
        self._microsecond = self._fraction(fraction) if fraction else 0
        if minute > 59 or second > 60:
            raise DateOverflow

    def apply_half(self, half: str | None) -> None:
        """Take am and pm into account."""
        if half is not None and self._hour > 12:
            raise DateOverflow
        if half == "am" and self._hour == 12:
            self._hour = 0
        elif half == "pm" and self._hour != 12:
            self._hour += 12

    def time_of_day(self) -> int:
        """Give the time of day in microseconds."""
        self.check_clock()
        return ((self._hour * 60 + self._minute) * 60 + self._second) * _MICROSECONDS + self._microsecond

    def check_clock(self) -> None:
        """Check that the time of day is in a day."""
        seconds = (self._hour * 60 + self._minute) * 60 + self._second
        if self._minute > 59 or self._second > 60 or seconds * _MICROSECONDS + self._microsecond > _DAY:
            raise DateOverflow

    def _fraction(self, digits: str) -> int:
        return round(float(digits if digits != "." else "0") * _MICROSECONDS)


def month_length(year: int, month: int) -> int:
    """Give the number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31
