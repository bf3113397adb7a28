"""The law of key-driven reads: whatever a read leaves out because no key asks for it, the answer is the same."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.engine import EngineSettings
from pgddb.errors import SqlError
from pgddb.execution import Executor, ServerResources, open_database
from tests.fakes.asking import Asking
from tests.fakes.join_cases import JoinDraw
from tests.fakes.key_store import KeyStore

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "300")) // 15
STATEMENTS = 8

Answer = Counter[tuple[Any, ...]] | type[SqlError]


async def answer(asking: Asking, statement: str, *, key_driven: bool) -> Answer:
    executor = asking.executor
    executor.settings = replace(
        executor.settings, reads=replace(executor.settings.reads, key_driven=key_driven, segments=1)
    )
    try:
        async with asyncio.timeout(20):
            rows = await asking.ask(statement)
    except SqlError as error:
        return type(error)
    return Counter(tuple(row.values()) for row in rows)


async def compare(seed: int) -> None:
    draw, store = JoinDraw(seed), KeyStore()
    store.tables.update(draw.tables())
    database = open_database(EngineSettings(threads=2, memory_limit_bytes=256 * 1024 * 1024))
    resources = ServerResources(store, database)
    asking = Asking(Executor(resources), resources, store)
    try:
        for _ in range(STATEMENTS):
            statement = draw.statement()
            expected = await answer(asking, statement, key_driven=False)
            assert await answer(asking, statement, key_driven=True) == expected, statement
            assert store.open_reads == 0
    finally:
        await asking.executor.close()
        await resources.close()
        database.close()


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_answers_are_the_same_with_and_without_keys(seed: int) -> None:
    asyncio.run(compare(seed))
