"""See that a statement needs no more of a table than how many rows meet its conditions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.planner.bindings import READ, TableReference
from pgddb.planner.plan_nodes import TableRead


def without_conditions(
    tree: exp.Expr, reads: Sequence[TableRead], references: Sequence[TableReference]
) -> exp.Expr | None:
    """Give the statement without the WHERE of its one table, or None where more than the number of rows counts.

    The conjuncts of the read are all that the WHERE says, so a store that checks them exactly may count in its place.
    """
    if len(reads) != 1 or reads[0].given or not (reads[0].complete and reads[0].conjuncts):
        return None
    place = next((table for table in tree.find_all(exp.Table) if table.name == references[0].marker), None)
    clause = place.parent if place is not None else None
    select = clause.parent if isinstance(clause, exp.From) else None
    if not isinstance(select, exp.Select):
        return None
    where = select.args.get("where")
    select.set("where", None)
    uses_rows = any(READ in column.meta for column in tree.find_all(exp.Column))
    copied = None if uses_rows else tree.copy()
    select.set("where", where)
    return copied
