"""Compare, sort and group values whose texts do not compare as they do, by keys whose bytes do.

A jsonb value travels as its text; `1.0` equals `1`, and 9 stands before 10. Each place that compares
such values takes their keys instead: operators, ORDER BY, GROUP BY, DISTINCT, UNION and their like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedFunction
from pgddb.sql.names import output_at
from pgddb.sql.rewrites.keyed_queries import (
    key_groups,
    key_set_operation,
    key_whole_rows,
    require_equality,
    sort_by_output,
)
from pgddb.sql.rewrites.rule import call, call_name
from pgddb.sql.rewrites.value_keys import KEYED, is_keyed, key_of, keyed_alike, keys_of, note_like
from pgddb.sql.types.columns import set_type, type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, is_array
from pgddb.sql.types.places import position_of
from pgddb.sql.types.signatures import HYPOTHETICAL, PAIR_FUNCTIONS
from pgddb.sql.types.text_numerics import decimals_differ, textual

_SIGNS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)


def takes_part(nodes: Sequence[exp.Expr]) -> bool:
    """Say whether any value of a statement is of a type that this concerns."""
    return any(
        (type_of(node) or "").removesuffix("[]") in _CONCERNED
        or textual(node)
        or (isinstance(node, exp.In) and node.args.get("query") is not None and type_of(node.this) == "numeric")
        for node in nodes
    )


_CONCERNED = frozenset([*KEYED, "json", "record"]) - {"numeric"}


def compare_by_keys(tree: exp.Expr) -> exp.Expr:
    """Take keys wherever values are compared.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("x->'a' > '1'::jsonb")
    json_extract("x", '$."a"') > pg_jsonb_key(CAST('1' AS JSON))
    """
    found = _by_step(tree)
    for node in reversed(found[exp.Predicate]):  # inner ones first: outer ones copy them
        _READERS[type(node)](node)
    for select in found[exp.Select]:
        key_groups(select)
    for aggregate in found[exp.AggFunc]:
        _aggregate(aggregate)
    for window in found[exp.Window]:
        window.set("partition_by", [_keyed(part) for part in window.args.get("partition_by") or []])
    for ordered in list(tree.find_all(exp.Ordered)) if found[exp.Ordered] else ():
        _sorted(ordered)
    for select in found[exp.Select]:
        key_whole_rows(select)
    for query in reversed(found[exp.SetOperation]):
        tree = key_set_operation(query, tree)
    return tree


def _by_step(tree: exp.Expr) -> dict[type[exp.Expr], list[Any]]:
    found: dict[type[exp.Expr], list[Any]] = defaultdict(list)
    for node in tree.walk():
        step = _STEPS.get(type(node)) or (exp.AggFunc if isinstance(node, exp.AggFunc) else None)
        if step is not None:
            found[step].append(node)
    return found


def _keyed(node: exp.Expr) -> exp.Expr:
    return key_of(node) if is_keyed(node) else node


# Operators


def _compared(node: exp.Expr) -> None:
    left, right = node.this, node.args["expression"]
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
        for one, other in zip(left.expressions, right.expressions, strict=False):
            if _compare_by_key(one, other):
                one.replace(key_of(one.copy()))
                other.replace(key_of(other.copy()))
        return
    if isinstance(right, (exp.Any, exp.All)):
        _quantified(node, left, right)
    elif _compare_by_key(left, right):
        for name, side in (("this", left), ("expression", right)):
            node.set(name, keys_of(side) if is_array(type_of(side)) else key_of(side))


def _compare_by_key(left: exp.Expr, right: exp.Expr) -> bool:
    """Say whether either side has keys, and both are of one kind: numerics compare with floats as floats."""
    return (is_keyed(left) or is_keyed(right)) and not {type_of(left), type_of(right)} & _FLOATS


_FLOATS = frozenset(["real", DOUBLE])


def _quantified(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> None:
    inner = right.this.unnest() if isinstance(right.this, exp.Paren) else right.this
    if not is_keyed(left) and not is_keyed(inner):
        return
    node.set("this", key_of(left))
    if isinstance(inner, exp.Query):
        inner.replace(_keys_of_query(inner))
    else:
        array = exp.Paren(this=keys_of(inner.copy()))
        set_type(array, "bytea[]")
        right.set("this", array)


def _keys_of_query(query: exp.Expr) -> exp.Expr:
    """Give the keys of the one column of a subquery."""
    name = exp.to_identifier("value", quoted=True)
    column = exp.Column(this=name.copy())
    inner = query.this if isinstance(query, exp.Subquery) else query
    set_type(column, next((type_of(one) for one in getattr(inner, "selects", ()) if type_of(one)), None))
    alias = exp.TableAlias(this=exp.to_identifier("keyed", quoted=True), columns=[name])
    source = exp.Subquery(this=inner.copy(), alias=alias)
    keys = exp.Subquery(this=exp.Select(expressions=[key_of(column)]).from_(source))
    set_type(keys, "bytea")
    return keys


def _between(node: exp.Expr) -> None:
    parts = [node.this, node.args["low"], node.args["high"]]
    if any(_compare_by_key(node.this, part) for part in parts[1:]):
        for name in ("this", "low", "high"):
            node.set(name, key_of(node.args[name]))


def _listed(node: exp.Expr) -> None:
    if isinstance(node.this, exp.Tuple):
        rows = [node.this, *(item for item in node.expressions if isinstance(item, exp.Tuple))]
        for column in zip(*(row.expressions for row in rows), strict=False):
            if any(map(is_keyed, column)):
                for part in column:
                    part.replace(key_of(part.copy()))
        return
    query = node.args.get("query")
    others = [query] if isinstance(query, exp.Expr) else node.expressions
    if not is_keyed(node.this) and not any(map(is_keyed, others)) and not _rounds(node.this, query):
        return
    if {type_of(part) for part in (node.this, *others)} & _FLOATS:
        return
    node.set("this", key_of(node.this))
    if isinstance(query, exp.Expr):
        node.set("query", _keys_of_query(query))
    else:
        node.set("expressions", [key_of(item) for item in node.expressions])


def _rounds(value: exp.Expr, query: exp.Expr | None) -> bool:
    """Say whether DuckDB would round one side of `numeric IN (SELECT numeric)` to the other's scale."""
    inner = query.this if isinstance(query, exp.Subquery) else query
    outputs = [output.unalias() for output in inner.selects] if isinstance(inner, exp.Query) else []
    return type_of(value) == "numeric" and decimals_differ([value, *outputs])


def _nullif(node: exp.Expr) -> None:
    if _compare_by_key(node.this, node.expression):
        same = exp.EQ(this=key_of(node.this.copy()), expression=key_of(node.expression.copy()))
        chosen = exp.Case(ifs=[exp.If(this=same, true=exp.Null())], default=node.this.copy())
        note_like(chosen, node)
        node.replace(chosen)


def _case(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Expr):
        return
    if any(_compare_by_key(node.this, branch.this) for branch in node.args["ifs"]):
        node.set("this", key_of(node.this))
        for branch in node.args["ifs"]:
            branch.set("this", key_of(branch.this))


def _extreme(node: exp.Expr) -> None:
    """Choose among pairs of key and value; NULLs do not count."""
    if not is_keyed(node):
        return
    parts = [part for part in (node.this, *node.expressions) if not isinstance(part, exp.Null)]
    step = -1 if isinstance(node, exp.Greatest) else 1  # of equal values, the first is chosen
    pairs = [_pair(part, place * step) for place, part in enumerate(parts)]
    chosen = call("struct_extract", call(type(node).__name__.lower(), *pairs), "value")
    note_like(chosen, node)
    node.replace(chosen)


def _pair(part: exp.Expr, place: int = 0) -> exp.Expr:
    members = [
        exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
        for name, value in (
            ("key", key_of(part.copy())),
            ("place", exp.Literal.number(place)),
            ("value", _shown(part)),
        )
    ]
    present = exp.Not(this=exp.Is(this=part.copy(), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=present, true=exp.Struct(expressions=members))])


def _shown(part: exp.Expr) -> exp.Expr:
    numeric = type_of(part) == "numeric" or type_of(part) in INTEGERS
    return call("pg_numeric_as_text", part.copy()) if numeric else part.copy()


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], None]] = {
    **dict.fromkeys(_SIGNS, _compared),
    exp.Between: _between,
    exp.In: _listed,
    exp.Nullif: _nullif,
    exp.Case: _case,
    exp.Greatest: _extreme,
    exp.Least: _extreme,
}


_STEPS: dict[type[exp.Expr], type[exp.Expr]] = {
    **dict.fromkeys(_READERS, exp.Predicate),
    **{kind: kind for kind in (exp.Select, exp.Window, exp.Ordered)},
    exp.Anonymous: exp.AggFunc,
    **dict.fromkeys([exp.Union, exp.Except, exp.Intersect], exp.SetOperation),
}
"""The step that takes nodes of a class."""


# Aggregates and orders


def _aggregate(node: exp.Expr) -> None:
    if isinstance(node, (exp.Max, exp.Min)) and is_keyed(node.this) and type_of(node.this) != "jsonb":
        chosen = call("arg_max" if isinstance(node, exp.Max) else "arg_min", node.this.copy(), key_of(node.this.copy()))
        note_like(chosen, node)
        node.replace(chosen)
    elif isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        for part in node.this.expressions:
            require_equality(part)
        node.this.set("expressions", [_keyed(part) if keyed_alike(part) else part for part in node.this.expressions])
    elif isinstance(node, (exp.AggFunc, exp.Anonymous)):
        _refuse_distinct(node)


def _refuse_distinct(node: exp.Expr) -> None:
    """Refuse DISTINCT where values that are equal differ in their texts: one of them would have to be chosen."""
    for argument in [node.this, *node.expressions]:
        inner = argument.this if isinstance(argument, exp.Order) else argument
        if not isinstance(inner, exp.Distinct):
            continue
        for part in inner.expressions:
            require_equality(part)
        if any(map(keyed_alike, inner.expressions)) and not isinstance(node, (exp.Sum, exp.Avg)):
            kind = next(type_of(part) for part in inner.expressions if keyed_alike(part))
            raise FeatureNotSupported(
                f"DISTINCT values of type {kind} in this aggregate are not supported",
                hint="Aggregate the rows of a subquery with SELECT DISTINCT.",
            )


def _sorted(ordered: exp.Ordered) -> None:
    key = ordered.this
    query = ordered.parent.parent if isinstance(ordered.parent, exp.Order) else None
    value = output_at(query, key)
    _require_order(value or key)
    if isinstance(query, exp.WithinGroup):
        _within_group(query, ordered)
    elif isinstance(query, exp.Select) and value is not None:
        sort_by_output(query, ordered)
    elif is_keyed(key) and not _counts_distance(query):
        ordered.set("this", key_of(key))


def _counts_distance(window: exp.Expr | None) -> bool:
    """Say whether the frame of a window reaches so far from the value of its row."""
    spec = window.args.get("spec") if isinstance(window, exp.Window) else None
    if not isinstance(spec, exp.WindowSpec) or str(spec.args.get("kind")).upper() != "RANGE":
        return False
    return any(isinstance(spec.args.get(side), exp.Expr) for side in ("start", "end"))


def _within_group(group: exp.WithinGroup, ordered: exp.Ordered) -> None:
    """Choose among pairs of key and value; what counts equal values has no keys."""
    if not is_keyed(ordered.this):
        return
    name, inner = call_name(group.this), group.this
    if name in HYPOTHETICAL:
        ordered.set("this", key_of(ordered.this))
        inner.set("expressions", [key_of(part) for part in inner.expressions])
        return
    if name == "percentile_cont" and type_of(ordered.this) == "numeric":
        return
    if name != "percentile_disc":
        raise FeatureNotSupported(f"{name} of values of type {type_of(ordered.this)} is not supported")
    ordered.set("this", _pair(ordered.this))
    chosen = call("struct_extract", group.copy(), "value")
    note_like(chosen, group)
    group.replace(chosen)


def _require_order(value: exp.Expr) -> None:
    if call_name(value) in PAIR_FUNCTIONS:
        raise FeatureNotSupported(f"ORDER BY the rows of {call_name(value)} is not supported")
    if type_of(value) == "json":
        raise UndefinedFunction(
            "could not identify an ordering operator for type json",
            hint="Use an explicit ordering operator or modify the query.",
            position=position_of(value),
        )
