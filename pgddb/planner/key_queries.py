"""Build the queries that give keys: distinct values of some columns of one relation of the statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from pgddb.planner.repeatable import is_repeatable, with_ties


def keys_of_relation(node: exp.Expr, columns: Sequence[exp.Expr], conditions: Sequence[exp.Expr]) -> exp.Select | None:
    """Give the query for columns of a FROM entry whose rows meet conditions; None where it may not run twice."""
    source = _source(node)
    if source is None or not all(map(is_repeatable, columns)):
        return None
    query = exp.Select(
        expressions=[
            exp.Alias(this=column.copy(), alias=exp.to_identifier(f"key_{place}", quoted=True))
            for place, column in enumerate(columns)
        ],
        distinct=exp.Distinct(),
        from_=exp.From(this=source),
    )
    usable = [
        condition.copy() for condition in conditions if is_repeatable(condition) and not condition.find(exp.Query)
    ]
    if usable:
        query.set("where", exp.Where(this=exp.and_(*usable, copy=False)))
    return query


def keys_of_query(query: exp.Expr, alias: str) -> exp.Select | None:
    """Give the query for the rows of a subquery."""
    node = exp.Subquery(this=query.unnest(), alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    source = _source(node)
    if source is None:
        return None
    star = exp.Column(this=exp.Star(), table=exp.to_identifier(alias, quoted=True))
    return exp.Select(expressions=[star], distinct=exp.Distinct(), from_=exp.From(this=source))


def _source(node: exp.Expr) -> exp.Expr | None:
    """Copy a FROM entry without what is joined to it; None where it may give other rows the second time."""
    source = node.copy()
    source.set("joins", None)
    if isinstance(source, exp.Lateral) and isinstance(source.this, exp.Subquery):
        source = exp.Subquery(this=source.this.this, alias=source.args.get("alias"))
    if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Select):
        widened = with_ties(source.this)
        if widened is None:
            return None
        plain = source.this.copy()
        plain.set("limit", None)
        plain.set("offset", None)
        source.set("this", widened)
        return source if is_repeatable(plain) else None
    return source if is_repeatable(source) else None


def complete(query: exp.Select, tree: exp.Expr) -> exp.Select | None:
    """Add the common table expressions that a query needs; None where it cannot stand by itself."""
    named = {entry.alias: entry for entry in tree.find_all(exp.CTE)}
    needed: dict[str, exp.CTE] = {}
    _note_needed(query, named, needed)
    if needed:
        inside = {entry.alias for entry in query.find_all(exp.CTE)}
        entries = [entry for name, entry in named.items() if name in needed and name not in inside]
        recursive = any(_is_recursive(entry) for entry in entries)
        if not all(is_repeatable(entry.this) for entry in entries):
            return None
        if entries:
            copies = [entry.copy() for entry in entries]
            query.set("with_", exp.With(expressions=copies, recursive=recursive))
    return query if stands_alone(query) else None


def _note_needed(query: exp.Expr, named: Mapping[str, exp.CTE], needed: dict[str, exp.CTE]) -> None:
    for table in query.find_all(exp.Table):
        entry = named.get(table.name)
        if entry is not None and table.name not in needed and isinstance(table.this, exp.Identifier):
            needed[table.name] = entry
            _note_needed(entry.this, named, needed)


def _is_recursive(entry: exp.CTE) -> bool:
    return any(table.name == entry.alias for table in entry.this.find_all(exp.Table))


def stands_alone(query: exp.Expr) -> bool:
    """Say whether all columns are of relations inside the query, and no relation is the engine's own."""
    if any(table.args.get("db") is not None for table in query.find_all(exp.Table)):
        return False
    inside = set(_aliases(query))
    return all(not column.table or column.table in inside for column in query.find_all(exp.Column))


def _aliases(query: exp.Expr) -> Iterator[str]:
    for clause in query.find_all(exp.From, exp.Join):
        yield clause.this.alias_or_name
    for nested in query.find_all(exp.Table, exp.Subquery, exp.Lateral):
        yield nested.alias_or_name
