"""Name outputs where the name matters inside the statement, and drop row locks."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import AmbiguousColumn, FeatureNotSupported
from pgddb.sql.names import UNNAMED, column_name, folded, is_star


def name_nested_outputs(tree: exp.Expr) -> exp.Expr:
    """Give outputs of subqueries, CTEs and VALUES the names by which PostgreSQL knows them.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT count FROM (SELECT count(*), 1 FROM t) s"))
    SELECT "count" FROM (SELECT COUNT(*) AS "count", 1 FROM "t") AS "s"
    """
    for select in tree.find_all(exp.Select):
        select.set("locks", None)
        if not select.expressions and isinstance(select.parent, exp.Exists):
            select.set("expressions", [exp.Literal.number(1)])
        if not select.expressions:
            raise FeatureNotSupported("a SELECT without outputs is not supported")
        _refuse_ambiguous_order(select)
        _name(select)
    for values in tree.find_all(exp.Values):
        _name_values(values)
    return tree


def _refuse_ambiguous_order(select: exp.Select) -> None:
    """Refuse an ORDER BY name that two different outputs have."""
    order = select.args.get("order")
    keys = [ordered.this for ordered in order.expressions] if isinstance(order, exp.Order) else []
    keys = [key for key in keys if isinstance(key, exp.Column) and not key.args.get("table")]
    if not keys:
        return
    names = [(column_name(output), output) for output in select.expressions if not is_star(output)]
    for column in keys:
        meant = [output.unalias() for name, output in names if name == folded(column.this)]
        if any(output != meant[0] for output in meant):
            start = column.this.meta.get("start")
            position = None if start is None else start + 1
            raise AmbiguousColumn(f'ORDER BY "{folded(column.this)}" is ambiguous', position=position)


def _name(select: exp.Select) -> None:
    taken = {output.alias_or_name for output in select.expressions if isinstance(output, (exp.Alias, exp.Column))}
    for output in list(select.expressions):
        if isinstance(output, (exp.Alias, exp.Column)) or is_star(output):
            continue
        name = column_name(output)
        if name == UNNAMED or name in taken:
            continue
        taken.add(name)
        alias = exp.Alias(this=output.copy(), alias=exp.to_identifier(name, quoted=True))
        alias.meta.update(output.meta)
        output.replace(alias)


def _name_values(values: exp.Values) -> None:
    first = values.expressions[0]
    count = len(first.expressions) if isinstance(first, exp.Tuple) else 1
    alias = values.args.get("alias")
    if alias is None or len(alias.columns) >= count:
        return
    names = [
        *alias.columns,
        *(exp.to_identifier(f"column{number}") for number in range(len(alias.columns) + 1, count + 1)),
    ]
    alias.set("columns", names)
