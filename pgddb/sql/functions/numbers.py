"""Define PostgreSQL's mathematical functions.

Source: https://www.postgresql.org/docs/15/functions-math.html
"""

from __future__ import annotations

import math

from pgddb.errors import NumericValueOutOfRange
from pgddb.sql.functions.macros import macros
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_EXACT_DEGREES: dict[str, dict[float, float]] = {
    "sin": {0: 0.0, 30: 0.5, 90: 1.0, 150: 0.5, 180: 0.0, 210: -0.5, 270: -1.0, 330: -0.5},
    "cos": {0: 1.0, 60: 0.5, 90: 0.0, 120: -0.5, 180: -1.0, 240: -0.5, 270: 0.0, 300: 0.5},
    "tan": {0: 0.0, 45: 1.0, 90: math.inf, 135: -1.0, 180: 0.0, 225: 1.0, 270: -math.inf, 315: -1.0},
    "cot": {0: math.inf, 45: 1.0, 90: 0.0, 135: -1.0, 180: -math.inf, 225: 1.0, 270: 0.0, 315: -1.0},
    "asin": {-1: -90.0, -0.5: -30.0, 0: 0.0, 0.5: 30.0, 1: 90.0},
    "acos": {-1: 180.0, -0.5: 120.0, 0: 90.0, 0.5: 60.0, 1: 0.0},
    "atan": {-1: -45.0, 0: 0.0, 1: 45.0},
}
"""Where the functions of degrees have exact values."""


def in_degrees(name: str, value: float) -> float:
    """Do sind, acosd and their like.

    >>> in_degrees("sin", 30), in_degrees("acos", 0.5)
    (0.5, 60.0)
    """
    inverse = name.startswith("a")
    if math.isnan(value):
        return value
    if (math.isinf(value) and name != "atan") or (name in ("asin", "acos") and abs(value) > 1):
        raise NumericValueOutOfRange("input is out of range")
    exact = _EXACT_DEGREES[name].get(value if inverse else math.fmod(value, 360) % 360)
    if exact is not None:
        return exact
    if inverse:
        return math.degrees(getattr(math, name)(value))
    radians = math.radians(math.fmod(value, 360))
    return 1 / math.tan(radians) if name == "cot" else float(getattr(math, name)(radians))


FUNCTIONS: tuple[ScalarFunction, ...] = (by_value("pgddb_degrees", ("VARCHAR", "DOUBLE"), "DOUBLE", in_degrees),)
MACROS = macros(r"""
    pg_round_float(x) AS system.main.round_even(x, 0);
    pg_float_multiply(a, b) AS CASE
        WHEN isinf(a * b) AND NOT isinf(a) AND NOT isinf(b) THEN error('pgddb.error|22003|value out of range: overflow')
        WHEN a * b = 0 AND a <> 0 AND b <> 0 THEN error('pgddb.error|22003|value out of range: underflow')
        ELSE a * b END;
    pg_numeric(x) AS CASE WHEN x IN ('NaN', 'Infinity', '-Infinity')
        THEN error('pgddb.error|0A000|a numeric ' || x || ' inside an expression is not supported')
        ELSE x::DECIMAL(38, 16) END;
    pg_finite_numeric(x) AS CASE WHEN x IN ('NaN', 'Infinity', '-Infinity')
        THEN error('pgddb.error|0A000|a numeric ' || x || ' with a declared precision is not supported') ELSE x END;
    pg_numeric_text(x) AS pgcat.pg_numeric(x);
    pg_numeric_divide(a, b) AS pgcat.pg_numeric(pgddb_numeric_divide(a::VARCHAR, b::VARCHAR));
    pg_numeric_binary(s, a, b) AS pgcat.pg_numeric(pgddb_numeric_binary(s, a::VARCHAR, b::VARCHAR));
    pg_numeric_function(f, a) AS pgcat.pg_numeric(pgddb_numeric_function(f, a::VARCHAR));
    pg_numeric_power(a, b) AS pgcat.pg_numeric(pgddb_numeric_power(a::VARCHAR, b::VARCHAR));
    pg_numeric_logarithm(a, b) AS pgcat.pg_numeric(pgddb_numeric_logarithm(a::VARCHAR, b::VARCHAR));
    pg_numeric_deviation(f, n, s, q) AS
        pgcat.pg_numeric(pgddb_numeric_deviation(f, n::VARCHAR, s::VARCHAR, q::VARCHAR));
    pg_trim_numeric(x) AS CASE WHEN contains(x::VARCHAR, '.')
        THEN system.main.rtrim(system.main.rtrim(x::VARCHAR, '0'), '.') ELSE x::VARCHAR END;
    pg_scaled_text(x, k, s) AS CASE WHEN s = 0 THEN split_part(x::VARCHAR, '.', 1)
        ELSE system.main.left(x::VARCHAR, system.main.length(x::VARCHAR) - k + s) END;
    div(a, b) AS CASE WHEN b = 0 THEN error('pgddb.error|22012|division by zero') ELSE trunc(a / b) END;
    pg_integer_remainder(a, b) AS CASE WHEN b = -1 THEN a - a ELSE a % b END;
    pg_shift_left(x, n, m, b) AS list_transform(
        [x::HUGEINT * (1::HUGEINT << (n & m)) % (1::HUGEINT << b)],
        lambda r: CASE WHEN r >= 1::HUGEINT << (b - 1) THEN r - (1::HUGEINT << b)
                       WHEN r < -(1::HUGEINT << (b - 1)) THEN r + (1::HUGEINT << b) ELSE r END)[1];
    mod(a, b) AS CASE WHEN b = 0 THEN error('pgddb.error|22012|division by zero') ELSE a % b END;
    ceiling(x) AS system.main.ceil(x);
    log10(x) AS system.main.log10(x);
    log(x) AS system.main.log10(x), (b, x) AS system.main.ln(x) / system.main.ln(b);
    power(a, b) AS CASE
        WHEN a = 0 AND b < 0
            THEN error('pgddb.error|2201F|zero raised to a negative power is undefined')
        WHEN a < 0 AND b <> trunc(b)
            THEN error('pgddb.error|2201F|a negative number raised to a non-integer power yields a complex result')
        ELSE system.main.pow(a, b) END;
    sqrt(x) AS CASE WHEN x < 0 THEN error('pgddb.error|2201F|cannot take square root of a negative number')
                    ELSE system.main.sqrt(x) END;
    ln(x) AS CASE WHEN x = 0 THEN error('pgddb.error|2201E|cannot take logarithm of zero')
                  WHEN x < 0 THEN error('pgddb.error|2201E|cannot take logarithm of a negative number')
                  ELSE system.main.ln(x) END;
    sind(x) AS pgddb_degrees('sin', x);
    cosd(x) AS pgddb_degrees('cos', x);
    tand(x) AS pgddb_degrees('tan', x);
    cotd(x) AS pgddb_degrees('cot', x);
    asind(x) AS pgddb_degrees('asin', x);
    acosd(x) AS pgddb_degrees('acos', x);
    atand(x) AS pgddb_degrees('atan', x);
    atan2d(y, x) AS degrees(system.main.atan2(y, x));
    pg_no_number(x) AS x::VARCHAR = 'nan';
    pg_infinite(x) AS contains(x::VARCHAR, 'inf');
    width_bucket(o, a) AS CASE WHEN len(list_filter(a, lambda e: e IS NULL)) > 0
            THEN error('pgddb.error|22004|thresholds array must not contain NULLs')
            WHEN o IS NOT NULL THEN len(list_filter(a, lambda e: e <= o)) END,
        (o, l, h, c) AS CASE WHEN pgcat.pg_no_number(o) OR pgcat.pg_no_number(l) OR pgcat.pg_no_number(h)
            THEN error('pgddb.error|2201G|operand, lower bound, and upper bound cannot be NaN')
             WHEN pgcat.pg_infinite(l) OR pgcat.pg_infinite(h)
            THEN error('pgddb.error|2201G|lower and upper bounds must be finite')
             WHEN c <= 0 THEN error('pgddb.error|2201G|count must be greater than zero')
             WHEN l = h THEN error('pgddb.error|2201G|lower bound cannot equal upper bound')
             WHEN l < h THEN CASE WHEN o < l THEN 0 WHEN o >= h THEN c + 1
                ELSE (floor((o - l)::DOUBLE / (h - l) * c) + 1)::INTEGER END
             ELSE CASE WHEN o > l THEN 0 WHEN o <= h THEN c + 1
                ELSE (floor((l - o)::DOUBLE / (l - h) * c) + 1)::INTEGER END END;
    acosh(x) AS CASE WHEN x < 1 THEN error('pgddb.error|22003|input is out of range') ELSE system.main.acosh(x) END;
    scale(x) AS CASE WHEN x IS NULL THEN NULL
        WHEN contains(x::VARCHAR, '.') THEN system.main.length(split_part(x::VARCHAR, '.', 2)) ELSE 0 END;
    min_scale(x) AS system.main.length(system.main.rtrim(split_part(x::VARCHAR, '.', 2), '0'));
    trim_scale(x) AS pgcat.pg_trim_numeric(x)::DECIMAL(38, 18);
    pg_number_text(x, f) AS pgddb_number_text(x::VARCHAR, f);
    to_number(s, f) AS pgddb_parse_number(s, f)::DECIMAL(38, 10);
    setseed(x) AS system.main.setseed(x)
""")
