"""Give the values of which CASE or COALESCE chooses one DECIMAL type: DuckDB would round some of them to another."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, cast_to
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.scales import CARRIED, SCALE, carried_scale, chosen_from, scale_of
from pgddb.sql.types.text_numerics import decimals_differ, textual

_UNKNOWN_SCALE = 18
"""Digits after the point where they are not known: what has more, or 20 before it, fails."""


def align_scales(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Cast the values of a numeric to the widest scale of them; each still shows its own.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("round(coalesce(1::numeric, 1.5::numeric(38,2)), 1)")
    CAST(CAST(round(COALESCE(CAST(CAST(1 AS DECIMAL(38, 0)) AS DECIMAL(38, 2)), CAST(1.5 AS DECIMAL(38, 2))), 1)\
 AS DECIMAL(38, 1)) AS TEXT)
    """
    if type_of(node) != "numeric" or textual(node):
        return PASS
    parts = chosen_from(node)
    if not decimals_differ(parts):
        return PASS
    scales = [carried_scale(part) for part in parts]
    widest = max(_UNKNOWN_SCALE if scale is None else scale for scale in scales)
    for part, scale in zip(parts, scales, strict=True):
        if scale == widest:
            continue
        cast = cast_to(part.copy(), f"DECIMAL(38, {widest})")
        set_type(cast, "numeric")
        cast.meta[SCALE], cast.meta[CARRIED] = scale_of(part), widest
        part.replace(cast)
    return PASS


RULE = Rule((exp.Case, exp.Coalesce), align_scales)
