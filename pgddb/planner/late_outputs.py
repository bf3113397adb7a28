"""Mark the outputs whose jsonb is written after the engine, and values that are only looked at for NULL.

Turning typed JSON into jsonb inside the engine costs three times what it costs on whole batches of rows that leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from pgddb.access.table import Carrier, Column
from pgddb.planner.bindings import CARRIER, COLUMN, FORM, PATH, READ, TableReference
from pgddb.planner.columns_used import is_counted_or_tested, plain_select
from pgddb.planner.decoded import Form
from pgddb.planner.plan_nodes import LateJson
from pgddb.sql.names import is_star

_ONLY_TESTED = {
    Carrier.JSON: Form.TYPED.name,
    Carrier.INTEGER: Form.DIGITS.name,
    Carrier.DECIMAL: Form.DIGITS.name,
}
"""What a value that is only counted or tested for NULL is taken as: neither converted nor cast."""


def mark_late_outputs(tree: exp.Expr, references: Sequence[TableReference]) -> dict[int, LateJson]:
    """Mark documents and nested values among the outputs, to be converted after the engine; give their places.

    A nested attribute beside its document is cut out of that.
    """
    _mark_tested(tree, references)
    select = plain_select(tree)
    if select is None:
        return {}
    values = {place: projection.unalias() for place, projection in enumerate(select.expressions)}
    documents = {
        value.meta[READ]: place
        for place, value in values.items()
        if isinstance(value, exp.Column) and value.meta.get(CARRIER) == Carrier.DOCUMENT.name and PATH not in value.meta
    }
    if any(is_star(projection) for projection in select.expressions):
        documents_known: Mapping[int, int] = {}  # places are not yet those of the result
    else:
        documents_known = documents
    late = {}
    for place, value in values.items():
        if not isinstance(value, exp.Column) or PATH in value.meta:
            continue
        if value.meta.get(CARRIER) == Carrier.DOCUMENT.name:
            value.meta[FORM] = Form.ITEM.name
            late[place] = LateJson()
        elif (column := _nested(value, references)) is not None:
            document = documents_known.get(value.meta[READ])
            value.meta[FORM] = (Form.TYPED if document is None else Form.PART).name
            late[place] = LateJson(str(column.path[0]), document)
    return late


def _nested(node: exp.Column, references: Sequence[TableReference]) -> Column | None:
    """Give the column of a node that holds maps and lists of an attribute as jsonb."""
    if node.meta.get(CARRIER) != Carrier.JSON.name:
        return None
    column = _column_of(node, references)
    return column if column is not None and column.type_name == "jsonb" and len(column.path) == 1 else None


def _mark_tested(tree: exp.Expr, references: Sequence[TableReference]) -> None:
    for node in tree.find_all(exp.Column):
        form = next((form for carrier, form in _ONLY_TESTED.items() if node.meta.get(CARRIER) == carrier.name), None)
        if form is None or PATH in node.meta or not is_counted_or_tested(node):
            continue
        column = _column_of(node, references)
        if column is not None and not column.declared and column.type_name in ("jsonb", "bigint", "numeric"):
            node.meta[FORM] = form


def _column_of(node: exp.Column, references: Sequence[TableReference]) -> Column | None:
    number, place = node.meta.get(READ), node.meta.get(COLUMN)
    return None if number is None or place is None else references[number - 1].table.columns[place]
