"""Say what a JSON path consists of.

Source: https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-SQLJSON-PATH
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class Literal(Struct, frozen=True):
    """A string, number, truth value or null."""

    value: str | int | Decimal | bool | None


class Root(Struct, frozen=True):
    """The whole document: $."""


class Current(Struct, frozen=True):
    """What a filter looks at: @."""


class Last(Struct, frozen=True):
    """The last index of the array around."""


class Variable(Struct, frozen=True):
    """A value that the caller gives: $name."""

    name: str


class Member(Struct, frozen=True):
    """One member of an object; None stands for all."""

    name: str | None


class Descent(Struct, frozen=True):
    """Everything below, from one depth to another; None stands for the deepest."""

    first: int | None
    last: int | None


class Elements(Struct, frozen=True):
    """Elements of an array: ranges of indexes, or all if there are none."""

    ranges: tuple[tuple[Node, Node | None], ...]


class Filter(Struct, frozen=True):
    """Keeps what a condition is true for."""

    condition: Node


class Method(Struct, frozen=True):
    """One of .type(), .size() and their like."""

    name: str
    argument: str | None = None


Step = Member | Descent | Elements | Filter | Method


class Path(Struct, frozen=True):
    """A value and the steps from it."""

    start: Node
    steps: tuple[Step, ...]


class Unary(Struct, frozen=True):
    """A sign before an operand."""

    sign: str
    operand: Node


class Binary(Struct, frozen=True):
    """Arithmetic: + - * / %."""

    sign: str
    left: Node
    right: Node


class Comparison(Struct, frozen=True):
    """== <> < <= > >=, or `starts with`."""

    sign: str
    left: Node
    right: Node


class Connection(Struct, frozen=True):
    """&& or ||."""

    sign: str
    left: Node
    right: Node


class Not(Struct, frozen=True):
    """!(condition)."""

    condition: Node


class IsUnknown(Struct, frozen=True):
    """(condition) is unknown."""

    condition: Node


class Exists(Struct, frozen=True):
    """exists (path)."""

    path: Node


class LikeRegex(Struct, frozen=True):
    """A match with a regular expression."""

    operand: Node
    pattern: str
    flags: str


Node = (
    Literal
    | Root
    | Current
    | Last
    | Variable
    | Path
    | Unary
    | Binary
    | Comparison
    | Connection
    | Not
    | IsUnknown
    | Exists
    | LikeRegex
)
CONDITIONS = (Comparison, Connection, Not, IsUnknown, Exists, LikeRegex)


class JsonPath(Struct, frozen=True):
    """A whole path."""

    strict: bool
    expression: Node
