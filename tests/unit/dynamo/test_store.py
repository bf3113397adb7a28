"""Listing and describing tables, and what startup says about wrong credentials, regions and endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pgddb.access.table import IndexKind, IndexProjection, KeyAttribute, Source
from pgddb.dynamo import Store
from pgddb.dynamo.describe_table import table_schema
from pgddb.errors import AccessDenied, InvalidParameterValue, UndefinedTable
from tests.fakes.fault_proxy import FaultProxy, error

Make = Callable[..., Any]


async def test_tables_are_listed(store: Store, source: Source, make_table: Make) -> None:
    read = await make_table(1, 1)
    assert read.table.table_name in await store.list_tables(source)


async def test_a_table_is_described(store: Store, source: Source, make_table: Make) -> None:
    read = await make_table(3, 1)
    table = await store.describe(source, read.table.table_name)
    assert table.keys.names == ("pk", "sk")
    (index,) = table.indexes
    assert (index.name, index.kind, index.projection) == ("by-status", IndexKind.GLOBAL, IndexProjection.KEYS_ONLY)
    assert index.keys.names == ("status", "sk")
    assert (table.billing_mode, table.ttl_attribute) == ("PAY_PER_REQUEST", None)


async def test_the_ttl_attribute_is_found(store: Store, source: Source, make_table: Make, seeding: Any) -> None:
    read = await make_table(1, 1)
    await seeding.update_time_to_live(
        TableName=read.table.table_name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
    assert (await store.describe(source, read.table.table_name)).ttl_attribute == "expires"


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnknownOperationException"])
async def test_not_being_able_to_ask_for_the_ttl_is_no_error(
    store: Store, source: Source, make_table: Make, fault_proxy: FaultProxy, code: str
) -> None:
    read = await make_table(1, 1)
    fault_proxy.on("DescribeTimeToLive", error(code))
    assert (await store.describe(source, read.table.table_name)).ttl_attribute is None


async def test_a_missing_table_is_undefined(store: Store, source: Source) -> None:
    with pytest.raises(UndefinedTable, match='DynamoDB table "nowhere" does not exist'):
        await store.describe(source, "nowhere")


async def test_a_throttled_question_is_asked_again(store: Store, source: Source, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("ListTables", error("TooManyRequestsException"), times=2)
    await store.check(source)
    assert len(fault_proxy.requests("ListTables")) == 3


async def test_an_expired_question_is_asked_again_once(store: Store, source: Source, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("ListTables", error("ExpiredTokenException"), times=1)
    await store.check(source)


@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidSignatureException"])
async def test_wrong_credentials_are_denied(store: Store, source: Source, fault_proxy: FaultProxy, code: str) -> None:
    fault_proxy.on("ListTables", error(code))
    with pytest.raises(AccessDenied, match="does not accept the credentials"):
        await store.check(source)


async def test_missing_credentials_are_said(store: Store, source: Source, no_aws_configuration: None) -> None:
    with pytest.raises(AccessDenied, match="no AWS credentials were found") as caught:
        await store.check(source)
    assert caught.value.hint is not None


async def test_a_missing_region_is_said(store: Store, no_aws_configuration: None) -> None:
    with pytest.raises(InvalidParameterValue, match="no AWS region is set"):
        await store.check(Source())


async def test_an_unknown_profile_is_said(store: Store, no_aws_configuration: None) -> None:
    with pytest.raises(InvalidParameterValue, match="no such AWS profile"):
        await store.check(Source(region="us-east-1", profile="nobody"))


@pytest.mark.parametrize(
    "wrong", [Source(region="us east", endpoint_url=None), Source(region="us-east-1", endpoint_url="not a url")]
)
async def test_a_malformed_region_or_endpoint_is_said(store: Store, wrong: Source, aws_credentials: None) -> None:
    with pytest.raises(InvalidParameterValue, match="region or endpoint is not valid"):
        await store.check(wrong)


async def test_a_role_is_assumed(
    store: Store, fault_proxy: FaultProxy, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", dynamodb_endpoint)
    role = "arn:aws:iam::123456789012:role/reader"
    await store.check(Source(region="us-east-1", endpoint_url=fault_proxy.url, role_arn=role))
    assert fault_proxy.access_keys[-1] != "AKIDEXAMPLE"


def test_everything_that_a_description_holds_is_read() -> None:
    table = table_schema(
        Source(),
        {
            "TableName": "t",
            "TableArn": "arn:aws:dynamodb:us-east-1:1:table/t",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind}
                for name, kind in (("a", "S"), ("b", "N"), ("c", "B"), ("d", "S"))
            ],
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
            "ItemCount": 10,
            "TableSizeBytes": 0,
            "ProvisionedThroughput": {"ReadCapacityUnits": 5},
            "OnDemandThroughput": {"MaxReadRequestUnits": -1},
            "WarmThroughput": {"ReadUnitsPerSecond": 12000},
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "g",
                    "IndexStatus": "CREATING",
                    "KeySchema": [
                        {"AttributeName": "b", "KeyType": "HASH"},
                        {"AttributeName": "d", "KeyType": "HASH"},
                        {"AttributeName": "c", "KeyType": "RANGE"},
                        {"AttributeName": "a", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
                }
            ],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": "l",
                    "KeySchema": [
                        {"AttributeName": "a", "KeyType": "HASH"},
                        {"AttributeName": "b", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                    "ItemCount": 4,
                    "IndexSizeBytes": 400,
                }
            ],
        },
    )
    global_index, local_index = table.indexes
    assert [attribute.name for attribute in global_index.keys.partition] == ["b", "d"]
    assert global_index.keys.sort == (KeyAttribute("c", "B"), KeyAttribute("a", "S"))  # type: ignore[arg-type]  # StrEnum
    assert (global_index.active, global_index.included) == (False, frozenset({"x"}))
    assert (local_index.active, local_index.item_count, local_index.size_bytes) == (True, 4, 400)
    assert (table.item_count, table.size_bytes, table.billing_mode) == (10, None, "PROVISIONED")
    assert (table.throughput.provisioned, table.throughput.on_demand_maximum, table.throughput.warm) == (5, None, 12000)
