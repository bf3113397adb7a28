"""Put the elements of `f(VARIADIC array)` in the array's place, where the statement writes the array out."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes.array_text import parse_array

VARIADIC = "variadic"
"""Stands for the name of a function around an argument that VARIADIC marks."""


def spread_arrays(tree: exp.Expr) -> None:
    """Replace every VARIADIC argument of a parsed statement, in place.

    Raises:
        FeatureNotSupported: an array is not written out.
    """
    for node in [part for part in tree.find_all(exp.Anonymous) if part.this == VARIADIC]:
        call, (array,) = node.parent, node.expressions
        elements = _elements(array)
        if not isinstance(call, exp.Anonymous) or elements is None:
            raise FeatureNotSupported("VARIADIC with an array that is not written out is not supported")
        call.set("expressions", [part for part in call.expressions if part is not node] + elements)


def _elements(array: exp.Expr) -> list[exp.Expr] | None:
    if isinstance(array, exp.Array):
        return list(array.expressions)
    if not isinstance(array, exp.Cast) or array.to.this != exp.DType.ARRAY:
        return None
    inner, element = array.this, array.to.expressions[0]
    if isinstance(inner, exp.Array):
        return [exp.Cast(this=part, to=element.copy()) for part in inner.expressions]
    if not isinstance(inner, exp.Literal):
        return None
    parts = parse_array(str(inner.this), str, ",")
    literals = [exp.Null() if part is None else exp.Literal.string(str(part)) for part in parts]
    return [exp.Cast(this=literal, to=element.copy()) for literal in literals]
