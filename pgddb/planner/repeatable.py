"""Say whether a part of a statement gives the same rows whenever it runs over the same rows.

Keys are found by running a part of the statement beforehand. If it gave other rows the second time, rows of the
table that was read by those keys would be missing.
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.types import type_of

_VOLATILE_NODES = (exp.Rand, exp.Randn, exp.Uuid, exp.TableSample)
_VOLATILE_NAMES = frozenset(
    [
        "random", "random_normal", "setseed", "gen_random_uuid", "uuid_generate_v4", "clock_timestamp",
        "timeofday", "statement_timestamp", "nextval", "currval", "lastval", "setval", "pg_sleep",
        "txid_current", "pg_current_xact_id", "pg_backend_pid", "set_config"
    ]
)  # fmt: skip
_ORDER_BOUND = frozenset(
    [
        "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg",
        "any_value", "first", "last", "mode", "percentile_cont", "percentile_disc"
    ]
)  # fmt: skip
"""Aggregates whose value depends on the order of rows, which differs from run to run."""
_ORDER_BOUND_NODES = (exp.ArrayAgg, exp.GroupConcat, exp.AnyValue, exp.First, exp.Last, exp.Mode, exp.WithinGroup)
_FLOATS = frozenset({"double precision", "real"})


def is_repeatable(tree: exp.Expr) -> bool:
    """Say whether a query or expression can be run twice with the same outcome."""
    return not any(_varies(node) for node in tree.walk())


def _varies(node: exp.Expr) -> bool:
    if isinstance(node, (*_VOLATILE_NODES, *_ORDER_BOUND_NODES, exp.Window, exp.Limit, exp.Offset, exp.Fetch)):
        return True
    if isinstance(node, exp.Distinct) and node.args.get("on") is not None:
        return True
    if isinstance(node, exp.AggFunc) and any(type_of(part) in _FLOATS for part in node.find_all(exp.Column)):
        return True
    return isinstance(node, exp.Anonymous) and str(node.this).lower() in _VOLATILE_NAMES | _ORDER_BOUND


def with_ties(query: exp.Select) -> exp.Select | None:
    """Give a query that returns all rows that `ORDER BY ... LIMIT n` may return, whichever of equal rows it takes.

    A query without LIMIT is its own answer; None where there is no such query.
    """
    limit = query.args.get("limit")
    if limit is None and query.args.get("offset") is None:
        return query
    if not isinstance(limit, exp.Limit) or query.args.get("order") is None or query.args.get("distinct"):
        return None
    if any(query.args.get(part) for part in ("group", "having")) or query.find(exp.AggFunc) is not None:
        return None
    counts = [limit.expression, getattr(query.args.get("offset"), "expression", None)]
    if not all(count is None or (isinstance(count, exp.Literal) and count.name.isdigit()) for count in counts):
        return None
    total = sum(int(count.name) for count in counts if count is not None)
    widened = query.copy()
    widened.set("offset", None)
    widened.set(
        "limit",
        exp.Fetch(
            direction="FIRST",
            count=exp.Literal.number(total),
            limit_options=exp.LimitOptions(rows=True, with_ties=True),
        ),
    )
    return widened
