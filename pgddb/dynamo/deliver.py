"""Deliver mutations by BatchWriteItem, TransactWriteItems or a request of their own, until their fate is known.

What happens to a write whose answer is lost: puts and deletes without a condition are sent again, for doing them twice
is doing them once. A transaction is sent again with its token, which DynamoDB remembers for ten minutes. A write with a
condition is sent again too; if its condition then fails, the item is read back: when it is as the write would have left
it, the first attempt was carried out.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, assert_never

from pgddb.access.attribute_values import Item, decode_item, decode_value, same_item, same_value
from pgddb.access.item_changes import value_at
from pgddb.access.mutation import (
    DeleteItem,
    KeyIdentity,
    MustNotExist,
    Mutation,
    PutItem,
    UpdateItem,
    WriteStatistics,
    key_text,
)
from pgddb.dynamo.fault_kinds import error_code
from pgddb.dynamo.faults import canceled_for
from pgddb.dynamo.sender import Patience
from pgddb.dynamo.write_requests import (
    batch_part,
    batch_write_request,
    single_request,
    transaction_request,
    unprocessed_keys,
)
from pgddb.dynamo.write_sender import Delivery, WriteSender
from pgddb.errors import SerializationFailure, SqlError, UniqueViolation

MOST_CONFLICTS = 7
"""Tries of a transaction that meets other writers; their waits of up to 0.05 x 2^n seconds sum up to 6.4 s."""

_CONFLICT = "TransactionConflict"
_WAITABLE = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "RequestLimitExceeded"})


async def deliver_batch(
    sender: WriteSender, delivery: Delivery, statistics: WriteStatistics, *, stopped: Callable[[], bool]
) -> None:
    """Put and delete by BatchWriteItem; what DynamoDB leaves out is sent again after a wait, unless all shall stop."""
    patience = Patience()
    table = next(iter(delivery.left.values())).table
    parts = {identity: batch_part(mutation) for identity, mutation in delivery.left.items()}
    while delivery.left:
        body = batch_write_request(table.table_name, [parts[identity] for identity in delivery.left])
        answer = await sender.send("BatchWriteItem", body, delivery)
        unprocessed: set[KeyIdentity] = unprocessed_keys(answer, table) if answer.UnprocessedItems else set()
        if len(unprocessed) < len(delivery.left):
            patience.renewed()
        delivery.left = {identity: delivery.left[identity] for identity in delivery.left if identity in unprocessed}
        if not delivery.left or stopped():
            return
        statistics.unprocessed += len(delivery.left)
        await sender.wait_out(patience, table, None)


async def deliver_single(sender: WriteSender, delivery: Delivery) -> None:
    """Write one item by a request of its own.

    Raises:
        UniqueViolation: the item exists and must not.
        SerializationFailure: the item is gone or is not as it was read.
    """
    (mutation,) = delivery.left.values()
    operation, body = single_request(mutation)
    try:
        await sender.send(operation, body, delivery)
    except SqlError as failure:
        if error_code(failure.__cause__) != "ConditionalCheckFailedException":
            raise
        if not await _was_carried_out(sender, delivery, mutation):
            raise condition_failed(mutation) from failure.__cause__
    delivery.left = {}


async def deliver_transaction(sender: WriteSender, delivery: Delivery) -> None:
    """Write all or nothing by TransactWriteItems.

    Raises:
        UniqueViolation: an item exists and must not.
        SerializationFailure: an item is gone, is not as it was read, or other writers are at it all the time.
    """
    mutations = list(delivery.left.values())
    patience, conflicts = Patience(), 0
    while True:
        body = transaction_request(mutations, str(uuid.uuid4()))
        try:
            await sender.send("TransactWriteItems", body, delivery)
        except SqlError as failure:
            reasons = _reasons(failure.__cause__)
            if reasons is None:
                raise
            if delivery.trial is not None:
                delivery.trial.doubtful = False  # cancelled: with its token it can never have been carried out
            codes = {reason["Code"] for reason in reasons} - {"None"}
            if codes and codes <= _WAITABLE:
                await sender.wait_out(patience, mutations[0].table, failure.__cause__)
            elif codes and codes <= _WAITABLE | {_CONFLICT} and conflicts < MOST_CONFLICTS:
                await sender.rest(conflicts)
                conflicts += 1
            else:
                raise _canceled(mutations, reasons) from failure.__cause__
        else:
            delivery.left = {}
            return


def condition_failed(mutation: Mutation) -> SqlError:
    """Say what it means that DynamoDB found the mutation's condition false."""
    table = mutation.table.name
    if isinstance(mutation.condition, MustNotExist):
        if mutation.condition.after_conflict:
            return SerializationFailure(
                "could not serialize access due to concurrent insert",
                detail=f'An item with key {key_text(mutation.key)} of "{table}" has been written meanwhile.',
                hint="The transaction might succeed if retried.",
            )
        return UniqueViolation(
            f'duplicate key value violates unique constraint "{table}_pkey"',
            detail=f"Key {key_text(mutation.key)} already exists.",
        )
    return SerializationFailure(
        "could not serialize access due to concurrent update",
        detail=f'The item with key {key_text(mutation.key)} of "{table}" is gone, or is not as it was read.',
        hint="The transaction might succeed if retried.",
    )


async def _was_carried_out(sender: WriteSender, delivery: Delivery, mutation: Mutation) -> bool:
    """Say whether an earlier attempt did what the refused one was to do."""
    if delivery.trial is None or not delivery.trial.doubtful:
        return False
    text = await sender.read_back(mutation.table, mutation.key)
    return _is_as_written(mutation, None if text is None else decode_item(text))


def _is_as_written(mutation: Mutation, item: Item | None) -> bool:
    match mutation:
        case DeleteItem():
            return item is None
        case PutItem(item=written):
            return item is not None and same_item(item, decode_item(written))
        case UpdateItem(assignments=assignments, removals=removals):
            return (
                item is not None
                and all(_holds(item, path, decode_value(value)) for path, value in assignments)
                and all(value_at(item, path) is None for path in removals)
            )
        case _:
            assert_never(mutation)


def _holds(item: Item, path: Any, value: Any) -> bool:
    found = value_at(item, path)
    return found is not None and same_value(found, value)


def _reasons(error: BaseException | None) -> list[dict[str, Any]] | None:
    """Give why each item of a transaction was refused, or None if that is not what happened."""
    if error is None or error_code(error) != "TransactionCanceledException":
        return None
    response: dict[str, Any] = getattr(error, "response", {})
    return [{"Code": "None"} | reason for reason in response.get("CancellationReasons", ())]


def _canceled(mutations: list[Mutation], reasons: list[dict[str, Any]]) -> SqlError:
    """Turn the reason that says most into an error that names the key: a failed condition before anything else."""
    told = [
        (mutation, reason) for mutation, reason in zip(mutations, reasons, strict=False) if reason["Code"] != "None"
    ]
    for mutation, reason in told:
        if reason["Code"] == "ConditionalCheckFailed":
            return condition_failed(mutation)
    for mutation, reason in told:
        message = str(reason.get("Message", ""))
        return canceled_for(reason["Code"], message, key_text(mutation.key), mutation.table.name)
    return canceled_for("unknown", "DynamoDB gave no reason.", "unknown", mutations[0].table.name)
