"""What becomes of writes: every fault ends in the right items, or in an error that says what is missing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from pgddb.access.attribute_values import decode_item, encode_typed
from pgddb.access.item_changes import update_of
from pgddb.access.item_checks import check_item
from pgddb.access.mutation import (
    CommitOutcome,
    DeleteItem,
    Fate,
    MustMatch,
    MustNotExist,
    Mutation,
    MutationGroup,
    PutItem,
    Together,
    UpdateItem,
    WriteMode,
)
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.dynamo import Store, StoreSettings
from pgddb.errors import (
    AccessDenied,
    ConfigurationLimitExceeded,
    ConnectionFailure,
    IoError,
    ProgramLimitExceeded,
    QueryCanceled,
    SerializationFailure,
    SqlError,
    StatementCompletionUnknown,
    UniqueViolation,
)
from tests.fakes.fault_proxy import (
    FaultProxy,
    Seen,
    canceled,
    carried_out,
    error,
    reset,
    truncated,
    unprocessed,
    wrong_checksum,
)

Make = Callable[..., Any]
STRICT = MustNotExist()


@dataclass(slots=True)
class Writing:
    """A table, what a test writes into it, and what became of it."""

    store: Store
    table: TableSchema
    seeding: Any
    outcome: CommitOutcome = field(default_factory=CommitOutcome)

    def put(self, number: int, condition: Any = None, **attributes: Any) -> PutItem:
        item = {"pk": {"S": "w"}, "sk": {"N": str(number)}, **attributes}
        key, size = check_item(self.table, item)
        return PutItem(self.table, key, encode_typed(item), size, condition)

    def puts(self, *numbers: int, condition: Any = None) -> list[PutItem]:
        return [self.put(number, condition) for number in numbers]

    def delete(self, number: int, condition: Any = None) -> DeleteItem:
        return DeleteItem(self.table, self.put(number).key, condition)

    def update(self, number: int, old: dict[str, Any], new: dict[str, Any]) -> UpdateItem:
        put = self.put(number)
        key = decode_item(put.item)
        update = update_of(self.table, put.key, key | old, key | new)
        assert update is not None
        return update

    async def write(
        self, *mutations: Mutation | Together, mode: WriteMode = WriteMode.BATCH, deadline: float | None = None
    ) -> CommitOutcome:
        self.outcome = CommitOutcome()
        await self.store.write(MutationGroup(mutations, mode), outcome=self.outcome, deadline=deadline)
        return self.outcome

    async def fails(
        self, kind: type[SqlError], *mutations: Mutation | Together, mode: WriteMode = WriteMode.BATCH, **more: Any
    ) -> SqlError:
        with pytest.raises(SqlError) as caught:
            await self.write(*mutations, mode=mode, **more)
        assert type(caught.value) is kind
        return caught.value

    def numbers(self, fate: Fate) -> set[int]:
        return {int(str(mutation.key[1][1].content)) for mutation in self.outcome.of(fate)}

    async def there(self) -> dict[int, dict[str, Any]]:
        answer = await self.seeding.query(
            TableName=self.table.table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "w"}},
            ConsistentRead=True,
        )
        return {
            int(item["sk"]["N"]): {name: value for name, value in item.items() if name not in ("pk", "sk")}
            for item in answer["Items"]
        }


@pytest.fixture
async def writing(make_table: Make, store: Store, seeding: Any, fault_proxy: FaultProxy) -> Writing:
    table = (await make_table(0)).table
    return Writing(store, table, seeding)


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


async def test_a_strict_insert_refuses_an_existing_item(writing: Writing) -> None:
    await writing.write(writing.put(1, note={"S": "first"}))
    failure = await writing.fails(UniqueViolation, writing.put(1, STRICT, note={"S": "second"}))
    assert failure.message == f'duplicate key value violates unique constraint "{writing.table.name}_pkey"'
    assert failure.detail == "Key (pk, sk)=(w, 1) already exists."
    assert await writing.there() == {1: {"note": {"S": "first"}}}


@pytest.mark.parametrize("fault", [reset, error("InternalServerError", 500)])
async def test_a_strict_insert_whose_answer_is_lost_succeeds_once(
    writing: Writing, fault_proxy: FaultProxy, fault: Any
) -> None:
    fault_proxy.on("PutItem", carried_out(fault), times=1)
    outcome = await writing.write(writing.put(1, STRICT, note={"S": "mine"}))
    assert outcome.written == 1
    assert len(fault_proxy.requests("PutItem")) == 2
    assert len(fault_proxy.requests("GetItem")) == 1


async def test_a_strict_insert_that_finds_anothers_item_after_a_lost_answer_is_unknown(
    writing: Writing, fault_proxy: FaultProxy
) -> None:
    await writing.write(writing.put(1, note={"S": "first"}))
    fault_proxy.on("PutItem", reset, times=1)
    failure = await writing.fails(StatementCompletionUnknown, writing.put(1, STRICT, note={"S": "mine"}))
    assert isinstance(failure.__cause__, UniqueViolation)
    assert writing.numbers(Fate.UNKNOWN) == {1}


async def test_exactly_one_of_concurrent_strict_inserts_wins(writing: Writing) -> None:
    async def insert(text: str) -> bool:
        try:
            group = MutationGroup((writing.put(1, STRICT, note={"S": text}),))
            await writing.store.write(group, outcome=CommitOutcome())
        except UniqueViolation:
            return False
        return True

    won = await asyncio.gather(*(insert(str(number)) for number in range(8)))
    assert won.count(True) == 1
    assert await writing.there() == {1: {"note": {"S": str(won.index(True))}}}


OLD = {"a": {"S": "x"}, "m": {"M": {"k": {"N": "1"}, "j": {"SS": ["p", "q"]}}}, "gone": {"BOOL": True}}
NEW = {"a": {"S": "x"}, "m": {"M": {"k": {"N": "2"}, "j": {"SS": ["p", "q"]}, "new": {"L": []}}}}


async def test_an_update_sends_only_what_changes(writing: Writing, fault_proxy: FaultProxy) -> None:
    await writing.write(writing.put(1, **OLD))
    await writing.write(writing.update(1, OLD, NEW))
    assert await writing.there() == {1: NEW}
    (request,) = fault_proxy.requests("UpdateItem")
    names = request["ExpressionAttributeNames"]
    assert sorted(names.values()) == ["gone", "k", "m", "new", "pk"]
    assert request["UpdateExpression"].count("=") == 2


async def test_an_update_of_an_item_that_changed_meanwhile_fails(writing: Writing) -> None:
    await writing.write(writing.put(1, **(OLD | {"gone": {"BOOL": False}})))
    failure = await writing.fails(SerializationFailure, writing.update(1, OLD, NEW))
    assert failure.detail is not None
    assert "(pk, sk)=(w, 1)" in failure.detail


async def test_an_update_of_an_item_that_is_gone_makes_none(writing: Writing) -> None:
    await writing.fails(SerializationFailure, writing.update(1, OLD, NEW))
    assert await writing.there() == {}


async def test_an_update_into_a_map_that_is_gone_fails(writing: Writing) -> None:
    await writing.write(writing.put(1, m={"S": "no map"}))
    update = writing.update(1, {"m": {"M": {}}}, {"m": {"M": {"k": {"N": "1"}}}})
    await writing.fails(SerializationFailure, update)


async def test_an_update_whose_answer_is_lost_succeeds(writing: Writing, fault_proxy: FaultProxy) -> None:
    await writing.write(writing.put(1, **OLD))
    fault_proxy.on("UpdateItem", carried_out(reset), times=1)
    outcome = await writing.write(writing.update(1, OLD, NEW))
    assert (outcome.written, await writing.there()) == (1, {1: NEW})


async def test_two_updates_of_one_item_never_lose_one(writing: Writing) -> None:
    await writing.write(writing.put(1, n={"N": "0"}))

    async def increment() -> None:
        while True:
            before = (await writing.there())[1]
            after = {"n": {"N": str(int(before["n"]["N"]) + 1)}}
            group = MutationGroup((writing.update(1, before, after),))
            try:
                await writing.store.write(group, outcome=CommitOutcome())
            except SerializationFailure:
                continue
            return

    await asyncio.gather(*(increment() for _ in range(5)))
    assert await writing.there() == {1: {"n": {"N": "5"}}}


async def test_a_conditional_delete_checks_what_was_read(writing: Writing) -> None:
    await writing.write(writing.put(1, n={"N": "1"}))
    await writing.fails(SerializationFailure, writing.delete(1, MustMatch(((("n",), b'{"N":"2"}'),))))
    await writing.write(writing.delete(1, MustMatch(((("n",), b'{"N":"1"}'), (("x",), None)))))
    assert await writing.there() == {}


async def test_a_transaction_is_all_or_nothing(writing: Writing, fault_proxy: FaultProxy) -> None:
    await writing.write(writing.put(2))
    failure = await writing.fails(UniqueViolation, *writing.puts(1, 2, 3, condition=STRICT), mode=WriteMode.AUTO)
    assert failure.detail == "Key (pk, sk)=(w, 2) already exists."
    assert set(await writing.there()) == {2}
    outcome = await writing.write(*writing.puts(1, 3, condition=STRICT), mode=WriteMode.AUTO)
    assert (outcome.atomic, outcome.written, set(await writing.there())) == (True, 2, {1, 2, 3})
    assert len(fault_proxy.requests("TransactWriteItems")) == 2


@pytest.mark.parametrize("fault", [reset, truncated, error("InternalServerError", 500)])
async def test_a_transaction_whose_answer_is_lost_is_carried_out_once(
    writing: Writing, fault_proxy: FaultProxy, fault: Any
) -> None:
    fault_proxy.on("TransactWriteItems", carried_out(fault), times=1)
    outcome = await writing.write(*writing.puts(1, 2, condition=STRICT), mode=WriteMode.ATOMIC)
    assert (outcome.written, set(await writing.there())) == (2, {1, 2})
    first, second = fault_proxy.requests("TransactWriteItems")
    assert first == second


async def test_a_transaction_that_meets_others_is_tried_again(writing: Writing, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("TransactWriteItems", canceled("TransactionConflict", "None"), times=2)
    fault_proxy.on("TransactWriteItems", canceled("None", "ThrottlingError"), first=3, times=2)
    outcome = await writing.write(*writing.puts(1, 2), mode=WriteMode.ATOMIC)
    assert (outcome.written, set(await writing.there())) == (2, {1, 2})
    tokens = [request["ClientRequestToken"] for request in fault_proxy.requests("TransactWriteItems")]
    assert len(set(tokens)) == 5


async def test_a_transaction_that_always_meets_others_fails(writing: Writing, fault_proxy: FaultProxy) -> None:
    fault_proxy.on("TransactWriteItems", canceled("None", "TransactionConflict"))
    failure = await writing.fails(SerializationFailure, *writing.puts(1, 2), mode=WriteMode.ATOMIC)
    assert failure.detail is not None
    assert "(pk, sk)=(w, 2)" in failure.detail
    assert writing.numbers(Fate.UNWRITTEN) == {1, 2}


async def test_a_transaction_that_may_have_been_carried_out_is_unknown(
    writing: Writing, fault_proxy: FaultProxy
) -> None:
    fault_proxy.on("TransactWriteItems", carried_out(reset))
    await writing.fails(StatementCompletionUnknown, *writing.puts(1, 2), mode=WriteMode.ATOMIC)
    assert writing.numbers(Fate.UNKNOWN) == {1, 2}


async def test_more_than_100_items_cannot_be_atomic(writing: Writing, fault_proxy: FaultProxy) -> None:
    await writing.fails(ProgramLimitExceeded, *writing.puts(*range(101)), mode=WriteMode.ATOMIC)
    assert fault_proxy.requests("TransactWriteItems") == []
    assert len(writing.numbers(Fate.UNWRITTEN)) == 101


async def test_one_mutation_needs_no_transaction(writing: Writing, fault_proxy: FaultProxy) -> None:
    outcome = await writing.write(writing.put(1), mode=WriteMode.ATOMIC)
    assert outcome.atomic
    assert fault_proxy.requests("TransactWriteItems") == []


async def test_a_changed_key_travels_as_one_transaction(writing: Writing, fault_proxy: FaultProxy) -> None:
    await writing.write(*writing.puts(1, 2))
    await writing.write(Together((writing.delete(1), writing.put(10, STRICT))), writing.put(3))
    assert set(await writing.there()) == {2, 3, 10}
    assert len(fault_proxy.requests("TransactWriteItems")) == 1


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
