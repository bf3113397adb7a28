"""Say which values are compared by keys, and make the keys."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.rule import call
from pgddb.sql.types.columns import set_type, type_of
from pgddb.sql.types.families import INTEGERS, element_of
from pgddb.sql.types.text_numerics import TEXTUAL, textual

KEYED = {"jsonb": "pg_jsonb_key", "numeric": "pg_numeric_key", "inet": "pgddb_network_key", "cidr": "pgddb_network_key"}
"""By type, the function that gives the key of a value; numerics have keys where the engine has them as text."""
_UNLIKE_TEXTS = frozenset(["jsonb"])
"""Types of which equal values may have different texts."""


def is_keyed(node: exp.Expr | None) -> bool:
    """Say whether values of an expression are compared by keys."""
    kind = (type_of(node) or "").removesuffix("[]")
    return textual(node) if kind == "numeric" else kind in KEYED


def keyed_alike(node: exp.Expr | None) -> bool:
    """Say whether equal values of an expression may have different texts."""
    return textual(node) or (type_of(node) or "").removesuffix("[]") in _UNLIKE_TEXTS


def key_of(node: exp.Expr) -> exp.Expr:
    """Give the key of a value, the list of keys of an array; NULL and what has no key stay."""
    element = element_of(type_of(node))
    if element is not None:
        return keys_of(node) if is_keyed(node) else node
    name = _function(type_of(node))
    if name is None:
        return node
    key = call(name, node)
    set_type(key, "bytea")
    return key


def keys_of(array: exp.Expr) -> exp.Expr:
    """Give the keys of an array's elements, of numerics whatever the engine has them as."""
    element = element_of(type_of(array))
    function = _function(element)
    if function is None:
        return array
    name = exp.to_identifier("one", quoted=True)
    value = exp.Column(this=name.copy())
    set_type(value, element)
    if textual(array):
        value.meta[TEXTUAL] = True
    keys = call("list_transform", array, exp.Lambda(this=call(function, value), expressions=[name]))
    set_type(keys, "bytea[]")
    return keys


def note_like(made: exp.Expr, value: exp.Expr) -> None:
    """Note that an expression is of the type of a value, and a text where that is one."""
    set_type(made, type_of(value))
    if textual(value):
        made.meta[TEXTUAL] = True


def _function(kind: str | None) -> str | None:
    return KEYED["numeric"] if kind in INTEGERS else KEYED.get(kind or "")
