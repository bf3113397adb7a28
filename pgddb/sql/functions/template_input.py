"""Read dates and times by PostgreSQL's templates.

Source: https://www.postgresql.org/docs/15/functions-formatting.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta

from pgddb.errors import DatetimeFieldOverflow, FeatureNotSupported, InvalidDatetimeFormat
from pgddb.sql.functions.scalar import ScalarFunction, by_value
from pgddb.sql.functions.templates import DAYS, DIGITS, MONTHS, pieces


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
    "month": MONTHS,
    "mon": [name[:3] for name in MONTHS],
    "day": DAYS,
    "dy": [name[:3] for name in DAYS],
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
    width = DIGITS.get(field)
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
    by_value("pgddb_parse_moment", ("VARCHAR", "VARCHAR"), "VARCHAR", parse_moment),
)
