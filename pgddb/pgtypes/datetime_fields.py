"""Take the text of a date, a time or both apart into fields, as PostgreSQL's ParseDateTime and DecodeDateTime do.

Source: src/backend/utils/adt/datetime.c of PostgreSQL, https://www.postgresql.org/docs/15/datetime-input-rules.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import tzinfo

from pgddb.errors import (
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidDatetimeFormat,
    InvalidParameterValue,
    InvalidTimeZoneDisplacementValue,
)
from pgddb.pgtypes.epoch import UNIX_DAYS, civil_from_days
from pgddb.pgtypes.zone_abbreviations import abbreviated
from pgddb.pgtypes.zones import find_zone

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<time>\d+:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?)
    | (?P<compact_time>(?<=[tT])\d{2,6}(?:\.\d+)?(?![/.:\d]|-\d+-)|(?<![-/.\d])\d{6}\.\d+(?![/.:\d]))
    | (?P<offset>(?<=[\d\sA-Za-z])[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?(?![-/.\d]))
    | (?P<date>\d+(?P<mark>[-/.])(?:\d+|[A-Za-z]+)(?P=mark)\d+|[A-Za-z]{3,9}-\d+-\d+)
    | (?P<julian>[jJ]\d+)
    | (?P<zone>[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+
        |(?!(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[A-Za-z]{3,5}[+-]\d{1,2}(?::\d\d)?(?![-:\d]))
    | (?P<word>[A-Za-z]+\.?)
    | (?P<number>\d+)
    | (?P<comma>,)
    )""",
    re.VERBOSE,
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_CLOCK_WORDS = frozenset({"now", "today", "tomorrow", "yesterday"})
_SPECIAL_WORDS = _CLOCK_WORDS | {"infinity", "inf", "epoch", "allballs"}
_CLOSE_WORDS = frozenset({"t", "z", "am", "pm", "bc", "ad", "utc"})


@dataclass(slots=True)
class DateTimeFields:
    """What a text says; None where it says nothing. Year 0 is 1 BC."""

    text: str
    type_name: str
    special: str | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    time_of_day: int | None = None
    zone: int | tzinfo | None = None
    numbers: list[str] = field(default_factory=list)
    is_year_first: bool = False

    def syntax_error(self) -> InvalidDatetimeFormat:
        return InvalidDatetimeFormat(f'invalid input syntax for type {self.type_name}: "{self.text}"')

    def range_error(self) -> DatetimeFieldOverflow:
        return DatetimeFieldOverflow(f'date/time field value out of range: "{self.text}"')


def read_fields(text: str, type_name: str, order: str) -> DateTimeFields:
    """Read every field that the text names; `order` is mdy, dmy or ymd.

    Raises:
        InvalidDatetimeFormat: the text is no date or time.
        DatetimeFieldOverflow: a field has a value that it cannot have.
        InvalidParameterValue: it names a time zone that does not exist.
        FeatureNotSupported: it names the present: "now", "today".
    """
    fields = DateTimeFields(text, type_name)
    words: list[str] = []
    position = 0
    stripped = text.strip()
    if stripped[-1:] in {"t", "T"} and stripped[-2:-1].isdigit():
        raise fields.syntax_error()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            if stripped[position:].lower() in {"-infinity", "-inf"}:
                fields.special = "-infinity"
                break
            raise fields.syntax_error()
        kind = (match.lastgroup or "") if match.lastgroup != "mark" else "date"
        if position and not _may_follow(stripped[:position], match[0], kind):
            raise fields.syntax_error()
        position = match.end()
        _READERS[kind](fields, match[kind], words, order)
    _assign_numbers(fields, order, is_bc="bc" in words)
    _apply_words(fields, words)
    if fields.special is not None and (fields.numbers or fields.month or fields.time_of_day is not None):
        raise fields.syntax_error()
    return fields


def _may_follow(before: str, token: str, kind: str) -> bool:
    """Say whether a token may stand here: with space or a comma between, or where the forms of ISO 8601 have none."""
    if token[0].isspace() or kind in {"offset", "comma"} or before[-1] == ",":
        return True
    if before[-1] in "tT" and not before[-2:-1].isalpha():
        return kind in {"time", "compact_time"}
    return kind == "word" and token.lower() in _CLOSE_WORDS and before[-1].isdigit()


def _read_time(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:  # noqa: ARG001
    if fields.time_of_day is not None:
        raise fields.syntax_error()
    hour, minute, second = ([*token.split(":"), "0"])[:3]
    _set_time(fields, hour, minute, second)


def _read_compact_time(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:  # noqa: ARG001
    whole, _, fraction = token.partition(".")
    if len(whole) not in {2, 4, 6} or fields.time_of_day is not None:
        raise fields.syntax_error()
    padded = whole.ljust(6, "0")
    _set_time(fields, padded[:2], padded[2:4], padded[4:] + (f".{fraction}" if fraction else ""))


def _set_time(fields: DateTimeFields, hour: str, minute: str, second: str) -> None:
    whole, _, fraction = second.partition(".")
    microseconds = round(float(f"0.{fraction or 0}") * 1_000_000)
    total = ((int(hour) * 60 + int(minute)) * 60 + int(whole)) * 1_000_000 + microseconds
    if int(minute) > 59 or int(whole) > 60 or total > 86_400_000_000:
        raise fields.range_error()
    fields.time_of_day = total


def _read_offset(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:  # noqa: ARG001
    if fields.time_of_day is None and not (token[0] == "+" and len(fields.numbers) == 3):
        raise fields.syntax_error()
    digits = token[1:].replace(":", "")
    parts = token[1:].split(":") if ":" in token else [digits[i : i + 2] for i in range(0, len(digits), 2)]
    if ":" not in token and len(digits) == 3:
        parts = [digits[0], digits[1:]]
    hours, minutes, seconds = (int(part) for part in [*parts, "0", "0"][:3])
    if hours > 15 or minutes > 59 or seconds > 59:
        raise InvalidTimeZoneDisplacementValue(f'time zone displacement out of range: "{fields.text}"')
    total = hours * 3600 + minutes * 60 + seconds
    _set_zone(fields, -total if token[0] == "-" else total)


def _read_date(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:  # noqa: ARG001
    if fields.numbers or fields.day is not None:
        raise fields.syntax_error()
    parts = re.split("[-/.]", token)
    named = [part for part in parts if part.isalpha()]
    for part in named:
        fields.month = _month(fields, part.lower())
        parts.remove(part)
    fields.numbers.extend(parts)


def _read_julian(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:  # noqa: ARG001
    year, fields.month, fields.day = civil_from_days(int(token[1:]) - 2440588 - UNIX_DAYS)
    fields.year = year


def _read_zone(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:  # noqa: ARG001
    try:
        zone = find_zone(token)
    except InvalidParameterValue:
        raise InvalidParameterValue(f'time zone "{token.lower()}" not recognized') from None
    _set_zone(fields, zone)


def _set_zone(fields: DateTimeFields, zone: int | tzinfo) -> None:
    if fields.zone is not None:
        raise fields.syntax_error()
    fields.zone = zone


def _read_word(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:
    word = token.lower()
    if word in _SPECIAL_WORDS:
        _read_special(fields, word)
    elif (zone := abbreviated(word)) is not None:
        _set_zone(fields, zone)
    elif word in {"bc", "ad", "am", "pm"}:
        words.append(word)
    elif _is_prefix(word.rstrip("."), _MONTHS):
        if fields.month is not None:
            raise fields.syntax_error()
        fields.month = _month(fields, word.rstrip("."))
    elif not (_is_prefix(word.rstrip("."), _WEEKDAYS) or word in {"at", "on", "t"}):
        _read_zone_word(fields, word, words, order)


def _read_special(fields: DateTimeFields, word: str) -> None:
    if word in _CLOCK_WORDS:
        raise FeatureNotSupported(f'date/time input "{word}" is not supported in parameters')
    if word == "allballs":
        fields.time_of_day, fields.zone = 0, 0
    else:
        fields.special = "epoch" if word == "epoch" else "infinity"


def _read_zone_word(fields: DateTimeFields, word: str, words: list[str], order: str) -> None:
    if fields.time_of_day is None:
        raise fields.syntax_error()
    try:
        _read_zone(fields, word, words, order)
    except InvalidParameterValue:
        raise fields.syntax_error() from None


def _read_number(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:
    if fields.type_name.startswith("time") and not fields.type_name.startswith("timestamp") and len(token) in {4, 6}:
        _read_compact_time(fields, token, words, order)
        return
    if len(token) == 6 and len(fields.numbers) == 3 and fields.time_of_day is None:
        _read_compact_time(fields, token, words, order)
        return
    if len(token) >= 8 and not fields.numbers and fields.month is None:
        fields.numbers.extend((token[:-4], token[-4:-2], token[-2:]))
        return
    if len(token) == 6 and not fields.numbers and fields.month is None:
        fields.numbers.extend((token[:2], token[2:4], token[4:]))
        fields.is_year_first = True
        return
    is_year_behind_time = fields.month is not None and len(fields.numbers) == 1 and fields.time_of_day is not None
    if len(token) > 4 and not is_year_behind_time:
        raise fields.syntax_error()
    fields.numbers.append(token)


def _ignore(fields: DateTimeFields, token: str, words: list[str], order: str) -> None:
    """A comma stands between fields."""


_READERS = {
    "time": _read_time,
    "compact_time": _read_compact_time,
    "offset": _read_offset,
    "date": _read_date,
    "julian": _read_julian,
    "zone": _read_zone,
    "word": _read_word,
    "number": _read_number,
    "comma": _ignore,
}


def _is_prefix(word: str, names: tuple[str, ...]) -> bool:
    return any(word == name or word == name[:3] for name in names) or word in {"sept", "tues", "wedn", "thur", "thurs"}


def _month(fields: DateTimeFields, word: str) -> int:
    for number, name in enumerate(_MONTHS, start=1):
        if word in {name, name[:3]} or (word == "sept" and number == 9):
            return number
    raise fields.syntax_error()


def _full_year(digits: str) -> str:
    """Give a year of two digits its century, as PostgreSQL does: 70 to 99 are 19xx, 00 to 69 are 20xx."""
    if len(digits) > 2:
        return digits
    return str(int(digits) + (1900 if int(digits) >= 70 else 2000))


def _assign_numbers(fields: DateTimeFields, order: str, *, is_bc: bool) -> None:
    """Decide which of the plain numbers is the year, the month and the day."""
    numbers = fields.numbers
    if not numbers:
        return
    if fields.month is not None and len(numbers) == 2:
        year, day = numbers if len(numbers[0]) > 2 or (order == "ymd" and len(numbers[1]) <= 2) else numbers[::-1]
    elif len(numbers) == 3 and fields.month is None:
        if len(numbers[0]) > 2 or order == "ymd" or fields.is_year_first:
            year, month, day = numbers
        elif order == "dmy":
            day, month, year = numbers
        else:
            month, day, year = numbers
        fields.month = int(month)
    else:
        raise fields.syntax_error()
    if len(day) > 2:
        raise fields.syntax_error()
    fields.year, fields.day = int(_full_year(year) if not is_bc else year), int(day)


def _apply_words(fields: DateTimeFields, words: list[str]) -> None:
    if len(words) != len({word[1] if word[1] == "m" else "era" for word in words}):
        raise fields.syntax_error()
    for word in words:
        if word in {"am", "pm"}:
            _apply_half_day(fields, word)
        elif fields.year is None or not fields.numbers:
            raise fields.syntax_error()
        elif fields.year <= 0:
            raise fields.range_error()
        elif word == "bc":
            fields.year = 1 - fields.year
    if fields.year == 0 and "bc" not in words and fields.numbers:
        raise fields.range_error()


def _apply_half_day(fields: DateTimeFields, word: str) -> None:
    if fields.time_of_day is None:
        raise fields.syntax_error()
    hour, rest = divmod(fields.time_of_day, 3_600_000_000)
    if hour > 12:
        raise fields.range_error()
    fields.time_of_day = (hour % 12 + (12 if word == "pm" else 0)) * 3_600_000_000 + rest
