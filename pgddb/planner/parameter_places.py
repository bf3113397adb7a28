"""Say which type a parameter must have where it stands, None where the place does not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from sqlglot import exp

from pgddb.errors import AmbiguousFunction, DatatypeMismatch, UndefinedFunction
from pgddb.planner.type_names import UNKNOWN
from pgddb.sql.type_names import type_name
from pgddb.sql.types import type_of
from pgddb.sql.types.calls import SIGNS
from pgddb.sql.types.catalog_signatures import CATALOG_ARGUMENTS
from pgddb.sql.types.families import TEXTS, common, element_of
from pgddb.sql.types.resolution import resolve_function, resolve_operator

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_PATTERNS = (exp.Like, exp.ILike, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo, exp.Escape)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Pow)
_CHOICES = (exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif, exp.If, exp.Array)


class _Peers(Struct, frozen=True):
    """Say that a parameter gets the type of the expressions that stand beside it."""

    group: Hashable
    """The same for all parameters of these expressions: thousands of them stand in one IN or VALUES."""
    parts: Callable[[], Sequence[exp.Expr]]


@dataclass(slots=True)
class PeerTypes:
    """Keep the types in each group of peers, as long as no node gets a new type."""

    _groups: dict[Hashable, tuple[Counter[str | None], frozenset[int]]] = field(default_factory=dict)

    def of_others(self, place: exp.Expr, peers: _Peers) -> str | None:
        """Give the type that the other members of its group have in common, None where they have none yet."""
        kept = self._groups.get(peers.group)
        if kept is None:
            parts = peers.parts()
            kept = (Counter(map(_type_inside, parts)), frozenset(map(id, parts)))
            self._groups[peers.group] = kept
        types, members = kept
        if id(place) in members:
            types = types - Counter([_type_inside(place)])
        known = [name for name in types if name not in (None, UNKNOWN)]
        if not known:
            return "text" if UNKNOWN in types else None
        return _as_unknown(common(known))


def expected_type(node: exp.Parameter, peer_types: PeerTypes) -> str | None:
    """Name the type that the place of a parameter asks for."""
    place: exp.Expr = node
    while isinstance(place.parent, (exp.Paren, exp.Neg)) or _is_sorted(place):
        place = place.parent  # type: ignore[assignment]  # it has one
    parent = place.parent
    if parent is None:
        return None
    for kinds, rule in _RULES:
        if isinstance(parent, kinds):
            found = rule(place, parent)
            return peer_types.of_others(place, found) if isinstance(found, _Peers) else found
    return None


def _is_sorted(place: exp.Expr) -> bool:
    """Say whether ORDER BY or DISTINCT of an aggregate stands around an argument."""
    return isinstance(place.parent, exp.Distinct) or (isinstance(place.parent, exp.Order) and place.arg_key == "this")


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


def _peers(parent: exp.Expr, *names: str) -> _Peers:
    """Give the expressions under these names of a node, each one or a list."""

    def parts() -> list[exp.Expr]:
        found = [parent.args.get(name) for name in names]
        listed = [part for one in found for part in (one if isinstance(one, list) else [one])]
        return [part for part in listed if isinstance(part, exp.Expr)]

    return _Peers(id(parent), parts)


def _listed(_place: exp.Expr, parent: exp.Expr) -> _Peers:
    """`x IN ($1, $2)`: all have one type."""
    return _peers(parent, "this", "expressions", "query")


def _between(_place: exp.Expr, parent: exp.Expr) -> _Peers:
    return _peers(parent, "this", "low", "high")


def _chosen(place: exp.Expr, parent: exp.Expr) -> str | _Peers | None:
    if isinstance(parent, exp.Array) and isinstance(parent.parent, exp.Cast):
        return element_of(type_name(parent.parent.args["to"]))
    if isinstance(parent, exp.If):
        if place.arg_key != "this":
            return _of_case(parent.parent)
        case = parent.parent
        return "boolean" if case is None or case.args.get("this") is None else _of_tests(case)
    return _peers(parent, "this", "expression", "expressions")


def _of_case(case: exp.Expr | None) -> _Peers | None:
    """The values of a CASE have one type."""
    if case is None:
        return None
    default = case.args.get("default")
    return _Peers(
        id(case),
        lambda: [*(branch.args["true"] for branch in case.args.get("ifs") or ()), *([default] if default else [])],
    )


def _case(place: exp.Expr, parent: exp.Expr) -> _Peers | None:
    if place.arg_key == "this":
        return _of_tests(parent)
    return _of_case(parent)


def _of_tests(case: exp.Expr) -> _Peers:
    """`CASE $1 WHEN $2 ...` compares the first with all others."""
    return _Peers((id(case), "when"), lambda: [case.this, *(branch.this for branch in case.args.get("ifs") or ())])


def _arithmetic(place: exp.Expr, parent: exp.Expr) -> str | None:
    """Take the operand as the operator takes it that PostgreSQL chooses, None where it cannot choose."""
    sides = parent.this, parent.args["expression"]
    other = type_of(sides[1] if sides[0] is place else sides[0])
    if other is None or other == UNKNOWN:
        return None
    types = tuple(UNKNOWN if side is place else other for side in sides)
    try:
        chosen = resolve_operator(SIGNS[type(parent)], types)
    except (AmbiguousFunction, DatatypeMismatch, UndefinedFunction):
        return None
    return chosen.arguments[0 if sides[0] is place else 1]


def _concatenated(place: exp.Expr, parent: exp.Expr) -> str | None:
    other = type_of(parent.expression if parent.this is place else parent.this)
    return "text" if other is None or other in TEXTS else other


_QUANTIFIERS = frozenset({"all", "any", "some"})
"""Written without a space before the bracket, they come as calls."""
_OPERATOR_TYPES = {"->": "text", "->>": "text", "?": "text", "#>": "text[]", "#>>": "text[]", "#-": "text[]"}
_OPERATOR_TYPES |= {"?|": "text[]", "?&": "text[]", "^@": "text"}


def _argument(place: exp.Expr, parent: exp.Expr) -> str | _Peers | None:
    name = str(parent.this).lower()
    index = place.index
    if place.arg_key != "expressions" or index is None:
        return None
    if name in _QUANTIFIERS:
        return _any(place, parent)
    if name in _OPERATOR_TYPES:
        return _OPERATOR_TYPES[name] if index == 1 else None
    if name in ("@>", "<@", "&&", "array_append", "mod"):
        return _Peers(id(parent), lambda: parent.expressions[:2])
    types = ARGUMENTS.get(name)
    if types is None:
        return _argument_of_builtin(name, parent.expressions, index)
    return types[min(index, len(types) - 1)] or None


def _argument_of_builtin(name: str, arguments: Sequence[exp.Expr], index: int) -> str | None:
    """Take the argument as the function takes it that PostgreSQL chooses, None where it cannot choose."""
    within = arguments[0].find_ancestor(exp.WithinGroup)
    if within is not None and within.this is arguments[0].parent:
        arguments = [*arguments, *(one.this for one in within.args["expression"].expressions)]
    if any(type_of(argument) is None and not isinstance(argument, exp.Parameter) for argument in arguments):
        return None
    try:
        chosen = resolve_function(name, tuple(type_of(argument) or UNKNOWN for argument in arguments))
    except (AmbiguousFunction, DatatypeMismatch, UndefinedFunction):
        return None
    if chosen is None or chosen.arguments[index] == UNKNOWN or index in chosen.whatever:
        return None
    return chosen.arguments[index]


def _in_tuple(place: exp.Expr, parent: exp.Expr) -> _Peers | None:
    """`(a, b) = ($1, $2)` and `(a, b) IN (($1, $2))` pair by place; so do the rows of VALUES."""
    index, outer = place.index, parent.parent
    if index is None or not isinstance(outer, (exp.Values, exp.In, *_COMPARISONS)):
        return None

    def parts() -> list[exp.Expr]:
        names = ("expressions",) if isinstance(outer, exp.Values) else ("this", "expression", "expressions")
        rows = [row for row in _peers(outer, *names).parts() if isinstance(row, exp.Tuple)]
        return [row.expressions[index] for row in rows if len(row.expressions) > index]

    return _Peers((id(outer), index), parts)


def _framed(_place: exp.Expr, parent: exp.Expr) -> str | None:
    return None if str(parent.args.get("kind")).upper() == "RANGE" else "bigint"


def _united(place: exp.Expr, parent: exp.Expr) -> _Peers | None:
    """`SELECT $1 UNION SELECT a`: the outputs at one place of all queries have one type."""
    output = parent if isinstance(parent, exp.Alias) else place
    select, index = output.parent, output.index
    if not isinstance(select, exp.Select) or output.arg_key != "expressions" or index is None:
        return None
    whole: exp.Expr = select
    while isinstance(whole.parent, (exp.SetOperation, exp.Subquery, exp.Paren)) and whole.arg_key in _SIDES:
        whole = whole.parent
    if not isinstance(whole, exp.SetOperation):
        return None
    return _Peers((id(whole), index), lambda: [part for part in _outputs_at(whole, index) if part is not place])


_SIDES = ("this", "expression")


def _outputs_at(query: exp.Expr, index: int) -> list[exp.Expr]:
    if isinstance(query, exp.SetOperation):
        return [*_outputs_at(query.this, index), *_outputs_at(query.expression, index)]
    if isinstance(query, (exp.Subquery, exp.Paren)):
        return _outputs_at(query.this, index)
    if isinstance(query, exp.Select) and index < len(query.expressions):
        return [query.expressions[index].unalias()]
    return []


def _type_inside(node: exp.Expr) -> str | None:
    inner = node
    while isinstance(inner, (exp.Any, exp.All)):
        inner = inner.this
    return type_of(inner)


def _always(name: str) -> Callable[[exp.Expr, exp.Expr], str | None]:
    return lambda _place, _parent: name


_Rule = Callable[[exp.Expr, exp.Expr], "str | _Peers | None"]
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
    ((exp.Max, exp.Min), _always("text")),
    (exp.WindowSpec, _framed),
    ((exp.Select, exp.Alias), _united),
)

ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("lower", "upper", "initcap", "length", "char_length", "md5", "quote_ident", "ascii", "reverse"),
        ("text",),
    ),
    **dict.fromkeys(("btrim", "ltrim", "rtrim", "strpos", "starts_with", "regexp_match"), ("text", "text")),
    **dict.fromkeys(("replace", "translate", "regexp_replace"), ("text", "text", "text", "text")),
    **dict.fromkeys(("left", "right", "repeat"), ("text", "integer")),
    **dict.fromkeys(("substr", "substring"), ("text", "integer", "integer")),
    **dict.fromkeys(("lpad", "rpad"), ("text", "integer", "text")),
    **dict.fromkeys(("split_part",), ("text", "text", "integer")),
    **dict.fromkeys(("date_trunc", "date_part", "to_char", "timezone"), ("text",)),
    **dict.fromkeys(("to_date", "to_number"), ("text", "text")),
    **dict.fromkeys(("current_setting", "set_config"), ("text", "text", "boolean")),
    **CATALOG_ARGUMENTS,
    **dict.fromkeys(("string_agg", "string_to_array"), ("text", "text")),
    "array_to_string": ("", "text", "text"),
    "jsonb_extract_path_text": ("jsonb", *("text",) * 8),
    **dict.fromkeys(["attribute_type", "attribute_exists", "attribute_size"], ("jsonb", "text")),
    "jsonb_extract_path": ("jsonb", *("text",) * 8),
    "make_date": ("integer", "integer", "integer"),
    "pg_sleep": ("double precision",),
    "encode": ("bytea", "text"),
    "decode": ("text", "text"),
}
