"""Give functions that SQL spells with keywords their plain calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes.zone_abbreviations import MOSCOW_AHEAD
from pgddb.sql.functions.zones import zone_name
from pgddb.sql.rewrites.datetime_units import GROWING, require_part
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, cast_to, is_string, literal_text
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import INTEGERS, MOMENTS, TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ

_FRACTIONS = {
    "second": "pg_extract_seconds",
    "milliseconds": "pg_extract_milliseconds",
    "epoch": "pg_extract_epoch",
}
_YEARS = {"year": "pg_extract_year", "decade": "pg_extract_decade", "isoyear": "pg_extract_isoyear"}
"""Fields that count years before Christ in a way of their own."""


def special_syntax(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Turn EXTRACT, SUBSTRING, TRIM and their like into calls.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("extract(year FROM x)")
    CAST(CAST(pg_extract_whole('year', "x") AS DECIMAL(38, 0)) AS TEXT)
    >>> show("substring(a FROM 2 FOR 3)")
    pg_substring("a", 2, 3)
    >>> show("trim(both 'x' from y)")
    btrim("y", 'x')
    >>> show("position('a' in b)")
    strpos("b", 'a')
    """
    return _READERS[type(node)](node)


def _extract(node: exp.Expr) -> Answer:
    value = node.args["expression"]
    kind = type_of(value)
    field = require_part(str(node.this.name), kind or TIMESTAMP)
    if is_string(value):
        value = cast_to(value, "TIMESTAMP")
    is_moment = kind in MOMENTS
    if is_moment and field in GROWING:
        value = call("pg_finite", value)
    if field == "epoch" and kind == "date":
        return call("pg_extract_whole", field, value)
    if field == "epoch" and kind == TIMETZ:
        return call("pg_extract_zoned_epoch", value)
    if field == "julian" and kind in (TIMESTAMP, TIMESTAMPTZ):
        return call("pg_extract_julian", value)
    macro = _YEARS.get(field) if is_moment else None
    macro = macro or _FRACTIONS.get(field)
    return call(macro, value) if macro else call("pg_extract_whole", field, value)


def _substring(node: exp.Expr) -> Answer:
    start, length = node.args.get("start"), node.args.get("length")
    if start is not None and type_of(start) in ("text", "unknown"):
        if length is not None:
            return call("pgddb_similar_substring", node.this, start, length)
        return call("pgddb_regexp_substring", node.this, start)
    arguments = [node.this, start if start is not None else exp.Literal.number(1)]
    name = "pg_bytes_substring" if type_of(node.this) == "bytea" else "pg_substring"
    return call(name, *arguments, *([length] if length is not None else []))


def _trim(node: exp.Expr) -> Answer:
    side = str(node.args.get("position") or "BOTH").upper()
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(side, "btrim")
    characters = node.args.get("expression")
    if type_of(node.this) == "bytea" and characters is not None:
        side_name = {"LEADING": "left", "TRAILING": "right"}.get(side, "both")
        return call("pgddb_bytes_trim", node.this, characters, side_name)
    return call(name, node.this, *([characters] if characters is not None else []))


def _overlay(node: exp.Expr) -> Answer:
    replacement = node.args["expression"]
    if type_of(node.this) == "bytea":
        return call(
            "pgddb_bytes_overlay",
            node.this,
            replacement,
            node.args["from_"],
            node.args.get("for_") or exp.Literal.number(-1),
        )
    length = node.args.get("for_") or call("char_length", replacement.copy())
    return call("pg_overlay", node.this, replacement, node.args["from_"], length)


def _position(node: exp.Expr) -> Answer:
    return call("strpos", node.this, node.args["substr"])


def _at_time_zone(node: exp.Expr) -> Answer:
    value = node.this
    kind = type_of(value)
    if kind == TIMETZ:
        raise FeatureNotSupported("AT TIME ZONE of a time with time zone is not supported")
    if kind == TIME:
        value = cast_to(value, "TIMETZ")
    if kind in ("unknown", "date"):
        value = cast_to(value, "TIMESTAMPTZ")
    zone = node.args["zone"]
    if type_of(zone) == "interval":
        is_local = kind == "timestamp without time zone"
        return call("pg_moment_of_interval_zone" if is_local else "pg_moment_in_interval_zone", zone, value)
    name = literal_text(zone)
    if name is not None and name.lower() == "msk":
        return call("timezone", _moscow_zone(value, kind), value)
    known = call("pgddb_zone", zone) if name is None else exp.Literal.string(zone_name(name))
    return call("timezone", known, value)


def _moscow_zone(value: exp.Expr, kind: str | None) -> exp.Expr:
    """Give the name of the offset that MSK stood for at a moment, local or in UTC."""
    shift = timedelta(hours=0 if kind == TIMESTAMP else 3)
    bounds = [exp.Literal.string((moment - shift).isoformat(" ")) for moment in MOSCOW_AHEAD]
    moment = value.copy() if kind == TIMESTAMP else call("timezone", "UTC", value.copy())
    first, end = (cast_to(bound, "TIMESTAMP") for bound in bounds)
    is_ahead = exp.and_(exp.GTE(this=moment, expression=first), exp.LT(this=moment.copy(), expression=end))
    return exp.Case(
        ifs=[exp.If(this=is_ahead, true=exp.Literal.string("GMT+04:00"))], default=exp.Literal.string("GMT+03:00")
    )


def _overlaps(node: exp.Expr) -> Answer:
    left, right = node.this, node.args["expression"]
    if not (isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple)):
        raise FeatureNotSupported("OVERLAPS of other than two pairs is not supported")
    ends = [part for row in (left, right) for part in _period(row)]
    return call("pg_overlaps", *ends)


def _period(row: exp.Tuple) -> list[exp.Expr]:
    start, end = row.expressions
    if type_of(end) == "interval":
        end = exp.Add(this=start.copy(), expression=end)
    return [start, end]


def _frame(node: exp.Expr) -> Answer:
    bounds = [(side, node.args[side]) for side in ("start", "end") if isinstance(node.args.get(side), exp.Expr)]
    for side, bound in bounds:
        if is_string(bound):
            node.set(side, cast_to(exp.Literal.string(literal_text(bound) or ""), "INTERVAL"))
    order = node.parent.args.get("order") if node.parent is not None else None
    if bounds and order is not None and str(node.args.get("kind")).upper() == "RANGE":
        _widen(node, bounds, order.expressions[0])
    return PASS


def _widen(frame: exp.Expr, bounds: list[tuple[str, exp.Expr]], ordered: exp.Expr) -> None:
    """Reckon a frame over integers in wider ones: what lies beyond the last integer is no error."""
    if type_of(ordered.this) in INTEGERS and all(type_of(bound) in INTEGERS for _, bound in bounds):
        ordered.set("this", cast_to(ordered.this.copy(), "HUGEINT"))
        for side, bound in bounds:
            frame.set(side, cast_to(bound.copy(), "HUGEINT"))


def _between(node: exp.Expr) -> Answer:
    if not node.args.get("symmetric"):
        return PASS
    low, high = node.args["low"], node.args["high"]
    either = [
        exp.Paren(this=exp.Between(this=node.this.copy(), low=one.copy(), high=other.copy()))
        for one, other in ((low, high), (high, low))
    ]
    return exp.Paren(this=exp.Or(this=either[0], expression=either[1]))


def _current(node: exp.Expr) -> Answer:
    if isinstance(node, exp.CurrentTimestamp):
        return call("now")
    if isinstance(node, exp.Localtimestamp):
        return cast_to(call("now"), "TIMESTAMP")
    if isinstance(node, exp.Localtime):
        return cast_to(cast_to(call("now"), "TIMESTAMP"), "TIME")
    return PASS


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], Answer]] = {
    exp.Extract: _extract,
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.Overlay: _overlay,
    exp.StrPosition: _position,
    exp.AtTimeZone: _at_time_zone,
    exp.Overlaps: _overlaps,
    exp.WindowSpec: _frame,
    exp.Between: _between,
    exp.CurrentTimestamp: _current,
    exp.Localtimestamp: _current,
    exp.Localtime: _current,
}
RULE = Rule(tuple(_READERS), special_syntax)
