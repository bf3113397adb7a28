"""Carry bytes between a socket and a ServerConnection, no faster than either side reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import structlog
from typing_extensions import override

from pgddb.authentication import ChannelBinding
from pgddb.protocol.connection import Buffer, ServerConnection
from pgddb.protocol.framing import starts_tls
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.protocol.transitions import Phase
from pgddb.server.tls import TlsChannel, TlsContext, TlsFailed

log = structlog.stdlib.get_logger("pgddb.server")

WRITE_AHEAD_BYTES = 1024 * 1024
"""What may wait in the transport for a client that does not read; then the session waits."""

FLUSH_BYTES = 64 * 1024
"""Rows leave when so much is queued."""

READ_AHEAD_BYTES = 256 * 1024
"""What a client may send ahead of its answers; then its socket is not read."""

FLUSH_SOON_SECONDS = 0.003
"""How long rows wait for more rows."""


class ClientTransport(asyncio.Protocol):
    """One client's socket; `session.ClientLink` to its session.

    Attributes:
        arrived: called with the transport when the socket is there; starts the session.
        lost: called when the socket is gone.
    """

    def __init__(
        self,
        *,
        max_message_bytes: int,
        arrived: Callable[[ClientTransport], None],
        lost: Callable[[ClientTransport], None],
        tls: TlsContext | None = None,
    ) -> None:
        self._connection = ServerConnection(max_message_length=max_message_bytes)
        self._arrived = arrived
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._may_read = True
        self._woken = False
        self._gone = False
        self._untouched = True
        self._tls_context = tls
        self._tls: TlsChannel | None = None
        self.minor = 0

    # asyncio.Protocol

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=WRITE_AHEAD_BYTES)
        self._arrived(self)

    @override
    def data_received(self, data: bytes) -> None:
        if self._untouched:
            self._untouched = False
            if self._tls_context is not None and starts_tls(data):
                self._connection.begin_encrypted()
                self._tls = TlsChannel(self._tls_context, direct=True)
        if self._tls is not None:
            if not self._decrypt(self._tls, data):
                return
        else:
            self._connection.receive_data(data)
        if self._connection.bytes_unread > READ_AHEAD_BYTES and self._reader is None:
            self._pause_reading()
        self._wake_reader()

    def _decrypt(self, tls: TlsChannel, data: bytes) -> bool:
        """Take what arrived encrypted; False when that ends the connection."""
        try:
            plain = tls.receive(data)
        except TlsFailed as failure:
            log.info("tls failed", client=self.peer, reason=str(failure))
            self._write(tls.outgoing())
            if self._transport is not None:
                self._transport.close()
            return False
        self._write(tls.outgoing())
        if plain:
            self._connection.receive_data(plain)
        if tls.ended and not self.eof_received() and self._transport is not None:
            self._transport.close()
        return True

    def _write(self, encrypted: bytes) -> None:
        if encrypted and self._transport is not None and not self._gone:
            self._transport.write(encrypted)

    @override
    def eof_received(self) -> bool:
        self._connection.receive_eof()
        if self._reader is None:
            return False  # gone while we work for it: closing the socket ends the session
        self._wake_reader()
        return True  # the session ends by itself, and its last words may still leave

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self._connection.receive_eof()
        if self._soon is not None:
            self._soon.cancel()
        self.resume_writing()
        self._wake_reader()
        self._lost(self)

    @override
    def pause_writing(self) -> None:
        if self._writable is None:
            self._writable = asyncio.get_running_loop().create_future()

    @override
    def resume_writing(self) -> None:
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)

    # session.ClientLink

    @property
    def is_open(self) -> bool:
        return not self._gone and self._connection.phase is not Phase.CLOSED

    @property
    def ready_for_query_due(self) -> bool:
        return self._connection.ready_for_query_due

    @property
    def peer(self) -> tuple[str, int] | None:
        return self._address("peername")

    @property
    def here(self) -> tuple[str, int] | None:
        return self._address("sockname")

    def arrived_message(self) -> FrontendMessage | None:
        return self._connection.next_message()

    async def next_message(self) -> FrontendMessage | None:
        while True:
            message = self._connection.next_message()
            if message is not None:
                return message
            if self._connection.phase is Phase.CLOSED or self._gone or self._woken:
                return None
            await self._wait_for_data()

    def wake(self) -> None:
        self._woken = True
        self._wake_reader()

    @property
    def offers_tls(self) -> bool:
        return self._tls_context is not None and self._tls is None

    @property
    def encryption(self) -> ChannelBinding | None:
        return None if self._tls is None else self._tls.binding

    def answer_encryption(self, *, accept: bool) -> None:
        self._connection.answer_encryption(accept)
        self.flush()  # in the clear; what comes next is not
        if accept:
            assert self._tls_context is not None
            self._tls = TlsChannel(self._tls_context, direct=False)

    def use_protocol(self, minor: int) -> None:
        self.minor = minor

    def use_codec(self, codec: str | None) -> None:
        self._connection.codec = codec

    def send(self, message: BackendMessage) -> None:
        self._connection.send(message)

    def send_encoded(self, encoded: Buffer) -> None:
        self._connection.send_encoded(encoded)

    def flush(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if not self._connection.bytes_pending:
            return
        outgoing = self._connection.data_to_send()
        if self._transport is None or self._gone:
            return
        if self._tls is None:
            self._transport.writelines(outgoing)
        else:
            self._write(self._tls.encrypt(outgoing[0] if len(outgoing) == 1 else b"".join(outgoing)))

    async def drain(self) -> None:
        if self._connection.bytes_pending >= FLUSH_BYTES:
            self.flush()
            await asyncio.sleep(0)  # a long result lets other sessions in, and a cancellation
        while self._writable is not None:
            await asyncio.shield(self._writable)

    def flush_soon(self) -> None:
        if self._soon is None and self._connection.bytes_pending:
            self._soon = asyncio.get_running_loop().call_later(FLUSH_SOON_SECONDS, self._flush_late)

    # for the listener

    def close(self) -> None:
        """Write what is queued, then close."""
        self.flush()
        if self._transport is not None:
            if self._tls is not None:
                self._write(self._tls.farewell())
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _address(self, which: str) -> tuple[str, int] | None:
        name = self._transport.get_extra_info(which) if self._transport is not None else None
        return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None

    def _flush_late(self) -> None:
        self._soon = None
        self.flush()

    async def _wait_for_data(self) -> None:
        if not self._may_read:
            self._may_read = True
            if self._transport is not None:
                self._transport.resume_reading()
        self._reader = asyncio.get_running_loop().create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    def _pause_reading(self) -> None:
        if self._may_read and self._transport is not None:
            self._may_read = False
            self._transport.pause_reading()

    def _wake_reader(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
