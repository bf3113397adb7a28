"""Add up intervals: months, days and microseconds each on their own, as PostgreSQL keeps them."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.aggregate_parts import replaced
from pgddb.sql.rewrites.rule import call

_PARTS = ("pg_months", "pg_days", "pg_microseconds")


def interval_sum(node: exp.Expr, inner: exp.Expr) -> exp.Expr:
    """Rewrite sum of intervals, with the FILTER and OVER around it."""
    if isinstance(inner.this, exp.Distinct):
        raise FeatureNotSupported(f"{inner.key}(DISTINCT) of intervals is not supported")
    totals = [replaced(node, inner, exp.Sum(this=call(part, inner.this.copy()))) for part in _PARTS]
    return call("pg_interval_of", *totals)


def interval_average(node: exp.Expr, inner: exp.Expr) -> exp.Expr:
    """Rewrite avg of intervals."""
    count = replaced(node, inner, exp.Count(this=inner.this.copy()))
    return call(
        "pg_interval_divide", interval_sum(node, inner), exp.Nullif(this=count, expression=exp.Literal.number(0))
    )
