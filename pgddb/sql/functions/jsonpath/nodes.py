"""Say what a JSON path consists of.

Source: https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-SQLJSON-PATH
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, truth value or null."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Root:
    """The whole document: $."""


@dataclass(frozen=True, slots=True)
class Current:
    """What a filter looks at: @."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last index of the array around."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that the caller gives: $name."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object; None stands for all."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Descent:
    """Everything below, from one depth to another; None stands for the deepest."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Elements:
    """Elements of an array: ranges of indexes, or all if there are none."""

    ranges: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps what a condition is true for."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Method:
    """One of .type(), .size() and their like."""

    name: str
    argument: str | None = None


Step = Member | Descent | Elements | Filter | Method


@dataclass(frozen=True, slots=True)
class Path:
    """A value and the steps from it."""

    start: Node
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before an operand."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic: + - * / %."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """== <> < <= > >=, or `starts with`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Connection:
    """&& or ||."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    """!(condition)."""

    condition: Node


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """(condition) is unknown."""

    condition: Node


@dataclass(frozen=True, slots=True)
class Exists:
    """exists (path)."""

    path: Node


@dataclass(frozen=True, slots=True)
class LikeRegex:
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


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A whole path."""

    strict: bool
    expression: Node
