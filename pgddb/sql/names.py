"""Name output columns as PostgreSQL does (FigureColname), on the tree before any rewrite."""

from __future__ import annotations

from sqlglot import exp


def output_names(tree: exp.Expr) -> tuple[str | None, ...]:
    """Name the output columns of a query; None stands for a `*` that the planner expands."""
    raise NotImplementedError
