"""An engine, a fake store and an executor for each test of this directory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from pgddb.engine import Database, EngineSettings
from pgddb.execution import Executor, Notice, ServerResources, open_database
from tests.fakes.asking import Asking
from tests.fakes.store import FakeStore


@pytest.fixture
def database() -> Iterator[Database]:
    opened = open_database(EngineSettings(threads=2, memory_limit_bytes=256 * 1024 * 1024))
    yield opened
    opened.close()


@pytest.fixture
async def asking(database: Database) -> AsyncIterator[Asking]:
    store = FakeStore()
    resources = ServerResources(store, database)
    notices: list[Notice] = []
    executor = Executor(resources, notify=notices.append)
    yield Asking(executor, resources, store, notices)
    await executor.close()
    await resources.close()
