"""Say which numerics the engine has as text: those whose digits and scales no DECIMAL holds.

A quotient has a scale of its own in each row; so have the values of a column that mixes 1.50 and 2; NaN and the
infinities have none. Their text is exact, and compares by its key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlglot import exp

from pgddb.sql.types.columns import type_of
from pgddb.sql.types.scales import carried_scale, chosen_from, scale_of

TEXTUAL = "pg_textual"
"""Meta key of a column or of a rewritten expression: its values are the texts of numerics."""
AS_TEXT = "pg_as_text"
"""Meta key of a value that stands beside others of other scales: it is to be given as text."""

_KEEP = (exp.Paren, exp.Alias, exp.Filter, exp.Window, exp.Neg, exp.Sum, exp.Min, exp.Max, exp.Nullif, exp.Distinct)
_ALWAYS = (exp.Div, exp.Avg, exp.Pow)
EXACT_CALLS = frozenset(
    """
    sqrt exp ln log log10 power pow stddev stddev_samp stddev_pop variance var_samp var_pop pgddb_numeric_text
    pgddb_numeric_divide pgddb_numeric_binary pgddb_numeric_function pgddb_numeric_power pgddb_numeric_logarithm
    pgddb_numeric_deviation pgddb_numeric_round pgddb_numeric_aggregate pgddb_numeric_whole
    """.split()  # noqa: SIM905 - names read best so
)
"""Functions whose numeric results have a scale of their own."""
_OF_FIRST = frozenset(
    """
    @ abs round trunc ceil ceiling floor sign trim_scale lag lead first_value last_value nth_value unnest array_agg list
    first mod div
    """.split()  # noqa: SIM905 - as above
)
_JOINED_ARRAYS = frozenset(["array_append", "array_prepend", "array_cat"])
_LONGEST = 38


def textual(node: exp.Expr | None) -> bool:
    """Say whether the engine has an expression of type numeric, or an array of it, as text.

    >>> from pgddb.sql.types.annotate import annotate
    >>> from pgddb.sql.classify import parse_one
    >>> def outputs(text):
    ...     tree = parse_one(text).tree
    ...     annotate(tree)
    ...     return [textual(output) for output in tree.expressions]
    >>> outputs("SELECT 1 / 3.0, 1.50 + 1, 'NaN'::numeric, greatest(1.5, 2.50)")
    [True, False, True, True]
    """
    if node is None or type_of(node) not in ("numeric", "numeric[]"):
        return False
    if node.meta_get(TEXTUAL) is not None:
        return bool(node.meta[TEXTUAL])
    return AS_TEXT in node.meta or _is_textual(node)


def _is_textual(node: exp.Expr) -> bool:
    if isinstance(node, _ALWAYS):
        return type_of(node) == "numeric"
    if isinstance(node, _KEEP):
        return textual(node.this) if isinstance(node.this, exp.Expr) else any(map(textual, node.expressions))
    if isinstance(node, exp.Query):
        return _first_output(node)
    read = _READERS.get(type(node))
    return read is not None and read(node)


def _literal(node: exp.Expr) -> bool:
    return not node.args.get("is_string") and _is_large(node.name)


def _of_two(node: exp.Expr) -> bool:
    return textual(node.this) or textual(node.args["expression"])


def _branches(node: exp.Expr) -> bool:
    return any(map(textual, chosen_from(node)))


def _listed(node: exp.Expr) -> bool:
    return mixes(chosen_from(node))


def _array(node: exp.Expr) -> bool:
    parts = node.expressions
    return _first_output(parts[0]) if len(parts) == 1 and isinstance(parts[0], exp.Query) else mixes(parts)


def _part(node: exp.Expr) -> bool:
    return textual(node.this)


def _ordered(node: exp.Expr) -> bool:
    return any(textual(one.this) for one in node.args["expression"].expressions)


def _call(node: exp.Expr) -> bool:
    name = str(node.this).lower()
    if name in _JOINED_ARRAYS and type_of(node) == "numeric[]":
        return True
    return name in EXACT_CALLS or (name in _OF_FIRST and any(map(textual, node.expressions)))


def _first_output(query: exp.Expr) -> bool:
    while isinstance(query, exp.Subquery):
        query = query.this
    if isinstance(query, exp.SetOperation):
        return _first_output(query.this)
    return isinstance(query, exp.Select) and bool(query.expressions) and textual(query.expressions[0].unalias())


def _cast(node: exp.Expr) -> bool:
    if node.args["to"].expressions:
        return False
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, exp.Literal) and inner.is_string:
        return is_special(inner.name) or _is_large(inner.name)
    return textual(node.this)


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], bool]] = {
    exp.Literal: _literal,
    **dict.fromkeys([exp.Add, exp.Sub, exp.Mul, exp.Mod], _of_two),
    exp.Cast: _cast,
    **dict.fromkeys([exp.Case, exp.Coalesce], _branches),
    **dict.fromkeys([exp.Greatest, exp.Least], _listed),
    exp.Array: _array,
    exp.Bracket: _part,
    exp.Order: _part,
    exp.WithinGroup: _ordered,
    exp.Anonymous: _call,
    exp.DPipe: lambda node: type_of(node) == "numeric[]",
}
_SPECIAL = re.compile(r"\s*(nan|[-+]?inf(inity)?)\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?\s*", re.IGNORECASE)


def is_special(text: str) -> bool:
    """Say whether a text is NaN or an infinity."""
    return _SPECIAL.fullmatch(text) is not None


def _is_large(text: str) -> bool:
    """Say whether a number has more digits than DECIMAL."""
    number = _NUMBER.fullmatch(text)
    if number is None:
        return False
    whole, fraction, exponent = number[1].lstrip("0"), number[2], int(number[3] or 0)
    if abs(exponent) > _LONGEST:
        return True
    before, after = max(len(whole) + exponent, 0), max(len(fraction) - exponent, 0)
    return before + after > _LONGEST


def mixes(values: Sequence[exp.Expr]) -> bool:
    """Say whether values that stand in one place are of several scales, or any of them is text.

    What has a scale that is not known shows no zeros at its end, as what has none.
    """
    present = [value for value in values if not isinstance(value, exp.Null)]
    if any(map(textual, present)) or any(_is_special_literal(value) for value in present):
        return True
    scales = {_scale(value) or 0 for value in present}
    return len(scales) > 1 or decimals_differ(present)


def decimals_differ(values: Sequence[exp.Expr]) -> bool:
    """Say whether DECIMALs of several scales, or of one that is not known, carry values: DuckDB would round some.

    Integers and literals leave room for the digits of others.
    """
    wide = [value for value in values if type_of(value) == "numeric" and not isinstance(value, exp.Literal)]
    carried = {carried_scale(value) for value in wide}
    return len(wide) > 1 and (len(carried) > 1 or None in carried)


def _is_special_literal(value: exp.Expr) -> bool:
    return isinstance(value, exp.Literal) and bool(value.is_string) and is_special(value.name)


def _scale(value: exp.Expr) -> int | None:
    if isinstance(value, exp.Literal) and value.is_string:
        return len(value.name.strip().partition(".")[2])
    return scale_of(value)
