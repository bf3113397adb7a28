"""The law end to end: what DynamoDB is asked for changes no answer of the same SQL over all documents.

Statements run through the real executor and store against an emulator, behind the proxy that checks every request.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiobotocore.session import AioSession
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from pgddb.access.path import AccessPath, Estimate, SegmentScan
from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.engine import EngineSettings
from pgddb.errors import InvalidTextRepresentation, NumericValueOutOfRange, SqlError
from pgddb.execution import Executor, ServerResources, open_database
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.planner import ChosenPath
from tests.fakes.asking import Asking
from tests.fakes.dynamodb_model import Item, Typed
from tests.fakes.fault_proxy import FaultProxy, changed, running_proxy
from tests.fakes.held_open import held_open
from tests.fakes.key_store import KeyStore
from tests.fakes.law_statements import Writer, items_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "60"))

LARGE = "9" * 36
BY_X = {"IndexName": "by_x", "KeySchema": [("x", "HASH"), ("m", "RANGE")], "Projection": {"ProjectionType": "ALL"}}
BY_M = {"IndexName": "by_m", "KeySchema": [("m", "HASH")], "Projection": {"ProjectionType": "KEYS_ONLY"}}
INDEXES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "law_indexed": (BY_X, BY_M),
    "law_sparse": (BY_M,),
    "law_mixed": (),
}
"""Global indexes by table; the attributes that are no key of the last two are of any type, or missing."""

REFUSALS = (NumericValueOutOfRange, InvalidTextRepresentation)
"""What the engine says of a number that it cannot calculate with, where it meets one that need not be read."""

Answer = Counter[tuple[Any, ...]] | type[SqlError]


def table_items(name: str) -> list[Item]:
    """Give items of which one has all attributes, so that every statement finds its columns."""
    draw = random.Random(name)
    whole: Item = {"k": {"S": "é\U0001d4b3"}, "n": {"N": "7"}, "x": {"S": "a1"}, "m": {"N": LARGE}}
    items = [whole, *(item for seed in range(3) for item in items_of(draw.randrange(2**32) + seed))]
    texts: Sequence[Typed] = ({"S": ""}, {"S": "a"}, {"NULL": True}, {"N": "1.5"}, {"BOOL": True}, {"S": "é"})
    numbers: Sequence[Typed] = ({"N": LARGE}, {"N": "-3"}, {"NULL": True}, {"N": "2"})
    indexed = {part for index in INDEXES[name] for part, _ in index["KeySchema"]}
    for attribute, values in (("x", texts), ("m", numbers)):
        for item in items[1:]:
            if attribute not in indexed and draw.random() < 0.5:
                item[attribute] = draw.choice(values)
    return list({(item["k"]["S"], item["n"]["N"]): item for item in items}.values())


class PlainExecutor(Executor):
    """Reads every table whole and leaves all conditions to the engine."""

    @override
    def choose_paths(self, planned: PlannedQuery, parameters: Sequence[Any]) -> Mapping[str, ChosenPath]:
        nothing = Estimate(0, 0, 0, 0)
        return {read.feed: ChosenPath(AccessPath(read.table, SegmentScan(1), nothing)) for read in planned.plan.reads}


class World:
    """Both ways to ask, and the loop that they live in."""

    def __init__(self, loop: asyncio.AbstractEventLoop, proxy: FaultProxy, pushing: Asking, plain: Asking) -> None:
        self.loop = loop
        self.proxy = proxy
        self.pushing = pushing
        self.plain = plain

    def answers(self, statement: str, *, consistent: bool, segments: int) -> tuple[Answer, Answer]:
        reads = replace(self.pushing.executor.settings.reads, consistent=consistent, segments=segments)
        self.pushing.executor.settings = replace(self.pushing.executor.settings, reads=reads)
        return tuple(self.loop.run_until_complete(_answer(way, statement)) for way in (self.pushing, self.plain))  # type: ignore[return-value]


async def _answer(asking: Asking, statement: str) -> Answer:
    try:
        async with asyncio.timeout(60):
            rows = await asking.ask(statement)
    except SqlError as error:
        return type(error)
    return Counter(tuple(row.values()) for row in rows)


@asynccontextmanager
async def opened_world(endpoint: str) -> AsyncIterator[World]:
    """Make the tables, and an executor of each kind; leaving fails where a request broke a rule of DynamoDB."""
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(running_proxy(endpoint))
        proxy.on("DescribeTable", changed(_seem_large))
        client = await stack.enter_async_context(
            AioSession().create_client("dynamodb", region_name="us-east-1", endpoint_url=endpoint)
        )
        known, store = KeyStore(), Store()
        stack.push_async_callback(store.close)
        source = Source(region="us-east-1", endpoint_url=proxy.url)
        for name in INDEXES:
            await _make_table(client, name)
            stack.push_async_callback(client.delete_table, TableName=name)
            known.add(await store.describe(source, name), table_items(name))
        askings = []
        for one, kind in ((store, Executor), (known, PlainExecutor)):
            database = open_database(EngineSettings(threads=2, memory_limit_bytes=256 * 1024 * 1024))
            stack.callback(database.close)
            resources = ServerResources(one, database, source=source)
            stack.push_async_callback(resources.close)
            executor = kind(resources)
            stack.push_async_callback(executor.close)
            askings.append(Asking(executor, resources, one))
        plain = askings[1].executor
        plain.settings = replace(plain.settings, reads=replace(plain.settings.reads, key_driven=False))
        yield World(asyncio.get_running_loop(), proxy, *askings)


async def _make_table(client: Any, name: str) -> None:
    indexes = [
        {**index, "KeySchema": [{"AttributeName": part, "KeyType": kind} for part, kind in index["KeySchema"]]}
        for index in INDEXES[name]
    ]
    used = {"k", "n", *(part for index in INDEXES[name] for part, _ in index["KeySchema"])}
    await client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": one, "AttributeType": "S" if one in "kx" else "N"} for one in sorted(used)
        ],
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )
    for item in table_items(name):
        await client.put_item(TableName=name, Item=item)


def _seem_large(answer: dict[str, Any]) -> None:
    """Let a scan of most tables seem dear, so that reads by keys and through indexes are chosen."""
    table = answer.get("Table", {})
    if table.get("TableName") != "law_mixed":
        table |= {"ItemCount": 5_000, "TableSizeBytes": 2_000_000}
    for index in table.get("GlobalSecondaryIndexes") or ():
        index |= {"ItemCount": 5, "IndexSizeBytes": 100}


@pytest.fixture(scope="module", params=["dynamodb_endpoint", "dynamodb_local_endpoint"])
def world(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[World]:
    yield from held_open(opened_world(request.getfixturevalue(request.param)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32), consistent=st.booleans(), segments=st.integers(1, 3))
def test_what_dynamodb_is_asked_for_changes_no_answer(world: World, seed: int, consistent: bool, segments: int) -> None:
    statement = Writer(seed, tuple(INDEXES)).statement()
    found, expected = world.answers(statement, consistent=consistent, segments=segments)
    if expected not in REFUSALS:
        assert found == expected, statement
    assert world.proxy.broken_rules == [], statement


@pytest.mark.parametrize(
    ("operation", "statement"),
    [
        ("GetItem", "SELECT a.x FROM law_indexed a WHERE a.k = 'a' AND a.n = 1"),
        ("BatchGetItem", "SELECT a.k, a.n, a.x FROM law_sparse a WHERE a.m = 2"),
        ("Query", "SELECT a.k, a.n FROM law_indexed a WHERE a.x = 'a' AND a.m < 2"),
        ("Query", "SELECT count(*) AS c FROM law_indexed a WHERE a.k = 'a' AND a.n >= 1"),
        ("Scan", "SELECT a.k, a.n, a.x FROM law_mixed a WHERE a.x > 'a'"),
    ],
)
def test_reads_of_every_kind_are_asked_for(world: World, operation: str, statement: str) -> None:
    world.answers("SELECT 1 FROM law_indexed, law_sparse, law_mixed", consistent=False, segments=1)
    before = len(world.proxy.log)
    found, expected = world.answers(statement, consistent=False, segments=2)
    assert found == expected
    assert operation in {seen.operation for seen in world.proxy.log[before:]}


@pytest.mark.parametrize("conditions", ["a.k = 'a'", "a.k = 'a' AND a.n >= 1", "a.x = 'a' AND a.m < 2", "a.x > 'a'"])
def test_rows_that_the_store_can_count_are_not_sent(world: World, conditions: str) -> None:
    statement = f"SELECT count(*) AS c FROM law_indexed a WHERE {conditions}"
    world.answers(statement, consistent=False, segments=1)
    before = len(world.proxy.log)
    found, expected = world.answers(statement, consistent=False, segments=1)
    assert found == expected
    asked = [seen for seen in world.proxy.log[before:] if seen.operation in ("Query", "Scan")]
    assert asked
    assert all(seen.request["Select"] == "COUNT" for seen in asked)
