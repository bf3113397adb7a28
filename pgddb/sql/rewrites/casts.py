"""Cast as PostgreSQL does: literals are read now, other values by their type."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import CannotCoerce, FeatureNotSupported, InvalidTextRepresentation, SqlError, UndefinedObject
from pgddb.pgtypes.text_input import parse_float
from pgddb.sql.context import SessionContext
from pgddb.sql.functions import casts as readers
from pgddb.sql.functions.intervals import duckdb_interval, parse_interval, rounded_interval
from pgddb.sql.functions.jsonb import canonical, read_json
from pgddb.sql.functions.jsonpath import parse_path, show_path
from pgddb.sql.functions.moments import iso_moment
from pgddb.sql.rewrites.dimensions import depth_of
from pgddb.sql.rewrites.network import address_literal
from pgddb.sql.rewrites.relative_moments import relative_moment
from pgddb.sql.rewrites.rule import Answer, Rewriting, Rule, call, cast_to, is_string, literal_text, string_array
from pgddb.sql.rewrites.value_texts import text_of
from pgddb.sql.type_names import DUCKDB_TYPES, type_name
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.coercion import coerces, is_known
from pgddb.sql.types.families import (
    ADDRESSES,
    DOUBLE,
    INTEGERS,
    MACS,
    MOMENTS,
    OIDS,
    TEXTS,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    element_of,
    is_array,
)
from pgddb.sql.types.places import cast_position, position_of


def cast(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Give a cast PostgreSQL's reading.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("'{a,NULL}'::text[]")
    CAST(['a', NULL] AS TEXT[])
    >>> show("'off'::bool")
    FALSE
    >>> show("'12.50'::numeric")
    CAST(CAST('12.50' AS DECIMAL(38, 2)) AS TEXT)
    >>> show("x::int8")
    CAST("x" AS BIGINT)
    >>> show("'Jan 5, 2024'::date")
    CAST('2024-01-05' AS DATE)
    """
    assert isinstance(node, exp.Cast)
    target = type_name(node.args["to"])
    text = literal_text(node.this)
    if text is not None:
        try:
            return literal(text, target, node)
        except SqlError as error:
            error.position = error.position or position_of(node.this)
            raise
    if target in (DOUBLE, "real") and (number := _number_text(node.this)) is not None:
        return literal(number, target, node)
    source = type_of(node.this)
    _require_cast(node, source, target)
    if target == source and not _has_modifier(node.args["to"]):
        return node.this if isinstance(node.this, exp.Paren | exp.Column | exp.Cast) else exp.Paren(this=node.this)
    if target == source == "interval":
        return _cut_interval(node)
    return _value(node, source, target)


def _has_modifier(target: exp.Expr) -> bool:
    return bool(target.expressions) or isinstance(target.this, exp.Interval)


_ARRAYS_OF_VECTORS = {"int2vector": "smallint[]", "oidvector": "oid[]"}


def _require_cast(node: exp.Cast, source: str | None, target: str) -> None:
    if source is None or not is_known(source) or not is_known(target) or coerces(source, target, context="e"):
        return
    if "record" in (source, target) or target in OIDS or source in OIDS:
        return
    if _ARRAYS_OF_VECTORS.get(source) == target:
        return
    error = CannotCoerce(f"cannot cast type {source} to {target}")
    error.position = cast_position(node)
    raise error


def _number_text(node: exp.Expr) -> str | None:
    """Give the text of a number that PostgreSQL reads as numeric and casts to a float at once."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Anonymous) and str(node.this) == "pg_numeric_text":
        return str(node.expressions[0].name)
    if isinstance(node, exp.Cast) and is_string(node.this) and node.args["to"].this == exp.DType.DECIMAL:
        return literal_text(node.this)
    return None


def _scale(node: exp.Expr) -> tuple[int, int] | None:
    """Give precision and scale of a numeric type that has them."""
    numbers = [int(part.name) for part in node.args["to"].expressions]
    if not numbers:
        return None
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    if precision > 38 or scale < 0 or scale > precision:
        raise FeatureNotSupported(f"numeric({precision},{scale}) is not supported")
    return precision, scale


def note_date_order(tree: exp.Expr, session: SessionContext) -> exp.Expr:
    """Note on literals of dates in which order DateStyle has day, month and year."""
    dates = [
        node
        for node in tree.find_all(exp.Cast)
        if is_string(node.this) and type_name(node.args["to"]).removesuffix("[]") in (*MOMENTS, TIME, TIMETZ)
    ]
    if dates:
        style = session.settings.get("datestyle", "ISO, MDY")
        for node in dates:
            node.meta[ORDER] = style.rpartition(",")[2].strip().lower()
    return tree


# Literals


def literal(text: str, target: str, node: exp.Expr) -> exp.Expr:
    """Read a literal as a value of the target type; `node` is the cast, whose type may have a modifier."""
    if is_array(target):
        elements = readers.array_elements(text)
        return cast_to(_elements(elements), _array_type(target) + "[]" * (_nesting(elements) - 1))
    read = _LITERALS.get(target)
    if read is not None:
        return read(text, node)
    if target in TEXTS:
        return _cut(exp.Literal.string(text), node, target)
    if target in ("regclass", "regtype", "regproc", "regprocedure", "regnamespace", "regrole"):
        return call(f"pg_{target}", text)
    return cast_to(exp.Literal.string(text), _duckdb_type(target))


def _nesting(elements: object) -> int:
    depth = 0
    while isinstance(elements, list):
        depth, elements = depth + 1, elements[0] if elements else None
    return depth


def _elements(elements: list[object]) -> exp.Expr:
    return string_array(elements)


def _array_type(target: str) -> str:
    element = element_of(target) or "text"
    return "VARCHAR[]" if element in TEXTS else f"{_duckdb_type(element)}[]"


def _duckdb_type(name: str) -> str:
    if name == "numeric":
        return "DECIMAL(38, 18)"
    duckdb_type = DUCKDB_TYPES.get(name)
    if duckdb_type is None and not is_known(name):
        raise UndefinedObject(f'type "{name}" does not exist')
    if duckdb_type is None:
        raise FeatureNotSupported(f"type {name} is not supported")
    return duckdb_type


def _boolean(text: str, _node: exp.Expr) -> exp.Expr:
    return exp.Boolean(this=readers.boolean(text))


def _integer(text: str, node: exp.Expr) -> exp.Expr:
    target = type_name(node.args["to"])
    number = readers.integer(text, target)
    return cast_to(exp.Literal.string(str(number)), _duckdb_type(target))


def _numeric(text: str, node: exp.Expr) -> exp.Expr:
    number = readers.number_text(text, "numeric")
    declared = _scale(node)
    if declared is not None:
        return cast_to(exp.Literal.string(number), f"DECIMAL({declared[0]}, {declared[1]})")
    if "n" in number.lower():
        return call("pg_numeric_text", readers.special_number(number))
    if "e" in number.lower():
        number = readers.without_exponent(number)
    whole, _, fraction = number.lstrip("+-").partition(".")
    if len(whole) + len(fraction) > 38:
        return call("pg_numeric_text", number.lstrip("+"))
    return cast_to(exp.Literal.string(number), f"DECIMAL(38, {len(fraction)})")


def _float(text: str, node: exp.Expr) -> exp.Expr:
    target = type_name(node.args["to"])
    number = parse_float(text, "float4" if target == "real" else "float8")
    return cast_to(exp.Literal.string(repr(number)), _duckdb_type(target))


ORDER = "pg_date_order"
"""Meta key of a cast to a date or time: the order of day, month and year that DateStyle asks for, if not mdy."""


def _precision(node: exp.Expr) -> int:
    numbers = [int(part.name) for part in node.args["to"].expressions if part.name.isdigit()]
    return min(numbers[0], 6) if numbers else 6


def _moment(text: str, node: exp.Expr) -> exp.Expr:
    target, order = type_name(node.args["to"]), node.meta.get(ORDER, "mdy")
    if (day := relative_moment(text, target, order)) is not None:
        return day
    iso = iso_moment(text, target, order, _precision(node))
    now = cast_to(call("now"), "TIMESTAMP") if target == TIME else call("now")
    return cast_to(now if iso == "now" else exp.Literal.string(iso), _duckdb_type(target))


def interval_literal(text: str) -> exp.Expr:
    """Make DuckDB's constant of an interval's text."""
    return cast_to(exp.Literal.string(duckdb_interval(parse_interval(text))), "INTERVAL")


def _interval(text: str, node: exp.Expr) -> exp.Expr:
    value = rounded_interval(parse_interval(text), _precision(node))
    return cast_to(exp.Literal.string(duckdb_interval(value)), "INTERVAL")


def _json(text: str, node: exp.Expr) -> exp.Expr:
    jsonb = type_name(node.args["to"]) == "jsonb"
    try:
        value = canonical(text) if jsonb else text
        read_json(text)
    except SqlError as error:
        raise InvalidTextRepresentation("invalid input syntax for type json") from error
    return cast_to(exp.Literal.string(value), "JSON")


def _uuid(text: str, _node: exp.Expr) -> exp.Expr:
    return cast_to(exp.Literal.string(readers.uuid_text(text)), "UUID")


def _bytea(text: str, _node: exp.Expr) -> exp.Expr:
    return call("unhex", readers.bytea(text).hex())


def _jsonpath(text: str, _node: exp.Expr) -> exp.Expr:
    return exp.Literal.string(show_path(parse_path(text)))


_LITERALS: dict[str, Callable[[str, exp.Expr], exp.Expr]] = {
    "boolean": _boolean,
    "smallint": _integer,
    "integer": _integer,
    "bigint": _integer,
    "numeric": _numeric,
    "real": _float,
    DOUBLE: _float,
    "date": _moment,
    TIMESTAMP: _moment,
    TIMESTAMPTZ: _moment,
    TIME: _moment,
    TIMETZ: _moment,
    "interval": _interval,
    "json": _json,
    "jsonb": _json,
    "bytea": _bytea,
    "uuid": _uuid,
    "jsonpath": _jsonpath,
    **dict.fromkeys(ADDRESSES | MACS, lambda text, node: address_literal(text, type_name(node.args["to"]))),
}


# Values


def _value(node: exp.Cast, source: str | None, target: str) -> exp.Expr:  # noqa: PLR0911 - one for each kind
    inner = _with_time_of_day(node.this, source, target)
    if target in TEXTS:
        return _cut(text_of(inner, source), node, target)
    if target == "numeric":
        return _to_numeric(node, source)
    if source in TEXTS or (source is None and target in ("boolean", "interval")):
        return _from_text(node, target)
    if "jsonb" in (source, target):
        return _jsonb(inner, source, target)
    if target in (TIMESTAMP, TIMESTAMPTZ, TIME) and node.args["to"].expressions:
        return rounded_moment(cast_to(inner, _duckdb_type(target)), target, 10 ** (6 - _precision(node)))
    if target == "boolean" and source in ("smallint", "bigint"):
        raise CannotCoerce(f"cannot cast type {source} to boolean")
    if is_array(target):
        return cast_to(inner, _array_type(target) + "[]" * (depth_of(inner) - 1))
    return cast_to(inner, _duckdb_type(target))


def _with_time_of_day(inner: exp.Expr, source: str | None, target: str) -> exp.Expr:
    """Give the moment whose time of day a cast to a time takes."""
    if (source, target) == (TIME, "interval"):
        midnight = cast_to(exp.Literal.string("00:00:00"), "TIME")
        return call("to_microseconds", call("date_diff", "microsecond", midnight, inner))
    if target not in (TIME, TIMETZ) or source not in (TIMESTAMPTZ, "interval"):
        return inner
    if source == TIMESTAMPTZ:
        return cast_to(inner, "TIMESTAMP") if target == TIME else inner
    clock = call("to_microseconds", cast_to(call("pg_microseconds", inner), "BIGINT"))
    return exp.Paren(this=exp.Add(this=cast_to(exp.Literal.string("epoch"), "TIMESTAMP"), expression=clock))


def _cut_interval(node: exp.Cast) -> exp.Expr:
    """Drop what is finer than the last field of `interval day to minute`, round to the digits of `interval(3)`."""
    fields = node.args["to"].this
    last = fields.args["unit"] if isinstance(fields, exp.Interval) else None
    name = str((last.expression if isinstance(last, exp.IntervalSpan) else last).name) if last is not None else "SECOND"
    return call("pg_interval_cut", node.this, name.lower(), _precision(node))


_ROUND = {TIME: "pg_round_time", TIMESTAMP: "pg_round_timestamp", TIMESTAMPTZ: "pg_round_timestamptz"}


def rounded_moment(moment: exp.Expr, kind: str, unit: int) -> exp.Expr:
    """Round a time or timestamp to a number of microseconds."""
    return call(_ROUND[kind], moment, unit)


def _jsonb(inner: exp.Expr, source: str | None, target: str) -> exp.Expr:
    if target == "jsonb":
        return call("pg_jsonb", inner if source in ("json", None) else call("pg_to_json", inner))
    if target not in ("boolean", *INTEGERS, DOUBLE, "real", "json"):
        raise CannotCoerce(f"cannot cast type {source} to {target}")
    if target == "json":
        return inner
    scalar = call(
        "pgddb_jsonb_scalar", cast_to(inner, "VARCHAR"), "boolean" if target == "boolean" else "number", target
    )
    return cast_to(cast_to(scalar, "DECIMAL(38, 9)") if target in INTEGERS else scalar, _duckdb_type(target))


def _cut(text: exp.Expr, node: exp.Expr, target: str) -> exp.Expr:
    """Cut to the length of varchar(n) and char(n), as an explicit cast does."""
    numbers = [int(part.name) for part in node.args["to"].expressions if part.name.isdigit()]
    if target == "character" and not numbers:
        numbers = [1] if str(node.args["to"].this.name) == "CHAR" else []
    if target in ('"char"', "name"):
        numbers = [1] if target == '"char"' else [63]
    if not numbers:
        return text
    cut = call("left", text, numbers[0])
    return call("rtrim", cut) if target == "character" else cut


def _to_numeric(node: exp.Cast, source: str | None) -> exp.Expr:
    inner, declared = node.this, _scale(node)
    if declared is not None:
        inner = call("pg_text_numeric", inner) if source in TEXTS else inner
        return cast_to(inner, f"DECIMAL({declared[0]}, {declared[1]})")
    if source in INTEGERS:
        return cast_to(inner, "DECIMAL(38, 0)")
    if source in TEXTS:
        return call("pg_text_numeric", inner)
    if source == "jsonb":
        scalar = call("pgddb_jsonb_scalar", cast_to(inner, "VARCHAR"), "number", "numeric")
        return call("pg_text_numeric", scalar)
    name = "pg_real_numeric" if source == "real" else "pg_float_numeric"
    return call(name, inner if source == DOUBLE else cast_to(inner, "DOUBLE"))


def _from_text(node: exp.Cast, target: str) -> exp.Expr:
    inner = node.this
    if target in INTEGERS:
        return cast_to(call("pgddb_integer", inner, target), _duckdb_type(target))
    if target in ("date", TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ):
        return cast_to(call("pgddb_iso_moment", inner, target), _duckdb_type(target))
    macro = {
        "boolean": "pgddb_boolean",
        DOUBLE: "pg_text_float",
        "interval": "pg_interval",
        "bytea": "pgddb_bytea",
        "jsonb": "pg_jsonb",
        "jsonpath": "pgddb_jsonpath",
    }
    if target in macro:
        return call(macro[target], inner)
    if is_array(target):
        return cast_to(call("pgddb_array", inner), _array_type(target))
    if target in ("regclass", "regtype", "regproc", "regprocedure", "regnamespace", "regrole"):
        return call(f"pg_{target}", inner)
    return cast_to(inner, _duckdb_type(target))


RULE = Rule((exp.Cast,), cast)
