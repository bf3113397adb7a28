"""Make the exact text of a numeric expression, of any number of digits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from pgddb.sql.rewrites.mixed_texts import mixed_text
from pgddb.sql.rewrites.rule import call, call_name, cast_to
from pgddb.sql.types.columns import type_of
from pgddb.sql.types.families import INTEGERS
from pgddb.sql.types.scales import scale_of
from pgddb.sql.types.text_numerics import AS_TEXT, TEXTUAL, textual

EXACT = {
    "pg_numeric_divide": "pgddb_numeric_divide",
    "pg_numeric_binary": "pgddb_numeric_binary",
    "pg_numeric_function": "pgddb_numeric_function",
    "pg_numeric_power": "pgddb_numeric_power",
    "pg_numeric_logarithm": "pgddb_numeric_logarithm",
    "pg_numeric_deviation": "pgddb_numeric_deviation",
    "pg_numeric_text": "pgddb_numeric_text",
}
"""What DECIMAL carries roughly, and the function that gives its exact text from texts."""
SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Mod: "%"}
"""Operators that have a function of exact texts, and their signs."""
_SAME = (exp.Paren, exp.Alias)
_TRIMMED = frozenset(["pg_text_numeric", "pg_float_numeric", "pg_real_numeric"])
_KEEPS_VALUE = (exp.Sum, exp.Min, exp.Max, exp.Neg, exp.Paren, exp.Filter, exp.Window, exp.Coalesce)


def exact_text(value: exp.Expr, *, alone: bool = False) -> exp.Expr | None:
    """Make the exact text of a numeric or integer; `alone` asks for None where DECIMAL's own text must do."""
    while isinstance(value, _SAME):
        value = value.this
    if textual(value) and AS_TEXT not in value.meta and not _is_call(value):
        return None if alone else value.copy()
    if call_name(value) in EXACT:
        return call(EXACT[call_name(value)], *(_argument(part) for part in value.expressions))
    if _needs_text(value):
        return _reckoned(value)
    return _decimal_text(value, alone=alone)


def _decimal_text(value: exp.Expr, *, alone: bool) -> exp.Expr | None:
    if type_of(value) in INTEGERS:
        return cast_to(value.copy(), "VARCHAR")
    scale = scale_of(value)
    if scale is not None and scale <= 38:
        carried = isinstance(value, exp.Cast) and value.args["to"].this == exp.DType.DECIMAL
        return cast_to(value.copy() if carried else cast_to(value.copy(), f"DECIMAL(38, {scale})"), "VARCHAR")
    mixed = mixed_text(value, _argument)
    if mixed is not None or (alone and not _is_trimmed(value)):
        return mixed
    return call("pg_trim_numeric", value.copy())


def _is_call(value: exp.Expr) -> bool:
    """Say whether an expression is yet to become the text that it stands for."""
    return call_name(value) in EXACT or (TEXTUAL not in value.meta and _needs_text(value))


def exact_texts(values: Iterable[exp.Expr]) -> list[exp.Expr]:
    """Make the exact texts of values, NULLs as they are."""
    return [value.copy() if isinstance(value, exp.Null) else _argument(value) for value in values]


def exact_text_of(value: exp.Expr) -> exp.Expr:
    """Make the exact text of one value."""
    return exact_texts([value])[0]


def _argument(part: exp.Expr) -> exp.Expr:
    if isinstance(part, exp.Literal) and part.is_string:
        return part.copy()
    return exact_text(part) or cast_to(part.copy(), "VARCHAR")


def _is_trimmed(value: exp.Expr) -> bool:
    while isinstance(value, _KEEPS_VALUE):
        value = value.this
    return call_name(value) in _TRIMMED


def _needs_text(value: exp.Expr) -> bool:
    """Say whether an operand below is not exact as DECIMAL."""
    while isinstance(value, _SAME):
        value = value.this
    if call_name(value) in EXACT:
        return True
    if type(value) in SIGNS:
        return _needs_text(value.this) or _needs_text(value.args["expression"])
    return isinstance(value, exp.Neg) and _needs_text(value.this)


def _reckoned(value: exp.Expr) -> exp.Expr:
    if isinstance(value, exp.Neg):
        return call("pgddb_numeric_function", "-", _argument(value.this))
    sign = SIGNS[type(value)]
    return call("pgddb_numeric_binary", sign, _argument(value.this), _argument(value.args["expression"]))
