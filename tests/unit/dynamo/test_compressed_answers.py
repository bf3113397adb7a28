"""Answers may come compressed where that is asked for; what is broken on the way is asked for again."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pgddb.access.table import Source
from pgddb.dynamo.client import Clients, SourceClient
from pgddb.dynamo.compressed_answers import LARGE_BYTES
from pgddb.dynamo.direct_calls import AWS_RESPONSE_BODY
from pgddb.dynamo.fault_kinds import ChecksumMismatch, Kind, kind_of
from pgddb.dynamo.settings import StoreSettings
from tests.fakes.fault_proxy import FaultProxy, compressed

ITEMS = 40


@pytest.fixture
async def table(seeding: Any) -> str:
    name = f"compressed-{uuid.uuid4().hex}"
    await seeding.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(ITEMS):
        text = "".join(uuid.uuid4().hex for _ in range(40))
        await seeding.put_item(TableName=name, Item={"id": {"N": str(number)}, "text": {"S": text}})
    return name


@pytest.fixture
async def client(fault_proxy: FaultProxy, table: str) -> AsyncIterator[SourceClient]:
    clients = Clients(StoreSettings(gzip=True))
    opened = await clients.of(Source(region="us-east-1", endpoint_url=fault_proxy.url))
    await opened.call("GetItem", {"TableName": table, "Key": {"id": {"N": "0"}}})  # botocore's way comes first
    yield opened
    await clients.close()


async def test_pages_of_any_size_come_compressed(client: SourceClient, fault_proxy: FaultProxy, table: str) -> None:
    plain = await client.call("Scan", {"TableName": table})
    fault_proxy.on("*", compressed())
    scanned = await client.call("Scan", {"TableName": table})
    assert len(scanned[AWS_RESPONSE_BODY]) > LARGE_BYTES
    assert json.loads(scanned[AWS_RESPONSE_BODY])["Items"] == json.loads(plain[AWS_RESPONSE_BODY])["Items"]
    assert "x-amz-crc32" not in scanned["ResponseMetadata"]["HTTPHeaders"]
    found = await client.call("GetItem", {"TableName": table, "Key": {"id": {"N": "1"}}})
    assert json.loads(found[AWS_RESPONSE_BODY])["Item"]["id"] == {"N": "1"}


async def test_an_error_may_be_compressed(client: SourceClient, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("GetItem", compressed())
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        await client.call("GetItem", {"TableName": "there-is-none", "Key": {"id": {"N": "1"}}})


@pytest.mark.parametrize("spoil", [lambda body: body[:-1] + b"?", lambda body: b"no gzip at all"])
async def test_what_was_spoilt_may_be_asked_for_again(
    client: SourceClient, fault_proxy: FaultProxy, table: str, spoil: Callable[[bytes], bytes]
) -> None:
    fault_proxy.on("Scan", compressed(spoil))
    with pytest.raises(ChecksumMismatch) as raised:
        await client.call("Scan", {"TableName": table})
    assert kind_of(raised.value) is Kind.TRANSIENT


async def test_nobody_asks_for_it_by_default(fault_proxy: FaultProxy, table: str) -> None:
    clients = Clients(StoreSettings())
    client = await clients.of(Source(region="us-east-1", endpoint_url=fault_proxy.url))
    fault_proxy.on("*", compressed(lambda _: b"nobody reads this"))
    for _ in range(2):
        scanned = await client.call("Scan", {"TableName": table, "Limit": 1})
        assert len(json.loads(scanned[AWS_RESPONSE_BODY])["Items"]) == 1
    await clients.close()
