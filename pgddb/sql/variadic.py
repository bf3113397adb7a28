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
        if isinstance(call, exp.Anonymous) and elements is None and (made := _of_array(call, array)) is not None:
            _replace(call, made)
            continue
        if not isinstance(call, exp.Anonymous) or elements is None:
            raise FeatureNotSupported("VARIADIC with an array that is not written out is not supported")
        call.set("expressions", [part for part in call.expressions if part is not node] + elements)


_PATHS = {"extract_path": "#>", "extract_path_text": "#>>"}


def _of_array(call: exp.Anonymous, array: exp.Expr) -> exp.Expr | None:
    """Give what does the same with an array that the rows have, None where nothing does."""
    name, first = str(call.this).lower(), call.expressions[0]
    if name == "concat" and len(call.expressions) == 1:
        return exp.Anonymous(this="array_to_string", expressions=[array, exp.Literal.string("")])
    if name == "jsonb_build_array" and len(call.expressions) == 1:
        return exp.Anonymous(this="to_jsonb", expressions=[array])
    if len(call.expressions) != 2:
        return None
    if name == "concat_ws":
        return exp.Anonymous(this="array_to_string", expressions=[array, first])
    sign = _PATHS.get(name.removeprefix("jsonb_").removeprefix("json_"))
    return None if sign is None else exp.Anonymous(this=sign, expressions=[first, array])


def _replace(call: exp.Anonymous, made: exp.Expr) -> None:
    """Put another expression in a call's place; an output keeps its name."""
    if isinstance(call.parent, exp.Select) and call.arg_key == "expressions":
        made = exp.Alias(this=made, alias=exp.to_identifier(str(call.this).lower(), quoted=True))
    call.replace(made)


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
