"""Fetch the pages of every read of a statement at the same time, each into its own feed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing

import pyarrow as pa

from pgddb.access.path import AccessPath
from pgddb.dynamo import Page
from pgddb.engine import FEED_PAGES, FEED_SCHEMA, Feed
from pgddb.errors import QueryCanceled, SqlError
from pgddb.execution.budget import Pace, StatementBill
from pgddb.execution.key_driven import KeyedReads
from pgddb.execution.ports import PageSource
from pgddb.execution.spool import Spool


class Producers:
    """The fetching tasks of one started statement: one for each feed, for a join drains one side before the other.

    Owns the tasks; `stop()` cancels them, so that no more requests are sent.
    """

    def __init__(
        self,
        store: PageSource,
        paths: Mapping[str, AccessPath],
        *,
        bill: StatementBill,
        deadline: float | None = None,
        pace: Pace | None = None,
        keyed: KeyedReads | None = None,
    ) -> None:
        self.feeds = {name: Feed(capacity_batches=FEED_PAGES) for name in paths}
        self._store = store
        self._paths = paths
        self._bill = bill
        self._deadline = deadline
        self._pace = pace or Pace()
        self._keyed = keyed
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to fetch."""
        if self._paths:
            self._task = asyncio.create_task(self._produce_all(), name="pgddb fetch")

    async def _produce_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name in self.feeds:
                group.create_task(self._produce(name, self.feeds[name]))

    async def _produce(self, name: str, feed: Feed) -> None:
        """Fill one feed; its error fails the statement, which then stops the other producers.

        A feed that is cut off ends with an error, too: the engine must not take what it has for all there is.
        """
        spool = None if self._keyed is None else self._keyed.spools.get(name)
        try:
            await self._fetch(name, feed, spool)
        except SqlError as error:
            feed.finish(error)
            if spool is not None:
                spool.fail(error)
        except asyncio.CancelledError:
            feed.finish(QueryCanceled("canceling statement due to user request"))
            raise
        except Exception as error:
            feed.finish(error)
            raise

    async def _fetch(self, name: str, feed: Feed, spool: Spool | None) -> None:
        waits = self._keyed is not None and self._keyed.waits(name)
        path = await self._keyed.path(name) if self._keyed is not None and waits else self._paths[name]
        started, bill = time.monotonic(), self._bill.of(name, path)
        pages = self._store.fetch(
            path,
            statistics=bill,
            deadline=self._deadline,
            read_units_per_second=self._pace.of(path),
        )
        try:
            async with aclosing(pages):
                async for page in pages:
                    if not await _pass_on(_batch(path, page), feed, spool):
                        return
        finally:
            bill.seconds += time.monotonic() - started
        if spool is not None:
            spool.finish()
            await _put_all(spool.kept(), feed)
        feed.finish()

    async def stop(self) -> None:
        """Send no more requests; returns when nothing is in flight."""
        for feed in self.feeds.values():
            feed.close()
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # it has failed the statement through its feed


async def _pass_on(batch: pa.RecordBatch, feed: Feed, spool: Spool | None) -> bool:
    """Keep a batch for its keys, or give it to the engine after what was kept; False when the statement has ended."""
    if spool is None:
        return await feed.put(batch)
    if spool.keep(batch):
        return not feed.closed
    return await _put_all(spool.kept(), feed) and await feed.put(batch)


async def _put_all(batches: list[pa.RecordBatch], feed: Feed) -> bool:
    batches.reverse()
    while batches:
        if not await feed.put(batches.pop()):
            return False
    return True


def _batch(path: AccessPath, page: Page) -> pa.RecordBatch:
    """Give the page's rows; where only their number counts they are NULLs."""
    if path.count_only:
        return pa.record_batch([pa.nulls(page.count, pa.string_view())], schema=FEED_SCHEMA)
    return page.items
