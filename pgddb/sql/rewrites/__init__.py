"""Give a PostgreSQL tree its meaning in DuckDB's words, by rules in a fixed order."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.sql.context import SessionContext

Rewrite = Callable[[exp.Expr, SessionContext], exp.Expr]

REWRITES: tuple[Rewrite, ...] = ()
"""Every rule gets one node whose children are rewritten already, and gives the node that replaces it."""


def rewrite(tree: exp.Expr, context: SessionContext) -> exp.Expr:
    """Rewrite a copy of the tree; the tree itself stays as it is.

    Raises:
        SqlError: what the tree asks for does not exist, or is not supported.
    """
    return tree.copy()
