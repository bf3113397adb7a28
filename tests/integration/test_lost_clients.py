"""Clients that vanish in any state leave nothing behind: no file, no thread, no session, and no slower server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.fakes import wire_fuzzing as wire
from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts what /proc shows of the server")

SLOW = "SELECT count(*) FROM generate_series(1, 3000000) a"
STATES: dict[str, list[bytes]] = {
    "nothing sent": [],
    "half a startup packet": [wire.startup()[:7]],
    "asked for TLS": [wire.LENGTH.pack(8) + wire.LENGTH.pack(80877103)],
    "started": [wire.startup()],
    "half a message": [wire.startup(), wire.query("SELECT 1")[:6]],
    "in a query": [wire.startup(), wire.query(SLOW)],
    "in a scan": [wire.startup(), wire.query('SELECT * FROM "Reviews"')],
    "rows unread": [wire.startup(), wire.query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)")],
    "in a transaction": [wire.startup(), wire.query("BEGIN"), wire.query("SELECT 1")],
    "with a failed transaction": [wire.startup(), wire.query("BEGIN"), wire.query("SELECT 1/0")],
    "with a portal": [wire.startup(), wire.parse("SELECT generate_series(1, 90)"), wire.bind([]), wire.execute("", 5),
                      wire.FLUSH],
    "with a cursor": [wire.startup(), wire.query("BEGIN; DECLARE c CURSOR FOR SELECT * FROM pg_type; FETCH 3 c")],
    "with a lock": [wire.startup(), wire.query("SELECT pg_advisory_lock(7)")],
    "in COPY out": [wire.startup(), wire.query("COPY (SELECT generate_series(1, 200000)) TO STDOUT")],
    "asleep": [wire.startup(), wire.query("SELECT pg_sleep(600)")],
}  # fmt: skip
SETTLING_SECONDS = 30.0


def open_files(process_id: int) -> int:
    return len(list(Path(f"/proc/{process_id}/fd").iterdir()))


def threads(process_id: int) -> int:
    return len(list(Path(f"/proc/{process_id}/task").iterdir()))


async def until(condition: Callable[[], bool]) -> bool:
    """Wait for what the server does when a client is gone; say whether it came."""
    try:
        async with asyncio.timeout(SETTLING_SECONDS):
            while not condition():  # noqa: ASYNC110 - another process brings it about
                await asyncio.sleep(0.05)
    except TimeoutError:
        return False
    return True


async def vanish(port: int, sent: list[bytes], wait: float) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(sent))
    await writer.drain()
    await asyncio.sleep(wait)
    writer.transport.abort()


async def sessions(port: int) -> int:
    """Count the sessions that the server knows, the asking one included."""
    async with await psycopg.AsyncConnection.connect(
        f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True
    ) as connection:
        row = await (await connection.execute("SELECT count(*) FROM pg_stat_activity")).fetchone()
    assert row is not None
    return int(row[0])


async def test_clients_that_vanish_in_any_state_leave_nothing_behind(demo_server: ServerProcess) -> None:
    process_id, port = demo_server.process.pid, demo_server.port
    for sent in STATES.values():  # once, so that pools have their threads and connections
        await vanish(port, sent, 0.1)
    await asyncio.sleep(1)  # for those to be gone
    before = await sessions(port)
    files, running = open_files(process_id), threads(process_id)
    for wait in (0.0, 0.02, 0.1):
        await asyncio.gather(*(vanish(port, sent, wait) for sent in STATES.values()))
    assert await until(lambda: open_files(process_id) <= files + 2)
    assert threads(process_id) <= running + len(STATES)  # pools keep theirs
    for _ in range(100):  # those whose end the server has not met yet
        if await sessions(port) <= before:
            break
        await asyncio.sleep(0.1)
    assert await sessions(port) <= before
    assert await wire.still_answers(port)
