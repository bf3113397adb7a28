"""Keep the rows of a cursor that must come again, or outlive their transaction: in memory, then in a file."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from typing import IO

import pyarrow as pa

MEMORY_BYTES = 16 * 1024 * 1024
"""Rows of one cursor that stay in memory; more of them go to a file that has no name."""


class KeptRows:
    """Rows in their order, each at its index from 0. `close` gives memory and file back."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        self.count = 0
        self._room = memory_bytes
        self._starts: list[int] = []
        self._batches: list[pa.RecordBatch | _Place] = []
        self._file: IO[bytes] | None = None

    @property
    def is_in_file(self) -> bool:
        """Whether there were more rows than memory takes."""
        return self._file is not None

    def add(self, batch: pa.RecordBatch) -> None:
        """Keep the next rows."""
        self._starts.append(self.count)
        self.count += batch.num_rows
        self._room -= batch.nbytes
        self._batches.append(batch if self._room >= 0 else self._write(batch))

    def _write(self, batch: pa.RecordBatch) -> _Place:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        content = batch.serialize()
        start = self._file.seek(0, 2)
        self._file.write(content)
        return _Place(start, content.size, batch.schema)

    def forward(self, start: int, stop: int) -> Iterator[pa.RecordBatch]:
        """Give the rows from `start` up to `stop`, which is not among them."""
        place = bisect_right(self._starts, start) - 1
        while start < stop and 0 <= place < len(self._batches):
            batch = self._read(place)
            first = start - self._starts[place]
            part = batch.slice(first, stop - start)
            yield part
            start += part.num_rows
            place += 1

    def backward(self, start: int, stop: int) -> Iterator[pa.RecordBatch]:
        """Give the rows from `start` down to `stop`, which is not among them."""
        place = bisect_right(self._starts, start) - 1
        while start > stop and place >= 0:
            first = max(self._starts[place], stop + 1)
            rows = self._read(place).slice(first - self._starts[place], start - first + 1)
            yield rows.take(pa.array(range(rows.num_rows - 1, -1, -1), pa.int64()))
            start = first - 1
            place -= 1

    def _read(self, place: int) -> pa.RecordBatch:
        kept = self._batches[place]
        if not isinstance(kept, _Place):
            return kept
        assert self._file is not None
        self._file.seek(kept.start)
        return pa.ipc.read_record_batch(pa.py_buffer(self._file.read(kept.length)), kept.schema)

    def close(self) -> None:
        """Forget all rows."""
        self._batches.clear()
        if self._file is not None:
            self._file.close()


class _Place:
    """Where a batch is in the file."""

    __slots__ = ("length", "schema", "start")

    def __init__(self, start: int, length: int, schema: pa.Schema) -> None:
        self.start = start
        self.length = length
        self.schema = schema
