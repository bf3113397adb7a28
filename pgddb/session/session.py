"""Lead one client's conversation from the first packet to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog

from pgddb.errors import (
    AdminShutdown,
    FeatureNotSupported,
    IdleInTransactionSessionTimeout,
    IdleSessionTimeout,
    QueryCanceled,
    SqlError,
)
from pgddb.protocol.messages.extended_query import Bind, Close, Describe, Execute, Flush, Parse, Sync
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse
from pgddb.protocol.messages.registry import FrontendMessage
from pgddb.protocol.messages.simple_query import FunctionCall, NotificationResponse, Query, ReadyForQuery, Terminate
from pgddb.session.activity import SessionActivity
from pgddb.session.contract import ClientLink, Notification, SessionHost
from pgddb.session.extended_query import (
    answer_bind,
    answer_close,
    answer_describe,
    answer_execute,
    answer_parse,
    answer_sync,
)
from pgddb.session.failure import attempt
from pgddb.session.session_rows import session_rows
from pgddb.session.simple_query import answer_query
from pgddb.session.startup import start_session
from pgddb.session.state import SessionState
from pgddb.session.statement_settings import timeout_seconds

log = structlog.stdlib.get_logger("pgddb.session")

MESSAGES_IN_A_ROW = 64
"""So many messages that have arrived already are answered before it is other sessions' turn: some milliseconds."""

SHUTDOWN_MESSAGE = "terminating connection due to administrator command"


class Session:
    """One client. `run` leads the conversation; cancelling its task ends it at once and stops all spending."""

    def __init__(self, link: ClientLink, host: SessionHost) -> None:
        self._link = link
        self._state = SessionState(link, host)
        self._state.session_rows = partial(session_rows, self._state)
        self._host = host
        self._stopping = False
        self._idle = True
        self._notifications: list[Notification] = []
        self._in_a_row = 0

    @property
    def is_idle(self) -> bool:
        """Whether the session waits for its client."""
        return self._idle

    @property
    def is_in(self) -> bool:
        """Whether the client has been let in."""
        return self._state.key.process_id != 0

    @property
    def address(self) -> str | None:
        """Address of the client, where it has one."""
        return self._state.peer_address

    def cancel_statement(self) -> None:
        """Stop the running statement for its user; without one nothing happens."""
        self._state.stop_running(QueryCanceled("canceling statement due to user request"))

    def terminate(self) -> None:
        """End with 57P01 at once, for pg_terminate_backend."""
        self.stop_now()

    @property
    def activity(self) -> SessionActivity:
        """What the session does now."""
        return self._state.current_activity()

    def deliver(self, notification: Notification) -> None:
        """Tell the client what another session, or its own, has notified."""
        if notification.channel in self._state.listening:
            self._notifications.append(notification)
            if self._idle:
                self._send_notifications()
                self._link.flush()

    def stop(self) -> None:
        """End with 57P01 as soon as no statement runs."""
        self._stopping = True
        self._link.wake()

    def stop_now(self) -> None:
        """End with 57P01, the running statement included."""
        self.stop()
        self._state.stop_running(AdminShutdown(SHUTDOWN_MESSAGE))

    async def run(self) -> None:
        """Talk until one side ends it."""
        state = self._state
        try:
            failure = await attempt(self._converse())
            if failure is not None:
                self._send_error(failure, fatal=True)
                self._link.flush()
        finally:
            if state.key.process_id:
                self._host.leave(state.key)
                log.info("session ended", **state.identity)
            await state.close()

    async def _converse(self) -> None:
        if not await self._start():
            return
        log.info("session started", **self._state.identity)
        while (message := await self._next_message()) is not None:
            if isinstance(message, Terminate):
                return
            self._idle = False
            goes_on = await self._answer(message)
            self._idle = True
            if not goes_on:
                return
        if self._stopping:
            raise AdminShutdown(SHUTDOWN_MESSAGE)

    async def _start(self) -> bool:
        try:
            async with asyncio.timeout(self._host.settings.authentication_seconds):
                return await start_session(self._state, self)
        except TimeoutError:
            timeout = QueryCanceled("canceling authentication due to timeout")
            timeout.severity = "FATAL"
            raise timeout from None

    async def _next_message(self) -> FrontendMessage | None:
        """Wait for the client, within its idle timeouts; None when the session shall end."""
        while not self._stopping:
            try:
                message = self._link.arrived_message()
                if message is not None:
                    await self._give_way()
                    return message
                self._in_a_row = 0
                seconds = self._idle_seconds()
                if seconds is None:
                    return await self._link.next_message()
                async with asyncio.timeout(seconds):
                    return await self._link.next_message()
            except TimeoutError:
                raise self._idle_error() from None
            except SqlError as error:
                if error.severity != "ERROR":
                    raise
                await self._report(error)
        return None

    async def _give_way(self) -> None:
        """Let other sessions on, and this client read, now and then: a statement need not wait for anything."""
        self._in_a_row += 1
        if self._in_a_row >= MESSAGES_IN_A_ROW:
            self._in_a_row = 0
            await self._link.drain()
            await asyncio.sleep(0)

    def _idle_seconds(self) -> float | None:
        in_block = self._state.transaction.in_block
        name = "idle_in_transaction_session_timeout" if in_block else "idle_session_timeout"
        return timeout_seconds(self._state.settings, name)

    def _idle_error(self) -> SqlError:
        if self._state.transaction.in_block:
            return IdleInTransactionSessionTimeout("terminating connection due to idle-in-transaction timeout")
        return IdleSessionTimeout("terminating connection due to idle-session timeout")

    async def _answer(self, message: FrontendMessage) -> bool:
        """Answer one message; False when the error was fatal."""
        if isinstance(message, Query):
            self._state.clock.run(message.text)
        error = await attempt(ANSWERS[type(message)](self._state, message))
        self._state.running = None
        if error is not None:
            return await self._report(error)
        if self._link.ready_for_query_due:
            self._ready()
        return True

    async def _report(self, error: SqlError) -> bool:
        """Tell the client of an error; False when it was fatal."""
        if error.severity != "ERROR":
            self._send_error(error, fatal=True)
            self._link.flush()
            return False
        log.info("statement failed", pid=self._state.key.process_id, sqlstate=error.sqlstate)
        await self._state.fail()
        self._send_error(error, fatal=False)
        if self._link.ready_for_query_due:
            self._ready()
        self._link.flush()  # at once: a Flush after the failed message is skipped like all others
        return True

    def _send_error(self, error: SqlError, *, fatal: bool) -> None:
        if not self._link.is_open:
            return
        severity = "FATAL" if fatal else error.severity
        self._link.send(ErrorResponse(Diagnostics.of(error, severity=severity)))

    def _send_notifications(self) -> None:
        if self._state.transaction.in_block or not self._link.is_open:
            return
        for notification in self._notifications:
            self._link.send(NotificationResponse(notification.process_id, notification.channel, notification.payload))
        self._notifications.clear()

    def _ready(self) -> None:
        self._send_notifications()
        self._state.clock.rest()
        self._link.send(ReadyForQuery(self._state.transaction.status))
        self._link.flush()


async def _flush(state: SessionState, message: Flush) -> None:  # noqa: ARG001 - Answer
    state.link.flush()


async def _refuse_function_call(state: SessionState, message: FunctionCall) -> None:  # noqa: ARG001 - Answer
    raise FeatureNotSupported("the function call protocol is not supported")


Answer = Callable[[SessionState, Any], Awaitable[None]]

ANSWERS: dict[type[FrontendMessage], Answer] = {
    Query: answer_query,
    FunctionCall: _refuse_function_call,
    Parse: answer_parse,
    Bind: answer_bind,
    Describe: answer_describe,
    Execute: answer_execute,
    Close: answer_close,
    Flush: _flush,
    Sync: answer_sync,
}
"""What each message asks for; the connection lets no other through."""
