"""Write floats as PostgreSQL does: the shortest digits that read back, or a fixed number of them.

Source: src/common/d2s.c and src/backend/utils/adt/float.c of PostgreSQL.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

_EXACT = Context(prec=800)
_FLOAT8_EXPONENT = 15
"""From this decimal exponent on PostgreSQL writes 1e+15; Python's repr waits one more."""
_FLOAT4_EXPONENT = 6
_TIES_FROM_FLOAT8 = 2.0**54
"""Below this no short decimal lies exactly between two floats."""
_TIES_FROM_FLOAT4 = 2.0**25


def float8_writer(extra_float_digits: int) -> Callable[[float], str]:
    """Give the function that writes a double precision under this setting."""
    if extra_float_digits > 0:
        return float8_text
    digits = max(15 + extra_float_digits, 1)
    return lambda value: _fixed_digits(value, digits)


def float4_writer(extra_float_digits: int) -> Callable[[float], str]:
    """Give the function that writes a real under this setting."""
    if extra_float_digits > 0:
        return float4_text
    digits = max(6 + extra_float_digits, 1)
    return lambda value: _fixed_digits(value, digits)


def float8_text(value: float) -> str:
    """Write the shortest digits that read back to the same double.

    >>> float8_text(1e15), float8_text(0.1), float8_text(-0.0), float8_text(1e-5)
    ('1e+15', '0.1', '-0', '1e-05')
    """
    if 1e-4 <= value < 1e15:
        text = repr(value)
        return text.removesuffix(".0")
    if not math.isfinite(value):
        return _special(value)
    digits, exponent = _digits(repr(abs(value)))
    if abs(value) >= _TIES_FROM_FLOAT8:
        digits, exponent = _inside(Decimal(abs(value)), digits, exponent, _float8_gap(abs(value)))
    return _assemble(value, digits, exponent, _FLOAT8_EXPONENT)


def float4_text(value: float) -> str:
    """Write the shortest digits that read back to the same real; `value` is a real held as a double."""
    if not math.isfinite(value):
        return _special(value)
    if value == 0:
        return "-0" if math.copysign(1.0, value) < 0 else "0"
    if abs(value) >= _TIES_FROM_FLOAT4 or math.frexp(value)[0] in {0.5, -0.5}:
        # a power of two has a nearer neighbour below: rounding to nearest may miss its shortest digits
        digits, exponent = _inside(Decimal(abs(value)), "", 0, _float4_gap(abs(value)))
    else:
        digits, exponent = _digits(_shortest_float4(abs(value)))
    return _assemble(value, digits, exponent, _FLOAT4_EXPONENT)


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _fixed_digits(value: float, digits: int) -> str:
    return f"{value:.{digits}g}" if math.isfinite(value) else _special(value)


def _shortest_float4(value: float) -> str:
    packed = struct.pack("<f", value)
    for precision in range(9):
        text = f"{value:.{precision}e}"
        try:
            if struct.pack("<f", float(text)) == packed:
                return text
        except OverflowError:  # rounded up beyond the largest real
            continue
    return f"{value:.9e}"


def _digits(text: str) -> tuple[str, int]:
    """Split "1.25e+20" into the digits "125" and the exponent 20 of the first of them."""
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = whole + fraction
    stripped = digits.lstrip("0")
    if not stripped:
        return "0", 0
    leading = len(digits) - len(stripped)
    return stripped.rstrip("0") or "0", int(exponent or 0) + len(whole) - 1 - leading


def _assemble(value: float, digits: str, exponent: int, scientific_from: int) -> str:
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if exponent < -4 or exponent >= scientific_from:
        point = "." if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}{digits[1:]}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def _float8_gap(value: float) -> tuple[Decimal, Decimal]:
    below = Decimal(math.nextafter(value, 0.0))
    above = math.nextafter(value, math.inf)
    exact = Decimal(value)
    gap_above = _EXACT.subtract(Decimal(above), exact) if math.isfinite(above) else _EXACT.subtract(exact, below)
    return _EXACT.subtract(exact, below) / 2, gap_above / 2


def _float4_gap(value: float) -> tuple[Decimal, Decimal]:
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    below = Decimal(struct.unpack("<f", struct.pack("<I", bits - 1))[0])
    above = struct.unpack("<f", struct.pack("<I", bits + 1))[0]
    exact = Decimal(value)
    return (exact - below) / 2, ((Decimal(above) - exact) if math.isfinite(above) else exact - below) / 2


def _inside(exact: Decimal, digits: str, exponent: int, half_gaps: tuple[Decimal, Decimal]) -> tuple[str, int]:
    """Replace digits that lie exactly between two floats: PostgreSQL does not trust readers to round them to even."""
    low, high = _EXACT.subtract(exact, half_gaps[0]), _EXACT.add(exact, half_gaps[1])
    if digits and low < Decimal(f"{digits[0]}.{digits[1:] or '0'}e{exponent}") < high:
        return digits, exponent
    for precision in range(max(len(digits), 1), 18):
        candidates = [
            candidate
            for rounding in (ROUND_FLOOR, ROUND_CEILING)
            if low < (candidate := Context(prec=precision, rounding=rounding).plus(exact)) < high
        ]
        if candidates:
            best = min(candidates, key=lambda candidate: abs(_EXACT.subtract(candidate, exact)))
            return _digits(f"{best:e}".lower())
    return digits, exponent
