"""Pacing: the bucket's rate, its debts, pauses and deadlines."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.dynamo.throttle import Bucket, jittered_wait
from pgddb.errors import QueryCanceled


async def test_a_bucket_without_a_rate_never_waits(fake_timing: Any) -> None:
    bucket = Bucket(fake_timing.timing())
    for _ in range(10):
        await bucket.acquire(1000.0, None)
        bucket.settle(1000.0, 1000.0)
    assert fake_timing.sleeps == []


async def test_a_debt_is_waited_out_by_the_next_request(fake_timing: Any) -> None:
    bucket = Bucket(fake_timing.timing())
    bucket.set_rate(10.0)
    await bucket.acquire(1.0, None)
    bucket.settle(1.0, 30.0)
    await bucket.acquire(1.0, None)
    assert sum(fake_timing.sleeps) == pytest.approx(2.0, abs=0.01)


async def test_a_failed_request_costs_nothing(fake_timing: Any) -> None:
    bucket = Bucket(fake_timing.timing())
    bucket.set_rate(10.0)
    for _ in range(5):
        await bucket.acquire(100.0, None)
        bucket.settle(100.0, 0.0)
    assert fake_timing.sleeps == []


async def test_a_pause_holds_the_next_request(fake_timing: Any) -> None:
    bucket = Bucket(fake_timing.timing())
    bucket.pause(3.0)
    await bucket.acquire(1.0, None)
    assert fake_timing.sleeps == [3.0]


async def test_a_wait_past_the_deadline_fails_at_once(fake_timing: Any) -> None:
    bucket = Bucket(fake_timing.timing())
    bucket.pause(3.0)
    with pytest.raises(QueryCanceled, match="statement timeout"):
        await bucket.acquire(1.0, fake_timing.time + 2.0)
    assert fake_timing.sleeps == []


def test_waits_double_up_to_five_seconds(fake_timing: Any) -> None:
    waits = [jittered_wait(attempt, fake_timing.timing()) for attempt in (0, 1, 6, 7, 500)]
    assert waits == [0.05, 0.1, 3.2, 5.0, 5.0]
