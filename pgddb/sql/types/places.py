"""Find the place in the text that an error about an expression points to."""

from __future__ import annotations

import re

from sqlglot import exp

SOURCE = "pg_source"
"""Meta key of a statement's tree: the whole query text, to which all positions refer."""


def start_of(node: exp.Expr) -> int | None:
    """Give the 0-based offset of the first token of an expression, None where the parser kept none."""
    starts = [place for part in node.walk() if isinstance(place := part.meta.get("start"), int)]
    return min(starts, default=None)


def position_of(node: exp.Expr) -> int | None:
    """Give the 1-based position of an expression."""
    start = start_of(node)
    return None if start is None else start + 1


def operator_position(node: exp.Expr, sign: str) -> int | None:
    """Give the position of the sign between two operands, or before the only one."""
    source = node.root().meta.get(SOURCE)
    right = node.args.get("expression") or node.this
    if isinstance(node, exp.Anonymous):
        right = node.expressions[-1]
    elif isinstance(node, exp.In) and node.expressions:
        right = node.expressions[0]
    start = start_of(right) if isinstance(right, exp.Expr) else None
    if not isinstance(source, str):
        return None
    signs = (sign, "!=", "NOT IN") if sign == "<>" else (sign, *_WORDS.get(sign, ()))
    if start is None:
        return _behind(source, node.this if isinstance(node.this, exp.Expr) else None, signs)
    found = max(source.upper().rfind(one, 0, start) for one in signs)
    return None if found < 0 else found + 1


def word_position(node: exp.Expr, word: str, before: exp.Expr) -> int | None:
    """Give the position of the last such keyword before an expression."""
    source, start = node.root().meta.get(SOURCE), start_of(before)
    if not isinstance(source, str) or start is None:
        return None
    return source.upper().rfind(word, 0, start) + 1 or None


_CAST = re.compile(r"CAST\s*\([\s(]*$", re.IGNORECASE)


def cast_position(node: exp.Expr) -> int | None:
    """Give the position of the `::` of a cast, or of its word."""
    source, start = node.root().meta.get(SOURCE), start_of(node.this)
    if not isinstance(source, str) or start is None:
        return None
    word = _CAST.search(source, 0, start)
    if word is not None:
        return word.start() + 1
    found, inner = source.find("::", start), node.this
    while isinstance(inner, exp.Cast) and found >= 0:
        found, inner = source.find("::", found + 2), inner.this
    return found + 1 or None


def _behind(source: str, left: exp.Expr | None, signs: tuple[str, ...]) -> int | None:
    """Find the first of the signs behind an operand; the other one has no place: TRUE, NULL."""
    start = None if left is None else start_of(left)
    if start is None:
        return None
    found = [place for one in signs if (place := source.upper().find(one, start)) >= 0]
    return min(found) + 1 if found else None


_WORDS = {"~~": ("LIKE",), "~~*": ("ILIKE",), "!~~": ("NOT LIKE", "LIKE"), "=": ("IN",)}
