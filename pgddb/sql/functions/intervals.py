"""Read PostgreSQL's interval texts, and write intervals as PostgreSQL does.

Source: https://www.postgresql.org/docs/15/datatype-datetime.html#DATATYPE-INTERVAL-INPUT
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from pgddb.errors import DatetimeFieldOverflow, InvalidDatetimeFormat

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

_UNITS: dict[str, tuple[str, int]] = {}
for _names, _part, _factor in (
    ("millennium millennia mil mils", "months", 12000),
    ("century centuries cent c", "months", 1200),
    ("decade decades dec decs", "months", 120),
    ("year years yr yrs y", "months", 12),
    ("quarter quarters qtr", "months", 3),
    ("month months mon mons", "months", 1),
    ("week weeks w", "days", 7),
    ("day days d", "days", 1),
    ("hour hours hr hrs h", "microseconds", _HOUR),
    ("minute minutes min mins m", "microseconds", _MINUTE),
    ("second seconds sec secs s", "microseconds", _SECOND),
    ("millisecond milliseconds msec msecs msecond mseconds ms", "microseconds", 1000),
    ("microsecond microseconds usec usecs usecond useconds us", "microseconds", 1),
):
    _UNITS.update(dict.fromkeys(_names.split(), (_part, _factor)))

_PIECE = re.compile(
    r"""\s*(?:(?P<clock>[-+]?\d+:\d+(?::\d+(?:\.\d*)?)?)
          |(?P<year_month>[-+]?\d+-\d+)
          |(?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?P<unit>[a-z]*))\s*""",
    re.VERBOSE,
)
_ISO = re.compile(
    r"p(?:(?P<y>-?[\d.]+)y)?(?:(?P<mo>-?[\d.]+)m)?(?:(?P<w>-?[\d.]+)w)?(?:(?P<d>-?[\d.]+)d)?"
    r"(?:t(?:(?P<h>-?[\d.]+)h)?(?:(?P<mi>-?[\d.]+)m)?(?:(?P<s>-?[\d.]+)s)?)?",
)
_ISO_UNITS = {"y": "years", "mo": "months", "w": "weeks", "d": "days", "h": "hours", "mi": "minutes", "s": "seconds"}


@dataclass(frozen=True, slots=True)
class Interval:
    """The three parts that PostgreSQL keeps apart."""

    months: int = 0
    days: int = 0
    microseconds: int = 0


def parse_interval(text: str) -> Interval:
    """Read an interval as interval_in does.

    >>> parse_interval("1 year 2 mons -3 days 04:05:06.7")
    Interval(months=14, days=-3, microseconds=14706700000)
    >>> parse_interval("P1DT2H")
    Interval(months=0, days=1, microseconds=7200000000)
    >>> parse_interval("1.5 months ago")
    Interval(months=-1, days=-15, microseconds=0)

    Raises:
        InvalidDatetimeFormat: the text is no interval.
    """
    bare = text.strip().lower()
    iso = _ISO.fullmatch(bare)
    if iso is not None and len(bare) > 1:
        pieces = [(value, _ISO_UNITS[name]) for name, value in iso.groupdict().items() if value]
        return _sum([_parts(value, unit, text) for value, unit in pieces])
    bare = bare.removeprefix("@").strip()
    ago = bare.endswith("ago")
    bare = bare.removesuffix("ago").strip()
    total = _sum(_pieces(bare, text))
    return Interval(-total.months, -total.days, -total.microseconds) if ago else total


def _pieces(bare: str, text: str) -> list[Interval]:
    parts: list[Interval] = []
    at = 0
    while at < len(bare):
        piece = _PIECE.match(bare, at)
        if piece is None or piece.end() == at:
            raise _invalid(text)
        parts.append(_piece(piece, text, last=piece.end() == len(bare)))
        at = piece.end()
    if not parts:
        raise _invalid(text)
    return parts


def _piece(piece: re.Match[str], text: str, *, last: bool) -> Interval:
    if piece["clock"]:
        return _clock(piece["clock"])
    if piece["year_month"]:
        sign = -1 if piece["year_month"].startswith("-") else 1
        years, months = piece["year_month"].lstrip("+-").split("-")
        return Interval(sign * (int(years) * 12 + int(months)))
    unit = piece["unit"]
    if not unit and not last:
        raise _invalid(text)
    return _parts(piece["number"], unit or "seconds", text)


def _clock(text: str) -> Interval:
    sign = -1 if text.startswith("-") else 1
    fields = [*text.lstrip("+-").split(":"), "0"]
    seconds = Fraction(int(fields[0]) * 3600 + int(fields[1]) * 60) + Fraction(fields[2].rstrip(".") or "0")
    return Interval(microseconds=sign * round(seconds * _SECOND))


def _parts(number: str, unit: str, text: str) -> Interval:
    """Split a number of units, carrying its fraction down as PostgreSQL does."""
    known = _UNITS.get(unit)
    if known is None:
        raise _invalid(text)
    part, factor = known
    amount = Fraction(number.rstrip(".") or "0") * factor
    whole = int(amount)
    rest = amount - whole
    if part == "months":
        days = rest * 30 if factor == 1 else Fraction(0)
        return Interval(whole, int(days), round((days - int(days)) * _DAY))
    if part == "days":
        return Interval(0, whole, round(rest * _DAY))
    return Interval(0, 0, round(amount))


def _sum(parts: list[Interval]) -> Interval:
    total = Interval(
        sum(part.months for part in parts), sum(part.days for part in parts), sum(part.microseconds for part in parts)
    )
    if abs(total.months) >= 2**31 or abs(total.days) >= 2**31 or abs(total.microseconds) >= 2**63:
        raise DatetimeFieldOverflow("interval out of range")
    return total


def _invalid(text: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"')


def duckdb_interval(interval: Interval) -> str:
    """Write an interval as DuckDB reads it.

    >>> duckdb_interval(Interval(14, -3, 5))
    '14 months -3 days 5 microseconds'
    """
    return f"{interval.months} months {interval.days} days {interval.microseconds} microseconds"


def interval_text(months: int, days: int, microseconds: int) -> str:
    """Write an interval as IntervalStyle postgres does.

    >>> interval_text(14, -3, 14706700000)
    '1 year 2 mons -3 days +04:05:06.7'
    """
    pieces: list[str] = []
    negative_before = False
    years, months = int(months / 12), months - int(months / 12) * 12
    for amount, name in ((years, "year"), (months, "mon"), (days, "day")):
        if amount:
            sign = "+" if negative_before and amount > 0 else ""
            pieces.append(f"{sign}{amount} {name}{'' if amount == 1 else 's'}")
            negative_before = amount < 0
    if microseconds or not pieces:
        pieces.append(_clock_text(microseconds, plus=negative_before))
    return " ".join(pieces)


def _clock_text(microseconds: int, *, plus: bool) -> str:
    sign = "-" if microseconds < 0 else "+" if plus else ""
    seconds, fraction = divmod(abs(microseconds), _SECOND)
    tail = f".{fraction:06d}".rstrip("0") if fraction else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{tail}"
