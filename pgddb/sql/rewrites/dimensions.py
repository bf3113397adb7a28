"""Know how many dimensions an array of the statement has: DuckDB nests lists where PostgreSQL has one type."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import SqlError
from pgddb.sql.functions.casts import array_elements
from pgddb.sql.rewrites.rule import call, call_name, literal_text
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import is_array

_SAME_SHAPE = frozenset(["array_append", "array_remove", "array_replace", "list_transform", "trim_array"])


def depth_of(node: exp.Expr) -> int:  # noqa: PLR0911 - one for each kind
    """Count the dimensions of an array; 0 for other values, 1 where nothing tells of more.

    >>> from pgddb.sql.parse import parse_expression
    >>> [depth_of(parse_expression(text)) for text in ("ARRAY[[1], [2]]", "ARRAY[1]::int[]", "'{{{1}}}'::int[]", "1")]
    [2, 1, 3, 0]
    """
    if isinstance(node, exp.Paren):
        return depth_of(node.this)
    if isinstance(node, exp.Array):
        return 1 + (depth_of(node.expressions[0]) if node.expressions else 0)
    if isinstance(node, exp.Cast) and node.to.this in (exp.DType.ARRAY, exp.DType.LIST):
        text = literal_text(node.this)
        return depth_of(node.this) or 1 if text is None else _depth_of_text(text)
    if isinstance(node, exp.Bracket):
        inner = depth_of(node.this)
        return inner if any(isinstance(part, exp.Slice) for part in node.expressions) else max(inner - 1, 0)
    name = call_name(node)
    if name == "array_cat":
        return max(map(depth_of, node.expressions))
    if name == "pg_array_fill":
        return 1 + depth_of(node.expressions[0])
    if name in _SAME_SHAPE and node.expressions:
        return depth_of(node.expressions[0])
    return int(is_array(type_of(node)))


def _depth_of_text(text: str) -> int:
    try:
        part: object = array_elements(text)
    except SqlError:
        return 1
    depth = 0
    while isinstance(part, list):
        depth, part = depth + 1, part[0] if part else None
    return depth


def flattened(array: exp.Expr) -> exp.Expr:
    """Give all elements in one list."""
    for _ in range(depth_of(array) - 1):
        array = call("flatten", array)
    return array


def array_joined(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Concatenate arrays; one of one dimension less becomes a row of the other."""
    difference = depth_of(left) - depth_of(right)
    if difference == 1 and depth_of(right):
        return call("array_append", left, right)
    if difference == -1 and depth_of(left):
        return call("array_prepend", left, right)
    return call("array_cat", left, right)
