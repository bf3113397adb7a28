"""Follow one session's transaction: blocks, savepoints, failure, and the settings that roll back with them.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from pgddb.errors import (
    ActiveSqlTransaction,
    InFailedSqlTransaction,
    InvalidSavepointSpecification,
    NoActiveSqlTransaction,
)
from pgddb.execution import Notice
from pgddb.protocol.messages.simple_query import TransactionStatus
from pgddb.session.settings import SettingSnapshot, SettingStore
from pgddb.session.transaction_work import TransactionWork
from pgddb.sql.statements import BeginTransaction, SetTransaction

ABORTED_MESSAGE = "current transaction is aborted, commands ignored until end of transaction block"

MODES = ("transaction_isolation", "transaction_read_only", "transaction_deferrable")


class Block(Enum):
    """What holds the statements together."""

    NONE = "none"
    """Nothing has begun."""
    STATEMENT = "statement"
    """A single statement, or a pipeline up to Sync."""
    IMPLICIT = "implicit"
    """Several statements of one Query."""
    OPEN = "open"
    """BEGIN was sent."""
    FAILED = "failed"
    """A block that waits for its ROLLBACK."""


class OpenSavepoint(Struct, frozen=True):
    """A savepoint and what to return to."""

    name: str
    settings: SettingSnapshot
    commit_steps: int
    work: tuple[int, ...]


class Transaction:
    """The state of a session's transaction.

    Attributes:
        ended: called after each end with whether it was committed; portals end then.
        started: when it began, in seconds since 1970; None outside one.
        at_commit: what happens when the transaction commits, in order: LISTEN, UNLISTEN, NOTIFY.
    """

    def __init__(
        self,
        settings: SettingStore,
        *,
        notify: Callable[[Notice], None],
        work: TransactionWork,
        ended: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.ended = ended
        self._work = work
        self.at_commit: list[Callable[[], None]] = []
        self._settings = settings
        self._notify = notify
        self._block = Block.NONE
        self._start: SettingSnapshot | None = None
        self.started: float | None = None
        self._savepoints: list[OpenSavepoint] = []
        self._has_queried = False

    @property
    def status(self) -> TransactionStatus:
        if self._block is Block.FAILED:
            return TransactionStatus.FAILED
        return TransactionStatus.IN_BLOCK if self._block is Block.OPEN else TransactionStatus.IDLE

    @property
    def in_block(self) -> bool:
        """Whether BEGIN is in force, failed or not."""
        return self._block is Block.OPEN or self._block is Block.FAILED

    @property
    def failed(self) -> bool:
        return self._block is Block.FAILED

    def require_alive(self) -> None:
        """Refuse a statement in a failed block."""
        if self._block is Block.FAILED:
            raise InFailedSqlTransaction(ABORTED_MESSAGE)

    def start_statement(self, *, in_query: bool) -> None:
        """Begin the transaction that every statement runs in; `in_query`: one of several in a Query."""
        if self._block is Block.NONE:
            self._begin(Block.IMPLICIT if in_query else Block.STATEMENT)
        elif self._block is Block.STATEMENT and in_query:
            self._block = Block.IMPLICIT

    def note_query(self) -> None:
        """Note that the transaction has read, after which its modes are fixed."""
        self._has_queried = True

    def finish_cycle(self) -> None:
        """Commit what no BEGIN holds: after a Query, at Sync."""
        if self._block is Block.STATEMENT or self._block is Block.IMPLICIT:
            self._end(committed=True)

    def fail(self) -> None:
        """Note an error: a block waits for its end, anything else is rolled back."""
        if self._block is Block.OPEN:
            self._block = Block.FAILED
            self.ended(False)  # noqa: FBT003 - a callback's one argument has no name
        elif self._block is Block.STATEMENT or self._block is Block.IMPLICIT:
            self._end(committed=False)

    def abandon(self) -> None:
        """End what could not be committed."""
        if self._block is not Block.NONE:
            self._end(committed=False)

    @property
    def is_atomic(self) -> bool:
        """Whether several statements shall be written as one: a block, or one Query of several statements."""
        return self._block is Block.OPEN or self._block is Block.IMPLICIT

    def begin(self, statement: BeginTransaction) -> None:
        """Carry out BEGIN."""
        if self._block is Block.OPEN:
            self._warn("there is already a transaction in progress", "25001")
        else:
            self._open()
        self._set_modes(statement)

    def set_modes(self, statement: SetTransaction) -> None:
        """Carry out SET TRANSACTION."""
        if self._block is Block.STATEMENT:
            self._warn("SET TRANSACTION can only be used in transaction blocks", "25P01")
        self._set_modes(statement)

    def commit(self, *, chain: bool) -> str:
        """Carry out COMMIT and give its tag: a failed block is rolled back."""
        if not self.in_block:
            self._end_without_block("COMMIT AND CHAIN", chain=chain, committed=True)
            return "COMMIT"
        committed = not self.failed
        self._end_block(committed=committed, chain=chain)
        return "COMMIT" if committed else "ROLLBACK"

    def roll_back(self, *, chain: bool) -> None:
        """Carry out ROLLBACK."""
        if not self.in_block:
            self._end_without_block("ROLLBACK AND CHAIN", chain=chain, committed=False)
            return
        self._end_block(committed=False, chain=chain)

    def save(self, name: str) -> None:
        """Carry out SAVEPOINT."""
        self._require_block("SAVEPOINT")
        self._savepoints.append(OpenSavepoint(name, self._settings.snapshot(), len(self.at_commit), self._work.mark()))

    def release(self, name: str) -> None:
        """Carry out RELEASE: the savepoint and those after it are gone."""
        self._require_block("RELEASE SAVEPOINT")
        self.require_alive()
        del self._savepoints[self._find(name) :]

    def roll_back_to(self, name: str) -> None:
        """Carry out ROLLBACK TO: the block lives again as it was at the savepoint, which stays."""
        self._require_block("ROLLBACK TO SAVEPOINT")
        index = self._find(name)
        del self._savepoints[index + 1 :]
        self._settings.restore(self._savepoints[index].settings)
        del self.at_commit[self._savepoints[index].commit_steps :]
        self._work.undo_to(self._savepoints[index].work)
        self._block = Block.OPEN

    def warn_outside_block(self, command: str) -> None:
        """Warn that a command without a block around it has no effect: SET LOCAL."""
        if self._block is Block.STATEMENT:
            self._warn(f"{command} can only be used in transaction blocks", "25P01")

    def require_block(self, command: str) -> None:
        """Refuse a command that makes no sense without a block: DECLARE CURSOR."""
        if self._block is Block.NONE or self._block is Block.STATEMENT:
            raise NoActiveSqlTransaction(f"{command} can only be used in transaction blocks")

    def forbid_block(self, command: str) -> None:
        """Refuse a command that must stand alone: DISCARD ALL."""
        if self._block is not Block.NONE and self._block is not Block.STATEMENT:
            raise ActiveSqlTransaction(f"{command} cannot run inside a transaction block")

    def _begin(self, block: Block) -> None:
        self._block = block
        self._start = self._settings.snapshot()
        self.started = time.time()
        self._has_queried = False

    def _open(self) -> None:
        """Make a block of what has begun; its modes follow the session's defaults no more."""
        self._block = Block.OPEN
        for mode in MODES:
            self._settings.assign(mode, self._settings.default(mode), local=True)

    def _end(self, *, committed: bool) -> None:
        assert self._start is not None
        if committed:
            self._settings.end_local()
        else:
            self._settings.restore(self._start)
        self._block = Block.NONE
        self._start = None
        self.started = None
        self._savepoints.clear()
        self._work.clear()
        steps, self.at_commit = self.at_commit, []
        if committed:
            for step in steps:
                step()
        self.ended(committed)

    def _end_block(self, *, committed: bool, chain: bool) -> None:
        modes = {mode: self._settings.value(mode) for mode in MODES}
        self._end(committed=committed)
        if chain:
            self._begin(Block.STATEMENT)
            self._block = Block.OPEN
            for mode, value in modes.items():
                self._settings.assign(mode, value, local=True)

    def _end_without_block(self, command: str, *, chain: bool, committed: bool) -> None:
        if chain:
            raise NoActiveSqlTransaction(f"{command} can only be used in transaction blocks")
        self._warn("there is no transaction in progress", "25P01")
        if self._block is not Block.NONE:
            self._end(committed=committed)

    def _require_block(self, command: str) -> None:
        if not self.in_block:
            raise NoActiveSqlTransaction(f"{command} can only be used in transaction blocks")

    def _find(self, name: str) -> int:
        for index in range(len(self._savepoints) - 1, -1, -1):
            if self._savepoints[index].name == name:
                return index
        raise InvalidSavepointSpecification(f'savepoint "{name}" does not exist')

    def _set_modes(self, statement: BeginTransaction | SetTransaction) -> None:
        if statement.isolation is not None:
            if self._has_queried and statement.isolation != self._settings.value("transaction_isolation"):
                raise ActiveSqlTransaction("SET TRANSACTION ISOLATION LEVEL must be called before any query")
            self._settings.assign("transaction_isolation", statement.isolation, local=True)
        if statement.read_only is not None:
            self._set_read_only(read_only=statement.read_only)
        if statement.deferrable is not None:
            self._settings.assign("transaction_deferrable", statement.deferrable, local=True)

    def _set_read_only(self, *, read_only: bool) -> None:
        if not read_only and self._has_queried and self._settings.value("transaction_read_only"):
            raise ActiveSqlTransaction("transaction read-write mode must be set before any query")
        self._settings.assign("transaction_read_only", read_only, local=True)

    def _warn(self, message: str, sqlstate: str) -> None:
        self._notify(Notice("WARNING", message, sqlstate=sqlstate))
