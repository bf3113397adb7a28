"""Listen, start a session for each client, and stop without breaking what runs."""

from __future__ import annotations

import asyncio
import errno
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from pgddb.authentication import AccessControl, FailureDelays
from pgddb.errors import CannotConnectNow, TooManyConnections
from pgddb.server.cancel_registry import CancelRegistry
from pgddb.server.tls import TlsContext
from pgddb.server.transport import ClientTransport
from pgddb.session import BackendKey, Session, SessionSettings, StatementExecutor
from pgddb.session.activity import SessionActivity
from pgddb.session.advisory_locks import AdvisoryLocks
from pgddb.session.contract import Notification, Notify, RunningSession
from pgddb.session.failure import attempt

log = structlog.stdlib.get_logger("pgddb.server")

STRANGERS = 64
"""Sockets beyond max_connections that may be open: clients that are refused in words, and CancelRequests.

Of those that are not in yet, the one that came first gives way to a newcomer: a stranger who opens sockets and says
nothing keeps nobody out.
"""

LAST_SECONDS = 2.0
"""How long a session may take to end after it was stopped."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where to listen, and how much to take.

    Attributes:
        port: 0 takes any free one.
        max_message_bytes: the longest message of a client.
        grace_seconds: how long running statements may go on after the server was told to stop.
        max_connections_per_address: sessions at a time from one address, None for any number.
    """

    host: str = "127.0.0.1"
    port: int = 5432
    max_message_bytes: int = 64 * 1024 * 1024
    grace_seconds: float = 30.0
    max_connections_per_address: int | None = None
    session: SessionSettings = field(default_factory=SessionSettings)


class ListenRefused(Exception):
    """The server cannot listen; `hint` says what the user can do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class StopSignals:
    """What tells a server to stop: soon, or at once."""

    def __init__(self) -> None:
        self.soon = asyncio.Event()
        self.at_once = asyncio.Event()

    def ask(self) -> None:
        """Stop soon; asked again, at once."""
        if self.soon.is_set():
            self.at_once.set()
        self.soon.set()


class Server:
    """One listener and its sessions; `run` holds everything that it starts.

    Attributes:
        advisory_locks: those of all sessions.
        access: who may come in; may be replaced, for the logins from then on.
        tls: for the connections from then on; None offers none.
    """

    def __init__(
        self,
        settings: ServerSettings,
        open_executor: Callable[[Notify], StatementExecutor],
        *,
        access: AccessControl | None = None,
        tls: TlsContext | None = None,
    ) -> None:
        self.access = access or AccessControl()
        self.tls = tls
        self.failure_delays = FailureDelays(time.monotonic)
        self.advisory_locks = AdvisoryLocks()
        self._settings = settings
        self._open_executor = open_executor
        self._registry = CancelRegistry()
        self._addresses: Counter[str] = Counter()
        self._sessions: dict[ClientTransport, tuple[Session, asyncio.Task[None]]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._stopping = False

    # session.SessionHost

    @property
    def settings(self) -> SessionSettings:
        return self._settings.session

    def admit(self, session: RunningSession, *, secret_bytes: int) -> BackendKey:
        if self._stopping:
            raise CannotConnectNow("the database system is shutting down")
        if len(self._registry) >= self.settings.max_connections:
            raise TooManyConnections(
                "sorry, too many clients already", hint="Close connections, or raise max_connections."
            )
        address, most = session.address, self._settings.max_connections_per_address
        if most is not None and address is not None and self._addresses[address] >= most:
            raise TooManyConnections(
                f'too many connections for address "{address}"',
                hint="Close connections, or raise max_connections_per_address.",
            )
        key = self._registry.add(session, secret_bytes=secret_bytes)
        if address is not None:
            self._addresses[address] += 1
        return key

    def leave(self, key: BackendKey) -> None:
        session = self._registry.remove(key)
        if session is not None and session.address is not None:
            self._addresses[session.address] -= 1
            if not self._addresses[session.address]:
                del self._addresses[session.address]

    def cancel(self, process_id: int, secret: bytes) -> None:
        found = self._registry.cancel(process_id, secret)
        log.info("cancel request", pid=process_id, found=found)

    def activities(self) -> list[SessionActivity]:
        return [session.activity for session in self._registry]

    def signal(self, process_id: int, *, terminate: bool) -> bool:
        session = self._registry.find(process_id)
        if session is None:
            return False
        if terminate:
            session.terminate()
        else:
            session.cancel_statement()
        return True

    def publish(self, notification: Notification) -> None:
        for session in self._registry:
            session.deliver(notification)

    def open_executor(self, notify: Notify) -> StatementExecutor:
        return self._open_executor(notify)

    # life

    async def run(self, stop: StopSignals, listening: Callable[[int], None]) -> None:
        """Serve until asked to stop; tells the port when it listens.

        Raises:
            ListenRefused: the address is taken, not ours, or not allowed.
        """
        async with asyncio.TaskGroup() as self._tasks:
            listener = await self._listen()
            port = listener.sockets[0].getsockname()[1]
            log.info("listening", host=self._settings.host, port=port)
            listening(port)
            try:
                await stop.soon.wait()
            finally:
                self._stopping = True
                listener.close()
            await self._drain(stop)
        log.info("stopped")

    async def _listen(self) -> asyncio.Server:
        host, port = self._settings.host, self._settings.port
        loop = asyncio.get_running_loop()
        try:
            return await loop.create_server(self._make_transport, host, port, backlog=512)
        except OSError as error:
            raise _listen_refusal(error, host, port) from error

    def _make_transport(self) -> ClientTransport:
        return ClientTransport(
            max_message_bytes=self._settings.max_message_bytes,
            arrived=self._arrived,
            lost=self._lost,
            tls=self.tls,
        )

    def _arrived(self, transport: ClientTransport) -> None:
        if self._stopping or not self._has_room():
            transport.abort()
            return
        assert self._tasks is not None
        session = Session(transport, self)
        task = self._tasks.create_task(self._lead(session, transport))
        self._sessions[transport] = (session, task)

    def _has_room(self) -> bool:
        """Make room for one more socket, if need be by closing that of the client that is longest not in."""
        if len(self._sessions) < self.settings.max_connections + STRANGERS:
            return True
        stranger = next((one for one, (session, _) in self._sessions.items() if not session.is_in), None)
        if stranger is None:
            return False
        _, task = self._sessions.pop(stranger)
        task.cancel()
        stranger.abort()
        return True

    def _lost(self, transport: ClientTransport) -> None:
        known = self._sessions.get(transport)
        if known is not None:
            known[1].cancel()

    async def _lead(self, session: Session, transport: ClientTransport) -> None:
        try:
            await attempt(session.run())
        finally:
            transport.close()
            self._sessions.pop(transport, None)

    async def _drain(self, stop: StopSignals) -> None:
        """Let idle sessions go, give the others time, then stop them."""
        log.info("stopping", sessions=len(self._sessions))
        for session, _ in list(self._sessions.values()):
            session.stop()
        await self._wait_for_end(self._settings.grace_seconds, stop.at_once)
        for session, _ in list(self._sessions.values()):
            session.stop_now()
        await self._wait_for_end(LAST_SECONDS, asyncio.Event())
        for transport, (_, task) in list(self._sessions.items()):
            task.cancel()
            transport.abort()

    async def _wait_for_end(self, seconds: float, at_once: asyncio.Event) -> None:
        ended = [task for _, task in self._sessions.values()]
        if not ended:
            return
        hurry = asyncio.ensure_future(at_once.wait())
        everybody = asyncio.ensure_future(asyncio.wait(ended))
        await asyncio.wait([everybody, hurry], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (everybody, hurry):
            waiting.cancel()


def _listen_refusal(error: OSError, host: str, port: int) -> ListenRefused:
    if error.errno == errno.EADDRINUSE:
        return ListenRefused(
            f"port {port} on {host} is in use",
            hint=f"Stop what listens there, or choose another with --port {port + 1}.",
        )
    if error.errno == errno.EACCES:
        return ListenRefused(f"listening on port {port} is not allowed", hint="Choose a port above 1023 with --port.")
    return ListenRefused(
        f"cannot listen on {host} port {port}: {error.strerror or error}",
        hint="Give an address of this machine with --host.",
    )
