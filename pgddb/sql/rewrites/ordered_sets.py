"""Aggregate over rows in an order: percentiles, mode, and the places that a row would have.

Source: src/backend/utils/adt/orderedsetaggs.c of PostgreSQL
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import UndefinedFunction
from pgddb.sql.rewrites.rule import NO_FUNCTION_HINT, Answer, call, call_name, cast_to
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.signatures import HYPOTHETICAL
from pgddb.sql.types.text_numerics import textual


def within_group(node: exp.WithinGroup, condition: exp.Expr | None) -> Answer:
    """Rewrite an aggregate WITHIN GROUP; `condition` is that of FILTER.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("mode() WITHIN GROUP (ORDER BY x) FILTER (WHERE y)")
    pg_mode(histogram(CASE WHEN "y" THEN "x" END))
    >>> show("percentile_cont(0.5) WITHIN GROUP (ORDER BY x)")
    pg_percentile(list(CAST("x" AS DOUBLE) ORDER BY CAST("x" AS DOUBLE)) FILTER(WHERE NOT CAST("x" AS DOUBLE) IS NULL),\
 CAST(0.5 AS DOUBLE))
    """
    name = call_name(node.this)
    if name in HYPOTHETICAL:
        return _hypothetical(node, name, condition)
    ordered = node.args["expression"].expressions[0]
    descends = bool(ordered.args.get("desc"))
    kind = type_of(ordered.this)
    value = ordered.this.copy()
    if condition is not None:
        value = exp.Case(ifs=[exp.If(this=condition.copy(), true=value)])
    if name == "mode":
        return call("pg_last_mode" if descends else "pg_mode", call("histogram", value))
    if name not in ("percentile_cont", "percentile_disc"):
        raise UndefinedFunction(f"function {name} does not exist", hint=NO_FUNCTION_HINT)
    fraction = node.this.expressions[0]
    several = (type_of(fraction) or "").endswith("[]")
    wanted = "double precision[]" if several else "double precision"
    if name == "percentile_disc":
        if not (descends or several or textual(ordered.this)) and _is_fraction(fraction):
            return call("quantile_disc", value, fraction)
        macro = "pg_percentiles_disc" if several else "pg_percentile_disc"
    else:
        macro = "pg_interval_percentile" if kind == "interval" else "pg_percentile"
        macro += "s" if several else ""
        value = value if kind in ("interval", "double precision") else cast_to(value, "DOUBLE")
    if type_of(fraction) != wanted:
        fraction = cast_to(fraction, "DOUBLE[]" if several else "DOUBLE")
    return call(macro, _sorted(value, descends=descends), fraction)


def _is_fraction(node: exp.Expr) -> bool:
    while isinstance(node, exp.Cast):
        node = node.this
    return isinstance(node, exp.Literal) and not node.is_string and 0 <= float(node.name) <= 1


def _sorted(value: exp.Expr, *, descends: bool) -> exp.Expr:
    """List the values that are no NULL in their order."""
    present = exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())))
    order = exp.Order(this=value.copy(), expressions=[exp.Ordered(this=value, desc=descends or None)])
    return exp.Filter(this=call("list", order), expression=present)


def _hypothetical(node: exp.WithinGroup, name: str, condition: exp.Expr | None) -> exp.Expr:
    """Count the rows that stand before, or beside, the row that might be there."""
    orders = node.args["expression"].expressions
    given = node.this.expressions
    if len(orders) != len(given):
        raise UndefinedFunction(f"function {name} does not exist", hint=NO_FUNCTION_HINT)
    before = _stands_before(list(zip(orders, given, strict=True)))
    beside = exp.and_(
        *(
            exp.NullSafeEQ(this=one.this.copy(), expression=value.copy())
            for one, value in zip(orders, given, strict=True)
        )
    )
    total: exp.Expr = exp.Count(this=exp.Star())
    if condition is not None:
        before, beside = exp.and_(condition.copy(), before), exp.and_(condition.copy(), beside)
        total = exp.Filter(this=total, expression=exp.Where(this=condition.copy()))
    count = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=before))
    one = exp.Literal.number(1)
    if name == "rank":
        return exp.Paren(this=exp.Add(this=count, expression=one))
    if name == "dense_rank":
        row = call("row", *(part.this.copy() for part in orders))  # a row of NULLs counts, a NULL does not
        distinct = exp.Count(this=exp.Distinct(expressions=[row]))
        return exp.Paren(
            this=exp.Add(this=exp.Filter(this=distinct, expression=exp.Where(this=before.copy())), expression=one)
        )
    if name == "percent_rank":
        share = exp.Div(
            this=cast_to(count, "DOUBLE"), expression=exp.Nullif(this=total, expression=exp.Literal.number(0))
        )
        return call("coalesce", share, cast_to(exp.Literal.number(0), "DOUBLE"))
    through = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=exp.or_(before.copy(), beside)))
    above = exp.Paren(this=exp.Add(this=cast_to(through, "DOUBLE"), expression=one))
    return exp.Div(this=above, expression=exp.Paren(this=exp.Add(this=total, expression=one.copy())))


def _stands_before(pairs: list[tuple[exp.Expr, exp.Expr]]) -> exp.Expr:
    """Say that a row sorts before the given one; NULLs are large, as in PostgreSQL."""
    (ordered, value), rest = pairs[0], pairs[1:]
    descends = bool(ordered.args.get("desc"))
    mine, theirs = ordered.this.copy(), value.copy()
    nulls_first = bool(ordered.args.get("nulls_first", descends))
    comparison = (exp.GT if descends else exp.LT)(this=mine, expression=theirs)
    null, other = (mine, theirs) if nulls_first else (theirs, mine)
    edge = exp.and_(
        exp.Is(this=null.copy(), expression=exp.Null()), exp.Not(this=exp.Is(this=other.copy(), expression=exp.Null()))
    )
    first = exp.or_(call("coalesce", comparison, exp.false()), edge)
    if not rest:
        return exp.Paren(this=first)
    same = exp.NullSafeEQ(this=mine.copy(), expression=theirs.copy())
    return exp.Paren(this=exp.or_(first, exp.and_(same, _stands_before(rest))))
