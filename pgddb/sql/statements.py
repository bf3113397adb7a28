"""Name the statements that a client can send, one frozen class for each kind.

`Statement` is their closed union. Every one carries `text` (its own source text)
and gives the `command_tag` that PostgreSQL reports, to which the session adds the
counts ("SELECT 5", "INSERT 0 1", "FETCH 10").
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct
from sqlglot import exp

from pgddb.sql.definitions.statement import DefinitionStatement as DefinitionStatement  # noqa: PLC0414 - given on
from pgddb.sql.options import CopyOptions as CopyOptions  # noqa: PLC0414 - given on to others
from pgddb.sql.options import ExplainOptions as ExplainOptions  # noqa: PLC0414 - given on to others
from pgddb.sql.options import FetchDirection as FetchDirection  # noqa: PLC0414 - given on to others
from pgddb.sql.source import ParsedStatement as ParsedStatement  # noqa: PLC0414 - given on to others


class EmptyQuery(Struct, frozen=True):
    """A text without a statement."""

    text: str
    command_tag = ""


@dataclass(frozen=True, slots=True)
class SelectStatement:
    """SELECT, VALUES, TABLE or WITH ... SELECT."""

    text: str
    tree: exp.Expr
    command_tag = "SELECT"


class InsertStatement(Struct, frozen=True):
    """INSERT, also with WITH before it."""

    text: str
    tree: exp.Expr
    command_tag = "INSERT"


class UpdateStatement(Struct, frozen=True):
    """UPDATE, also with WITH before it."""

    text: str
    tree: exp.Expr
    command_tag = "UPDATE"


class DeleteStatement(Struct, frozen=True):
    """DELETE, also with WITH before it."""

    text: str
    tree: exp.Expr
    command_tag = "DELETE"


class MergeStatement(Struct, frozen=True):
    """MERGE."""

    text: str
    tree: exp.Expr
    command_tag = "MERGE"


class ExplainStatement(Struct, frozen=True):
    """EXPLAIN of another statement."""

    text: str
    options: ExplainOptions
    statement: Statement
    command_tag = "EXPLAIN"


@dataclass(frozen=True, slots=True)
class SetSetting:
    """SET name = values; `values` is None for DEFAULT. `position` is the 1-based place of the name."""

    text: str
    name: str
    values: tuple[str, ...] | None
    local: bool = False
    session: bool = False
    position: int | None = None
    command_tag = "SET"

    @property
    def value(self) -> str | None:
        """Give the values joined as SHOW prints a list, or None for DEFAULT."""
        return None if self.values is None else ", ".join(self.values)


class ShowSetting(Struct, frozen=True):
    """SHOW name; the name is "all" for SHOW ALL."""

    text: str
    name: str
    command_tag = "SHOW"


class ResetSetting(Struct, frozen=True):
    """RESET name; None for RESET ALL."""

    text: str
    name: str | None
    command_tag = "RESET"


class BeginTransaction(Struct, frozen=True):
    """BEGIN or START TRANSACTION; a mode that is not mentioned is None."""

    text: str
    isolation: str | None = None
    read_only: bool | None = None
    deferrable: bool | None = None
    command_tag: str = "BEGIN"


class SetTransaction(Struct, frozen=True):
    """SET TRANSACTION, or for `session` SET SESSION CHARACTERISTICS AS TRANSACTION."""

    text: str
    isolation: str | None = None
    read_only: bool | None = None
    deferrable: bool | None = None
    session: bool = False
    snapshot: str | None = None
    command_tag = "SET"


class CommitTransaction(Struct, frozen=True):
    """COMMIT or END; `chain` starts the next transaction at once."""

    text: str
    chain: bool = False
    command_tag = "COMMIT"


class RollbackTransaction(Struct, frozen=True):
    """ROLLBACK or ABORT; `chain` starts the next transaction at once."""

    text: str
    chain: bool = False
    command_tag = "ROLLBACK"


class Savepoint(Struct, frozen=True):
    """SAVEPOINT name."""

    text: str
    name: str
    command_tag = "SAVEPOINT"


class ReleaseSavepoint(Struct, frozen=True):
    """RELEASE [SAVEPOINT] name."""

    text: str
    name: str
    command_tag = "RELEASE"


class RollbackToSavepoint(Struct, frozen=True):
    """ROLLBACK TO [SAVEPOINT] name."""

    text: str
    name: str
    command_tag = "ROLLBACK"


class PrepareStatement(Struct, frozen=True):
    """PREPARE name (types) AS statement; types are spelled as the client wrote them."""

    text: str
    name: str
    parameter_types: tuple[str, ...]
    statement: Statement
    command_tag = "PREPARE"


class ExecuteStatement(Struct, frozen=True):
    """EXECUTE name (arguments); each argument is an expression without parameters."""

    text: str
    name: str
    arguments: tuple[exp.Expr, ...]
    command_tag = "EXECUTE"


class DeallocateStatement(Struct, frozen=True):
    """DEALLOCATE [PREPARE] name; None for ALL."""

    text: str
    name: str | None

    @property
    def command_tag(self) -> str:
        return "DEALLOCATE ALL" if self.name is None else "DEALLOCATE"


class DeclareCursor(Struct, frozen=True):
    """DECLARE name CURSOR FOR query; `scroll` is None when not mentioned."""

    text: str
    name: str
    statement: Statement
    binary: bool = False
    insensitive: bool | None = None
    scroll: bool | None = None
    hold: bool = False
    command_tag = "DECLARE CURSOR"


class FetchCursor(Struct, frozen=True):
    """FETCH; `count` is None for ALL, and never negative when the direction is FORWARD or BACKWARD."""

    text: str
    name: str
    direction: FetchDirection = FetchDirection.FORWARD
    count: int | None = 1
    command_tag = "FETCH"


class MoveCursor(Struct, frozen=True):
    """MOVE: as FETCH, but gives no rows."""

    text: str
    name: str
    direction: FetchDirection = FetchDirection.FORWARD
    count: int | None = 1
    command_tag = "MOVE"


class CloseCursor(Struct, frozen=True):
    """CLOSE name; None for ALL."""

    text: str
    name: str | None

    @property
    def command_tag(self) -> str:
        return "CLOSE CURSOR ALL" if self.name is None else "CLOSE CURSOR"


class Discard(Struct, frozen=True):
    """DISCARD; `what` is all, plans, sequences or temp."""

    text: str
    what: str

    @property
    def command_tag(self) -> str:
        return f"DISCARD {self.what.upper()}"


class Listen(Struct, frozen=True):
    """LISTEN channel."""

    text: str
    channel: str
    command_tag = "LISTEN"


class Unlisten(Struct, frozen=True):
    """UNLISTEN channel; None for *."""

    text: str
    channel: str | None
    command_tag = "UNLISTEN"


class Notify(Struct, frozen=True):
    """NOTIFY channel [, payload]."""

    text: str
    channel: str
    payload: str = ""
    command_tag = "NOTIFY"


@dataclass(frozen=True, slots=True)
class CopyTo:
    """COPY (query) TO, or COPY table TO with the query that reads the table; `target` is "stdout" or a file name.

    Attributes:
        table: None for a query.
        columns: those that are named.
    """

    text: str
    query: SelectStatement | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement
    target: str
    options: CopyOptions
    program: bool = False
    table: exp.Table | None = None
    columns: tuple[str, ...] = ()
    command_tag = "COPY"


@dataclass(frozen=True, slots=True)
class CopyFrom:
    """COPY table FROM; `source` is "stdin" or a file name."""

    text: str
    table: exp.Table
    columns: tuple[str, ...]
    source: str
    options: CopyOptions
    program: bool = False
    where: exp.Expr | None = None
    command_tag = "COPY"


class LockTable(Struct, frozen=True):
    """LOCK TABLE."""

    text: str
    tables: tuple[exp.Table, ...]
    mode: str
    nowait: bool = False
    command_tag = "LOCK TABLE"


class OtherStatement(Struct, frozen=True):
    """A statement that PostgreSQL knows and pgddb does not carry out: VACUUM, DO, CALL, CLUSTER ..."""

    text: str
    command_tag: str


Statement = (
    EmptyQuery
    | SelectStatement
    | InsertStatement
    | UpdateStatement
    | DeleteStatement
    | MergeStatement
    | ExplainStatement
    | SetSetting
    | ShowSetting
    | ResetSetting
    | BeginTransaction
    | SetTransaction
    | CommitTransaction
    | RollbackTransaction
    | Savepoint
    | ReleaseSavepoint
    | RollbackToSavepoint
    | PrepareStatement
    | ExecuteStatement
    | DeallocateStatement
    | DeclareCursor
    | FetchCursor
    | MoveCursor
    | CloseCursor
    | Discard
    | Listen
    | Unlisten
    | Notify
    | CopyTo
    | CopyFrom
    | LockTable
    | DefinitionStatement
    | OtherStatement
)
