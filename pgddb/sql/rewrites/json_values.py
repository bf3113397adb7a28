"""Write values as JSON text, as to_json does."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.rule import call
from pgddb.sql.rewrites.value_texts import text_of
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, JSONS, TIMESTAMP, TIMESTAMPTZ


def json_text(value: exp.Expr) -> exp.Expr:
    """Make the JSON text of a value; SQL's NULL becomes `null`.

    >>> from pgddb.sql.parse import parse_expression
    >>> json_text(parse_expression("x")).sql(normalize_functions=False)
    'pg_json_text(x)'
    """
    kind = type_of(value)
    if kind in (*INTEGERS, "numeric", *JSONS):
        return call("pg_json_number", value.copy())
    if kind in (DOUBLE, "real"):
        return call("coalesce", text_of(value.copy(), kind), "null")
    if kind == TIMESTAMP:
        return call("pg_json_moment", value.copy())
    if kind == TIMESTAMPTZ:
        return call("pg_json_moment_zone", value.copy())
    if kind in ("interval", "bytea"):
        return call("pg_json_text", text_of(value.copy(), kind))
    if kind in ("timestamp without time zone[]", "timestamp with time zone[]", "numeric[]"):
        raise FeatureNotSupported(f"JSON of {kind} is not supported")
    return call("pg_json_text", value.copy())
