"""The law over whole statements against emulators that others wrote: moto always, DynamoDB Local where it is found."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiobotocore.session import AioSession
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.engine import EngineSettings
from pgddb.errors import SqlError
from pgddb.execution import Executor, ServerResources, open_database
from tests.fakes.chance import ByteChance
from tests.fakes.fault_proxy import FaultProxy, changed, running_proxy
from tests.fakes.held_open import held_open
from tests.fakes.law_tables import LAW_TABLES, ItemDraw
from tests.fakes.law_worlds import AnyPathExecutor, Arguments, PlainExecutor, answer, differences, query_writer
from tests.fakes.read_rules import Description
from tests.fakes.small_dynamodb import SmallDynamoDB

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "25"))
CHOICES = 300


def _without_several(table: Description) -> Description:
    """Leave out the index with several partition keys, which not every emulator knows."""
    indexes = [one for one in table["GlobalSecondaryIndexes"] if one["IndexName"] != "by_many"]
    return {**table, "GlobalSecondaryIndexes": indexes}


TABLES = tuple(map(_without_several, LAW_TABLES))


def _seem_large(reply: dict[str, Any]) -> None:
    """Let a scan of two tables seem dear, so that reads by keys and through indexes are chosen."""
    table = reply.get("Table", {})
    if table.get("TableName") != "digits":
        table |= {"ItemCount": 5_000, "TableSizeBytes": 2_000_000}
    for index in table.get("GlobalSecondaryIndexes") or ():
        index |= {"ItemCount": 5, "IndexSizeBytes": 100}


@dataclass(repr=False)
class World:
    """An executor over all items, and two over an emulator that holds the same."""

    loop: asyncio.AbstractEventLoop
    proxy: FaultProxy
    plain: Executor
    chosen: Executor
    any: AnyPathExecutor

    async def compare(self, chance: random.Random) -> str:
        self.any.chance = chance
        writer = await query_writer(self.chosen, TABLES, chance)
        query = writer.query()
        arguments = Arguments(query.arguments, [chance.random() < 0.5 for _ in query.arguments])
        note(f"{query.limited}\n{arguments}")
        expected = await answer(self.plain, query.ordered, arguments)
        for executor in (self.chosen, self.any):
            found = await answer(executor, query.limited, arguments)
            if isinstance(expected, SqlError):
                assert expected.sqlstate.startswith("22") or type(found) is type(expected), repr(found)
                continue
            assert not isinstance(found, SqlError), repr(found)
            faults = differences(query, expected, found)
            assert faults == [], faults
        return expected.sqlstate if isinstance(expected, SqlError) else "answered"


@asynccontextmanager
async def opened_world(endpoint: str) -> AsyncIterator[World]:
    """Make and fill the tables, here and there."""
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(running_proxy(endpoint))
        proxy.on("DescribeTable", changed(_seem_large))
        client = await stack.enter_async_context(
            AioSession().create_client("dynamodb", region_name="us-east-1", endpoint_url=endpoint)
        )
        items = {table["TableName"]: ItemDraw(random.Random(2)).items(table, 30) for table in TABLES}
        small = SmallDynamoDB()
        for table in TABLES:
            name = table["TableName"]
            definition = {key: value for key, value in table.items() if key != "BillingModeSummary"}
            await client.create_table(**definition, BillingMode="PAY_PER_REQUEST")
            stack.push_async_callback(client.delete_table, TableName=name)
            for item in items[name]:
                await client.put_item(TableName=name, Item=item)
            small.add(table, items[name])
        source = Source(region="us-east-1", endpoint_url=proxy.url)
        resources = []
        for store in (small.store(), Store()):
            database = open_database(EngineSettings(threads=2, memory_limit_bytes=256 * 1024 * 1024))
            stack.callback(database.close)
            stack.push_async_callback(store.close)
            resources.append(ServerResources(store, database, source=source))
            stack.push_async_callback(resources[-1].close)
        executors = PlainExecutor(resources[0]), Executor(resources[1]), AnyPathExecutor(resources[1])
        for executor in executors:
            stack.push_async_callback(executor.close)
        yield World(asyncio.get_running_loop(), proxy, *executors)


@pytest.fixture(scope="module", params=["dynamodb_endpoint", "dynamodb_local_endpoint"])
def world(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[World]:
    yield from held_open(opened_world(request.getfixturevalue(request.param)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(choices=st.binary(min_size=CHOICES, max_size=CHOICES))
def test_no_plan_changes_an_answer_of_an_emulator(world: World, choices: bytes) -> None:
    event(world.loop.run_until_complete(world.compare(ByteChance(choices))))
    assert world.proxy.broken_rules == []
