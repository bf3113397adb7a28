"""Say how a statement writes: the query that finds its rows and their new values, and the one for RETURNING."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pgddb.access.table import Column, TableSchema
from pgddb.sql.statements import SelectStatement

WRITTEN = "written"
"""Feed of the items that a statement wrote (or, for DELETE, deleted): what its RETURNING reads."""
CONFLICTING = "conflicting"
"""Feed of the items that were there where INSERT ... ON CONFLICT would put others."""
EXCLUDED = "excluded"
"""Feed of those others."""

LITERAL = "unknown"
"""Source of a text that is read as a value of the column's own type, as PostgreSQL reads 'x'."""
TYPED = "pgddb typed value"
"""Source of a text that is a typed value of DynamoDB already."""


class Verb(StrEnum):
    """What a statement does to the items of its target; the value is the command tag."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    MERGE = "MERGE"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A column that a query gives values for.

    Attributes:
        source: what its values are, as a type name or LITERAL or TYPED; None where the result says it.
    """

    column: Column
    source: str | None = None


@dataclass(frozen=True, slots=True)
class RowsQuery:
    """A query of one row for each item to write.

    With `has_item` its first output is the raw item as it is; an output for each assignment follows, then come
    those of RETURNING where `returns`, which only DELETE does.
    """

    statement: SelectStatement
    assignments: tuple[Assignment, ...]
    has_item: bool = False
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """ON CONFLICT; without an update it is DO NOTHING."""

    update: RowsQuery | None = None


@dataclass(frozen=True, slots=True)
class Returning:
    """RETURNING as a query that reads the items of `WRITTEN`."""

    statement: SelectStatement


@dataclass(frozen=True, slots=True)
class WritePlan:
    """How one statement writes to one table."""

    verb: Verb
    table: TableSchema
    rows: RowsQuery
    returning: SelectStatement | None = None
    conflict: Conflict | None = None
    parameter_types: tuple[str | None, ...] = ()
