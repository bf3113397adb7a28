"""Divide, take remainders and reckon with intervals as PostgreSQL does."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from pgddb.sql.rewrites.casts import interval_literal
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, cast_to, literal_text
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, MOMENTS, TIME

_MAX_DIGITS = 38


def arithmetic(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Give an operator of numbers or times PostgreSQL's meaning.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("7 / 2")
    7 / 2
    >>> show("1.0 / 3 > 1")
    pg_numeric_divide(1.0, 3) > 1
    >>> show("interval '1 day' * 2")
    CAST('0 months 1 days 0 microseconds' AS INTERVAL) * 2
    >>> show("date '2024-01-02' - date '2024-01-01'")
    (CAST((CAST('2024-01-02' AS DATE) - CAST('2024-01-01' AS DATE)) AS INT))
    >>> show("2 ^ 3")
    power(CAST(2 AS DOUBLE), CAST(3 AS DOUBLE))
    """
    if isinstance(node, exp.Literal):
        return _literal(node)
    if isinstance(node, exp.Sqrt):
        return call("sqrt", node.this)
    return _binary(node)


def _binary(node: exp.Expr) -> Answer:
    left, right = node.this, node.args["expression"]
    types = type_of(left), type_of(right)
    if isinstance(node, exp.Pow):
        return call("pg_numeric_power" if "numeric" in types else "power", left, right)
    if "numeric" in types and not set(types) - {"numeric", *INTEGERS} and _exceeds(node):
        return call("pg_numeric_binary", _SIGNS[type(node)], left, right)
    if isinstance(node, exp.Div):
        return _divide(left, right)
    if "interval" in types and isinstance(node, exp.Mul):
        return _scale_interval(left, right)
    if isinstance(node, (exp.Add, exp.Sub)) and (types[0] in (*MOMENTS, TIME, "interval")) and types[1] == "unknown":
        return _with_literal(node, left, right)
    return _days(node) if types == ("date", "date") and isinstance(node, exp.Sub) else PASS


_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


def _exceeds(node: exp.Expr) -> bool:
    """Say whether a product or sum of constants has more digits than DECIMAL."""
    if type(node) not in _SIGNS:
        return False
    widths = [_width(node.this), _width(node.args["expression"])]
    if 0 in widths:
        return False
    return (sum(widths) if isinstance(node, exp.Mul) else max(widths) + 1) > _MAX_DIGITS


def _width(node: exp.Expr) -> int:
    """Give the digits of a constant, 0 for anything else."""
    while isinstance(node, (exp.Paren, exp.Neg)):
        node = node.this
    if isinstance(node, exp.Cast):
        node = node.this
    return len(str(node.this).replace(".", "")) if isinstance(node, exp.Literal) else 0


def _days(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=cast_to(exp.Paren(this=node.copy()), "INTEGER"))


def _literal(node: exp.Literal) -> Answer:
    """Keep a number exact: DuckDB reads what is too long for DECIMAL, or has an exponent, as DOUBLE."""
    text = str(node.this)
    if node.is_string or (text.isdigit() and len(text) <= 18):
        return PASS
    if "e" in text.lower():
        plain = format(Decimal(text), "f")
        if len(plain.replace(".", "").lstrip("0")) > _MAX_DIGITS:
            return call("pg_numeric_text", plain)
        return cast_to(exp.Literal.string(plain), f"DECIMAL(38, {len(plain.partition('.')[2])})")
    if len(text.replace(".", "").lstrip("0")) > _MAX_DIGITS:
        return call("pg_numeric_text", text)
    return PASS


def _divide(left: exp.Expr, right: exp.Expr) -> Answer:
    types = {type_of(left), type_of(right)}
    if "interval" in types:
        return call("pg_interval_divide", left, right)
    if "numeric" in types and not types & {DOUBLE, "real", None}:
        return call("pg_numeric_divide", left, right)
    return exp.Div(this=left, expression=right)


def _scale_interval(left: exp.Expr, right: exp.Expr) -> Answer:
    interval, factor = (left, right) if type_of(left) == "interval" else (right, left)
    if type_of(factor) in INTEGERS:
        return exp.Mul(this=interval, expression=factor)
    return call("pg_interval_scale", interval, cast_to(factor, "DOUBLE"))


def _with_literal(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> Answer:
    """Read an untyped literal as PostgreSQL does: as the other side's type, for sums of times as an interval."""
    text = literal_text(right)
    if text is None:
        return PASS
    if isinstance(node, exp.Add) or type_of(left) == "interval":
        return type(node)(this=left, expression=interval_literal(text))
    return PASS


RULE = Rule((exp.Literal, exp.Div, exp.Mul, exp.Add, exp.Sub, exp.Mod, exp.Pow, exp.Sqrt), arithmetic)
