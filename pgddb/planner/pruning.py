"""Drop outputs of derived tables that nothing reads, so that `SELECT a FROM (SELECT * FROM t)` fetches only `a`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlglot import exp

from pgddb.planner.bindings import BOUND

_BINDING_PARTS = ("distinct", "with_")
"""Parts of a SELECT that depend on all of its outputs, or hide what they mean."""


def drop_unused_outputs(tree: exp.Expr) -> None:
    """Drop, in place, bare table columns among the outputs that no other part names, and all of EXISTS."""
    for exists in tree.find_all(exp.Exists):
        _ask_for_rows_only(exists.this.this if isinstance(exists.this, exp.Subquery) else exists.this)
    dropped = True
    while dropped:
        dropped = False
        for select, aliases in _candidates(tree):
            dropped = _drop(select, aliases) or dropped


def _ask_for_rows_only(query: exp.Expr) -> None:
    if isinstance(query, exp.Select) and not _depends_on_outputs(query) and all(map(_is_bare, query.expressions)):
        query.set("expressions", [exp.Literal.number(1)])


def _candidates(tree: exp.Expr) -> Iterator[tuple[exp.Select, frozenset[str]]]:
    """Give each SELECT that may lose outputs, with the aliases under which it is read."""
    read_by_query: dict[str, list[str]] = {}
    for table in tree.find_all(exp.Table):
        read_by_query.setdefault(table.name, []).append(table.alias_or_name)
    for node in list(tree.find_all(exp.Subquery, exp.CTE)):
        if not isinstance(node.this, exp.Select) or _depends_on_outputs(node.this):
            continue
        if isinstance(node, exp.CTE):
            yield node.this, frozenset(read_by_query.get(node.alias, ()))
        elif isinstance(node.parent, (exp.From, exp.Join)) and node.alias:
            yield node.this, frozenset({node.alias})


def _depends_on_outputs(select: exp.Select) -> bool:
    if any(select.args.get(part) for part in _BINDING_PARTS):
        return True
    order, group = select.args.get("order"), select.args.get("group")
    keys = [ordered.this for ordered in order.expressions] if order is not None else []
    keys += group.expressions if group is not None else []
    return any(isinstance(key, exp.Literal) for key in keys)


def _drop(select: exp.Select, aliases: frozenset[str]) -> bool:
    named: Counter[str] = Counter()
    for column in select.root().find_all(exp.Column):
        if column.table in aliases:
            named[column.name] += 1
        if isinstance(column.this, exp.Star) and column.table in aliases:
            return False
        if not column.table and (column.name in aliases or BOUND not in column.meta):
            return False
    if not all(_is_counted(star) for star in select.root().find_all(exp.Star)):
        return False
    kept = [one for one in select.expressions if not _is_bare(one) or named[one.alias]]
    kept = kept or list(select.expressions[:1])
    dropped = len(kept) < len(select.expressions)
    if dropped:
        select.set("expressions", kept)
    return dropped


def _is_counted(star: exp.Star) -> bool:
    return isinstance(star.parent, (exp.Count, exp.Column))


def _is_bare(projection: exp.Expr) -> bool:
    """Say whether an output is a column of a base or derived table and nothing else."""
    value = projection.unalias()
    return isinstance(projection, exp.Alias) and isinstance(value, exp.Column) and BOUND in value.meta
