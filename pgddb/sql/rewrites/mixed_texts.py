"""Write numerics of which each row has one of several scales: those of CASE and COALESCE, and their sums."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.sql.rewrites.aggregate_parts import inner_of, replaced
from pgddb.sql.rewrites.rule import call, cast_to
from pgddb.sql.types.scales import chosen_from, scale_of
from pgddb.sql.types.text_numerics import mixes, textual

TextOf = Callable[[exp.Expr], exp.Expr]


def mixed_text(value: exp.Expr, text_of: TextOf) -> exp.Expr | None:
    """Make the text of a value that mixes scales; None where it does not, or they are not known."""
    if textual(value) or scale_of(value) is not None:
        return None
    if isinstance(value, (exp.Case, exp.Coalesce)):
        return _branches(value, text_of) if mixes(chosen_from(value)) else None
    inner = inner_of(value)
    if not isinstance(inner, exp.Sum) or not isinstance(inner.this, (exp.Case, exp.Coalesce)):
        return None
    scales = _known_scales(inner.this)
    row_scale = _row_scale(inner.this)
    if row_scale is None or not scales:
        return None
    widest = replaced(value, inner, exp.Max(this=row_scale))
    total = cast_to(value.copy(), f"DECIMAL(38, {max(scales)})")
    return call("pg_scaled_text", total, max(scales), widest)


def _branches(value: exp.Expr, text_of: TextOf) -> exp.Expr:
    made = value.copy()
    for part in chosen_from(made):
        part.replace(text_of(part))
    return made


def _known_scales(value: exp.Expr) -> set[int]:
    if isinstance(value, (exp.Case, exp.Coalesce)):
        return set().union(*map(_known_scales, chosen_from(value)))
    scale = scale_of(value)
    return set() if scale is None else {scale}


def _row_scale(value: exp.Expr) -> exp.Expr | None:
    """Make the scale that a value has in a row, NULL where it is; None where it is not known of a branch."""
    if isinstance(value, exp.Null):
        return exp.Null()
    if isinstance(value, exp.Case):
        made = value.copy()
        parts = [(branch, "true") for branch in made.args["ifs"]]
        parts += [(made, "default")] if made.args.get("default") is not None else []
        for place, name in parts:
            scale = _row_scale(place.args[name])
            if scale is None:
                return None
            place.set(name, scale)
        return made
    if isinstance(value, exp.Coalesce):
        branches = [(part, _row_scale(part)) for part in (value.this, *value.expressions)]
        ifs = [exp.If(this=_present(part), true=scale) for part, scale in branches if scale is not None]
        return exp.Case(ifs=ifs) if len(ifs) == len(branches) else None
    known = scale_of(value)
    if known is None:
        return None
    number = exp.Literal.number(known)
    return number if isinstance(value, exp.Literal) else exp.Case(ifs=[exp.If(this=_present(value), true=number)])


def _present(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
