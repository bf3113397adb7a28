"""Divide, take remainders and reckon with intervals as PostgreSQL does."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from pgddb.sql.rewrites.casts import interval_literal
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, cast_to, is_string, literal_text
from pgddb.sql.type_names import DUCKDB_TYPES
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import DOUBLE, INTEGERS, MOMENTS, TIME, TIMESTAMPTZ
from pgddb.sql.types.scales import carried_scale, scale_of

_MAX_DIGITS = 38
_MAX_PRODUCT_SCALE = 30
"""Digits after the point that leave enough before it for a product as DECIMAL."""


def arithmetic(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Give an operator of numbers or times PostgreSQL's meaning.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("7 / 2")
    7 / 2
    >>> show("(1.0 / 3)::text")
    CAST((pgddb_numeric_divide(CAST(CAST(1.0 AS DECIMAL(38, 1)) AS TEXT), CAST(3 AS TEXT))) AS TEXT)
    >>> show("interval '1 day' * 2")
    pg_interval_parts(CAST('0 months 1 days 0 microseconds' AS INTERVAL) * 2)
    >>> show("date '2024-01-02' - date '2024-01-01'")
    (CAST((CAST('2024-01-02' AS DATE) - CAST('2024-01-01' AS DATE)) AS INT))
    >>> show("2 ^ 3")
    power(CAST(2 AS DOUBLE), CAST(3 AS DOUBLE))
    """
    if isinstance(node, exp.Literal):
        return _literal(node)
    if isinstance(node, exp.BitwiseLeftShift):
        return _shifted(node)
    if isinstance(node, exp.Sqrt):
        return call("sqrt", node.this)
    if isinstance(node, exp.Between):
        return _between(node)
    if type(node) in _SIDES:
        return _compared(node)
    return _binary(node)


def _binary(node: exp.Expr) -> Answer:
    left, right = node.this, node.args["expression"]
    types = type_of(left), type_of(right)
    for read in (_of_exact, _of_floats, _of_times):
        found = read(node, left, right, types)
        if found is not PASS:
            return found
    return _divide(left, right) if isinstance(node, exp.Div) else PASS


_Types = tuple[str | None, str | None]


def _of_exact(node: exp.Expr, left: exp.Expr, right: exp.Expr, types: _Types) -> Answer:
    """Raise to powers, take remainders, and reckon with numerics that have more digits than DECIMAL."""
    if isinstance(node, exp.Pow):
        return call("pg_numeric_power" if "numeric" in types else "power", left, right)
    if isinstance(node, exp.Mod) and not set(types) - set(INTEGERS) and not _is_positive(right):
        return call("pg_integer_remainder", left, right)
    if "numeric" not in types or set(types) - {"numeric", *INTEGERS}:
        return PASS
    is_fine = isinstance(node, exp.Mul) and (carried_scale(node) or 0) > _MAX_PRODUCT_SCALE
    return call("pg_numeric_binary", _SIGNS[type(node)], left, right) if is_fine or _exceeds(node) else PASS


def _of_floats(node: exp.Expr, left: exp.Expr, right: exp.Expr, types: _Types) -> Answer:
    """Reckon in double precision where PostgreSQL does, and refuse products out of its range."""
    if type_of(node) != DOUBLE or type(node) not in _FLOAT_SIGNS:
        return PASS
    if isinstance(node, exp.Mul):
        return call("pg_float_multiply", cast_to(left, "DOUBLE"), cast_to(right, "DOUBLE"))
    if "real" not in types:
        return PASS
    return type(node)(this=cast_to(left, "DOUBLE"), expression=cast_to(right, "DOUBLE"))


def _of_times(node: exp.Expr, left: exp.Expr, right: exp.Expr, types: _Types) -> Answer:
    """Add intervals month by month, day by day; read untyped literals beside times."""
    if isinstance(node, exp.Mul):
        return _scale_interval(left, right) if "interval" in types else PASS
    if not isinstance(node, (exp.Add, exp.Sub)):
        return PASS
    if types == (TIMESTAMPTZ, "interval") and not _has_one_part(right):
        return call("pg_moment_add", left, right if isinstance(node, exp.Add) else exp.Neg(this=exp.Paren(this=right)))
    if types[0] in (*MOMENTS, TIME, "interval") and types[1] == "unknown":
        return _with_literal(node, left, right)
    return _days(node) if types == ("date", "date") and isinstance(node, exp.Sub) else PASS


_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


_FLOAT_SIGNS = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_SHIFT_MASKS = {"smallint": (31, 16), "integer": (31, 32), "bigint": (63, 64)}
"""By type, the bits of a distance that count, and those of the result."""


def _shifted(node: exp.BitwiseLeftShift) -> Answer:
    """Drop the bits that leave the type, as C does; DuckDB refuses them, and negative numbers."""
    kind = type_of(node.this)
    if kind not in _SHIFT_MASKS:
        return PASS
    mask, bits = _SHIFT_MASKS[kind]
    return cast_to(call("pg_shift_left", node.this, node.args["expression"], mask, bits), DUCKDB_TYPES[kind])


def _is_positive(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit()


def _has_one_part(interval: exp.Expr) -> bool:
    """Say whether a constant interval is of months, days or a time alone, so that no order of adding matters."""
    text = literal_text(interval.this) if isinstance(interval, exp.Cast) else None
    return text is not None and len([part for part in text.split()[::2] if part != "0"]) <= 1


def _exceeds(node: exp.Expr) -> bool:
    """Say whether a product or sum of constants has more digits than DECIMAL."""
    if type(node) not in _SIGNS:
        return False
    widths = [_width(node.this), _width(node.args["expression"])]
    if 0 in widths:
        return False
    return (sum(widths) if isinstance(node, exp.Mul) else max(widths) + 1) > _MAX_DIGITS


def _width(node: exp.Expr) -> int:
    """Give the digits of a constant, 0 for anything else."""
    while isinstance(node, (exp.Paren, exp.Neg)):
        node = node.this
    if isinstance(node, exp.Cast):
        node = node.this
    return len(str(node.this).replace(".", "")) if isinstance(node, exp.Literal) else 0


def _days(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=cast_to(exp.Paren(this=node.copy()), "INTEGER"))


def _literal(node: exp.Literal) -> Answer:
    """Keep a number exact: DuckDB reads what is too long for DECIMAL, or has an exponent, as DOUBLE."""
    text = str(node.this)
    if node.is_string or (text.isdigit() and len(text) <= 18):
        return PASS
    if "e" in text.lower():
        plain = format(Decimal(text), "f")
        if max(len(plain.replace(".", "").lstrip("0")), len(plain.partition(".")[2])) > _MAX_DIGITS:
            return call("pg_numeric_text", plain)
        return cast_to(exp.Literal.string(plain), f"DECIMAL(38, {len(plain.partition('.')[2])})")
    if max(len(text.replace(".", "").lstrip("0")), len(text.partition(".")[2])) > _MAX_DIGITS:
        return call("pg_numeric_text", text)
    return PASS


_SIDES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.EQ, exp.NEQ: exp.NEQ, exp.LT: exp.GT, exp.GT: exp.LT, exp.LTE: exp.GTE, exp.GTE: exp.LTE,
}  # fmt: skip
"""Comparisons, and what they are with their sides changed."""
_WHOLE_FROM = "1e18"
"""From here on, the fraction of what a number is compared with makes no difference but for equality."""


def _fraction(node: exp.Expr) -> Decimal | None:
    """Give a constant that has digits after the point."""
    while isinstance(node, exp.Paren):
        node = node.this
    is_number = isinstance(node, exp.Literal) and not node.is_string and "e" not in node.name.lower()
    number = Decimal(node.name) if is_number and len(node.name) < 18 else None
    return number if number is not None and number != int(number) else None


def _compared(node: exp.Expr) -> Answer:
    """Compare a number that may have all 38 digits before the point: DuckDB would make room for the fraction first."""
    left, right = node.this, node.args["expression"]
    if "character" in (type_of(left), type_of(right)) and (is_string(left) or is_string(right)):
        return type(node)(this=_without_blanks(left), expression=_without_blanks(right))
    for kind, number, constant in ((type(node), left, right), (_SIDES[type(node)], right, left)):
        fraction = _fraction(constant)
        if fraction is None or type_of(number) != "numeric" or not isinstance(number, exp.Column):
            continue
        scale = scale_of(number)
        if scale is not None and scale >= len(constant.name.partition(".")[2]):
            continue
        size = cast_to(call("abs", number.copy()), "DOUBLE")
        large = exp.GTE(this=size, expression=cast_to(exp.Literal.string(_WHOLE_FROM), "DOUBLE"))
        return exp.Paren(
            this=exp.Case(
                ifs=[exp.If(this=large, true=_without_fraction(kind, number.copy()))],
                default=kind(this=number.copy(), expression=constant.copy()),
            )
        )
    return PASS


def _without_blanks(node: exp.Expr) -> exp.Expr:
    """Give a text that is compared with char(n) without the blanks at its end, which do not count."""
    text = literal_text(node)
    return node if text is None else exp.Literal.string(text.rstrip(" "))


def _without_fraction(kind: type[exp.Expr], number: exp.Expr) -> exp.Expr:
    if kind in (exp.EQ, exp.NEQ):
        return exp.Boolean(this=kind is exp.NEQ)
    return kind(this=number, expression=exp.Literal.number(0))


def _between(node: exp.Between) -> Answer:
    if node.args.get("symmetric") or type_of(node.this) != "numeric":
        return PASS
    ends = [
        _compared(kind(this=node.this.copy(), expression=node.args[name].copy()))
        for kind, name in ((exp.GTE, "low"), (exp.LTE, "high"))
    ]
    if ends == [PASS, PASS]:
        return PASS
    written = [
        end if isinstance(end, exp.Expr) else kind(this=node.this.copy(), expression=node.args[name].copy())
        for end, (kind, name) in zip(ends, ((exp.GTE, "low"), (exp.LTE, "high")), strict=True)
    ]
    return exp.Paren(this=exp.And(this=written[0], expression=written[1]))


def _divide(left: exp.Expr, right: exp.Expr) -> Answer:
    types = {type_of(left), type_of(right)}
    if "interval" in types:
        return call("pg_interval_divide", left, right)
    if "numeric" in types and not types & {DOUBLE, "real", None}:
        return call("pg_numeric_divide", left, right)
    return exp.Div(this=left, expression=right)


def _scale_interval(left: exp.Expr, right: exp.Expr) -> Answer:
    interval, factor = (left, right) if type_of(left) == "interval" else (right, left)
    if type_of(factor) in INTEGERS:
        return exp.Mul(this=interval, expression=factor)
    return call("pg_interval_scale", interval, cast_to(factor, "DOUBLE"))


def _with_literal(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> Answer:
    """Read an untyped literal as PostgreSQL does: as the other side's type, for sums of times as an interval."""
    text = literal_text(right)
    if text is None:
        return PASS
    if isinstance(node, exp.Add) or type_of(left) == "interval":
        return type(node)(this=left, expression=interval_literal(text))
    return PASS


RULE = Rule(
    (
        exp.Literal,
        exp.Div,
        exp.Mul,
        exp.Add,
        exp.Sub,
        exp.Mod,
        exp.Pow,
        exp.Sqrt,
        exp.Between,
        exp.BitwiseLeftShift,
        *_SIDES,
    ),
    arithmetic,
)
