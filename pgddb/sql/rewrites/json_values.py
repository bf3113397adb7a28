"""Write values as JSON text, as to_json does."""

from __future__ import annotations

import json

from sqlglot import exp

from pgddb.sql.rewrites.dimensions import depth_of
from pgddb.sql.rewrites.mixed_texts import mixed_text
from pgddb.sql.rewrites.numeric_texts import exact_text_of
from pgddb.sql.rewrites.rule import call, cast_to
from pgddb.sql.rewrites.value_texts import fields_of, output_text, text_of
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, JSONS, TEXTS, TIMESTAMP, TIMESTAMPTZ, element_of
from pgddb.sql.types.text_numerics import TEXTUAL, textual


def json_text(value: exp.Expr) -> exp.Expr:  # noqa: PLR0911 - one for each kind
    """Make the JSON text of a value; SQL's NULL becomes `null`.

    >>> from pgddb.sql.parse import parse_expression
    >>> json_text(parse_expression("x")).sql(normalize_functions=False)
    'pg_json_text(x)'
    """
    kind = type_of(value)
    composed = json_row(value) if kind == "record" else json_list(value)
    if composed is not None:
        return call("coalesce", composed, "null")
    if kind == "numeric":
        return _numeric_json(value)
    if kind in (*INTEGERS, *JSONS):
        return call("pg_json_number", value.copy())
    if kind in (DOUBLE, "real"):
        return call("coalesce", text_of(value.copy(), kind), "null")
    if kind == TIMESTAMP:
        return call("pg_json_moment", value.copy())
    if kind == TIMESTAMPTZ:
        return call("pg_json_moment_zone", value.copy())
    if kind in ("interval", "bytea", "character"):
        return call("pg_json_text", output_text(value.copy(), kind))
    return call("pg_json_text", value.copy())


def _numeric_json(value: exp.Expr) -> exp.Expr:
    if textual(value):
        return call("pg_json_numeric", value.copy())
    mixed = mixed_text(value, exact_text_of)
    return call("pg_json_number", value.copy() if mixed is None else mixed)


_PLAIN_ELEMENTS = frozenset([*INTEGERS, *TEXTS, "boolean", "date", "uuid"])
"""Elements that DuckDB writes as PostgreSQL does."""


def json_row(row: exp.Expr, *, pretty: bool = False) -> exp.Expr | None:
    """Make the JSON object of a row whose fields the statement shows, NULL for a missing row; None if it shows none."""
    while isinstance(row, exp.Paren):
        row = row.this
    if isinstance(row, exp.Case):  # the row of a table that an outer join may not have found
        copied = row.copy()
        for branch in copied.args["ifs"]:
            inner = json_row(branch.args["true"], pretty=pretty)
            if inner is None:
                return None
            branch.set("true", inner)
        return copied
    fields = fields_of(row)
    if fields is None:
        return None
    names = [
        part.this.name if isinstance(part, exp.PropertyEQ) else f"f{number}"
        for number, part in enumerate(row.expressions, 1)
    ]
    pairs: list[exp.Expr] = [
        exp.DPipe(this=exp.Literal.string(f"{json.dumps(name, ensure_ascii=False)}:"), expression=json_text(field))
        for name, field in zip(names, fields, strict=True)
    ]
    listed = cast_to(exp.Array(expressions=pairs), "VARCHAR[]")
    return call("pg_json_row_pretty" if pretty else "pg_json_row", listed)


def json_list(array: exp.Expr, *, pretty: bool = False) -> exp.Expr | None:
    """Make the JSON array of an array, None where DuckDB's own is PostgreSQL's."""
    element = element_of(type_of(array))
    if element is None or element == "record" or (element in _PLAIN_ELEMENTS and not pretty):
        return None
    name = exp.to_identifier("j", quoted=True)
    value: exp.Expr = exp.Column(this=name.copy())
    set_type(value, element)
    depth = depth_of(array)
    if depth > 2:
        return None
    set_type(value, element if depth < 2 else f"{element}[]")
    if textual(array):
        value.meta[TEXTUAL] = True
    text = json_text(value)
    listed = call("list_transform", array.copy(), exp.Lambda(this=text, expressions=[name]))
    return call("pg_json_list_pretty" if pretty else "pg_json_list", listed)
