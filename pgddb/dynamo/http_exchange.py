"""One HTTP/1.1 connection: a request, its answer, the next request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

import httptools
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from msgspec import Struct
from typing_extensions import override

IDLE_SECONDS = 12.0
"""How long a connection waits for its next request; DynamoDB closes it some time later. As aiobotocore's."""

ONE_WRITE_BYTES = 64 * 1024
"""A body up to this size is copied to its head, so that both leave in one piece."""

FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class Terms(Struct, frozen=True):
    """How connections are made and kept.

    Attributes:
        limit: how many there are at most; who needs one more waits in turn.
        connect_timeout_seconds: for names, TCP and TLS together.
        read_timeout_seconds: how long an answer may be silent.
        idle_seconds: how long a connection is kept that nobody uses.
    """

    limit: int
    connect_timeout_seconds: float
    read_timeout_seconds: float
    idle_seconds: float = IDLE_SECONDS
    socket_options: tuple[tuple[int, int, int], ...] = ()


RawHeaders = list[tuple[bytes, bytes]]


class Headers(Mapping[str, str]):
    """The headers of an answer by their names in lower case, decoded when they are asked for: hardly any are."""

    __slots__ = ("_raw",)

    def __init__(self, raw: RawHeaders) -> None:
        self._raw = raw

    @override
    def __getitem__(self, name: str) -> str:
        wanted = name.encode("latin-1")
        for raw, value in self._raw:
            if raw == wanted or raw.lower() == wanted:
                return value.decode("latin-1")
        raise KeyError(name)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter({name.decode("latin-1").lower(): None for name, _ in self._raw})

    @override
    def __len__(self) -> int:
        return len(list(iter(self)))


class HttpAnswer(Struct, frozen=True):
    """An answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Disconnected(ConnectionClosedError):  # type: ignore[misc]  # botocore has no types
    """The connection ended before the answer did.

    Attributes:
        sent: the request may have arrived.
        answered: some of the answer had come.
    """

    sent = True
    answered = True


class Owner(Protocol):
    """Who keeps the connection, as HttpConnections."""

    url: str
    terms: Terms

    def give_back(self, connection: HttpExchange) -> None:
        """Take a connection that has brought its answer and may bring another."""

    def forget(self, connection: HttpExchange) -> None:
        """Take note that a connection is gone."""


class HttpExchange(asyncio.Protocol):
    """One connection: a request, its answer, the next request.

    Attributes:
        touched: when bytes last went or came, by the loop's clock.
        was_used: it has brought an answer already.
    """

    def __init__(self, connections: Owner) -> None:
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[HttpAnswer] | None = None
        self._headers: RawHeaders = []
        self._pieces: list[bytes] = []
        self._has_head = False
        self._began = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._ends_at: float | None = None
        self.touched = self._loop.time()
        self.was_used = False

    async def exchange(self, start: bytes, body: bytes, ends_at: float | None) -> HttpAnswer:
        """Send a request and wait for its answer, not longer than `ends_at`; cancelling that closes the connection."""
        self._began = False
        if self._transport is None or self._transport.is_closing():
            ended = self._broken(None)
            ended.sent = False
            raise ended
        answer: asyncio.Future[HttpAnswer] = self._loop.create_future()
        self._answer = answer
        self.touched = self._loop.time()
        if len(body) <= ONE_WRITE_BYTES:
            self._transport.write(start + body)
        else:
            self._transport.writelines((start, body))
        self._ends_at = ends_at
        if self._timer is None or (ends_at is not None and ends_at < self._timer_at):
            self._watch()
        try:
            return await answer
        except asyncio.CancelledError:
            if self._answer is answer:  # else the answer has come, and somebody else may use the connection
                self.close()
            raise

    def close(self) -> None:
        """Close at once; what is on its way fails."""
        if self._transport is not None:
            self._transport.abort()
        self._end(None)

    # asyncio.Protocol

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self.touched = self._loop.time()
        if self._answer is None:  # nobody asked
            self.close()
            return
        self._began = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(self._broken(error))
            self.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._has_head and not any(name.lower() in FRAMING for name, _ in self._headers):
            # nothing but the end of the connection tells the length of such an answer
            self._complete(keeps=False)
        self._end(exc)

    # the parser's

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._has_head = True

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:  # 100 Continue: the answer is still to come
            self._forget_answer()
            return
        self._complete(keeps=self._parser.should_keep_alive())

    # within

    def _complete(self, *, keeps: bool) -> None:
        answer, self._answer = self._answer, None
        headers, pieces = self._headers, self._pieces
        self._forget_answer()
        if answer is None or self._transport is None:
            self.close()  # more than one answer to a request
            return
        self.was_used = True
        if not answer.done():
            content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            answer.set_result(HttpAnswer(self._parser.get_status_code(), Headers(headers), content))
        if keeps and not self._transport.is_closing():
            self._connections.give_back(self)
        else:
            self.close()

    def _forget_answer(self) -> None:
        self._headers, self._pieces, self._has_head = [], [], False

    def _end(self, error: Exception | None) -> None:
        """Let go of everything."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._fail(self._broken(error))
        self._connections.forget(self)

    def _fail(self, error: Exception) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)

    def _broken(self, error: Exception | None) -> Disconnected:
        url = self._connections.url
        broken = Disconnected(error=error or ConnectionResetError("closed"), request=None, endpoint_url=url)
        broken.answered = self._began
        return broken

    def _watch(self) -> None:
        """Look after silence: an answer that does not go on, or a connection that nobody uses."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waits = self._answer is not None
        terms = self._connections.terms
        limit = terms.read_timeout_seconds if waits else terms.idle_seconds
        now, ends, ends_at = self._loop.time(), self.touched + limit, self._ends_at if waits else None
        if now < ends and (ends_at is None or now < ends_at):
            soon = min(terms.read_timeout_seconds, terms.idle_seconds)  # what counts may change meanwhile
            self._timer_at = min(ends, now + soon, ends if ends_at is None else ends_at)
            self._timer = self._loop.call_at(self._timer_at, self._watch)
            return
        if waits:
            silent = ReadTimeoutError(endpoint_url=self._connections.url, error=TimeoutError())
            self._fail(silent if now >= ends else TimeoutError())
        self.close()
