"""Read `= ANY (array)` and its like, with arrays given as text."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.functions.casts import array_elements
from pgddb.sql.rewrites.casts import literal as read_literal
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, literal_text, named_type, string_array
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import TEXTS, is_array


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
        return _of_nothing(node, right)
    element = type_of(node.this)
    if element is None or element in TEXTS:
        array: exp.Expr = string_array(array_elements(text))
    else:
        target = exp.Cast(this=exp.Null(), to=named_type(f"{element}[]"))
        array = read_literal(text, f"{element}[]", target)
    return type(node)(this=node.this, expression=type(right)(this=exp.Paren(this=array)))


def _of_nothing(node: exp.Expr, right: exp.Expr) -> Answer:
    """Make a comparison with the elements of NULL give NULL, where DuckDB finds no elements."""
    array = right.this.unnest()
    written = array
    while isinstance(written, exp.Cast | exp.Paren):
        written = written.this
    is_written = isinstance(written, exp.Array | exp.Query | exp.Literal)
    if not is_array(type_of(array)) or is_written or node.meta.get("of_nothing"):
        return PASS
    compared = node.copy()
    compared.meta["of_nothing"] = True
    present = exp.Not(this=exp.Is(this=array.copy(), expression=exp.Null()))
    return exp.Paren(this=exp.Case(ifs=[exp.If(this=present, true=compared)]))


RULE = Rule((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), quantified)
