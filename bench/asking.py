"""Keep one request of each of many connections on its way, from one thread."""

from __future__ import annotations

import selectors
from collections.abc import Sequence

from bench.client import READY, RawClient, ServerRefused


def ask_at_once(clients: Sequence[RawClient], request: bytes, count: int) -> int:
    """Send a request `count` times, as many at once as there are clients; return how many answers had a row."""
    buffer = bytearray(1 << 16)
    answers = dict.fromkeys(clients, b"")
    left = count
    rows = running = 0
    with selectors.DefaultSelector() as selector:
        for client in clients:
            client.socket.settimeout(0)
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.socket.send(request)
            left, running = left - 1, running + 1
        while running:
            for key, _ in selector.select():
                client = key.data
                received = client.socket.recv_into(buffer)
                if not received:
                    raise ServerRefused("the server closed the connection")
                answers[client] += bytes(buffer[:received])
                if not answers[client].endswith(READY):
                    continue
                rows += b"SELECT 1\x00" in answers[client]
                answers[client] = b""
                if left:
                    left -= 1
                    client.socket.send(request)
                else:
                    running -= 1
    for client in clients:
        client.socket.settimeout(600)
    return rows
