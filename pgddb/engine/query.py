"""Pull the record batches of a running query, one at a time, without blocking the event loop."""

from __future__ import annotations

import pyarrow as pa


class BatchStream:
    """The rows of one running query; the session can run nothing else until it is closed or read to its end."""

    names: tuple[str, ...]

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next batch of rows, never an empty one; None at the end.

        Cancelling the caller interrupts the query. Errors are `SqlError`s.
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Stop the query and its feeds at once; may be called at any time and more than once."""
        raise NotImplementedError
