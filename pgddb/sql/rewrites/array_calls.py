"""Give functions of arrays the dimensions of their arguments.

Source: https://www.postgresql.org/docs/15/functions-array.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.arguments import Arguments, read_as
from pgddb.sql.rewrites.dimensions import array_joined, depth_of, flattened
from pgddb.sql.rewrites.rule import PASS, Answer, call, call_name, cast_to, literal_text
from pgddb.sql.rewrites.value_texts import listed_texts
from pgddb.sql.type_names import DUCKDB_TYPES
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import INTEGERS, TEXTS, element_of


def _array_text_join(node: exp.Expr, arguments: Arguments) -> Answer:
    if literal_text(arguments[0]) is not None:
        return call(call_name(node), *read_as(arguments, "text[]", 1))
    array = arguments[0]
    element = element_of(type_of(array)) or "text"
    if depth_of(array) > 1:
        array = flattened(array)
    if element not in (*TEXTS, *INTEGERS):
        array = listed_texts(array, element)
    return call(call_name(node), array, *arguments[1:]) if array is not arguments[0] else PASS


def _dimension(node: exp.Expr) -> int | None:
    return int(node.name) if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit() else None


def _array_bound(node: exp.Expr, arguments: Arguments) -> Answer:
    """Measure the dimension that is asked for; rows of a matrix are equally long."""
    array = read_as(arguments, "text[]", 1)[0]
    dimension, depth = _dimension(arguments[1]), depth_of(array)
    if dimension is None:
        return call(call_name(node), array, arguments[1])
    if not 1 <= dimension <= depth:
        return cast_to(exp.Null(), "INTEGER")
    kind = type_of(array)
    for _ in range(dimension - 1):
        array = call("list_extract", array, 1)
        set_type(array, kind)
    return call(call_name(node), array, 1)


def array_bound(node: exp.Expr) -> exp.Expr:
    """Make the length of an array's dimension, from a call of array_upper and its like."""
    found = _array_bound(node, node.expressions)
    assert isinstance(found, exp.Expr)
    return found


def _array_dimensions(_node: exp.Expr, arguments: Arguments) -> Answer:
    depth = depth_of(arguments[0])
    return PASS if depth < 2 else call("pg_array_dimensions", arguments[0], depth)


def _array_shape(_node: exp.Expr, arguments: Arguments) -> Answer:
    depth, array = depth_of(arguments[0]), arguments[0]
    if depth < 2:
        return PASS
    shape: exp.Expr = call("array_dims", array)
    for _ in range(depth - 1):
        array = exp.Bracket(this=exp.Paren(this=array.copy()), expressions=[exp.Literal.number(1)])
        shape = exp.DPipe(this=shape, expression=call("array_dims", array), safe=True)
    return shape


def _cardinality(_node: exp.Expr, arguments: Arguments) -> Answer:
    return PASS if depth_of(arguments[0]) < 2 else call("cardinality", flattened(arguments[0]))


def _array_cat(_node: exp.Expr, arguments: Arguments) -> Answer:
    left, right = arguments
    return array_joined(left, right)


def _array_fill(_node: exp.Expr, arguments: Arguments) -> Answer:
    """Make a list of one value, and lists of that for each further dimension."""
    value, sizes = arguments[0], arguments[1]
    if len(arguments) > 2 or not isinstance(sizes, exp.Array):
        raise FeatureNotSupported("array_fill with lower bounds or computed sizes is not supported")
    kind = type_of(value)
    filled: exp.Expr = value if kind in (None, "unknown") else cast_to(value, DUCKDB_TYPES.get(kind, "VARCHAR"))
    for size in reversed(sizes.expressions):
        filled = call("pg_array_fill", filled, size)
    return filled


def _one_dimension(node: exp.Expr, arguments: Arguments) -> Answer:
    if depth_of(arguments[0]) > 1:
        doing = "removing" if call_name(node) == "array_remove" else "searching for"
        raise FeatureNotSupported(
            f"{doing} elements {'from' if doing == 'removing' else 'in'} multidimensional arrays is not supported"
        )
    return PASS


READERS: dict[str, Callable[[exp.Expr, Arguments], Answer]] = {
    **dict.fromkeys(["array_length", "array_upper", "array_lower"], _array_bound),
    **dict.fromkeys(["array_position", "array_positions", "array_remove"], _one_dimension),
    "array_ndims": _array_dimensions,
    "array_dims": _array_shape,
    "cardinality": _cardinality,
    "array_cat": _array_cat,
    "array_fill": _array_fill,
    "array_to_string": _array_text_join,
}
"""What makes the call, by the function's name."""
