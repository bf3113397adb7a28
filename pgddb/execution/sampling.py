"""Look at a few hundred items of a table, once, to learn its attributes."""

from __future__ import annotations

from contextlib import aclosing

from pgddb.access.path import AccessPath, Estimate, SegmentScan
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import TableSchema
from pgddb.catalog import Sample, StatisticsBook
from pgddb.dynamo import Page
from pgddb.execution.ports import PageSource

SAMPLED_ITEMS = 300
SAMPLED_UNITS = 64.0
"""Read units that a sample may cost; eventually consistent, so 512 KiB."""

UNIT_BYTES = 8192
"""What one unit reads, eventually consistent."""

BLIND_ITEMS = 40
"""Items that are asked for where DynamoDB does not know the table's size yet: 64 units if each has 12 KiB."""


async def sample_items(store: PageSource, table: TableSchema, book: StatisticsBook) -> tuple[Sample, ReadStatistics]:
    """Read items from the beginning of the table's hash order, which is a fair sample of its partition keys."""
    statistics = ReadStatistics()
    sample = Sample()
    async with aclosing(store.fetch(sampling_path(table), statistics=statistics)) as pages:
        async for page in pages:
            texts = _texts(page)
            sample.add(texts)
            book.note_items(table, None, texts)
            if statistics.read_units >= SAMPLED_UNITS:
                break
    return sample, statistics


def sampling_path(table: TableSchema) -> AccessPath:
    """Say which items to read: as many as the budget allows by the mean size that DynamoDB reports."""
    size = table.average_item_bytes
    items = BLIND_ITEMS if size is None else min(SAMPLED_ITEMS, max(1, int(SAMPLED_UNITS * UNIT_BYTES / size)))
    units = items * (size or UNIT_BYTES) / UNIT_BYTES
    estimate = Estimate(items=items, size_bytes=items * (size or 0), read_units=units, requests=1)
    return AccessPath(table, SegmentScan(segments=1), estimate, limit=items)


def _texts(page: Page) -> list[str]:
    return [text for text in page.items.column(0).to_pylist() if text is not None]
