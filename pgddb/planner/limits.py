"""Find how many rows of a table a statement needs at most, and in which order it counts them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.access.predicate import Constant, Operand, Parameter
from pgddb.planner.bindings import COLUMN, READ, TableReference
from pgddb.planner.plan_nodes import SortKey
from pgddb.sql.references import parameter_number
from pgddb.sql.types import type_of

PLAIN_FUNCTIONS = frozenset({"lower", "upper", "length", "substr", "substring", "concat", "round", "abs", "to_char"})
"""Functions that give one value for each row; any other may be an aggregate or return a set."""


def row_limit(
    tree: exp.Expr, reference: TableReference
) -> tuple[Operand | None, Operand | None, tuple[SortKey, ...]] | None:
    """Give LIMIT, OFFSET and ORDER BY if each row of the table is one row of the result; None if not."""
    select = tree
    if not isinstance(select, exp.Select):
        return None
    inner = _without_wrappings(select)
    if inner is None or not _is_row_by_row(inner, reference):
        return None
    limit = _count(select.args.get("limit"))
    order = _order(inner, reference)
    if limit is None or order is None:
        return None
    offset_node = select.args.get("offset")
    offset = _count(offset_node)
    if offset_node is not None and offset is None:
        return None
    return limit, offset, order


_CHANGING = ("group", "having", "distinct", "joins", "laterals", "with_", "windows")
_CHOOSING = ("where", "order", "limit", "offset")


def _without_wrappings(select: exp.Select) -> exp.Select | None:
    """Find the SELECT inside derived tables (views) that only choose columns; None if one chooses rows too."""
    outer = select
    while (source := select.args.get("from_")) is not None and isinstance(source.this, exp.Subquery):
        inner = source.this.this
        refused = _CHANGING if select is outer else (*_CHANGING, *_CHOOSING)
        if not isinstance(inner, exp.Select) or any(select.args.get(part) for part in refused):
            return None
        if select is outer and (select.args.get("where") or select.args.get("order")):
            return None
        if any(source.this.args.get(part) for part in ("joins", "sample", "pivots")):
            return None
        if not all(_is_plain(projection) for projection in select.expressions):
            return None
        select = inner
    if select is not outer and any(select.args.get(part) for part in ("order", "limit", "offset")):
        return None
    return select


def _is_row_by_row(select: exp.Select, reference: TableReference) -> bool:
    if any(select.args.get(part) for part in _CHANGING):
        return False
    source = select.args.get("from_")
    if source is None or not isinstance(source.this, exp.Table) or source.this.name != reference.marker:
        return False
    return all(_is_plain(projection) for projection in select.expressions)


def _is_plain(projection: exp.Expr) -> bool:
    for node in projection.walk():
        if isinstance(node, (exp.AggFunc, exp.Query, exp.Window, exp.Unnest, exp.WithinGroup)):
            return False
        if isinstance(node, exp.Anonymous):
            name = str(node.this).lower()
            if name[:1].isalpha() and name not in PLAIN_FUNCTIONS:
                return False
    return True


def _count(node: exp.Expr | None) -> Operand | None:
    if not isinstance(node, (exp.Limit, exp.Offset)):
        return None
    value = node.expression
    if isinstance(value, exp.Parameter):
        return Parameter(parameter_number(value)) if type_of(value) in ("bigint", "integer", "smallint") else None
    if isinstance(value, exp.Literal) and not value.is_string and value.name.isdigit():
        return Constant(int(value.name))
    return None


def _order(select: exp.Select, reference: TableReference) -> tuple[SortKey, ...] | None:
    clause = select.args.get("order")
    keys = [_sort_key(ordered, select, reference) for ordered in (clause.expressions if clause is not None else ())]
    known = [key for key in keys if key is not None]
    return tuple(known) if len(known) == len(keys) else None


def _sort_key(ordered: exp.Expr, select: exp.Select, reference: TableReference) -> SortKey | None:
    column = ordered.this
    if isinstance(column, exp.Literal) and column.name.isdigit():
        column = _output(select.expressions, int(column.name))
    if column is None or column.meta.get(READ) != reference.number or COLUMN not in column.meta:
        return None
    path = reference.table.columns[column.meta[COLUMN]].path
    if not path:
        return None
    return SortKey(path, descending=bool(ordered.args.get("desc")), nulls_first=bool(ordered.args.get("nulls_first")))


def _output(projections: Sequence[exp.Expr], number: int) -> exp.Expr | None:
    return projections[number - 1].unalias() if 0 < number <= len(projections) else None
