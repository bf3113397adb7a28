"""Follow a column of a derived table or common table expression down to the columns of tables that it stands for.

Whoever asks drops all rows in which the column has another value. Then rows of the table with another value may be left
out: each row that is made of them has that value or, where an outer join finds no partner any more, NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from pgddb.planner.extraction_places import counts_rows, is_recursive, passed_outputs
from pgddb.planner.from_shape import FromShape, reference_of

_MAX_DEPTH = 16

ShapeOf = Callable[[exp.Select], FromShape]


def columns_behind(
    tree: exp.Expr, shape: FromShape, column: exp.Expr, shape_of: ShapeOf, depth: int = 0
) -> Iterator[tuple[exp.Column, FromShape]]:
    """Give the columns of base tables that a column is, each with the FROM clause in which its table stands."""
    node = column.unnest()
    if not isinstance(node, exp.Column) or depth > _MAX_DEPTH:
        return
    if reference_of(node) is not None:
        yield node, shape
        return
    entry = shape.entries.get(node.table)
    query = None if entry is None else _query_of(tree, entry)
    if query is None:
        return
    first = next(_branches(query), None)
    for select in _branches(query):
        assert first is not None
        inner = passed_outputs(select, first).get(node.name)
        if inner is not None:
            yield from columns_behind(tree, shape_of(select), inner, shape_of, depth + 1)


def _query_of(tree: exp.Expr, entry: exp.Expr) -> exp.Expr | None:
    """Give the query whose rows a FROM entry has; None for what is no query, or is read in several places."""
    if isinstance(entry, exp.Lateral):
        entry = entry.this
    if isinstance(entry, exp.Subquery):
        return entry
    if not isinstance(entry, exp.Table) or entry.args.get("db") or any(map(entry.args.get, ("sample", "pivots"))):
        return None
    named = [one for one in tree.find_all(exp.CTE) if one.alias == entry.name]
    if len(named) != 1 or is_recursive(named[0]):
        return None
    uses = sum(table.name == entry.name for table in tree.find_all(exp.Table))
    return named[0].this if uses == 1 else None


def _branches(query: exp.Expr) -> Iterator[exp.Select]:
    """Give the SELECTs whose rows a query has: itself, or those that UNION joins; none where it counts rows."""
    if isinstance(query, exp.Select):
        yield query
    elif isinstance(query, exp.Subquery):
        if not counts_rows(query) and not any(map(query.args.get, ("sample", "pivots"))):
            yield from _branches(query.this)
    elif isinstance(query, exp.Union) and not counts_rows(query):
        yield from _branches(query.this)
        yield from _branches(query.expression)
