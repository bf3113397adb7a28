"""Read untyped literals in the branches of UNION and its like as the other branch's type."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.names import first_select
from pgddb.sql.rewrites.casts import literal
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, literal_text, named_type
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import TEXTS


def align_branches(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Give a literal the type that the same column has in the other branch.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT 1 UNION SELECT '2'"))
    SELECT 1 UNION SELECT CAST('2' AS INT)
    """
    left, right = first_select(node.this), first_select(node.args["expression"])
    if left is None or right is None:
        return PASS
    for one, other in zip(left.expressions, right.expressions, strict=False):
        _align(one, other)
        _align(other, one)
    return PASS


def _align(output: exp.Expr, other: exp.Expr) -> None:
    value = output.unalias()
    text, kind = literal_text(value), type_of(other)
    if text is None or kind is None or kind in TEXTS:
        return
    cast = exp.Cast(this=exp.Null(), to=named_type(kind))
    value.replace(literal(text, kind, cast))


RULE = Rule((exp.Union, exp.Except, exp.Intersect), align_branches)
