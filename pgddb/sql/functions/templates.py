"""Write dates and times by PostgreSQL's templates.

Source: https://www.postgresql.org/docs/15/functions-formatting.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from pgddb.errors import FeatureNotSupported, InvalidDatetimeFormat
from pgddb.pgtypes.interval_input import parse_interval
from pgddb.pgtypes.zones import abbreviation, find_zone
from pgddb.sql.functions.scalar import ScalarFunction, by_value

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]

_MIXED = ["Month", "Mon", "Day", "Dy"]
_NAMES = [
    *("HH24", "HH12", "HH", "MI", "SSSSS", "SSSS", "SS", "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6"),
    *("A.M.", "P.M.", "AM", "PM", "Y,YYY", "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "IDDD", "ID", "IW", "I"),
    *("MONTH", "MON", "MM", "DAY", "DY", "DDD", "DD", "D", "WW", "W", "CC", "J", "Q", "RM", "TZH", "TZM", "TZ", "OF"),
    *("BC", "AD", "B.C.", "A.D.", "FX"),
]
_FIELDS = [*_MIXED, *_NAMES, *(name.lower() for name in _NAMES)]
_FIELD = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)(?:"|$)|(?P<prefix>(?:FM|fm|TM|tm)*)(?P<field>'
    + "|".join(re.escape(field) for field in sorted(_FIELDS, key=len, reverse=True))
    + r")(?P<suffix>TH|th)?|\\(?P<escaped>\")|(?P<other>.)",
    re.DOTALL,
)


class Piece(NamedTuple):
    """A part of a template: a field as it is spelled there, or one character that is none.

    `fill` says whether FM stands before the field, `suffix` is its TH or th; `is_separator` says that a character
    stands for any other that parts fields.
    """

    field: str
    plain: str = ""
    fill: bool = False
    suffix: str = ""
    is_separator: bool = False


@lru_cache(maxsize=512)
def pieces(template: str) -> tuple[Piece, ...]:
    """Cut a template into its fields and the characters between them."""
    found: list[Piece] = []
    for match in _FIELD.finditer(template):
        if match["field"]:
            found.append(Piece(match["field"], "", "FM" in match["prefix"].upper(), match["suffix"] or ""))
        elif match["quoted"] is not None:
            found += [Piece("", character) for character in re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL)]
        else:
            text = match["escaped"] or match["other"]
            parts = text.isspace() or (text.isascii() and text.isprintable() and not text.isalnum())
            found.append(Piece("", text, is_separator=parts and match["escaped"] is None))
    return tuple(found)


def _shown_field(field: str) -> str:
    """Give the name under which the writer of a field is known: many are spelled in lower case as well."""
    return field if field in _WORDS or field in ("TZ", "tz") else field.upper()


def moment_text(moment: str, template: str) -> str | None:
    """Do to_char of a timestamp, given as DuckDB writes it.

    >>> moment_text("2024-02-09 13:04:05.678", 'FMDay, DDth "of" Mon YYYY HH12:MI:SS.MS am')
    'Friday, 09th of Feb 2024 01:04:05.678 pm'
    """
    if moment.endswith("infinity"):
        return None
    moment, _, zone = moment.partition("|")
    read = _read_moment(moment)
    zone = _abbreviation(zone, read) if zone else ""
    if zone or "TZ" in template.upper():
        return "".join(
            one.plain or _zone_name(one.field, zone) or _field(read, one)
            for one in pieces(template)
            if zone or one.field.upper() != "TZ"
        )
    return "".join(one.plain or _field(read, one) for one in pieces(template))


def _abbreviation(zone: str, moment: datetime) -> str:
    """Give the short name of the engine's zone at a moment; a zone that is an offset is called so."""
    if zone.startswith("GMT") and len(zone) > 3:
        return zone[3:].removesuffix(":00")
    return abbreviation(find_zone(zone), int(moment.timestamp()))


def _zone_name(field: str, zone: str) -> str:
    return zone if field == "TZ" else zone.lower() if field == "tz" else ""


def interval_template(interval: str, template: str) -> str:
    """Do to_char of an interval.

    >>> interval_template("3 days 15:02:12", "DD HH24:MI:SS"), interval_template("-1 days", "DD")
    ('03 15:02:12', '-1')
    """
    months, days, microseconds = parse_interval(interval)
    parts = _interval_parts(months, days, microseconds)
    return "".join(one.plain or _interval_field(parts, one) for one in pieces(template))


def _interval_parts(months: int, days: int, microseconds: int) -> dict[str, int]:
    seconds, fraction = int(microseconds / 1_000_000), microseconds - int(microseconds / 1_000_000) * 1_000_000
    hours = int(seconds / 3600)
    minutes = int((seconds - hours * 3600) / 60)
    years = int(months / 12)
    half = abs(hours) % 12 or 12
    return {
        "YYYY": years,
        "YYY": years % 1000,
        "YY": years % 100,
        "Y": years % 10,
        "MM": months - years * 12,
        "DD": days,
        "DDD": years * 360 + (months - years * 12) * 30 + days,
        "HH24": hours,
        "HH": -half if hours < 0 else half,
        "HH12": -half if hours < 0 else half,
        "MI": minutes,
        "SS": seconds - hours * 3600 - minutes * 60,
        "MS": int(fraction / 1000),
        "US": fraction,
        "SSSS": seconds,
        "SSSSS": seconds,
    }


def _interval_field(parts: dict[str, int], piece: Piece) -> str:
    field = _shown_field(piece.field)
    value = parts.get(field)
    if value is None:
        if field.upper().replace(".", "") in ("AM", "PM"):
            late = abs(parts["HH24"]) % 24 >= 12
            return _half_day(field, late=late)
        raise InvalidDatetimeFormat(
            "invalid format specification for an interval value",
            hint="Intervals are not tied to specific calendar dates.",
        )
    width = 0 if piece.fill or field.startswith("SSSS") else DIGITS.get(field, 2) - (value < 0 and field not in _CLOCK)
    text = f"{abs(value):0{max(width, 1)}d}"
    return ("-" if value < 0 else "") + text + _ordinal(value, piece.suffix)


_CLOCK = frozenset(["HH24", "HH12", "HH", "MI", "SS"])
"""Fields that keep their width behind a minus."""


def _half_day(field: str, *, late: bool) -> str:
    word = "PM" if late else "AM"
    word = f"{word[0]}.M." if "." in field else word
    return word if field.isupper() else word.lower()


_MOMENT = re.compile(
    r"(\d+)(-\d\d-\d\d)( \(BC\))?(?:[ T](\d\d:\d\d:\d\d(?:\.\d+)?))?([+-]\d\d(?::?\d\d){0,2})?( \(BC\))?"
)


class _Moment(datetime):
    """A moment whose year is `added` years later than it really is, by whole cycles of the calendar."""

    added = 0

    def shown_year(self, year: int) -> int:
        """Give the year as it is called: there is none between 1 BC and 1 AD."""
        real = year - self.added
        return real if real > 0 else 1 - real

    def is_bc(self) -> bool:
        """Say whether the year lies before Christ."""
        return self.year <= self.added


def _read_moment(text: str) -> _Moment:
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise FeatureNotSupported(f'to_char of "{text}" is not supported')
    year = 1 - int(found[1]) if found[3] or found[6] else int(found[1])
    added = 0 if 1 < year < 9999 else -((year - 2000) // CYCLE * CYCLE)
    zone = found[5] or "+00"
    clock = f"{found[4] or '00:00:00'}{zone if ':' in zone else zone + ':00'}"
    moment = _Moment.fromisoformat(f"{year + added:04d}{found[2]}T{clock}")
    moment.added = added
    return moment


CYCLE = 400
"""The Gregorian calendar, weekdays included, repeats after so many years, which have DAYS_IN_CYCLE."""
DAYS_IN_CYCLE = 146_097


def _field(moment: _Moment, piece: Piece) -> str:
    field = _shown_field(piece.field)
    number = _NUMBERS.get(field)
    if number is not None:
        value, width = number(moment)
        text = str(value) if piece.fill else str(value).zfill(width)
        return text + _ordinal(value, piece.suffix)
    word = _WORDS.get(field)
    if word is None:
        raise FeatureNotSupported(f'to_char field "{field}" is not supported')
    text = word(moment)
    return text.strip() if piece.fill else text


def _ordinal(number: int, suffix: str) -> str:
    if not suffix:
        return ""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return ending.upper() if suffix == "TH" else ending


def _julian(moment: _Moment) -> int:
    return moment.toordinal() + 1721425 - moment.added // CYCLE * DAYS_IN_CYCLE


def _century(moment: _Moment) -> tuple[int, int]:
    year = moment.year - moment.added
    return ((year - 1) // 100 + 1, 2) if year > 0 else (int(year / 100) - 1, 3)


Number = Callable[[_Moment], tuple[int, int]]
_NUMBERS: dict[str, Number] = {
    "YYYY": lambda m: (m.shown_year(m.year), 4),
    "YYY": lambda m: (m.shown_year(m.year) % 1000, 3),
    "YY": lambda m: (m.shown_year(m.year) % 100, 2),
    "Y": lambda m: (m.shown_year(m.year) % 10, 1),
    "IYYY": lambda m: (m.shown_year(m.isocalendar()[0]), 4),
    "IYY": lambda m: (m.shown_year(m.isocalendar()[0]) % 1000, 3),
    "IY": lambda m: (m.shown_year(m.isocalendar()[0]) % 100, 2),
    "I": lambda m: (m.shown_year(m.isocalendar()[0]) % 10, 1),
    "MM": lambda m: (m.month, 2),
    "DD": lambda m: (m.day, 2),
    "DDD": lambda m: (m.timetuple().tm_yday, 3),
    "IDDD": lambda m: ((m.isocalendar()[1] - 1) * 7 + m.isoweekday(), 3),
    "D": lambda m: (m.isoweekday() % 7 + 1, 1),
    "ID": lambda m: (m.isoweekday(), 1),
    "W": lambda m: ((m.day - 1) // 7 + 1, 1),
    "WW": lambda m: ((m.timetuple().tm_yday - 1) // 7 + 1, 2),
    "IW": lambda m: (m.isocalendar()[1], 2),
    "CC": _century,
    "Q": lambda m: ((m.month - 1) // 3 + 1, 1),
    "J": lambda m: (_julian(m), 1),
    "HH24": lambda m: (m.hour, 2),
    "HH12": lambda m: ((m.hour - 1) % 12 + 1, 2),
    "HH": lambda m: ((m.hour - 1) % 12 + 1, 2),
    "MI": lambda m: (m.minute, 2),
    "SS": lambda m: (m.second, 2),
    "SSSS": lambda m: (m.hour * 3600 + m.minute * 60 + m.second, 1),
    "SSSSS": lambda m: (m.hour * 3600 + m.minute * 60 + m.second, 1),
    "MS": lambda m: (m.microsecond // 1000, 3),
    "US": lambda m: (m.microsecond, 6),
    **{f"FF{n}": (lambda m, n=n: (m.microsecond // 10 ** (6 - n), n)) for n in range(1, 7)},  # type: ignore[misc]  # n is bound
}


def _offset(moment: datetime, separator: str) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}{hours:02d}" + (f"{separator}{rest:02d}" if rest else "")


Word = Callable[[_Moment], str]
_WORDS: dict[str, Word] = {
    "MONTH": lambda m: MONTHS[m.month - 1].upper().ljust(9),
    "Month": lambda m: MONTHS[m.month - 1].ljust(9),
    "month": lambda m: MONTHS[m.month - 1].lower().ljust(9),
    "MON": lambda m: MONTHS[m.month - 1][:3].upper(),
    "Mon": lambda m: MONTHS[m.month - 1][:3],
    "mon": lambda m: MONTHS[m.month - 1][:3].lower(),
    "DAY": lambda m: DAYS[m.weekday()].upper().ljust(9),
    "Day": lambda m: DAYS[m.weekday()].ljust(9),
    "day": lambda m: DAYS[m.weekday()].lower().ljust(9),
    "DY": lambda m: DAYS[m.weekday()][:3].upper(),
    "Dy": lambda m: DAYS[m.weekday()][:3],
    "dy": lambda m: DAYS[m.weekday()][:3].lower(),
    "RM": lambda m: ROMAN[m.month - 1].ljust(4),
    "rm": lambda m: ROMAN[m.month - 1].lower().ljust(4),
    "FX": lambda _m: "",
    "OF": lambda m: _offset(m, ":"),
    "TZH": lambda m: _offset(m, ":")[:3],
    "TZM": lambda m: f"{int((m.utcoffset() or timedelta()).total_seconds() // 60) % 60:02d}",
    "Y,YYY": lambda m: f"{m.shown_year(m.year) // 1000},{m.shown_year(m.year) % 1000:03d}",
    **dict.fromkeys(["AM", "PM"], lambda m: "AM" if m.hour < 12 else "PM"),
    **dict.fromkeys(["am", "pm"], lambda m: "am" if m.hour < 12 else "pm"),
    **dict.fromkeys(["A.M.", "P.M."], lambda m: "A.M." if m.hour < 12 else "P.M."),
    **dict.fromkeys(["a.m.", "p.m."], lambda m: "a.m." if m.hour < 12 else "p.m."),
    **dict.fromkeys(["AD", "BC"], lambda m: "BC" if m.is_bc() else "AD"),
    **dict.fromkeys(["ad", "bc"], lambda m: "bc" if m.is_bc() else "ad"),
    **dict.fromkeys(["A.D.", "B.C."], lambda m: "B.C." if m.is_bc() else "A.D."),
    **dict.fromkeys(["a.d.", "b.c."], lambda m: "b.c." if m.is_bc() else "a.d."),
}


DIGITS: dict[str, int] = {
    "YYYY": 4,
    "MM": 2,
    "DD": 2,
    "DDD": 3,
    "HH24": 2,
    "HH12": 2,
    "HH": 2,
    "MI": 2,
    "SS": 2,
    "MS": 3,
    "US": 6,
    "YY": 2,
    "SSSS": 5,
    "SSSSS": 5,
    "J": 7,
}


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_moment_text", ("VARCHAR", "VARCHAR"), "VARCHAR", moment_text),
    by_value("pgddb_interval_template", ("VARCHAR", "VARCHAR"), "VARCHAR", interval_template),
)
