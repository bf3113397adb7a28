"""Hand record batches from asyncio tasks to the engine's threads, a bounded number of bytes at a time."""

from __future__ import annotations

import pyarrow as pa

FEED_SCHEMA = pa.schema([("item", pa.string_view())])
"""What a feed carries: one row an item, its raw DynamoDB-typed JSON (NULL where only the number of rows counts)."""

FEED_BYTES = 8 * 1024 * 1024
"""Bytes that wait in a feed before its producer does: eight full pages of a Scan."""


class Feed:
    """A bounded queue with one asyncio producer and one engine scan as its consumer."""

    def __init__(self, capacity_bytes: int = FEED_BYTES) -> None:
        raise NotImplementedError

    async def put(self, batch: pa.RecordBatch) -> bool:
        """Hand over a batch; wait while the feed is full. False when the statement has ended: fetch no more."""
        raise NotImplementedError

    def finish(self, error: BaseException | None = None) -> None:
        """Say that no batch follows; with an error the statement fails with it."""
        raise NotImplementedError

    def close(self) -> None:
        """End the feed from the reader's side: wake whoever waits and drop what is queued."""
        raise NotImplementedError
