"""Keep prepared statements and portals by name.

Source: https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-QUERY-CONCEPTS
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from pgddb.errors import (
    ConfigurationLimitExceeded,
    DuplicateCursor,
    DuplicatePreparedStatement,
    InvalidCursorName,
    InvalidSqlStatementName,
)
from pgddb.execution import PreparedQuery, PreparedWrite
from pgddb.pgtypes import ResultField
from pgddb.protocol.messages.rows import RowDescription
from pgddb.session.cursor_position import Cursor
from pgddb.session.rows import RowReader, describe_rows
from pgddb.sql.statements import Statement


@dataclass(slots=True)
class PreparedStatement:
    """A statement that is ready to be bound.

    Attributes:
        fields: of its rows; None when it gives none.
        query: its plan, when the executor runs it.
        write: its plan, when it writes.
        is_described: the client knows the fields, so that they must not change.
        from_sql: PREPARE has made it, not Parse.
        executions: how often it was run.
    """

    name: str
    text: str
    statement: Statement
    parameter_oids: tuple[int, ...]
    fields: tuple[ResultField, ...] | None
    query: PreparedQuery | None = None
    write: PreparedWrite | None = None
    is_described: bool = False
    from_sql: bool = False
    executions: int = 0
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    _described: tuple[tuple[ResultField, ...], tuple[int, ...], RowDescription] | None = None

    def describe(self, formats: tuple[int, ...]) -> RowDescription:
        """Give the message that tells its fields in these formats; the last one is kept."""
        assert self.fields is not None
        kept = self._described
        if kept is not None and kept[0] is self.fields and kept[1] == formats:
            return kept[2]
        description = describe_rows(self.fields, formats)
        self._described = (self.fields, formats, description)
        return description


class PortalState(Enum):
    """How far a portal has come."""

    READY = "ready"
    SUSPENDED = "suspended"
    DONE = "done"


@dataclass(slots=True)
class Portal:
    """A prepared statement with its parameters; owns its rows from the first Execute until `close`.

    Attributes:
        holds: survives the commit of its transaction (WITH HOLD).
        is_held: has survived it.
        scrolls, is_binary: as DECLARE said.
        cursor: where FETCH is, once there was one.
        created: when, for pg_cursors.
        open: starts the query of a cursor if it has not started yet.
    """

    name: str
    prepared: PreparedStatement
    parameters: Sequence[Any]
    formats: tuple[int, ...]
    state: PortalState = PortalState.READY
    reader: RowReader | None = None
    tag: str | None = None
    holds: bool = False
    is_held: bool = False
    scrolls: bool = False
    is_binary: bool = False
    cursor: Cursor | None = None
    open: Callable[[], Awaitable[Cursor]] | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def hold(self) -> None:
        """Keep the rows that are left, and let go of the query."""
        assert self.open is not None
        cursor = await self.open()
        await cursor.keep_rest()
        if self.reader is not None:
            await self.reader.source.close()

    async def close(self) -> None:
        """Stop fetching and spending."""
        self.state = PortalState.DONE
        if self.cursor is not None:
            self.cursor.close()
        reader, self.reader = self.reader, None
        if reader is not None:
            await reader.source.close()


class PreparedStatements:
    """A session's prepared statements; "" is the unnamed one."""

    def __init__(self) -> None:
        self._by_name: dict[str, PreparedStatement] = {}

    def __iter__(self) -> Iterator[PreparedStatement]:
        return iter(self._by_name.values())

    def require_free(self, name: str) -> None:
        if name and name in self._by_name:
            raise DuplicatePreparedStatement(f'prepared statement "{name}" already exists')

    def add(self, prepared: PreparedStatement) -> None:
        self.require_free(prepared.name)
        self._by_name[prepared.name] = prepared

    def get(self, name: str) -> PreparedStatement:
        found = self._by_name.get(name)
        if found is None:
            described = f'prepared statement "{name}"' if name else "unnamed prepared statement"
            raise InvalidSqlStatementName(f"{described} does not exist")
        return found

    def discard(self, name: str) -> None:
        """Forget one if it is there: Close is no error."""
        self._by_name.pop(name, None)

    def remove(self, name: str) -> None:
        """Forget one: DEALLOCATE."""
        self.get(name)
        del self._by_name[name]

    def clear(self) -> None:
        """Forget all but the unnamed one: DEALLOCATE ALL."""
        self._by_name = {name: prepared for name, prepared in self._by_name.items() if not name}


class Portals:
    """A session's portals and cursors, which share their names; "" is the unnamed one."""

    def __init__(self, max_open: int) -> None:
        self._by_name: dict[str, Portal] = {}
        self._max_open = max_open
        self._lost: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self._by_name)

    async def add(self, portal: Portal) -> None:
        """Keep a portal; the unnamed one replaces its predecessor."""
        if portal.name and portal.name in self._by_name:
            raise DuplicateCursor(f'cursor "{portal.name}" already exists')
        if len(self._by_name) >= self._max_open:
            raise ConfigurationLimitExceeded(
                f"too many open portals: {len(self._by_name)}", hint="Close cursors before opening more."
            )
        await self.discard(portal.name)
        self._by_name[portal.name] = portal

    def get(self, name: str) -> Portal:
        found = self._by_name.get(name)
        if found is None:
            raise InvalidCursorName(f'portal "{name}" does not exist')
        return found

    def was_lost(self, name: str) -> bool:
        """Say whether the last transaction that ended took the portal with it by failing."""
        return name in self._lost and name not in self._by_name

    def cursor(self, name: str) -> Portal:
        found = self._by_name.get(name)
        if found is None:
            raise InvalidCursorName(f'cursor "{name}" does not exist')
        return found

    async def discard(self, name: str) -> None:
        """Close one if it is there."""
        portal = self._by_name.pop(name, None)
        if portal is not None:
            await portal.close()

    async def close_cursors(self) -> None:
        """Close every named one: CLOSE ALL."""
        for name in [name for name in self._by_name if name]:
            await self.discard(name)

    @property
    def to_hold(self) -> tuple[Portal, ...]:
        """The cursors that would survive a commit now, and have not yet survived one."""
        return tuple(portal for portal in self._by_name.values() if portal.holds and not portal.is_held)

    def __iter__(self) -> Iterator[Portal]:
        return iter(self._by_name.values())

    async def end_transaction(self, *, committed: bool) -> None:
        """Close what does not outlive a transaction: all but the held cursors of committed ones."""
        self._lost = frozenset() if committed else frozenset(self._by_name)
        for name, portal in list(self._by_name.items()):
            portal.is_held = portal.is_held or (portal.holds and committed)
            if not portal.is_held:
                await self.discard(name)

    async def clear(self) -> None:
        for name in list(self._by_name):
            await self.discard(name)
