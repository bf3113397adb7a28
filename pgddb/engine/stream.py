"""Hand record batches from asyncio tasks to the engine's threads, a bounded number of bytes at a time."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Iterator

import pyarrow as pa

from pgddb.errors import InternalError

FEED_SCHEMA = pa.schema([("item", pa.string_view())])
"""What a feed carries: one row an item, its raw DynamoDB-typed JSON (NULL where only the number of rows counts)."""

FEED_BYTES = 2 * 1024 * 1024
"""Bytes that wait in a feed before its producer does: two full pages of a Scan; the store reads ahead by itself."""

FEED_PAGES = 8
"""Pages that wait in a feed before its producer does, however small projection makes them: each one was paid for."""

JOINED_ROWS = 16_384
"""Waiting batches are joined up to this many rows: rows come out of the engine in batches no larger than they went
in, and encoding small ones costs 25 to 50 % more."""

JOINED_BYTES = 2 * 1024 * 1024
"""Nor are they joined beyond this size, so that few large items do not travel as one block."""

FIRST_ROWS = 256
"""Rows of the first batch of a feed that has more to come; each one after it may have twice as many. The engine reads
some three batches before it gives the first rows out: so these come after one page, not after four."""

SMALL_ROWS = 2000
"""Up to so many rows a feed is small, and a statement over small feeds may keep its whole result in memory."""


class Feed:
    """A bounded queue with one asyncio producer and one engine scan as its consumer.

    Made in the producer's event loop. Nobody polls: the producer waits on an event of its loop, the scan on a
    condition, and `close()` wakes both.
    """

    def __init__(self, capacity_bytes: int = FEED_BYTES, *, capacity_batches: int | None = None) -> None:
        self.error: BaseException | None = None
        self._capacity_bytes = capacity_bytes
        self._capacity_batches = capacity_batches
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._arrived = asyncio.Event()
        self._settled = asyncio.Event()
        self._changed = threading.Condition()
        self._waiting: deque[pa.RecordBatch] = deque()
        self._sizes: deque[int] = deque()
        self._waiting_bytes = 0
        self._most_rows = FIRST_ROWS
        self._rows = 0
        self._producer_waits = False
        self._finished = False
        self._closed = False

    async def put(self, batch: pa.RecordBatch) -> bool:
        """Hand over a batch; wait while the feed is full. False when the statement has ended: fetch no more.

        A batch is let in whenever less than the capacity waits, so one that is larger than the capacity passes too.
        """
        while not self._admit(batch):
            if self._closed:
                return False
            await self._room.wait()
        return True

    def _admit(self, batch: pa.RecordBatch) -> bool:
        with self._changed:
            if self._closed:
                return False
            if self._is_full():
                self._producer_waits = True
                self._room.clear()
                self._settled.set()
                return False
            if batch.num_rows:
                self._waiting.append(batch)
                self._sizes.append(batch.nbytes)
                self._waiting_bytes += batch.nbytes
                self._rows += batch.num_rows
                self._changed.notify()
                self._arrived.set()
                if self._rows > SMALL_ROWS:
                    self._settled.set()
        return True

    def _is_full(self) -> bool:
        many = self._capacity_batches is not None and len(self._waiting) >= self._capacity_batches
        return many or self._waiting_bytes >= self._capacity_bytes

    def finish(self, error: BaseException | None = None) -> None:
        """Say that no batch follows; with an error the statement fails with it, whatever still waits."""
        with self._changed:
            self._finished = True
            if self.error is None:
                self.error = error
            self._changed.notify_all()
        self._arrived.set()
        self._settled.set()

    async def wait_for_first(self) -> None:
        """Wait until the scan has something to read: a batch, the end or an error."""
        await self._arrived.wait()

    async def wait_until_settled(self) -> None:
        """Wait until it is known whether the feed is small: it has ended, or it has more than `SMALL_ROWS`."""
        await self._settled.wait()

    def close(self) -> None:
        """End the feed from the reader's side: wake whoever waits and drop what is queued. In the loop's thread."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._sizes.clear()
            self._waiting_bytes = 0
            self._changed.notify_all()
        self._room.set()
        self._arrived.set()
        self._settled.set()

    @property
    def closed(self) -> bool:
        """Say whether the statement has ended."""
        return self._closed

    @property
    def drained(self) -> bool:
        """Say whether reading on cannot wait: nothing more comes."""
        return self._finished or self._closed

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Give the batches to the scan, in one of the engine's threads, until the end.

        Raises:
            FeedFailed: the producer failed; the engine keeps only the text, so `error` says why.
        """
        while (batch := self._take()) is not None:
            yield batch

    async def take(self) -> pa.RecordBatch | None:
        """Give the next batch in the producer's event loop, in the engine's place; None at the end.

        Raises:
            SqlError: the producer failed.
        """
        while True:
            with self._changed:
                if self._waiting or self._finished or self._closed:
                    break
                self._arrived.clear()
            await self._arrived.wait()
        try:
            return self._take()
        except FeedFailed:
            assert self.error is not None
            raise self.error from self.error.__cause__

    def put_back(self, batch: pa.RecordBatch) -> None:
        """Let the batch that was taken last be the next to be read."""
        with self._changed:
            self._waiting.appendleft(batch)
            self._sizes.appendleft(batch.nbytes)
            self._waiting_bytes += batch.nbytes
            self._changed.notify()
        self._arrived.set()

    def _take(self) -> pa.RecordBatch | None:
        with self._changed:
            while not (self._waiting or self._finished or self._closed):
                self._changed.wait()
            if self._closed:
                return None
            if self.error is not None:
                raise FeedFailed
            joined = self._take_waiting()
            wake = self._producer_waits and self._waiting_bytes <= self._capacity_bytes // 2
            if wake:
                self._producer_waits = False
        if wake:
            with contextlib.suppress(RuntimeError):  # the loop is closed, and the producer gone with it
                self._loop.call_soon_threadsafe(self._room.set)
        if len(joined) > 1:
            return pa.concat_batches(joined)
        return joined[0] if joined else None

    def _take_waiting(self) -> list[pa.RecordBatch]:
        """Take what is to be one batch; few rows at first, where more are to come."""
        most, self._most_rows = min(self._most_rows, JOINED_ROWS), self._most_rows * 2
        if self._finished:
            most = JOINED_ROWS
        joined: list[pa.RecordBatch] = []
        rows = size = 0
        while self._waiting:
            batch = self._waiting[0]
            rows += batch.num_rows
            size += self._sizes[0]
            if joined and (rows > most or size > JOINED_BYTES):
                break
            if rows > most < JOINED_ROWS:
                self._take_front(most)
                return [batch.slice(0, most)]
            self._take_front(batch.num_rows)
            joined.append(batch)
        return joined

    def _take_front(self, rows: int) -> None:
        """Take rows off the batch that waits longest."""
        batch, size = self._waiting.popleft(), self._sizes.popleft()
        taken = size * rows // batch.num_rows
        if rows < batch.num_rows:
            self._waiting.appendleft(batch.slice(rows))
            self._sizes.appendleft(size - taken)
        self._waiting_bytes -= taken


class FeedFailed(Exception):
    """Ends the engine's scan of a feed whose producer failed; never reaches a client."""


class FeedRelation:
    """What a name in the engine's text reads: registered once in a session, given the feed of each statement.

    Registering a reader for each statement would cost 0.6 ms of 1.5 (measured for a one-row lookup).
    """

    def __init__(self) -> None:
        self.feed: Feed | None = None

    def __arrow_c_schema__(self) -> object:
        """Give the schema, so that binding opens no stream."""
        return FEED_SCHEMA.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Open the stream of the running statement's feed; a feed can be read once."""
        feed, self.feed = self.feed, None
        if feed is None:
            raise InternalError("a feed was read twice")
        return pa.RecordBatchReader.from_batches(FEED_SCHEMA, feed.batches()).__arrow_c_stream__()


class EmptyRelation:
    """A relation without rows of which the engine knows nothing else, so that it plans as for a feed."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema

    def __arrow_c_schema__(self) -> object:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return pa.RecordBatchReader.from_batches(self._schema, []).__arrow_c_stream__()
