"""Write and read dates and times by PostgreSQL's templates.

Source: https://www.postgresql.org/docs/15/functions-formatting.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from pgddb.errors import DatetimeFieldOverflow, FeatureNotSupported, InvalidDatetimeFormat
from pgddb.pgtypes.interval_input import parse_interval
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]

_FIELDS = [
    "HH24",
    "HH12",
    "HH",
    "MI",
    "SSSSS",
    "SSSS",
    "SS",
    "MS",
    "US",
    "FF1",
    "FF2",
    "FF3",
    "FF4",
    "FF5",
    "FF6",
    "A.M.",
    "a.m.",
    "P.M.",
    "p.m.",
    "AM",
    "am",
    "PM",
    "pm",
    "Y,YYY",
    "YYYY",
    "YYY",
    "YY",
    "Y",
    "IYYY",
    "IYY",
    "IY",
    "IDDD",
    "ID",
    "IW",
    "I",
    "MONTH",
    "Month",
    "month",
    "MON",
    "Mon",
    "mon",
    "MM",
    "DAY",
    "Day",
    "day",
    "DY",
    "Dy",
    "dy",
    "DDD",
    "DD",
    "D",
    "WW",
    "W",
    "CC",
    "J",
    "Q",
    "RM",
    "rm",
    "TZH",
    "TZM",
    "TZ",
    "tz",
    "OF",
    "BC",
    "bc",
    "AD",
    "ad",
    "B.C.",
    "A.D.",
]
_FIELD = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<fill>FM|fm)?(?P<fx>FX)?(?P<field>'
    + "|".join(re.escape(field) for field in sorted(_FIELDS, key=len, reverse=True))
    + r")(?P<suffix>TH|th)?|(?P<other>\\.|.)",
    re.DOTALL,
)
_CASELESS = {field.lower(): field for field in _FIELDS if field not in ("Month", "month", "Mon", "mon", "Day", "day")}

Piece = tuple[str, str, bool, str]
"""A field (or "" for plain text), that text, whether FM stands before it, and its TH suffix."""


@lru_cache(maxsize=512)
def pieces(template: str) -> tuple[Piece, ...]:
    """Cut a template into its fields and the text between them."""
    found: list[Piece] = []
    for match in _FIELD.finditer(template):
        if match["field"]:
            found.append((match["field"], "", bool(match["fill"]), match["suffix"] or ""))
            continue
        text = match["quoted"] if match["quoted"] is not None else match["other"]
        found.append(("", text.removeprefix("\\") if len(text) == 2 else text, False, ""))
    return tuple(found)


def moment_text(moment: str, template: str) -> str | None:
    """Do to_char of a timestamp, given as DuckDB writes it.

    >>> moment_text("2024-02-09 13:04:05.678", 'FMDay, DDth "of" Mon YYYY HH12:MI:SS.MS am')
    'Friday, 09th of Feb 2024 01:04:05.678 pm'
    """
    if moment.endswith("infinity"):
        return None
    moment, _, zone = moment.partition("|")
    read = _read_moment(moment)
    if zone or "TZ" in template.upper():
        return "".join(
            text or _zone_name(field, zone, fill) or _field(read, field, fill, suffix)
            for field, text, fill, suffix in pieces(template)
            if zone or field.upper() != "TZ"
        )
    return "".join(text or _field(read, field, fill, suffix) for field, text, fill, suffix in pieces(template))


def _zone_name(field: str, zone: str, fill: bool) -> str:  # noqa: ARG001, FBT001 - called as the others
    return zone if field == "TZ" else zone.lower() if field == "tz" else ""


def interval_template(interval: str, template: str) -> str:
    """Do to_char of an interval.

    >>> interval_template("3 days 15:02:12", "DD HH24:MI:SS"), interval_template("-1 days", "DD")
    ('03 15:02:12', '-1')
    """
    months, days, microseconds = parse_interval(interval)
    parts = _interval_parts(months, days, microseconds)
    return "".join(
        text or _interval_field(parts, field, fill, suffix) for field, text, fill, suffix in pieces(template)
    )


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


def _interval_field(parts: dict[str, int], field: str, fill: bool, suffix: str) -> str:  # noqa: FBT001 - as in a template
    value = parts.get(field)
    if value is None:
        if field.upper().replace(".", "") in ("AM", "PM"):
            late = abs(parts["HH24"]) % 24 >= 12
            return _half_day(field, late=late)
        raise InvalidDatetimeFormat(
            "invalid format specification for an interval value",
            hint="Intervals are not tied to specific calendar dates.",
        )
    width = 0 if fill or field.startswith("SSSS") else _DIGITS.get(field, 2) - (value < 0 and field not in _CLOCK)
    text = f"{abs(value):0{max(width, 1)}d}"
    return ("-" if value < 0 else "") + text + _ordinal(value, suffix)


_CLOCK = frozenset(["HH24", "HH12", "HH", "MI", "SS"])
"""Fields that keep their width behind a minus."""


def _half_day(field: str, *, late: bool) -> str:
    word = "PM" if late else "AM"
    word = f"{word[0]}.M." if "." in field else word
    return word if field.isupper() else word.lower()


_MOMENT = re.compile(r"(\d+-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d+)?))?([+-]\d\d(?::?\d\d)?)?( \(BC\))?")


def _read_moment(text: str) -> datetime:
    found = _MOMENT.fullmatch(text)
    if found is None or found[4]:
        raise FeatureNotSupported(f'to_char of "{text}" is not supported')
    zone = found[3] or "+00"
    return datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00:00'}{zone if ':' in zone else zone + ':00'}")


def _field(moment: datetime, field: str, fill: bool, suffix: str) -> str:  # noqa: FBT001 - a template's own flags
    number = _NUMBERS.get(field)
    if number is not None:
        value, width = number(moment)
        text = str(value) if fill else str(value).zfill(width)
        return text + _ordinal(value, suffix)
    word = _WORDS.get(field)
    if word is None:
        raise FeatureNotSupported(f'to_char field "{field}" is not supported')
    text = word(moment)
    return text.strip() if fill else text


def _ordinal(number: int, suffix: str) -> str:
    if not suffix:
        return ""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return ending.upper() if suffix == "TH" else ending


def _julian(moment: datetime) -> int:
    return moment.toordinal() + 1721425


Number = Callable[[datetime], tuple[int, int]]
_NUMBERS: dict[str, Number] = {
    "YYYY": lambda m: (m.year, 4),
    "YYY": lambda m: (m.year % 1000, 3),
    "YY": lambda m: (m.year % 100, 2),
    "Y": lambda m: (m.year % 10, 1),
    "IYYY": lambda m: (m.isocalendar()[0], 4),
    "IYY": lambda m: (m.isocalendar()[0] % 1000, 3),
    "IY": lambda m: (m.isocalendar()[0] % 100, 2),
    "I": lambda m: (m.isocalendar()[0] % 10, 1),
    "MM": lambda m: (m.month, 2),
    "DD": lambda m: (m.day, 2),
    "DDD": lambda m: (m.timetuple().tm_yday, 3),
    "IDDD": lambda m: ((m.isocalendar()[1] - 1) * 7 + m.isoweekday(), 3),
    "D": lambda m: (m.isoweekday() % 7 + 1, 1),
    "ID": lambda m: (m.isoweekday(), 1),
    "W": lambda m: ((m.day - 1) // 7 + 1, 1),
    "WW": lambda m: ((m.timetuple().tm_yday - 1) // 7 + 1, 2),
    "IW": lambda m: (m.isocalendar()[1], 2),
    "CC": lambda m: ((m.year - 1) // 100 + 1, 2),
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


Word = Callable[[datetime], str]
_WORDS: dict[str, Word] = {
    "MONTH": lambda m: _MONTHS[m.month - 1].upper().ljust(9),
    "Month": lambda m: _MONTHS[m.month - 1].ljust(9),
    "month": lambda m: _MONTHS[m.month - 1].lower().ljust(9),
    "MON": lambda m: _MONTHS[m.month - 1][:3].upper(),
    "Mon": lambda m: _MONTHS[m.month - 1][:3],
    "mon": lambda m: _MONTHS[m.month - 1][:3].lower(),
    "DAY": lambda m: _DAYS[m.weekday()].upper().ljust(9),
    "Day": lambda m: _DAYS[m.weekday()].ljust(9),
    "day": lambda m: _DAYS[m.weekday()].lower().ljust(9),
    "DY": lambda m: _DAYS[m.weekday()][:3].upper(),
    "Dy": lambda m: _DAYS[m.weekday()][:3],
    "dy": lambda m: _DAYS[m.weekday()][:3].lower(),
    "RM": lambda m: _ROMAN[m.month - 1].ljust(4),
    "rm": lambda m: _ROMAN[m.month - 1].lower().ljust(4),
    "OF": lambda m: _offset(m, ":"),
    "TZH": lambda m: _offset(m, ":")[:3],
    "TZM": lambda m: f"{int((m.utcoffset() or timedelta()).total_seconds() // 60) % 60:02d}",
    "Y,YYY": lambda m: f"{m.year:,}",
    **dict.fromkeys(["AM", "PM"], lambda m: "AM" if m.hour < 12 else "PM"),
    **dict.fromkeys(["am", "pm"], lambda m: "am" if m.hour < 12 else "pm"),
    **dict.fromkeys(["A.M.", "P.M."], lambda m: "A.M." if m.hour < 12 else "P.M."),
    **dict.fromkeys(["a.m.", "p.m."], lambda m: "a.m." if m.hour < 12 else "p.m."),
    **dict.fromkeys(["AD", "BC"], lambda m: "AD"),  # noqa: ARG005 - DuckDB's text of earlier years is refused above
    **dict.fromkeys(["ad", "bc"], lambda m: "ad"),  # noqa: ARG005 - as above
    **dict.fromkeys(["A.D.", "B.C."], lambda m: "A.D."),  # noqa: ARG005 - as above
}

_DIGITS: dict[str, int] = {
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


def parse_moment(text: str, template: str) -> str:
    """Do to_timestamp with a template; gives ISO text without a zone.

    >>> parse_moment("05 Dec 2000 3:04 pm", "DD Mon YYYY HH12:MI am")
    '2000-12-05 15:04:00'

    Raises:
        InvalidDatetimeFormat: the text does not fit the template.
        DatetimeFieldOverflow: a field is out of its range.
    """
    fields: dict[str, int] = {}
    parts = pieces(template)
    at = 0
    for index, (field, plain, fill, _suffix) in enumerate(parts):
        if not field:
            if plain.isspace() or not plain.isalnum():
                while at < len(text) and (text[at].isspace() or not text[at].isalnum()) and not _signed(text, at):
                    at += 1
            elif at < len(text):
                at += 1
            continue
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            break
        next_is_field = index + 1 < len(parts) and bool(parts[index + 1][0])
        at = _take_field(text, at, field, fields, bounded=next_is_field and not fill)
    return _assembled(fields, text)


def _signed(text: str, at: int) -> bool:
    return text[at] in "+-" and at + 1 < len(text) and text[at + 1].isdigit() and at == 0


_NAMES: dict[str, list[str]] = {
    "month": _MONTHS,
    "mon": [name[:3] for name in _MONTHS],
    "day": _DAYS,
    "dy": [name[:3] for name in _DAYS],
}


def _take_field(text: str, at: int, field: str, fields: dict[str, int], *, bounded: bool) -> int:
    names = _NAMES.get(field.lower())
    if names is not None:
        return _take_name(text, at, field.lower(), names, fields)
    if field.upper().replace(".", "") in ("AM", "PM"):
        found = re.compile(r"([ap])\.?m\.?", re.IGNORECASE).match(text, at)
        if found is None:
            raise _unfit(text[at : at + 2], field)
        fields["pm"] = int(found[1].lower() == "p")
        return found.end()
    width = _DIGITS.get(field)
    if width is None:
        raise FeatureNotSupported(f'to_timestamp field "{field}" is not supported')
    longest = width if bounded or field in ("MS", "US") else 9
    found = re.compile(r"[+-]?\d{1," + str(longest if field != "YYYY" or bounded else 9) + "}").match(text, at)
    if found is None:
        raise _unfit(text[at : at + width], field)
    digits = found[0] if bounded or field in ("YYYY", "MS", "US", "J") else found[0][:width]
    fields[field] = int(digits.ljust(width, "0")) if field in ("MS", "US") else int(digits)
    return at + len(digits)


def _take_name(text: str, at: int, key: str, names: list[str], fields: dict[str, int]) -> int:
    for number, name in sorted(enumerate(names, 1), key=lambda pair: -len(pair[1])):
        if text[at : at + len(name)].lower() == name.lower():
            if key in ("month", "mon"):
                fields["MM"] = number
            return at + len(name)
    raise InvalidDatetimeFormat(
        f'invalid value "{text[at : at + 3]}" for "{key.upper() if len(key) < 4 else key}"',
        detail="The given value did not match any of the allowed values for this field.",
    )


def _unfit(found: str, field: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid value "{found}" for "{field}"', detail="Value must be an integer.")


def _assembled(fields: dict[str, int], text: str) -> str:
    year = fields.get("YYYY", 1)
    if "YY" in fields:
        year = fields["YY"] + (2000 if fields["YY"] < 70 else 1900)
    month, day = fields.get("MM", 1), fields.get("DD", 1)
    hour = fields.get("HH24", fields.get("HH12", fields.get("HH", 0)))
    if "pm" in fields:
        if not 1 <= hour <= 12:
            raise InvalidDatetimeFormat(
                f'hour "{hour}" is invalid for the 12-hour clock',
                hint="Use the 24-hour clock, or give an hour between 1 and 12.",
            )
        hour = hour % 12 + 12 * fields["pm"]
    if not (1 <= month <= 12 and 1 <= day <= monthrange(min(max(year, 1), 9999), month)[1]):
        raise DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')
    minute, second = fields.get("MI", 0), fields.get("SS", 0)
    if hour > 23 or minute > 59 or second > 59:
        raise DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')
    moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - PostgreSQL's timestamp has no zone
    moment += timedelta(microseconds=fields.get("MS", 0) * 1000 + fields.get("US", 0))
    if "DDD" in fields:
        moment = moment.replace(month=1, day=1) + timedelta(days=fields["DDD"] - 1)
    seconds = fields.get("SSSS", fields.get("SSSSS"))
    if seconds is not None:
        moment = moment.replace(hour=0, minute=0, second=0) + timedelta(seconds=seconds)
    return moment.isoformat(sep=" ")


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_moment_text", ("VARCHAR", "VARCHAR"), "VARCHAR", moment_text),
    by_value("pgddb_interval_template", ("VARCHAR", "VARCHAR"), "VARCHAR", interval_template),
    by_value("pgddb_parse_moment", ("VARCHAR", "VARCHAR"), "VARCHAR", parse_moment),
)
