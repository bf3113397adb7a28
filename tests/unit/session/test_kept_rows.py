"""Rows that are kept come again in any order, from memory and from the file."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pgddb.session.kept_rows import KeptRows


@pytest.mark.parametrize("memory_bytes", [0, 100, 1_000_000])
def test_rows_come_forward_and_backward(memory_bytes: int) -> None:
    kept = KeptRows(memory_bytes)
    for start in range(0, 60, 20):
        numbers = pa.array(range(start, start + 20), pa.int64())
        kept.add(pa.RecordBatch.from_arrays([numbers, pa.array([f"n{n}" for n in range(20)])], names=["n", "t"]))
    assert kept.is_in_file is (memory_bytes < 1_000_000)

    def numbers_of(batches: object) -> list[int]:
        return [n for batch in batches for n in batch.column(0).to_pylist()]  # type: ignore[attr-defined]  # an iterator

    assert numbers_of(kept.forward(15, 45)) == list(range(15, 45))
    assert numbers_of(kept.backward(45, 15)) == list(range(45, 15, -1))
    assert numbers_of(kept.backward(3, -1)) == [3, 2, 1, 0]
    assert numbers_of(kept.forward(60, 70)) == []
    kept.close()
