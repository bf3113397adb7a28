"""Batches of few narrow columns are longer, and none is larger than others are."""

from __future__ import annotations

import pytest

from pgddb.engine import BATCH_ROWS
from pgddb.execution.engine_rows import NARROW_BATCH_ROWS, rows_of_a_batch
from pgddb.planner.plan_nodes import OutputColumn


@pytest.mark.parametrize(
    ("types", "rows"),
    [
        (["bigint", "integer"], NARROW_BATCH_ROWS),
        (["bigint"] * 4, 16_384),
        (["bigint"] * 8, BATCH_ROWS),
        (["bigint"] * 100, BATCH_ROWS),
        (["bigint", "text"], BATCH_ROWS),
        (["bigint", None], BATCH_ROWS),
        ([], BATCH_ROWS),
    ],
)
def test_only_few_narrow_columns_come_in_long_batches(types: list[str | None], rows: int) -> None:
    assert rows_of_a_batch([OutputColumn("c", name) for name in types]) == rows
