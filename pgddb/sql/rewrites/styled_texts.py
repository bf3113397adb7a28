"""Let casts to text follow the settings of the session that change output."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.context import SessionContext
from pgddb.sql.rewrites.rule import call, call_name
from pgddb.sql.types.columns import type_of

_DEFAULTS = {"intervalstyle": "postgres", "bytea_output": "hex"}
_KINDS = {
    "pg_date_text": "date",
    "pg_timestamp_text": "timestamp without time zone",
    "pg_timestamptz_text": "timestamp with time zone",
    "pg_interval_text": "interval",
    "pg_float_text": "double precision",
    "pg_bytea_text": "bytea",
}
"""The macros that write values in the default styles, and what they write."""
_READS_DEFAULT = frozenset(["pgddb_interval_template"])


def style_texts(tree: exp.Expr, session: SessionContext) -> None:
    """Write the texts of a rewritten statement in the session's styles; nothing is done for the default ones.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> context = SessionContext(settings={"datestyle": "SQL, DMY"})
    >>> print(rewritten("SELECT a::date::text FROM t", context=context))  # doctest: +ELLIPSIS
    SELECT pgddb_styled_text(pg_date_text(CAST("a" AS DATE)), 'date', 'SQL, DMY', 'postgres', 1, 'hex', 'UTC') ...
    """
    texts = [node for node in tree.find_all(exp.Anonymous) if call_name(node) in _KINDS]
    if not texts:  # so that the plan does not depend on the settings
        return
    settings = session.settings
    dates, digits = settings.get("datestyle", "ISO, MDY"), int(settings.get("extra_float_digits", "1"))
    styles = {name: settings.get(name, default) for name, default in _DEFAULTS.items()}
    if dates.startswith("ISO") and digits > 0 and styles == _DEFAULTS:
        return
    zone = settings.get("timezone", "UTC")
    for node in texts:
        kind = _KINDS[call_name(node)]
        if call_name(node.parent or node) in _READS_DEFAULT:
            continue
        if kind == "double precision" and type_of(node.expressions[0]) == "real":
            kind = "real"
        wanted = (dates, styles["intervalstyle"], digits, styles["bytea_output"], zone)
        node.replace(call("pgddb_styled_text", node.copy(), kind, *wanted))
