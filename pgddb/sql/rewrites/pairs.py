"""Turn jsonb_each and its like in the SELECT list into rows: whole pairs, or one of their fields."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.names import folded
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to
from pgddb.sql.types.columns import RECORD_TEXT, set_type
from pgddb.sql.types.signatures import PAIR_FUNCTIONS, TABLE_COLUMNS

_PAIRS = "pg_pairs"


def pairs_operation(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Rewrite the call, or a field of what it gives.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("(jsonb_each(x)).key")
    unnest(list_transform(pgddb_json_each('jsonb_each', CAST("x" AS TEXT)), LAMBDA "pair" : "pair"[1]))
    """
    if isinstance(node, exp.Dot):
        return _field(node)
    name = call_name(node)
    if name not in PAIR_FUNCTIONS or node.meta.get("in_from"):
        return PASS
    pairs = call("pgddb_json_each", name, cast_to(node.expressions[0].copy(), "VARCHAR"))
    outside = node.parent
    while isinstance(outside, exp.Paren):
        outside = outside.parent
    if isinstance(outside, exp.Dot):
        pairs.meta[_PAIRS] = name
        return pairs
    texts = exp.Array(expressions=[call("pg_record_field", _part(place)) for place in (1, 2)])
    made = call("unnest", _each(pairs, call("pg_record_text", texts)))
    made.meta[RECORD_TEXT] = True
    return made


def _field(node: exp.Dot) -> Answer:
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    name = inner.meta_get(_PAIRS)
    if name is None:
        return PASS
    fields = TABLE_COLUMNS[name]
    place = [field for field, _ in fields].index(folded(node.expression))
    made: exp.Expr = call("unnest", _each(inner.copy(), _part(place + 1)))
    kind = fields[place][1]
    made = cast_to(made, "JSON") if kind in ("json", "jsonb") else made
    set_type(made, kind)
    return made


def _part(place: int) -> exp.Expr:
    return exp.Bracket(this=exp.column("pair", quoted=True), expressions=[exp.Literal.number(place)])


def _each(pairs: exp.Expr, made: exp.Expr) -> exp.Expr:
    name = exp.to_identifier("pair", quoted=True)
    return call("list_transform", pairs, exp.Lambda(this=made, expressions=[name]))


RULE = Rule((exp.Anonymous, exp.Dot), pairs_operation)
