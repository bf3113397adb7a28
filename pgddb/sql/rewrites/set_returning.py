"""Turn functions that return sets into lists, and those of the SELECT list into rows."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.array_calls import array_bound
from pgddb.sql.rewrites.casts import interval_literal
from pgddb.sql.rewrites.dimensions import depth_of, flattened
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to, literal_text
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import MOMENTS
from pgddb.sql.types.scales import SCALE, scale_of
from pgddb.sql.types.signatures import SET_RETURNING

_LISTS = {
    "json_array_elements": "pg_json_raw_elements",
    "jsonb_array_elements": "pg_json_array_elements",
    "json_array_elements_text": "pg_json_array_elements_text",
    "jsonb_array_elements_text": "pg_json_array_elements_text",
    "json_object_keys": "pg_json_raw_keys",
    "jsonb_object_keys": "pg_json_object_keys",
    "regexp_matches": "pg_regexp_matches",
    "regexp_split_to_table": "pg_regexp_split_to_table",
    "string_to_table": "pg_string_to_table",
    "jsonb_path_query": "pg_jsonb_path_query",
    "pg_partition_ancestors": "pg_partition_ancestors",
    "_pg_expandarray": "_pg_expandarray",
    "pg_options_to_table": "pg_options_to_table",
    "aclexplode": "aclexplode",
    "item_attributes": "pgddb_item_attributes",
}


def expand_output(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Turn a set-returning call into unnest of a list.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("generate_series(1, 3)")
    unnest(generate_series(1, 3))
    >>> show("jsonb_object_keys(x)")
    unnest(pg_json_object_keys("x"))
    """
    name = call_name(node)
    if name == "unnest" and depth_of(node.expressions[0]) > 1:
        return call("unnest", flattened(node.expressions[0]))
    if name not in SET_RETURNING or name == "unnest" or node.meta.get("in_from"):
        return PASS
    if name == "item_attributes":
        raise FeatureNotSupported(f"{name} in the SELECT list is not supported")
    rows = call("unnest", list_of(node))
    scale = scale_of(node) if type_of(node) == "numeric" else None
    if scale is not None:
        rows.meta[SCALE] = scale
    return rows


def list_of(node: exp.Expr) -> exp.Expr:
    """Make the list of the values that a set-returning call gives."""
    name = call_name(node)
    arguments = [argument.copy() for argument in node.expressions]
    if name == "unnest":
        return flattened(arguments[0])
    if name == "generate_series":
        return _series(arguments, type_of(node))
    if name == "generate_subscripts":
        return _subscripts(arguments)
    listed = _LISTS.get(name)
    if listed is None:
        raise FeatureNotSupported(f"set-returning function {name} is not supported")
    new = call(listed, *arguments)
    kind = type_of(node)
    set_type(new, None if kind is None else f"{kind}[]")
    return new


def _subscripts(arguments: list[exp.Expr]) -> exp.Expr:
    """Count the elements of one dimension, from the last where that is asked for."""
    last = array_bound(call("array_upper", *arguments[:2]))
    if len(arguments) < 3:
        return call("pg_subscripts", last)
    backward = arguments[2]
    return exp.Case(
        ifs=[exp.If(this=backward, true=call("list_reverse", call("pg_subscripts", last.copy())))],
        default=call("pg_subscripts", last),
    )


def _series(arguments: list[exp.Expr], kind: str | None) -> exp.Expr:
    if kind not in MOMENTS:
        if kind == "numeric":
            return _numeric_series(arguments)
        return call("generate_series", *arguments[:2], *map(_step, arguments[2:]))
    duckdb_type = "TIMESTAMP" if kind == "timestamp without time zone" else "TIMESTAMPTZ"
    bounds = [cast_to(bound, duckdb_type) for bound in arguments[:2]]
    if len(arguments) < 3:
        raise FeatureNotSupported("generate_series of timestamps needs a step")
    text = literal_text(arguments[2])
    step = arguments[2] if text is None else interval_literal(text)
    return call("pg_moment_series", *bounds, step)


def _step(step: exp.Expr) -> exp.Expr:
    """Fail for a step of 0, for which DuckDB's list is empty."""
    if isinstance(step, exp.Literal) and step.name.strip("0"):
        return step
    failed = call("error", "pgddb.error|22023|step size cannot equal zero")
    none = exp.EQ(this=step.copy(), expression=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=none, true=failed)], default=step)


def _numeric_series(arguments: list[exp.Expr]) -> exp.Expr:
    scales = [scale_of(argument) for argument in (arguments[0], *arguments[2:])]
    scale = 9 if None in scales else max(scale for scale in scales if scale is not None)
    step = arguments[2] if len(arguments) > 2 else exp.Literal.number(1)
    texts = [cast_to(part, "VARCHAR") for part in (*arguments[:2], step)]
    return cast_to(call("pgddb_numeric_series", *texts), f"DECIMAL(38, {scale})[]")


RULE = Rule((exp.Anonymous,), expand_output)
