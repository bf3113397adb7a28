"""Divide and take roots exactly, with the scale that PostgreSQL's numeric gives.

Source: select_div_scale in src/backend/utils/adt/numeric.c of PostgreSQL 15.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from pgddb.errors import DivisionByZero
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_MIN_SIGNIFICANT_DIGITS = 16
_MAX_DISPLAY_SCALE = 1000
_DIGITS_A_GROUP = 4
"""DEC_DIGITS: numeric keeps groups of four decimal digits, and scales are chosen by groups."""
_EXACT = Context(prec=2000, rounding=ROUND_HALF_UP)


def divide(left: str, right: str) -> str:
    """Divide two numerics.

    >>> divide("1.0", "3"), divide("100.50", "3"), divide("7", "2")
    ('0.33333333333333333333', '33.5000000000000000', '3.5000000000000000')
    """
    one, other = Decimal(left), Decimal(right)
    if other == 0:
        raise DivisionByZero("division by zero")
    if not one.is_finite() or not other.is_finite():
        return str(one / other)
    quotient = _EXACT.divide(one, other)
    return format(quotient.quantize(Decimal(1).scaleb(-_scale(one, other)), context=_EXACT), "f")


def _scale(one: Decimal, other: Decimal) -> int:
    weight_one, first_one = _leading_group(one)
    weight_other, first_other = _leading_group(other)
    weight = weight_one - weight_other - (1 if first_one <= first_other else 0)
    scale = _MIN_SIGNIFICANT_DIGITS - weight * _DIGITS_A_GROUP
    return min(max(scale, _display_scale(one), _display_scale(other), 0), _MAX_DISPLAY_SCALE)


def _display_scale(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _leading_group(number: Decimal) -> tuple[int, int]:
    """Give the weight and the value of the first group of four digits."""
    if number == 0:
        return 0, 0
    weight = number.adjusted() // _DIGITS_A_GROUP
    return weight, int(abs(number).scaleb(-weight * _DIGITS_A_GROUP, context=_EXACT))


FUNCTIONS: tuple[ScalarFunction, ...] = (by_value("pgddb_numeric_divide", ("VARCHAR", "VARCHAR"), "VARCHAR", divide),)
