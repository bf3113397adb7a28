"""Be an HTTP server that answers by a script, connection by connection, and breaks off where the script says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from pgddb.dynamo.http_connections import HttpConnections
from pgddb.dynamo.http_exchange import HttpAnswer, Terms

TERMS = Terms(limit=4, connect_timeout_seconds=3.0, read_timeout_seconds=5.0)
Step = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Scripted:
    """A server that answers the requests of each connection, in the order of the connections, by a script.

    Attributes:
        bodies: of the requests that have arrived, one list for each connection.
        asked: set when a request has arrived.
        ended: set when a client has closed a connection.
    """

    def __init__(self, *connections: Sequence[Step]) -> None:
        self.url = ""
        self.bodies: list[list[bytes]] = []
        self.asked = asyncio.Event()
        self.ended = asyncio.Event()
        self._connections = list(connections)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        steps = self._connections.pop(0)
        bodies: list[bytes] = []
        self.bodies.append(bodies)
        try:
            for step in steps:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                bodies.append(await reader.readexactly(length))
                self.asked.set()
                await step(writer)
            await reader.read()
            self.ended.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ended.set()
        finally:
            writer.close()


@asynccontextmanager
async def talking(
    *connections: Sequence[Step], terms: Terms = TERMS
) -> AsyncIterator[tuple[HttpConnections, Scripted]]:
    scripted = Scripted(*connections)
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
    scripted.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    http = HttpConnections(scripted.url, terms)
    try:
        yield http, scripted
    finally:
        http.close()
        server.close()


def says(answer: bytes, *, then_closes: bool = False) -> Step:
    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        if then_closes:
            writer.close()

    return step


def ok(body: bytes, *more: str) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *more])
    return head.encode() + b"\r\n\r\n" + body


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resets(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Leave the request open."""


async def post(http: HttpConnections, body: bytes = b"{}", *, may_repeat: bool = True) -> HttpAnswer:
    return await http.post("host: test\r\n", body, may_repeat=may_repeat)
