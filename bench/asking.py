"""Keep one request of each of many connections on its way, from one thread."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterator, Sequence

from bench.client import READY, RawClient, ServerRefused


def answers(clients: Sequence[RawClient], request: bytes, more: Callable[[], bool]) -> Iterator[tuple[bytes, float]]:
    """Send a request from each client, and again after its answer while `more` says so.

    Gives each answer up to its ReadyForQuery, and the milliseconds that it took.

    Raises:
        ServerRefused: the server closed a connection.
    """
    buffer = bytearray(1 << 16)
    received = dict.fromkeys(clients, b"")
    asked = {}
    running = len(clients)
    with selectors.DefaultSelector() as selector:
        for client in clients:
            client.socket.settimeout(0)
            selector.register(client.socket, selectors.EVENT_READ, client)
            asked[client] = time.perf_counter()
            client.socket.send(request)
        while running:
            for key, _ in selector.select():
                client = key.data
                count = client.socket.recv_into(buffer)
                if not count:
                    raise ServerRefused("the server closed the connection")
                received[client] += bytes(buffer[:count])
                if not received[client].endswith(READY):
                    continue
                now = time.perf_counter()
                answer, milliseconds = received[client], (now - asked[client]) * 1000
                received[client] = b""
                if more():
                    asked[client] = now
                    client.socket.send(request)
                else:
                    running -= 1
                yield answer, milliseconds
    for client in clients:
        client.socket.settimeout(600)


def ask_at_once(clients: Sequence[RawClient], request: bytes, count: int) -> int:
    """Send a request `count` times, as many at once as there are clients; return how many answers had a row."""
    left = iter(range(count - len(clients)))
    found = answers(clients, request, lambda: next(left, None) is not None)
    return sum(b"SELECT 1\x00" in answer for answer, _ in found)
