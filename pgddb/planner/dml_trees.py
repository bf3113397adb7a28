"""Make the statements of our own that a statement which writes is carried out by."""

from __future__ import annotations

from typing import TypeVar

from sqlglot import exp

from pgddb.sql.references import parameter_numbers
from pgddb.sql.statements import SelectStatement

_Query = TypeVar("_Query", bound=exp.Expr)


def statement_of(purpose: str, text: str, tree: exp.Expr) -> SelectStatement:
    """Make a statement of our own; its text cannot be that of a client's."""
    return SelectStatement(f"\0{purpose}\0{text}", tree)


def parameter_types(tree: exp.Expr, types: dict[int, str]) -> tuple[str | None, ...]:
    """Give the types of $1 to the last one, as far as the places of the values tell."""
    last = max(parameter_numbers(tree), default=0)
    return tuple(types.get(number) for number in range(1, last + 1))


def with_clause(query: _Query, clause: exp.Expr | None) -> _Query:
    """Put the WITH of the statement before its query; the query's own entries see the statement's."""
    if clause is None:
        return query
    own = query.args.get("with_")
    if own is not None:
        clause.set("expressions", [*clause.expressions, *own.expressions])
        clause.set("recursive", clause.args.get("recursive") or own.args.get("recursive"))
    query.set("with_", clause)
    return query
