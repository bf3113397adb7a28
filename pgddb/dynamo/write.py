"""Carry out mutations: which requests, how many at once, when to stop, and what to report when something breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from pgddb.access.mutation import (
    CommitOutcome,
    Fate,
    KeyIdentity,
    Mutation,
    MutationGroup,
    PutItem,
    Together,
    Unfinished,
    identity_of,
)
from pgddb.access.table import Source
from pgddb.access.write_cost import BATCH_ITEMS, batchable, goes_as_transaction
from pgddb.dynamo.deliver import deliver_batch, deliver_single, deliver_transaction
from pgddb.dynamo.settings import StoreSettings
from pgddb.dynamo.write_sender import Delivery, WriteSender
from pgddb.errors import InternalError, SqlError, StatementCompletionUnknown

BATCH_BYTES = 4 * 1024 * 1024
"""DynamoDB takes 16 MB; smaller requests bound the memory of those in flight to 64 MB."""

_TableName = tuple[Source, str]
_Deliver = Callable[[Delivery], Awaitable[None]]


class Writer:
    """Carry out mutations as they come; owns the requests in flight.

    Use it as an async context: `await put(...)` as often as wanted, then `await finish()`. When a request fails,
    nothing new is sent, what is in flight runs to its end, and the failure is raised. Leaving the context earlier
    cancels what is in flight. In every case the outcome tells the truth afterwards.
    """

    def __init__(self, sender: WriteSender, settings: StoreSettings, outcome: CommitOutcome) -> None:
        self._sender = sender
        self._outcome = outcome
        self._large = asyncio.Semaphore(settings.write_concurrency)
        self._small = asyncio.Semaphore(settings.item_write_concurrency)
        self._batches: dict[_TableName, dict[KeyIdentity, Mutation]] = {}
        self._batch_bytes: dict[_TableName, int] = {}
        self._open: dict[int, Mutation] = {}
        """By identity of the object: what was put and is neither written nor given up."""
        self._in_flight: set[KeyIdentity] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._group = asyncio.TaskGroup()
        self._failure: SqlError | None = None

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        canceled = isinstance(error, asyncio.CancelledError)
        try:
            # A task group would wrap what its body raises in an exception group.
            await self._group.__aexit__(*((kind, error, trace) if canceled else (None, None, None)))
        finally:
            forgotten = kind is None and bool(self._open)
            self._give_up_rest()
        if forgotten:
            raise InternalError("a writer was left before it had finished")

    async def put(self, mutation: Mutation | Together) -> None:
        """Take one more mutation, and wait while too many requests are in flight.

        Mutations of one key are carried out in the order in which they come; of two puts or deletes without a
        condition that wait together only the last is sent.

        Raises:
            SqlError: something put earlier has failed.
        """
        mutations = mutation.mutations if isinstance(mutation, Together) else (mutation,)
        self._open |= {id(one): one for one in mutations}
        if not isinstance(mutation, Together) and batchable(mutation):
            await self._add(mutation)
            return
        await self._in_order({identity_of(one) for one in mutations})
        if isinstance(mutation, Together):
            await self._start(self._transaction, mutations, self._large)
        else:
            await self._start(self._single, mutations, self._small)

    async def put_group(self, group: MutationGroup) -> None:
        """Take all mutations of a group, as one transaction where it shall and can be one."""
        mutations = tuple(group.each())
        if len({identity_of(mutation) for mutation in mutations}) < len(mutations):
            raise InternalError("a mutation group holds two mutations of one key")
        self._open |= {id(one): one for one in mutations}
        self._outcome.atomic = len(mutations) == 1 or goes_as_transaction(group)
        if goes_as_transaction(group):
            await self._start(self._transaction, mutations, self._large)
            return
        for one in group.mutations:
            await self.put(one)

    async def finish(self) -> None:
        """Send what waits, and wait until the fate of everything is known.

        Raises:
            StatementCompletionUnknown: something is written or may be, and something is not.
            SqlError: nothing is written, and this is why.
        """
        for table in list(self._batches):
            if self._failure is None:
                await self._flush(table)
        await self._settled()
        if self._failure is not None:
            self._give_up_rest()
            raise broken_commit(self._outcome, self._failure) from self._failure

    async def _add(self, mutation: Mutation) -> None:
        identity = identity_of(mutation)
        table = identity[:2]
        if identity in self._in_flight:
            await self._settled()
        size = len(mutation.item) if isinstance(mutation, PutItem) else 0
        if self._batch_bytes.get(table, 0) + size > BATCH_BYTES:
            await self._flush(table)
        batch = self._batches.setdefault(table, {})
        replaced = batch.get(identity)
        if replaced is not None:
            del self._open[id(replaced)]
        batch[identity] = mutation
        self._batch_bytes[table] = self._batch_bytes.get(table, 0) + size
        if len(batch) == BATCH_ITEMS:
            await self._flush(table)

    async def _flush(self, table: _TableName) -> None:
        batch = self._batches.pop(table, {})
        self._batch_bytes.pop(table, None)
        if batch:
            await self._start(self._batch, tuple(batch.values()), self._large)

    async def _in_order(self, identities: set[KeyIdentity]) -> None:
        """Let earlier mutations of these keys be done first."""
        for table in {identity[:2] for identity in identities}:
            if not identities.isdisjoint(self._batches.get(table, {})):
                await self._flush(table)
        if not identities.isdisjoint(self._in_flight):
            await self._settled()

    async def _start(self, deliver: _Deliver, mutations: tuple[Mutation, ...], places: asyncio.Semaphore) -> None:
        """Start one request once there is a place for it; once one has failed, raise that instead."""
        await places.acquire()
        if self._failure is not None:
            places.release()
            await self.finish()
        delivery = Delivery.of(mutations)
        self._in_flight |= delivery.left.keys()
        task = self._group.create_task(self._run(deliver, delivery, places))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, deliver: _Deliver, delivery: Delivery, places: asyncio.Semaphore) -> None:
        carried = dict(delivery.left)
        try:
            await deliver(delivery)
        except SqlError as failure:
            self._failure = self._failure or failure
        finally:
            self._note(carried, delivery)
            places.release()

    def _note(self, carried: dict[KeyIdentity, Mutation], delivery: Delivery) -> None:
        """Enter the fate of what one delivery carried into the outcome."""
        written = len(carried) - len(delivery.left)
        self._outcome.written += written
        self._outcome.statistics.items_written += written
        for mutation in carried.values():
            self._open.pop(id(mutation), None)
        self._give_up(delivery.left.values(), delivery.fate)
        self._in_flight -= carried.keys()

    async def _settled(self) -> None:
        """Wait for everything in flight; the tasks keep their failures to themselves."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _give_up(self, mutations: Iterable[Mutation], fate: Fate) -> None:
        self._outcome.unfinished += (Unfinished(mutation, fate) for mutation in mutations)

    def _give_up_rest(self) -> None:
        self._give_up(self._open.values(), Fate.UNWRITTEN)
        self._open = {}
        self._batches = {}

    async def _batch(self, delivery: Delivery) -> None:
        statistics = self._outcome.statistics
        await deliver_batch(self._sender, delivery, statistics, stopped=lambda: self._failure is not None)

    async def _single(self, delivery: Delivery) -> None:
        await deliver_single(self._sender, delivery)

    async def _transaction(self, delivery: Delivery) -> None:
        await deliver_transaction(self._sender, delivery)


def broken_commit(outcome: CommitOutcome, failure: SqlError) -> SqlError:
    """Say truthfully what a failure has left: itself if nothing is written, otherwise how much is."""
    unknown, unwritten = len(outcome.of(Fate.UNKNOWN)), len(outcome.of(Fate.UNWRITTEN))
    if not outcome.written and not unknown:
        return failure
    parts = ((outcome.written, "written"), (unwritten, "not written"), (unknown, "not known to be written"))
    told = ", ".join(f"{count} {'item is' if count == 1 else 'items are'} {what}" for count, what in parts if count)
    return StatementCompletionUnknown(
        f"the writes broke off: {told}",
        detail=failure.message if failure.detail is None else f"{failure.message}: {failure.detail}",
        hint="pgddb.last_commit lists the keys that are not written and those of which it is not known.",
    )
