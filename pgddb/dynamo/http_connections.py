"""Keep HTTP/1.1 connections to one server and send POST requests to its root over them.

It does what requests to DynamoDB need and no more, for a sixth of the CPU that aiohttp below aiobotocore's session
takes. Answers are read by llhttp, addresses are tried as RFC 8305 says, timeouts and errors are those of aiobotocore's
HTTP session. Proxies are not for it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohappyeyeballs
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, SSLError

from pgddb.dynamo.http_exchange import Disconnected, HttpAnswer, HttpExchange, Terms

DEFAULT_PORTS = {"http": 80, "https": 443}
ADDRESS_SECONDS = 10.0
"""How long the addresses of a name count as known, as aiohttp has it."""

NEXT_ADDRESS_SECONDS = 0.25
"""When the next address is tried beside one that does not answer. Source: RFC 8305, section 8."""

NO_DELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class NotConnected(OSError):
    """There is no connection, so nothing was sent."""


class HttpConnections:
    """The connections to one server; the one used last is used next.

    `url` is the root of the server. `tls` makes the context of its connections, in a thread: it reads files.
    """

    def __init__(self, url: str, terms: Terms, tls: Callable[[], ssl.SSLContext] | None = None) -> None:
        address = urlsplit(url)
        self.url = url
        self.terms = terms
        self._host = address.hostname or ""
        self._port = address.port or DEFAULT_PORTS[address.scheme]
        self._is_encrypted = address.scheme == "https"
        self._tls = tls
        self._context: ssl.SSLContext | None = None
        self._idle: list[HttpExchange] = []
        self._busy: set[HttpExchange] = set()
        self._opening = 0
        self._waiting: deque[asyncio.Future[HttpExchange | None]] = deque()
        self._looking_up = asyncio.Lock()
        self._addresses: list[Any] = []
        self._known_until = 0.0
        self._closed = False

    async def post(self, head: str, body: bytes, *, may_repeat: bool, seconds: float | None = None) -> HttpAnswer:
        """Send one request: `head` are its header lines but for the length, each with its end.

        It takes at most so many seconds, the wait for a connection included.

        A server may close a connection at the moment at which it is used again. With `may_repeat` a request that was
        lost so, without a byte of an answer, is sent once more over a new connection.

        Raises:
            NoConnection, ConnectTimeoutError, SSLError: it was not sent.
            Disconnected, ReadTimeoutError: it may have arrived.
            TimeoutError: the seconds are over.
        """
        ends_at = None if seconds is None else asyncio.get_running_loop().time() + seconds
        if seconds is not None and seconds <= 0:
            raise TimeoutError
        start = f"POST / HTTP/1.1\r\n{head}content-length: {len(body)}\r\n\r\n".encode()
        connection = self._take_idle() or await self._take(ends_at)
        was_used = connection.was_used
        try:
            return await connection.exchange(start, body, ends_at)
        except Disconnected as lost:
            if lost.sent and (lost.answered or not was_used or not may_repeat):
                raise
        self._drop_idle()
        connection = await self._take(ends_at)
        return await connection.exchange(start, body, ends_at)

    def close(self) -> None:
        """Close every connection; requests on their way fail."""
        self._closed = True
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(self._closed_error())
        for connection in [*self._idle, *self._busy]:
            connection.close()

    # for the connections

    def give_back(self, connection: HttpExchange) -> None:
        """Take a connection that has brought its answer and may bring another."""
        if self._closed:
            connection.close()
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        self._busy.discard(connection)
        self._idle.append(connection)

    def forget(self, connection: HttpExchange) -> None:
        """Take note that a connection is gone."""
        if connection in self._busy:
            self._busy.discard(connection)
            self._free_place()
        elif connection in self._idle:
            self._idle.remove(connection)

    # opening

    def _take_idle(self) -> HttpExchange | None:
        """Give a connection that nobody uses, if there is one."""
        if not self._idle:
            return None
        oldest = asyncio.get_running_loop().time() - self.terms.idle_seconds
        while self._idle:
            connection = self._idle.pop()
            if connection.touched >= oldest:
                self._busy.add(connection)
                return connection
            connection.close()
        return None

    async def _take(self, ends_at: float | None = None) -> HttpExchange:
        """Give a connection that nobody uses, or a new one, or wait for one."""
        if self._closed:
            raise self._closed_error()
        idle = self._take_idle()
        if idle is not None:
            return idle
        async with asyncio.timeout_at(ends_at):
            return await self._opened_or_waited_for()

    async def _opened_or_waited_for(self) -> HttpExchange:
        if len(self._busy) + self._opening < self.terms.limit:
            return await self._open()
        turn: asyncio.Future[HttpExchange | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            given = await turn
        except asyncio.CancelledError:
            self._give_up(turn)
            raise
        if given is not None:
            return given
        self._opening -= 1  # the place was kept for us
        return await self._open()

    def _give_up(self, turn: asyncio.Future[HttpExchange | None]) -> None:
        """Pass on what was given to somebody who does not want it any more."""
        if not turn.done() or turn.cancelled():
            if turn in self._waiting:
                self._waiting.remove(turn)
            return
        if turn.exception() is not None:
            return
        given = turn.result()
        if given is not None:
            self.give_back(given)
        else:
            self._opening -= 1
            self._free_place()

    def _free_place(self) -> None:
        """Let somebody who waits open a connection."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                self._opening += 1
                turn.set_result(None)
                return

    def _drop_idle(self) -> None:
        for connection in list(self._idle):
            connection.close()

    async def _open(self) -> HttpExchange:
        self._opening += 1
        try:
            connection = await self._connected()
        except BaseException:
            self._opening -= 1
            self._free_place()
            raise
        self._opening -= 1
        if self._closed:
            connection.close()
            raise self._closed_error()
        self._busy.add(connection)
        return connection

    def _closed_error(self) -> NoConnection:
        return NoConnection.of(self.url, "the connections are closed")

    async def _connected(self) -> HttpExchange:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.terms.connect_timeout_seconds):
                own = await self._own_context() if self._is_encrypted else None
                opened = await aiohappyeyeballs.start_connection(
                    await self._address_infos(loop), happy_eyeballs_delay=NEXT_ADDRESS_SECONDS, interleave=1
                )
                try:
                    for option in (NO_DELAY, *self.terms.socket_options):
                        opened.setsockopt(*option)
                    _, connection = await loop.create_connection(
                        lambda: HttpExchange(self), sock=opened, ssl=own, server_hostname=self._host if own else None
                    )
                except BaseException:
                    opened.close()
                    raise
        except TimeoutError as error:
            raise ConnectTimeoutError(endpoint_url=self.url, error=error) from error
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise SSLError(endpoint_url=self.url, error=error) from error
        except OSError as error:
            self._known_until = 0.0
            raise NoConnection.of(self.url, str(error)) from error
        return connection

    async def _own_context(self) -> ssl.SSLContext:
        if self._context is None:
            make = self._tls or ssl.create_default_context
            async with self._looking_up:
                if self._context is None:
                    self._context = await asyncio.to_thread(make)
        return self._context

    async def _address_infos(self, loop: asyncio.AbstractEventLoop) -> list[Any]:
        """Give the addresses of the server, each time another first."""
        async with self._looking_up:
            if loop.time() >= self._known_until:
                self._addresses = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
                self._known_until = loop.time() + ADDRESS_SECONDS
        self._addresses = self._addresses[1:] + self._addresses[:1]
        return self._addresses


class NoConnection(EndpointConnectionError):  # type: ignore[misc]  # botocore has no types
    """No connection to the server came about."""

    @classmethod
    def of(cls, url: str, reason: str) -> NoConnection:
        return cls(endpoint_url=url, error=NotConnected(reason))
