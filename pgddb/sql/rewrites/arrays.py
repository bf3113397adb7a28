"""Read subscripts and slices of arrays as PostgreSQL does."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.dimensions import depth_of
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import VECTORS


def subscript(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Make subscripts below 1 give NULL, where DuckDB counts from the end.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("(ARRAY[1, 2])[0]")
    NULL
    >>> show("(ARRAY[1, 2])[2]")
    ([1, 2])[2]
    >>> show("x[i]")
    "x"[CASE WHEN "i" > 0 THEN "i" END]
    """
    if isinstance(node, exp.Array):
        return _array_query(node)
    if type_of(node.this) == "jsonb" or len(node.expressions) != 1:
        return PASS
    return _vector_element(node) if type_of(node.this) in VECTORS else _element(node)


def _element(node: exp.Expr) -> Answer:
    index = node.expressions[0]
    if isinstance(index, exp.Slice):
        return _slice(index) if not _slices(node.this) else _slice_rows(node.this, index)
    if depth_of(node) and not (isinstance(node.parent, exp.Bracket) and node.arg_key == "this"):
        return exp.Null()  # fewer subscripts than dimensions
    if isinstance(index, exp.Literal):
        return exp.Null() if int(index.name) < 1 else PASS
    if isinstance(index, exp.Neg):
        return exp.Null()
    checked = exp.Case(
        ifs=[exp.If(this=exp.GT(this=index.copy(), expression=exp.Literal.number(0)), true=index.copy())]
    )
    return exp.Bracket(this=node.this, expressions=[checked])


def _vector_element(node: exp.Expr) -> Answer:
    """Count from 0: the first key column of an index is indkey[0]."""
    index = node.expressions[0]
    if isinstance(index, exp.Slice):
        raise FeatureNotSupported("slices of int2vector and oidvector are not supported")
    one = exp.Literal.number(1)
    return exp.Bracket(this=node.this, expressions=[exp.Add(this=exp.Paren(this=index), expression=one)])


def _slices(node: exp.Expr) -> bool:
    is_slice = isinstance(node, exp.Bracket) and any(isinstance(part, exp.Slice) for part in node.expressions)
    return is_slice and depth_of(node) > 1


def _slice_rows(rows: exp.Expr, index: exp.Slice) -> exp.Expr:
    """Slice the second dimension: each row that the first slice left."""
    name = exp.to_identifier("row", quoted=True)
    inner = exp.Bracket(this=exp.Column(this=name.copy()), expressions=[index])
    _slice(index)
    return call("list_transform", rows, exp.Lambda(this=inner, expressions=[name]))


def _slice(part: exp.Slice) -> Answer:
    low = part.this
    if isinstance(low, exp.Literal) and int(low.name) < 1:
        part.set("this", exp.Literal.number(1))
    return PASS


def _array_query(node: exp.Array) -> Answer:
    """Give ARRAY(SELECT ...) an empty array, not NULL, when there are no rows: DuckDB's ARRAY() does."""
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Query):
        return call("array", node.expressions[0])
    return PASS


RULE = Rule((exp.Bracket, exp.Array), subscript)
