"""Fetch the pages of every read of a statement at the same time, each into its own feed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing

import pyarrow as pa

from pgddb.access.path import AccessPath
from pgddb.dynamo import Page
from pgddb.engine import FEED_SCHEMA, Feed
from pgddb.errors import SqlError
from pgddb.execution.budget import Pace, StatementBill
from pgddb.execution.ports import PageSource


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
    ) -> None:
        self.feeds = {name: Feed() for name in paths}
        self._store = store
        self._paths = paths
        self._bill = bill
        self._deadline = deadline
        self._pace = pace or Pace()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to fetch."""
        if self._paths:
            self._task = asyncio.create_task(self._produce_all(), name="pgddb fetch")

    async def _produce_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name, path in self._paths.items():
                group.create_task(self._produce(name, path, self.feeds[name]))

    async def _produce(self, name: str, path: AccessPath, feed: Feed) -> None:
        """Fill one feed; its error fails the statement, which then stops the other producers."""
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
                    if not await feed.put(_batch(path, page)):
                        return
        except SqlError as error:
            feed.finish(error)
        except Exception as error:
            feed.finish(error)
            raise
        finally:
            bill.seconds += time.monotonic() - started
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


def _batch(path: AccessPath, page: Page) -> pa.RecordBatch:
    """Give the page's rows; where only their number counts they are NULLs."""
    if path.count_only:
        return pa.record_batch([pa.nulls(page.count, pa.string_view())], schema=FEED_SCHEMA)
    return page.items
