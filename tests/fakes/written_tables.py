"""Offer a server over DynamoDB Local with a few tables to the tests of writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import psycopg
import pytest

from pgddb.cli.serve import run_server
from pgddb.config import read_config
from tests.fakes.dynamodb_local import JARS_VARIABLE
from tests.fakes.moto_server import CREDENTIALS

REGION = "us-west-2"
TABLES = ("fdwtest2", "kinds", "numbered", "binary")


def _attribute(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "AttributeType": kind}


def _key(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


@pytest.fixture(scope="module")
def tables(dynamodb_local_endpoint: str) -> Iterator[Any]:
    """Make the tables; DynamoDB Local lives longer than one module."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=dynamodb_local_endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_table(
        TableName="fdwtest2",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            _attribute("partition_key", "S"),
            _attribute("sort_key", "S"),
            _attribute("gsi_partition_key", "S"),
            _attribute("gsi_sort_key", "S"),
        ],
        KeySchema=_key("partition_key", "sort_key"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "gsi1",
                "KeySchema": _key("gsi_partition_key", "gsi_sort_key"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for name, kind in (("kinds", "S"), ("numbered", "N"), ("binary", "B")):
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[_attribute("id", kind)],
            KeySchema=_key("id"),
        )
    yield client
    for name in TABLES:
        client.delete_table(TableName=name)
    client.close()


@pytest.fixture
def dynamodb(tables: Any) -> Any:
    """Give a client of DynamoDB whose tables hold the same items for each test."""
    fill(tables)
    return tables


KINDS: dict[str, Any] = {
    "n": {"N": "1"},
    "tags": {"SS": ["a", "b"]},
    "sizes": {"NS": ["1", "2.5"]},
    "raw": {"B": b"\x00\xff"},
    "raws": {"BS": [b"x", b"y"]},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "map": {"M": {"x": {"N": "1.5"}, "set": {"SS": ["q"]}, "raw": {"B": b"\x01"}, "empty": {"S": ""}}},
    "list": {"L": [{"N": "1"}, {"S": "z"}, {"BS": [b"w"]}, {"M": {}}, {"L": []}]},
    "digits": {"N": "12345678901234567890123456789012345678"},
    "zero": {"S": "a\x00b"},
}


def fill(dynamodb: Any) -> None:
    """Put the same items into the tables, and nothing else."""
    for name in TABLES:
        keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]]
        for item in dynamodb.scan(TableName=name)["Items"]:
            dynamodb.delete_item(TableName=name, Key={key: item[key] for key in keys})
    for number in (453, 877):
        for key in ("key", "key2"):
            dynamodb.put_item(
                TableName="fdwtest2",
                Item={
                    "partition_key": {"S": f"key{number}"},
                    "sort_key": {"S": f"{key}{number}"},
                    "text": {"S": f"hello {number}"},
                },
            )
    for number in range(3):
        dynamodb.put_item(TableName="kinds", Item={"id": {"S": f"k{number}"}, **KINDS})


@pytest.fixture
async def port(dynamodb: Any, dynamodb_local_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.delenv(JARS_VARIABLE, raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    config = read_config({"port": 0, "region": REGION, "endpoint_url": dynamodb_local_endpoint})
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run_server(config, listening.set_result))
    yield await listening
    serving.cancel()
    await asyncio.wait([serving])


async def connect(port: int) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(
        f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True
    )


@pytest.fixture
async def session(port: int) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    connection = await connect(port)
    yield connection
    await connection.close()


Session = psycopg.AsyncConnection[Any]


async def rows(session: Session, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
    cursor = await session.execute(text, parameters or None)
    return await cursor.fetchall()


async def tag(session: Session, text: str, *parameters: Any) -> str:
    return (await session.execute(text, parameters or None)).statusmessage or ""


def stored(dynamodb: Any, table: str, **key: Any) -> dict[str, Any] | None:
    item: dict[str, Any] | None = dynamodb.get_item(TableName=table, Key=key).get("Item")
    return item


def kind(dynamodb: Any, name: str) -> dict[str, Any] | None:
    return stored(dynamodb, "kinds", id={"S": name})
