"""Write and read numbers by PostgreSQL's templates.

Source: https://www.postgresql.org/docs/15/functions-formatting.html#FUNCTIONS-FORMATTING-NUMERIC-TABLE
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from msgspec import Struct

from pgddb.errors import FeatureNotSupported, InvalidTextRepresentation, SqlSyntaxError
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_ITEM = re.compile(
    r'"((?:[^"\\]|\\.)*)(?:"|$)|(FM|SG|PL|MI|PR|RN|TH|EEEE|[90.,DGSLVB])|\\(")|(.)', re.IGNORECASE | re.DOTALL
)
_WIDE = Context(prec=200)


class _Template(Struct, frozen=True):
    items: tuple[tuple[str, str], ...]
    """("9", "") for a place, ("text", "x") for what stands as it is."""
    fill: bool
    before: int
    after: int
    first_zero: int | None
    """The place before the point where zeros begin, from the left."""
    last_zero_after: int
    form: str
    """"" for plain digits, RN or rn for Roman ones, EEEE for an exponent."""
    shift: int
    """Digits behind V: the number is shown times 10 to this power."""
    sign: str
    """"" for the plain sign, else one of S, SG, MI, PL, PR and, for S at the end, "S>"."""


class _TemplateReader:
    """Collects what a template says, item by item."""

    def __init__(self) -> None:
        self.items: list[tuple[str, str]] = []
        self.fill = self.in_fraction = False
        self.before = self.after = self.last_zero_after = 0
        self.first_zero: int | None = None
        self.sign = self.form = ""
        self.shift: int | None = None

    def keyword(self, word: str) -> None:
        """Take a field of the template."""
        if word in ("B", "V", "EEEE", "RN", "rn"):
            self._form(word)
        elif word == "FM":
            self.fill = True
        elif word in ("9", "0"):
            self._digit(word)
        elif word in (".", "D"):
            self._point()
        elif word == "L":
            self.items.append(("text", " "))
        else:
            self._sign_or_group(word)

    def _form(self, word: str) -> None:
        if word == "B":
            raise FeatureNotSupported(f'to_char number field "{word}" is not supported')
        if word == "V":
            self.shift = 0
        else:
            self.form = word

    def _sign_or_group(self, word: str) -> None:
        if word in (",", "G", "TH", "th"):
            self.items.append(("," if word == "G" else word, ""))
            return
        self.sign = "S>" if word == "S" and (self.before or self.in_fraction) else word
        self.items.append((word, ""))

    def _point(self) -> None:
        if self.in_fraction:
            raise SqlSyntaxError("multiple decimal points")
        self.in_fraction = True
        self.items.append((".", ""))

    def _digit(self, word: str) -> None:
        self.items.append((word, ""))
        if self.in_fraction:
            self.after += 1
            self.last_zero_after = self.after if word == "0" else self.last_zero_after
            return
        if word == "0" and self.first_zero is None:
            self.first_zero = self.before
        self.before += 1
        if self.shift is not None:
            self.shift += 1


@lru_cache(maxsize=512)
def _read(template: str) -> _Template:
    reader = _TemplateReader()
    for quoted, keyword, escaped, other in _ITEM.findall(template):
        if keyword:
            reader.keyword(keyword if keyword in ("rn", "th") else keyword.upper())
        else:
            reader.items.append(("text", re.sub(r"\\(.)", r"\1", quoted) or escaped or other))
    return _Template(
        tuple(reader.items),
        reader.fill,
        reader.before,
        reader.after,
        reader.first_zero,
        reader.last_zero_after,
        reader.form,
        reader.shift or 0,
        reader.sign,
    )


def number_text(number: str, template: str) -> str:
    """Do to_char of a number, given as text.

    >>> number_text("1234567.891", "9,999,999.99"), number_text("-5.5", "990.0"), number_text("12", "FM0000")
    (' 1,234,567.89', '  -5.5', '0012')
    """
    read = _read(template)
    value = Decimal(number)
    if not value.is_finite():
        raise FeatureNotSupported("to_char of NaN or infinity is not supported")
    if read.form:
        return _scientific(read, value) if read.form == "EEEE" else _roman(read, value)
    value = value.scaleb(read.shift, context=_WIDE)
    rounded = value.quantize(Decimal(1).scaleb(-read.after), rounding=ROUND_HALF_UP, context=_WIDE)
    whole, _, fraction = format(abs(rounded), "f").partition(".")
    negative = rounded < 0
    whole = "" if whole == "0" and read.after else whole
    if len(whole) > read.before:
        return _overflow(read, negative=negative)
    return _filled(read, whole, fraction, negative=negative)


def _scientific(read: _Template, value: Decimal) -> str:
    """Do EEEE: an exponent of two digits at least; what rounds up to 10 stays so, as in PostgreSQL."""
    exponent = value.adjusted() if value else 0
    digits = value.scaleb(-exponent, context=_WIDE).quantize(
        Decimal(1).scaleb(-read.after), rounding=ROUND_HALF_UP, context=_WIDE
    )
    sign = "" if digits < 0 else " "
    return f"{sign}{digits:f}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_ROMAN_WIDTH = 15


def _roman(read: _Template, value: Decimal) -> str:
    rest = int(value.to_integral_value(ROUND_HALF_UP))
    if not 0 < rest < 4000:
        return "#" * _ROMAN_WIDTH
    shown = ""
    for number, letters in _ROMAN:
        count, rest = divmod(rest, number)
        shown += letters * count
    shown = shown.lower() if read.form == "rn" else shown
    return shown if read.fill else shown.rjust(_ROMAN_WIDTH)


def _ordinal(read: _Template, kind: str, whole: str, *, negative: bool) -> str:
    """Do TH, which neither negative numbers nor fractions have."""
    if negative or read.after or any(item == "." for item, _ in read.items) or "#" in whole:
        return ""
    digits = whole.strip() or "0"
    teen = len(digits) > 1 and digits[-2] == "1"
    ending = "th" if teen else {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")
    return ending.upper() if kind == "TH" else ending


def _overflow(read: _Template, *, negative: bool) -> str:
    places = "#" * read.before
    return _filled(read, places, "#" * read.after, negative=negative)


def _filled(read: _Template, whole: str, fraction: str, *, negative: bool) -> str:
    padded = whole.rjust(read.before)
    start = len(padded) - len(whole)
    if read.first_zero is not None and read.first_zero < start:
        padded = padded[: read.first_zero] + "0" * (start - read.first_zero) + padded[start:]
        start = read.first_zero
    if read.fill:
        kept = max(len(fraction.rstrip("0")), read.last_zero_after)
        fraction = fraction[:kept]
    body = _placed(read, padded, start, fraction, negative=negative)
    return _signed(read, body, negative=negative)


_MARK = "\0"
"""Stands where a sign before the first digit goes."""


def _placed(read: _Template, padded: str, start: int, fraction: str, *, negative: bool) -> str:
    out: list[str] = []
    place, decimals, marked = 0, 0, False
    for kind, text in read.items:
        if kind in ("9", "0") and place < read.before:
            if place == start and not marked:
                out.append(_MARK)
                marked = True
            out.append("" if read.fill and padded[place] == " " else padded[place])
            place += 1
        elif kind in ("9", "0"):
            out.append(fraction[decimals : decimals + 1])
            decimals += 1
        elif kind == ".":
            if not marked:
                out.append(_MARK)
                marked = True
            out.append(".")
        elif kind == ",":
            out.append("," if place > start else "" if read.fill else " ")
        else:
            ending = _ordinal(read, kind, padded, negative=negative) if kind in ("TH", "th") else None
            out.append(_sign_item(kind, text, negative=negative) if ending is None else ending)
    return "".join(out) if marked else "".join(out) + _MARK


def _sign_item(kind: str, text: str, *, negative: bool) -> str:
    if kind == "text":
        return text
    if kind == "MI":
        return "-" if negative else " "
    if kind == "PL":
        return " " if negative else "+"
    return ("-" if negative else "+") if kind == "SG" else ""


def _signed(read: _Template, body: str, *, negative: bool) -> str:
    """Put the sign where the template wants it."""
    if read.sign in ("MI", "SG", "PL"):
        bare = body.replace(_MARK, "")
        return bare.strip(" ") if read.fill else bare
    if read.sign == "S":
        return body.replace(_MARK, "-" if negative else "+")
    if read.sign == "S>":
        return body.replace(_MARK, "") + ("-" if negative else "+")
    if read.sign == "PR":
        opened, closed = ("<", ">") if negative else (("", "") if read.fill else (" ", " "))
        return body.replace(_MARK, opened) + closed
    return body.replace(_MARK, "-" if negative else "" if read.fill else " ")


def parse_number(text: str, template: str) -> str:
    """Do to_number; gives the number as text.

    >>> parse_number("1,234.56-", "9,999.99S")
    '-1234.56'
    """
    read = _read(template)
    negative = "-" in text or ("<" in text and read.sign == "PR")
    digits = re.sub(r"[^0-9.]", "", text)
    whole, point, fraction = digits.partition(".")
    kept = whole[: read.before] + (point + fraction[: read.after] if read.after else "")
    if not re.search(r"\d", kept):
        raise InvalidTextRepresentation(f'invalid input syntax for type numeric: "{text}"')
    return ("-" if negative else "") + kept


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_number_text", ("VARCHAR", "VARCHAR"), "VARCHAR", number_text),
    by_value("pgddb_parse_number", ("VARCHAR", "VARCHAR"), "VARCHAR", parse_number),
)
