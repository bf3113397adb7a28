"""Distinct partition keys of large partitions take a request for each, on moto and on DynamoDB Local."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiobotocore.session import AioSession

from pgddb.access.attribute_values import encode_typed, key_of
from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.engine import EngineSettings
from pgddb.execution import Executor, Notice, ServerResources, open_database
from pgddb.execution.write_buffer import PendingItem
from tests.fakes.asking import Asking, select
from tests.fakes.fault_proxy import FaultProxy

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TABLE = "events_of_devices"
DEVICES = [f"device {number}" for number in (3, 1, 4, 15, 9, 2)]
EVENTS = 60


async def make_table(client: Any) -> None:
    """Make a table of six large partitions, unless it is there; the sort key is a number."""
    try:
        await client.describe_table(TableName=TABLE)
    except client.exceptions.ResourceNotFoundException:
        await fill_table(client)


async def fill_table(client: Any) -> None:
    await client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "device", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "device", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    items = [
        {"device": {"S": device}, "at": {"N": str(number)}, "note": {"S": "x" * 3000}}
        for number in range(EVENTS)
        for device in DEVICES
    ]
    puts = [{"PutRequest": {"Item": item}} for item in items]
    batches = [puts[start : start + 25] for start in range(0, len(puts), 25)]
    await asyncio.gather(*(client.batch_write_item(RequestItems={TABLE: batch}) for batch in batches))


@pytest.fixture
async def asking(fault_proxy: FaultProxy, dynamodb_endpoint: str) -> AsyncIterator[Asking]:
    async with AioSession().create_client(
        "dynamodb", region_name="us-east-1", endpoint_url=dynamodb_endpoint
    ) as client:
        await make_table(client)
    store = Store()
    database = open_database(EngineSettings(threads=1))
    resources = ServerResources(store, database, source=Source(region="us-east-1", endpoint_url=fault_proxy.url))
    notices: list[Notice] = []
    executor = Executor(resources, notify=notices.append)
    opened = Asking(executor, resources, store, notices)
    await opened.ask(f"SELECT count(note), max(device) FROM {TABLE}")
    fault_proxy.log.clear()
    yield opened
    await executor.close()
    await resources.close()
    await store.close()
    database.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT DISTINCT device FROM {}", [{"device": device} for device in sorted(DEVICES)]),
        ("SELECT device FROM {} GROUP BY device", [{"device": device} for device in sorted(DEVICES)]),
        ("SELECT count(DISTINCT device) AS n FROM {}", [{"n": 6}]),
        ("SELECT DISTINCT device FROM {} WHERE device > 'device 2'", [{"device": f"device {n}"} for n in (3, 4, 9)]),
        ("SELECT min(device) AS first, max(device) AS last FROM {}", [{"first": "device 1", "last": "device 9"}]),
    ],
)
async def test_a_request_for_each_partition(
    asking: Asking, fault_proxy: FaultProxy, statement: str, expected: list[dict[str, Any]]
) -> None:
    rows = await asking.ask(statement.format(TABLE))
    assert sorted(rows, key=str) == expected
    scans = fault_proxy.requests("Scan")
    assert len(scans) == len(DEVICES) + 1
    assert {one["Limit"] for one in scans} == {1}


async def test_the_ends_of_each_partition_take_a_query_each(asking: Asking, fault_proxy: FaultProxy) -> None:
    rows = await asking.ask(f"SELECT device, min(at) AS first, max(at) AS last FROM {TABLE} GROUP BY device")
    assert sorted(rows, key=str) == [{"device": one, "first": 0, "last": EVENTS - 1} for one in sorted(DEVICES)]
    assert (len(fault_proxy.requests("Scan")), len(fault_proxy.requests("Query"))) == (
        len(DEVICES) + 1,
        2 * len(DEVICES),
    )
    assert {one["Limit"] for one in fault_proxy.requests("Query")} == {1}


async def test_the_last_item_of_some_partitions(asking: Asking, fault_proxy: FaultProxy) -> None:
    rows = await asking.ask(f"SELECT max(at) AS last FROM {TABLE} WHERE device > 'device 2' GROUP BY device")
    assert rows == [{"last": EVENTS - 1}] * 3
    assert len(fault_proxy.requests("Query")) == 3


async def test_what_counts_rows_is_scanned(asking: Asking, fault_proxy: FaultProxy) -> None:
    rows = await asking.ask(f"SELECT device, count(*) AS n FROM {TABLE} GROUP BY device")
    assert {row["n"] for row in rows} == {EVENTS}
    assert not any("Limit" in one for one in fault_proxy.requests("Scan"))


async def test_partitions_are_skipped_by_consistent_reads_too(asking: Asking, fault_proxy: FaultProxy) -> None:
    settings = asking.executor.settings
    asking.executor.settings = replace(settings, reads=replace(settings.reads, consistent=True))
    rows = await asking.ask(f"SELECT DISTINCT device FROM {TABLE}")
    assert len(rows) == len(DEVICES)
    assert all(one["ConsistentRead"] for one in fault_proxy.requests("Scan"))


async def test_a_transaction_that_deleted_the_first_item_still_sees_its_partition(asking: Asking) -> None:
    (table,) = [read.table for read in (await asking.executor.prepare(select(f"TABLE {TABLE}"))).planned.plan.reads]
    item = {"device": {"S": "device 1"}, "at": {"N": "0"}}
    asking.executor.writes.buffer.add([PendingItem(table, key_of(table.keys, item), encode_typed(item), None)])
    rows = await asking.ask(f"SELECT DISTINCT device FROM {TABLE}")
    assert len(rows) == len(DEVICES)
