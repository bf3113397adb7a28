"""Know how many digits a numeric shows after the point, where all values of an expression show as many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from pgddb.sql.types.columns import MODIFIER, type_of
from pgddb.sql.types.families import INTEGERS

SCALE = "pg_scale"
"""Meta key of a column: the scale that all its values show."""
CARRIED = "pg_carried_scale"
"""Meta key of a column: the scale of the DECIMAL that carries its values."""
FUNCTION_SCALE = 16
"""Scale of the DECIMAL that carries what the functions for numerics of any size give."""
_TEXT_SCALE = 18

_SAME = (
    *(exp.Neg, exp.Paren, exp.Filter, exp.Window, exp.Sum, exp.Min, exp.Max, exp.Alias, exp.Nullif),
    *(exp.Subquery, exp.Order),
)
_FIXED_CALLS = {
    "pg_extract_seconds": 6,
    "pg_extract_epoch": 6,
    "pg_extract_milliseconds": 3,
    "pg_extract_whole": 0,
    "pg_extract_year": 0,
    "pg_extract_decade": 0,
    "div": 0,
    "ceil": 0,
    "ceiling": 0,
    "floor": 0,
    "sign": 0,
    "gcd": 0,
    "lcm": 0,
}
_SAME_CALLS = frozenset(
    """
    abs lag lead first_value last_value nth_value mod list array_agg histogram quantile_disc pg_mode pg_last_mode
    pg_percentile_disc
    """.split()  # noqa: SIM905 - names read best so
)


def scale_of(node: exp.Expr) -> int | None:
    """Give the scale of a rewritten expression, None where it depends on the row or is not known.

    >>> from pgddb.sql.parse import parse_expression
    >>> scale_of(parse_expression("1.50")), scale_of(parse_expression("7"))
    (2, 0)
    """
    if SCALE in node.meta:
        scale: int = node.meta[SCALE]
        return scale
    modifier = node.meta.get(MODIFIER, -1)
    if type_of(node) == "numeric" and isinstance(modifier, int) and modifier >= 4:
        return (modifier - 4) & 0x7FF
    if type_of(node) in INTEGERS:
        return 0
    read = _READERS.get(type(node))
    if read is not None:
        found: int | None = read(node)
        return found
    if isinstance(node, _SAME) and isinstance(node.this, exp.Expr):
        return scale_of(node.this)
    return _call_scale(node) if isinstance(node, exp.Anonymous) else None


def carried_scale(node: exp.Expr) -> int | None:
    """Give the scale of the DECIMAL that carries an expression, None where that is not known.

    >>> from pgddb.sql.parse import parse_expression
    >>> carried_scale(parse_expression("2 * 1.50")), carried_scale(parse_expression("-(1.5 + 0.25)"))
    (2, 2)
    """
    if CARRIED in node.meta:
        carried: int = node.meta[CARRIED]
        return carried
    if isinstance(node, exp.Mul):
        left, right = carried_scale(node.this), carried_scale(node.args["expression"])
        return None if left is None or right is None else left + right
    if isinstance(node, (exp.Add, exp.Sub, exp.Mod)):
        return widest_carried([node.this, node.args["expression"]])
    if isinstance(node, (exp.Case, exp.Coalesce, exp.Greatest, exp.Least)):
        return widest_carried(chosen_from(node))
    if isinstance(node, exp.Anonymous) and str(node.this).lower().startswith(_NUMERIC_FUNCTIONS):
        return _TEXT_SCALE if str(node.this).lower() == "pg_text_numeric" else FUNCTION_SCALE
    return carried_scale(node.this) if isinstance(node, _SAME) and isinstance(node.this, exp.Expr) else scale_of(node)


_NUMERIC_FUNCTIONS = ("pg_numeric_", "pg_text_numeric")


def chosen_from(node: exp.Expr) -> list[exp.Expr]:
    """Give the values of which CASE or COALESCE chooses one, NULLs aside."""
    parts = [branch.args["true"] for branch in node.args["ifs"]] if isinstance(node, exp.Case) else []
    last = node.args.get("default") if isinstance(node, exp.Case) else node.this
    parts += [last, *node.expressions]
    return [part for part in parts if part is not None and not isinstance(part, exp.Null)]


def widest_carried(values: Sequence[exp.Expr]) -> int | None:
    """Give the scale of the DECIMAL that carries any of several values, None where that is not known."""
    found = [carried_scale(value) for value in values]
    return None if None in found or not found else max(scale for scale in found if scale is not None)


def _call_scale(node: exp.Anonymous) -> int | None:
    name = str(node.this).lower()
    if name == "generate_series":
        scales = [scale_of(part) for part in (node.expressions[0], *node.expressions[2:])]
        return None if None in scales else max(scale for scale in scales if scale is not None)
    if name in _SAME_CALLS and node.expressions:
        return scale_of(node.expressions[0])
    return _FIXED_CALLS.get(name)


def _literal(node: exp.Expr) -> int | None:
    text = str(node.this)
    return None if node.args.get("is_string") or "e" in text.lower() else len(text.partition(".")[2])


def _cast(node: exp.Expr) -> int | None:
    target = node.args["to"]
    if target.this != exp.DType.DECIMAL:
        return None
    numbers = [int(part.name) for part in target.expressions]
    if numbers:
        return numbers[1] if len(numbers) > 1 else 0
    inner = node.this
    if isinstance(inner, exp.Literal) and inner.is_string:
        text = str(inner.this).strip()
        return len(text.partition(".")[2]) if _PLAIN.fullmatch(text) else None
    return scale_of(inner)


_PLAIN = re.compile(r"\s*[-+]?\d*\.?\d+\s*")


def _wider(node: exp.Expr) -> int | None:
    scales = [scale_of(node.this), scale_of(node.args["expression"])]
    return None if None in scales else max(scale for scale in scales if scale is not None)


def _product(node: exp.Expr) -> int | None:
    left, right = scale_of(node.this), scale_of(node.args["expression"])
    return None if left is None or right is None else left + right


def _branches(node: exp.Expr) -> int | None:
    parts = [branch.args["true"] for branch in node.args["ifs"]]
    parts += [node.args["default"]] if node.args.get("default") is not None else []
    return _alike(parts)


def _listed(node: exp.Expr) -> int | None:
    return _alike([node.this, *node.expressions])


def _alike(parts: list[exp.Expr]) -> int | None:
    scales = {scale_of(part) for part in parts if not isinstance(part, exp.Null)}
    return scales.pop() if len(scales) == 1 else None


def _first_output(node: exp.Expr) -> int | None:
    return scale_of(node.expressions[0]) if node.expressions else None


def _elements(array: exp.Expr) -> int | None:
    return _alike(array.expressions) if array.expressions else None


_READERS: dict[type[exp.Expr], Any] = {
    exp.Select: _first_output,
    exp.Distinct: _first_output,
    exp.Bracket: lambda node: scale_of(node.this),
    exp.Array: _elements,
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.Add: _wider,
    exp.Sub: _wider,
    exp.Mod: _wider,
    exp.Mul: _product,
    exp.Case: _branches,
    exp.Coalesce: _listed,
    exp.Greatest: _listed,
    exp.Least: _listed,
}
