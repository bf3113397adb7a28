"""Hold what one session has: its settings, transaction, prepared statements, portals and executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import structlog
from sqlglot import exp

from pgddb.authentication import UNRESTRICTED, Role
from pgddb.errors import ReadOnlySqlTransaction, SqlError
from pgddb.execution import (
    CopyIn,
    ExecutionSettings,
    ExplainedQuery,
    Notice,
    PreparedQuery,
    PreparedWrite,
    SessionRows,
    WriteStatement,
    WrittenRows,
    no_session_rows,
)
from pgddb.pgtypes import OutputStyle
from pgddb.pgtypes.encodings import CODECS, is_utf8
from pgddb.protocol.messages.notices import Diagnostics, NoticeResponse
from pgddb.protocol.messages.startup import ParameterStatus
from pgddb.session.activity import ActivityClock, SessionActivity
from pgddb.session.contract import BackendKey, ClientLink, RowSource, SessionHost
from pgddb.session.error_places import pointing_at
from pgddb.session.prepared import Portals, PreparedStatements
from pgddb.session.running_statement import RunningStatement
from pgddb.session.settings import Setting, SettingStore
from pgddb.session.statement_settings import Identity, execution_settings, output_style
from pgddb.session.transaction import Transaction
from pgddb.session.transaction_work import TransactionWork
from pgddb.sql.definitions import Definition
from pgddb.sql.options import ExplainOptions
from pgddb.sql.statements import CopyFrom, SelectStatement

SEVERITIES = ("debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error")
"""As client_min_messages lists them, the least first."""

log = structlog.stdlib.get_logger("pgddb.session")

_LOCKS_NOTHING = "pgddb: DynamoDB has no locks: other sessions may change these rows"
_INSTEAD_OF_LOCKS = (
    "An UPDATE fails with 40001 where what it has read itself has changed: "
    "compute the new value in the UPDATE, or name the old one in its WHERE."
)


class SessionState:
    """One session. Owns its portals and its executor; `close` ends them.

    Attributes:
        key: known after startup.
        running: the statement that a CancelRequest would stop, if one runs.
        listening: channels of LISTEN.
        session_rows: gives the rows of the relations that show sessions.
    """

    def __init__(self, link: ClientLink, host: SessionHost) -> None:
        self.link = link
        self.host = host
        self.key = BackendKey(0, b"")
        self.user = ""
        self.database = ""
        self._role = UNRESTRICTED
        self.settings = SettingStore(
            {
                "default_transaction_read_only": host.settings.read_only,
                "max_connections": host.settings.max_connections,
                "port": host.settings.port,
                "listen_addresses": host.settings.listen_address,
            },
            changed=self._setting_changed,
        )
        self._executor = host.open_executor(self.notify_of_statement)
        self.transaction = Transaction(
            self.settings,
            notify=self.notify,
            work=TransactionWork(self._executor.writes.buffer, self._executor.definitions),
            ended=self._transaction_ended,
        )
        self.statements = PreparedStatements()
        self.portals = Portals(host.settings.max_open_portals)
        self.running: RunningStatement | None = None
        self.listening: set[str] = set()
        self._reported: dict[str, str] = {}
        self._ends: list[bool] = []
        self._style: OutputStyle | None = None
        self._execution_settings: ExecutionSettings | None = None
        self._tells_settings = False
        self.clock = ActivityClock()
        self.session_rows: SessionRows = no_session_rows
        self._held_notices: list[NoticeResponse] | None = None

    @property
    def style(self) -> OutputStyle:
        """How values look as text under the settings in force."""
        if self._style is None:
            self._style = output_style(self.settings)
        return self._style

    def take_role(self, role: Role) -> None:
        """Note who the client has shown to be."""
        self._role = role
        if role.read_only:
            self.settings.boot("default_transaction_read_only", True)  # noqa: FBT003 - the value
        if role.is_restricted:
            self.settings.boot("is_superuser", False)  # noqa: FBT003 - the value

    @property
    def role(self) -> Role:
        """What the user may do, as the server's users are now."""
        now = self.host.access.rights_now(self._role)
        if now != self._role:
            self._role = now
            self._execution_settings = None
        return now

    @property
    def peer_address(self) -> str | None:
        """The client's address, where it has one."""
        return None if self.link.peer is None else self.link.peer[0]

    def execution_settings(self) -> ExecutionSettings:
        """What the settings in force mean for a statement."""
        role = self.role
        if self._execution_settings is None:
            settings = execution_settings(self.settings, self._identity())
            self._execution_settings = replace(settings, role=role, session_rows=self.session_rows)
        return self._execution_settings

    async def plan_query(
        self, statement: SelectStatement, parameter_oids: Sequence[int] = (), *, runs: bool = False
    ) -> PreparedQuery:
        """Plan a query under the settings in force; `runs`: it is only to be started, never explained."""
        self._executor.settings = self.execution_settings()
        with pointing_at(statement.tree):
            return await self._executor.prepare(statement, parameter_oids, runs=runs)

    async def relation_kind(self, table: exp.Table) -> str | None:
        """Give the relkind of a named relation; None if there is none."""
        self._executor.settings = self.execution_settings()
        return await self._executor.relation_kind(table)

    async def start_query(
        self, query: PreparedQuery, parameters: Sequence[Any] = (), *, fields_fixed: bool = False
    ) -> RowSource:
        """Start a query under the settings in force; `fields_fixed`: the client knows its fields already."""
        if query.statement.tree.args.get("locks"):
            self.notify(Notice("WARNING", _LOCKS_NOTHING, hint=_INSTEAD_OF_LOCKS, sqlstate="01000"))
        self.transaction.note_query()
        self._executor.settings = self.execution_settings()
        with pointing_at(query.statement.tree):
            return await self._executor.start(query, parameters, fields_fixed=fields_fixed)

    async def explain_query(
        self, query: PreparedQuery, parameters: Sequence[Any], options: ExplainOptions
    ) -> ExplainedQuery:
        """Explain a query under the settings in force; ANALYZE runs it."""
        self.transaction.note_query()
        self._executor.settings = self.execution_settings()
        return await self._executor.explain(query, parameters, options)

    async def plan_write(self, statement: WriteStatement, parameter_oids: Sequence[int] = ()) -> PreparedWrite:
        """Plan a statement that writes under the settings in force."""
        self._executor.settings = self.execution_settings()
        return await self._executor.writes.prepare(statement, parameter_oids)

    async def run_write(
        self, write: PreparedWrite, parameters: Sequence[Any] = (), *, fields_fixed: bool = False
    ) -> WrittenRows:
        """Carry out a statement that writes; COMMIT, or the end of the statement without BEGIN, sends the writes."""
        self.require_writable(write.statement.command_tag)
        self.transaction.note_query()
        self._executor.settings = self.execution_settings()
        return await self._executor.writes.run(write, parameters, fields_fixed=fields_fixed)

    async def explain_write(
        self, write: PreparedWrite, parameters: Sequence[Any], options: ExplainOptions
    ) -> ExplainedQuery:
        """Explain a statement that writes; ANALYZE carries it out."""
        if options.analyze:
            self.require_writable(write.statement.command_tag)
        self.transaction.note_query()
        self._executor.settings = self.execution_settings()
        return await self._executor.writes.explain(write, parameters, options)

    async def copy_in(self, statement: CopyFrom) -> CopyIn:
        """Make ready for a COPY FROM STDIN."""
        self.transaction.note_query()
        self._executor.settings = self.execution_settings()
        return await self._executor.writes.copy_in(statement, alone=not self.transaction.is_atomic)

    async def finish_copy(self, copy: CopyIn, *, progress: Callable[[Notice], None]) -> int:
        """Take the rows of a COPY; outside a block they are written now."""
        return await self._executor.writes.finish_copy(copy, progress=progress)

    async def define(self, definition: Definition) -> None:
        """Carry out a definition; COMMIT, or the end of the statement without BEGIN, makes it everyone's."""
        self.transaction.note_query()
        self._executor.settings = self.execution_settings()
        await self._executor.define(definition, self._tell)

    @property
    def has_work_at_commit(self) -> bool:
        """Whether committing takes time: something is to be written, or read for a held cursor."""
        return self.has_writes or bool(self.portals.to_hold)

    @property
    def has_writes(self) -> bool:
        """Whether the transaction has written or defined something that is not committed yet."""
        return len(self._executor.writes.buffer) > 0 or len(self._executor.definitions) > 0

    async def commit_writes(self) -> None:
        """Send what the transaction has written, after the rows of held cursors are read; it has ended if that fails.

        Raises:
            SqlError: not everything was written, or read.
        """
        if not self.has_work_at_commit:
            return
        self._executor.settings = self.execution_settings()
        try:
            for portal in self.portals.to_hold:
                await portal.hold()
            if self.has_writes:
                self._executor.definitions.check()
                await self._executor.writes.commit(explicit=self.transaction.is_atomic)
                await self._executor.definitions.commit()
        except BaseException:
            self.transaction.abandon()
            raise

    async def end_statement(self) -> None:
        """Send what was written outside a block."""
        if not self.transaction.in_block:
            await self.commit_writes()

    def require_writable(self, command: str) -> None:
        """Refuse a command that writes where nothing may be written."""
        if self.is_read_only:
            raise ReadOnlySqlTransaction(f"cannot execute {command} in a read-only transaction")

    @property
    def is_read_only(self) -> bool:
        return (
            self.host.settings.read_only or self.role.read_only or self.settings.value("transaction_read_only") is True
        )

    def current_activity(self) -> SessionActivity:
        """Say what the session does now."""
        clock = self.clock
        counts = self._executor.open_statistics
        return SessionActivity(
            self.key.process_id,
            self.user,
            self.database,
            self.settings.show("application_name"),
            self.link.peer,
            clock.backend_start,
            self.transaction.started,
            clock.query_start,
            clock.state_change,
            clock.state(self.transaction.status),
            clock.query,
            counts.requests,
            counts.pages,
            counts.read_units,
        )

    def _identity(self) -> Identity:
        return Identity(self.user, self.database, self.key.process_id, self.link.peer, self.link.here)

    @property
    def identity(self) -> Mapping[str, object]:
        """Who the session is, for the log."""
        return {"pid": self.key.process_id, "user": self.user, "database": self.database}

    def notify(self, notice: Notice) -> None:
        """Send a notice unless client_min_messages says otherwise."""
        least = SEVERITIES.index(str(self.settings.value("client_min_messages")))
        if SEVERITIES.index(notice.severity.lower()) >= least:
            diagnostics = Diagnostics(
                notice.severity, notice.sqlstate, notice.message, detail=notice.detail, hint=notice.hint
            )
            self._send_notice(NoticeResponse(diagnostics))

    def _send_notice(self, notice: NoticeResponse) -> None:
        if self._held_notices is None:
            self.link.send(notice)
        else:
            self._held_notices.append(notice)

    @contextmanager
    def holding_notices(self) -> Iterator[None]:
        """Send no notice before the end: asyncpg loses the rows of a COPY that come just before one."""
        held = self._held_notices = []
        try:
            yield
        finally:
            self._held_notices = None
            for notice in held:
                self.link.send(notice)

    def _tell(self, notice: Notice) -> None:
        """Send a notice at once: what it is about goes on."""
        self.notify(notice)
        self.link.flush()

    def notify_of_statement(self, notice: Notice) -> None:
        """Send what execution says about a statement; pgddb.notices silences the bill, not a warning."""
        if notice.severity != "NOTICE" or self.settings.value("pgddb.notices"):
            self.notify(notice)

    def use_encoding(self) -> None:
        """Speak to the client in its encoding."""
        encoding = self.settings.show("client_encoding")
        self.link.use_codec(None if is_utf8(encoding) else CODECS[encoding])

    def report_settings(self, names: tuple[str, ...]) -> None:
        """Tell the client the settings it may care for, and from now on their changes."""
        for name in names:
            self._report(name)
        self._tells_settings = True

    def stop_listening(self, channel: str | None) -> None:
        """Carry out UNLISTEN; None means every channel."""
        if channel is None:
            self.listening.clear()
        else:
            self.listening.discard(channel)

    async def settle(self) -> None:
        """Close the portals of the transactions that have ended."""
        ends, self._ends = self._ends, []
        for committed in ends:
            await self.portals.end_transaction(committed=committed)

    async def fail(self) -> None:
        """Note that a statement has failed."""
        self.transaction.fail()
        await self.settle()

    def stop_running(self, reason: SqlError) -> None:
        """Stop the running statement, if there is one."""
        if self.running is not None:
            self.running.stop(reason)

    async def close(self) -> None:
        """Stop fetching and spending for good."""
        try:
            self.host.advisory_locks.unlock_all(self, transaction=True)
            self.host.advisory_locks.unlock_all(self, transaction=False)
            await self.portals.clear()
        finally:
            await self._executor.close()

    def _transaction_ended(self, committed: bool) -> None:  # noqa: FBT001 - a callback
        self.host.advisory_locks.unlock_all(self, transaction=True)
        if len(self.portals):
            self._ends.append(committed)

    def _setting_changed(self, setting: Setting) -> None:
        self._style = None
        self._execution_settings = None
        if setting.name == "client_encoding":
            self.use_encoding()
        if setting.reported and self._tells_settings:
            self._report(setting.name)

    def _report(self, name: str) -> None:
        value = self.settings.show(name)
        if self._reported.get(name) != value:
            self._reported[name] = value
            self.link.send(ParameterStatus(name, value))
