"""Type calls and operators by the function that PostgreSQL would choose, and refuse those that it has not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlglot import exp

from pgddb.errors import (
    AmbiguousFunction,
    DatatypeMismatch,
    SqlError,
    SqlSyntaxError,
    UndefinedFunction,
    WrongObjectType,
)
from pgddb.sql.names import folded
from pgddb.sql.type_names import type_called
from pgddb.sql.types import builtins
from pgddb.sql.types.coercion import UNKNOWN, coerces, common_type, is_known
from pgddb.sql.types.columns import type_of
from pgddb.sql.types.families import element_of
from pgddb.sql.types.places import operator_position, position_of, word_position
from pgddb.sql.types.resolution import HINTS, Resolved, resolve_function, resolve_operator, result_whatever

TypeOf = Callable[[exp.Expr | None], str | None]

WANTED = "pg_wanted"
"""Meta key of an operand or argument: the type that it is taken as."""

SIGNS: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.Pow: "^",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.DPipe: "||",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "#",
    exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>",
    exp.Like: "~~",
    exp.ILike: "~~*",
    exp.RegexpLike: "~",
    exp.RegexpILike: "~*",
    exp.NullSafeEQ: "=",
    exp.NullSafeNEQ: "=",
}
PREFIX_SIGNS: dict[type[exp.Expr], str] = {exp.Neg: "-", exp.BitwiseNot: "~", exp.Sqrt: "|/", exp.Cbrt: "||/"}
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_ROWS = ("record",)


def call_type(node: exp.Expr, name: str, arguments: Sequence[exp.Expr], of: TypeOf) -> str | None:
    """Choose the function of a call and note what its arguments are taken as.

    Raises:
        UndefinedFunction, AmbiguousFunction: with the place of the call.
    """
    arguments = _by_place(node, name, arguments)
    values = [_value(argument) for argument in arguments]
    types = tuple(of(value) for value in values)
    if not all(name is not None and is_known(name) for name in types) or any(map(_is_named, arguments)):
        if not exists(name):
            raise undefined(node, name, types)
        return result_whatever(name, len(types))
    try:
        resolved = resolve_function(name, tuple(name for name in types if name is not None))
    except (UndefinedFunction, AmbiguousFunction) as error:
        if (cast := _as_cast(name, types)) is not None:
            return cast
        word = _SYNTAX.get(type(node))
        error.position = (
            position_of(node) if word is None else word_position(node, word, node.args.get("zone") or values[-1])
        )
        if word is not None:
            error.message = error.message.replace("function ", "function pg_catalog.", 1)
        raise
    return None if resolved is None else _noted(resolved, values)


_SYNTAX: dict[type[exp.Expr], str] = {
    exp.Trim: "TRIM",
    exp.Overlay: "OVERLAY",
    exp.StrPosition: "POSITION",
    exp.AtTimeZone: "AT TIME ZONE",
    exp.Overlaps: "OVERLAPS",
}
"""Calls that SQL spells with keywords, and the word that stands for the call in errors."""


_NAMED_ARGUMENTS = {
    **dict.fromkeys(
        [
            "jsonb_path_query",
            "jsonb_path_query_array",
            "jsonb_path_query_first",
            "jsonb_path_exists",
            "jsonb_path_match",
        ],
        (("target", None), ("path", None), ("vars", "{}"), ("silent", False)),
    ),
    "make_interval": (
        *((part, 0) for part in ("years", "months", "weeks", "days", "hours", "mins")),
        ("secs", Decimal("0.0")),
    ),
    "jsonb_set": (("target", None), ("path", None), ("replacement", None), ("create_if_missing", True)),
    "jsonb_insert": (("target", None), ("path", None), ("replacement", None), ("insert_after", False)),
}
"""Names of arguments, with the values that stand for the ones left out."""


def _by_place(node: exp.Expr, name: str, arguments: Sequence[exp.Expr]) -> Sequence[exp.Expr]:
    """Put arguments given by name, `silent => true`, in their places."""
    known = _NAMED_ARGUMENTS.get(name)
    if known is None or not any(map(_is_named, arguments)):
        return arguments
    given = {folded(argument.this): argument.expression for argument in arguments if _is_named(argument)}
    plain = [argument for argument in arguments if not _is_named(argument)]
    rest = [given.get(label, None if value is None else exp.convert(value)) for label, value in known[len(plain) :]]
    placed = [*plain, *(part for part in rest if part is not None)]
    node.set("expressions", placed)
    for part in placed:
        if isinstance(part, exp.Literal) and type_of(part) is None:
            part.meta["pg_type"] = "unknown" if part.is_string else "numeric" if "." in part.name else "integer"
        elif isinstance(part, exp.Boolean):
            part.meta["pg_type"] = "boolean"
    return placed


def undefined(node: exp.Expr, name: str, types: Sequence[str | None]) -> UndefinedFunction:
    """Make the error for a function that PostgreSQL has not, whatever the engine may have.

    Raised also where the types of the arguments are not known: only names of the list reach the engine.
    """
    shown = ", ".join(kind or "unknown" for kind in types)
    return UndefinedFunction(
        f"function {name}({shown}) does not exist", hint=HINTS["function"], position=position_of(node)
    )


def exists(name: str) -> bool:
    """Say whether PostgreSQL has a function of the name."""
    return name in builtins.functions()


def _is_named(argument: exp.Expr) -> bool:
    return isinstance(argument, (exp.Kwarg, exp.PropertyEQ))


def _as_cast(name: str, types: Sequence[str | None]) -> str | None:
    """Read `date('2024-01-01')` as a cast; the parser knows the names of types only where casts are written."""
    target = type_called(name) if len(types) == 1 else None
    return target if target is not None and types[0] in (UNKNOWN, target) else None


def _value(argument: exp.Expr) -> exp.Expr:
    """Give the expression behind an aggregate's DISTINCT and ORDER BY."""
    while isinstance(argument, (exp.Order, exp.Distinct)):
        argument = argument.expressions[0] if isinstance(argument, exp.Distinct) else argument.this
    return argument


def _noted(resolved: Resolved, values: Sequence[exp.Expr]) -> str:
    for value, wanted in zip(values, resolved.arguments, strict=False):
        value.meta[WANTED] = wanted
    return resolved.result


def operator_type(node: exp.Expr, of: TypeOf) -> str | None:
    """Choose the operator of a node and note what its operands are taken as.

    Raises:
        UndefinedFunction, AmbiguousFunction: with the place of the sign.
    """
    prefix = PREFIX_SIGNS.get(type(node))
    if prefix is not None:
        return _chosen(node, prefix, [node.this], of)
    left, right = node.this, node.args["expression"]
    if isinstance(right, (exp.Any, exp.All)):
        return _quantified(node, SIGNS[type(node)], left, right, of)
    if isinstance(left, exp.Tuple) or isinstance(right, exp.Tuple):
        return _compared_rows(node, left, right, of)
    return _chosen(node, SIGNS[type(node)], [left, right], of)


def sign_type(node: exp.Anonymous, of: TypeOf) -> str | None:
    """Choose the operator that stands as a call under its sign."""
    return _chosen(node, str(node.this), node.expressions, of)


def _chosen(
    node: exp.Expr, sign: str, operands: Sequence[exp.Expr], of: TypeOf, at: exp.Expr | None = None
) -> str | None:
    types = [of(operand) for operand in operands]
    if isinstance(node, _COMPARED) and not set(types) - {*_ROWS, None, UNKNOWN}:
        return "boolean"
    known = [name for name in types if name is not None and is_known(name)]
    if len(known) != len(types):
        return "boolean" if isinstance(node, exp.Predicate) else None
    try:
        resolved = resolve_operator(sign, tuple(known))
    except (UndefinedFunction, AmbiguousFunction) as error:
        error.position = operator_position(at or node, sign)
        raise
    return _noted(resolved, operands)


def _quantified(node: exp.Expr, sign: str, left: exp.Expr, right: exp.Expr, of: TypeOf) -> str:
    inner = right.this.unnest() if isinstance(right.this, exp.Paren) else right.this
    one, other = of(left), of(inner)
    if one is None or other is None or one == "record" or not is_known(one):
        return "boolean"
    is_query = isinstance(inner, exp.Query)
    element = other if is_query or other == UNKNOWN else element_of(other)
    if element is None:
        raise WrongObjectType("op ANY/ALL (array) requires array on right side", position=operator_position(node, sign))
    if not is_known(element):
        return "boolean"
    try:
        resolved = resolve_operator(sign, (one, element))
    except (UndefinedFunction, AmbiguousFunction) as error:
        error.position = operator_position(node, sign)
        raise
    left.meta[WANTED] = resolved.arguments[0]
    inner.meta[WANTED] = resolved.arguments[1] if is_query else f"{resolved.arguments[1]}[]"
    return "boolean"


def _compared_rows(node: exp.Expr, left: exp.Expr, right: exp.Expr, of: TypeOf) -> str | None:
    if not (isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple)) or not isinstance(node, _COMPARED):
        return "boolean" if isinstance(node, exp.Predicate) else None
    if len(left.expressions) != len(right.expressions):
        place = node.parent if isinstance(node.parent, exp.In) else node
        raise SqlSyntaxError(
            "unequal number of entries in row expressions", position=operator_position(place, SIGNS[type(node)])
        )
    for one, other in zip(left.expressions, right.expressions, strict=False):
        _chosen(type(node)(), SIGNS[type(node)], [one, other], of, at=node)
    return "boolean"


def listed_type(node: exp.In, of: TypeOf) -> str:
    """Type `x IN (...)`: all meet in one type if they can, else x is compared with each."""
    items = node.expressions
    types = [of(part) for part in (node.this, *items)]
    if isinstance(node.this, exp.Tuple) or not items:
        _note_rows(node, of)
        return "boolean"
    known = [name for name in types if name is not None and is_known(name)]
    if len(known) != len(types):
        return "boolean"
    together = common_type(known)
    sign = "<>" if isinstance(node.parent, exp.Not) else "="
    for item, kind in zip(items, known[1:], strict=True):
        try:
            resolve_operator(sign, (known[0], kind))
        except (UndefinedFunction, AmbiguousFunction) as error:
            error.position = operator_position(node, sign)
            raise
        item.meta[WANTED] = together or known[0]
    node.this.meta[WANTED] = together or known[0]
    return "boolean"


def _note_rows(node: exp.In, of: TypeOf) -> None:
    for item in node.expressions:
        if isinstance(item, exp.Tuple) and isinstance(node.this, exp.Tuple):
            pair = exp.EQ()
            pair.parent = node
            _compared_rows(pair, node.this, item, of)


def between_type(node: exp.Between, of: TypeOf) -> str:
    """Type BETWEEN as two comparisons."""
    for sign, name in ((">=", "low"), ("<=", "high")):
        _chosen(node, sign, [node.this, node.args[name]], of)
    return "boolean"


def meeting_type(parts: Sequence[exp.Expr], of: TypeOf, clause: str) -> str | None:
    """Give the type in which the branches of CASE, the elements of ARRAY and their like meet.

    Raises:
        DatatypeMismatch: there is none.
    """
    types = [of(part) for part in parts]
    known = [name for name in types if name is not None]
    if len(known) != len(types) or not known:
        return None
    if not all(map(is_known, known)):
        return (
            known[0]
            if len(set(known) - {UNKNOWN}) <= 1 and known[0] != UNKNOWN
            else next((name for name in known if name != UNKNOWN), None)
        )
    try:
        together = common_type(known, clause)
    except DatatypeMismatch as error:
        wrong = next(part for part, kind in zip(parts, known, strict=True) if kind != known[0] and kind != UNKNOWN)
        error.position = position_of(wrong)
        raise
    for part in parts:
        part.meta[WANTED] = together
    return together


def require_boolean(part: exp.Expr, of: TypeOf, clause: str) -> None:
    """Check the argument of AND, OR, NOT, WHERE and their like.

    Raises:
        DatatypeMismatch: it is no boolean.
    """
    kind = of(part)
    part.meta[WANTED] = "boolean"
    if kind is None or kind in ("boolean", UNKNOWN) or not is_known(kind) or coerces(kind, "boolean"):
        return
    error: SqlError = DatatypeMismatch(f"argument of {clause} must be type boolean, not type {kind}")
    error.position = position_of(part)
    raise error
