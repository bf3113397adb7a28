"""Recognise a statement that gives attributes of one item, looked up by its key, or of all out as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from pgddb.access.predicate import Compare, Comparison
from pgddb.access.table import Carrier
from pgddb.planner.bindings import READ, TableReference
from pgddb.planner.decoded import Decoded, Form
from pgddb.planner.plan_nodes import LookedUpColumn, TableRead
from pgddb.sql.names import is_plain_select

_FORMS = frozenset({Form.OUTPUT, Form.DIGITS, Form.ITEM, Form.TYPED, Form.PART})
_CARRIERS = {
    Carrier.TEXT: "text",
    Carrier.INTEGER: "bigint",
    Carrier.DIGITS: "numeric",
    Carrier.DECIMAL: "numeric",
    Carrier.BOOLEAN: "boolean",
    Carrier.JSON: "jsonb",
    Carrier.DOCUMENT: "jsonb",
}
"""Carriers that are given out so, with the only type that needs no cast."""


Outputs = tuple[LookedUpColumn, ...]


def plain_outputs(
    tree: exp.Expr,
    references: Sequence[TableReference],
    decoded: Mapping[int, Sequence[Decoded]],
    reads: Sequence[TableRead],
) -> tuple[Outputs, Outputs]:
    """Give the outputs of `SELECT columns FROM table WHERE` equalities with all of its key, and those without WHERE.

    Whoever fetches the item by that key, or all items, needs to check no condition again. () for all else.
    """
    if len(references) != 1 or not isinstance(tree, exp.Select) or not _is_plain(tree, reads[0]):
        return (), ()
    read = reads[0]
    if read.conjuncts:
        return (_columns(tree, references, decoded) if _is_lookup(read) else ()), ()
    whole = not read.given and read.partition_ends is None
    return (), _columns(tree, references, decoded) if whole else ()


def _columns(
    tree: exp.Select, references: Sequence[TableReference], decoded: Mapping[int, Sequence[Decoded]]
) -> Outputs:
    by_name = {one.internal: one for one in decoded[references[0].number]}
    columns: list[LookedUpColumn] = []
    for projection in tree.expressions:
        value = projection.unalias()
        if not isinstance(value, exp.Column) or value.meta.get(READ) != references[0].number:
            return ()
        column = _column(by_name[value.name])
        if column is None:
            return ()
        columns.append(column)
    return tuple(columns)


def _is_plain(tree: exp.Select, read: TableRead) -> bool:
    """Say whether the statement asks no more of a table than its columns and what stands in `read.conjuncts`."""
    return is_plain_select(tree) and read.complete


def _is_lookup(read: TableRead) -> bool:
    keys = read.table.keys.names
    asked = sorted(
        str(conjunct.path[0])
        for conjunct in read.conjuncts
        if isinstance(conjunct, Compare)
        and conjunct.comparison is Comparison.EQUAL
        and conjunct.seen_as is None
        and len(conjunct.path) == 1
    )
    declared = {column.path[:1] for column in read.table.columns if column.declared}
    return len(asked) == len(read.conjuncts) and asked == sorted(keys) and not any((name,) in declared for name in keys)


def _column(decoded: Decoded) -> LookedUpColumn | None:
    column = decoded.column
    if decoded.form not in _FORMS or column.declared or _CARRIERS.get(column.carrier) != column.type_name:
        return None
    if column.carrier is Carrier.DOCUMENT:
        return LookedUpColumn(None, Carrier.DOCUMENT) if decoded.form is Form.ITEM else None
    if len(column.path) != 1 or (column.carrier is Carrier.DECIMAL and decoded.form is not Form.DIGITS):
        return None
    carrier = Carrier.DIGITS if decoded.form is Form.DIGITS else column.carrier
    return LookedUpColumn(str(column.path[0]), carrier)
