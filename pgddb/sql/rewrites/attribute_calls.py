"""Spell out the path of an attribute that is known only row by row, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from pgddb.sql.rewrites.arguments import Arguments
from pgddb.sql.rewrites.rule import Answer, call, cast_to
from pgddb.sql.types.annotate import set_type


def _type(_node: exp.Expr, arguments: Arguments) -> Answer:
    item, *steps = arguments
    return _typed(call("pg_attribute_type", _attribute(item, _texts(steps))), "text")


def _exists(_node: exp.Expr, arguments: Arguments) -> Answer:
    item, *steps = arguments
    texts = _texts(steps)
    last = texts[-1].copy()
    return _typed(call("pg_attribute_exists", item.copy(), last, _attribute(item, texts)), "boolean")


def _size(_node: exp.Expr, arguments: Arguments) -> Answer:
    item, *steps = arguments
    *above, last = _texts(steps)
    if not above:
        return _typed(call("pg_item_attribute_size", item, last), "bigint")
    return _typed(call("pg_inner_attribute_size", _attribute(item, above), last), "bigint")


def _attribute(item: exp.Expr, steps: Sequence[exp.Expr]) -> exp.Expr:
    first, *rest = steps
    found = call("pg_item_attribute", item, first)
    for step in rest:
        found = call("pg_inner_attribute", found, step)
    return found


def _texts(steps: Sequence[exp.Expr]) -> list[exp.Expr]:
    return [cast_to(step, "VARCHAR") for step in steps]


def _typed(node: exp.Expr, kind: str) -> exp.Expr:
    set_type(node, kind)
    return node


READERS: dict[str, Callable[[exp.Expr, Arguments], Answer]] = {
    "attribute_type": _type,
    "attribute_exists": _exists,
    "attribute_size": _size,
}
