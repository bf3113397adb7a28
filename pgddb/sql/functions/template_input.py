"""Read dates and times by PostgreSQL's templates.

Source: https://www.postgresql.org/docs/15/functions-formatting.html and src/backend/utils/adt/formatting.c
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pgddb.errors import DatetimeFieldOverflow, FeatureNotSupported, InvalidDatetimeFormat
from pgddb.pgtypes.datetime_text import time_text
from pgddb.pgtypes.epoch import MICROSECONDS_PER_DAY, civil_from_days, days_from_civil
from pgddb.sql.functions.scalar import ScalarFunction, by_value
from pgddb.sql.functions.templates import DAYS, MONTHS, ROMAN, Piece, pieces

_FIXED_HINT = 'If your source string is not fixed-width, try using the "FM" modifier.'
_JULIAN_OF_EPOCH = 2451545
_WIDTHS = {"HH24": 2, "HH12": 2, "US": 6, "MS": 3, "TZH": 2, "TZM": 2, "ID": 1, "IDDD": 3}
"""Digits of fields whose names have another length."""
_NUMBERS = frozenset(
    [
        *("HH24", "HH12", "HH", "MI", "SS", "SSSS", "SSSSS", "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6"),
        *("DD", "DDD", "IDDD", "MM", "D", "ID", "WW", "IW", "W", "CC", "J", "Q"),
        *("YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I", "TZH", "TZM"),
    ]
)
_ISO = frozenset(["IYYY", "IYY", "IY", "I", "IW", "ID", "IDDD"])
_CALENDAR = frozenset(
    [
        *("YYYY", "YYY", "YY", "Y", "Y,YYY", "MM", "MONTH", "MON", "RM", "DD", "DDD"),
        *("D", "DAY", "DY", "WW", "W", "CC", "Q"),
    ]
)
_WORDS: dict[str, Sequence[str]] = {
    "MONTH": MONTHS,
    "MON": [name[:3] for name in MONTHS],
    "DAY": DAYS,
    "DY": [name[:3] for name in DAYS],
    "RM": ROMAN[::-1],
    **dict.fromkeys(["AM", "PM"], ("am", "pm")),
    **dict.fromkeys(["A.M.", "P.M."], ("a.m.", "p.m.")),
    **dict.fromkeys(["AD", "BC"], ("ad", "bc")),
    **dict.fromkeys(["A.D.", "B.C."], ("a.d.", "b.c.")),
}
_SLOTS = {
    **dict.fromkeys(["HH24", "HH12", "HH"], "hour"),
    **dict.fromkeys(["SSSS", "SSSSS"], "second of day"),
    **dict.fromkeys(["US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6"], "US"),
    **dict.fromkeys(["YYYY", "YYY", "YY", "Y", "Y,YYY", "IYYY", "IYY", "IY", "I"], "year"),
    **dict.fromkeys(["MM", "MONTH", "MON", "RM"], "month"),
    **dict.fromkeys(["DDD", "IDDD"], "day of year"),
    **dict.fromkeys(["D", "ID", "DAY", "DY"], "weekday"),
    **dict.fromkeys(["WW", "IW"], "week of year"),
    **dict.fromkeys(["AM", "PM", "A.M.", "P.M."], "half of day"),
    **dict.fromkeys(["AD", "BC", "A.D.", "B.C."], "era"),
}


@dataclass(slots=True)
class _Reading:
    """What has been read of a text: where it stands, and the fields found so far."""

    text: str
    at: int = 0
    skipped: int = 0
    """Blanks that were skipped and that the template has not asked for."""
    exact: bool = False
    found: dict[str, int] = field(default_factory=dict)
    convention: str = ""
    year_digits: int = 4
    zone_sign: int = 1

    def skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
            self.skipped += 1

    def keep(self, name: str, value: int) -> None:
        """Keep a field's value; one that contradicts an earlier one is refused."""
        slot = _SLOTS.get(name, name)
        if self.found.get(slot, 0) not in (0, value):
            raise InvalidDatetimeFormat(
                f'conflicting values for "{name}" field in formatting string',
                detail="This value contradicts a previous setting for the same field type.",
            )
        self.found[slot] = value

    def note_convention(self, name: str) -> None:
        convention = "iso" if name in _ISO else "calendar" if name in _CALENDAR else self.convention
        if self.convention and convention != self.convention:
            raise InvalidDatetimeFormat(
                "invalid combination of date conventions",
                hint="Do not mix Gregorian and ISO week date conventions in a formatting template.",
            )
        self.convention = convention


def parse_moment(text: str, template: str) -> str:
    """Do to_timestamp with a template; gives a text as DuckDB reads it, with +00 where the text has a zone.

    >>> parse_moment("05 Dec 2000 3:04 pm", "DD Mon YYYY HH12:MI am"), parse_moment("10:20", "hh24:mi")
    ('2000-12-05 15:04:00', '0001-01-01 (BC) 10:20:00')

    Raises:
        InvalidDatetimeFormat: the text does not fit the template.
        DatetimeFieldOverflow: a field is out of its range.
    """
    read = _read(text, template)
    days, clock = _day(read), _clock(read)
    if "TZH" in read.found or "TZM" in read.found:
        clock -= read.zone_sign * (read.found.get("TZH", 0) * 60 + read.found.get("TZM", 0)) * 60_000_000
    more, clock = divmod(clock, MICROSECONDS_PER_DAY)
    zone = "+00" if "TZH" in read.found or "TZM" in read.found else ""
    return f"{_day_text(days + more)} {time_text(clock)}{zone}"


def parse_day(text: str, template: str) -> str:
    """Do to_date; gives a text as DuckDB reads it.

    >>> parse_day("1,582nd VIII 21", "Y,YYYth FMRM DD"), parse_day("44-03-15 BC", "YY-MM-DD BC")
    ('1582-08-21', '2044-03-15 (BC)')
    """
    read = _read(text, template)
    _clock(read)
    return _day_text(_day(read))


def _day_text(days: int) -> str:
    year, month, day = civil_from_days(days)
    shown = f"{year if year > 0 else 1 - year:04d}-{month:02d}-{day:02d}"
    return shown if year > 0 else f"{shown} (BC)"


def _read(text: str, template: str) -> _Reading:
    parts = pieces(template)
    read = _Reading(text)
    for number, part in enumerate(parts):
        if read.at >= len(text):
            break
        if not read.exact and (part.field or number == 0):
            read.skip_blanks()
            if read.at >= len(text):
                break
        if part.field:
            _take_field(read, part, parts[number + 1 :])
        else:
            _take_plain(read, part)
    return read


def _is_separator(character: str) -> bool:
    return character.isascii() and character.isprintable() and not character.isalnum() and character != " "


def _take_plain(read: _Reading, part: Piece) -> None:
    """Skip what stands between fields: separators and blanks for each other, anything for other characters."""
    if part.is_separator and not read.exact:
        read.skipped -= 1
        if read.text[read.at].isspace() or _is_separator(read.text[read.at]):
            read.at += 1
            read.skipped += 1
    elif read.exact or read.skipped <= 0:
        read.at += 1
    else:
        read.skipped -= 1


def _take_field(read: _Reading, part: Piece, rest: Sequence[Piece]) -> None:
    name = part.field.upper()
    if name == "FX":
        read.exact = True
        return
    read.note_convention(name)
    if name in ("TZ", "OF"):
        raise FeatureNotSupported(f'formatting field "{part.field}" is only supported in to_char')
    if name in _WORDS:
        _take_word(read, name, part.field)
    elif name == "Y,YYY":
        _take_grouped_year(read)
    elif name in _NUMBERS:
        _take_number(read, name, part, rest)
    else:
        raise FeatureNotSupported(f'to_timestamp field "{part.field}" is not supported')
    if part.suffix and (name in _NUMBERS or name == "Y,YYY"):
        read.at = min(read.at + 2, len(read.text))
    if not read.exact:
        read.skipped = 0
        read.skip_blanks()


def _take_word(read: _Reading, name: str, spelled: str) -> None:
    for number, word in enumerate(_WORDS[name]):
        if read.text[read.at : read.at + len(word)].lower() == word.lower():
            read.at += len(word)
            value = number + 1
            if name in ("DAY", "DY"):  # from Sunday, as D counts
                value = value % 7 + 1
            read.keep(name, 12 - number if name == "RM" else value)
            return
    rest = re.split(r"[ \t\n\r\f]", read.text[read.at :], maxsplit=1)[0]
    raise InvalidDatetimeFormat(
        f'invalid value "{rest}" for "{spelled}"',
        detail="The given value did not match any of the allowed values for this field.",
    )


def _take_grouped_year(read: _Reading) -> None:
    found = re.compile(r"\s*([+-]?\d+),(\d{1,3})").match(read.text, read.at)
    if found is None:
        raise InvalidDatetimeFormat('invalid input string for "Y,YYY"')
    read.at = found.end()
    read.keep("Y,YYY", int(found[1]) * 1000 + int(found[2]))


def _take_number(read: _Reading, name: str, part: Piece, rest: Sequence[Piece]) -> None:
    if name == "TZH":
        sign = read.text[read.at]
        read.zone_sign = -1 if sign == "-" or (read.skipped > 0 and read.text[read.at - 1] == "-") else 1
        read.at += sign in "+- "
    width = int(name[2]) if name.startswith("FF") else _WIDTHS.get(name, len(name))
    value, length = _digits(read, part, width, loose=part.fill or _ends_digits(part, rest))
    if name in ("MS", "US") or name.startswith("FF"):
        value *= 10 ** max((3 if name == "MS" else 6) - length, 0)
        if name.startswith("FF"):
            read.found["precision"] = width
    elif name == "ID":
        value = value % 7 + 1
    elif name in ("HH", "HH12"):
        read.found["of twelve"] = 1
    if name != "Q":
        read.keep(name, value)
    if name in _YEAR_DIGITS:
        read.year_digits = _YEAR_DIGITS[name]
        read.found["year"] = _whole_year(value) if length < 4 and read.year_digits < 4 else value


_YEAR_DIGITS = {"YYYY": 4, "IYYY": 4, "YYY": 3, "IYY": 3, "YY": 2, "IY": 2, "Y": 1, "I": 1}


def _whole_year(year: int) -> int:
    """Do adjust_partial_year_to_2020: the year of few digits that is nearest to 2020."""
    for below, added in ((70, 2000), (100, 1900), (520, 2000), (1000, 1000)):
        if year < below:
            return year + added
    return year


def _ends_digits(part: Piece, rest: Sequence[Piece]) -> bool:
    """Say whether no digit can follow the field's own, so that it may have any number of them."""
    if part.suffix or not rest:
        return True
    following = rest[0]
    if following.field:
        return following.field.upper() not in _NUMBERS and following.field.upper() != "Y,YYY"
    return not following.plain.isdigit()


def _digits(read: _Reading, part: Piece, width: int, *, loose: bool) -> tuple[int, int]:
    """Read a number of any length, or of at most `width` characters; give it and how many it took."""
    start = read.at
    while read.at < len(read.text) and read.text[read.at].isspace():
        read.at += 1
    kept = read.text[read.at : read.at + width]
    if not loose and len(kept) < width:
        raise InvalidDatetimeFormat(
            f'source string too short for "{part.field}" formatting field',
            detail=f"Field requires {width} characters, but only {len(kept)} remain.",
            hint=_FIXED_HINT,
        )
    found = re.compile(r"\s*[+-]?\d+").match(read.text if loose else kept, read.at if loose else 0)
    if found is None:
        raise InvalidDatetimeFormat(f'invalid value "{kept}" for "{part.field}"', detail="Value must be an integer.")
    if not loose and len(found[0]) < width:
        raise InvalidDatetimeFormat(
            f'invalid value "{kept}" for "{part.field}"',
            detail=f"Field requires {width} characters, but only {len(found[0])} could be parsed.",
            hint=_FIXED_HINT,
        )
    value = int(found[0])
    if not -(2**31) <= value < 2**31:
        raise DatetimeFieldOverflow(
            f'value for "{part.field}" in source string is out of range',
            detail=f"Value must be in the range {-(2**31)} to {2**31 - 1}.",
        )
    read.at += len(found[0])
    return value, read.at - start


# From fields to a day and a time


def _clock(read: _Reading) -> int:
    """Give the microseconds of the day."""
    found = read.found
    hour, minute, second = 0, 0, 0
    if "second of day" in found:
        minutes, second = divmod(found["second of day"], 60)
        hour, minute = divmod(minutes, 60)
    hour, minute, second = found.get("hour") or hour, found.get("MI") or minute, found.get("SS") or second
    if "half of day" in found or "of twelve" in found:
        if not 1 <= hour <= 12:
            raise InvalidDatetimeFormat(
                f'hour "{hour}" is invalid for the 12-hour clock',
                hint="Use the 24-hour clock, or give an hour between 1 and 12.",
            )
        hour = hour % 12 + 12 * (found.get("half of day") == 2)
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise _out_of_range(read)
    unit: int = 10 ** (6 - found.get("precision", 6))
    fraction: int = found.get("MS", 0) * 1000 + found.get("US", 0)
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + (fraction + unit // 2) // unit * unit


def _out_of_range(read: _Reading) -> DatetimeFieldOverflow:
    return DatetimeFieldOverflow(f'date/time field value out of range: "{read.text}"')


def _day(read: _Reading) -> int:
    """Give the days since 2000-01-01."""
    found = read.found
    year, month, day = _given_day(read)
    week = found.get("week of year", 0)
    of_year = found.get("day of year") or ((week - 1) * 7 + 1 if week and read.convention != "iso" else 0)
    if of_year and (month <= 1 or day <= 1):
        return _day_of_year(read, year, of_year)
    days = days_from_civil(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None
    if days is None or civil_from_days(days) != (year, month, day):
        raise _out_of_range(read)
    return days


def _given_day(read: _Reading) -> tuple[int, int, int]:
    """Give year, month and day as far as fields say them."""
    found = read.found
    year, month, day = _year(read), 1, 1
    if "J" in found:
        year, month, day = civil_from_days(found["J"] - _JULIAN_OF_EPOCH)
    week, weekday = found.get("week of year", 0), found.get("weekday", 0)
    if week and read.convention == "iso":
        after_monday = 6 if weekday == 1 else max(weekday - 2, 0)
        year, month, day = civil_from_days(_monday_of_week_one(year) + (week - 1) * 7 + after_monday)
    if found.get("W"):
        day = (found["W"] - 1) * 7 + 1
    return year, found.get("month") or month, found.get("DD") or day


def _day_of_year(read: _Reading, year: int, number: int) -> int:
    if not {"year", "era", "CC"} & read.found.keys():
        raise InvalidDatetimeFormat("cannot calculate day of year without year information")
    if read.convention == "iso":
        return _monday_of_week_one(year) + number - 1
    first = days_from_civil(year, 1, 1)
    if not 1 <= number <= days_from_civil(year + 1, 1, 1) - first:
        raise _out_of_range(read)
    return first + number - 1


def _year(read: _Reading) -> int:
    """Give the year, where 0 is that before the first."""
    found = read.found
    year, century, before = found.get("year", 0), found.get("CC", 0), found.get("era") == 2
    if year and century and read.year_digits <= 2:
        century = -century if before else century
        year %= 100
        if year:
            return year + (century - 1) * 100 if century >= 0 else (century + 1) * 100 - year + 1
        return century * 100 + (1 if century < 0 else 0)
    if year:
        year = -year if before else year
        return year + 1 if year < 0 else year
    if century:
        century = -century if before else century
        return (century - 1) * 100 + 1 if century >= 0 else century * 100 + 1
    return 0


def _monday_of_week_one(year: int) -> int:
    fourth = days_from_civil(year, 1, 4)
    return fourth - (fourth + 5) % 7


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_parse_moment", ("VARCHAR", "VARCHAR"), "VARCHAR", parse_moment),
    by_value("pgddb_parse_day", ("VARCHAR", "VARCHAR"), "VARCHAR", parse_day),
)
