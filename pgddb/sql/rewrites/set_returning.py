"""Expand functions that return sets, in FROM and in the SELECT list."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.names import folded
from pgddb.sql.rewrites.casts import interval_literal
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to, literal_text
from pgddb.sql.type_names import type_name
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import MOMENTS
from pgddb.sql.types.signatures import RETURN_RULES, SET_RETURNING, TABLE_COLUMNS

_LISTS = {
    "json_array_elements": "pg_json_array_elements",
    "jsonb_array_elements": "pg_json_array_elements",
    "json_array_elements_text": "pg_json_array_elements_text",
    "jsonb_array_elements_text": "pg_json_array_elements_text",
    "json_object_keys": "pg_json_object_keys",
    "jsonb_object_keys": "pg_json_object_keys",
    "regexp_matches": "pg_regexp_matches",
    "regexp_split_to_table": "pg_regexp_split_to_table",
    "string_to_table": "pg_string_to_table",
    "generate_subscripts": "pg_generate_subscripts",
    "pg_partition_ancestors": "pg_partition_ancestors",
    "_pg_expandarray": "_pg_expandarray",
}
_PAIRS = frozenset(["json_each", "jsonb_each", "json_each_text", "jsonb_each_text"])
_RECORDS = frozenset(["json_to_record", "jsonb_to_record", "json_to_recordset", "jsonb_to_recordset"])


# In the SELECT list


def expand_output(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Turn a set-returning call into unnest of a list.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("generate_series(1, 3)")
    unnest(generate_series(1, 3))
    >>> show("jsonb_object_keys(x)")
    unnest(pg_json_object_keys("x"))
    """
    name = call_name(node)
    if name not in SET_RETURNING or name == "unnest" or node.meta.get("in_from"):
        return PASS
    if name in _PAIRS:
        raise FeatureNotSupported(f"{name} in the SELECT list is not supported")
    return call("unnest", list_of(node))


def list_of(node: exp.Expr) -> exp.Expr:
    """Make the list of the values that a set-returning call gives."""
    name = call_name(node)
    arguments = [argument.copy() for argument in node.expressions]
    if name == "unnest":
        array: exp.Expr = arguments[0]
        return array
    if name == "generate_series":
        return _series(arguments, type_of(node))
    listed = _LISTS.get(name)
    if listed is None:
        raise FeatureNotSupported(f"set-returning function {name} is not supported")
    new = call(listed, *arguments)
    kind = type_of(node)
    set_type(new, None if kind is None else f"{kind}[]")
    return new


def _series(arguments: list[exp.Expr], kind: str | None) -> exp.Expr:
    if kind not in MOMENTS:
        if kind == "numeric":
            raise FeatureNotSupported("generate_series of numeric is not supported")
        return call("generate_series", *arguments)
    duckdb_type = "TIMESTAMP" if kind == "timestamp without time zone" else "TIMESTAMPTZ"
    bounds = [cast_to(bound, duckdb_type) for bound in arguments[:2]]
    if len(arguments) < 3:
        raise FeatureNotSupported("generate_series of timestamps needs a step")
    text = literal_text(arguments[2])
    step = arguments[2] if text is None else interval_literal(text)
    return call("generate_series", *bounds, step)


# In FROM


def expand_from(tree: exp.Expr) -> exp.Expr:
    """Turn set-returning calls in FROM into subqueries over unnest, before the rules run."""
    for table in list(tree.find_all(exp.Table)):
        if table.args.get("rows_from"):
            table.replace(_rows_from(table))
        elif isinstance(table.this, exp.Func):
            _expand_table(table)
    for unnest in list(tree.find_all(exp.Unnest)):
        _expand_unnest(unnest)
    for lateral in list(tree.find_all(exp.Lateral)):
        if isinstance(lateral.this, exp.Func) and call_name(lateral.this) in (*SET_RETURNING, *_RECORDS):
            _expand_table(lateral)
    return tree


def _expand_unnest(unnest: exp.Unnest) -> None:
    if not isinstance(unnest.parent, exp.From | exp.Join | exp.Lateral):
        return
    alias = unnest.args.get("alias")
    calls = [_typed_unnest(array) for array in unnest.expressions]
    name, columns = _alias_parts(alias)
    defaults = [name or "unnest"] if len(calls) == 1 else ["unnest"] * len(calls)
    new = _positional(calls, name or "unnest", [*columns, *defaults[len(columns) :]], columns, unnest)
    if len(calls) == 1 and not columns:
        new.meta["column"] = name
    target = unnest.parent if isinstance(unnest.parent, exp.Lateral) else unnest
    target.replace(_lateral(new))


def _typed_unnest(array: exp.Expr) -> exp.Expr:
    return call("unnest", array.copy())


def _expand_table(table: exp.Expr) -> None:
    node = table.this
    node = node.expression if isinstance(node, exp.Dot) else node
    name = call_name(node)
    alias_name, columns = _alias_parts(table.args.get("alias"))
    if name in _RECORDS:
        table.replace(_lateral(_record(node, name, table)))
        return
    if name not in SET_RETURNING:
        if name in RETURN_RULES:
            table.replace(_lateral(_one_row(node, alias_name or name, columns)))
        return
    if name in _PAIRS:
        table.replace(_lateral(_pairs(node, name, alias_name or name, columns)))
        return
    own = TABLE_COLUMNS.get(name)
    default = own[0][0] if own else (alias_name or name)
    new = _positional([node], alias_name or name, [columns[0] if columns else default], columns, table)
    table.replace(_lateral(new))


def _alias_parts(alias: exp.Expr | None) -> tuple[str, list[str]]:
    if not isinstance(alias, exp.TableAlias):
        return "", []
    columns = [folded(part.this if isinstance(part, exp.ColumnDef) else part) for part in alias.columns]
    return (folded(alias.this) if alias.this is not None else ""), columns


def _positional(
    calls: list[exp.Expr], name: str, defaults: list[str], columns: list[str], item: exp.Expr
) -> exp.Subquery:
    """Make `(SELECT unnest(l1) AS a, unnest(l2) AS b, ... ) AS name`, with the ordinality if it is asked for."""
    with_ordinality = bool(item.args.get("ordinality") or item.args.get("offset"))
    outputs: list[exp.Expr] = []
    for node, column in zip(calls, defaults, strict=True):
        listed = list_of(node)
        outputs.append(_output(call("unnest", listed), column))
    if with_ordinality:
        longest = [call("coalesce", call("len", list_of(node)), 0) for node in calls]
        count = longest[0] if len(longest) == 1 else call("greatest", *longest)
        ordinal = columns[len(calls)] if len(columns) > len(calls) else _offset_name(item)
        outputs.append(_output(call("unnest", call("generate_series", 1, count)), ordinal))
    select = exp.Select(expressions=outputs)
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def _offset_name(item: exp.Expr) -> str:
    """Give the ordinality's name, which the parser takes out of the list of column names."""
    offset = item.args.get("offset")
    return folded(offset) if isinstance(offset, exp.Identifier) else "ordinality"


def _output(value: exp.Expr, column: str) -> exp.Expr:
    for node in value.find_all(exp.Anonymous):
        node.meta["in_from"] = True
    return exp.Alias(this=value, alias=exp.to_identifier(column, quoted=True))


def _lateral(subquery: exp.Subquery) -> exp.Lateral:
    alias = subquery.args["alias"]
    subquery.set("alias", None)
    return exp.Lateral(this=subquery, alias=alias)


def _one_row(node: exp.Expr, name: str, columns: list[str]) -> exp.Subquery:
    """Make the row of a function that gives one value."""
    select = exp.Select(expressions=[_output(node.copy(), columns[0] if columns else name)])
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def _pairs(node: exp.Expr, name: str, alias: str, columns: list[str]) -> exp.Subquery:
    """Make the key and value rows of json_each."""
    value = node.expressions[0]
    text = literal_text(value)
    source = cast_to(exp.Literal.string(text), "JSON") if text is not None else value.copy()
    key_name, value_name = [*columns, *["key", "value"][len(columns) :]][:2]
    extract = "pg_json_extract_path_text" if name.endswith("_text") else "pg_json_extract_path"
    inner = exp.Select(
        expressions=[
            _output(source.copy(), "document"),
            _output(call("unnest", call("pg_json_object_keys", source.copy())), "name"),
        ]
    )
    path = exp.Array(expressions=[exp.column("name", quoted=True)])
    select = exp.Select(
        expressions=[
            _output(exp.column("name", quoted=True), key_name),
            _output(call(extract, exp.column("document", quoted=True), path), value_name),
        ]
    ).from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("pairs"))))
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))


def _record(node: exp.Expr, name: str, item: exp.Expr) -> exp.Subquery:
    """Make the columns that an AS t(a int, ...) list asks of a json object."""
    alias = item.args.get("alias")
    defined = [part for part in (alias.columns if alias else ()) if isinstance(part, exp.ColumnDef)]
    if not defined:
        raise FeatureNotSupported(f"{name} without a column definition list is not supported")
    value = node.expressions[0]
    text = literal_text(value)
    source = cast_to(exp.Literal.string(text), "JSON") if text is not None else value.copy()
    if name.endswith("set"):
        source = call("unnest", call("pg_json_array_elements", source))
    inner = exp.Select(expressions=[_output(source, "document")])
    outputs = [_output(_member(part), folded(part.this)) for part in defined]
    select = exp.Select(expressions=outputs).from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("records")))
    )
    label = folded(alias.this) if alias is not None and alias.this is not None else name
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(label, quoted=True)))


def _member(part: exp.ColumnDef) -> exp.Expr:
    path = exp.Array(expressions=[exp.Literal.string(folded(part.this))])
    kind = type_name(part.args["kind"])
    if kind in ("json", "jsonb"):
        return call("pg_json_extract_path", exp.column("document", quoted=True), path)
    member = call("pg_json_extract_path_text", exp.column("document", quoted=True), path)
    set_type(member, "text")
    return exp.Cast(this=member, to=part.args["kind"].copy())


def _calls(part: exp.Expr) -> list[exp.Expr]:
    if isinstance(part, exp.Unnest):
        return [call("unnest", array.copy()) for array in part.expressions]
    return [part.this]


def _rows_from(table: exp.Expr) -> exp.Lateral:
    alias_name, columns = _alias_parts(table.args.get("alias"))
    calls = [node for part in table.args["rows_from"] for node in _calls(part)]
    for node in calls:
        if call_name(node) not in SET_RETURNING or call_name(node) in _PAIRS:
            raise FeatureNotSupported(f"ROWS FROM with {call_name(node)} is not supported")
    defaults = [*columns, *(call_name(node) for node in calls)][: len(calls)]
    return _lateral(_positional(calls, alias_name or call_name(calls[0]), defaults, columns, table))


RULE = Rule((exp.Anonymous,), expand_output)
