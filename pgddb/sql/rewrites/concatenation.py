"""Concatenate texts, arrays and jsonb with ||."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.casts import literal as read_literal
from pgddb.sql.rewrites.dimensions import array_joined
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, literal_text, named_type
from pgddb.sql.rewrites.value_texts import text_of
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import TEXTS, is_array


def concatenate(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Give || the meaning that its operands' types ask for.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("ARRAY[1] || 2")
    array_append([1], 2)
    >>> show("'a' || 1.5::float8")
    'a' || pg_float_text(CAST(1.5 AS DOUBLE))
    >>> show("'{}'::jsonb || '1'")
    pg_jsonb_concatenate(CAST('{}' AS JSON), CAST('1' AS JSON))
    """
    left, right = node.this, node.args["expression"]
    types = type_of(left), type_of(right)
    if "jsonb" in types:
        return call("pg_jsonb_concatenate", _as_type(left, "jsonb"), _as_type(right, "jsonb"))
    if is_array(types[0]) or is_array(types[1]):
        return _arrays(left, right)
    if "bytea" in types or "bit" in types:
        return PASS
    texts = [_as_text(side) for side in (left, right)]
    if texts[0] is left and texts[1] is right:
        return PASS
    return exp.DPipe(this=texts[0], expression=texts[1], safe=True)


def _as_text(side: exp.Expr) -> exp.Expr:
    source = type_of(side)
    return side if source is None or source in TEXTS else text_of(side, source)


def _as_type(side: exp.Expr, name: str) -> exp.Expr:
    text = literal_text(side)
    if text is None:
        return side
    return read_literal(text, name, exp.Cast(this=side, to=named_type(name)))


def _arrays(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    left_type, right_type = type_of(left), type_of(right)
    array_type = left_type if is_array(left_type) else right_type
    assert array_type is not None
    if left_type == "unknown":
        left, left_type = _as_type(left, array_type), array_type
    if right_type == "unknown" and not isinstance(right, exp.Null):
        right, right_type = _as_type(right, array_type), array_type
    if is_array(left_type) and (is_array(right_type) or isinstance(right, exp.Null)):
        return array_joined(left, right)
    return call("array_append", left, right) if is_array(left_type) else call("array_prepend", left, right)


RULE = Rule((exp.DPipe,), concatenate)
