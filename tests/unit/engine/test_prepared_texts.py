"""A text that comes again over small feeds runs prepared, with the same answers as before."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pgddb.engine import FEED_SCHEMA, EngineSession, Feed, PreparableText
from pgddb.engine.prepared_texts import KEPT
from pgddb.errors import DivisionByZero, SqlError


async def feed_of(*texts: str) -> Feed:
    feed = Feed()
    await feed.put(pa.record_batch([pa.array(texts, pa.string_view())], schema=FEED_SCHEMA))
    feed.finish()
    return feed


async def ask(session: EngineSession, value: str, *items: str) -> list[object]:
    sql = f"SELECT item FROM feed_1 WHERE item >= CAST('{value}' AS VARCHAR)"
    again = PreparableText(
        "SELECT item FROM feed_1 WHERE item >= CAST($1 AS VARCHAR)", (f"CAST('{value}' AS VARCHAR)",)
    )
    stream = await session.run(sql, {"feed_1": await feed_of(*items)}, again=again)
    rows: list[object] = []
    while (batch := await stream.next_batch()) is not None:
        rows += batch.column(0).to_pylist()
    await stream.close()
    return rows


async def test_each_run_has_its_own_values_and_items(session: EngineSession) -> None:
    for _ in range(4):
        assert await ask(session, "b", "a", "b", "c") == ["b", "c"]
        assert await ask(session, "c", "c", "d") == ["c", "d"]
        assert await ask(session, "z", "a") == []


async def test_an_error_of_one_run_does_not_spoil_the_next(session: EngineSession) -> None:
    again = "SELECT 10 // CAST($1 AS INTEGER) AS v"
    for value, fails in ((1, False), (2, False), (0, True), (5, False), (0, True), (2, False)):
        literal = f"CAST({value} AS INTEGER)"
        stream = await session.run(f"SELECT 10 // {literal} AS v", again=PreparableText(again, (literal,)))
        if fails:
            with pytest.raises(DivisionByZero):
                await stream.next_batch()
        else:
            batch = await stream.next_batch()
            assert batch is not None
            assert batch.column(0).to_pylist() == [10 // value]
        await stream.close()


async def test_a_place_that_takes_no_parameter_runs_unprepared(session: EngineSession) -> None:
    for _ in range(3):
        again = PreparableText("SELECT x FROM range(3) t(x) ORDER BY CAST($1 AS VARCHAR), x", ("CAST('a' AS VARCHAR)",))
        stream = await session.run("SELECT x FROM range(3) t(x) ORDER BY CAST('a' AS VARCHAR), x", again=again)
        batch = await stream.next_batch()
        assert batch is not None
        assert batch.num_rows == 3
        await stream.close()


async def test_a_wrong_text_is_an_error_each_time(session: EngineSession) -> None:
    for _ in range(3):
        stream = await session.run("SELECT nothing", again=PreparableText("SELECT nothing"))
        with pytest.raises(SqlError, match='column "nothing" does not exist'):
            await stream.next_batch()
        await stream.close()


async def test_the_time_zone_of_the_moment_counts(session: EngineSession) -> None:
    sql = "SELECT CAST(CAST('2024-01-01 00:00:00+00' AS TIMESTAMPTZ) AS VARCHAR)"
    for zone, shown in (("UTC", "00:00:00+00"), ("UTC", "00:00:00+00"), ("Asia/Tokyo", "09:00:00+09")):
        await session.set_time_zone(zone)
        stream = await session.run(sql, again=PreparableText(sql))
        batch = await stream.next_batch()
        assert batch is not None
        assert batch.column(0)[0].as_py() == f"2024-01-01 {shown}"
        await stream.close()


async def test_a_feed_that_turns_out_large_streams_all_the_same(session: EngineSession) -> None:
    texts = [f"{n:06}" for n in range(5000)]
    for _ in range(3):
        assert len(await ask(session, "0", *texts)) == 5000


async def test_only_so_many_texts_are_kept(session: EngineSession) -> None:
    for _ in range(2):
        for number in range(KEPT + 20):
            stream = await session.run(f"SELECT {number}", again=PreparableText(f"SELECT {number}"))
            assert await stream.next_batch() is not None
            await stream.close()
    assert len(session._prepared._kept) == KEPT
