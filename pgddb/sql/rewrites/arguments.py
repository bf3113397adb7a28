"""Read the literals among a call's arguments as the types that its function wants."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.casts import literal
from pgddb.sql.rewrites.rule import literal_text, named_type

Arguments = list[exp.Expr]


def read_as(arguments: Arguments, kind: str, count: int) -> Arguments:
    """Read the first arguments, where they are literals, as values of a type."""
    read: Arguments = []
    for number, argument in enumerate(arguments):
        text = literal_text(argument) if number < count else None
        cast = exp.Cast(this=argument, to=named_type(kind))
        read.append(argument if text is None else literal(text, kind, cast))
    return read
