"""Reckon a subquery once that a macro would write down several times.

The engine puts the arguments of a macro in the place of their names, wherever and as often as these stand: a subquery
would be planned, and its table read, as often. A lambda's parameter holds its value instead.
"""

from __future__ import annotations

import re
from functools import cache

from sqlglot import exp

from pgddb.sql.functions import macro_statements
from pgddb.sql.rewrites.rule import call

_NAME = re.compile(r"MACRO pgcat\.(\w+)\(")
_NAMED = (exp.PropertyEQ, exp.Kwarg)
_CONSTANTS = (exp.Literal, exp.Null, exp.Boolean, exp.DataType)


@cache
def _macros() -> frozenset[str]:
    return frozenset(found[1].lower() for text in macro_statements() if (found := _NAME.search(text)))


def bind_subqueries(tree: exp.Expr) -> exp.Expr:
    """Bind the arguments of macros that hold subqueries, in place.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT to_hex((SELECT 255))"))
    SELECT list_extract(list_transform(list_value((SELECT 255)), LAMBDA "a1" : to_hex("a1")), 1) AS "to_hex"
    """
    if not any(isinstance(query.parent, exp.Expr) and _inside_call(query) for query in tree.find_all(exp.Query)):
        return tree
    for node in reversed(list(tree.bfs())):
        if isinstance(node, exp.Anonymous) and _binds(node):
            node.replace(_bound(node))
    return tree


def _inside_call(query: exp.Expr) -> bool:
    above = query.parent
    while above is not None and not isinstance(above, (exp.Select, exp.SetOperation)):
        if isinstance(above, exp.Anonymous):
            return True
        above = above.parent
    return False


def _binds(node: exp.Anonymous) -> bool:
    if str(node.this).lower() not in _macros() or isinstance(node.parent, (exp.Table, exp.Lateral, exp.Unnest)):
        return False
    arguments = node.expressions
    return any(map(_has_query, arguments)) and not any(isinstance(argument, _NAMED) for argument in arguments)


def _has_query(node: exp.Expr) -> bool:
    return node.find(exp.Query) is not None


def _is_constant(node: exp.Expr) -> bool:
    return all(isinstance(part, (*_CONSTANTS, exp.Cast, exp.Paren, exp.Neg)) for part in node.walk())


def _bound(node: exp.Anonymous) -> exp.Expr:
    """Write `list_extract(list_transform([value], lambda a: f(a)), 1)`; of several values a struct is made."""
    bound = [number for number, argument in enumerate(node.expressions) if not _is_constant(argument)]
    name = exp.to_identifier("a1")
    values = [node.expressions[number].copy() for number in bound]
    if len(bound) == 1:
        held: exp.Expr = values[0]
        parts: list[exp.Expr] = [exp.Column(this=name.copy())]
    else:
        fields = [f"f{number}" for number in bound]
        held = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(field), expression=value)
                for field, value in zip(fields, values, strict=True)
            ]
        )
        parts = [call("struct_extract", exp.Column(this=name.copy()), field) for field in fields]
    inner = node.copy()
    for number, part in zip(bound, parts, strict=True):
        inner.expressions[number].replace(part)
    body = exp.Lambda(this=inner, expressions=[name])
    extracted = call("list_extract", call("list_transform", call("list_value", held), body), 1)
    extracted.meta.update(node.meta)
    return extracted
