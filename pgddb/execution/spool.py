"""Keep the rows of a read until keys have been taken from them, a bounded number of bytes for each statement."""

from __future__ import annotations

import asyncio

import pyarrow as pa

from pgddb.errors import SqlError


class SpoolRoom:
    """What all spools of a statement may keep together."""

    def __init__(self, capacity_bytes: int) -> None:
        self._left = capacity_bytes

    def take(self, size_bytes: int) -> bool:
        """Take room for a batch; False where there is too little."""
        if size_bytes > self._left:
            return False
        self._left -= size_bytes
        return True

    def free(self, size_bytes: int) -> None:
        """Give room back."""
        self._left += size_bytes


class Spool:
    """The rows of one read, from its first page on.

    It ends whole, so that keys can be taken from it, or given up: it has grown too large, or the read has failed.
    Either way its rows go on to the engine and are read once. `takers` says how many queries will ask for them.
    """

    def __init__(self, room: SpoolRoom, *, capacity_bytes: int, takers: int) -> None:
        self._room = room
        self._capacity_bytes = capacity_bytes
        self._takers = takers
        self._settled = asyncio.Event()
        self._batches: list[pa.RecordBatch] = []
        self._size_bytes = 0
        self._whole = False
        self._error: SqlError | None = None

    def keep(self, batch: pa.RecordBatch) -> bool:
        """Keep a batch; False when it has to go on with all that was kept before: there will be no keys."""
        if self._settled.is_set():
            return False
        size = batch.nbytes
        if self._size_bytes + size > self._capacity_bytes or not self._room.take(size):
            self._settled.set()
            return False
        self._batches.append(batch)
        self._size_bytes += size
        return True

    def finish(self) -> None:
        """Say that the read has ended; the spool is whole unless it was given up."""
        if not self._settled.is_set():
            self._whole = True
            self._settled.set()

    def fail(self, error: SqlError) -> None:
        """Say that the read has failed, and with it whoever waits for its keys."""
        self._error = error
        self._settled.set()

    def kept(self) -> list[pa.RecordBatch]:
        """Give what is kept, for the engine; the spool forgets it when the last taker has it, too."""
        batches = list(self._batches)
        if not self._whole:
            self._release()
        return batches

    async def rows(self) -> tuple[pa.RecordBatch, ...] | None:
        """Wait for all rows of the read; None if there are too many of them.

        Raises:
            SqlError: the read has failed.
        """
        await self._settled.wait()
        if self._error is not None:
            raise self._error
        if not self._whole:
            return None
        batches = tuple(self._batches)
        self._takers -= 1
        if not self._takers:
            self._release()
        return batches

    def _release(self) -> None:
        self._batches = []
        self._room.free(self._size_bytes)
        self._size_bytes = 0
