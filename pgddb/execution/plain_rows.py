"""Give attributes of every item out as they stand without the engine, which would only copy them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pyarrow as pa

from pgddb.dynamo.item_columns import BatchMaker
from pgddb.engine import Feed
from pgddb.execution.engine_rows import Batches, StartEngine
from pgddb.execution.late_json import CONVERTED_IN_LOOP_BYTES
from pgddb.execution.plan_cache import PlannedQuery


class PlainRows:
    """The rows of the items of one feed, made as the items come.

    With the first batch that has an unusual item the engine takes over, and reads the rest of the feed.
    """

    def __init__(self, feeds: Mapping[str, Feed], maker: BatchMaker, start_engine: StartEngine) -> None:
        self._feeds = feeds
        (self._feed,) = feeds.values()
        self._maker = maker
        self._start_engine = start_engine
        self._engine: Batches | None = None

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next rows; None at the end.

        Raises:
            SqlError: the feed or the engine failed.
        """
        if self._engine is None:
            items = await self._feed.take()
            if items is None:
                return None
            made = await self._made(items.column(0))
            if made is not None:
                return made
            self._feed.put_back(items)
            self._engine = await self._start_engine(self._feeds)
        return await self._engine.next_batch()

    async def _made(self, items: pa.Array) -> pa.RecordBatch | None:
        if items.nbytes <= CONVERTED_IN_LOOP_BYTES:
            return self._maker.batch(items)
        return await asyncio.to_thread(self._maker.batch, items)

    async def close(self) -> None:
        """Stop the engine, if it runs."""
        if self._engine is not None:
            await self._engine.close()


async def open_rows(
    planned: PlannedQuery, feeds: Mapping[str, Feed], start_engine: StartEngine, *, raw_items: bool
) -> Batches:
    """Start what makes the rows of the feeds; with `raw_items` documents shall come as the store has them."""
    plan = planned.plan
    if not plan.given_out or raw_items:
        return await start_engine(feeds)
    outputs = zip(plan.columns, plan.given_out, strict=True)
    maker = BatchMaker([(output.name, column.attribute, column.carrier) for output, column in outputs])
    return PlainRows(feeds, maker, start_engine)
