"""A query streams its batches, ends early without a trace, and leaves its session usable whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pyarrow as pa
import pytest

from pgddb.engine import FEED_SCHEMA, BatchStream, Database, EngineSession, Feed
from pgddb.errors import DivisionByZero, FeatureNotSupported, IoError, OutOfMemory, QueryCanceled, SqlError

SLOW = "SELECT count(*) FROM range(100000000) a(x), range(100) b(y) WHERE (x * y) % 7 = 3"


def items(first: int, count: int) -> pa.RecordBatch:
    texts = [f'{{"n":{{"N":"{n}"}}}}' for n in range(first, first + count)]
    return pa.record_batch([pa.array(texts, pa.string_view())], schema=FEED_SCHEMA)


async def rows_of(stream: BatchStream) -> int:
    rows = 0
    while (batch := await stream.next_batch()) is not None:
        rows += batch.num_rows
    await stream.close()
    return rows


async def assert_usable(session: EngineSession) -> None:
    assert await rows_of(await session.run("SELECT 1")) == 1


async def fill(feed: Feed, pages: int, rows: int = 1000) -> int:
    """Put pages until the feed ends; give how many it took."""
    for number in range(pages):
        if not await feed.put(items(number * rows, rows)):
            return number
    feed.finish()
    return pages


async def test_rows_of_a_feed_come_out_decoded(session: EngineSession) -> None:
    feed = Feed()
    filling = asyncio.create_task(fill(feed, 5))
    stream = await session.run("SELECT sum(CAST(item->'n'->>'N' AS BIGINT))::BIGINT AS s FROM feed_1", {"feed_1": feed})
    batch = await stream.next_batch()
    assert batch is not None
    assert batch.to_pylist() == [{"s": 4999 * 5000 // 2}]
    assert await stream.next_batch() is None
    await stream.close()
    assert await filling == 5


async def test_one_session_runs_statement_after_statement_over_the_same_names(session: EngineSession) -> None:
    for pages in (1, 3, 2):
        feed = Feed()
        filling = asyncio.create_task(fill(feed, pages))
        assert await rows_of(await session.run("SELECT item FROM feed_1", {"feed_1": feed})) == pages * 1000
        await filling


async def test_a_feed_is_read_once(session: EngineSession) -> None:
    feed = Feed()
    feed.finish()
    stream = await session.run("SELECT 1 FROM feed_1 a, feed_1 b", {"feed_1": feed})
    with pytest.raises(FeatureNotSupported, match="a subquery at this place"):
        await rows_of(stream)
    await stream.close()


async def test_a_join_of_two_feeds_with_a_producer_each_does_not_deadlock(session: EngineSession) -> None:
    left, right = Feed(capacity_bytes=1000), Feed(capacity_bytes=1000)
    filling = [asyncio.create_task(fill(feed, 20, rows=50)) for feed in (left, right)]
    async with asyncio.timeout(10):
        stream = await session.run("SELECT 1 FROM l JOIN r USING (item)", {"l": left, "r": right})
        assert await rows_of(stream) == 1000
        await asyncio.gather(*filling)


async def test_the_first_rows_come_while_the_feed_is_open(session: EngineSession) -> None:
    feed = Feed()
    stream = await session.run("SELECT item FROM feed_1", {"feed_1": feed})
    first = asyncio.create_task(stream.next_batch())
    await asyncio.sleep(0.01)
    for number in range(20):
        await feed.put(items(number * 2048, 2048))
    async with asyncio.timeout(2):
        batch = await first
    assert batch is not None
    await stream.close()


async def test_a_limit_ends_the_feed_so_that_nothing_more_is_fetched(session: EngineSession) -> None:
    feed = Feed(capacity_bytes=50_000)
    filling = asyncio.create_task(fill(feed, 1000))
    stream = await session.run("SELECT item FROM feed_1 LIMIT 10", {"feed_1": feed})
    assert await rows_of(stream) == 10
    async with asyncio.timeout(2):
        assert await filling < 30


async def test_an_error_of_the_producer_is_the_statement_s_with_its_cause(session: EngineSession) -> None:
    feed = Feed()
    await feed.put(items(0, 10))
    error = IoError("DynamoDB failed")
    error.__cause__ = OSError("reset")
    feed.finish(error)
    stream = await session.run("SELECT item FROM feed_1", {"feed_1": feed})
    with pytest.raises(IoError) as caught:
        await rows_of(stream)
    assert caught.value is error
    await stream.close()
    await assert_usable(session)


async def test_an_error_after_the_first_rows_is_raised_too(session: EngineSession) -> None:
    feed = Feed()
    filling = asyncio.create_task(fill(feed, 3))
    await filling
    sql = "SELECT 1 // (CAST(item->'n'->>'N' AS BIGINT) - 2500) FROM feed_1"
    stream = await session.run(sql, {"feed_1": feed})
    with pytest.raises(DivisionByZero):
        await rows_of(stream)
    await stream.close()
    await assert_usable(session)


async def test_closing_early_stops_the_query_and_frees_the_session(session: EngineSession) -> None:
    stream = await session.run("SELECT x FROM range(1000000000) t(x)")
    assert await stream.next_batch() is not None
    async with asyncio.timeout(2):
        await stream.close()
    await assert_usable(session)


async def test_cancelling_a_computing_query_is_quick(session: EngineSession) -> None:
    stream = await session.run(SLOW)
    pulling = asyncio.create_task(stream.next_batch())
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    pulling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    await stream.close()
    assert time.perf_counter() - began < 1
    await assert_usable(session)


async def test_cancelling_a_query_that_waits_for_its_feed_is_quick(session: EngineSession) -> None:
    feed = Feed()
    await feed.put(items(0, 1))
    stream = await session.run("SELECT count(*) FROM feed_1", {"feed_1": feed})
    pulling = asyncio.create_task(stream.next_batch())
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    pulling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    await stream.close()
    assert time.perf_counter() - began < 1
    assert not await feed.put(items(0, 1))
    await assert_usable(session)


async def test_an_interrupt_before_the_query_began_is_not_lost(session: EngineSession) -> None:
    stream = await session.run(SLOW)
    pulling = asyncio.create_task(stream.next_batch())
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await stream.close()
        with pytest.raises(QueryCanceled):
            await pulling
    await assert_usable(session)


async def test_running_again_ends_what_ran_before(session: EngineSession) -> None:
    first = await session.run("SELECT x FROM range(1000000000) t(x)")
    await first.next_batch()
    await assert_usable(session)
    assert await first.next_batch() is None


async def test_closing_twice_is_fine(session: EngineSession) -> None:
    stream = await session.run("SELECT 1")
    await stream.close()
    await stream.close()
    assert await stream.next_batch() is None


async def test_too_little_memory_is_53200_and_the_session_goes_on(session: EngineSession) -> None:
    stream = await session.run("SELECT list(repeat('abcdefgh', 40) || x) FROM range(2000000) t(x)")
    with pytest.raises(OutOfMemory):
        await rows_of(stream)
    await stream.close()
    await assert_usable(session)


async def test_a_batch_may_be_pulled_from_different_threads(database: Database, session: EngineSession) -> None:
    feed = Feed()
    filling = asyncio.create_task(fill(feed, 200, rows=200))
    busy = [asyncio.create_task(asyncio.to_thread(time.sleep, 0.001)) for _ in range(20)]
    assert await rows_of(await session.run("SELECT item FROM feed_1", {"feed_1": feed})) == 40_000
    await asyncio.gather(filling, *busy)


@pytest.fixture
async def blocked_sessions(database: Database) -> AsyncIterator[list[EngineSession]]:
    """Forty sessions whose queries wait for feeds that bring nothing more."""
    sessions = [database.open_session() for _ in range(40)]
    pulling = []
    for opened in sessions:
        feed = Feed()
        await feed.put(items(0, 1))
        stream = await opened.run("SELECT count(*) FROM feed_1", {"feed_1": feed})
        pulling.append(asyncio.create_task(stream.next_batch()))
    await asyncio.sleep(0.2)
    yield sessions
    for opened in sessions:
        await opened.close()
    await asyncio.gather(*pulling, return_exceptions=True)


async def test_blocked_scans_do_not_starve_another_session(
    session: EngineSession, blocked_sessions: list[EngineSession]
) -> None:
    async with asyncio.timeout(2):
        for _ in range(20):
            await assert_usable(session)


async def test_errors_are_ours(session: EngineSession) -> None:
    for sql in ("SELECT nothing FROM nowhere", "SELECT FROM WHERE", "SELECT 'x'::INTEGER"):
        stream = await session.run(sql)
        with pytest.raises(SqlError):
            await stream.next_batch()
        await stream.close()
