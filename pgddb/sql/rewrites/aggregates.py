"""Aggregate as PostgreSQL does: exact averages, json aggregates, ordered sets."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedFunction
from pgddb.sql.rewrites.aggregate_parts import inner_of, is_wrapped, replaced
from pgddb.sql.rewrites.interval_aggregates import interval_average, interval_sum
from pgddb.sql.rewrites.json_values import json_text
from pgddb.sql.rewrites.ordered_sets import within_group
from pgddb.sql.rewrites.rule import NO_FUNCTION_HINT, PASS, Answer, Rewriting, Rule, call, call_name, cast_to
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import INTEGERS, NUMBERS, TEXTS
from pgddb.sql.types.places import position_of
from pgddb.sql.types.scales import scale_of

_WRAPPED = {
    "json_agg": "pg_json_agg",
    "jsonb_agg": "pg_jsonb_agg",
    "json_object_agg": "pg_json_object_agg",
    "jsonb_object_agg": "pg_jsonb_object_agg",
}
_RENAMED = {"array_agg": "list", "every": "bool_and"}


def aggregate(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Rewrite an aggregate with the FILTER, OVER and WITHIN GROUP around it.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("json_agg(1 ORDER BY 2) FILTER (WHERE true)")
    pg_json_agg(list(pg_json_number(1) ORDER BY 2) FILTER(WHERE TRUE))
    """
    if is_wrapped(node):
        return PASS
    inner = inner_of(node)
    if isinstance(inner, exp.WithinGroup):
        return _within_group(node, inner)
    if isinstance(node, exp.Window) and any(
        isinstance(part, exp.Distinct) for part in (inner.this, *inner.expressions)
    ):
        raise FeatureNotSupported("DISTINCT is not implemented for window functions")
    _guard_argument(node, inner)
    read = _SIMPLE.get(type(inner))
    if read is not None:
        return read(node, inner)
    name = call_name(inner)
    return _named(node, inner, name) if name else PASS


def _named(node: exp.Expr, inner: exp.Expr, name: str) -> Answer:
    if name in _WRAPPED:
        return _json(node, inner, name)
    if name in _RENAMED and (inner is node or name == "every"):
        return replaced(node, inner, _renamed(inner, name))
    if name == "string_agg":
        texts = _string_agg(inner)
        return texts if texts is PASS else replaced(node, inner, texts)  # type: ignore[arg-type]  # it is a node
    if name in _DEVIATIONS and type_of(inner) == "numeric":
        return _deviation(node, inner, name)
    return PASS


def _within_group(node: exp.Expr, inner: exp.WithinGroup) -> Answer:
    if isinstance(node, exp.Window):
        raise FeatureNotSupported(
            f"OVER is not supported for ordered-set aggregate {call_name(inner.this)}", position=position_of(inner)
        )
    return within_group(inner, node.expression.this if isinstance(node, exp.Filter) else None)


_HARMLESS = (exp.Column, exp.Identifier, exp.Literal, exp.Star, exp.Paren, exp.Boolean, exp.Null)


def _guard_argument(node: exp.Expr, inner: exp.Expr) -> None:
    """Reckon an argument only for the rows that FILTER takes: for others it may fail, as 1 / x does."""
    filtered = node if isinstance(node, exp.Filter) else node.this
    arguments = [part for part in (inner.args.get("this"), *inner.expressions) if isinstance(part, exp.Expr)]
    if not isinstance(filtered, exp.Filter) or len(arguments) != 1:
        return
    argument = arguments[0]
    if isinstance(argument, (exp.Distinct, exp.Order)) or all(isinstance(p, _HARMLESS) for p in argument.walk()):
        return
    guarded = exp.Case(ifs=[exp.If(this=filtered.expression.this.copy(), true=argument.copy())])
    set_type(guarded, type_of(argument))
    argument.replace(guarded)


def _average(node: exp.Expr, inner: exp.Expr) -> Answer:
    kind = type_of(_argument(inner.this))
    if kind == "interval":
        return interval_average(node, inner)
    if kind not in INTEGERS and kind != "numeric":
        if kind in TEXTS:
            raise UndefinedFunction(f"function avg({kind}) does not exist", hint=NO_FUNCTION_HINT)
        return PASS
    total = replaced(node, inner, exp.Sum(this=inner.this.copy()))
    count = replaced(node, inner, exp.Count(this=inner.this.copy()))
    return call("pg_numeric_divide", total, exp.Nullif(this=count, expression=exp.Literal.number(0)))


def _sum(node: exp.Expr, inner: exp.Expr) -> Answer:
    kind = type_of(_argument(inner.this))
    if kind is not None and kind not in (*NUMBERS, "interval"):
        raise UndefinedFunction(f"function sum({kind}) does not exist", hint=NO_FUNCTION_HINT)
    if kind == "interval":
        return interval_sum(node, inner)
    if kind in ("smallint", "integer"):
        return cast_to(replaced(node, inner, inner.copy()), "BIGINT")
    if kind == "bigint":
        return cast_to(replaced(node, inner, inner.copy()), "DECIMAL(38, 0)")
    return PASS


def _extreme(_node: exp.Expr, inner: exp.Expr) -> Answer:
    kind = type_of(_argument(inner.this))
    if kind in ("uuid", "json", "jsonb", "boolean", "bytea"):
        raise UndefinedFunction(
            f"function {type(inner).__name__.lower()}({kind}) does not exist", hint=NO_FUNCTION_HINT
        )
    return PASS


_DEVIATIONS = {
    "stddev": "stddev_samp",
    "variance": "var_samp",
    **{name: name for name in ("stddev_samp", "stddev_pop", "var_samp", "var_pop")},
}


def _deviation(node: exp.Expr, inner: exp.Expr, name: str) -> exp.Expr:
    """Reckon from count, sum and sum of squares, as PostgreSQL does for exact numbers."""
    argument = inner.expressions[0]
    value = _argument(argument)
    scale = scale_of(value)
    exact = cast_to(value.copy(), f"DECIMAL(38, {min(scale or 0, 9) if scale is not None else 9})")
    square = exp.Mul(this=exp.Paren(this=exact.copy()), expression=exp.Paren(this=exact.copy()))
    parts = [_around(argument, value, part) for part in (exact, square)]
    count = replaced(node, inner, exp.Count(this=parts[0].copy()))
    total = replaced(node, inner, exp.Sum(this=parts[0]))
    squares = replaced(node, inner, exp.Sum(this=parts[1]))
    return call("pg_numeric_deviation", _DEVIATIONS[name], count, total, squares)


def _argument(argument: exp.Expr) -> exp.Expr:
    return argument.expressions[0] if isinstance(argument, exp.Distinct) else argument


def _json(node: exp.Expr, inner: exp.Expr, name: str) -> exp.Expr:
    arguments = inner.expressions
    last = arguments[-1]
    value = _argument(last.this if isinstance(last, exp.Order) else last)
    element: exp.Expr = json_text(value)
    if "object" in name:
        element = call("pg_json_pair", arguments[0].copy(), element)
    listed = call("list", _around(last, value, element))
    wrapper = "pg_json_agg_rows" if name == "json_agg" and type_of(value) == "record" else _WRAPPED[name]
    wrapped = call(wrapper, replaced(node, inner, listed))
    set_type(wrapped, "jsonb" if name.startswith("jsonb") else "json")
    return wrapped


def _around(argument: exp.Expr, value: exp.Expr, element: exp.Expr) -> exp.Expr:
    """Put another value inside an aggregate's DISTINCT and ORDER BY."""
    if argument is value:
        return element
    copied = argument.copy()
    inside = copied.this if isinstance(copied, exp.Order) else copied
    if isinstance(inside, exp.Distinct):
        inside.set("expressions", [element])
    else:
        copied.set("this", element)
    return copied


def _renamed(inner: exp.Expr, name: str) -> exp.Expr:
    arguments = [argument.copy() for argument in inner.expressions]
    if name == "array_agg":
        arguments = [_ordered_distinct(argument) for argument in arguments]
    return call(_RENAMED[name], *arguments)


def _ordered_distinct(argument: exp.Expr) -> exp.Expr:
    """Sort DISTINCT values, as PostgreSQL's way of finding them does."""
    if not isinstance(argument, exp.Distinct):
        return argument
    value = argument.expressions[0]
    order = exp.Ordered(this=value.copy(), nulls_first=False)
    return exp.Order(this=argument, expressions=[order])


def _string_agg(inner: exp.Expr) -> Answer:
    """Put what DISTINCT holds into the places of arguments."""
    first = inner.expressions[0]
    order = first if isinstance(first, exp.Order) else None
    distinct = order.this if order is not None else first
    if not isinstance(distinct, exp.Distinct) or len(distinct.expressions) != 2:
        return PASS
    value, separator = (part.copy() for part in distinct.expressions)
    if order is not None:
        separator = exp.Order(this=separator, expressions=[one.copy() for one in order.expressions])
    return call("string_agg", exp.Distinct(expressions=[value]), separator)


_SIMPLE: dict[type[exp.Expr], Callable[[exp.Expr, exp.Expr], Answer]] = {
    exp.Avg: _average,
    exp.Sum: _sum,
    exp.Min: _extreme,
    exp.Max: _extreme,
}
RULE = Rule((exp.Anonymous, exp.Avg, exp.Sum, exp.Min, exp.Max, exp.Filter, exp.Window, exp.WithinGroup), aggregate)
