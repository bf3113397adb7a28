"""What becomes of puts and deletes: every fault ends in the right items, or in an error that says what is missing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web

from pgddb.access.mutation import CommitOutcome, Fate, MutationGroup, PutItem, WriteMode
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.dynamo import Store, StoreSettings
from pgddb.errors import (
    AccessDenied,
    ConfigurationLimitExceeded,
    ConnectionFailure,
    IoError,
    QueryCanceled,
    StatementCompletionUnknown,
)
from tests.fakes.fault_proxy import (
    FaultProxy,
    Seen,
    carried_out,
    error,
    reset,
    truncated,
    unprocessed,
    wrong_checksum,
)
from tests.fakes.writing import Writing


async def test_puts_and_deletes_travel_by_25(writing: Writing, fault_proxy: FaultProxy) -> None:
    outcome = await writing.write(*writing.puts(*range(60)))
    assert sorted(len(r["RequestItems"][writing.table.table_name]) for r in fault_proxy.requests("BatchWriteItem")) == [
        10,
        25,
        25,
    ]
    assert (outcome.written, outcome.unfinished, outcome.atomic) == (60, [], False)
    await writing.write(*(writing.delete(number) for number in range(1, 60)))
    assert set(await writing.there()) == {0}


async def test_write_units_are_counted(writing: Writing) -> None:
    outcome = await writing.write(*writing.puts(1, 2))
    assert outcome.statistics.write_units > 0
    assert outcome.statistics.items_written == 2
    assert outcome.statistics.request_bytes > 0


async def test_unprocessed_writes_are_sent_again(writing: Writing, fault_proxy: FaultProxy, fake_timing: Any) -> None:
    fault_proxy.on("BatchWriteItem", unprocessed(20), times=1)
    fault_proxy.on("BatchWriteItem", unprocessed(25), first=2, times=2)
    outcome = await writing.write(*writing.puts(*range(25)))
    assert set(await writing.there()) == set(range(25))
    assert outcome.written == 25
    assert outcome.statistics.unprocessed == 60
    assert fake_timing.sleeps == [0.05, 0.1, 0.2]


async def test_unprocessed_deletes_are_sent_again(writing: Writing, fault_proxy: FaultProxy) -> None:
    await writing.write(*writing.puts(*range(5)))
    fault_proxy.on("BatchWriteItem", unprocessed(3), first=2, times=1)
    await writing.write(*(writing.delete(number) for number in range(5)))
    assert await writing.there() == {}


async def test_writes_that_stay_unprocessed_are_reported_as_unwritten(
    writing: Writing, fault_proxy: FaultProxy
) -> None:
    fault_proxy.on("BatchWriteItem", unprocessed(20), times=1)
    fault_proxy.on("BatchWriteItem", unprocessed(25))
    failure = await writing.fails(StatementCompletionUnknown, *writing.puts(*range(25)))
    assert failure.message == "the writes broke off: 5 items are written, 20 items are not written"
    assert writing.numbers(Fate.UNWRITTEN) == set(range(25)) - set(await writing.there())
    assert isinstance(failure.__cause__, ConfigurationLimitExceeded)


async def test_the_deadline_ends_the_waits_for_unprocessed_writes(
    writing: Writing, fault_proxy: FaultProxy, fake_timing: Any
) -> None:
    fault_proxy.on("BatchWriteItem", unprocessed(25))
    await writing.fails(QueryCanceled, *writing.puts(1), deadline=fake_timing.time + 2)
    assert writing.numbers(Fate.UNWRITTEN) == {1}


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
async def test_a_throttled_write_waits_and_goes_on(writing: Writing, fault_proxy: FaultProxy, code: str) -> None:
    fault_proxy.on("BatchWriteItem", error(code), times=3)
    outcome = await writing.write(*writing.puts(1, 2))
    assert set(await writing.there()) == {1, 2}
    assert outcome.statistics.throttles == 3


@pytest.mark.parametrize("fault", [reset, truncated, wrong_checksum, error("InternalServerError", 500)])
async def test_puts_whose_answer_is_lost_are_sent_again(writing: Writing, fault_proxy: FaultProxy, fault: Any) -> None:
    fault_proxy.on("BatchWriteItem", carried_out(fault), times=1)
    outcome = await writing.write(*writing.puts(1, 2, 3))
    assert set(await writing.there()) == {1, 2, 3}
    assert outcome.written == 3


async def test_writes_whose_answers_stay_lost_are_unknown(writing: Writing, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("BatchWriteItem", carried_out(reset))
    failure = await writing.fails(StatementCompletionUnknown, *writing.puts(1, 2, 3))
    assert failure.message == "the writes broke off: 3 items are not known to be written"
    assert writing.numbers(Fate.UNKNOWN) == {1, 2, 3}
    assert isinstance(failure.__cause__, ConnectionFailure | IoError)


async def test_writes_that_dynamodb_refuses_are_unwritten(writing: Writing, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("BatchWriteItem", error("AccessDeniedException"))
    await writing.fails(AccessDenied, *writing.puts(1, 2, 3))
    assert writing.numbers(Fate.UNWRITTEN) == {1, 2, 3}


async def test_writes_to_an_endpoint_that_is_not_there_are_unwritten(writing: Writing, fake_timing: Any) -> None:
    nowhere = Source(region="us-east-1", endpoint_url="http://127.0.0.1:9")
    table = TableSchema("public", "gone", "gone", nowhere, writing.table.keys, ())
    put = writing.put(1)
    moved = PutItem(table, put.key, put.item, put.size_bytes)
    failure = await writing.fails(ConnectionFailure, moved)
    assert failure.sqlstate == "08006"
    assert writing.numbers(Fate.UNWRITTEN) == {1}


async def test_after_a_failure_nothing_new_is_sent(writing: Writing, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("BatchWriteItem", error("AccessDeniedException"), first=2, times=1)
    store = Store(StoreSettings(write_concurrency=1))
    try:
        with pytest.raises(StatementCompletionUnknown) as caught:
            await store.write(MutationGroup(tuple(writing.puts(*range(100))), WriteMode.BATCH), outcome=writing.outcome)
    finally:
        await store.close()
    assert caught.value.message == "the writes broke off: 25 items are written, 75 items are not written"
    assert writing.numbers(Fate.UNWRITTEN) == set(range(25, 100))
    assert set(await writing.there()) == set(range(25))


async def test_a_cancelled_commit_knows_what_is_unknown(writing: Writing, fault_proxy: FaultProxy) -> None:
    arrived = asyncio.Event()

    async def silence(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        arrived.set()
        await asyncio.sleep(30)
        return web.Response()

    fault_proxy.on("BatchWriteItem", silence, first=2)
    store = Store(StoreSettings(write_concurrency=1))
    group = MutationGroup(tuple(writing.puts(*range(60))), WriteMode.BATCH)
    commit = asyncio.create_task(store.write(group, outcome=writing.outcome))
    await arrived.wait()
    commit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await commit
    await store.close()
    assert writing.outcome.written == 25
    assert writing.numbers(Fate.UNKNOWN) == set(range(25, 50))
    assert writing.numbers(Fate.UNWRITTEN) == set(range(50, 60))


async def test_a_stream_keeps_the_order_of_one_key(writing: Writing) -> None:
    outcome = CommitOutcome()
    async with writing.store.writer(outcome=outcome) as writer:
        for number in range(60):
            await writer.put(writing.put(number % 30, n={"N": str(number)}))
        await writer.put(writing.delete(7))
        await writer.put(writing.put(8, None, n={"N": "99"}))
        await writer.put(writing.update(8, {"n": {"N": "99"}}, {"n": {"N": "100"}}))
        await writer.finish()
    there = await writing.there()
    assert outcome.unfinished == []
    assert 7 not in there
    assert {number: item["n"]["N"] for number, item in there.items()} == {
        number: "100" if number == 8 else str(number + 30) for number in range(30) if number != 7
    }


async def test_existing_keys_are_found(writing: Writing) -> None:
    await writing.write(*writing.puts(1, 3))
    keys = {number: writing.put(number).key for number in (1, 2, 3)}
    statistics = ReadStatistics()
    found = await writing.store.existing_keys(writing.table, keys.values(), statistics=statistics)
    assert {identity[2] for identity in found} == {("w", "1"), ("w", "3")}
    assert statistics.requests == 1


async def test_writes_are_paced_by_write_units(writing: Writing, fake_timing: Any) -> None:
    group = MutationGroup(tuple(writing.puts(*range(50))), WriteMode.BATCH)
    await writing.store.write(group, outcome=writing.outcome, write_units_per_second=10)
    assert sum(fake_timing.sleeps) > 1


async def test_items_arrive_byte_for_byte(writing: Writing, fault_proxy: FaultProxy) -> None:
    value = {"L": [{"S": 'é\x00"\\/\u2028😀'}, {"N": "1" * 38}, {"B": "AP8="}, {"NULL": True}, {"M": {"": {"S": ""}}}]}
    value["L"][4] = {"M": {"%s": {"BS": ["", "AA=="]}}}
    await writing.write(writing.put(1, note=value))
    (request,) = fault_proxy.requests("BatchWriteItem")
    assert json.loads(writing.put(1, note=value).item) == next(
        part["PutRequest"]["Item"] for part in request["RequestItems"][writing.table.table_name]
    )
