"""Rename calls, and refuse those that do not exist for their arguments."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, InvalidArgumentForNthValue, UndefinedFunction
from pgddb.sql.rewrites import array_calls, attribute_calls, json_calls
from pgddb.sql.rewrites.arguments import Arguments, read_as
from pgddb.sql.rewrites.casts import cast, rounded_moment
from pgddb.sql.rewrites.datetime_units import GROWING, require_cut, require_part
from pgddb.sql.rewrites.rule import (
    NO_FUNCTION_HINT,
    PASS,
    Answer,
    Rewriting,
    Rule,
    call,
    call_name,
    cast_to,
    literal_text,
    named_type,
)
from pgddb.sql.rewrites.value_texts import output_text, padded
from pgddb.sql.type_names import type_called
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, MOMENTS, TEXTS, TIMESTAMP, TIMESTAMPTZ, TIMETZ
from pgddb.sql.types.scales import scale_of
from pgddb.sql.types.text_numerics import textual


def plain_call(node: exp.Expr, rewriting: Rewriting) -> Answer:
    """Give a call the function that its argument types ask for.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("round(2.5::float8)")
    pg_round_float(CAST(2.5 AS DOUBLE))
    >>> show("to_char(now(), 'YYYY')")
    pg_moment_text(now(), 'YYYY')
    >>> show("concat('a', NULL, 1)")
    concat('a', NULL, CAST(1 AS TEXT))
    """
    name = call_name(node)
    read = _READERS.get(name)
    if read is not None:
        return read(node, node.expressions)
    return (
        _as_cast(node, name, rewriting) if len(node.expressions) == 1 and type_of(node) == type_called(name) else PASS
    )


def _as_cast(node: exp.Expr, name: str, rewriting: Rewriting) -> Answer:
    """Read `float8(x)`, whose function is the cast's."""
    target = type_called(name)
    if target is None:
        return PASS
    cast_node = exp.Cast(this=node.expressions[0], to=named_type(target))
    set_type(cast_node, target)
    return cast(cast_node, rewriting)


def _round(_node: exp.Expr, arguments: Arguments) -> Answer:
    kind = type_of(arguments[0])
    if len(arguments) == 1:
        if kind in (DOUBLE, "real"):
            return call("pg_round_float", arguments[0])
        return cast_to(arguments[0], "DOUBLE") if kind in INTEGERS else PASS
    digits = arguments[1]
    if kind in ("numeric", *INTEGERS) and isinstance(digits, exp.Literal):
        value = cast_to(arguments[0], "DECIMAL(38, 10)") if kind in INTEGERS else arguments[0]
        places = min(int(digits.name), 30)
        return cast_to(call("round", value, digits), f"DECIMAL(38, {places})")
    return PASS


def _truncate(_node: exp.Expr, arguments: Arguments) -> Answer:
    if len(arguments) == 1:
        return cast_to(arguments[0], "DOUBLE") if type_of(arguments[0]) in INTEGERS else PASS
    digits = arguments[1]
    if isinstance(digits, exp.Literal) and type_of(arguments[0]) == "numeric":
        places = int(digits.name)
        scale = exp.Literal.number(10**places)
        whole = call("trunc", exp.Mul(this=exp.Paren(this=arguments[0]), expression=scale))
        unit = cast_to(exp.Literal.string(format(10**-places, f".{places}f")), f"DECIMAL(18, {places})")
        return cast_to(
            exp.Paren(this=exp.Mul(this=cast_to(whole, "DECIMAL(30, 0)"), expression=unit)), f"DECIMAL(38, {places})"
        )
    if isinstance(digits, exp.Neg) and isinstance(digits.this, exp.Literal) and type_of(arguments[0]) == "numeric":
        power = exp.Literal.number(10 ** int(digits.this.name))
        rest = exp.Mod(this=exp.Paren(this=arguments[0].copy()), expression=power)
        return cast_to(exp.Paren(this=exp.Sub(this=exp.Paren(this=arguments[0]), expression=rest)), "DECIMAL(38, 0)")
    raise FeatureNotSupported("trunc with a varying number of digits is not supported")


_EXACT_FUNCTIONS = frozenset(["sqrt", "exp", "ln", "log", "log10", "trim_scale"])


def _exact_number(node: exp.Expr, arguments: Arguments) -> Answer:
    """Reckon exactly where PostgreSQL chose the function for numeric."""
    if type_of(node) != "numeric":
        return PASS
    if call_name(node) in ("power", "pow"):
        return call("pg_numeric_power", *arguments)
    if len(arguments) == 2:
        return call("pg_numeric_logarithm", *arguments)
    return call("pg_numeric_function", call_name(node), arguments[0])


def _to_char(_node: exp.Expr, arguments: Arguments) -> Answer:
    kind = type_of(arguments[0])
    if kind in MOMENTS:
        zoned = kind == TIMESTAMPTZ and "tz" in (literal_text(arguments[1]) or "tz").lower()
        return call("pg_zoned_moment_text" if zoned else "pg_moment_text", *arguments)
    if kind == "interval":
        return call("pgddb_interval_template", call("pg_interval_text", arguments[0]), arguments[1])
    return call("pg_number_text", *arguments)


_LONG_UNITS = {"century": 100, "millennium": 1000}


def _date_trunc(_node: exp.Expr, arguments: Arguments) -> Answer:
    kind, value = type_of(arguments[1]), arguments[1]
    if kind in ("date", "unknown"):
        kind, value = TIMESTAMPTZ, cast_to(value, "TIMESTAMPTZ")
    text = literal_text(arguments[0])
    if text is None:
        return call("pg_date_trunc_zone" if len(arguments) == 3 else "date_trunc", arguments[0], value, *arguments[2:])
    unit = require_cut(text, kind or TIMESTAMP)
    if kind in MOMENTS and len(arguments) == 2 and unit in ("decade", *_LONG_UNITS):
        return _cut_to_years(unit, value, kind)
    return call("pg_date_trunc_zone" if len(arguments) == 3 else "date_trunc", unit, value, *arguments[2:])


def _cut_to_years(unit: str, value: exp.Expr, kind: str | None) -> exp.Expr:
    """Cut to several years in local time: years before Christ count the other way in DuckDB's zones."""
    local = cast_to(value, "TIMESTAMP") if kind == TIMESTAMPTZ else value
    years = _LONG_UNITS.get(unit)
    cut = call("pg_date_trunc_decade", local) if years is None else call("pg_date_trunc_years", unit, local, years)
    return cast_to(cut, "TIMESTAMPTZ") if kind == TIMESTAMPTZ else cut


def _from_date_and_time(node: exp.Expr, arguments: Arguments) -> Answer:
    """Read `timestamptz(date, time)`, the function behind date + time."""
    if len(arguments) != 2:
        return PASS
    moment = exp.Paren(this=exp.Add(this=arguments[0], expression=arguments[1]))
    return cast_to(moment, "TIMESTAMPTZ" if call_name(node) == "timestamptz" else "TIMESTAMP")


_NOW = {
    "current_time": "TIMETZ",
    "current_timestamp": "TIMESTAMPTZ",
    "localtime": "TIME",
    "localtimestamp": "TIMESTAMP",
}


def _rounded_now(node: exp.Expr, arguments: Arguments) -> Answer:
    """Read the clock with fewer digits: current_timestamp(3)."""
    kind = _NOW[call_name(node)]
    unit = 10 ** (6 - min(int(arguments[0].name), 6))
    zoned = kind == "TIMESTAMPTZ"
    now = call("now") if zoned else cast_to(call("now"), "TIMESTAMP")
    moment = rounded_moment(now, TIMESTAMPTZ if zoned else TIMESTAMP, unit)
    return cast_to(moment, kind)


def _date_part(_node: exp.Expr, arguments: Arguments) -> Answer:
    kind, value = type_of(arguments[1]), arguments[1]
    if literal_text(value) is not None or kind == "date":
        kind, value = TIMESTAMP, cast_to(value, "TIMESTAMP")
    text = literal_text(arguments[0])
    if text is None or kind is None:
        return call("date_part", arguments[0], value)
    unit = require_part(text, kind)
    if kind in MOMENTS and unit in GROWING:
        return call("pg_growing_part", unit, value)
    if kind == TIMETZ and unit == "epoch":
        return cast_to(call("pg_extract_zoned_epoch", value), "DOUBLE")
    return call("date_part", unit, value)


_SHOWN_AS_THEY_ARE = TEXTS - {"character"}


def _text_arguments(node: exp.Expr, arguments: Arguments) -> Answer:
    """Write what concat joins as PostgreSQL's text."""
    texts = [
        argument if type_of(argument) in (None, *_SHOWN_AS_THEY_ARE) else output_text(argument, type_of(argument))
        for argument in arguments
    ]
    if not texts:
        raise UndefinedFunction(f"function {call_name(node)}() does not exist", hint=NO_FUNCTION_HINT)
    return call(call_name(node), *texts) if texts != arguments else PASS


def _any_value(node: exp.Expr, arguments: Arguments) -> Answer:
    kinds = ", ".join(type_of(argument) or "unknown" for argument in arguments)
    raise UndefinedFunction(f"function {call_name(node)}({kinds}) does not exist", hint=NO_FUNCTION_HINT)


def _to_number(_node: exp.Expr, arguments: Arguments) -> Answer:
    """Give to_number the scale of its template."""
    template = literal_text(arguments[1])
    if template is None:
        return PASS
    fraction = re.split(r"[.D]", template.upper(), maxsplit=1)
    places = sum(sign in "09" for sign in fraction[1]) if len(fraction) > 1 else 0
    return cast_to(call("pgddb_parse_number", *arguments), f"DECIMAL(38, {places})")


def _format(_node: exp.Expr, arguments: Arguments) -> Answer:
    texts = [output_text(argument, type_of(argument)) for argument in arguments[1:]]
    return call("pgddb_format", arguments[0], cast_to(exp.Array(expressions=texts), "VARCHAR[]"))


def _count_nulls(node: exp.Expr, arguments: Arguments) -> Answer:
    return call(call_name(node), exp.Array(expressions=[cast_to(argument, "VARCHAR") for argument in arguments]))


def _typeof(_node: exp.Expr, arguments: Arguments) -> Answer:
    kind = type_of(arguments[0])
    if kind is None:
        raise FeatureNotSupported("pg_typeof of this expression is not supported")
    named = call("pg_regtype", kind)
    set_type(named, "regtype")
    return named


def _bytea_argument(node: exp.Expr, arguments: Arguments) -> Answer:
    return call(call_name(node), *read_as(arguments, "bytea", 1)) if literal_text(arguments[0]) is not None else PASS


def _substr(_node: exp.Expr, arguments: Arguments) -> Answer:
    return call("pg_bytes_substring", *arguments) if type_of(arguments[0]) == "bytea" else PASS


def _substring_call(_node: exp.Expr, arguments: Arguments) -> Answer:
    """Tell substring(text, pattern) from substring(text, start)."""
    if type_of(arguments[0]) == "bytea":
        return call("pg_bytes_substring", *arguments)
    if len(arguments) > 1 and type_of(arguments[1]) in TEXTS:
        name = "pgddb_regexp_substring" if len(arguments) == 2 else "pgddb_similar_substring"
        return call(name, *arguments)
    return PASS


_SIDES = {"btrim": "both", "ltrim": "left", "rtrim": "right"}


def _trim_call(node: exp.Expr, arguments: Arguments) -> Answer:
    if type_of(arguments[0]) == "bytea" and len(arguments) == 2:
        return call("pgddb_bytes_trim", *arguments, _SIDES[call_name(node)])
    return PASS


def _age(_node: exp.Expr, arguments: Arguments) -> Answer:
    if len(arguments) == 1:
        return call("age", exp.CurrentDate(), cast_to(arguments[0], "TIMESTAMP"))
    return call(
        "age",
        *(
            cast_to(argument, "TIMESTAMP") if type_of(argument) in ("date", "unknown") else argument
            for argument in arguments
        ),
    )


def _date_bin(_node: exp.Expr, arguments: Arguments) -> Answer:
    return call("date_bin", *read_as(arguments, "interval", 1))


def _nth_value(_node: exp.Expr, arguments: Arguments) -> Answer:
    """Refuse a place before the first."""
    place = arguments[1].this if isinstance(arguments[1], exp.Neg) else arguments[1]
    negative = place is not arguments[1]
    if isinstance(place, exp.Literal) and (negative or place.name == "0"):
        raise InvalidArgumentForNthValue("argument of nth_value must be greater than zero")
    return PASS


def _neighbour(node: exp.Expr, arguments: Arguments) -> Answer:
    """Give the value of lag and lead, and the one that stands for it, one scale: DuckDB takes the first one's."""
    if len(arguments) < 3 or type_of(node) != "numeric" or any(map(textual, arguments)):
        return PASS
    scales = [0 if type_of(part) in INTEGERS else scale_of(part) for part in (arguments[0], arguments[2])]
    scale = 18 if None in scales else max(scale for scale in scales if scale is not None)
    value, default = (cast_to(part, f"DECIMAL(38, {scale})") for part in (arguments[0], arguments[2]))
    return call(call_name(node), value, arguments[1], default)


_LENGTHS = {"length": "pg_length", "octet_length": "pg_octet_length", "bit_length": "pg_bit_length"}


def _length(node: exp.Expr, arguments: Arguments) -> Answer:
    """Measure texts and bytes by functions of their own: DuckDB cannot choose one for what aggregates give."""
    name, kind = _LENGTHS[call_name(node)], type_of(arguments[0])
    if isinstance(arguments[0], exp.Null):
        return call(name, cast_to(arguments[0], "VARCHAR"))
    if kind == "bytea":
        return call(name.replace("pg_", "pg_bytes_"), arguments[0])
    if kind == "character" and name == "pg_octet_length":
        return call(name, padded(arguments[0]))
    return call(name, arguments[0]) if kind in TEXTS else PASS


def _divide_whole(_node: exp.Expr, arguments: Arguments) -> Answer:
    texts = [cast_to(argument, "VARCHAR") for argument in arguments]
    return cast_to(call("pgddb_numeric_whole", *texts), "DECIMAL(38, 0)")


_READERS: dict[str, Callable[[exp.Expr, Arguments], Answer]] = {
    **array_calls.READERS,
    **json_calls.READERS,
    **attribute_calls.READERS,
    **dict.fromkeys(_NOW, _rounded_now),
    **dict.fromkeys([*_EXACT_FUNCTIONS, "power", "pow"], _exact_number),
    "round": _round,
    "trunc": _truncate,
    "div": _divide_whole,
    "to_char": _to_char,
    "date_trunc": _date_trunc,
    "date_part": _date_part,
    "timestamptz": _from_date_and_time,
    "date_bin": _date_bin,
    "age": _age,
    "any_value": _any_value,
    "to_number": _to_number,
    "concat": _text_arguments,
    "concat_ws": _text_arguments,
    "format": _format,
    "num_nulls": _count_nulls,
    "num_nonnulls": _count_nulls,
    **dict.fromkeys(_LENGTHS, _length),
    "nth_value": _nth_value,
    **dict.fromkeys(["lag", "lead"], _neighbour),
    "pg_typeof": _typeof,
    **dict.fromkeys(["btrim", "ltrim", "rtrim"], _trim_call),
    "substr": _substr,
    "substring": _substring_call,
    "encode": _bytea_argument,
    "sha256": _bytea_argument,
}
RULE = Rule((exp.Anonymous,), plain_call)
