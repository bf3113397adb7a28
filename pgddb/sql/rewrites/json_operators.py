"""Give the operators of json, jsonb and arrays their functions.

Source: https://www.postgresql.org/docs/15/functions-json.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedFunction
from pgddb.sql.functions.casts import array_elements
from pgddb.sql.rewrites.casts import literal
from pgddb.sql.rewrites.rule import (
    PASS,
    Answer,
    Rewriting,
    Rule,
    call,
    call_name,
    cast_to,
    literal_text,
    named_type,
    string_array,
)
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import INTEGERS, JSONS, TEXTS, is_array

_SIGNS = frozenset(["->", "->>", "#>", "#>>", "@>", "<@", "?", "?|", "?&", "#-", "&&", "^@", "@", "@?", "@@"])


def json_operator(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    r"""Turn an operator into a call.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("x->'a'->>'b'")
    json_extract_string(json_extract("x", '$."a"'), '$."b"')
    >>> show("ARRAY[1,2] && '{1}'")
    list_has_any([1, 2], CAST(['1'] AS INT[]))
    >>> show("x ? 'k'")
    pg_jsonb_has_key("x", 'k')
    >>> show("@ -5")
    abs(-5)
    """
    read = _READERS.get(type(node))
    if read is not None:
        return read(node)
    sign = call_name(node)
    return _signed(node, sign) if sign in _SIGNS else PASS


def _signed(node: exp.Expr, sign: str) -> Answer:
    operands = node.expressions
    if sign == "@":
        return call("abs", operands[0])
    left, right = operands
    if sign in ("->", "->>"):
        if sign == "->>" and type_of(left) == "jsonb":
            return _canonical_text(_extract(left, right, text=True))
        return _canonical(_extract(left, right, text=sign == "->>"), node)
    if sign in ("#>", "#>>"):
        name = "pg_json_extract_path_text" if sign == "#>>" else "pg_json_extract_path"
        return call(name, left, path_of(right))
    return _other(sign, left, right)


def _other(sign: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    if sign in ("@>", "<@"):
        return _contains(left, right) if sign == "@>" else _contains(right, left)
    if sign == "&&":
        left, right = _arrays(left, right)
        return call("list_has_any", left, right)
    if sign == "^@":
        return call("starts_with", left, right)
    if sign in ("@?", "@@"):
        name = "pgddb_path_exists" if sign == "@?" else "pgddb_path_match"
        return call(name, cast_to(left, "VARCHAR"), right, "{}", exp.true())
    if sign == "#-":
        return call("pg_jsonb_delete_path", left, path_of(right))
    test = {"?": "pg_jsonb_has_key", "?|": "pg_jsonb_has_any", "?&": "pg_jsonb_has_all"}.get(sign)
    if test is None:
        raise FeatureNotSupported(f"operator {sign} is not supported")
    return call(test, left, right if sign == "?" else path_of(right))


def path_of(path: exp.Expr) -> exp.Expr:
    """Read a path given as the text of an array."""
    text = literal_text(path)
    return path if text is None else string_array(array_elements(text))


def _extract(left: exp.Expr, right: exp.Expr, *, text: bool) -> exp.Expr:
    name = "json_extract_string" if text else "json_extract"
    key = literal_text(right)
    left = literal(literal_text(left) or "", "json", _json_cast(left)) if literal_text(left) is not None else left
    if key:
        return call(name, left, member_path(key))
    index = _constant_index(right)
    if index is not None:
        return call(name, left, f"$[{index}]" if index >= 0 else f"$[#{index}]")
    macro = "pg_json_extract_path_text" if text else "pg_json_extract_path"
    step = cast_to(right, "VARCHAR") if type_of(right) in INTEGERS else right
    return call(macro, left, exp.Array(expressions=[step]))


def member_path(key: str) -> str:
    """Write the path of one member as DuckDB reads it."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}"'


def _json_cast(node: exp.Expr) -> exp.Cast:
    return exp.Cast(this=node, to=exp.DataType.build("json", dialect="postgres"))


def _constant_index(node: exp.Expr) -> int | None:
    if isinstance(node, exp.Neg):
        inner = _constant_index(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdigit():
        return int(node.this)
    return None


_READS_JSON = re.compile(r"->>?|#>>?|@>|<@|\?[|&]?|#-|@[?@]|json_extract(_string)?|pg_json.*|jsonb?_.*")


def _canonical(extracted: exp.Anonymous | exp.Expr, node: exp.Expr) -> exp.Expr:
    """Write jsonb canonically where it is not read as JSON again: DuckDB's extraction packs it."""
    if call_name(extracted) != "json_extract" or type_of(node) != "jsonb":
        return extracted
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    if _READS_JSON.fullmatch(call_name(parent)) if isinstance(parent, exp.Expr) else False:
        return extracted
    return call("pg_jsonb", extracted)


def _canonical_text(extracted: exp.Expr) -> exp.Expr:
    """Write an object or array within jsonb canonically; the text of a scalar is what DuckDB extracts."""
    if call_name(extracted) != "json_extract_string":
        return extracted
    return call("pg_jsonb_member_text", *extracted.expressions)


def _contains(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    types = type_of(left), type_of(right)
    if is_array(types[0]) or is_array(types[1]):
        return call("pg_array_contains", *_arrays(left, right))
    if "jsonb" in types or (types[0] is None and literal_text(right) is not None):
        return call("pg_jsonb_contains", _as_jsonb(left), _as_jsonb(right))
    if None in types:
        return call("pg_array_contains", left, right)
    raise UndefinedFunction(f"operator does not exist: {types[0]} @> {types[1]}")


def _as_jsonb(node: exp.Expr) -> exp.Expr:
    text = literal_text(node)
    cast = exp.Cast(this=node, to=exp.DataType.build("jsonb", dialect="postgres"))
    return node if text is None else literal(text, "jsonb", cast)


def _arrays(left: exp.Expr, right: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    """Read the side that is the text of an array as one of the other side's type."""
    left_type, right_type = type_of(left), type_of(right)
    text, other = literal_text(right), left_type
    if text is not None and other is not None:
        return left, literal(text, other, exp.Cast(this=right, to=named_type(other)))
    text, other = literal_text(left), right_type
    if text is not None and other is not None:
        return literal(text, other, exp.Cast(this=left, to=named_type(other))), right
    return left, right


def _minus(node: exp.Expr) -> Answer:
    left, right = node.this, node.args["expression"]
    if type_of(left) != "jsonb":
        return PASS
    kind = type_of(right)
    if is_array(kind):
        return call("pg_jsonb_delete_keys", left, right)
    if kind in INTEGERS:
        return call("pg_jsonb_delete_index", left, right)
    return call("pg_jsonb_delete_key", left, right) if kind in TEXTS else PASS


def _subscript(node: exp.Expr) -> Answer:
    if type_of(node.this) != "jsonb":
        return PASS
    inner: exp.Expr = node.this
    for step in node.expressions:
        inner = _extract(inner, step, text=False)
    return inner if isinstance(node.parent, exp.Bracket) else call("pg_jsonb", inner)


def _equality(node: exp.Expr) -> Answer:
    """Refuse to compare json, which has no equality."""
    left, right = node.this, node.args["expression"]
    types = type_of(left), type_of(right)
    if "json" in types and types[0] in JSONS and types[1] in (*JSONS, "unknown"):
        raise UndefinedFunction(f"operator does not exist: {types[0]} = {types[1]}")
    return PASS


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], Answer]] = {
    exp.Sub: _minus,
    exp.Bracket: _subscript,
    exp.EQ: _equality,
    exp.NEQ: _equality,
}
RULE = Rule((exp.Anonymous, *_READERS), json_operator)
