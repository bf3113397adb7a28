"""Say which values are compared by keys, and make the keys."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.rule import call
from pgddb.sql.types.columns import set_type, type_of
from pgddb.sql.types.families import element_of

KEYED = {"jsonb": "pg_jsonb_key"}
"""By type, the function that gives the key of a value."""
_UNLIKE_TEXTS = frozenset(["jsonb"])
"""Types of which equal values may have different texts."""
_KEY_CALLS = frozenset(KEYED.values())


def is_keyed(node: exp.Expr | None) -> bool:
    """Say whether values of an expression are compared by keys."""
    return (type_of(node) or "").removesuffix("[]") in KEYED


def keyed_alike(node: exp.Expr | None) -> bool:
    """Say whether equal values of an expression may have different texts."""
    return (type_of(node) or "").removesuffix("[]") in _UNLIKE_TEXTS


def key_of(node: exp.Expr) -> exp.Expr:
    """Give the key of a value, the list of keys of an array; NULL and what has no key stay."""
    kind = type_of(node)
    element = element_of(kind)
    if element in KEYED:
        name = exp.to_identifier("one", quoted=True)
        value = exp.Column(this=name.copy())
        keys = call("list_transform", node, exp.Lambda(this=call(KEYED[element], value), expressions=[name]))
        set_type(keys, "bytea[]")
        return keys
    if kind not in KEYED:
        return node
    key = call(KEYED[kind], node)
    set_type(key, "bytea")
    return key
