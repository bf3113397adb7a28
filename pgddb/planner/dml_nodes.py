"""Say how a statement writes: the query that finds its rows and their new values, and the one for RETURNING."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

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
    SELECT = "SELECT"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A column that a query gives values for.

    Attributes:
        source: what its values are, as a type name or LITERAL or TYPED; None where the result says it.
        guided: they are made of what the guide holds at the same place, so its types count where JSON has none.
    """

    column: Column
    source: str | None = None
    guided: bool = False


class RowsQuery(Struct, frozen=True):
    """A query of one row for each item to write.

    With `has_item` its first output is the raw item as it is; with `has_action` the number of the WHEN of MERGE
    comes next, NULL where none applies; an output for each assignment follows.

    Attributes:
        target: the name under which the query knows the table that is written, where it reads it.
        has_guide: its last output is the raw item that the others are taken from.
    """

    statement: SelectStatement
    assignments: tuple[Assignment, ...]
    target: str | None = None
    has_action: bool = False
    has_guide: bool = False

    @property
    def has_item(self) -> bool:
        return self.target is not None

    @property
    def first_value(self) -> int:
        """Place of the output of the first assignment."""
        return int(self.has_item) + int(self.has_action)


class Conflict(Struct, frozen=True):
    """ON CONFLICT; without an update it is DO NOTHING."""

    update: RowsQuery | None = None


class MergeAction(Struct, frozen=True):
    """What a WHEN of MERGE does, None for DO NOTHING, with the assignments from `first` up to `end`."""

    verb: Verb | None
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class WritePlan:
    """How one statement writes to one table.

    Attributes:
        returning: RETURNING as a query that reads the items of `written`.
        written: the feed of the items that were written, or deleted.
        parameter_types: of $1, $2 ... as far as the columns tell that they are written to.
        actions: those of MERGE, by the number of their WHEN.
        cte: the name that it has in the WITH of its statement.
    """

    verb: Verb
    table: TableSchema
    rows: RowsQuery
    returning: SelectStatement | None = None
    conflict: Conflict | None = None
    parameter_types: tuple[str | None, ...] = ()
    actions: tuple[MergeAction, ...] = ()
    written: str = WRITTEN
    cte: str = ""


class WriteProgram(Struct, frozen=True):
    """A whole statement: the writes of its WITH in their order, then what it does itself."""

    before: tuple[WritePlan, ...]
    main: WritePlan | SelectStatement
