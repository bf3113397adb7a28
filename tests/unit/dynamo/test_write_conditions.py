"""Writes with conditions and transactions: nobody's write is lost, doubled or half done, whatever breaks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pgddb.access.mutation import (
    CommitOutcome,
    Fate,
    MustMatch,
    MustNotExist,
    MutationGroup,
    Together,
    WriteMode,
)
from pgddb.errors import (
    ProgramLimitExceeded,
    SerializationFailure,
    StatementCompletionUnknown,
    UniqueViolation,
)
from tests.fakes.fault_proxy import (
    FaultProxy,
    canceled,
    carried_out,
    error,
    reset,
    truncated,
)
from tests.fakes.writing import Writing

STRICT = MustNotExist()


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
