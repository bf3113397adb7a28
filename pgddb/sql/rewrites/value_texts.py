"""Write values of any type as PostgreSQL shows them."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.rewrites.dimensions import depth_of
from pgddb.sql.rewrites.numeric_texts import exact_text
from pgddb.sql.rewrites.rule import call, cast_to
from pgddb.sql.types.columns import MODIFIER, RECORD_TEXT, type_of
from pgddb.sql.types.families import ADDRESSES, DOUBLE, INTEGERS, TEXTS, TIMESTAMP, TIMESTAMPTZ, element_of, is_array
from pgddb.sql.types.text_numerics import textual


def text_of(inner: exp.Expr, source: str | None) -> exp.Expr:  # noqa: PLR0911 - one for each kind
    """Make PostgreSQL's text of a value of a type."""
    if is_array(source):
        element = element_of(source)
        depth = depth_of(inner)
        if depth > 1:
            return _nested(inner, source, element, depth)
        if element in TEXTS or element in INTEGERS:
            return call("pg_array_text", cast_to(inner, "VARCHAR[]"))
        return call("pg_array_text", listed_texts(inner, element))
    if source in ("regclass", "regtype", "regproc", "regprocedure", "regnamespace", "regrole"):
        return call(f"pg_{source}_text", inner)
    if source in ADDRESSES:
        return call("pgddb_network_text", "text", inner)
    macro = {
        "real": "pg_float_text",
        DOUBLE: "pg_float_text",
        "bytea": "pg_bytea_text",
        "interval": "pg_interval_text",
        TIMESTAMP: "pg_timestamp_text",
        TIMESTAMPTZ: "pg_timestamptz_text",
        "date": "pg_date_text",
    }.get(source or "")
    if macro is not None:
        return call(macro, inner)
    if source == "record":
        return record_text(inner)
    return cast_to(inner, "VARCHAR")


def _nested(inner: exp.Expr, source: str | None, element: str | None, depth: int) -> exp.Expr:
    """Make the text of an array of several dimensions, whose rows need no quotes."""
    name = exp.to_identifier(f"e{depth}", quoted=True)
    row = exp.Column(this=name.copy())
    plain = element in TEXTS or element in INTEGERS
    text = (
        _nested(row, source, element, depth - 1)
        if depth > 2
        else call("pg_array_text", cast_to(row, "VARCHAR[]") if plain else listed_texts(row, element))
    )
    return call("pg_array_rows", call("list_transform", inner, exp.Lambda(this=text, expressions=[name])))


def listed_texts(inner: exp.Expr, element: str | None) -> exp.Expr:
    """Make a list of the texts of an array's elements, as a client would get them."""
    name = exp.to_identifier("e", quoted=True)
    value = exp.Column(this=name.copy())
    is_decimal = element == "numeric" and not textual(inner)
    text = call("pg_trim_numeric", value) if is_decimal else output_text(value, element)
    return call("list_transform", inner, exp.Lambda(this=text, expressions=[name]))


def output_text(inner: exp.Expr, source: str | None) -> exp.Expr:
    """Make the text that a client would get of a value; casts write booleans out."""
    if source == "character":
        return padded(inner)
    if source in ADDRESSES:  # the mask of a single host shows in casts only
        return inner
    return call("left", cast_to(inner, "VARCHAR"), 1) if source == "boolean" else text_of(inner, source)


def padded(inner: exp.Expr) -> exp.Expr:
    """Fill char(n) up with the blanks that it shows and that count for nothing elsewhere."""
    length = inner.meta_get(MODIFIER, -1) - 4
    return call("rpad", inner, length) if length > 0 else inner


def record_text(row: exp.Expr) -> exp.Expr:
    """Make the text of a row that is written out in the statement, or is the row of a relation."""
    while isinstance(row, exp.Paren):
        row = row.this
    if isinstance(row, exp.Case):  # the row of a table that an outer join may not have found
        copied = row.copy()
        for branch in copied.args["ifs"]:
            branch.set("true", record_text(branch.args["true"]))
        return copied
    if RECORD_TEXT in row.meta:
        return row.copy()
    fields = fields_of(row)
    if fields is None:
        raise FeatureNotSupported("the text of this row is not supported")
    parts = [call("pg_record_field", _field_text(part)) for part in fields]
    listed = cast_to(exp.Array(expressions=parts), "VARCHAR[]")
    return call("pg_record_text", listed)


def fields_of(row: exp.Expr) -> list[exp.Expr] | None:
    """Give the fields of a row that is written out."""
    if isinstance(row, exp.Tuple):
        return list(row.expressions)
    if isinstance(row, exp.Struct):
        return [part.expression if isinstance(part, exp.PropertyEQ) else part for part in row.expressions]
    return None


def _field_text(part: exp.Expr) -> exp.Expr:
    kind = type_of(part)
    if kind == "boolean":
        return call("left", cast_to(part.copy(), "VARCHAR"), 1)
    if kind == "numeric":
        return exact_text(part) or cast_to(part.copy(), "VARCHAR")
    return output_text(part.copy(), kind)
