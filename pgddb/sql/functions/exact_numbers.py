"""Reckon with numerics of any size, with the scales that PostgreSQL gives to results.

Numbers come and go as text. Source: src/backend/utils/adt/numeric.c of PostgreSQL 15.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, Overflow

from pgddb.errors import (
    DivisionByZero,
    InvalidArgumentForLogarithm,
    InvalidArgumentForPowerFunction,
    InvalidParameterValue,
    NumericValueOutOfRange,
)
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_MIN_SIGNIFICANT_DIGITS = 16
_MAX_DISPLAY_SCALE = 1000
_DIGITS_A_GROUP = 4
"""DEC_DIGITS: numeric keeps groups of four decimal digits, and scales are chosen by groups."""
_MAX_DIGITS = 131072
EXACT = Context(prec=3000, rounding=ROUND_HALF_UP, Emax=999999, Emin=-999999)
_LOG10_E = Decimal("0.434294481903252")


def divide(left: str, right: str) -> str:
    """Divide two numerics.

    >>> divide("1.0", "3"), divide("100.50", "3"), divide("7", "2")
    ('0.33333333333333333333', '33.5000000000000000', '3.5000000000000000')
    """
    one, other = Decimal(left), Decimal(right)
    if one.is_nan() or other.is_nan():
        return "NaN"
    if other == 0:
        raise DivisionByZero("division by zero")
    if not one.is_finite():
        return "NaN" if not other.is_finite() else _infinity(positive=(one > 0) == (other > 0))
    if not other.is_finite():
        return "0"
    return _shown(EXACT.divide(one, other), division_scale(one, other))


def division_scale(one: Decimal, other: Decimal) -> int:
    """Do select_div_scale."""
    weight_one, first_one = _leading_group(one)
    weight_other, first_other = _leading_group(other)
    weight = weight_one - weight_other - (1 if first_one <= first_other else 0)
    return _bounded(_MIN_SIGNIFICANT_DIGITS - weight * _DIGITS_A_GROUP, one, other)


def _bounded(scale: int, *arguments: Decimal) -> int:
    return min(max(scale, 0, *map(display_scale, arguments)), _MAX_DISPLAY_SCALE)


def display_scale(number: Decimal) -> int:
    """Give the digits that are shown after the point."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _leading_group(number: Decimal) -> tuple[int, int]:
    """Give the weight and the value of the first group of four digits."""
    if number == 0:
        return 0, 0
    weight = number.adjusted() // _DIGITS_A_GROUP
    return weight, int(abs(number).scaleb(-weight * _DIGITS_A_GROUP, context=EXACT))


def _shown(number: Decimal, scale: int) -> str:
    if number.adjusted() > _MAX_DIGITS:
        raise NumericValueOutOfRange("value overflows numeric format")
    rounded = number.quantize(Decimal(1).scaleb(-scale), context=EXACT)
    return format(abs(rounded) if rounded == 0 else rounded, "f")


def _infinity(*, positive: bool) -> str:
    return "Infinity" if positive else "-Infinity"


def _special(number: Decimal) -> str | None:
    if number.is_nan():
        return "NaN"
    return _infinity(positive=number > 0) if number.is_infinite() else None


# Sums, products, remainders


def binary(sign: str, left: str, right: str) -> str:
    """Do + - * or % of two numerics.

    >>> binary("*", "12345678901234567890", "98765432109876543210"), binary("+", "1.50", "1")
    ('1219326311370217952237463801111263526900', '2.50')
    """
    one, other = Decimal(left), Decimal(right)
    if one.is_nan() or other.is_nan():
        return "NaN"
    if sign == "%":
        return _remainder(one, other)
    if not one.is_finite() or not other.is_finite():
        return _of_infinities(sign, one, other)
    if sign == "*":
        return _shown(EXACT.multiply(one, other), min(display_scale(one) + display_scale(other), _MAX_DISPLAY_SCALE))
    found = EXACT.add(one, other) if sign == "+" else EXACT.subtract(one, other)
    return _shown(found, max(display_scale(one), display_scale(other)))


def _remainder(one: Decimal, other: Decimal) -> str:
    if other == 0:
        raise DivisionByZero("division by zero")
    if one.is_infinite():
        return "NaN"
    if other.is_infinite():
        return _shown(one, display_scale(one))
    return _shown(EXACT.remainder(one, other), max(display_scale(one), display_scale(other)))


def _of_infinities(sign: str, one: Decimal, other: Decimal) -> str:
    if sign == "-":
        sign, other = "+", other.copy_negate()
    if sign == "+":
        if one.is_infinite() and other.is_infinite() and one != other:
            return "NaN"
        return _infinity(positive=(one if one.is_infinite() else other) > 0)
    return "NaN" if 0 in (one, other) else _infinity(positive=(one > 0) == (other > 0))


# Roots, powers, logarithms


def apply(name: str, argument: str) -> str:
    """Do a function of one numeric.

    >>> apply("sqrt", "2"), apply("ln", "2.0"), apply("exp", "1.0")
    ('1.414213562373095', '0.6931471805599453', '2.7182818284590452')
    """
    number = Decimal(argument)
    special = _special(number)
    if special is not None:
        return _of_special(name, special)
    return _FUNCTIONS[name](number)


def _of_special(name: str, special: str) -> str:
    if special != "-Infinity":
        return special
    if name == "exp":
        return "0"
    if name == "sqrt":
        raise InvalidArgumentForPowerFunction("cannot take square root of a negative number")
    if name in ("ln", "log"):
        raise InvalidArgumentForLogarithm("cannot take logarithm of a negative number")
    return {"abs": "Infinity", "sign": "-1"}.get(name, special)


def _sqrt(number: Decimal) -> str:
    if number < 0:
        raise InvalidArgumentForPowerFunction("cannot take square root of a negative number")
    weight = _leading_group(number)[0]
    root_weight = int((weight + 1) * _DIGITS_A_GROUP / 2) - 1
    return _shown(EXACT.sqrt(number), _bounded(_MIN_SIGNIFICANT_DIGITS - root_weight, number))


def _exp(number: Decimal) -> str:
    digits = int(number * _LOG10_E)
    if digits > _MAX_DIGITS:
        raise NumericValueOutOfRange("value overflows numeric format")
    scale = _bounded(_MIN_SIGNIFICANT_DIGITS - digits, number)
    return _shown(_precise(max(digits, 0) + scale).exp(number), scale)


def _precise(digits: int) -> Context:
    return Context(prec=digits + 20, rounding=ROUND_HALF_UP, Emax=999999, Emin=-999999)


def _check_logarithm(number: Decimal) -> None:
    if number == 0:
        raise InvalidArgumentForLogarithm("cannot take logarithm of zero")
    if number < 0:
        raise InvalidArgumentForLogarithm("cannot take logarithm of a negative number")


def _ln_weight(number: Decimal) -> int:
    """Do estimate_ln_dweight: the weight of the logarithm's first decimal digit."""
    if Decimal("0.9") <= number <= Decimal("1.1"):
        distance = number - 1
        if not distance:
            return 0
        weight, first = _leading_group(distance)
        return weight * _DIGITS_A_GROUP + len(str(first)) - 1
    return int(_precise(20).log10(abs(_precise(20).ln(number))))


def _ln(number: Decimal) -> str:
    _check_logarithm(number)
    scale = _bounded(_MIN_SIGNIFICANT_DIGITS - _ln_weight(number), number)
    return _shown(_precise(scale + 10).ln(number), scale)


def _log(number: Decimal) -> str:
    return logarithm("10", format(number, "f"))


def logarithm(base: str, number: str) -> str:
    """Do log(base, number).

    >>> logarithm("2", "8"), logarithm("10", "100.0")
    ('3.0000000000000000', '2.0000000000000000')
    """
    one, other = Decimal(base), Decimal(number)
    if one.is_nan() or other.is_nan():
        return "NaN"
    _check_logarithm(one)
    _check_logarithm(other)
    if not one.is_finite() or not other.is_finite():
        if not one.is_finite():
            return "0" if other.is_finite() else "NaN"
        return "Infinity"
    context = _precise(1100)
    below = context.ln(one)
    if below == 0:
        raise DivisionByZero("division by zero")
    scale = _bounded(_MIN_SIGNIFICANT_DIGITS - (_ln_weight(other) - _ln_weight(one)), one, other)
    return _shown(context.divide(context.ln(other), below), scale)


def power(base: str, exponent: str) -> str:
    """Do base ^ exponent.

    >>> power("2", "3"), power("2", "0.5")
    ('8.0000000000000000', '1.4142135623730950')
    """
    one, other = Decimal(base), Decimal(exponent)
    if one.is_nan() or other.is_nan():
        return "1" if one == 1 or other == 0 else "NaN"
    if one == 0 and other < 0:
        raise InvalidArgumentForPowerFunction("zero raised to a negative power is undefined")
    whole = other.is_infinite() or other == other.to_integral_value()
    if one < 0 and not whole:
        raise InvalidArgumentForPowerFunction("a negative number raised to a non-integer power yields a complex result")
    if one.is_infinite() or other.is_infinite():
        return _power_of_infinity(one, other)
    try:
        return _raised(one, other, whole=whole)
    except Overflow as error:
        raise NumericValueOutOfRange("value overflows numeric format") from error


def _power_of_infinity(one: Decimal, other: Decimal) -> str:
    """Raise where base or exponent is infinite, as numeric_power does, and POSIX for floats."""
    if one == 1 or other == 0 or (one == -1 and other.is_infinite()):
        return "1"
    if one == 0:
        return "0"
    if other.is_infinite():
        return "Infinity" if (abs(one) > 1) == (other > 0) else "0"
    if other < 0:
        return "0"
    return "-Infinity" if one < 0 and other % 2 == 1 else "Infinity"


def _raised(one: Decimal, other: Decimal, *, whole: bool) -> str:
    context = _precise(1200)
    if whole and abs(other) < 2**31:
        scale = _bounded(_MIN_SIGNIFICANT_DIGITS, one)
        if one != 0 and one.adjusted() * other > _MAX_DIGITS:
            raise NumericValueOutOfRange("value overflows numeric format")
        return _shown(context.power(one, other) if other else Decimal(1), scale)
    if one == 0:
        return _shown(Decimal(0), _MIN_SIGNIFICANT_DIGITS)
    result = context.power(one, other)
    digits = int(_precise(20).ln(abs(one)) * other * _LOG10_E)
    return _shown(result, _bounded(_MIN_SIGNIFICANT_DIGITS - digits, one, other))


_FUNCTIONS: dict[str, Callable[[Decimal], str]] = {
    "sqrt": _sqrt,
    "exp": _exp,
    "ln": _ln,
    "log": _log,
    "log10": _log,
    "abs": lambda number: _shown(abs(number), display_scale(number)),
    "ceil": lambda number: _shown(number.to_integral_value("ROUND_CEILING"), 0),
    "ceiling": lambda number: _shown(number.to_integral_value("ROUND_CEILING"), 0),
    "floor": lambda number: _shown(number.to_integral_value("ROUND_FLOOR"), 0),
    "sign": lambda number: str(number.compare(Decimal(0))),
    "-": lambda number: _shown(-number, display_scale(number)),
    "trim_scale": lambda number: _shown(number, max(-_exponent(number), 0)),
}


def _exponent(number: Decimal) -> int:
    exponent = number.normalize(EXACT).as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


# Standard deviation and variance


def deviation(name: str, count: str, total: str, squares: str) -> str | None:
    """Give stddev, variance and their like of values from their count, sum and sum of squares.

    >>> deviation("variance", "3", "6", "14"), deviation("stddev_pop", "2", "3", "5")
    ('1.00000000000000000000', '0.50000000000000000000')
    """
    population = name.endswith("_pop")
    number = Decimal(count)
    if number == 0 or (number == 1 and not population):
        return None
    one, two = Decimal(total), Decimal(squares)
    spread = EXACT.subtract(EXACT.multiply(number, two), EXACT.multiply(one, one))
    if spread <= 0:
        return "0"
    divisor = number * (number if population else number - 1)
    scale = division_scale(spread, divisor)
    variance = EXACT.divide(spread, divisor).quantize(Decimal(1).scaleb(-scale), context=EXACT)
    return _shown(variance if name.startswith("var") else EXACT.sqrt(variance), scale)


def series(start: str, stop: str, step: str) -> list[str]:
    """Do generate_series of numerics.

    >>> series("0.1", "4.0", "1.3")
    ['0.1', '1.4', '2.7', '4.0']
    """
    number, last, width = Decimal(start), Decimal(stop), Decimal(step)
    for name, part in (("start", number), ("stop", last), ("step size", width)):
        if not part.is_finite():
            shown = "NaN" if part.is_nan() else "infinity"
            raise InvalidParameterValue(f"{name} value cannot be {shown}")
    if width == 0:
        raise InvalidParameterValue("step size cannot equal zero")
    found = []
    while (number <= last) if width > 0 else (number >= last):
        found.append(format(number, "f"))
        number += width
    return found


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_numeric_series", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR[]", series),
    by_value("pgddb_numeric_divide", ("VARCHAR", "VARCHAR"), "VARCHAR", divide),
    by_value("pgddb_numeric_text", ("VARCHAR",), "VARCHAR", str),
    by_value("pgddb_numeric_binary", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR", binary),
    by_value("pgddb_numeric_function", ("VARCHAR", "VARCHAR"), "VARCHAR", apply),
    by_value("pgddb_numeric_power", ("VARCHAR", "VARCHAR"), "VARCHAR", power),
    by_value("pgddb_numeric_logarithm", ("VARCHAR", "VARCHAR"), "VARCHAR", logarithm),
    by_value("pgddb_numeric_deviation", ("VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR", deviation),
)
