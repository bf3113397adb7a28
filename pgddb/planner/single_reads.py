"""See to it that the engine reads every feed once: a feed is a stream, and its rows were paid for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlglot import exp

from pgddb.planner.bindings import TableReference


def read_feeds_once(tree: exp.Expr, references: Sequence[TableReference]) -> None:
    """Have the engine keep the rows of common table expressions that are read more than once, in place.

    A table in the recursive part of WITH RECURSIVE is read in every round, so it moves into an expression of its own
    before the statement.
    """
    markers = {reference.marker for reference in references}
    hoisted = {table.name for table in _recursive_tables(tree) if table.name in markers}
    for table in list(tree.find_all(exp.Table)):
        if table.name in hoisted:
            table.set("this", exp.to_identifier(_kept_name(table.name), quoted=True))
    repeated = {table.name for table in _recursive_tables(tree)}
    reads = Counter(table.name for table in tree.find_all(exp.Table))
    for entry in list(tree.find_all(exp.CTE)):
        if not _is_recursive(entry) and (reads[entry.alias] > 1 or entry.alias in repeated):
            entry.args["materialized"] = True
    if hoisted:
        _hoist(tree, sorted(hoisted))


def keep_repeated(tree: exp.Expr, references: Sequence[TableReference]) -> None:
    """Have the engine keep the rows of tables that a rewritten statement mentions more than once, in place.

    So it is with a subquery as an argument that a rewrite needs twice, as in `avg((SELECT ...))`. The engine itself
    writes down the operand of CASE once for each WHEN, and the first argument of NULLIF twice.
    """
    markers = {reference.marker for reference in references}
    tables = [table for table in tree.find_all(exp.Table) if table.name in markers]
    reads = Counter(table.name for table in tables)
    operands = [node.this for node in tree.find_all(exp.Case, exp.Nullif) if isinstance(node.this, exp.Expr)]
    multiplied = {table.name for operand in operands for table in operand.find_all(exp.Table)}
    repeated = sorted(name for name, count in reads.items() if count > 1 or name in multiplied)
    if not repeated:
        return
    for table in tables:
        if table.name in repeated:
            table.set("this", exp.to_identifier(_kept_name(table.name), quoted=True))
    _hoist(tree, repeated)


def _recursive_tables(tree: exp.Expr) -> Iterator[exp.Table]:
    for entry in tree.find_all(exp.CTE):
        if _is_recursive(entry):
            yield from entry.this.expression.find_all(exp.Table)


def _is_recursive(entry: exp.CTE) -> bool:
    """Say whether a common table expression reads itself."""
    if not isinstance(entry.this, exp.SetOperation):
        return False
    return any(table.name == entry.alias for table in entry.this.expression.find_all(exp.Table))


def _kept_name(marker: str) -> str:
    return f"kept_{marker.rstrip('_')}"


def _hoist(tree: exp.Expr, markers: Sequence[str]) -> None:
    clause = tree.args.get("with_") or exp.With(expressions=[])
    entries = [
        exp.CTE(
            this=exp.Select(
                expressions=[exp.Star()],
                from_=exp.From(this=exp.Table(this=exp.to_identifier(marker, quoted=True))),
            ),
            alias=exp.TableAlias(this=exp.to_identifier(_kept_name(marker), quoted=True)),
            materialized=True,
        )
        for marker in markers
    ]
    clause.set("expressions", entries + clause.expressions)
    tree.set("with_", clause)
