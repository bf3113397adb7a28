"""Say which type one expression has, from the types of its parts.

Source: https://www.postgresql.org/docs/15/typeconv.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import IndeterminateDatatype, SqlError
from pgddb.sql.type_names import type_called, type_name
from pgddb.sql.types.calls import (
    PREFIX_SIGNS,
    SIGNS,
    between_type,
    call_type,
    exists,
    listed_type,
    meeting_type,
    operator_type,
    require_boolean,
    sign_type,
    undefined,
)
from pgddb.sql.types.families import TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ
from pgddb.sql.types.from_functions import ROW_TYPE, given_field_type
from pgddb.sql.types.places import SOURCE, position_of, word_position
from pgddb.sql.types.signatures import RETURN_RULES
from pgddb.sql.types.suffixes import collated_type, similar_type, subscripted_type, tested_type

TypeOf = Callable[[exp.Expr | None], str | None]
TypeRule = Callable[[exp.Expr, TypeOf], str | None]

_BIGGEST_INT4 = 2**31 - 1
_BIGGEST_INT8 = 2**63 - 1


def type_by_rule(node: exp.Expr, of: TypeOf) -> str | None:
    """Give the type of a node whose parts have theirs; None if no rule knows it.

    Raises:
        SqlError: PostgreSQL has no such function, operator or cast for its parts.
    """
    kind = type(node)
    if kind not in _RULES_FOUND:
        _RULES_FOUND[kind] = _rule_for(kind)
    rule = _RULES_FOUND[kind]
    return None if rule is None else rule(node, of)


_RULES_FOUND: dict[type[exp.Expr], TypeRule | None] = {}
"""By class, what `_rule_for` says."""


def _rule_for(kind: type[exp.Expr]) -> TypeRule | None:
    """Give the rule for the nodes of a class."""
    if kind in _RULES:
        return _RULES[kind]
    if kind in SIGNS or kind in PREFIX_SIGNS:
        return operator_type
    fixed = "boolean" if issubclass(kind, (exp.Predicate, exp.Connector)) else None
    fixed = _FIXED.get(kind, fixed)
    if fixed is not None:
        return lambda _node, _of: fixed
    return _aggregate if issubclass(kind, exp.AggFunc) else None


def _aggregate(node: exp.Expr, of: TypeOf) -> str | None:
    assert isinstance(node, exp.AggFunc)
    return call_type(node, node.sql_name().lower(), _arguments(node), of)


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    return [] if node.this is None or isinstance(node.this, exp.Star) else [node.this, *node.expressions]


_OPERATOR_SIGNS = frozenset(
    """-> #> #- ->> #>> ? ?| ?& @> <@ && ^@ @? @@ @ -|- &< &> <<= >>=""".split()  # noqa: SIM905 - signs read best so
)
_SYNTAX = {
    "current_time": TIMETZ,
    "current_timestamp": TIMESTAMPTZ,
    "localtime": TIME,
    "localtimestamp": TIMESTAMP,
    "row": "record",
    "grouping": "integer",
    "any": "boolean",
    "some": "boolean",
    "all": "boolean",
}
"""What looks like a call and is none."""


def _call(node: exp.Anonymous, of: TypeOf) -> str | None:
    name = str(node.this).lower()
    if ROW_TYPE in node.meta:
        return "record"
    if name in _SYNTAX:
        return _SYNTAX[name]
    if name in _OPERATOR_SIGNS:
        return sign_type(node, of)
    if isinstance(node.parent, exp.WithinGroup) and node.arg_key == "this":
        return None  # typed with the order that belongs to it
    if exists(name):
        return call_type(node, name, _flat(node.expressions), of)
    return RETURN_RULES.get(name) if name.startswith("_pg_") else _undefined(node, name, of)


def _flat(arguments: list[exp.Expr]) -> list[exp.Expr]:
    """Give all arguments of string_agg(DISTINCT a, b ORDER BY c), where DISTINCT holds more than the first."""
    found: list[exp.Expr] = []
    for argument in arguments:
        inner = argument.this if isinstance(argument, exp.Order) else argument
        found += inner.expressions if isinstance(inner, exp.Distinct) else [argument]
    return found


def _undefined(node: exp.Anonymous, name: str, of: TypeOf) -> str | None:
    target = type_called(name)
    if target is not None and len(node.expressions) == 1:
        return target
    raise undefined(node, name, [of(argument) for argument in node.expressions])


def _literal(node: exp.Expr, _of: TypeOf) -> str:
    if node.args.get("is_string"):
        return "unknown"
    text = str(node.this)
    if not text.isdigit():
        return "numeric"
    number = int(text)
    if number <= _BIGGEST_INT4:
        return "integer"
    return "bigint" if number <= _BIGGEST_INT8 else "numeric"


def _negative(node: exp.Expr, of: TypeOf) -> str | None:
    inner = node.this
    if isinstance(inner, exp.Literal) and not inner.is_string and str(inner.this).isdigit():
        number = -int(inner.this)
        return "integer" if number >= -_BIGGEST_INT4 - 1 else "bigint" if number >= -_BIGGEST_INT8 - 1 else "numeric"
    return operator_type(node, of)


def _case(node: exp.Expr, of: TypeOf) -> str | None:
    branches = node.args["ifs"]
    default = node.args.get("default")
    for branch in branches:
        if node.this is None:
            require_boolean(branch.this, of, "CASE/WHEN")
    results = [*([default] if default is not None else []), *(branch.args["true"] for branch in branches)]
    if node.this is not None:
        for branch in branches:
            _compared(node.this, branch.this, of, word_position(node, "WHEN", branch.this))
    return meeting_type(results, of, "CASE")


def _compared(left: exp.Expr, right: exp.Expr, of: TypeOf, position: int | None) -> None:
    """Check that two expressions can be equal; `position` is where the error points to."""
    pair = exp.Anonymous(this="=")
    pair.args["expressions"] = [left, right]  # they keep their places in the tree
    try:
        sign_type(pair, of)
    except SqlError as error:
        error.position = position
        raise


def _connected(node: exp.Expr, of: TypeOf) -> str:
    for part in (node.this, node.args["expression"]):
        require_boolean(part, of, node.key.upper())
    return "boolean"


def _negated(node: exp.Expr, of: TypeOf) -> str:
    require_boolean(node.this, of, "NOT")
    return "boolean"


def _condition(node: exp.Expr, of: TypeOf) -> str:
    require_boolean(node.this, of, node.key.upper())
    return "boolean"


def _array(node: exp.Expr, of: TypeOf) -> str | None:
    parts = node.expressions
    if not parts:
        _require_cast(node)
        return None
    is_query = len(parts) == 1 and isinstance(parts[0], exp.Query)
    inner = of(parts[0]) if is_query else meeting_type(parts, of, "ARRAY")
    return inner if inner is None or inner.endswith("[]") else f"{inner}[]"


def _require_cast(node: exp.Expr) -> None:
    """Refuse ARRAY[] where no cast tells its type."""
    around = node.parent
    while isinstance(around, (exp.Array, exp.Paren)):
        around = around.parent
    if isinstance(around, (exp.Select, exp.Alias)) and node.root().meta.get(SOURCE) is not None:
        raise IndeterminateDatatype(
            "cannot determine type of empty array",
            hint="Explicitly cast to the desired type, for example ARRAY[]::integer[].",
            position=position_of(node),
        )


def _overlaps(node: exp.Expr, of: TypeOf) -> str:
    left, right = node.this, node.args["expression"]
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
        parts = [*left.expressions, *right.expressions]
        if len(parts) == 4:
            call_type(node, "overlaps", parts, of)
    return "boolean"


def _zone(node: exp.Expr, of: TypeOf) -> str | None:
    return call_type(node, "timezone", [node.args["zone"], node.this], of)


def _substring(node: exp.Expr, of: TypeOf) -> str | None:
    start, length = node.args.get("start"), node.args.get("length")
    if start is None and length is not None:
        return of(node.this)
    return call_type(node, "substring", [part for part in (node.this, start, length) if part is not None], of)


def _trim(node: exp.Expr, of: TypeOf) -> str | None:
    side = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "btrim")
    characters = node.args.get("expression")
    return call_type(node, side, [node.this, *([characters] if characters is not None else [])], of)


def _overlay(node: exp.Expr, of: TypeOf) -> str | None:
    parts = [node.this, node.args["expression"], node.args["from_"], node.args.get("for_")]
    return call_type(node, "overlay", [part for part in parts if part is not None], of)


def _position(node: exp.Expr, of: TypeOf) -> str | None:
    return call_type(node, "position", [node.this, node.args["substr"]], of)


def _first_part(node: exp.Expr, of: TypeOf) -> str | None:
    return of(node.this)


def _within_group(node: exp.Expr, of: TypeOf) -> str | None:
    ordered = [one.this for one in node.args["expression"].expressions]
    inner = node.this
    if not isinstance(inner, exp.Anonymous):
        return of(inner)
    return call_type(inner, str(inner.this).lower(), [*inner.expressions, *ordered], of)


def _cast(node: exp.Expr, _of: TypeOf) -> str:
    return type_name(node.args["to"])


def _common_of_all(node: exp.Expr, of: TypeOf) -> str | None:
    return meeting_type([node.this, *node.expressions], of, type(node).__name__.upper())


def _qualified(node: exp.Expr, of: TypeOf) -> str | None:
    """Give the type of a call behind the name of its schema, and of a field of what a call gives."""
    if isinstance(node.args["expression"], exp.Identifier):
        return given_field_type(node)
    return of(node.args["expression"]) if isinstance(node.args["expression"], exp.Func) else None


def _nullif(node: exp.Expr, of: TypeOf) -> str | None:
    _compared(node.this, node.args["expression"], of, position_of(node))
    first = of(node.this)
    return "text" if first == "unknown" else first


_RULES: dict[type[exp.Expr], TypeRule] = {
    exp.Anonymous: _call,  # type: ignore[dict-item]  # the table says it is one
    exp.Literal: _literal,
    exp.Neg: _negative,
    exp.Case: _case,
    exp.And: _connected,
    exp.Or: _connected,
    exp.Not: _negated,
    exp.Where: _condition,
    exp.Having: _condition,
    exp.Between: between_type,  # type: ignore[dict-item]  # as above
    exp.In: listed_type,  # type: ignore[dict-item]  # as above
    exp.Bracket: subscripted_type,
    exp.Collate: collated_type,
    exp.Is: tested_type,
    exp.SimilarTo: similar_type,
    exp.Array: _array,
    exp.AtTimeZone: _zone,
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.Overlay: _overlay,
    exp.Overlaps: _overlaps,
    exp.StrPosition: _position,
    exp.Cast: _cast,
    exp.Coalesce: _common_of_all,
    exp.Greatest: _common_of_all,
    exp.Least: _common_of_all,
    exp.Nullif: _nullif,
    exp.Dot: _qualified,
    exp.WithinGroup: _within_group,
    **dict.fromkeys([exp.Paren, exp.Alias, exp.Filter, exp.Window, exp.IgnoreNulls, exp.Order], _first_part),
}
_FIXED: dict[type[exp.Expr], str] = {
    exp.Null: "unknown",
    exp.Boolean: "boolean",
    exp.Exists: "boolean",
    exp.Escape: "boolean",
    exp.Extract: "numeric",
    exp.CurrentDate: "date",
    exp.CurrentTime: TIMETZ,
    exp.CurrentTimestamp: TIMESTAMPTZ,
    exp.Localtime: TIME,
    exp.Localtimestamp: TIMESTAMP,
    exp.CurrentUser: "name",
    exp.CurrentRole: "name",
    exp.SessionUser: "name",
    exp.CurrentCatalog: "name",
    exp.CurrentSchema: "name",
    exp.BitString: "bit",
    exp.HexString: "bit",
    exp.Tuple: "record",
}
