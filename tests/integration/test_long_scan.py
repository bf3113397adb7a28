"""Read a table of 200,000 items, and stop: fetched pages are counted where they are served."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from bench.servers import RunningEndpoint, RunningServer, running_endpoint, running_pgddb

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def endpoint() -> Iterator[RunningEndpoint]:
    with running_endpoint(items=200_000, latency_ms=30.0) as running:
        yield running


@pytest.fixture(scope="module")
def server(endpoint: RunningEndpoint) -> Iterator[RunningServer]:
    with running_pgddb(endpoint.url) as running:
        yield running


def scans(endpoint: RunningEndpoint) -> int:
    requests: dict[str, int] = endpoint.control("counters")["requests"]
    return requests.get("Scan", 0)


async def connect(server: RunningServer) -> asyncpg.Connection:
    return await asyncpg.connect(host="127.0.0.1", port=server.port, user="postgres", database="postgres")


async def test_a_limit_fetches_at_most_two_pages(endpoint: RunningEndpoint, server: RunningServer) -> None:
    client = await connect(server)
    await client.fetch("SELECT * FROM bench LIMIT 1")  # discovers the table
    before = scans(endpoint)
    assert len(await client.fetch("SELECT * FROM bench LIMIT 10")) == 10
    await client.close()
    assert scans(endpoint) - before <= 2


@pytest.mark.parametrize("way", ["cancel", "statement_timeout", "hang up"])
async def test_a_stopped_statement_sends_no_more_requests(
    endpoint: RunningEndpoint, server: RunningServer, way: str
) -> None:
    client = await connect(server)
    await client.fetch("SELECT * FROM bench_2gb LIMIT 1")
    if way == "statement_timeout":
        await client.execute("SET statement_timeout = 300")
    running = asyncio.ensure_future(client.fetchval("SELECT count(*) FROM bench_2gb WHERE note LIKE '%zzz'"))
    await asyncio.sleep(0.4)
    match way:
        case "cancel":
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        case "statement_timeout":
            with pytest.raises(asyncpg.QueryCanceledError, match="statement timeout"):
                await running
        case _:
            client.terminate()
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
                await running
    if way != "hang up":
        assert await client.fetchval("SELECT 1") == 1
        await client.close()
    await asyncio.sleep(0.2)
    stopped = scans(endpoint)
    await asyncio.sleep(0.3)
    assert scans(endpoint) == stopped


async def settled(endpoint: RunningEndpoint) -> int:
    """Wait until no request has come for the time of some 30 pages; give their number."""
    for _ in range(20):
        before = scans(endpoint)
        await asyncio.sleep(1.0)
        if scans(endpoint) == before:
            break
    return scans(endpoint)


async def test_a_suspended_portal_stops_fetching(endpoint: RunningEndpoint, server: RunningServer) -> None:
    client = await connect(server)
    await client.fetch("SELECT pk FROM bench_2gb LIMIT 1")
    before = scans(endpoint)
    async with client.transaction():
        cursor = await client.cursor("SELECT pk FROM bench_2gb")
        assert len(await cursor.fetch(10)) == 10
        paused = await settled(endpoint)
        await asyncio.sleep(0.5)
        assert scans(endpoint) == paused
        assert paused - before <= 64
    await client.close()


async def test_a_scan_leaves_other_sessions_quick(server: RunningServer) -> None:
    scanning, other = await connect(server), await connect(server)
    running = asyncio.ensure_future(scanning.fetchval("SELECT count(*) FROM bench_2gb WHERE note LIKE '%zzz'"))
    await asyncio.sleep(0.2)
    answers = [await other.fetchval("SELECT 1") for _ in range(20)]
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await scanning.close()
    await other.close()
    assert answers == [1] * 20
