"""Pull the record batches of a running query, one at a time, without blocking the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from typing import Any

import duckdb
import pyarrow as pa

from pgddb.engine.faults import translate
from pgddb.engine.stream import Feed, FeedRelation
from pgddb.errors import QueryCanceled, SqlError

BATCH_ROWS = 8192
"""Rows of a batch that comes out of a sort or an aggregate; the encoder is fast from here on."""

INTERRUPT_EVERY_SECONDS = 0.02
"""An interrupt that comes before the query has begun is forgotten by the engine, so it is repeated until it works."""


def open_reader(connection: duckdb.DuckDBPyConnection, sql: str, batch_rows: int) -> Any:
    """Start a SELECT whose rows stream out as Arrow batches.

    `connection.sql(sql).to_arrow_reader(n)` does the same and binds the text twice: 0.5 ms more for each
    statement, half of a point lookup. `execute()` would keep the whole result in memory.
    """
    submit: Callable[..., Any] | None = getattr(connection, "_submit", None)
    if submit is None:
        return connection.sql(sql).to_arrow_reader(batch_rows)
    return submit(sql, None, "stream", batch_rows).arrow_reader()


class RunningQuery:
    """The part of a query that lives in the engine's waiting threads, one call at a time.

    `begin` gives the text to run; it is called in such a thread too.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        feeds: Iterable[tuple[FeedRelation, Feed]],
        begin: Callable[[], str],
        *,
        batch_rows: int,
    ) -> None:
        self._connection = connection
        self._begin = begin
        self._feeds = tuple(feeds)
        self._batch_rows = batch_rows
        self._reader: Any = None
        self._ahead: pa.RecordBatch | None = None
        self._stopped = threading.Event()

    def pull(self) -> tuple[pa.RecordBatch | None, bool]:
        """Give the next batch that has rows, and whether it is the last; starts the query when called first.

        The end is looked for at once where that cannot wait for a feed: a small result costs one call, not two.
        """
        if self._stopped.is_set():
            raise QueryCanceled("canceling statement due to user request")
        try:
            return self._read_ahead()
        except (duckdb.Error, OSError, pa.ArrowException, RuntimeError, UnicodeDecodeError) as error:
            failed = next((feed.error for _, feed in self._feeds if feed.error is not None), None)
            if failed is not None:  # the engine keeps only the text of an error that comes from a feed
                raise failed from failed.__cause__
            raise translate(error) from error

    def _read_ahead(self) -> tuple[pa.RecordBatch | None, bool]:
        batch, self._ahead = self._ahead or self._read(), None
        if batch is not None and batch.num_rows < self._batch_rows and all(feed.drained for _, feed in self._feeds):
            self._ahead = self._read()
            return batch, self._ahead is None
        return batch, batch is None

    def _read(self) -> pa.RecordBatch | None:
        if self._reader is None:
            for relation, feed in self._feeds:
                relation.feed = feed
            self._reader = open_reader(self._connection, self._begin(), self._batch_rows)
        while True:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                return None
            if batch.num_rows:
                return batch

    def interrupt(self) -> None:
        """Stop the query; it fails with 57014."""
        self._stopped.set()
        self._connection.interrupt()

    def release(self) -> None:
        """Drop reader and feeds, so that the connection is free for the next query."""
        self._stopped.set()
        reader, self._reader = self._reader, None
        if reader is not None:
            with contextlib.suppress(duckdb.Error, OSError, pa.ArrowException):
                reader.close()
        for relation, _ in self._feeds:
            relation.feed = None


class BatchStream:
    """The rows of one running query; the session can run nothing else until it is closed or read to its end.

    With `settles` the query begins when all its feeds have ended or one has shown to be large.
    """

    def __init__(
        self, query: RunningQuery, feeds: Mapping[str, Feed], threads: Executor, *, settles: bool = False
    ) -> None:
        self._query = query
        self._settles = settles
        self._feeds = tuple(feeds.values())
        self._threads = threads
        self._pulling: Future[tuple[pa.RecordBatch | None, bool]] | None = None
        self._ended = False
        self._closed = False

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next batch of rows, never an empty one; None at the end.

        Cancelling the caller interrupts the query; `close()` then waits for its thread.

        Raises:
            SqlError: the query or one of its feeds failed.
        """
        if self._ended or self._closed:
            return None
        try:
            if self._pulling is None:
                await (_wait_until_settled if self._settles else _wait_for_any)(self._feeds)
            self._pulling = self._threads.submit(self._query.pull)
            batch, self._ended = await asyncio.wrap_future(self._pulling)
        except asyncio.CancelledError:
            self._stop()
            raise
        except SqlError:
            self._ended = True
            raise
        return batch

    def _stop(self) -> None:
        self._ended = True
        for feed in self._feeds:
            feed.close()
        if self._pulling is not None and not self._pulling.done():
            self._query.interrupt()

    async def close(self) -> None:
        """Stop the query and its feeds at once; may be called at any time and more than once."""
        if self._closed:
            return
        self._stop()
        if self._pulling is not None and not self._pulling.done():
            await self._thread_ends(self._pulling)
        self._closed = True
        self._query.release()

    async def _thread_ends(self, pulling: Future[Any]) -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        pulling.add_done_callback(lambda _: loop.call_soon_threadsafe(ended.set))
        while not pulling.done():
            self._query.interrupt()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(INTERRUPT_EVERY_SECONDS):
                    await ended.wait()


async def _wait_for_any(feeds: tuple[Feed, ...]) -> None:
    """Wait until one feed has rows or has ended: until then a thread would only block."""
    if not feeds:
        return
    if len(feeds) == 1:
        await feeds[0].wait_for_first()
        return
    waits = [asyncio.ensure_future(feed.wait_for_first()) for feed in feeds]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def _wait_until_settled(feeds: tuple[Feed, ...]) -> None:
    for feed in feeds:
        await feed.wait_until_settled()
