"""Find the tables and the parameters that a tree mentions."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.names import folded


def parameter_numbers(tree: exp.Expr) -> tuple[int, ...]:
    """Give the numbers of the parameters `$n` in the tree, ascending, each once."""
    return tuple(sorted({parameter_number(node) for node in tree.find_all(exp.Parameter)}))


def parameter_number(parameter: exp.Parameter) -> int:
    """Give n of a `$n`."""
    return int(parameter.this.name)


def table_references(tree: exp.Expr) -> list[exp.Table]:
    """Give every reference to a table or view, in the order of the text, leaving out names of CTEs and functions.

    A name is a CTE's where that CTE is visible: in the query that has the WITH, in
    later CTEs of the list, and in the CTE itself and all of the list when it is recursive.
    """
    return [table for table in tree.find_all(exp.Table, bfs=False) if _is_relation(table)]


def _is_relation(table: exp.Table) -> bool:
    if not isinstance(table.this, exp.Identifier):
        return False
    return bool(table.args.get("db")) or not _names_cte(table)


def _names_cte(table: exp.Table) -> bool:
    """Say whether a CTE of the table's name is visible at the table."""
    name = folded(table.this)
    inside: exp.Expr = table
    scope = table.parent
    while scope is not None:
        with_ = inside if isinstance(inside, exp.With) else scope.args.get("with_")
        if isinstance(with_, exp.With) and _visible(with_, table, name):
            return True
        inside, scope = scope, scope.parent
    return False


def _visible(with_: exp.With, table: exp.Table, name: str) -> bool:
    for cte in with_.expressions:
        holds_table = _holds(cte, table)
        if holds_table and not with_.args.get("recursive"):
            return False
        if folded(cte.args["alias"].this) == name:
            return True
    return False


def _holds(node: exp.Expr, inner: exp.Expr) -> bool:
    at: exp.Expr | None = inner
    while at is not None:
        if at is node:
            return True
        at = at.parent
    return False
