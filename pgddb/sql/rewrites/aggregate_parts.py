"""Find an aggregate inside the FILTER and OVER around it."""

from __future__ import annotations

from sqlglot import exp


def inner_of(node: exp.Expr) -> exp.Expr:
    """Give the aggregate inside FILTER and OVER."""
    while isinstance(node, (exp.Filter, exp.Window)):
        node = node.this
    return node


def is_wrapped(node: exp.Expr) -> bool:
    """Say whether FILTER or OVER stands around this node: they are done together, from the outside."""
    return isinstance(node.parent, (exp.Filter, exp.Window)) and node.parent.this is node and node.arg_key == "this"


def replaced(node: exp.Expr, inner: exp.Expr, new: exp.Expr) -> exp.Expr:
    """Give a copy of `node` with another aggregate inside its FILTER and OVER."""
    if node is inner:
        return new
    copied = node.copy()
    inner_of(copied).replace(new)
    return copied
