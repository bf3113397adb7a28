"""Write the jsonb of the rows that leave: the engine gives documents and nested values as DynamoDB types them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pyarrow as pa

from pgddb.dynamo.document import items_with_parts, values_to_json
from pgddb.planner.plan_nodes import LateJson, OutputColumn

CONVERTED_IN_LOOP_BYTES = 64 * 1024
"""Columns up to this size are converted where they are: it takes less than a millisecond."""

LatePlaces = tuple[tuple[int, LateJson], ...]
"""Places of result columns, and what is to be made of each."""


def late_places(columns: Sequence[OutputColumn]) -> LatePlaces:
    """Collect the columns that are not yet what they shall be."""
    return tuple((place, column.late) for place, column in enumerate(columns) if column.late is not None)


def item_places(late: LatePlaces) -> tuple[int, ...]:
    """Give the places of whole items."""
    return tuple(place for place, one in late if one.attribute is None)


async def converted(batch: pa.RecordBatch, late: LatePlaces) -> pa.RecordBatch:
    """Give the batch with jsonb text in all late places.

    A place that is not late, though another is cut out of its items, keeps them as they are.

    Raises:
        DataCorrupted: an item is not DynamoDB JSON.
    """
    if not late:
        return batch
    if sum(batch.column(place).nbytes for place, _ in late) <= CONVERTED_IN_LOOP_BYTES:
        return convert(batch, late)
    return await asyncio.to_thread(convert, batch, late)


def convert(batch: pa.RecordBatch, late: LatePlaces) -> pa.RecordBatch:
    """Do what `converted` does here and now."""
    arrays = list(batch.columns)
    items = item_places(late)
    parts: dict[int, dict[int, str]] = {place: {} for place in items}
    for place, one in late:
        if one.attribute is not None and one.document is not None:
            parts.setdefault(one.document, {})[place] = one.attribute
        elif one.attribute is not None:
            arrays[place] = values_to_json(arrays[place])
    for document, cut in parts.items():
        texts, *values = items_with_parts(batch.column(document), list(cut.values()))
        if document in items:
            arrays[document] = texts
        for place, value in zip(cut, values, strict=True):
            arrays[place] = value
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
