"""Write numeric values as text and in PostgreSQL's base-10000 binary form.

Source: src/backend/utils/adt/numeric.c of PostgreSQL (numeric_out, numeric_send).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from pgddb.errors import InvalidBinaryRepresentation, NumericValueOutOfRange

WIDE = Context(prec=150_000)
"""Room for every digit that a PostgreSQL numeric can have: 131072 before the point and 16383 after it."""
MAX_WHOLE_DIGITS, MAX_SCALE = 131072, 16383

_POSITIVE, _NEGATIVE, _NAN, _INFINITY, _MINUS_INFINITY = 0x0000, 0x4000, 0xC000, 0xD000, 0xF000
_SPECIAL_TEXT = {_NAN: "NaN", _INFINITY: "Infinity", _MINUS_INFINITY: "-Infinity"}


def precision_and_scale(type_modifier: int) -> tuple[int, int] | None:
    """Take a numeric type modifier apart; None when the type is unconstrained."""
    if type_modifier < 4:
        return None
    packed = type_modifier - 4
    return packed >> 16 & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024


def scale_fitter(type_modifier: int) -> Callable[[Decimal], Decimal]:
    """Give the function that puts a number into numeric(precision, scale) without changing its value.

    It raises NumericValueOutOfRange when the number has more digits than the type, before or after the point.
    """
    limits = precision_and_scale(type_modifier)
    if limits is None:
        return lambda value: value
    precision, scale = limits
    display = Decimal(1).scaleb(-max(scale, 0))
    bound = Decimal(1).scaleb(precision - scale, WIDE)

    def fit(value: Decimal) -> Decimal:
        if value.is_nan():
            return value
        if not value.copy_abs() < bound:
            detail = f"A field with precision {precision}, scale {scale} must round to an absolute value less than "
            less_than = f"10^{precision - scale}" if precision != scale else "1"
            raise NumericValueOutOfRange("numeric field overflow", detail=f"{detail}{less_than}.")
        fitted = value.quantize(display, ROUND_HALF_UP, WIDE)
        if fitted != value or (scale < 0 and value != value.quantize(Decimal(1).scaleb(-scale), context=WIDE)):
            raise NumericValueOutOfRange(f"value {value} has more than {scale} decimal digits")
        return fitted

    return fit


def without_trailing_zeros(value: Decimal) -> Decimal:
    """Drop the fractional zeros at the end, which come from a carrier's fixed scale and not from the value."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return value
    stripped = value.normalize(WIDE)
    return stripped if stripped.as_tuple().exponent <= 0 else stripped.quantize(Decimal(1), context=WIDE)  # type: ignore[operator]  # finite, so an int


def numeric_text(value: Decimal) -> str:
    """Write a number without exponent.

    >>> numeric_text(Decimal("1E+3")), numeric_text(Decimal("1E-8")), numeric_text(Decimal("-0.10"))
    ('1000', '0.00000001', '-0.10')
    """
    if value.is_nan():
        return "NaN"
    if value.is_infinite():
        return "Infinity" if value > 0 else "-Infinity"
    return f"{value or abs(value):f}"


def numeric_binary(value: Decimal) -> bytes:
    """Write a number as numeric_send does."""
    if not value.is_finite():
        special = _NAN if value.is_nan() else (_MINUS_INFINITY if value < 0 else _INFINITY)
        # the infinities leave with a scale of 32: numeric_send takes it from bits of their header
        return struct.pack("!HhHH", 0, 0, special, 0 if value.is_nan() else 0x20)
    whole, _, fraction = f"{value:f}".lstrip("-").partition(".")
    scale = len(fraction)
    whole = whole.lstrip("0")
    digits = "0" * (-len(whole) % 4) + whole + fraction + "0" * (-scale % 4)
    weight = (len(whole) + 3) // 4 - 1
    kept = digits.lstrip("0")
    dropped = (len(digits) - len(kept)) // 4
    kept = digits[dropped * 4 :].rstrip("0")
    if not kept:
        return struct.pack("!HhHH", 0, 0, _POSITIVE, scale)
    kept += "0" * (-len(kept) % 4)
    groups = [int(kept[i : i + 4]) for i in range(0, len(kept), 4)]
    sign = _NEGATIVE if value < 0 else _POSITIVE
    return struct.pack(f"!HhHH{len(groups)}H", len(groups), weight - dropped, sign, scale, *groups)


def read_numeric_binary(raw: bytes) -> Decimal:
    """Read what numeric_send writes.

    Raises:
        InvalidBinaryRepresentation: the bytes are no numeric.
    """
    if len(raw) < 8:
        raise InvalidBinaryRepresentation("insufficient data left in message")
    count, weight, sign, scale = struct.unpack("!HhHH", raw[:8])
    if len(raw) != 8 + 2 * count:
        raise InvalidBinaryRepresentation("incorrect binary data format")
    if sign in _SPECIAL_TEXT:
        return Decimal(_SPECIAL_TEXT[sign])
    if sign not in {_POSITIVE, _NEGATIVE}:
        raise InvalidBinaryRepresentation('invalid sign in external "numeric" value')
    if scale > MAX_SCALE:
        raise InvalidBinaryRepresentation('invalid scale in external "numeric" value')
    groups = struct.unpack(f"!{count}H", raw[8:])
    if any(group >= 10000 for group in groups):
        raise InvalidBinaryRepresentation('invalid digit in external "numeric" value')
    value = Decimal("".join(f"{group:04d}" for group in groups) or "0").scaleb(4 * (weight - count + 1), WIDE)
    if sign == _NEGATIVE:
        value = value.copy_negate()  # unary minus would round to the context
    # numeric_recv truncates digits beyond the scale
    return value.quantize(Decimal(1).scaleb(-scale), "ROUND_DOWN", WIDE)
