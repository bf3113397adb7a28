"""Requests for items go past botocore's layers, and come back as if they had not."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any
from unittest import mock

import pytest
from aiobotocore.httpsession import AIOHTTPSession
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from pgddb.access.table import Source
from pgddb.dynamo.client import Clients, SourceClient
from pgddb.dynamo.direct_calls import AWS_RESPONSE_BODY, REQUEST_BODY, DirectCalls, direct_calls_suit
from pgddb.dynamo.fault_kinds import Kind, kind_of
from pgddb.dynamo.http_connections import HttpConnections
from pgddb.dynamo.settings import StoreSettings
from tests.fakes.fault_proxy import FaultProxy, html_error, reset, truncated

KEY = {"id": {"B": b"\x00\xff"}}


@pytest.fixture
async def client(dynamodb_endpoint: str) -> AsyncIterator[SourceClient]:
    clients = Clients(StoreSettings())
    yield await clients.of(Source(region="us-east-1", endpoint_url=dynamodb_endpoint))
    await clients.close()


@pytest.fixture
async def table(seeding: Any) -> str:
    name = f"direct-{uuid.uuid4().hex}"
    await seeding.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    await seeding.put_item(TableName=name, Item={**KEY, "n": {"N": "1"}})
    return name


async def test_the_second_request_goes_directly_and_brings_the_same(client: SourceClient, table: str) -> None:
    request = {"TableName": table, "Key": KEY}
    with mock.patch.object(DirectCalls, "call", autospec=True, side_effect=DirectCalls.call) as direct:
        first = await client.call("GetItem", request)
        assert direct.call_count == 0
        second = await client.call("GetItem", request)
        assert direct.call_count == 1
        assert isinstance(direct.call_args.args[0]._http, HttpConnections)
    assert json.loads(second[AWS_RESPONSE_BODY]) == json.loads(first[AWS_RESPONSE_BODY])
    assert json.loads(second[AWS_RESPONSE_BODY])["Item"]["id"] == {"B": base64.b64encode(b"\x00\xff").decode()}
    assert second["ResponseMetadata"]["HTTPHeaders"].keys() >= {"x-amz-crc32", "content-type"}


async def test_a_proxy_keeps_aiobotocores_connections(
    fault_proxy: FaultProxy, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", fault_proxy.url)
    monkeypatch.setenv("NO_PROXY", "")
    clients = Clients(StoreSettings())
    client = await clients.of(Source(region="us-east-1", endpoint_url="http://dynamodb.example:8000"))
    for _ in range(2):
        found = await client.call("GetItem", {"TableName": table, "Key": KEY})
        assert json.loads(found[AWS_RESPONSE_BODY])["Item"]["n"] == {"N": "1"}
    assert client._direct is not None
    assert isinstance(client._direct._http, AIOHTTPSession)
    await clients.close()


async def test_questions_about_tables_keep_botocores_way(client: SourceClient, table: str) -> None:
    await client.call("GetItem", {"TableName": table, "Key": KEY})
    answer = await client.call("DescribeTable", {"TableName": table})
    assert answer["Table"]["TableName"] == table


async def test_a_ready_request_is_sent_as_it_is(client: SourceClient, table: str) -> None:
    await client.call("GetItem", {"TableName": table, "Key": KEY})
    body = json.dumps({"TableName": table, "Item": {"id": {"B": "AAE="}}}).encode()
    await client.call("PutItem", {"TableName": table, REQUEST_BODY: body})
    found = await client.call("GetItem", {"TableName": table, "Key": {"id": {"B": b"\x00\x01"}}})
    assert json.loads(found[AWS_RESPONSE_BODY])["Item"] == {"id": {"B": "AAE="}}


@pytest.mark.parametrize(
    ("operation", "request_of"),
    [
        ("GetItem", lambda _: {"TableName": "there-is-none", "Key": KEY}),
        ("Query", lambda table: {"TableName": table, "KeyConditionExpression": "wrong"}),
        (
            "TransactWriteItems",
            lambda table: {
                "TransactItems": [
                    {"Delete": {"TableName": table, "Key": KEY, "ConditionExpression": "attribute_exists(missing)"}}
                ]
            },
        ),
    ],
)
async def test_an_error_is_the_one_that_botocore_makes(
    client: SourceClient, seeding: Any, table: str, operation: str, request_of: Any
) -> None:
    await client.call("GetItem", {"TableName": table, "Key": KEY})
    request = request_of(table)
    method = {"GetItem": "get_item", "Query": "query", "TransactWriteItems": "transact_write_items"}[operation]
    with pytest.raises(ClientError) as theirs:
        await getattr(seeding, method)(**request)
    with pytest.raises(ClientError) as ours:
        await client.call(operation, request if operation != "TransactWriteItems" else _ready(request))
    for name in ("Error", "CancellationReasons", "message", "Message"):
        assert ours.value.response.get(name) == theirs.value.response.get(name)
    assert ours.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert str(ours.value) == str(theirs.value)


def _ready(request: dict[str, Any]) -> dict[str, Any]:
    def encoded(value: object) -> str:
        assert isinstance(value, bytes)
        return base64.b64encode(value).decode()

    return {"TransactItems": [], REQUEST_BODY: json.dumps(request, default=encoded).encode()}


async def test_credentials_are_asked_for_each_request(client: SourceClient, table: str) -> None:
    await client.call("GetItem", {"TableName": table, "Key": KEY})
    direct = client._direct
    assert direct is not None
    with mock.patch.object(
        direct._credentials, "get_frozen_credentials", side_effect=direct._credentials.get_frozen_credentials
    ) as frozen:
        await client.call("GetItem", {"TableName": table, "Key": KEY})
        await client.call("GetItem", {"TableName": table, "Key": KEY})
    assert frozen.call_count == 2


@pytest.fixture
async def proxied(fault_proxy: FaultProxy, table: str) -> AsyncIterator[SourceClient]:
    """A client whose direct way is open already, behind the fault proxy."""
    clients = Clients(StoreSettings())
    client = await clients.of(Source(region="us-east-1", endpoint_url=fault_proxy.url))
    await client.call("GetItem", {"TableName": table, "Key": KEY})
    yield client
    await clients.close()


@pytest.mark.parametrize("fault", [reset, truncated])
async def test_a_broken_connection_has_botocores_name(
    proxied: SourceClient, fault_proxy: FaultProxy, table: str, fault: Any
) -> None:
    fault_proxy.on("GetItem", fault)
    with pytest.raises((EndpointConnectionError, ConnectionClosedError)):
        await proxied.call("GetItem", {"TableName": table, "Key": KEY})


async def test_an_answer_that_is_no_json_is_an_error_of_its_status(
    proxied: SourceClient, fault_proxy: FaultProxy, table: str
) -> None:
    fault_proxy.on("GetItem", html_error(502))
    with pytest.raises((ClientError, ResponseParserError)) as refusal:
        await proxied.call("GetItem", {"TableName": table, "Key": KEY})
    assert kind_of(refusal.value) is Kind.TRANSIENT


@pytest.mark.parametrize(
    ("url", "suits"),
    [
        ("https://dynamodb.eu-central-1.amazonaws.com/", True),
        ("http://127.0.0.1:8000", True),
        ("https://proxy.example/dynamodb/", False),
    ],
)
def test_only_the_root_of_an_endpoint_suits(url: str, suits: bool) -> None:
    assert direct_calls_suit(url) is suits
