"""Say what a column is to the typing of statements, and where types are noted on a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column with its type as format_type spells it, None if it is not known, and its modifier.

    `scale` is what all values of a numeric show, `carried` that of the DECIMAL that the engine has them in; it has
    them as texts where they are `textual`.
    """

    name: str
    type_name: str | None
    type_modifier: int = -1
    scale: int | None = None
    carried: int | None = field(default=None, repr=False)
    textual: bool = field(default=False, repr=False)


Relations = Callable[[exp.Table], "Sequence[ColumnType] | None"]
"""Gives the columns of the relation that a reference names, None if it is not known."""


def settled(name: str | None) -> str | None:
    """Give the type that a column has outside of its query: an untyped literal is text there."""
    return "text" if name == "unknown" else name


TYPE = "pg_type"
MODIFIER = "pg_modifier"
RECORD_TEXT = "pg_record_text"
"""Meta key of an expression of type record that the engine has as its text."""


def type_of(node: exp.Expr | None) -> str | None:
    """Give the type that `annotate` noted on a node, None if it is not known."""
    return None if node is None else node.meta_get(TYPE)


def set_type(node: exp.Expr, name: str | None) -> None:
    """Note the type of a node that a rewrite made."""
    if name is not None:
        node.meta[TYPE] = name
