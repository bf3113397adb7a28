"""Compare with the rows of a query where a statement compares with the elements of an array that is made of them."""

from __future__ import annotations

from sqlglot import exp

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def compare_with_rows(tree: exp.Expr) -> None:
    """Read `= ANY (ARRAY(SELECT ...))` as `IN (SELECT ...)`, and its like, in place: no array has to be made.

    >>> from pgddb.sql import parse_one
    >>> parse_one("SELECT a = ANY(ARRAY(SELECT b)), a <> ALL(ARRAY(SELECT b)) FROM t").tree.sql("postgres")
    'SELECT a IN (SELECT b), a <> ALL ((SELECT b)) FROM t'
    """
    for node in list(tree.find_all(*_COMPARISONS)):
        quantifier = node.args["expression"]
        if not isinstance(quantifier, (exp.Any, exp.All)):
            continue
        array = quantifier.this.unnest()
        if not (isinstance(array, exp.Array) and len(array.expressions) == 1):
            continue
        query = array.expressions[0].unnest()
        if not isinstance(query, exp.Query):
            continue
        rows = exp.Subquery(this=query)
        if isinstance(node, exp.EQ) and isinstance(quantifier, exp.Any):
            replacement: exp.Expr = exp.In(this=node.this, query=rows)
        else:
            replacement = type(node)(this=node.this, expression=type(quantifier)(this=rows))
        replacement.meta.update(node.meta)
        node.replace(replacement)
