"""Fetch the pages of every read of a statement at the same time, each into its own feed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import pyarrow as pa

from pgddb.access.path import AccessPath, SegmentScan
from pgddb.access.statistics import ReadSize, ReadStatistics
from pgddb.catalog import StatisticsBook
from pgddb.catalog.statistics import LOOKED_AT
from pgddb.dynamo import Page
from pgddb.engine import FEED_PAGES, FEED_SCHEMA, Feed
from pgddb.errors import QueryCanceled, SqlError
from pgddb.execution.budget import Pace, StatementBill
from pgddb.execution.key_driven import KeyedReads
from pgddb.execution.ports import PageSource
from pgddb.execution.spool import Spool


class Producers:
    """The fetching tasks of one started statement: one for each feed, for a join drains one side before the other.

    Owns the tasks; `stop()` cancels them, so that no more requests are sent. What the pages show of the tables goes
    into `book`.
    """

    def __init__(  # noqa: PLR0913 - what is read, and how a session reads it
        self,
        store: PageSource,
        paths: Mapping[str, AccessPath],
        *,
        bill: StatementBill,
        deadline: float | None = None,
        pace: Pace | None = None,
        keyed: KeyedReads | None = None,
        book: StatisticsBook | None = None,
    ) -> None:
        self.feeds = {name: Feed(capacity_batches=FEED_PAGES) for name in paths}
        self._store = store
        self._paths = paths
        self._bill = bill
        self._deadline = deadline
        self._pace = pace or Pace()
        self._keyed = keyed
        self._book = book
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
        async with aclosing(self._batches(name, path)) as batches:
            async for batch in batches:
                if not await _pass_on(batch, feed, spool):
                    return
        if spool is not None:
            spool.finish()
            await _put_all(spool.kept(), feed)
        feed.finish()

    async def _batches(self, name: str, path: AccessPath) -> AsyncGenerator[pa.RecordBatch, None]:
        """Give what a path reads, and put it on the bill."""
        started, bill = time.monotonic(), self._bill.of(name, path)
        pages = self._store.fetch(
            path,
            statistics=bill,
            deadline=self._deadline,
            read_units_per_second=self._pace.of(path),
        )
        seen = None if self._book is None else SeenPages(self._book, path)
        try:
            async with aclosing(pages):
                async for page in pages:
                    if seen is not None:
                        seen.add(page)
                    yield _batch(path, page)
            if seen is not None:
                seen.end()
        finally:
            bill.seconds += time.monotonic() - started
            if seen is not None:
                seen.note_finished(bill)

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


class SeenPages:
    """Note for the statistics what the pages of one read show."""

    def __init__(self, book: StatisticsBook, path: AccessPath) -> None:
        self._book = book
        self._path = path
        self._wanted = LOOKED_AT if book.wants_items(path) else 0
        self._texts: list[str] = []
        self._items = 0
        self._read_units = 0.0
        self._pages = 0
        self._largest_page = 0

    def add(self, page: Page) -> None:
        """Take the items of a page if they show more than is known."""
        self._items += page.scanned_count
        self._read_units += page.read_units
        self._pages += 1
        self._largest_page = max(self._largest_page, page.scanned_count)
        if len(self._texts) < self._wanted:
            self._texts += page.items.column(0).slice(0, self._wanted - len(self._texts)).to_pylist()
            if len(self._texts) == self._wanted:
                self._look()

    def _look(self) -> None:
        path = self._path
        names = None if path.projection is None else [str(one[0]) for one in path.projection if len(one) == 1]
        self._book.note_items(path.table, names, self._texts)

    def end(self) -> None:
        """Note the size of the whole, which was read to its end unless a limit says otherwise."""
        if 0 < len(self._texts) < self._wanted:
            self._look()
        way = self._path.read
        if isinstance(way, SegmentScan) and way.most_partitions is not None:
            if self._largest_page == 1 and not way.ends:
                self._book.note_partitions(self._path, self._items)
        elif self._path.limit is None:
            units = self._read_units / 2 if self._path.consistent else self._read_units
            self._book.note_scan(self._path, ReadSize(self._items, units, self._pages))

    def note_finished(self, statistics: ReadStatistics) -> None:
        """Note the sizes of Queries, also of a read that was stopped after them."""
        self._book.note_queries(self._path.table, statistics.finished)
        statistics.finished.clear()


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
