"""Take `pg_catalog.` off functions, and collations that change nothing off expressions."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, InvalidSchemaName
from pgddb.sql.names import folded
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule

_BYTE_ORDER = frozenset(["c", "posix", "default", "c.utf-8", "c.utf8", "ucs_basic"])


def bare_name(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Strip a qualification that says nothing.

    >>> from pgddb.sql.rewrites.example import show
    >>> show('pg_catalog.upper(a) COLLATE "C"')
    upper("a")
    """
    if isinstance(node, exp.Collate):
        return _collate(node)
    schema, function = node.this, node.args["expression"]
    if not isinstance(schema, exp.Identifier) or not isinstance(function, exp.Expr):
        return PASS
    if isinstance(function, exp.Identifier | exp.Star):
        return PASS
    name = folded(schema)
    if name not in ("pg_catalog", "information_schema", "public"):
        raise InvalidSchemaName(f'schema "{name}" does not exist')
    return function


def _collate(node: exp.Collate) -> exp.Expr:
    collation = node.args["expression"]
    name = collation.name if isinstance(collation, exp.Expr) else str(collation)
    if name.lower() not in _BYTE_ORDER:
        raise FeatureNotSupported(f'collation "{name}" is not supported')
    inner = node.this
    assert isinstance(inner, exp.Expr)
    return inner


RULE = Rule((exp.Dot, exp.Collate), bare_name)
