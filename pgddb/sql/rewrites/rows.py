"""Write row values as DuckDB does."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call_name
from pgddb.sql.types.annotate import set_type

_STRICT: dict[type[exp.Expr], type[exp.Expr]] = {exp.GTE: exp.GT, exp.LTE: exp.LT}
_ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)


def row_value(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Compare rows field by field, with NULLs as SQL has them.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("(a, b) > (1, 2)")
    ("a" > 1 OR ("a" = 1 AND ("b" > 2)))
    >>> show("ROW(1, 2) = (a, b)")
    (1 = "a" AND 2 = "b")
    """
    if call_name(node) == "row":
        row = exp.Tuple(expressions=node.expressions)
        set_type(row, "record")
        return row
    if isinstance(node, exp.Is):
        return _is_null(node)
    if not isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return PASS
    left, right = node.this, node.args["expression"]
    if not (isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple)):
        return PASS
    pairs = list(zip(left.expressions, right.expressions, strict=False))
    if len(left.expressions) != len(right.expressions):
        raise FeatureNotSupported("unequal number of entries in row expressions")
    if isinstance(node, _ORDERED):
        return exp.Paren(this=_ordered(type(node), pairs))
    join = exp.and_ if isinstance(node, exp.EQ) else exp.or_
    return exp.Paren(this=join(*(type(node)(this=one.copy(), expression=other.copy()) for one, other in pairs)))


def _ordered(kind: type[exp.Expr], pairs: list[tuple[exp.Expr, exp.Expr]]) -> exp.Expr:
    one, other = pairs[0]
    if len(pairs) == 1:
        return exp.Paren(this=kind(this=one.copy(), expression=other.copy()))
    strict = _STRICT.get(kind, kind)
    same = exp.EQ(this=one.copy(), expression=other.copy())
    first = strict(this=one.copy(), expression=other.copy())
    return exp.Or(this=first, expression=exp.Paren(this=exp.And(this=same, expression=_ordered(kind, pairs[1:]))))


def _is_null(node: exp.Is) -> Answer:
    """Say of a row that all its fields are NULL."""
    row = node.this
    if not isinstance(row, exp.Tuple) or not isinstance(node.args["expression"], exp.Null):
        return PASS
    tests: list[exp.Expr] = [exp.Is(this=part.copy(), expression=exp.Null()) for part in row.expressions]
    if node.args.get("negate"):
        return exp.Paren(this=exp.and_(*(exp.Not(this=test) for test in tests)))
    if isinstance(node.parent, exp.Not):  # IS NOT NULL: no field is, which is not the opposite
        nothing = exp.and_(*(exp.Not(this=test) for test in tests))
        return exp.Paren(this=exp.Not(this=exp.Paren(this=nothing)))
    return exp.Paren(this=exp.and_(*tests))


RULE = Rule((exp.Anonymous, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is), row_value)
