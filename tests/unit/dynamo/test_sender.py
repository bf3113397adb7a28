"""What breaks on the way: every fault of a read ends in the right rows or in a documented error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pgddb.access.path import AccessPath, BatchGet, Estimate, ItemGet, KeyCondition, PartitionQuery, SegmentScan
from pgddb.access.predicate import AttributeValue
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributeType, Source
from pgddb.dynamo import Store, StoreSettings
from pgddb.errors import (
    AccessDenied,
    ConfigurationLimitExceeded,
    ConnectionFailure,
    DataCorrupted,
    InternalError,
    IoError,
    QueryCanceled,
    SqlError,
    UndefinedTable,
)
from tests.fakes.fault_proxy import (
    FaultProxy,
    answered,
    changed,
    dripping,
    error,
    html_error,
    replaced,
    reset,
    truncated,
    wrong_checksum,
)

Make = Callable[..., Any]
SCAN = SegmentScan(1)
THROTTLES = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]


def keys(count: int) -> tuple[Any, ...]:
    return tuple(
        (
            ("pk", AttributeValue(AttributeType.S, "p0")),
            ("sk", AttributeValue(AttributeType.N, str(number))),
        )
        for number in range(count)
    )


async def assert_fails(read: Any, kind: type[SqlError], sqlstate: str, access: Any = SCAN, **options: Any) -> SqlError:
    with pytest.raises(kind) as caught:
        await read(access, **options)
    assert caught.value.sqlstate == sqlstate
    return caught.value


@pytest.mark.parametrize("code", THROTTLES)
async def test_a_throttled_read_waits_and_goes_on(
    make_table: Make, fault_proxy: FaultProxy, fake_timing: Any, code: str
) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", error(code), times=5)
    assert len(await read(SCAN)) == 6
    assert read.statistics.throttles == 5
    assert fake_timing.sleeps == [0.05, 0.1, 0.2, 0.4, 0.8]


async def test_a_read_throttled_for_longer_than_allowed_fails(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", error("ThrottlingException"))
    failure = await assert_fails(read, ConfigurationLimitExceeded, "53400")
    assert failure.hint is not None
    assert failure.__cause__ is not None


async def test_the_deadline_ends_the_waits_of_a_throttled_read(
    make_table: Make, fault_proxy: FaultProxy, fake_timing: Any
) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", error("ThrottlingException"))
    await assert_fails(read, QueryCanceled, "57014", deadline=fake_timing.time + 2.0)
    assert sum(fake_timing.sleeps) < 2.0


async def test_a_throttled_index_does_not_slow_its_table(
    make_table: Make, fault_proxy: FaultProxy, fake_timing: Any
) -> None:
    read = await make_table(6, 1)
    index = read.table.index_by_name["by-status"]
    fault_proxy.on("Scan", error("ThrottlingException"), times=4)
    with pytest.raises(QueryCanceled):
        await read(SegmentScan(1, index=index), deadline=fake_timing.time + 0.2)
    fault_proxy.rules.clear()
    slept = len(fake_timing.sleeps)
    await read(SCAN)
    assert len(fake_timing.sleeps) == slept


@pytest.mark.parametrize("fault", [error("InternalServerError", 500), html_error(502), html_error(503)])
async def test_one_server_error_is_retried(make_table: Make, fault_proxy: FaultProxy, fault: Any) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", fault, times=1)
    assert len(await read(SCAN)) == 6
    assert read.statistics.retries == 1


@pytest.mark.parametrize("fault", [error("InternalServerError", 500), html_error(502), html_error(503)])
async def test_lasting_server_errors_fail(make_table: Make, fault_proxy: FaultProxy, fault: Any) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", fault)
    await assert_fails(read, IoError, "58030")


@pytest.mark.parametrize("fault", [wrong_checksum, truncated, reset])
async def test_one_broken_response_is_retried(make_table: Make, fault_proxy: FaultProxy, fault: Any) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", fault, times=1)
    assert len(await read(SCAN)) == 6


async def test_a_checksum_that_stays_wrong_is_an_error(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", wrong_checksum)
    await assert_fails(read, DataCorrupted, "XX001")


@pytest.mark.parametrize("fault", [truncated, reset])
async def test_a_connection_that_always_breaks_is_an_error(
    make_table: Make, fault_proxy: FaultProxy, fault: Any
) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", fault)
    failure = await assert_fails(read, IoError, "58030")
    assert failure.__cause__ is not None


@pytest.mark.parametrize(
    "fault",
    [
        replaced(lambda body: body[:-20]),
        replaced(lambda body: body.replace(b"note", b"\xff\xfe")),
        changed(lambda content: content.pop("Items")),
        changed(lambda content: content["Items"].pop()),
        answered({"Count": 1, "ScannedCount": 1, "Items": ["x"]}),
        answered({"Count": "1", "Items": []}),
        answered({}),
    ],
)
async def test_a_wrong_answer_with_a_right_checksum_is_an_error(
    make_table: Make, fault_proxy: FaultProxy, fault: Any
) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", fault)
    await assert_fails(read, DataCorrupted, "XX001")


@pytest.mark.parametrize("period", [1, 3])
async def test_continuation_keys_that_repeat_are_an_error(
    make_table: Make, fault_proxy: FaultProxy, period: int
) -> None:
    read = await make_table(6, 1)
    seen = []

    def repeat(content: dict[str, Any]) -> None:
        seen.append(1)
        content["LastEvaluatedKey"] = {"pk": {"S": "p0"}, "sk": {"N": str(len(seen) % period)}}

    fault_proxy.on("Scan", changed(repeat))
    await assert_fails(read, DataCorrupted, "XX001")


async def test_one_failing_segment_fails_the_scan(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(40, 20)
    fault_proxy.on("Scan", error("ResourceNotFoundException"), matches=lambda seen: seen.request["Segment"] == 2)
    failure = await assert_fails(read, UndefinedTable, "42P01", SegmentScan(4))
    assert failure.__cause__ is not None


async def test_an_access_denied_names_the_action(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: dynamodb:Scan on resource: t"
    fault_proxy.on("Scan", error("AccessDeniedException", message=message))
    failure = await assert_fails(read, AccessDenied, "42501")
    assert failure.hint == "The IAM identity needs dynamodb:Scan."


async def test_an_expired_token_is_renewed_once(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", error("ExpiredTokenException"), times=1)
    assert len(await read(SCAN)) == 6


async def test_a_token_that_stays_expired_is_an_error(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", error("ExpiredTokenException"))
    await assert_fails(read, AccessDenied, "42501")
    assert len(fault_proxy.requests("Scan")) == 2


async def test_a_refused_request_is_our_bug(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", error("ValidationException"))
    await assert_fails(read, InternalError, "XX000")


async def test_keys_that_were_left_out_are_asked_for_again(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(40, 1)
    name = read.table.table_name

    def leave_out(content: dict[str, Any]) -> None:
        left = content["Responses"][name][10:]
        del content["Responses"][name][10:]
        content["UnprocessedKeys"] = {name: {"Keys": [{"pk": item["pk"], "sk": item["sk"]} for item in left]}}

    fault_proxy.on("BatchGetItem", changed(leave_out), times=2)
    items = await read(BatchGet(keys(40)))
    assert sorted(int(item["sk"]["N"]) for item in items) == list(range(40))
    assert len(fault_proxy.requests("BatchGetItem")) == 3


async def test_keys_that_are_left_out_for_ever_are_an_error(
    make_table: Make, fault_proxy: FaultProxy, fake_timing: Any
) -> None:
    read = await make_table(2, 1)
    name = read.table.table_name
    wire_keys = [{"pk": {"S": "p0"}, "sk": {"N": str(number)}} for number in range(2)]
    fault_proxy.on("BatchGetItem", answered({"Responses": {name: []}, "UnprocessedKeys": {name: {"Keys": wire_keys}}}))
    await assert_fails(read, ConfigurationLimitExceeded, "53400", BatchGet(keys(2)))
    assert fake_timing.sleeps[:3] == [0.05, 0.1, 0.2]


async def test_a_response_that_drips_ends_with_the_deadline(
    make_table: Make, fault_proxy: FaultProxy, fake_timing: Any
) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("Scan", dripping(0.05))
    await assert_fails(read, QueryCanceled, "57014", deadline=fake_timing.time + 0.3)


async def test_a_response_that_drips_ends_with_the_request_timeout(
    make_table: Make, fault_proxy: FaultProxy, aws_credentials: None
) -> None:
    read = await make_table(6, 1)
    read.store = Store(StoreSettings(request_timeout_seconds=0.3))
    try:
        fault_proxy.on("Scan", dripping(0.05))
        await assert_fails(read, ConnectionFailure, "08006")
    finally:
        await read.store.close()


async def test_spaced_json_gives_the_same_items(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(60, 1)
    expected = await read(SCAN)
    fault_proxy.on("Scan", replaced(lambda body: json.dumps(json.loads(body), indent=1).encode()))
    assert await read(SCAN) == expected


async def test_capacity_is_billed_by_table_and_index(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    name = read.table.table_name

    def bill(content: dict[str, Any]) -> None:
        content["ConsumedCapacity"] = {
            "TableName": name,
            "CapacityUnits": 12.5,
            "Table": {"CapacityUnits": 2.5},
            "GlobalSecondaryIndexes": {"by-status": {"CapacityUnits": 10.0}},
        }

    fault_proxy.on("Query", changed(bill))
    condition = KeyCondition((("status", AttributeValue(AttributeType.S, "new")),))
    await read(PartitionQuery((condition,), index=read.table.index_by_name["by-status"]))
    assert read.statistics.units_by_resource == {name: 2.5, f"{name}/by-status": 10.0}
    assert [page.read_units for page in read.pages] == [12.5]


async def test_a_rate_spreads_the_pages_of_a_scan(make_table: Make, fault_proxy: FaultProxy, fake_timing: Any) -> None:
    read = await make_table(40, 1)

    def bill(content: dict[str, Any]) -> None:
        content["ConsumedCapacity"] = {"TableName": read.table.table_name, "CapacityUnits": 100.0}

    fault_proxy.on("Scan", changed(bill))
    start = fake_timing.time
    for _ in range(4):
        await read(SCAN, read_units_per_second=50.0)
    assert 5.0 <= fake_timing.time - start <= 6.5


async def test_a_server_that_says_no_bill_leaves_it_open(make_table: Make, fault_proxy: FaultProxy) -> None:
    read = await make_table(6, 1)
    fault_proxy.on("GetItem", changed(lambda content: content.pop("ConsumedCapacity", None)))
    await read(ItemGet(keys(1)[0]))
    assert read.statistics.read_units == 0.0


async def test_an_unreachable_endpoint_is_a_connection_failure(store: Store, make_table: Make) -> None:
    read = await make_table(1, 1)
    nowhere = Source(region="us-east-1", endpoint_url="http://127.0.0.1:1")
    with pytest.raises(ConnectionFailure) as caught:
        await store.check(nowhere)
    assert caught.value.sqlstate == "08006"
    assert read.table.item_count == 1


async def test_an_unknown_host_is_a_connection_failure(store: Store, aws_credentials: None) -> None:
    with pytest.raises(ConnectionFailure):
        await store.check(Source(region="us-east-1", endpoint_url="http://no-such-host.invalid"))


async def test_nothing_is_sent_after_the_deadline(make_table: Make, fault_proxy: FaultProxy, fake_timing: Any) -> None:
    read = await make_table(6, 1)
    path = AccessPath(read.table, SCAN, Estimate(0, 0, 0, 0))
    pages = read.store.fetch(path, statistics=ReadStatistics(), deadline=fake_timing.time - 1)
    with pytest.raises(QueryCanceled):
        await anext(pages)
    assert fault_proxy.requests("Scan") == []
