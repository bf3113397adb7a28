"""Reckon with numerics that the engine has as text: exactly, by functions of texts.

`pgddb.sql.types.text_numerics` says which they are. What has no such function takes them as DECIMAL, which refuses
NaN and the infinities.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from pgddb.sql.rewrites.aggregate_parts import inner_of, is_wrapped, replaced
from pgddb.sql.rewrites.numeric_texts import EXACT, SIGNS, exact_text, exact_text_of, exact_texts
from pgddb.sql.rewrites.rule import PASS, Answer, call, call_name, cast_to
from pgddb.sql.types.columns import set_type, type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, element_of
from pgddb.sql.types.scales import SCALE, scale_of
from pgddb.sql.types.text_numerics import AS_TEXT, TEXTUAL, textual

_FLOATS = (DOUBLE, "real")


UNTOUCHED = frozenset(
    {exp.Identifier, exp.DataType, exp.Table, exp.TableAlias, exp.From, exp.Select, exp.Where, exp.Group, exp.Star}
)
"""Kinds of nodes that reckon nothing, and that are no values."""


def concerns(nodes: Sequence[exp.Expr]) -> bool:
    """Say whether a statement has such numerics."""
    return any(
        AS_TEXT in node.meta or textual(node) or call_name(node) in _MARKED
        for node in nodes
        if type_of(node) is not None
    )


def reckon(node: exp.Expr) -> Answer:
    """Rewrite a node of which parts are such numerics, before the other rules see it.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("1 / 3.0 + 1 > 1")
    pgddb_numeric_key(pgddb_numeric_binary('+', pgddb_numeric_divide(CAST(1 AS TEXT), CAST(CAST(3.0 AS DECIMAL(38, 1)) AS TEXT)), CAST(1 AS TEXT))) > pgddb_numeric_key(CAST(1 AS TEXT))
    """  # noqa: E501 - an example
    read = _MARKED.get(call_name(node))
    if read is not None:
        return read(node)
    if is_wrapped(node):
        return PASS
    if type_of(node) == "numeric[]" and isinstance(node, (exp.DPipe, exp.Anonymous)) and textual(node):
        _join_texts(node)
    found = _aggregate(node) or (_chosen(node) if textual(node) else None)
    return _with_parts(node) if found is None else found


def _with_parts(node: exp.Expr) -> Answer:
    parts = [part for part in node.iter_expressions() if textual(part)]
    if not parts or isinstance(node, _LEFT_ALONE):
        return PASS
    rule = next((rule for kind, rule in _READERS.items() if isinstance(node, kind)), None)
    if rule is not None:
        return rule(node)
    if isinstance(node, (exp.Func, exp.Binary, exp.Unary, exp.Ordered, exp.Between, exp.In, exp.Cast)):
        _take_as_decimal(node, parts)
    return PASS


def settle(old: exp.Expr, new: exp.Expr) -> exp.Expr:
    """Give what the other rules made of a node as text where it is one of those numerics."""
    if call_name(new) in EXACT:
        new = exact_text(new) or new
        return _text(new)
    if type_of(old) == "numeric[]" and old.meta.get(TEXTUAL):
        new.meta[TEXTUAL] = True
        return new
    if AS_TEXT not in old.meta or isinstance(new, (exp.Alias, exp.Null)):
        return new
    marked = new if TEXTUAL in new.meta or textual(_unmarked(new)) else exact_text(new) or cast_to(new, "VARCHAR")
    return _text(marked)


def _unmarked(node: exp.Expr) -> exp.Expr:
    node.meta.pop(AS_TEXT, None)
    return node


def _text(node: exp.Expr) -> exp.Expr:
    node.meta.pop(AS_TEXT, None)
    node.meta[TEXTUAL] = True
    set_type(node, "numeric")
    return node


def _join_texts(node: exp.Expr) -> None:
    """Take arrays that are put together, and elements that are put to them, as texts."""
    is_pipe = isinstance(node, exp.DPipe)
    if not is_pipe and call_name(node) not in ("array_append", "array_prepend", "array_cat"):
        return
    for part in [node.this, node.args["expression"]] if is_pipe else list(node.expressions):
        if (type_of(part) or "").endswith("[]"):
            if not textual(part):
                part.replace(_array_text(part))
        elif not isinstance(part, exp.Null):
            part.replace(_value_text(part.copy()))
    node.meta[TEXTUAL] = True


def _array_text(array: exp.Expr) -> exp.Expr:
    name = exp.to_identifier("one", quoted=True)
    value = exp.Column(this=name.copy())
    set_type(value, element_of(type_of(array)))
    if (scale := scale_of(array)) is not None:
        value.meta[SCALE] = scale
    texts = call("list_transform", array.copy(), exp.Lambda(this=exact_text_of(value), expressions=[name]))
    set_type(texts, "numeric[]")
    texts.meta[TEXTUAL] = True
    return texts


def _take_as_decimal(node: exp.Expr, parts: Sequence[exp.Expr]) -> None:
    others = {type_of(part) for part in node.iter_expressions()}
    to_double = isinstance(node, (exp.Binary, exp.Between, exp.In)) and others & {*_FLOATS, "interval"}
    for part in parts:
        kind = type_of(part)
        if kind == "numeric[]":
            name = exp.to_identifier("one", quoted=True)
            inner = exp.Lambda(this=call("pg_numeric", exp.Column(this=name.copy())), expressions=[name])
            made: exp.Expr = call("list_transform", part.copy(), inner)
        elif isinstance(node, exp.Ordered):  # of a window whose frame reaches so far: nothing there may fail
            made = cast_to(part.copy(), "DECIMAL(38, 16)")
        else:
            made = cast_to(part.copy(), "DOUBLE") if to_double else call("pg_numeric", part.copy())
        made.meta[TEXTUAL] = False
        set_type(made, DOUBLE if to_double else kind)
        part.replace(made)


# Values


def _key(node: exp.Expr) -> exp.Expr:
    return call("pgddb_numeric_key", exact_texts(node.expressions)[0])


def _as_text(node: exp.Expr) -> exp.Expr:
    return _text(exact_texts(node.expressions)[0])


_MARKED: dict[str, Callable[[exp.Expr], exp.Expr]] = {"pg_numeric_key": _key, "pg_numeric_as_text": _as_text}
"""Calls that ask for a text or a key, whatever carries the number."""


def _chosen(node: exp.Expr) -> exp.Expr | None:
    """Give all values of which one is chosen as text."""
    if isinstance(node, exp.Case):
        for branch in node.args["ifs"]:
            branch.set("true", _value_text(branch.args["true"]))
        if node.args.get("default") is not None:
            node.set("default", _value_text(node.args["default"]))
        return _text(node)
    if isinstance(node, exp.Coalesce):
        node.set("this", _value_text(node.this))
    elif not isinstance(node, exp.Array) or any(isinstance(part, exp.Query) for part in node.expressions):
        return None
    node.set("expressions", [_value_text(part) for part in node.expressions])
    node.meta[TEXTUAL] = True
    return node


def _value_text(value: exp.Expr) -> exp.Expr:
    return value if isinstance(value, exp.Null) else _text(exact_text_of(value))


def _signed(node: exp.Expr) -> Answer:
    if type_of(node) != "numeric":
        _take_as_decimal(node, [part for part in (node.this, node.args["expression"]) if textual(part)])
        return PASS
    return _text(call("pgddb_numeric_binary", SIGNS[type(node)], *exact_texts([node.this, node.args["expression"]])))


def _quotient(node: exp.Expr) -> Answer:
    if type_of(node) != "numeric":
        _take_as_decimal(node, [part for part in (node.this, node.args["expression"]) if textual(part)])
    return PASS


def _negated(node: exp.Expr) -> exp.Expr:
    return _text(call("pgddb_numeric_function", "-", node.this))


def _cast(node: exp.Expr) -> Answer:
    target, inner = type_of(node), node.this
    if target == "numeric":
        sizes = [int(part.name) for part in node.args["to"].expressions]
        if not sizes:
            return _text(exp.Paren(this=inner))
        scale = sizes[1] if len(sizes) > 1 else 0
        finite = call("pg_finite_numeric", call("pgddb_numeric_round", "round", inner, scale))
        return cast_to(finite, f"DECIMAL({sizes[0]}, {scale})")
    if target in INTEGERS:
        whole = cast_to(call("pgddb_numeric_integer", inner, target or ""), "BIGINT")
        return cast_to(whole, {"smallint": "SMALLINT", "integer": "INTEGER"}.get(target or "", "BIGINT"))
    if target in _FLOATS:
        return cast_to(call("pg_text_float", inner), "DOUBLE" if target == DOUBLE else "REAL")
    return PASS


def _called(node: exp.Expr) -> Answer:
    name, arguments = "abs" if call_name(node) == "@" else call_name(node), node.expressions
    if name in _FUNCTIONS and type_of(node) == "numeric":
        return _text(call("pgddb_numeric_function", name, arguments[0]))
    if name in ("round", "trunc") and type_of(node) == "numeric":
        places = arguments[1] if len(arguments) > 1 else exp.Literal.number(0)
        return _text(call("pgddb_numeric_round", name, arguments[0], places))
    if name in ("mod", "div") and type_of(node) == "numeric":
        texts = exact_texts(arguments)
        return _text(
            call("pgddb_numeric_binary", "%", *texts) if name == "mod" else call("pgddb_numeric_whole", *texts)
        )
    if name in ("lag", "lead") and len(arguments) > 2:
        arguments[2].replace(_value_text(arguments[2].copy()))
        return PASS
    if name not in _TAKE_TEXT:
        _take_as_decimal(node, [part for part in arguments if textual(part)])
    return PASS


_FUNCTIONS = frozenset(["abs", "ceil", "ceiling", "floor", "sign", "trim_scale"])
_TAKE_TEXT = frozenset(
    """
    sqrt exp ln log log10 power pow scale min_scale to_char concat concat_ws format num_nulls num_nonnulls pg_typeof
    lag lead first_value last_value nth_value first arg_max arg_min list array_agg unnest json_agg jsonb_agg to_json
    to_jsonb json_object_agg jsonb_object_agg json_build_array jsonb_build_array json_build_object jsonb_build_object
    row count struct_extract list_transform
    array_append array_prepend array_cat cardinality array_length array_upper array_lower array_ndims array_to_json
    array_to_string
    """.split()  # noqa: SIM905 - names read best so
)
"""Functions that take or pass on the text of any value."""

_LEFT_ALONE = (exp.Count, exp.Struct, exp.PropertyEQ, exp.DPipe, exp.Is, exp.Alias, exp.Max, exp.Min, exp.Bracket)
_READERS: dict[type[exp.Expr], Callable[[exp.Expr], Answer]] = {
    **dict.fromkeys(SIGNS, _signed),
    exp.Div: _quotient,
    exp.Pow: _quotient,
    exp.Neg: _negated,
    exp.Cast: _cast,
    exp.Anonymous: _called,
    exp.Case: lambda _node: PASS,
    exp.If: lambda _node: PASS,
    exp.Coalesce: lambda _node: PASS,
    exp.Array: lambda _node: PASS,
    exp.Exists: lambda _node: PASS,
    exp.Paren: lambda _node: PASS,
}


# Aggregates

_SPREADS = frozenset(["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"])


def _aggregate(node: exp.Expr) -> exp.Expr | None:
    """Collect the texts, and reckon when all are there."""
    if not isinstance(node, (exp.Sum, exp.Avg, exp.Filter, exp.Window, exp.Anonymous)):
        return None
    inner = inner_of(node)
    name = "sum" if isinstance(inner, exp.Sum) else "avg" if isinstance(inner, exp.Avg) else call_name(inner)
    if name not in ("sum", "avg", *_SPREADS):
        return None
    argument = inner.this if isinstance(inner, exp.AggFunc) else inner.expressions[0]
    value = argument.expressions[0] if isinstance(argument, exp.Distinct) else argument
    value = value.this if isinstance(value, exp.Order) else value
    if not textual(value):
        return None
    kind = f"{name} distinct" if isinstance(argument, exp.Distinct) else name
    return _text(call("pgddb_numeric_aggregate", kind, replaced(node, inner, call("list", value.copy()))))
