"""Keep long conditions shallow: clients write hundreds of comparisons joined by AND or OR."""

from __future__ import annotations

from sqlglot import exp

_KEPT = 32
"""Up to so many conditions in a row, their tree stays as it was parsed."""


def balance_conditions(tree: exp.Expr) -> None:
    """Make trees of half the depth, again and again, of long rows of AND or of OR; the order stays.

    The parser nests them to the left, one level for each.
    """
    for node in list(tree.find_all(exp.And, exp.Or)):
        if type(node.parent) is type(node):
            continue
        parts = _parts(node)
        if len(parts) > _KEPT:
            balanced = _balanced(type(node), parts)
            node.set("this", balanced.this)
            node.set("expression", balanced.expression)


def _parts(node: exp.Expr) -> list[exp.Expr]:
    """Give the conditions of a row from the left; brackets end it."""
    parts: list[exp.Expr] = []
    while isinstance(node, exp.Connector) and type(node.this) is type(node):
        parts.append(node.expression)
        node = node.this
    return [node.this, node.expression, *reversed(parts)]


def _balanced(kind: type[exp.Connector], parts: list[exp.Expr]) -> exp.Expr:
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return kind(this=_balanced(kind, parts[:half]), expression=_balanced(kind, parts[half:]))
