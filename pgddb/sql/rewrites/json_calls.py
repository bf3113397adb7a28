"""Make JSON of the values that a call is given, and read those that it takes as JSON.

Source: https://www.postgresql.org/docs/15/functions-json.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import ArraySubscriptError, InvalidParameterValue
from pgddb.sql.context import SessionContext
from pgddb.sql.rewrites.arguments import Arguments, read_as
from pgddb.sql.rewrites.dimensions import depth_of
from pgddb.sql.rewrites.json_operators import json_operator, path_of
from pgddb.sql.rewrites.json_values import json_list, json_row, json_text
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, call, call_name, cast_to, literal_text
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, JSONS, TIMESTAMP, TIMESTAMPTZ, is_array

_JSON_READERS = frozenset(
    [
        "jsonb_typeof",
        "json_typeof",
        "jsonb_array_length",
        "json_array_length",
        "jsonb_pretty",
        "jsonb_strip_nulls",
        "json_strip_nulls",
    ]
)


def _json_reader(node: exp.Expr, _arguments: Arguments) -> Answer:
    name = call_name(node)
    text = literal_text(node.expressions[0])
    if text is None:
        return PASS
    kind = "jsonb" if name.startswith("jsonb") else "json"
    return call(name, *read_as(node.expressions, kind, 1))


def _build_object(node: exp.Expr, arguments: Arguments) -> Answer:
    if len(arguments) % 2:
        raise InvalidParameterValue("argument list must have even number of elements")
    for key in arguments[::2]:
        kind = type_of(key)
        if kind in ("record", *JSONS) or (kind is not None and is_array(kind)):
            raise InvalidParameterValue("key value must be scalar, not array, composite, or json")
    pairs = [
        call("pg_json_pair", key, json_text(value)) for key, value in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    return _jsonb_if(node, call("pg_json_object", _texts(pairs)))


def _build_array(node: exp.Expr, arguments: Arguments) -> Answer:
    return _jsonb_if(node, call("pg_json_array", _texts([json_text(argument) for argument in arguments])))


def _texts(parts: list[exp.Anonymous] | list[exp.Expr]) -> exp.Expr:
    return cast_to(exp.Array(expressions=list(parts)), "VARCHAR[]")


def _jsonb_if(node: exp.Expr, value: exp.Expr) -> exp.Expr:
    return call("pg_jsonb", value) if call_name(node).startswith(("jsonb", "to_jsonb")) else value


def _to_json(node: exp.Expr, arguments: Arguments) -> Answer:
    value = arguments[0]
    pretty = len(arguments) > 1 and isinstance(arguments[1], exp.Boolean) and bool(arguments[1].this)
    row = json_row(value, pretty=pretty) if type_of(value) == "record" else json_list(value, pretty=pretty)
    if row is not None:
        return _jsonb_if(node, cast_to(row, "JSON"))
    if type_of(value) in ("numeric", *JSONS, TIMESTAMP, TIMESTAMPTZ, DOUBLE, "interval", "character"):
        absent = exp.Is(this=value.copy(), expression=exp.Null())
        written = exp.Case(ifs=[exp.If(this=exp.Not(this=absent), true=cast_to(json_text(value), "JSON"))])
        return _jsonb_if(node, written)
    return _jsonb_if(node, call("pg_to_json", value))


def _extract_path(node: exp.Expr, arguments: Arguments) -> Answer:
    name = "pg_json_extract_path_text" if call_name(node).endswith("text") else "pg_json_extract_path"
    return call(name, arguments[0], exp.Array(expressions=arguments[1:]))


def _change_path(node: exp.Expr, arguments: Arguments) -> Answer:
    read = read_as(arguments, "jsonb", 1)
    new_value = read_as([arguments[2]], "jsonb", 1)
    return call(call_name(node), read[0], path_of(arguments[1]), *new_value, *arguments[3:])


def _set_lax(_node: exp.Expr, arguments: Arguments) -> Answer:
    document, path, value, *rest = read_as(arguments, "jsonb", 1)
    return call("jsonb_set_lax", document, path_of(path), *read_as([value], "jsonb", 1), *rest)


_OPERATORS = {
    "jsonb_contains": "@>",
    "jsonb_contained": "<@",
    "jsonb_exists": "?",
    "jsonb_exists_any": "?|",
    "jsonb_exists_all": "?&",
    "jsonb_delete_path": "#-",
    **dict.fromkeys(
        ["json_object_field", "jsonb_object_field", "json_array_element", "jsonb_array_element"],
        "->",
    ),
    **dict.fromkeys(
        ["json_object_field_text", "jsonb_object_field_text", "json_array_element_text", "jsonb_array_element_text"],
        "->>",
    ),
}
"""Functions that do what an operator does."""


def _operator(node: exp.Expr, arguments: Arguments) -> Answer:
    signed = exp.Anonymous(this=_OPERATORS[call_name(node)], expressions=arguments)
    set_type(signed, type_of(node))
    return json_operator(signed, _NO_SESSION)


_NO_SESSION = Rewriting(SessionContext())


def _jsonb_delete(_node: exp.Expr, arguments: Arguments) -> Answer:
    kind = type_of(arguments[1])
    if is_array(kind) or len(arguments) > 2:
        listed = arguments[1] if is_array(kind) else exp.Array(expressions=arguments[1:])
        return call("pg_jsonb_delete_keys", arguments[0], listed)
    return call("pg_jsonb_delete_index" if kind in INTEGERS else "pg_jsonb_delete_key", *arguments)


def _json_object(node: exp.Expr, arguments: Arguments) -> Answer:
    if len(arguments) == 1:
        _require_pairs(arguments[0])
    lists = [call("flatten", part) if depth_of(part) > 1 else part for part in map(_as_texts, arguments)]
    name = "pg_json_object_of" if len(lists) == 1 else "pg_json_object_of_two"
    return _jsonb_if(node, call(name, *lists))


def _require_pairs(argument: exp.Expr) -> None:
    """Check an array of pairs, as far as it is written out."""
    written = argument
    while isinstance(written, exp.Cast | exp.Paren):
        written = written.this
    if depth_of(argument) > 2:
        raise ArraySubscriptError("wrong number of array subscripts")
    first = written.expressions[0] if isinstance(written, exp.Array) and written.expressions else None
    if isinstance(first, exp.Array) and len(first.expressions) != 2:
        raise ArraySubscriptError("array must have two columns")


def _as_texts(argument: exp.Expr) -> exp.Expr:
    text = literal_text(argument)
    return argument if text is None else read_as([argument], "text[]", 1)[0]


READERS: dict[str, Callable[[exp.Expr, Arguments], Answer]] = {
    **dict.fromkeys(_JSON_READERS, _json_reader),
    **dict.fromkeys(_OPERATORS, _operator),
    **dict.fromkeys(["json_build_object", "jsonb_build_object"], _build_object),
    **dict.fromkeys(["json_build_array", "jsonb_build_array"], _build_array),
    **dict.fromkeys(["to_json", "to_jsonb", "row_to_json", "array_to_json"], _to_json),
    **dict.fromkeys(
        ["json_extract_path", "jsonb_extract_path", "json_extract_path_text", "jsonb_extract_path_text"],
        _extract_path,
    ),
    **dict.fromkeys(["jsonb_set", "jsonb_insert"], _change_path),
    "jsonb_set_lax": _set_lax,
    "jsonb_delete": _jsonb_delete,
    **dict.fromkeys(["json_object", "jsonb_object"], _json_object),
}
"""What makes the call, by the function's name."""
