"""Say which type a parameter must have where it stands, None where the place does not tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from pgddb.planner.type_names import UNKNOWN
from pgddb.sql.type_names import type_name
from pgddb.sql.types import type_of
from pgddb.sql.types.catalog_signatures import CATALOG_ARGUMENTS
from pgddb.sql.types.families import MOMENTS, NUMBERS, TEXTS, common, element_of

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_PATTERNS = (exp.Like, exp.ILike, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo, exp.Escape)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Pow)
_CHOICES = (exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif, exp.If, exp.Array)


def expected_type(node: exp.Parameter) -> str | None:
    """Name the type that the place of a parameter asks for."""
    place: exp.Expr = node
    while isinstance(place.parent, (exp.Paren, exp.Neg)):
        place = place.parent
    parent = place.parent
    if parent is None:
        return None
    for kinds, rule in _RULES:
        if isinstance(parent, kinds):
            return rule(place, parent)
    return None


def _as_unknown(name: str | None) -> str | None:
    """Give the type that PostgreSQL takes for an unknown beside a known type."""
    if name in {UNKNOWN, "character varying"}:
        return "text"
    return name


def _cast(_place: exp.Expr, parent: exp.Expr) -> str | None:
    return type_name(parent.args["to"])


def _compared(place: exp.Expr, parent: exp.Expr) -> str | None:
    other = parent.expression if parent.this is place else parent.this
    if isinstance(other, (exp.Any, exp.All)):
        return _as_unknown(element_of(_type_inside(other)))
    return _as_unknown(_type_inside(other))


def _any(_place: exp.Expr, parent: exp.Expr) -> str | None:
    """`x = ANY($1)` wants an array of what x is."""
    comparison = parent.parent
    if not isinstance(comparison, (*_COMPARISONS, *_PATTERNS)):
        return None
    element = "text" if isinstance(comparison, _PATTERNS) else _as_unknown(type_of(comparison.this))
    return f"{element}[]" if element is not None else None


def _listed(place: exp.Expr, parent: exp.Expr) -> str | None:
    """`x IN ($1, $2)`: all have one type."""
    query = parent.args.get("query")
    others = [parent.this, *parent.expressions, *([query] if query is not None else [])]
    return _peer(place, others)


def _between(place: exp.Expr, parent: exp.Expr) -> str | None:
    return _peer(place, [parent.this, parent.args["low"], parent.args["high"]])


def _peer(place: exp.Expr, parts: Sequence[exp.Expr]) -> str | None:
    types = [_type_inside(part) for part in parts if part is not place]
    known = [name for name in types if name not in (None, UNKNOWN)]
    if not known:
        return "text" if UNKNOWN in types else None
    return _as_unknown(common(known))


def _chosen(place: exp.Expr, parent: exp.Expr) -> str | None:
    if isinstance(parent, exp.Array) and isinstance(parent.parent, exp.Cast):
        return element_of(type_name(parent.parent.args["to"]))
    if isinstance(parent, exp.If):
        return "boolean" if place.arg_key == "this" else _of_case(place, parent.parent)
    parts = [parent.this, parent.args.get("expression"), *parent.expressions]
    return _peer(place, [part for part in parts if isinstance(part, exp.Expr)])


def _of_case(place: exp.Expr, case: exp.Expr | None) -> str | None:
    if case is None:
        return None
    parts = [branch.args["true"] for branch in case.args.get("ifs") or ()]
    parts += [case.args["default"]] if case.args.get("default") is not None else []
    return _peer(place, parts)


def _case(place: exp.Expr, parent: exp.Expr) -> str | None:
    if place.arg_key == "this":
        return _peer(place, [branch.this for branch in parent.args.get("ifs") or ()])
    return _of_case(place, parent)


def _arithmetic(place: exp.Expr, parent: exp.Expr) -> str | None:
    left = parent.this is place
    other = type_of(parent.expression if left else parent.this)
    if other in NUMBERS:
        return other
    if other == "interval":
        return "double precision" if isinstance(parent, (exp.Mul, exp.Div)) else "interval"
    if other == "date":
        return "integer" if isinstance(parent, exp.Add) or not left else "date"
    if other in MOMENTS:
        return other if isinstance(parent, exp.Sub) else "interval"
    return other if other == "jsonb" else None


def _concatenated(place: exp.Expr, parent: exp.Expr) -> str | None:
    other = type_of(parent.expression if parent.this is place else parent.this)
    return "text" if other is None or other in TEXTS else other


_QUANTIFIERS = frozenset({"all", "any", "some"})
"""Written without a space before the bracket, they come as calls."""
_OPERATOR_TYPES = {"->": "text", "->>": "text", "?": "text", "#>": "text[]", "#>>": "text[]", "#-": "text[]"}
_OPERATOR_TYPES |= {"?|": "text[]", "?&": "text[]", "^@": "text"}


def _argument(place: exp.Expr, parent: exp.Expr) -> str | None:
    name = str(parent.this).lower()
    index = next((at for at, argument in enumerate(parent.expressions) if argument is place), None)
    if index is None:
        return None
    if name in _QUANTIFIERS:
        return _any(place, parent)
    if name in _OPERATOR_TYPES:
        return _OPERATOR_TYPES[name] if index == 1 else None
    if name in ("@>", "<@", "&&", "generate_series", "array_append", "mod"):
        return _peer(place, parent.expressions[:2])
    types = ARGUMENTS.get(name, ())
    return types[min(index, len(types) - 1)] or None if types else None


def _in_tuple(place: exp.Expr, parent: exp.Expr) -> str | None:
    """`(a, b) = ($1, $2)` and `(a, b) IN (($1, $2))` pair by place; so do the rows of VALUES."""
    index = next((at for at, part in enumerate(parent.expressions) if part is place), None)
    outer = parent.parent
    if index is None or outer is None:
        return None
    if isinstance(outer, exp.Values):
        rows = outer.expressions
    else:
        rows = [part for part in (outer.this, outer.args.get("expression"), *outer.expressions) if part is not None]
    peers = [row.expressions[index] for row in rows if isinstance(row, exp.Tuple) and len(row.expressions) > index]
    return _peer(place, peers) if isinstance(outer, (exp.Values, exp.In, *_COMPARISONS)) else None


def _type_inside(node: exp.Expr) -> str | None:
    inner = node
    while isinstance(inner, (exp.Any, exp.All)):
        inner = inner.this
    return type_of(inner)


def _always(name: str) -> Callable[[exp.Expr, exp.Expr], str | None]:
    return lambda _place, _parent: name


_Rule = Callable[[exp.Expr, exp.Expr], "str | None"]
_RULES: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], _Rule], ...] = (
    (exp.Cast, _cast),
    (_COMPARISONS, _compared),
    ((exp.Any, exp.All), _any),
    (exp.In, _listed),
    (exp.Between, _between),
    (_PATTERNS, _always("text")),
    (_ARITHMETIC, _arithmetic),
    (exp.DPipe, _concatenated),
    ((exp.Limit, exp.Offset, exp.Fetch), _always("bigint")),
    (_CHOICES, _chosen),
    (exp.Case, _case),
    ((exp.Where, exp.Having, exp.And, exp.Or, exp.Not, exp.Join), _always("boolean")),
    (exp.Tuple, _in_tuple),
    (exp.Bracket, _always("integer")),
    (exp.Anonymous, _argument),
    (exp.AtTimeZone, _always("text")),
    ((exp.Substring, exp.Trim, exp.StrPosition), _always("text")),
    ((exp.Sum, exp.Avg), _always("numeric")),
)

ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("lower", "upper", "initcap", "length", "char_length", "md5", "quote_ident", "ascii", "reverse", "concat"),
        ("text",),
    ),
    **dict.fromkeys(
        ("btrim", "ltrim", "rtrim", "strpos", "starts_with", "concat_ws", "regexp_match"), ("text", "text")
    ),
    **dict.fromkeys(("replace", "translate", "regexp_replace"), ("text", "text", "text", "text")),
    **dict.fromkeys(("left", "right", "repeat"), ("text", "integer")),
    **dict.fromkeys(("substr", "substring"), ("text", "integer", "integer")),
    **dict.fromkeys(("lpad", "rpad"), ("text", "integer", "text")),
    **dict.fromkeys(("split_part",), ("text", "text", "integer")),
    **dict.fromkeys(("date_trunc", "date_part", "to_char", "timezone"), ("text",)),
    **dict.fromkeys(("to_timestamp", "to_date", "to_number"), ("text", "text")),
    **dict.fromkeys(("current_setting", "set_config"), ("text", "text", "boolean")),
    **CATALOG_ARGUMENTS,
    **dict.fromkeys(("string_agg", "string_to_array"), ("text", "text")),
    "array_to_string": ("", "text", "text"),
    "jsonb_extract_path_text": ("jsonb", *("text",) * 8),
    "jsonb_extract_path": ("jsonb", *("text",) * 8),
    "make_date": ("integer", "integer", "integer"),
    "pg_sleep": ("double precision",),
    "format": ("text",),
    "encode": ("bytea", "text"),
    "decode": ("text", "text"),
}
