"""DynamoDB Local, AWS's own emulator, starts for the tests and behaves where moto does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiobotocore.session import AioSession

from pgddb.access.table import AttributeType
from pgddb.dynamo.partition_skips import LAST_SORT_KEYS

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

TABLE = "Readings"
PARTITIONED = "Partitioned"


@pytest.fixture
async def dynamodb(dynamodb_local_endpoint: str) -> AsyncIterator[Any]:
    """A client, with one table that is gone again afterwards."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            AioSession().create_client(
                "dynamodb",
                region_name="us-east-1",
                endpoint_url=dynamodb_local_endpoint,
                aws_access_key_id="local",
                aws_secret_access_key="local",
            )
        )
        await client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        try:
            yield client
        finally:
            await client.delete_table(TableName=TABLE)


async def test_numbers_come_back_normalised(dynamodb: Any) -> None:
    await dynamodb.put_item(TableName=TABLE, Item={"Id": {"S": "a"}, "Value": {"N": "1.500"}})
    reply = await dynamodb.get_item(TableName=TABLE, Key={"Id": {"S": "a"}})
    assert reply["Item"]["Value"] == {"N": "1.5"}


async def test_a_scan_costs_by_the_size_of_what_it_read(dynamodb: Any) -> None:
    for name in ("a", "b", "c"):
        await dynamodb.put_item(TableName=TABLE, Item={"Id": {"S": name}, "Text": {"S": "x" * 5000}})
    reply = await dynamodb.scan(TableName=TABLE, ReturnConsumedCapacity="TOTAL")
    assert reply["ConsumedCapacity"]["CapacityUnits"] == 2.0


@pytest.mark.parametrize("kind", ["S", "N"])
@pytest.mark.parametrize("segments", [1, 3])
async def test_a_scan_starts_behind_a_sort_key_that_no_item_has(dynamodb: Any, kind: str, segments: int) -> None:
    await make_partitions(dynamodb, kind)
    try:
        found = []
        for segment in range(segments):
            part = {} if segments == 1 else {"Segment": segment, "TotalSegments": segments}
            start: dict[str, Any] = {}
            while True:
                reply = await dynamodb.scan(TableName=PARTITIONED, Limit=1, **part, **start)
                found += [item["Device"]["S"] for item in reply["Items"]]
                place = reply.get("LastEvaluatedKey")
                if place is None:
                    break
                start = {"ExclusiveStartKey": place | {"At": {kind: LAST_SORT_KEYS[AttributeType(kind)]}}}
        assert sorted(found) == [f"d{number}" for number in range(9)]
    finally:
        await dynamodb.delete_table(TableName=PARTITIONED)


async def make_partitions(dynamodb: Any, kind: str) -> None:
    await dynamodb.create_table(
        TableName=PARTITIONED,
        KeySchema=[{"AttributeName": "Device", "KeyType": "HASH"}, {"AttributeName": "At", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "Device", "AttributeType": "S"},
            {"AttributeName": "At", "AttributeType": kind},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(9):
        for at in range(4):
            await dynamodb.put_item(TableName=PARTITIONED, Item={"Device": {"S": f"d{number}"}, "At": {kind: str(at)}})


async def test_a_limit_that_ends_at_the_last_item_leaves_a_continuation_key(dynamodb: Any) -> None:
    await dynamodb.put_item(TableName=TABLE, Item={"Id": {"S": "only"}})
    reply = await dynamodb.scan(TableName=TABLE, Limit=1)
    assert reply["LastEvaluatedKey"] == {"Id": {"S": "only"}}
