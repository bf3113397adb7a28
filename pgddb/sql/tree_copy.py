"""Copy trees: every stage owns the tree that it changes, and most trees are copied once for each statement."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlglot import exp

Tree = TypeVar("Tree", bound=exp.Expr)


def copied(tree: Tree) -> Tree:
    """Copy a tree with what is noted on its nodes, which are values that nobody changes.

    `Expr.copy` copies those notes deeply, which takes three times as long as the rest.

    >>> from pgddb.sql.parse import parse_expression
    >>> tree = parse_expression("a + lower(b)")
    >>> copied(tree) == tree, copied(tree).this is tree.this
    (True, False)
    """
    root = _bare(tree)
    waiting: list[tuple[Any, Any]] = [(tree, root)]
    while waiting:
        node, made = waiting.pop()
        arguments = made.args
        for key, value in node.args.items():
            if isinstance(value, exp.Expr):
                child = arguments[key] = _bare(value)
                child.parent, child.arg_key = made, key
                waiting.append((value, child))
            elif type(value) is list:
                parts = arguments[key] = []
                for index, part in enumerate(value):
                    if isinstance(part, exp.Expr):
                        child = _bare(part)
                        child.parent, child.arg_key, child.index = made, key, index
                        waiting.append((part, child))
                        parts.append(child)
                    else:
                        parts.append(part)
            else:
                arguments[key] = value
    return root


def _bare(node: Tree) -> Tree:
    """Make a node of the same kind with the same notes and without parts."""
    made = type(node)()
    if node._meta:  # noqa: SLF001 - `meta` would make a dict for every node that has none
        made._meta = dict(node._meta)  # noqa: SLF001
    if node.comments:
        made.comments = list(node.comments)
    return made
