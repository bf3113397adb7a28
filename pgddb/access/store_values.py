"""Turn SQL values into typed values of DynamoDB, exactly or not at all."""

from __future__ import annotations

import base64
import binascii
import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from pgddb.access.predicate import AttributeValue
from pgddb.access.table import AttributeType

MAX_NUMBER_DIGITS = 38
SMALLEST_EXPONENT, LARGEST_EXPONENT = -130, 125
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (numbers)."""
MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES = 2048, 1024
"""Same source; DynamoDB refuses a longer value in a key condition."""

_EXACT = Context(prec=500)
_SMALLEST = Decimal(1).scaleb(SMALLEST_EXPONENT)
_NUMBER_TEXT = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,4})?\Z")
FLOAT_STEPS = 4
"""Neighbouring doubles on each side that count as equal: PostgreSQL and the engine may round a number apart."""


def text_value(text: str) -> AttributeValue:
    return AttributeValue(AttributeType.S, text)


def binary_value(content: bytes) -> AttributeValue:
    return AttributeValue(AttributeType.B, content)


def boolean_value(truth: bool) -> AttributeValue:  # noqa: FBT001 - it is the value
    return AttributeValue(AttributeType.BOOL, truth)


def number_value(number: int | Decimal) -> AttributeValue | None:
    """Give a number as DynamoDB keeps it, or None where it cannot: over 38 digits, out of range, NaN, infinity."""
    digits = number_digits(number)
    return None if digits is None else AttributeValue(AttributeType.N, digits)


def number_digits(number: int | Decimal) -> str | None:
    """Write a number with no more digits than it needs, in one form for equal numbers.

    >>> number_digits(Decimal("1.50")), number_digits(10**50), number_digits(Decimal("NaN"))
    ('1.5', '1E+50', None)
    """
    if isinstance(number, int) and -(10**15) < number < 10**15:
        return str(number)
    exact = Decimal(number)
    if not exact.is_finite():
        return None
    exact = _EXACT.normalize(exact)
    if not exact:
        return "0"
    if len(exact.as_tuple().digits) > MAX_NUMBER_DIGITS:
        return None
    exponent = exact.adjusted()
    if not SMALLEST_EXPONENT <= exponent <= LARGEST_EXPONENT:
        return None
    return format(exact, "f") if -40 <= exponent <= 40 else str(exact)


def number_of_text(text: str) -> AttributeValue | None:
    """Read a text that may be the text of a stored number."""
    return number_value(Decimal(text)) if _NUMBER_TEXT.match(text) else None


def around_float(number: float) -> tuple[AttributeValue, AttributeValue] | None:
    """Give the least and the greatest number that may be equal to a double once cast to one."""
    low = high = number
    for _ in range(FLOAT_STEPS):
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    bounds = (number_value(_outward(low, ROUND_FLOOR)), number_value(_outward(high, ROUND_CEILING)))
    return None if bounds[0] is None or bounds[1] is None else (bounds[0], bounds[1])


def _outward(number: float, rounding: str) -> Decimal:
    exact = Decimal(number)
    if exact and abs(exact) < _SMALLEST:
        down = rounding == ROUND_FLOOR
        if exact < 0:
            return -_SMALLEST if down else Decimal(0)
        return Decimal(0) if down else _SMALLEST
    return Context(prec=MAX_NUMBER_DIGITS, rounding=rounding).plus(exact)


def text_readings(text: str) -> tuple[AttributeValue, ...]:
    """Give every scalar whose text may be this one: S always, then N, BOOL and B (as base64).

    >>> [value.type.value for value in text_readings("1234")]
    ['S', 'N', 'B']
    """
    readings = [text_value(text)]
    number = number_of_text(text)
    if number is not None:
        readings.append(number)
    if text in ("true", "false"):
        readings.append(boolean_value(text == "true"))
    content = _content_of(text)
    if content is not None:
        readings.append(binary_value(content))
    return tuple(readings)


def _content_of(text: str) -> bytes | None:
    """Decode base64 in its one canonical form."""
    if len(text) % 4:
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if base64.b64encode(content).decode() == text else None
