"""Move a cursor over its rows in every direction that FETCH and MOVE know.

Source: DoPortalRunFetch and PortalRunSelect in src/backend/tcop/pquery.c of PostgreSQL 15.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import pyarrow as pa

from pgddb.errors import ObjectNotInPrerequisiteState
from pgddb.session.kept_rows import KeptRows
from pgddb.sql.options import FetchDirection


class NextRows(Protocol):
    """Where rows come from."""

    async def take(self, limit: int | None) -> pa.RecordBatch | None:
        """Give the next rows, at most `limit`; None at the end."""


class Cursor:
    """A place in the rows of a query.

    A scrollable one keeps the rows that it has passed; another one goes forward only. `close` forgets what is kept,
    the source of the rows is closed by its owner.
    """

    def __init__(self, source: NextRows, *, scrolls: bool) -> None:
        self._source: NextRows | None = source
        self._scrolls = scrolls
        self._kept = KeptRows() if scrolls else None
        self._ahead: KeptRows | None = None
        self._taken_ahead = 0
        self._at_start = True
        self._at_end = False
        self._position = 0
        """How many rows lie before the next one: the current row is the last of them."""

    async def fetch(self, direction: FetchDirection, count: int | None) -> AsyncIterator[pa.RecordBatch]:
        """Give the rows that FETCH asks for; `count` None means all.

        Raises:
            ObjectNotInPrerequisiteState: they lie behind, and the cursor goes forward only.
        """
        forward, steps = await self._approach(direction, count)
        if steps == 0 and direction is not FetchDirection.ABSOLUTE and self._is_on_row():
            await self._skip(forward=False, count=1)
            forward, steps = True, 1
        async for batch in self._run(forward=forward, count=steps):
            yield batch

    async def move(self, direction: FetchDirection, count: int | None) -> int:
        """Go where MOVE asks for, and give the number that its tag tells."""
        forward, steps = await self._approach(direction, count)
        if steps == 0 and direction is not FetchDirection.ABSOLUTE:
            return int(self._is_on_row())
        return await self._skip(forward=forward, count=steps)

    async def keep_rest(self) -> None:
        """Read the query to its end, so that its source can be closed."""
        if self._source is None:
            return
        rest = self._kept if self._kept is not None else KeptRows()
        while (batch := await self._source.take(None)) is not None:
            rest.add(batch)
        if self._kept is None:
            self._ahead = rest
        self._source = None

    def close(self) -> None:
        """Forget the rows."""
        for kept in (self._kept, self._ahead):
            if kept is not None:
                kept.close()

    def _is_on_row(self) -> bool:
        return not self._at_start and not self._at_end

    async def _approach(self, direction: FetchDirection, count: int | None) -> tuple[bool, int | None]:
        """Go to just before the wanted rows; give which way they lie, and how many they are."""
        if direction is FetchDirection.FORWARD or direction is FetchDirection.BACKWARD:
            return direction is FetchDirection.FORWARD, count
        assert count is not None
        if direction is FetchDirection.ABSOLUTE:
            return await self._approach_absolute(count)
        if count == 0:
            return True, 0
        if abs(count) > 1:
            await self._skip(forward=count > 0, count=abs(count) - 1)
        return count > 0, 1

    async def _approach_absolute(self, count: int) -> tuple[bool, int]:
        if count < 0:
            await self._skip(forward=True, count=None)
            if count < -1:
                await self._skip(forward=False, count=-count - 1)
            return False, 1
        if count == 0 or count - 1 <= self._position // 2:
            self._rewind()
            if count > 1:
                await self._skip(forward=True, count=count - 1)
            return True, min(count, 1)
        here = self._position + self._at_end
        if count <= here:
            await self._skip(forward=False, count=here - count + 1)
        elif count > here + 1:
            await self._skip(forward=True, count=count - here - 1)
        return True, 1

    def _rewind(self) -> None:
        if self._at_start and not self._at_end:
            return
        self._require_scroll()
        self._at_start, self._at_end, self._position = True, False, 0

    def _require_scroll(self) -> None:
        if not self._scrolls:
            raise ObjectNotInPrerequisiteState(
                "cursor can only scan forward", hint="Declare it with SCROLL option to enable backward scan."
            )

    async def _skip(self, *, forward: bool, count: int | None) -> int:
        skipped = 0
        async for batch in self._run(forward=forward, count=count):
            skipped += batch.num_rows
        return skipped

    async def _run(self, *, forward: bool, count: int | None) -> AsyncIterator[pa.RecordBatch]:
        if not forward:
            self._require_scroll()
            for batch in self._backward(count):
                yield batch
            return
        if self._at_end or count == 0:
            return
        done = 0
        while count is None or done < count:
            batch = await self._next(None if count is None else count - done)
            if batch is None:
                break
            done += batch.num_rows
            self._position += batch.num_rows
            self._at_start = False
            yield batch
        if count is None or done < count:
            self._at_end = True

    async def _next(self, limit: int | None) -> pa.RecordBatch | None:
        """Give the rows behind the position, at most `limit`."""
        kept = self._kept
        if kept is not None and self._position < kept.count:
            stop = kept.count if limit is None else min(kept.count, self._position + limit)
            return next(kept.forward(self._position, stop))
        if self._ahead is not None:
            return self._next_ahead(limit)
        if self._source is None:
            return None
        batch = await self._source.take(limit)
        if batch is not None and kept is not None:
            kept.add(batch)
        return batch

    def _next_ahead(self, limit: int | None) -> pa.RecordBatch | None:
        """Give rows that were read at the end of the transaction, which start where the cursor was."""
        assert self._ahead is not None
        start = self._taken_ahead
        stop = self._ahead.count if limit is None else min(self._ahead.count, start + limit)
        batch = next(self._ahead.forward(start, stop), None)
        self._taken_ahead += 0 if batch is None else batch.num_rows
        return batch

    def _backward(self, count: int | None) -> list[pa.RecordBatch]:
        assert self._kept is not None
        if self._at_start or count == 0:
            return []
        here = self._position + self._at_end
        steps = here - 1 if count is None else min(count, here - 1)
        if steps > 0:
            self._at_end = False
        if count is None or steps < count:
            self._at_start, self._position = True, 0
        else:
            self._position = here - steps
        return list(self._kept.backward(here - 2, here - 2 - steps))
