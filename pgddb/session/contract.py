"""Say what a session needs of the parts around it: a link to the client, a host, an executor of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import pyarrow as pa
from msgspec import Struct
from sqlglot import exp

from pgddb.access.statistics import ReadStatistics
from pgddb.authentication import AccessControl, ChannelBinding, FailureDelays
from pgddb.execution import ExecutionSettings, ExplainedQuery, Notice, PreparedQuery, SessionDefinitions, SessionWrites
from pgddb.pgtypes import ResultField
from pgddb.protocol.connection import Buffer
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.session.activity import SessionActivity
from pgddb.session.advisory_locks import AdvisoryLocks
from pgddb.sql.definitions import Definition
from pgddb.sql.options import ExplainOptions
from pgddb.sql.statements import SelectStatement

Notify: TypeAlias = Callable[[Notice], None]


class ClientLink(Protocol):
    """One client's connection: messages in, messages out."""

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent."""

    @property
    def ready_for_query_due(self) -> bool:
        """Whether the answer to the last message ends with ReadyForQuery."""

    @property
    def peer(self) -> tuple[str, int] | None:
        """Address and port of the client, where it has one."""

    @property
    def here(self) -> tuple[str, int] | None:
        """Address and port of our end."""

    def arrived_message(self) -> FrontendMessage | None:
        """Give a message that is here already; None if there is none.

        Raises:
            SqlError: the client broke the protocol.
        """

    async def next_message(self) -> FrontendMessage | None:
        """Wait for a message; None when no more will come or `wake` was called.

        Raises:
            SqlError: the client broke the protocol.
        """

    def wake(self) -> None:
        """Let a waiting `next_message` return None."""

    @property
    def offers_tls(self) -> bool:
        """Whether TLS can begin now."""

    @property
    def encryption(self) -> ChannelBinding | None:
        """What ties SCRAM to the TLS of this connection; None without TLS."""

    def answer_encryption(self, *, accept: bool) -> None:
        """Answer an SSLRequest or GSSENCRequest at once; accepted, all that follows is encrypted."""

    def use_protocol(self, minor: int) -> None:
        """Note the agreed minor version."""

    def use_codec(self, codec: str | None) -> None:
        """Take and give texts in an encoding of one byte for a character, None for UTF-8."""

    def send(self, message: BackendMessage) -> None:
        """Queue a message."""

    def send_encoded(self, encoded: Buffer) -> None:
        """Queue encoded DataRow messages."""

    def flush(self) -> None:
        """Write what is queued."""

    async def drain(self) -> None:
        """Write what is queued if it is much, and wait while the client does not read."""

    def flush_soon(self) -> None:
        """Write what is queued shortly, unless more comes at once."""


class RowSource(Protocol):
    """The rows of a started statement; `close` must be called, also after the end."""

    @property
    def fields(self) -> tuple[ResultField, ...]: ...

    @property
    def statistics(self) -> ReadStatistics: ...

    async def next_batch(self) -> pa.RecordBatch | None: ...

    async def close(self) -> None: ...

    def command_tag(self, rows: int) -> str: ...


class StatementExecutor(Protocol):
    """What `pgddb.execution.Executor` does for a session; several streams may be open at a time."""

    settings: ExecutionSettings

    @property
    def writes(self) -> SessionWrites: ...

    @property
    def definitions(self) -> SessionDefinitions: ...

    @property
    def open_statistics(self) -> ReadStatistics: ...

    async def relation_kind(self, table: exp.Table) -> str | None: ...

    async def prepare(
        self, statement: SelectStatement, parameter_oids: Sequence[int] = (), *, runs: bool = False
    ) -> PreparedQuery: ...

    async def start(
        self, prepared: PreparedQuery, parameters: Sequence[Any] = (), *, fields_fixed: bool = True
    ) -> RowSource: ...

    async def explain(
        self, prepared: PreparedQuery, parameters: Sequence[Any], options: ExplainOptions
    ) -> ExplainedQuery: ...

    async def define(self, definition: Definition, note: Notify) -> None: ...

    async def close(self) -> None: ...


class SessionSettings(Struct, frozen=True):
    """What the server says about all its sessions.

    Attributes:
        read_only: every transaction is read only, whatever the client asks.
        authentication_seconds: how long a client may take to get in.
        max_connections, port, listen_address: what SHOW tells.
        max_open_portals: portals and cursors of one session that may be open at a time.
    """

    read_only: bool = False
    authentication_seconds: float = 60.0
    max_connections: int = 200
    port: int = 5432
    listen_address: str = "127.0.0.1"
    max_open_portals: int = 64


class BackendKey(Struct, frozen=True):
    """What a client names to cancel a statement of its session."""

    process_id: int
    secret: bytes


class Notification(Struct, frozen=True):
    """What one session's NOTIFY tells those that listen."""

    process_id: int
    channel: str
    payload: str


class RunningSession(Protocol):
    """A session, as the others reach it through the server."""

    @property
    def address(self) -> str | None:
        """Address of its client, where it has one."""

    def cancel_statement(self) -> None:
        """Stop what runs, if something does."""

    def terminate(self) -> None:
        """End the session at once, its statement included."""

    @property
    def activity(self) -> SessionActivity:
        """What it does now."""

    def deliver(self, notification: Notification) -> None:
        """Tell the client, if it listens, as soon as it is outside a transaction."""


class SessionHost(Protocol):
    """The server, as a session sees it."""

    @property
    def settings(self) -> SessionSettings: ...

    @property
    def access(self) -> AccessControl:
        """The rules and users in force."""

    @property
    def failure_delays(self) -> FailureDelays:
        """The failed logins of late."""

    def admit(self, session: RunningSession, *, secret_bytes: int) -> BackendKey:
        """Let a session in.

        Raises:
            TooManyConnections: there are as many as there may be.
            CannotConnectNow: the server is stopping.
        """

    def leave(self, key: BackendKey) -> None:
        """Forget a session."""

    def cancel(self, process_id: int, secret: bytes) -> None:
        """Carry out a CancelRequest; a wrong one has no effect and no answer."""

    @property
    def advisory_locks(self) -> AdvisoryLocks:
        """The advisory locks of all sessions."""

    def activities(self) -> list[SessionActivity]:
        """What every session does now."""

    def signal(self, process_id: int, *, terminate: bool) -> bool:
        """Cancel the statement of a session, or end it; False if there is none of this number."""

    def publish(self, notification: Notification) -> None:
        """Bring a notification to every session."""

    def open_executor(self, notify: Notify) -> StatementExecutor:
        """Open an executor for a session."""
