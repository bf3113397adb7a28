"""A drawn query with its parameters, and the values and conditions that queries are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LARGE = "98765432109876543210987654321098765432"
LITERALS: Mapping[str, Sequence[str]] = {
    "text": ("a", "a1", "b", "é", "\U0001d4b3", "a'b", "A", "5", ""),
    "number": ("1", "0", "2", "1.5", "-1", LARGE, "1e-20", "12345678901234567890123456789012345678901"),
    "bytea": (r"\x61", r"\x6162", r"\xff", r"\x6100", r"\x"),
    "boolean": ("true", "false"),
}
TYPE_NAMES = {"text": "text", "number": "numeric", "bytea": "bytea", "boolean": "boolean"}
LEAVES = (
    *("{c} = {v}", "{c} = {v}", "{c} = {v}", "{c} < {v}", "{c} <= {v}", "{c} > {v}", "{c} >= {v}", "{c} <> {v}"),
    *("{c} IN ({v}, {v})", "{c} NOT IN ({v}, {v})", "{c} IS NOT NULL", "{c} IS NULL"),
    *("{c} BETWEEN {v} AND {v}", "{c} NOT BETWEEN {v} AND {v}", "coalesce({c}, {v}) = {v}"),
    *("{c} IS NOT DISTINCT FROM {v}", "{c} IS DISTINCT FROM {v}", "{c} = ANY {a}"),
)
"""Conditions on a column {c}; {v} is a value or a parameter of its type, {a} an array of such."""
FAMILIES = {
    "text": "text",
    "bigint": "number",
    "integer": "number",
    "numeric": "number",
    "bytea": "bytea",
    "boolean": "boolean",
}
"""Families of types whose values this compares with literals, by PostgreSQL's names."""


@dataclass(frozen=True)
class Argument:
    """A parameter: its text as PostgreSQL reads it, its type's name, and whether the client says the type."""

    text: str | None
    type_name: str
    declared: bool


@dataclass
class Query:
    """A SELECT, its order apart from it, so that its answer can be known without LIMIT.

    Attributes:
        order: place in the output, descending, and NULLS FIRST or LAST where it is written.
    """

    text: str
    arguments: tuple[Argument, ...] = ()
    order: tuple[tuple[str, int, bool, bool | None], ...] = ()
    limit: int | None = None
    offset: int = 0

    @property
    def ordered(self) -> str:
        if not self.order:
            return self.text
        nulls = {None: "", True: " NULLS FIRST", False: " NULLS LAST"}
        keys = (f"{column}{' DESC' if down else ''}{nulls[first]}" for column, _, down, first in self.order)
        return f"{self.text} ORDER BY {', '.join(keys)}"

    @property
    def limited(self) -> str:
        limit = "" if self.limit is None else f" LIMIT {self.limit}"
        return self.ordered + limit + (f" OFFSET {self.offset}" if self.offset else "")
