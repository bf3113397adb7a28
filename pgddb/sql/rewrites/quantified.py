"""Read `= ANY (array)` and its like, with arrays given as text."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.functions.casts import array_elements
from pgddb.sql.rewrites.casts import literal as read_literal
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, literal_text, named_type, string_array
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import TEXTS


def quantified(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Turn the text of an array behind ANY or ALL into an array of the other side's type.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("1 = ANY('{1,2}')")
    1 = ANY(CAST(['1', '2'] AS INT[]))
    >>> show("'a' = ANY('{a}')")
    'a' = ANY(CAST(['a'] AS TEXT[]))
    """
    right = node.args["expression"]
    if not isinstance(right, exp.Any | exp.All):
        return PASS
    text = literal_text(right.this)
    if text is None:
        return PASS
    element = type_of(node.this)
    if element is None or element in TEXTS:
        array: exp.Expr = string_array(array_elements(text))
    else:
        target = exp.Cast(this=exp.Null(), to=named_type(f"{element}[]"))
        array = read_literal(text, f"{element}[]", target)
    return type(node)(this=node.this, expression=type(right)(this=exp.Paren(this=array)))


RULE = Rule((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), quantified)
