"""Keep the ties that FETCH FIRST ... WITH TIES asks for, which DuckDB's LIMIT drops."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.sql.names import folded
from pgddb.sql.rewrites.rule import call


def keep_ties(tree: exp.Expr) -> exp.Expr:
    """Turn WITH TIES into a condition on the rank, before the rules run.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT a FROM t ORDER BY b FETCH FIRST 2 ROWS WITH TIES"))
    SELECT "a" FROM "t" QUALIFY rank() OVER (ORDER BY "b") <= 2 ORDER BY "b"
    """
    for fetch in list(tree.find_all(exp.Fetch)):
        options = fetch.args.get("limit_options")
        if not isinstance(options, exp.LimitOptions) or not options.args.get("with_ties"):
            continue
        _rank(fetch)
    return tree


def _rank(fetch: exp.Fetch) -> None:
    select = fetch.parent
    if not isinstance(select, exp.Select) or select.args.get("distinct") or select.args.get("offset"):
        raise FeatureNotSupported("WITH TIES with DISTINCT, OFFSET or a set operation is not supported")
    order = select.args.get("order")
    if order is None:
        raise SqlSyntaxError("WITH TIES cannot be specified without ORDER BY clause")
    copied = order.copy()
    for ordered in copied.expressions:
        ordered.set("this", _meaning(ordered.this, select))
    rank = exp.Window(this=call("rank"), order=copied, over="OVER")
    count = fetch.args.get("count") or exp.Literal.number(1)
    select.set("limit", None)
    select.set("qualify", exp.Qualify(this=exp.LTE(this=rank, expression=count.copy())))


def _meaning(node: exp.Expr, select: exp.Select) -> exp.Expr:
    """Give the output that a name or a number in ORDER BY stands for, else the expression itself."""
    if isinstance(node, exp.Literal) and not node.is_string:
        output: exp.Expr = select.expressions[int(node.name) - 1]
        return output.unalias().copy()
    if isinstance(node, exp.Column) and not node.args.get("table"):
        for output in select.expressions:
            if isinstance(output, exp.Alias) and folded(output.args["alias"]) == folded(node.this):
                inner: exp.Expr = output.this
                return inner.copy()
    return node
