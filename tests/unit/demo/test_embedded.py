"""Tests of pgddb/demo/embedded.py with the real subprocess."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pgddb.demo import DemoDynamoDB, DemoUnavailable

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoDynamoDB]:
    with DemoDynamoDB() as running:
        yield running


@pytest.fixture(scope="module")
def dynamodb(demo: DemoDynamoDB) -> Iterator[Any]:
    client = boto3.client(
        "dynamodb",
        region_name=demo.region,
        endpoint_url=demo.endpoint_url,
        aws_access_key_id=demo.credentials.access_key_id,
        aws_secret_access_key=demo.credentials.secret_access_key,
    )
    yield client
    client.close()


def exists(process_id: int) -> bool:
    """Say whether a process runs; one that ended but was not waited for does not."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def ends_soon(process_id: int) -> bool:
    deadline = time.monotonic() + 10
    while exists(process_id) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not exists(process_id)


def test_it_lists_its_tables(dynamodb: Any) -> None:
    assert dynamodb.list_tables()["TableNames"] == ["Reviews", "Orders", "Customers", "Events"]


def test_it_says_how_many_items_it_holds(demo: DemoDynamoDB, dynamodb: Any) -> None:
    names = dynamodb.list_tables()["TableNames"]
    assert demo.item_count == sum(dynamodb.scan(TableName=name, Select="COUNT")["Count"] for name in names)


def test_a_query_finds_tristan(dynamodb: Any) -> None:
    reply = dynamodb.query(
        TableName="Reviews",
        KeyConditionExpression="#u = :u",
        ExpressionAttributeNames={"#u": "User"},
        ExpressionAttributeValues={":u": {"S": "Tristan"}},
    )
    assert reply["Items"][0]["Author"] == {"S": "J.K. Rowling"}


def test_a_sparse_index_with_an_include_projection_holds_what_it_should(dynamodb: Any) -> None:
    items = dynamodb.scan(TableName="Orders", IndexName="by_status")["Items"]
    assert {item["OpenStatus"]["S"] for item in items} == {"open", "failed"}
    assert {name for item in items for name in item} == {
        "TenantId", "OrderId", "OpenStatus", "Placed", "Total", "Customer",
    }  # fmt: skip


def test_binary_values_come_back_as_bytes(dynamodb: Any) -> None:
    event = dynamodb.scan(TableName="Events", Limit=1)["Items"][0]
    assert isinstance(event["Payload"]["B"], bytes)
    assert all(isinstance(value, bytes) for value in event["Checksums"]["BS"])


def test_an_error_keeps_its_code(dynamodb: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        dynamodb.scan(TableName="Nothing")


def test_an_item_that_is_not_there_gives_no_item(dynamodb: Any) -> None:
    reply = dynamodb.get_item(TableName="Reviews", Key={"User": {"S": "Nobody"}, "Book": {"S": "None"}})
    assert "Item" not in reply


def test_a_scan_is_billed_by_its_size(dynamodb: Any) -> None:
    capacity = dynamodb.scan(TableName="Reviews", ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert 10 < capacity["CapacityUnits"] < 100


def test_a_batch_is_billed_for_each_key(dynamodb: Any) -> None:
    keys = [{"CustomerId": {"S": f"C-{number:04}"}} for number in range(1, 5)]
    reply = dynamodb.batch_get_item(RequestItems={"Customers": {"Keys": keys}}, ReturnConsumedCapacity="TOTAL")
    assert len(reply["Responses"]["Customers"]) == 4
    assert reply["ConsumedCapacity"] == [{"TableName": "Customers", "CapacityUnits": 2.0}]


def test_stopping_ends_the_process() -> None:
    demo = DemoDynamoDB(with_tables=False).start()
    process_id = demo.process_id
    assert process_id is not None
    demo.stop()
    demo.stop()
    assert not exists(process_id)


def test_it_ends_when_its_parent_is_killed() -> None:
    program = (
        "from pgddb.demo import DemoDynamoDB\n"
        "demo = DemoDynamoDB(with_tables=False).start()\n"
        "print(demo.process_id, flush=True)\n"
        "input()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        process_id = int(parent.stdout.readline())
        parent.kill()
    assert ends_soon(process_id)


def test_a_missing_package_is_one_sentence_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DemoUnavailable, match="needs a package that is not installed: moto") as caught:
        DemoDynamoDB().start()
    assert caught.value.hint == "Run: pip install 'pgddb[demo]'"


def test_a_busy_port_is_one_sentence_and_leaves_no_process(demo: DemoDynamoDB) -> None:
    port = int(demo.endpoint_url.rpartition(":")[2])
    second = DemoDynamoDB(port=port, with_tables=False)
    with pytest.raises(DemoUnavailable, match="ended before it was ready"):
        second.start()
    assert second.process_id is None


def test_the_banner_has_the_line_to_paste_and_three_questions(demo: DemoDynamoDB) -> None:
    text = demo.banner(5433)
    assert "psql -h 127.0.0.1 -p 5433 -U postgres postgres" in text
    assert text.count(";") == 3
