"""Check what stands behind an expression: a subscript, a field, a collation, IS TRUE, SIMILAR TO."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import DatatypeMismatch, FeatureNotSupported, SqlError, WrongObjectType
from pgddb.sql.types.calls import WANTED, TypeOf, require_boolean
from pgddb.sql.types.coercion import UNKNOWN, category, coerces, is_known
from pgddb.sql.types.families import VECTORS, element_of
from pgddb.sql.types.places import position_of
from pgddb.sql.types.resolution import resolve_operator


def subscripted_type(node: exp.Expr, of: TypeOf) -> str | None:
    """Type `a[1]` and `a[1:2]`.

    Raises:
        DatatypeMismatch: the value is no array, or a subscript is no integer.
        FeatureNotSupported: the value is a name, whose letters PostgreSQL counts.
    """
    inner = of(node.this)
    if inner == "jsonb":
        return "jsonb"
    if not isinstance(node.this, exp.Bracket):
        _require_array(node.this, inner)
    for part in node.expressions:
        bounds = (part.this, part.args.get("expression")) if isinstance(part, exp.Slice) else (part,)
        for bound in bounds:
            if isinstance(bound, exp.Expr):
                _require_integer(bound, of)
    if any(isinstance(part, exp.Slice) for part in node.expressions):
        return inner
    return element_of(inner) or (inner if isinstance(node.this, exp.Bracket) else None)


def _require_array(value: exp.Expr, kind: str | None) -> None:
    if kind == "name":
        raise FeatureNotSupported("a subscript of type name is not supported", position=position_of(value))
    if kind is None or kind.endswith("[]") or kind in VECTORS or not (kind == UNKNOWN or _is_scalar(kind)):
        return
    raise _at(value, DatatypeMismatch(f"cannot subscript type {kind} because it does not support subscripting"))


def _require_integer(bound: exp.Expr, of: TypeOf) -> None:
    kind = of(bound)
    bound.meta[WANTED] = "integer"
    if kind is not None and is_known(kind) and not coerces(kind, "integer", context="a"):
        raise _at(bound, DatatypeMismatch("array subscript must have type integer"))


def require_composite(value: exp.Expr, kind: str | None, field: str) -> None:
    """Check the value before `.field`.

    Raises:
        WrongObjectType: its type is known to have no fields.
    """
    if kind is not None and (kind == UNKNOWN or _is_scalar(kind)):
        message = f"column notation .{field} applied to type {kind}, which is not a composite type"
        raise _at(value, WrongObjectType(message))


def _is_scalar(kind: str) -> bool:
    """Say whether values of a type have no parts that SQL can name."""
    return is_known(kind) and category(kind) not in "PG" and kind not in VECTORS


def collated_type(node: exp.Expr, of: TypeOf) -> str | None:
    """Type `a COLLATE "C"`.

    Raises:
        DatatypeMismatch: the type has no collations.
    """
    kind = of(node.this)
    plain = (kind or "").removesuffix("[]")
    if kind is not None and plain != UNKNOWN and is_known(kind) and category(plain) not in "SP":
        raise _at(node.this, DatatypeMismatch(f"collations are not supported by type {kind}"))
    return kind


def tested_type(node: exp.Expr, of: TypeOf) -> str:
    """Type `a IS TRUE`, which wants a boolean, and `a IS NULL`, which does not."""
    if isinstance(node.args.get("expression"), exp.Boolean):
        negation = "NOT " if isinstance(node.parent, exp.Not) else ""
        value = "TRUE" if node.args["expression"].this else "FALSE"
        require_boolean(node.this, of, f"IS {negation}{value}")
    return "boolean"


def similar_type(node: exp.Expr, of: TypeOf) -> str:
    """Type SIMILAR TO as the match with a regular expression that it becomes."""
    kind = of(node.this)
    if kind is not None and is_known(kind):
        try:
            resolve_operator("~", (kind, "text"))
        except SqlError as error:
            raise _at(node.this, error) from None
    pattern = of(node.args["expression"])
    if pattern is not None and is_known(pattern):
        try:
            resolve_operator("~", ("text", pattern))
        except SqlError as error:
            raise _at(node.args["expression"], error) from None
    return "boolean"


def _at(node: exp.Expr, error: SqlError) -> SqlError:
    error.position = position_of(node)
    return error
