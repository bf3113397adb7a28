"""Read the text form of intervals: "1 year 2 mons -3 days 04:05:06", "1-2", "3 4:05:06", "@ 1 day ago".

Source: ParseDateTime and DecodeInterval in src/backend/utils/adt/datetime.c of PostgreSQL.
"""

from __future__ import annotations

import re

from pgddb.errors import InvalidDatetimeFormat
from pgddb.pgtypes.datetime_tokens import WORDS
from pgddb.pgtypes.interval_iso import read_iso
from pgddb.pgtypes.interval_sum import HOUR, MINUTE, SECOND, BadFormat, Interval, IntervalSum, fraction_of

_UNITS = {
    name: unit
    for names, unit in (
        ("microsecond microsecon us usec usecs usecond useconds microseconds", "microsecond"),
        ("millisecond millisecon ms msec msecs msecond mseconds milliseconds", "millisecond"),
        ("second seconds sec secs s", "second"),
        ("minute minutes min mins m", "minute"),
        ("hour hours hr hrs h", "hour"),
        ("day days d", "day"),
        ("week weeks w", "week"),
        ("month months mon mons", "month"),
        ("year years yr yrs y", "year"),
        ("decade decades dec decs", "decade"),
        ("century centuries cent c", "century"),
        ("millennium millennia mil mils", "millennium"),
    )
    for name in names.split()
}
_LONGEST_UNIT = 10
"""TOKMAXLEN: longer words are cut, so that millenniums are understood."""
_SECONDS = frozenset(["second", "millisecond", "microsecond"])
_CLOCK = frozenset(["hour", "minute", *_SECONDS])
_CLOCK_UNITS = {"microsecond": 1, "millisecond": 1000, "second": SECOND, "minute": MINUTE, "hour": HOUR}
_YEARS = {"year": 1, "decade": 10, "century": 100, "millennium": 1000}
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<clock>\d+:[\d:.]*)
    | (?P<date>\d+(?P<mark>[-/])(?:\d+(?:(?P=mark)[\d/-]*)?|[A-Za-z]\w*|(?=\s|$)))
    | (?P<number>\d+(?:\.(?![A-Za-z])\d*)?(?!\.[A-Za-z])|\.\d+)
    | (?P<signed>[+-]\s*\d[\d:.-]*)
    | (?P<word>[A-Za-z]+)
    | (?P<ignored>[!-*,./:-@[-`{-~])
    )""",
    re.VERBOSE,
)
_TIME = re.compile(r"(?P<hour>\d+):(?P<minute>\d*)(?P<rest>$|\.\d*$|:(?P<second>\d*)(?P<fraction>\.\d*)?$)")
_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d*)(?:(?P<fraction>\.\d*)|-(?P<months>\d*))?")


def parse_interval(text: str, *, sign_counts_for_all: bool = False, fields: tuple[str, str] | None = None) -> Interval:
    """Read an interval into (months, days, microseconds).

    `sign_counts_for_all` is for IntervalStyle sql_standard, where "-1 2:03:04" is minus a day and minus two hours.
    `fields` are the first and the last field of a type like `interval hour to minute`, in lower case.

    >>> parse_interval("1 year 2 mons -3 days 04:05:06.7"), parse_interval("2", fields=("year", "year"))
    ((14, -3, 14706700000), (24, 0, 0))

    Raises:
        InvalidDatetimeFormat: the text is no interval.
        IntervalFieldOverflow: a part of it is too large.
        DatetimeFieldOverflow: its months are too many.
    """
    total = IntervalSum(text)
    try:
        return _Reading(total, fields).read(text, sign_counts_for_all)
    except BadFormat:
        pass
    total = IntervalSum(text)
    try:
        return read_iso(text.strip(), total)
    except BadFormat:
        raise InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"') from None


class _Reading:
    """One walk over the tokens, from the last to the first, so that units come before their amounts."""

    def __init__(self, total: IntervalSum, fields: tuple[str, str] | None) -> None:
        self._total = total
        self._fields = fields
        self._unit: str | None = None
        self._seen: frozenset[str] = frozenset()
        self._all_negative = False

    def read(self, text: str, sign_counts_for_all: bool) -> Interval:  # noqa: FBT001 - passed through
        tokens = _tokens(text)
        signed = [token[0] in "+-" for _, token in tokens]
        if sign_counts_for_all and tokens and tokens[0][1][0] == "-" and not any(signed[1:]):
            self._all_negative = True
        is_ago = False
        for kind, token in reversed(tokens):
            if kind == "word":
                is_ago = self._word(token.lower()) or is_ago
            elif kind == "clock" or (token[0] in "+-" and _TIME.match(token[1:]) is not None):
                self._time(token)
            else:
                self._amount(token)
        if not self._seen:
            raise BadFormat
        if is_ago:
            self._total.negate()
        return self._total.value()

    def _note(self, *units: str) -> None:
        """Remember that these units were given: each may stand once."""
        if not self._seen.isdisjoint(units):
            raise BadFormat
        self._seen |= set(units)

    def _word(self, word: str) -> bool:
        """Take a unit for the amount before it; say whether the word is "ago"."""
        if word == "ago":
            self._unit = ""
            return True
        self._unit = _UNITS.get(word) or _UNITS.get(word[:_LONGEST_UNIT])
        if self._unit is None:
            raise BadFormat
        return False

    def _time(self, token: str) -> None:
        match = _TIME.match(token.lstrip("+-"))
        if match is None:
            raise BadFormat
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        second, fraction = int(match["second"] or 0), match["fraction"]
        rest = match["rest"]
        if rest.startswith(".") or (not rest and self._fields == ("minute", "second")):
            hour, minute, second, fraction = 0, hour, minute, rest or None
        if minute > 59 or second > 60:
            raise self._total.overflow() if token[0].isdigit() else BadFormat
        microseconds = hour * HOUR + minute * MINUTE + second * SECOND + round(fraction_of(fraction) * SECOND)
        is_negative = token[0] == "-" or self._all_negative
        self._unit = "day"
        self._note(*_CLOCK)
        self._total.add_microseconds(-microseconds if is_negative else microseconds)

    def _amount(self, token: str) -> None:
        match = _AMOUNT.fullmatch(token)
        if match is None:
            raise BadFormat
        unit = self._unit if self._unit is not None else _last_field(self._fields)
        sign = -1 if match["sign"] == "-" or self._all_negative else 1
        whole, fraction = sign * int(match["whole"] or 0), sign * fraction_of(match["fraction"])
        if not -(2**63) <= whole < 2**63:
            raise self._total.overflow()
        if match["months"] is not None:
            months = int(match["months"] or 0)
            if months > 11:
                raise self._total.overflow()
            unit, whole = "month", whole * 12 + sign * months
        self._unit = unit
        if unit == "second" and fraction:
            self._add(unit, whole, fraction)
            self._note(*_SECONDS)
            return
        self._add(unit, whole, fraction)
        self._note(unit)

    def _add(self, unit: str, whole: int, fraction: float) -> None:
        total = self._total
        if unit in _CLOCK_UNITS:
            total.add_clock(whole, fraction, _CLOCK_UNITS[unit])
            if unit == "hour":
                self._unit = "day"
        elif unit in _YEARS:
            total.add_years(whole, fraction, _YEARS[unit])
        elif unit == "day":
            total.add_days(whole, fraction)
        elif unit == "week":
            total.add_days(whole * 7, 0.0)
            total.add_part_of_days(fraction, 7)
        elif unit == "month":
            total.add_months(whole, fraction)
        else:
            raise BadFormat


def _last_field(fields: tuple[str, str] | None) -> str:
    return "second" if fields is None else fields[1]


def _tokens(text: str) -> list[tuple[str, str]]:
    """Cut the text as ParseDateTime does; signs lose the blanks behind them."""
    tokens: list[tuple[str, str]] = []
    position, text = 0, text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise BadFormat
        position = match.end()
        if match["word"] and not _may_end(match["word"].lower(), text[position : position + 1]):
            raise BadFormat
        kind = (match.lastgroup or "") if match.lastgroup != "mark" else "date"
        if kind != "ignored":
            tokens.append((kind, "".join(match[kind].split())))
    return tokens


def _may_end(word: str, following: str) -> bool:
    """Say whether a word ends before this character, or is the start of a date or of a zone's name.

    Words of dates end where a digit follows: 1d2h is two amounts, 1day2h is none.
    """
    if following in ("-", "/", "."):
        return False
    return word in WORDS or not (following == "+" or following.isdigit())
