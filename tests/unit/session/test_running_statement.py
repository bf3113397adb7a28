"""A statement is stopped with an error of one's choice, whoever stops it, and nothing is left for the next one."""

from __future__ import annotations

import asyncio

import pytest

from pgddb.errors import QueryCanceled
from pgddb.session.running_statement import RunningStatement

REASON = QueryCanceled("canceling statement due to user request")


async def test_a_statement_that_waits_is_stopped() -> None:
    running = RunningStatement()
    asyncio.get_running_loop().call_soon(running.stop, REASON)
    with pytest.raises(QueryCanceled):
        async with running:
            await asyncio.sleep(10)
    await asyncio.sleep(0)


async def test_a_statement_that_stops_itself_and_never_waits_leaves_nothing_behind() -> None:
    running = RunningStatement()
    with pytest.raises(QueryCanceled):
        async with running:
            running.stop(REASON)
    await asyncio.sleep(0)
    async with RunningStatement():
        await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_who_cancels_the_task_itself_is_not_stopped_by_a_reason() -> None:
    async def statement() -> None:
        running = RunningStatement()
        async with running:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            running.stop(REASON)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(statement())


async def test_a_timeout_stops_a_statement() -> None:
    with pytest.raises(QueryCanceled, match="statement timeout"):
        async with RunningStatement(0.01):
            await asyncio.sleep(10)
