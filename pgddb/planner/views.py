"""Give the query of a view as a tree of its own, to stand where the view is named."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlglot import exp

from pgddb.access.view import View
from pgddb.errors import InternalError, UndefinedColumn
from pgddb.planner.bindings import NamedColumn
from pgddb.planner.outputs import Output
from pgddb.sql import classify, parse_statements
from pgddb.sql.statements import SelectStatement

MAX_PARSED = 500
"""Queries of views that are kept parsed."""


@lru_cache(MAX_PARSED)
def parsed_query(text: str) -> exp.Expr:
    """Parse the query of a view; the tree is shared and must be copied."""
    (parsed,) = parse_statements(text)
    statement = classify(parsed)
    if not isinstance(statement, SelectStatement):
        raise InternalError("the query of a view is no SELECT")
    return statement.tree


def view_query(view: View) -> exp.Expr:
    """Give the query of a view."""
    tree: exp.Expr = parsed_query(view.query).copy()
    return tree


def view_columns(view: View, outputs: Sequence[Output] | None) -> tuple[NamedColumn, ...]:
    """Find the outputs that are the view's columns: a `*` may stand for more than when the view was made.

    Raises:
        UndefinedColumn: the query does not give a column any more.
    """
    by_name: dict[str, list[Output]] = {}
    for output in outputs or ():
        by_name.setdefault(output.name, []).append(output)
    found: list[NamedColumn] = []
    for column in view.columns:
        candidates = by_name.get(column.source, [])
        if len(candidates) <= column.occurrence:
            raise UndefinedColumn(
                f'column "{column.source}" of what view "{view.name}" reads does not exist any more',
                hint="CREATE OR REPLACE VIEW, or drop it and make it again.",
            )
        output = candidates[column.occurrence]
        found.append((column.name, output.internal, output.type_name))
    return tuple(found)
