"""Add up the parts of an interval within the bounds that PostgreSQL sets, with its rounding of fractions.

Source: AdjustFractMicroseconds and its like in src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

from pgddb.errors import DatetimeFieldOverflow, IntervalFieldOverflow

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DAYS_PER_MONTH = 30
_INT4 = range(-(2**31), 2**31)
_INT8 = range(-(2**63), 2**63)

Interval = tuple[int, int, int]


class BadFormat(Exception):
    """The text is no interval in the form that was tried."""


def fraction_of(digits: str | None) -> float:
    """Give the value of ".25", 0 for "." and nothing."""
    return float(digits) if digits and digits != "." else 0.0


class IntervalSum:
    """Years, months, days and microseconds found so far in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._years = self._months = self._days = self._microseconds = 0

    def overflow(self) -> IntervalFieldOverflow:
        """Make the error for a part that is too large."""
        return IntervalFieldOverflow(f'interval field value out of range: "{self._text}"')

    def value(self) -> Interval:
        """Give (months, days, microseconds)."""
        months = self._years * 12 + self._months
        if months not in _INT4:
            raise DatetimeFieldOverflow("interval out of range")
        return months, self._days, self._microseconds

    def negate(self) -> None:
        """Turn all parts around."""
        parts = [-self._years, -self._months, -self._days]
        if any(part not in _INT4 for part in parts) or -self._microseconds not in _INT8:
            raise self.overflow()
        self._years, self._months, self._days = parts
        self._microseconds = -self._microseconds

    def add_microseconds(self, amount: int) -> None:
        """Add microseconds."""
        self._microseconds = self._bounded(self._microseconds + amount, _INT8)

    def add_clock(self, whole: int, fraction: float, unit: int) -> None:
        """Add an amount of a unit of so many microseconds."""
        self.add_microseconds(whole * unit)
        self._add_part(fraction, unit)

    def add_days(self, whole: int, fraction: float) -> None:
        """Add days; their fraction goes to the clock."""
        self._days = self._bounded(self._days + self._bounded(whole, _INT4), _INT4)
        self._add_part(fraction, DAY)

    def add_part_of_days(self, fraction: float, days: int) -> None:
        """Add a fraction of so many days, in whole days and a rest for the clock."""
        part = fraction * days
        self.add_days(int(part), part - int(part))

    def add_months(self, whole: int, fraction: float) -> None:
        """Add months; their fraction goes to days."""
        self._months = self._bounded(self._months + self._bounded(whole, _INT4), _INT4)
        self.add_part_of_days(fraction, DAYS_PER_MONTH)

    def add_years(self, whole: int, fraction: float, unit: int = 1) -> None:
        """Add an amount of so many years; its fraction is rounded to whole months."""
        years = self._bounded(self._bounded(whole, _INT4) * unit, _INT4)
        self._years = self._bounded(self._years + years, _INT4)
        self._months = self._bounded(self._months + round(fraction * unit * 12), _INT4)

    def _add_part(self, fraction: float, unit: int) -> None:
        part = fraction * unit
        whole = int(part)
        rest = part - whole
        self.add_microseconds(whole + (1 if rest > 0.5 else -1 if rest < -0.5 else 0))

    def _bounded(self, value: int, bounds: range) -> int:
        if value not in bounds:
            raise self.overflow()
        return value
