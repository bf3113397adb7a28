"""Give the row of a looked-up item without the engine, which takes longer than DynamoDB does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import pyarrow as pa

from pgddb.access.path import AccessPath, ItemGet
from pgddb.dynamo.item_row import item_row
from pgddb.engine import BatchStream, EngineSession, Feed
from pgddb.execution.producers import Producers
from pgddb.execution.server_resources import ServerResources
from pgddb.planner.plan_nodes import SelectPlan


class Batches(Protocol):
    """The rows of a running query, as `engine.BatchStream` gives them."""

    async def next_batch(self) -> pa.RecordBatch | None: ...

    async def close(self) -> None: ...


class EngineRows:
    """The rows of a query in an engine session of its own; `close()` gives the session back."""

    def __init__(self, batches: BatchStream, session: EngineSession, resources: ServerResources) -> None:
        self.next_batch = batches.next_batch
        self._batches = batches
        self._session: EngineSession | None = session
        self._resources = resources

    async def close(self) -> None:
        """Stop the query."""
        session, self._session = self._session, None
        if session is not None:
            try:
                await self._batches.close()
            finally:
                self._resources.give_back(session)


StartEngine = Callable[[Mapping[str, Feed]], Awaitable[Batches]]


def is_looked_up(plan: SelectPlan, paths: Mapping[str, AccessPath]) -> bool:
    """Say whether the plan is a lookup, and read as one."""
    return bool(plan.looked_up) and all(isinstance(path.read, ItemGet) for path in paths.values())


class LookedUpRow:
    """At most one row, made of the item, which is fetched when the row is asked for.

    The engine makes the row where the item is unusual.
    """

    def __init__(self, plan: SelectPlan, producers: Producers, start_engine: StartEngine) -> None:
        self._name = plan.reads[0].feed
        self._producers = producers
        self._columns = [
            (output.name, column.attribute, column.carrier)
            for output, column in zip(plan.columns, plan.looked_up, strict=True)
        ]
        self._start_engine = start_engine
        self._engine: Batches | None = None
        self._ended = False

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the row, then None."""
        if self._engine is not None:
            return await self._engine.next_batch()
        if self._ended:
            return None
        self._ended = True
        items = await self._producers.take_all(self._name)
        texts = [text for batch in items for text in batch.column(0).to_pylist()]
        if not texts:
            return None
        row = item_row(texts[0].encode(), self._columns) if len(texts) == 1 else None
        if row is not None:
            return row
        self._engine = await self._start_engine({self._name: await _refilled(items)})
        return await self._engine.next_batch()

    async def close(self) -> None:
        """Stop."""
        self._ended = True
        if self._engine is not None:
            await self._engine.close()


async def _refilled(items: list[pa.RecordBatch]) -> Feed:
    feed = Feed()
    for batch in items:
        await feed.put(batch)
    feed.finish()
    return feed
