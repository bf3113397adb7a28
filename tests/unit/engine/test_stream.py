"""A feed hands batches from the event loop to a thread, waits while full, and wakes whoever waits when it ends."""

from __future__ import annotations

import asyncio
import threading

import pyarrow as pa
import pytest

from pgddb.engine import FEED_SCHEMA, Feed
from pgddb.engine.stream import FIRST_ROWS, JOINED_ROWS, FeedFailed
from pgddb.errors import IoError


def batch(rows: int, size: int = 100) -> pa.RecordBatch:
    return pa.record_batch([pa.array(["x" * size] * rows, pa.string_view())], schema=FEED_SCHEMA)


async def test_batches_come_out_in_order_and_end() -> None:
    feed = Feed()
    for rows in (1, 2, 3):
        assert await feed.put(batch(rows))
    feed.finish()
    out = await asyncio.to_thread(list, feed.batches())
    assert sum(each.num_rows for each in out) == 6


async def test_waiting_batches_are_joined_up_to_a_bound() -> None:
    feed = Feed(1 << 40)
    for _ in range(10):
        await feed.put(batch(JOINED_ROWS // 4, size=20))
    feed.finish()
    sizes = [each.num_rows for each in await asyncio.to_thread(list, feed.batches())]
    assert max(sizes) == JOINED_ROWS
    assert sum(sizes) == 10 * (JOINED_ROWS // 4)


async def test_empty_batches_are_not_handed_over() -> None:
    feed = Feed()
    await feed.put(batch(0))
    feed.finish()
    assert await asyncio.to_thread(list, feed.batches()) == []


@pytest.mark.parametrize("full", [{"capacity_bytes": 1000}, {"capacity_batches": 1}])
async def test_a_full_feed_makes_its_producer_wait_until_there_is_room(full: dict[str, int]) -> None:
    feed = Feed(**full)
    assert await feed.put(batch(100))
    waiting = asyncio.create_task(feed.put(batch(1)))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    batches = feed.batches()
    await asyncio.to_thread(next, batches)
    async with asyncio.timeout(1):
        assert await waiting


async def test_a_batch_larger_than_the_capacity_passes() -> None:
    feed = Feed(capacity_bytes=10)
    assert await feed.put(batch(1000))


async def test_closing_wakes_a_waiting_producer_with_false() -> None:
    feed = Feed(capacity_bytes=10)
    await feed.put(batch(10))
    waiting = asyncio.create_task(feed.put(batch(1)))
    await asyncio.sleep(0)
    feed.close()
    async with asyncio.timeout(1):
        assert not await waiting
    assert not await feed.put(batch(1))


async def test_closing_wakes_a_blocked_reader() -> None:
    feed = Feed()
    ended = threading.Event()

    def read() -> None:
        assert list(feed.batches()) == []
        ended.set()

    reading = asyncio.create_task(asyncio.to_thread(read))
    await asyncio.sleep(0.02)
    assert not ended.is_set()
    feed.close()
    async with asyncio.timeout(1):
        await reading


async def test_an_error_ends_the_reader_before_what_still_waits() -> None:
    feed = Feed()
    await feed.put(batch(1))
    feed.finish(IoError("gone"))
    with pytest.raises(FeedFailed):
        await asyncio.to_thread(list, feed.batches())
    assert isinstance(feed.error, IoError)


async def test_the_first_error_is_kept() -> None:
    feed = Feed()
    feed.finish(IoError("first"))
    feed.finish(IoError("second"))
    feed.finish()
    assert str(feed.error) == "first"


async def test_waiting_for_the_first_batch_ends_with_a_batch_an_end_or_a_close() -> None:
    for end in ("put", "finish", "close"):
        feed = Feed()
        waiting = asyncio.create_task(feed.wait_for_first())
        await asyncio.sleep(0)
        assert not waiting.done()
        if end == "put":
            await feed.put(batch(1))
        else:
            getattr(feed, end)()
        async with asyncio.timeout(1):
            await waiting


async def test_the_first_batches_have_few_rows_where_more_are_to_come() -> None:
    feed = Feed(1 << 40)
    await feed.put(batch(FIRST_ROWS * 4))
    batches = feed.batches()
    out = [await asyncio.to_thread(next, batches) for _ in range(3)]
    assert [each.num_rows for each in out] == [FIRST_ROWS, FIRST_ROWS * 2, FIRST_ROWS]
    await feed.put(batch(FIRST_ROWS * 40))
    feed.finish()
    (rest,) = await asyncio.to_thread(list, batches)
    assert rest.num_rows == FIRST_ROWS * 40
    assert feed._waiting_bytes == 0
