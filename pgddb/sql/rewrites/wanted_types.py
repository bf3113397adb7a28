"""Take literals and arguments as the types that the chosen functions and operators want."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from pgddb.sql.rewrites.rule import named_type
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.calls import WANTED
from pgddb.sql.types.families import DOUBLE, INTEGERS, MOMENTS, TEXTS
from pgddb.sql.types.text_numerics import AS_TEXT

_AS_THEY_ARE = frozenset(['"any"', "record", "anyarray", *TEXTS])
_FLOATS = (DOUBLE, "real")


def cast_wanted(nodes: Iterable[exp.Expr]) -> bool:
    """Put the casts that PostgreSQL's analysis puts in, before the rules run; False where there were none.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("date '2024-01-02' > '2024-1-1'")
    CAST('2024-01-02' AS DATE) > CAST('2024-01-01' AS DATE)
    >>> show("sqrt(16)")
    sqrt(CAST(16 AS DOUBLE))
    """
    found = False
    for node in nodes:
        wanted = node.meta_get(WANTED)
        if wanted is None or wanted in _AS_THEY_ARE:
            continue
        literal = _literal(node)
        if literal is not None:
            _cast(literal, wanted)
            found = True
        elif _goes_over(node, wanted):
            _cast(node, wanted)
            found = True
    return found


def _literal(node: exp.Expr) -> exp.Expr | None:
    while isinstance(node, exp.Paren):
        node = node.this
    return node if isinstance(node, exp.Literal) and node.is_string else None


def _goes_over(node: exp.Expr, wanted: str) -> bool:
    """Say whether a function wants a value as another type that DuckDB would not choose by itself."""
    kind = type_of(node)
    if kind is None or kind == wanted or not isinstance(node.parent, exp.Func):
        return False
    if isinstance(node.parent, exp.AggFunc | exp.Coalesce | exp.Greatest | exp.Least | exp.Case | exp.If | exp.Array):
        return False
    if wanted in MOMENTS:
        return kind in MOMENTS
    return (wanted in _FLOATS and kind in (*INTEGERS, "numeric", "real")) or (wanted == "numeric" and kind in INTEGERS)


def _cast(node: exp.Expr, wanted: str) -> None:
    cast = exp.Cast(this=node.copy(), to=named_type(wanted))
    set_type(cast, wanted)
    if AS_TEXT in node.meta:
        cast.meta[AS_TEXT] = True
        cast.this.meta.pop(AS_TEXT)
    node.replace(cast)
