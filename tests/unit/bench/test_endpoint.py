"""Tests of bench/endpoint.py over HTTP, with the client that pgddb uses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError

from bench.items import item_at, key_of
from bench.servers import RunningEndpoint, running_endpoint

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def endpoint() -> Iterator[RunningEndpoint]:
    with running_endpoint(items=1500) as running:
        yield running


@pytest.fixture
async def dynamodb(endpoint: RunningEndpoint) -> AsyncIterator[Any]:
    endpoint.control("reset")
    opening = AioSession().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=endpoint.url,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",
    )
    async with opening as client:
        yield client


async def test_it_lists_and_describes_its_tables(dynamodb: Any) -> None:
    names = (await dynamodb.list_tables())["TableNames"]
    assert {"bench", "bench_2gb", "bench_5gb", "bench_small", "bench_sparse", "bench_codes"} <= set(names)
    table = (await dynamodb.describe_table(TableName="bench"))["Table"]
    assert (table["ItemCount"], table["TableStatus"]) == (1500, "ACTIVE")


async def test_a_scan_passes_botocores_checksum(dynamodb: Any) -> None:
    reply = await dynamodb.scan(TableName="bench", Limit=2)
    assert reply["Items"] == [item_at(0), item_at(1)]
    assert reply["ResponseMetadata"]["RetryAttempts"] == 0


async def test_a_batch_returns_the_items_that_exist(dynamodb: Any) -> None:
    reply = await dynamodb.batch_get_item(
        RequestItems={"bench": {"Keys": [key_of(3), key_of(9999)]}}, ReturnConsumedCapacity="TOTAL"
    )
    assert reply["Responses"] == {"bench": [item_at(3)]}
    assert reply["ConsumedCapacity"] == [{"TableName": "bench", "CapacityUnits": 1.0}]


async def test_errors_have_the_codes_of_dynamodb(dynamodb: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        await dynamodb.scan(TableName="nothing")
    with pytest.raises(ClientError, match="ValidationException"):
        await dynamodb.scan(TableName="bench", IndexName="by_price")


async def test_the_counters_say_what_was_asked(dynamodb: Any, endpoint: RunningEndpoint) -> None:
    await dynamodb.scan(TableName="bench", Segment=1, TotalSegments=4, Select="COUNT")
    counters = endpoint.control("counters")
    assert counters["requests"] == {"Scan": 1}
    assert counters["log"] == [
        {"Operation": "Scan", "TableName": "bench", "Segment": 1, "TotalSegments": 4, "Select": "COUNT"}
    ]
    assert counters["bytes_sent"] > 0
