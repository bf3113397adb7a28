"""Find the item that the values of an INSERT ... SELECT are taken from, so that writing them loses no type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from pgddb.access.table import Carrier, Column, TableSchema
from pgddb.planner.bindings import folded, is_quoted
from pgddb.planner.dml_nodes import Assignment
from pgddb.planner.dml_targets import alias_of, raw_item
from pgddb.planner.plan_nodes import CatalogSnapshot

_MIXES_ROWS = ("group", "having", "distinct", "joins", "laterals", "windows", "qualify")


HANDED_ON = "pgddb item"
"""The output of a WITH query that hands the raw item on."""


def guided_assignments(
    select: exp.Select, assignments: Sequence[Assignment], catalog: CatalogSnapshot, ctes: exp.Expr | None
) -> tuple[exp.Expr | None, tuple[Assignment, ...]]:
    """Give an output for the raw item that each row is made of, and the assignments with those marked that copy of it.

    A WITH query that the rows come from gets such an output, too.

    A document is guided where its value mentions the document of the source, another column where its value is the
    column of the same attribute. Where the rows are not items of one table there is no guide.
    """
    source = _source_of(select, catalog, ctes)
    if source is None:
        return None, tuple(assignments)
    alias, table, guide = source
    values = [output.unalias() for output in select.expressions]
    marked = tuple(
        replace(one, guided=_copies(value, one.column, alias, table))
        for one, value in zip(assignments, values, strict=False)
    )
    rest = tuple(assignments[len(marked) :])
    return (guide() if any(one.guided for one in marked) else None), (*marked, *rest)


_Source = tuple[str, TableSchema, Callable[[], exp.Expr]]
"""The name of a relation of items, their table, and what adds the output for the raw item."""


def _source_of(select: exp.Select, catalog: CatalogSnapshot, ctes: exp.Expr | None) -> _Source | None:
    source = select.args.get("from_")
    node = None if source is None else source.this
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        return None
    if any(select.args.get(name) for name in _MIXES_ROWS) or node.args.get("joins") or select.find(exp.AggFunc):
        return None
    schema = folded(node.args["db"]) if node.args.get("db") is not None else None
    clauses = [one for one in (select.args.get("with_"), ctes) if one is not None]
    for clause in clauses if schema is None else ():
        for entry in clause.expressions:
            if entry.alias == folded(node.this):
                return _handed_on(entry, node, catalog, [select, *clauses])
    table = catalog.table(schema, node.this.name, is_quoted(node.this))
    if table is None:
        return None
    alias = alias_of(node, table)
    return alias, table, lambda: raw_item(alias)


def _handed_on(entry: exp.Expr, node: exp.Table, catalog: CatalogSnapshot, trees: list[exp.Expr]) -> _Source | None:
    """Look through a WITH query that is mentioned once and gives columns of one table under their own names."""
    body, mentions = entry.this, (one for tree in trees for one in tree.find_all(exp.Table))
    if not isinstance(body, exp.Select) or entry.args["alias"].args.get("columns"):
        return None
    if sum(not one.args.get("db") and folded(one.this) == entry.alias for one in mentions) != 1:
        return None
    inner = _source_of(body, catalog, None)
    if inner is None or any(not _keeps_name(one, inner) for one in body.expressions):
        return None
    alias = node.args.get("alias")
    name = folded(alias.this) if isinstance(alias, exp.TableAlias) else entry.alias

    def guide() -> exp.Expr:
        body.select(exp.alias_(inner[2]().unalias(), HANDED_ON, quoted=True), copy=False)
        handed = exp.Column(this=exp.to_identifier(HANDED_ON, quoted=True), table=exp.to_identifier(name, quoted=True))
        return exp.alias_(handed, "item", quoted=True)

    return name, inner[1], guide


def _keeps_name(output: exp.Expr, source: _Source) -> bool:
    if isinstance(output, exp.Star):
        return True
    column = _column_of(output, source[0], source[1])
    return column is not None or not any(one.name == output.alias_or_name for one in source[1].columns)


def _copies(value: exp.Expr, column: Column, alias: str, table: TableSchema) -> bool:
    if column.carrier is Carrier.DOCUMENT:
        return any(
            found is not None and found.carrier is Carrier.DOCUMENT
            for found in (_column_of(one, alias, table) for one in value.find_all(exp.Column))
        )
    found = _column_of(value, alias, table)
    return found is not None and found.path == column.path


def _column_of(node: exp.Expr, alias: str, table: TableSchema) -> Column | None:
    if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
        return None
    qualifier = node.args.get("table")
    if qualifier is not None and folded(qualifier).lower() != alias.lower():
        return None
    name = folded(node.this)
    for column in table.columns:
        if column.name == name or (not is_quoted(node.this) and column.name.lower() == name):
            return column
    return None
