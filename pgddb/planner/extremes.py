"""See that min() or max() of one column needs one row only: the first one in that column's order."""

from __future__ import annotations

from msgspec import Struct
from sqlglot import exp

from pgddb.access.predicate import Constant, IsNull, Predicate
from pgddb.planner.bindings import COLUMN, READ, TableReference
from pgddb.planner.plan_nodes import SortKey

_CHANGING = ("group", "having", "distinct", "joins", "laterals", "windows", "limit", "offset")


ONE_ROW = Constant(1)


class ExtremeRow(Struct, frozen=True):
    """The one row that a SELECT of min() or max() needs: the first by `order` of those that meet `present`.

    Rows without the column do not count, so that an index which lacks them is enough.
    """

    order: SortKey
    present: Predicate


def extreme_row(tree: exp.Expr, reference: TableReference) -> ExtremeRow | None:
    """Give the row that a SELECT asks of a table by min(column), or by max(column), and by nothing else."""
    place = next((table for table in tree.find_all(exp.Table) if table.name == reference.marker), None)
    clause = place.parent if place is not None else None
    select = clause.parent if isinstance(clause, exp.From) else None
    if not isinstance(select, exp.Select) or any(select.args.get(part) for part in _CHANGING):
        return None
    calls = [projection.unalias() for projection in select.expressions]
    columns = {_column_index(call, reference) for call in calls}
    if len(columns) != 1 or len({type(call) for call in calls}) != 1:
        return None
    (index,) = columns
    path = reference.table.columns[index].path if index is not None else ()
    if not path:
        return None
    return ExtremeRow(SortKey(path, descending=isinstance(calls[0], exp.Max)), IsNull(path, negated=True))


def _column_index(call: exp.Expr, reference: TableReference) -> int | None:
    """Give the place of the table's column that a plain min() or max() is about."""
    if not isinstance(call, (exp.Min, exp.Max)) or call.args.get("expressions"):
        return None
    column = call.this
    if not isinstance(column, exp.Column) or column.meta.get(READ) != reference.number:
        return None
    index = column.meta.get(COLUMN)
    return index if isinstance(index, int) else None
