"""Sort, round and aggregate numerics of any size and scale, which come as text.

Source: src/backend/utils/adt/numeric.c of PostgreSQL 15.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pgddb.errors import DivisionByZero, FeatureNotSupported, NumericValueOutOfRange
from pgddb.sql.functions.exact_numbers import EXACT, deviation, display_scale, divide
from pgddb.sql.functions.jsonb_order import number_key
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def sort_key(text: str) -> bytes:
    """Give the key of a numeric: infinities at the ends, NaN after all.

    >>> sorted(["NaN", "10", "9.5", "-Infinity", "Infinity", "-3"], key=sort_key)
    ['-Infinity', '-3', '9.5', '10', 'Infinity', 'NaN']
    """
    number = Decimal(text)
    if number.is_nan():
        return b"\5"
    if number.is_infinite():
        return b"\4" if number > 0 else b"\0"
    return number_key(number)


def rounded(name: str, text: str, places: int) -> str:
    """Do round and trunc of a numeric.

    >>> rounded("round", "2.45", 1), rounded("trunc", "-2.47", 1), rounded("round", "155", -1)
    ('2.5', '-2.4', '160')
    """
    number = Decimal(text)
    if not number.is_finite():
        return text
    found = number.quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP if name == "round" else ROUND_DOWN, context=EXACT
    )
    return format(abs(found) if found == 0 else found, "f")


def integer(text: str, target: str) -> int:
    """Cast a numeric to an integer type.

    Raises:
        FeatureNotSupported: it is NaN or infinite.
        NumericValueOutOfRange: the type has no such number.
    """
    number = Decimal(text)
    if not number.is_finite():
        raise FeatureNotSupported(f"cannot convert {'NaN' if number.is_nan() else 'infinity'} to {target}")
    whole = int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=EXACT))
    if not -_LIMITS[target] <= whole < _LIMITS[target]:
        raise NumericValueOutOfRange(f"{target} out of range")
    return whole


def whole_quotient(left: str, right: str) -> str:
    """Do div(numeric, numeric): the quotient without its fraction."""
    one, other = Decimal(left), Decimal(right)
    if other == 0 and not one.is_nan():
        raise DivisionByZero("division by zero")
    if not one.is_finite() or not other.is_finite():
        return divide(left, right)
    return str(int(EXACT.divide_int(one, other)))


def aggregate(name: str, texts: list[str | None]) -> str | None:
    """Do sum, avg, stddev and their like, of numbers or of those that differ ("sum distinct").

    >>> aggregate("sum", ["1.50", None, "2"]), aggregate("avg distinct", ["1", "1.0", "2"]), aggregate("sum", [])
    ('3.50', '1.5000000000000000', None)
    """
    numbers = [Decimal(text) for text in texts if text is not None]
    name, _, is_distinct = name.partition(" ")
    if is_distinct:
        numbers = list(dict.fromkeys(numbers))
    if not numbers:
        return None
    if name in ("sum", "avg"):
        total = _total(numbers)
        return total if name == "sum" else divide(total, str(len(numbers)))
    if not all(number.is_finite() for number in numbers):
        return "NaN" if len(numbers) > 1 or name.endswith("_pop") else None
    squares = [EXACT.multiply(number, number) for number in numbers]
    return deviation(name, str(len(numbers)), _total(numbers), _total(squares))


def _total(numbers: list[Decimal]) -> str:
    special = {number for number in numbers if number.is_infinite()}
    if any(number.is_nan() for number in numbers) or len(special) > 1:
        return "NaN"
    if special:
        return "Infinity" if special.pop() > 0 else "-Infinity"
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return format(total.quantize(Decimal(1).scaleb(-max(map(display_scale, numbers))), context=EXACT), "f")


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_numeric_key", ("VARCHAR",), "BLOB", sort_key),
    by_value("pgddb_numeric_round", ("VARCHAR", "VARCHAR", "INTEGER"), "VARCHAR", rounded),
    by_value("pgddb_numeric_integer", ("VARCHAR", "VARCHAR"), "BIGINT", integer),
    by_value("pgddb_numeric_whole", ("VARCHAR", "VARCHAR"), "VARCHAR", whole_quotient),
    by_value("pgddb_numeric_aggregate", ("VARCHAR", "VARCHAR[]"), "VARCHAR", aggregate),
)
