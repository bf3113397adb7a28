"""Read the text form of intervals: "1 year 2 mons -3 days 04:05:06", "P1Y2M", "1-2", "3 4:05:06", "@ 1 day ago".

Source: DecodeInterval and DecodeISO8601Interval in src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

import re
from fractions import Fraction

from pgddb.errors import IntervalFieldOverflow, InvalidDatetimeFormat

_DAYS_PER_MONTH = 30
_SECOND = 1_000_000
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: unit
    for names, unit in (
        ("microsecond microseconds us usec usecs usecond useconds", ("clock", Fraction(1))),
        ("millisecond milliseconds ms msec msecs msecond mseconds", ("clock", Fraction(1000))),
        ("second seconds sec secs s", ("clock", Fraction(_SECOND))),
        ("minute minutes min mins m", ("clock", Fraction(60 * _SECOND))),
        ("hour hours hr hrs h", ("clock", Fraction(3600 * _SECOND))),
        ("day days d", ("days", Fraction(1))),
        ("week weeks w", ("days", Fraction(7))),
        ("month months mon mons", ("months", Fraction(1))),
        ("year years yr yrs y", ("months", Fraction(12))),
        ("decade decades dec decs", ("months", Fraction(120))),
        ("century centuries cent c", ("months", Fraction(1200))),
        ("millennium millennia mil mils", ("months", Fraction(12000))),
    )
    for name in names.split()
}
_LONGEST_UNIT = 10
"""TOKMAXLEN: longer words are cut, so that millenniums are understood."""
_CLOCK_FIELDS = tuple(f"clock {seconds * _SECOND}" for seconds in (1, 60, 3600))
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_SPACED_NUMBER = r"(?:[+-]\s*)?(?:\d+\.?\d*|\.\d+)"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<clock>(?:[+-]\s*)?\d+:\d{{1,2}}(?::\d{{1,2}}(?:\.\d*)?|\.\d+)?)
    | (?P<year_month>[+-]?\d+-\d+)(?![\d-])
    | (?P<amount>{_SPACED_NUMBER})\s*(?P<unit>[A-Za-z]+)(?!\w)
    | (?P<bare>{_NUMBER})(?=\s|$)
    | (?P<ago>ago)(?=\s*$)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ISO_DATE = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([YMWD])")
_ISO_TIME = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([HMS])")
_ISO_DATE_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_ISO_TIME_UNITS = {"H": "hour", "M": "minute", "S": "second"}

Interval = tuple[int, int, int]


class _Total:
    """Months, days and microseconds found so far, and the fields that gave them: each may stand once."""

    def __init__(self) -> None:
        self.months, self.days, self.clock = 0, 0, Fraction(0)
        self._named: set[str] = set()

    def name_once(self, *names: str) -> bool:
        """Remember that these fields were given; say whether that is the first time."""
        is_first = self._named.isdisjoint(names)
        self._named.update(names)
        return is_first

    def add(self, amount: Fraction, unit: str) -> bool:
        """Add an amount of a unit, its fraction in the next smaller ones; say whether the unit exists and is new."""
        unit = unit if unit in _UNITS else unit[:_LONGEST_UNIT]
        if unit not in _UNITS:
            return False
        target, factor = _UNITS[unit]
        if not self.name_once(f"{target} {factor}"):
            return False
        total = amount * factor
        if target == "months":
            # PostgreSQL rounds a fraction of a year to whole months, and spreads that of a month over days
            self.months += round(total) if factor > 1 else int(total)
            if factor == 1:
                self._add_days((total - int(total)) * _DAYS_PER_MONTH)
        elif target == "days":
            self._add_days(total)
        else:
            self.clock += total
        return True

    def _add_days(self, days: Fraction) -> None:
        self.days += int(days)
        self.clock += (days - int(days)) * 86400 * _SECOND


def parse_interval(text: str, *, sign_counts_for_all: bool = False) -> Interval:
    """Read an interval into (months, days, microseconds).

    `sign_counts_for_all` is for IntervalStyle sql_standard, where "-1 2:03:04" is minus a day and minus two hours.

    Raises:
        InvalidDatetimeFormat: the text is no interval.
        IntervalFieldOverflow: a part of it is too large.
    """
    stripped = text.strip()
    total = _Total()
    is_iso = stripped[:1] in {"P", "p"}
    if not (_read_iso(stripped, total) if is_iso else _read_words(stripped, total, sign_counts_for_all)):
        raise InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"')
    microseconds = round(total.clock)
    if not (abs(total.months) < 2**31 and abs(total.days) < 2**31 and abs(microseconds) < 2**63):
        raise IntervalFieldOverflow(f'interval field value out of range: "{text}"')
    return total.months, total.days, microseconds


def _read_iso(text: str, total: _Total) -> bool:
    date_part, mark, time_part = text.upper()[1:].partition("T")
    if not date_part and not mark:
        return False
    date_end = _read_designated(date_part, _ISO_DATE, _ISO_DATE_UNITS, total)
    time_end = _read_designated(time_part, _ISO_TIME, _ISO_TIME_UNITS, total)
    return date_end == len(date_part) and time_end == len(time_part)


def _read_designated(part: str, pattern: re.Pattern[str], units: dict[str, str], total: _Total) -> int:
    position = 0
    while match := pattern.match(part, position):
        if not total.add(Fraction(match[1]), units[match[2]]):
            break
        position = match.end()
    return position


def _read_words(text: str, total: _Total, sign_counts_for_all: bool) -> bool:  # noqa: FBT001 # passed through
    position = 1 if text.startswith("@") else 0
    matches: list[re.Match[str]] = []
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return False
        position = match.end()
        matches.append(match)
    if not matches:
        return False
    signs = [part[0] for match in matches for part in (match["clock"], match["year_month"], match["bare"]) if part]
    is_negated = sign_counts_for_all and _is_sql_standard(matches) and signs[0] == "-" and "+" not in signs
    is_negated = is_negated and "-" not in signs[1:]
    has_clock = any(match["clock"] for match in matches)
    for index, match in enumerate(matches):
        if not _add_token(match, total, is_last=index == len(matches) - 1, has_clock=has_clock):
            return False
    if matches[-1]["ago"]:
        total.months, total.days, total.clock = -total.months, -total.days, -total.clock
    elif is_negated:
        total.months, total.days, total.clock = -abs(total.months), -abs(total.days), -abs(total.clock)
    return len(matches) > 1 or not matches[0]["ago"]


def _is_sql_standard(matches: list[re.Match[str]]) -> bool:
    return all(match["clock"] or match["year_month"] or match["bare"] for match in matches)


def _add_token(match: re.Match[str], total: _Total, *, is_last: bool, has_clock: bool) -> bool:
    if match["ago"]:
        return is_last
    if match["clock"]:
        total.clock += _clock(match["clock"])
        return total.name_once(*_CLOCK_FIELDS)
    if match["year_month"]:
        years, _, months = match["year_month"].lstrip("+-").partition("-")
        sign = -1 if match["year_month"].startswith("-") else 1
        total.months += sign * (int(years) * 12 + int(months))
        return int(months) < 12 and total.name_once("months 1", "months 12")
    if match["unit"]:
        return total.add(Fraction("".join(match["amount"].split())), match["unit"].lower())
    # a number without a unit counts days before a clock, else seconds at the end
    if not is_last and has_clock:
        return total.add(Fraction(match["bare"]), "day")
    return is_last and total.add(Fraction(match["bare"]), "second")


def _clock(token: str) -> Fraction:
    parts = token.lstrip("+-").split(":")
    if len(parts) == 2 and "." in parts[1]:
        parts = ["0", *parts]  # 01:02.5 is minutes and seconds
    hours, minutes, seconds = (Fraction(part.rstrip(".") or 0) for part in [*parts, "0"][:3])
    sign = -1 if token.startswith("-") else 1
    return sign * (hours * 3600 + minutes * 60 + seconds) * _SECOND
