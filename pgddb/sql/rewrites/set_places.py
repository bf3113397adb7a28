"""Hold set-returning functions to the places where PostgreSQL has them.

Source: check_srf_call_placement in src/backend/parser/parse_func.c of PostgreSQL
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.rule import call_name
from pgddb.sql.types.builtins import functions
from pgddb.sql.types.places import position_of
from pgddb.sql.types.signatures import SET_RETURNING

_HINT = "You might be able to move the set-returning function into a LATERAL FROM item."
_CLAUSES = {"where": "WHERE", "having": "HAVING", "limit": "LIMIT", "offset": "OFFSET"}


def check_sets(tree: exp.Expr) -> exp.Expr:
    """Refuse a set-returning function where no rows can come of it.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> rewritten("SELECT coalesce(generate_series(1, 3), 0)")
    Traceback (most recent call last):
    pgddb.errors.FeatureNotSupported: set-returning functions are not allowed in COALESCE

    Raises:
        FeatureNotSupported: it stands in such a place, or inside another.
    """
    for node in tree.find_all(exp.Anonymous):
        if call_name(node) in SET_RETURNING and not isinstance(node.parent, exp.Table | exp.Lateral | exp.Unnest):
            _check(node)
    return tree


def _check(node: exp.Expr) -> None:
    inner: exp.Expr = node
    place = node.parent
    while place is not None:
        if (reason := _reason(inner, place)) is not None:
            raise FeatureNotSupported(reason[0], hint=reason[1], position=position_of(node))
        if isinstance(place, exp.Query | exp.From | exp.With):
            return
        inner, place = place, place.parent


Reason = tuple[str, str | None]


def _reason(inner: exp.Expr, place: exp.Expr) -> Reason | None:
    """Say why a set-returning function must not stand in `inner`, a part of `place`; with a hint, if there is one."""
    if isinstance(place, exp.Func):
        return _inside(place)
    not_allowed = "set-returning functions are not allowed in "
    if isinstance(place, exp.Join):
        return not_allowed + "JOIN conditions", None
    if isinstance(place, exp.Values):
        return not_allowed + "VALUES", None
    if isinstance(place, exp.Query) and inner.arg_key in _CLAUSES:
        return not_allowed + _CLAUSES[inner.arg_key], None
    if isinstance(place, exp.Select) and _is_distinct_first(place):
        return "DISTINCT ON beside set-returning functions is not supported", _HINT
    return None


def _is_distinct_first(select: exp.Select) -> bool:
    """Say whether DISTINCT ON chooses rows before the sets are made: where ORDER BY sorts by none of them."""
    distinct, order = select.args.get("distinct"), select.args.get("order")
    if not isinstance(distinct, exp.Distinct) or distinct.args.get("on") is None or order is None:
        return False
    return not any(_sorts_sets(ordered.this, select) for ordered in order.expressions)


def _sorts_sets(key: exp.Expr, select: exp.Select) -> bool:
    if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit():
        key = select.expressions[min(int(key.name), len(select.expressions)) - 1]
    named = [one for one in select.expressions if isinstance(key, exp.Column) and one.alias == key.name]
    return any(call_name(node) in SET_RETURNING for part in (key, *named) for node in part.find_all(exp.Anonymous))


def _inside(place: exp.Func) -> Reason | None:
    """Say why it must not be the argument of a function."""
    if isinstance(place, exp.Case | exp.Coalesce):
        return f"set-returning functions are not allowed in {type(place).__name__.upper()}", _HINT
    kind = "a" if isinstance(place, exp.AggFunc) else _kind(place)
    if kind in ("a", "w"):
        return _cannot_contain("window" if kind == "w" or _is_over(place) else "aggregate"), _HINT
    if isinstance(place, exp.Anonymous) and call_name(place) in SET_RETURNING:
        if isinstance(place.parent, exp.Table | exp.Lateral | exp.Unnest):
            return "set-returning functions must appear at top level of FROM", None
        return "a set-returning function inside another is not supported", _HINT
    return None


def _cannot_contain(kind: str) -> str:
    return f"{kind} function calls cannot contain set-returning function calls"


def _kind(node: exp.Expr) -> str:
    """Give "a" for an aggregate, "w" for a window function."""
    known = functions().get(call_name(node), ()) if isinstance(node, exp.Anonymous) else ()
    return known[0].kind if known else ""


def _is_over(node: exp.Expr) -> bool:
    around = node.parent
    while isinstance(around, exp.Filter | exp.WithinGroup):
        around = around.parent
    return isinstance(around, exp.Window)
