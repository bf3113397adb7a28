"""Take the text of a date, a time or both apart into fields, as DecodeDateTime and DecodeTimeOnly do.

Source: src/backend/utils/adt/datetime.c of PostgreSQL, https://www.postgresql.org/docs/15/datetime-input-rules.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

from pgddb.errors import (
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidDatetimeFormat,
    InvalidParameterValue,
    InvalidTimeZoneDisplacementValue,
)
from pgddb.pgtypes.date_numbers import BadDate, DateNumbers, DateOverflow
from pgddb.pgtypes.datetime_tokens import CLOCK_WORDS, LABELS, MONTHS, WEEKDAYS, Kind, tokens
from pgddb.pgtypes.zone_abbreviations import abbreviated
from pgddb.pgtypes.zones import find_zone

_TIME = re.compile(r"(\d+):(\d*)(?::(\d*)(\.\d*)?|(\.\d*))?")
_OFFSET = re.compile(r"([+-])(\d+)(?::(\d*)(?::(\d*))?)?")
_LARGEST_HOUR = 15
"""MAX_TZDISP_HOUR"""
_HINT = 'Perhaps you need a different "datestyle" setting.'


@dataclass(slots=True)
class DateTimeFields:
    """What a text says; None where it says nothing. Year 0 is 1 BC.

    `relative` is a word that depends on the clock: today, tomorrow, yesterday or now.
    """

    text: str
    type_name: str
    special: str | None = None
    relative: str | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    time_of_day: int | None = None
    zone: int | tzinfo | None = None

    def syntax_error(self) -> InvalidDatetimeFormat:
        return InvalidDatetimeFormat(f'invalid input syntax for type {self.type_name}: "{self.text}"')

    def range_error(self, hint: str | None = None) -> DatetimeFieldOverflow:
        return DatetimeFieldOverflow(f'date/time field value out of range: "{self.text}"', hint=hint)


def read_fields(text: str, type_name: str, order: str, *, relative: bool = False) -> DateTimeFields:
    """Read every field that the text names; `order` is mdy, dmy or ymd.

    Raises:
        InvalidDatetimeFormat: the text is no date or time.
        DatetimeFieldOverflow: a field has a value that it cannot have.
        InvalidParameterValue: it names a time zone that does not exist.
        FeatureNotSupported: it names the present, such as "now" or "today", and `relative` does not allow that.
    """
    fields = DateTimeFields(text, type_name)
    if (iso := _ISO.fullmatch(text)) is not None and type_name in _DATED:
        _take_iso(fields, iso)
        return fields
    found = tokens(text)
    if not found:
        raise fields.syntax_error()
    try:
        _Reading(fields, found, order).read()
    except BadDate:
        raise fields.syntax_error() from None
    except DateOverflow as overflow:
        raise fields.range_error(_HINT if overflow.is_order else None) from None
    if fields.relative is not None and not relative:
        raise FeatureNotSupported(f'date/time input "{fields.relative}" is not supported in parameters')
    return fields


_ISO = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"(?:[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,6})?(?:([+-])(0\d|1[0-5])(?::?([0-5]\d))?)?)?"
)
"""What most texts look like: read at once, which takes a third of the time."""
_DATED = frozenset(["date", "timestamp", "timestamp with time zone"])


def _take_iso(fields: DateTimeFields, iso: re.Match[str]) -> None:
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = iso.groups()
    fields.year, fields.month, fields.day = int(year), int(month), int(day)
    if fields.year == 0:
        raise fields.range_error()
    if hour is None:
        return
    microseconds = int(fraction[1:].ljust(6, "0")) if fraction else 0
    fields.time_of_day = ((int(hour) * 60 + int(minute)) * 60 + int(second)) * 1_000_000 + microseconds
    if sign is not None:
        offset = (int(hours) * 60 + int(minutes or 0)) * 60
        fields.zone = -offset if sign == "-" else offset


class _Reading:
    """One walk over the fields of a text."""

    def __init__(self, fields: DateTimeFields, found: list[tuple[Kind, str]], order: str) -> None:
        self._fields = fields
        self._found = found
        self._numbers = DateNumbers(order)
        self._is_time = fields.type_name.startswith("time") and not fields.type_name.startswith("timestamp")
        self._label: str | None = None
        self._half: str | None = None
        self._bc = False

    def read(self) -> None:
        numbers = self._numbers
        for place, (kind, field) in enumerate(self._found):
            before = numbers.seen
            read = self._time_field if self._is_time else self._field
            added = read(place, kind, field)
            if added & before:
                raise BadDate
            numbers.seen = before | added
        numbers.validate(is_bc=self._bc)
        self._finish()

    def _finish(self) -> None:
        fields, numbers = self._fields, self._numbers
        numbers.apply_half(self._half)
        has_time = numbers.seen >= numbers.CLOCK
        if fields.special is not None:  # whatever stands beside it
            return
        if self._is_time and not has_time and fields.relative != "now":
            raise BadDate
        is_open = isinstance(fields.zone, tzinfo) and fields.zone.utcoffset(None) is None
        if self._is_time and is_open and not self._numbers.seen >= numbers.DATE:
            raise BadDate  # which offset the zone has depends on the day
        if not self._is_time and not numbers.seen >= numbers.DATE:
            raise BadDate
        fields.time_of_day = numbers.time_of_day() if has_time or numbers.seen & numbers.CLOCK else None
        if numbers.seen >= numbers.DATE and fields.relative is None:
            fields.year, fields.month, fields.day = numbers.year, numbers.month, numbers.day

    # Fields

    def _field(self, place: int, kind: Kind, field: str) -> frozenset[str]:
        if kind is Kind.DATE:
            return self._date(field)
        if kind is Kind.TIME:
            self._end_label("time")
            added = self._time(field)
            self._numbers.check_clock()
            return added
        if kind is Kind.OFFSET:
            return self._offset(field)
        if kind is Kind.NUMBER:
            return self._labelled(field) if self._label is not None else self._number(field)
        return self._word(place, field)

    def _time_field(self, place: int, kind: Kind, field: str) -> frozenset[str]:
        if kind is Kind.DATE:
            kinds = [one for one, _ in self._found]
            if place == 0 and len(kinds) > 1 and (kinds[-1] is Kind.DATE or kinds[1] is Kind.TIME):
                return self._numbers.date(field)
            return self._compact_with_zone(field) if field[0].isdigit() else self._named_zone(field)
        if kind is Kind.TIME:
            return self._time(field)
        if kind is Kind.NUMBER and self._label is None:
            return self._time_number(place, field)
        return self._field(place, kind, field)

    def _time_number(self, place: int, field: str) -> frozenset[str]:
        numbers = self._numbers
        if "." in field:
            if place == 0 and len(self._found) > 1 and self._found[-1][0] is Kind.DATE:
                return numbers.date(field)
            if field.index(".") <= 2:
                raise BadDate
        return numbers.run_together(field, is_dated=True)

    def _end_label(self, allowed: str) -> None:
        if self._label is not None:
            if self._label != allowed:
                raise BadDate
            self._label = None

    def _date(self, field: str) -> frozenset[str]:
        numbers = self._numbers
        if self._label == "julian":
            return self._julian_with_zone(field)
        if self._label is not None or {"month", "day"} <= numbers.seen:
            if field[0].isdigit() or self._label is not None:
                self._end_label("time")
                if numbers.seen >= numbers.CLOCK:
                    raise BadDate
                return self._compact_with_zone(field)
            return self._named_zone(field)
        return numbers.date(field)

    def _julian_with_zone(self, field: str) -> frozenset[str]:
        digits = re.match(r"\d*", field)
        assert digits is not None
        self._numbers.julian(digits[0] or "0")
        self._label = None
        self._fields.zone = self._offset_seconds(field[digits.end() :])
        return self._numbers.DATE | self._numbers.CLOCK | {"zone"}

    def _compact_with_zone(self, field: str) -> frozenset[str]:
        """Read 040506-08: a time of day without marks, and its offset."""
        digits, minus, rest = field.partition("-")
        if not minus:
            raise BadDate
        self._fields.zone = self._offset_seconds(minus + rest)
        return self._numbers.run_together(digits, is_dated=self._is_time) | {"zone"}

    def _named_zone(self, field: str) -> frozenset[str]:
        try:
            self._fields.zone = find_zone(field)
        except InvalidParameterValue:
            raise InvalidParameterValue(f'time zone "{field}" not recognized') from None
        return frozenset(["zone"])

    def _time(self, field: str) -> frozenset[str]:
        match = _TIME.fullmatch(field)
        if match is None:
            raise BadDate
        hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        fraction = match[4] or match[5]
        if match[5]:  # 10:30.5 is minutes and seconds
            hour, minute, second = 0, hour, minute
        self._numbers.clock(hour, minute, second, fraction)
        return self._numbers.CLOCK

    def _offset(self, field: str) -> frozenset[str]:
        self._fields.zone = self._offset_seconds(field)
        return frozenset(["zone"])

    def _offset_seconds(self, field: str) -> int:
        match = _OFFSET.match(field)
        if match is None:
            raise BadDate
        digits, minutes = match[2], match[3]
        if ":" not in match[0] and match.end() == len(field) and len(field) > 3:
            digits, minutes = digits[:-2] or "0", digits[-2:]
        hour, minute, second = int(digits), int(minutes or 0), int(match[4] or 0)
        if hour > _LARGEST_HOUR or minute > 59 or second > 59:
            raise InvalidTimeZoneDisplacementValue(f'time zone displacement out of range: "{self._fields.text}"')
        if match.end() != len(field):
            raise BadDate
        total = (hour * 60 + minute) * 60 + second
        return -total if match[1] == "-" else total

    def _labelled(self, field: str) -> frozenset[str]:
        label, self._label = self._label, None
        self._fields.special = None  # a number with a label makes a date of it
        assert label is not None
        whole, point, _ = field.partition(".")
        if point and label not in ("julian", "time", "second"):
            raise BadDate
        if label == "time":
            added = self._numbers.run_together(field, is_dated=True)
            if added != self._numbers.CLOCK:
                raise BadDate
            return added
        if label == "julian":
            return self._numbers.julian(field)
        return self._numbers.labelled(label, int(whole), field[len(whole) :])

    def _number(self, field: str) -> frozenset[str]:
        numbers = self._numbers
        has_date, has_time = bool(numbers.seen & numbers.DATE), bool(numbers.seen & numbers.CLOCK)
        if "." in field:
            if not has_date:
                return numbers.date(field)
            if field.index(".") > 2:
                return numbers.run_together(field)
        elif len(field) >= 6 and not (has_date and has_time):
            return numbers.run_together(field)
        return numbers.number(field)

    # Words

    def _word(self, place: int, word: str) -> frozenset[str]:  # noqa: PLR0911, C901 - one for each kind of word
        zone = abbreviated(word)
        if zone is not None:
            self._fields.zone = zone
            return frozenset(["zone"])
        word = word if word in ("-infinity", "+infinity") else word[:10]
        if word in CLOCK_WORDS or word in ("epoch", "infinity", "-infinity", "+infinity", "allballs"):
            return self._reserved(word)
        if word in MONTHS and not self._is_time:
            return self._numbers.named_month(MONTHS[word])
        if word in ("am", "pm"):
            self._half = word
            return frozenset(["half"])
        if word in ("ad", "bc"):
            self._bc = word == "bc"
            return frozenset(["era"])
        if word in ("at", "on"):
            return frozenset()
        if word in WEEKDAYS and not self._is_time:
            return frozenset(["weekday"])
        if word in LABELS:
            return self._labels(place, LABELS[word])
        try:
            self._fields.zone = find_zone(word)
        except InvalidParameterValue:
            raise BadDate from None
        return frozenset(["zone"])

    def _labels(self, place: int, label: str) -> frozenset[str]:
        if label == "time" and not self._is_time:
            after = self._found[place + 1][0] if place + 1 < len(self._found) else None
            if not self._numbers.seen >= self._numbers.DATE or after not in (Kind.NUMBER, Kind.TIME, Kind.DATE):
                raise BadDate
        self._label = label
        return frozenset()

    def _reserved(self, word: str) -> frozenset[str]:
        numbers = self._numbers
        if word == "allballs":
            numbers.clock(0, 0, 0, None)
            self._fields.zone = 0
            return numbers.CLOCK | {"zone"}
        if self._is_time and word != "now":
            raise BadDate
        if word not in CLOCK_WORDS:
            self._fields.special = word.lstrip("+")
            return frozenset(["special"])
        self._fields.relative = word
        numbers.year, numbers.month, numbers.day = 2000, 1, 1
        if word == "now":
            return numbers.DATE | numbers.CLOCK | {"zone"}
        return numbers.DATE
