"""Give the row of a looked-up item without the engine, which takes longer than DynamoDB does."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

import pyarrow as pa

from pgddb.access.path import AccessPath, ItemGet
from pgddb.dynamo.item_row import RowMaker
from pgddb.engine import FEED_SCHEMA, Feed
from pgddb.execution.budget import Pace, StatementBill
from pgddb.execution.engine_rows import Batches, StartEngine
from pgddb.execution.ports import KeyedItems
from pgddb.pgtypes import SingleRow
from pgddb.planner.plan_nodes import SelectPlan

FetchItem = Callable[[], Awaitable[bytes | None]]
"""Fetches the raw item and puts it on the bill."""


def is_looked_up(plan: SelectPlan, paths: Mapping[str, AccessPath]) -> bool:
    """Say whether the plan is a lookup, and read as one."""
    return bool(plan.looked_up) and all(isinstance(path.read, ItemGet) for path in paths.values())


def row_maker(plan: SelectPlan) -> RowMaker | None:
    """Give what makes the row of a plan that is a lookup."""
    if not plan.looked_up:
        return None
    outputs = zip(plan.columns, plan.looked_up, strict=True)
    return RowMaker([(output.name, column.attribute, column.carrier) for output, column in outputs])


async def fetch_item(
    items: KeyedItems, paths: Mapping[str, AccessPath], bill: StatementBill, deadline: float | None, pace: Pace
) -> bytes | None:
    """Fetch the item of the one path, and put it on the bill."""
    ((feed, path),) = paths.items()
    started, own = time.monotonic(), bill.of(feed, path)
    try:
        return await items.get_item(path, statistics=own, deadline=deadline, read_units_per_second=pace.of(path))
    finally:
        own.seconds += time.monotonic() - started


class LookedUpRow:
    """At most one row, made of the item, which is fetched when the row is asked for.

    The engine makes the row where the item is unusual. Takes the place of producers, too: nothing else is fetched.
    """

    def __init__(self, feed: str, maker: RowMaker, fetch: FetchItem, start_engine: StartEngine) -> None:
        self._feed = feed
        self._maker = maker
        self._fetch = fetch
        self._start_engine = start_engine
        self._engine: Batches | None = None

    async def single_row(self) -> SingleRow | None:
        """Fetch the item and give its row; None where there is no item, or the row comes in batches."""
        item = await self._fetch()
        if item is None:
            return None
        row = self._maker.row(item)
        if row is not None:
            return row
        self._engine = await self._start_engine({self._feed: await _filled(item)})
        return None

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give what `single_row` has left to the engine."""
        return None if self._engine is None else await self._engine.next_batch()

    async def stop(self) -> None:
        """Send no more requests: there are none."""

    async def close(self) -> None:
        """Stop."""
        if self._engine is not None:
            await self._engine.close()


async def _filled(item: bytes) -> Feed:
    feed = Feed()
    await feed.put(pa.record_batch([pa.array([item], pa.string_view())], schema=FEED_SCHEMA))
    feed.finish()
    return feed
