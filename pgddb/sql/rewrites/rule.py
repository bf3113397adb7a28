"""Say what a rewrite rule is, and make the nodes that rules put in."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec import Struct
from sqlglot import exp

from pgddb.sql.context import SessionContext
from pgddb.sql.type_names import data_type
from pgddb.sql.types.families import OIDS, VECTORS
from pgddb.sql.types.resolution import HINTS

NO_FUNCTION_HINT: Final = HINTS["function"]


class Rewriting(Struct, frozen=True):
    """What a rule may know beside its node."""

    session: SessionContext


class _Pass:
    """The answer of a rule that has nothing to say about a node."""


PASS: Final = _Pass()
Answer = exp.Expr | _Pass


class Rule(Struct, frozen=True):
    """A rule, for nodes of exactly these types."""

    types: tuple[type[exp.Expr], ...]
    apply: Callable[[exp.Expr, Rewriting], Answer]


def call(name: str, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    """Make a call; a plain str or int becomes a literal. The arguments leave their old places."""
    return exp.Anonymous(this=name, expressions=[_argument(argument) for argument in arguments])


def _argument(argument: exp.Expr | str | int) -> exp.Expr:
    if isinstance(argument, str):
        return exp.Literal.string(argument)
    if isinstance(argument, int):
        return exp.Literal.number(argument)
    return argument


def cast_to(node: exp.Expr, duckdb_type: str) -> exp.Cast:
    """Make a cast to a type that DuckDB spells so."""
    return exp.Cast(this=node, to=_built(duckdb_type).copy())


@lru_cache(maxsize=256)
def _built(duckdb_type: str) -> exp.DataType:
    return exp.DataType.build(duckdb_type, dialect="duckdb")


def named_type(name: str) -> exp.DataType:
    """Make the node of a type from its PostgreSQL name, as the parser makes it.

    >>> named_type("oid[]").sql("postgres")
    'oid[]'
    """
    if name.endswith("[]"):
        return exp.DataType(this=exp.DType.ARRAY, expressions=[named_type(name[:-2])], nested=True)
    if name in OIDS or name in VECTORS:
        return exp.DataType(this=exp.DType.USERDEFINED, kind=exp.to_identifier(name))
    return data_type(name)


def is_string(node: exp.Expr | None) -> bool:
    """Say whether a node is a string literal, brackets aside."""
    return literal_text(node) is not None


def literal_text(node: exp.Expr | None) -> str | None:
    """Give the value of a string literal, brackets aside; None if it is none."""
    while isinstance(node, exp.Paren):
        node = node.this
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def call_name(node: exp.Expr) -> str:
    """Give a call's name in lower case, "" for other nodes."""
    return str(node.this).lower() if isinstance(node, exp.Anonymous) else ""


def string_array(elements: list[object]) -> exp.Expr:
    """Make an array of text literals, nested as the elements are; None is NULL."""
    parts = [
        string_array(element)
        if isinstance(element, list)
        else exp.Null()
        if element is None
        else exp.Literal.string(str(element))
        for element in elements
    ]
    array = exp.Array(expressions=parts)
    return array if parts else cast_to(array, "VARCHAR[]")
