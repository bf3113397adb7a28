"""Read intervals as ISO 8601 writes them: "P1Y2M3DT4H5M6S", "P0001-02-03T04:05:06", "P00010203T040506".

Source: DecodeISO8601Interval in src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

import re

from pgddb.pgtypes.interval_sum import HOUR, MINUTE, SECOND, BadFormat, Interval, IntervalSum

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DIGITS = re.compile(r"-?(\d*)")
_LARGEST = 1.0e15
_CLOCK_UNITS = {"H": HOUR, "M": MINUTE, "S": SECOND}


def read_iso(text: str, total: IntervalSum) -> Interval:
    """Read an interval into (months, days, microseconds).

    Raises:
        BadFormat: the text is no interval of ISO 8601.
        IntervalFieldOverflow: a part of it is too large.
    """
    if len(text) < 2 or text[0] != "P":
        raise BadFormat
    _Designators(text, total).read()
    return total.value()


class _Designators:
    """A place in the text."""

    def __init__(self, text: str, total: IntervalSum) -> None:
        self._text = text
        self._at = 1
        self._total = total

    def read(self) -> None:
        in_date, has_field = True, False
        while self._at < len(self._text):
            if self._text[self._at] == "T":
                self._at += 1
                in_date, has_field = False, False
                continue
            start = self._at
            whole, fraction = self._number()
            unit = self._next()
            if unit in ("", "T", "-", ":"):
                if has_field:
                    raise BadFormat
                digits = len(_DIGITS.match(self._text, start)[1])  # type: ignore[index]  # it matches nothing too
                (self._date if in_date else self._time)(whole, fraction, unit, digits)
                in_date = False
                continue
            (self._date_unit if in_date else self._time_unit)(unit, whole, fraction)
            has_field = True

    def _next(self) -> str:
        """Pass one character and give it, "" at the end."""
        self._at += 1
        return self._text[self._at - 1 : self._at]

    def _number(self) -> tuple[int, float]:
        match = _NUMBER.match(self._text, self._at)
        if match is None:
            raise BadFormat
        self._at = match.end()
        value = float(match[0])
        if abs(value) > _LARGEST:
            raise self._total.overflow()
        return int(value), value - int(value)

    def _date_unit(self, unit: str, whole: int, fraction: float) -> None:
        if unit == "Y":
            self._total.add_years(whole, fraction)
        elif unit == "M":
            self._total.add_months(whole, fraction)
        elif unit == "W":
            self._total.add_days(whole * 7, 0.0)
            self._total.add_part_of_days(fraction, 7)
        elif unit == "D":
            self._total.add_days(whole, fraction)
        else:
            raise BadFormat

    def _time_unit(self, unit: str, whole: int, fraction: float) -> None:
        if unit not in _CLOCK_UNITS:
            raise BadFormat
        self._total.add_clock(whole, fraction, _CLOCK_UNITS[unit])

    def _date(self, whole: int, fraction: float, unit: str, digits: int) -> None:
        """Read a date without designators: 00010203, or 0001-02-03 of which parts may be left out."""
        if unit == ":":
            raise BadFormat
        if unit != "-" and digits == 8:
            self._total.add_years(_quotient(whole, 10000), 0.0)
            self._total.add_months(_rest(_quotient(whole, 100)), 0.0)
            self._total.add_days(_rest(whole), fraction)
            return
        self._total.add_years(whole, fraction)
        if unit != "-":
            return
        self._total.add_months(*self._number())
        if (unit := self._next()) != "-":
            self._require_end(unit)
            return
        self._total.add_days(*self._number())
        self._require_end(self._next())

    def _require_end(self, unit: str) -> None:
        if unit not in ("", "T"):
            raise BadFormat

    def _time(self, whole: int, fraction: float, unit: str, digits: int) -> None:
        """Read a time of day without designators: 040506, or 04:05:06 of which parts may be left out."""
        if unit in ("T", "-"):
            raise BadFormat
        if not unit and digits == 6:
            self._total.add_clock(_quotient(whole, 10000), 0.0, HOUR)
            self._total.add_clock(_rest(_quotient(whole, 100)), 0.0, MINUTE)
            self._total.add_clock(_rest(whole), fraction, SECOND)
            return
        self._total.add_clock(whole, fraction, HOUR)
        if not unit:
            return
        self._total.add_clock(*self._number(), MINUTE)
        if (unit := self._next()) == ":":
            self._total.add_clock(*self._number(), SECOND)
            unit = self._next()
        if unit:
            raise BadFormat


def _quotient(number: int, divisor: int) -> int:
    """Divide as C does, towards zero."""
    return int(number / divisor) if abs(number) < 2**53 else abs(number) // divisor * (1 if number > 0 else -1)


def _rest(number: int) -> int:
    return abs(number) % 100 * (1 if number >= 0 else -1)
