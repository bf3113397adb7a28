"""Replay what clients sent to PostgreSQL 15: the answers must have the same shape, and the same built-in rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from pgddb.access.table import AttributeType
from pgddb.execution import Executor, ServerResources, open_database
from pgddb.server import Server, ServerSettings
from pgddb.server.listener import StopSignals
from tests.fakes.replay import CORPUS, replay
from tests.fakes.store import FakeStore, FakeTable, numbered_items

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

FLOORS = {
    "asyncpg": 0.953,
    "lib_pq": 1.0,
    "node_pg": 1.0,
    "pgjdbc": 0.984,
    "psql15": 1.0,
    "psycopg2": 0.968,
    "psycopg3": 1.0,
    "sqlalchemy_asyncpg": 1.0,
    "sqlalchemy_psycopg": 1.0,
}
"""Share of the replayed statements that were answered as PostgreSQL did; raise it with every gap that closes."""


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    """Serve tables of the names that the recorded database had."""
    store = FakeStore()
    for name in ("users", "orders"):
        store.add(FakeTable(name, numbered_items(50), key_type=AttributeType.S))
    database = open_database()
    resources = ServerResources(store, database)
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop = StopSignals()
    server = Server(ServerSettings(port=0), lambda notify: Executor(resources, notify=notify))
    running = asyncio.create_task(server.run(stop, listening.set_result))
    yield await listening
    stop.ask()
    stop.ask()
    await running
    await resources.close()
    database.close()


@pytest.mark.parametrize("recording", sorted(CORPUS.glob("*.jsonl")), ids=lambda path: path.stem)
async def test_a_client_gets_what_postgresql_gave(recording: Path, port: int) -> None:
    tally = await replay(recording, port)
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(tally.excluded.items()))
    print(f"\n{tally.client}: {tally.same} of {tally.replayed} the same ({tally.rate:.1%}); left out: {left_out}")  # noqa: T201
    report = "\n".join(f"{seq}: {' '.join(sql.split())[:200]}\n    {found}" for seq, sql, found in tally.differences)
    assert tally.rate >= FLOORS[tally.client], report
