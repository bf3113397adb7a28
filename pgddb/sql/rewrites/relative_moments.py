"""Reckon with days that depend on the clock: today, tomorrow, yesterday, with a time of day and a zone."""

from __future__ import annotations

from sqlglot import exp

from pgddb.pgtypes.datetime_fields import DateTimeFields, read_fields
from pgddb.sql.functions.zones import engine_zone, fixed_zone
from pgddb.sql.rewrites.rule import call, cast_to
from pgddb.sql.types.families import TIMESTAMP, TIMESTAMPTZ

_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}


def relative_moment(text: str, target: str, order: str) -> exp.Expr | None:
    """Give the expression for a text that names a day so; None if it does not.

    >>> relative_moment("tomorrow 10:30", "timestamp without time zone", "mdy").sql("duckdb")
    "CAST((CURRENT_DATE + 1) AS TIMESTAMP) + CAST('37800000000 microseconds' AS INTERVAL)"

    Raises:
        SqlError: the rest of the text is no time of day.
    """
    if not any(word in text.lower() for word in _DAYS) or target not in ("date", TIMESTAMP, TIMESTAMPTZ):
        return None
    fields = read_fields(text, target.replace(" without time zone", ""), order, relative=True)
    if fields.relative not in _DAYS:
        return None
    shift = exp.Literal.number(_DAYS[fields.relative])
    day = exp.Paren(this=exp.Add(this=exp.CurrentDate(), expression=shift))
    if target == "date":
        return cast_to(day, "DATE")
    local: exp.Expr = cast_to(day, "TIMESTAMP")
    if fields.time_of_day:
        clock = exp.Literal.string(f"{fields.time_of_day} microseconds")
        local = exp.Add(this=local, expression=cast_to(clock, "INTERVAL"))
    if target == TIMESTAMP:
        return local
    zone = _zone(fields)
    local = exp.Paren(this=local)
    return cast_to(local, "TIMESTAMPTZ") if zone is None else call("timezone", zone, local)


def _zone(fields: DateTimeFields) -> str | None:
    if fields.zone is None:
        return None
    return fixed_zone(fields.zone // 60) if isinstance(fields.zone, int) else engine_zone(fields.zone)
