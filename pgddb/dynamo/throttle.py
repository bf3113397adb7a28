"""Pace the requests of each table and index: a post-paid bucket of units, and waits after a throttle."""

from __future__ import annotations

import asyncio

from msgspec import Struct

from pgddb.access.table import Source
from pgddb.dynamo.settings import Timing
from pgddb.errors import QueryCanceled

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 5.0
"""Full jitter between 0 and 0.05 x 2^attempt, at most 5 s.

Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
"""


def jittered_wait(attempt: int, timing: Timing) -> float:
    """Seconds to wait after the given throttle in a row, 0 for the first."""
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * (1 << min(attempt, 16)))
    chance: float = timing.chance()
    return longest * chance


class Bucket:
    """Units of one table or index. A request may run while the balance is positive and is billed afterwards.

    So the balance may become a debt, which the next request waits out. Without a rate it only knows pauses.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._rate: float | None = None
        self._balance = 0.0
        self._filled_at = timing.now()
        self._paused_until = 0.0
        self._turn = asyncio.Lock()

    def set_rate(self, units_per_second: float | None) -> None:
        """Change the rate; a new bucket may burst for one second."""
        if units_per_second == self._rate:
            return
        self._fill()
        self._balance = units_per_second or 0.0 if self._rate is None else min(self._balance, units_per_second or 0.0)
        self._rate = units_per_second

    def acquire_now(self, estimate: float) -> bool:
        """Take the estimate if nobody waits, there is no pause and the balance is positive."""
        if self._turn.locked() or self._wait_seconds() > 0:
            return False
        self._balance -= estimate
        return True

    async def acquire(self, estimate: float, deadline: float | None) -> None:
        """Wait for the pause to end and for a positive balance, then take the estimate."""
        async with self._turn:
            while (wait := self._wait_seconds()) > 0:
                await sleep_until(deadline, wait, self._timing)
            self._balance -= estimate

    def settle(self, estimate: float, units: float) -> None:
        """Bill what the request really took; without a rate there is no balance."""
        if self._rate is None:
            return
        self._fill()
        self._balance += estimate - units

    def pause(self, seconds: float) -> None:
        """Keep every new request of this resource waiting: DynamoDB has throttled it as a whole."""
        self._paused_until = max(self._paused_until, self._timing.now() + seconds)

    def _wait_seconds(self) -> float:
        pause = self._paused_until - self._timing.now() if self._paused_until else 0.0
        if self._rate is None:
            return pause
        self._fill()
        debt = 0.0 if self._balance > 0 else -self._balance / self._rate + 0.001
        return max(pause, debt)

    def _fill(self) -> None:
        now = self._timing.now()
        if self._rate is None:
            self._balance = 0.0
        else:
            self._balance = min(self._rate, self._balance + (now - self._filled_at) * self._rate)
        self._filled_at = now


class Resource(Struct, frozen=True):
    """What is billed and throttled for itself: a table, or one index of it."""

    source: Source
    table_name: str
    index_name: str | None = None

    @property
    def label(self) -> str:
        return self.table_name if self.index_name is None else f"{self.table_name}/{self.index_name}"


class Buckets:
    """Every bucket of the process; statements that read one table share its bucket."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._by_resource: dict[Resource, Bucket] = {}

    def of(self, resource: Resource) -> Bucket:
        bucket = self._by_resource.get(resource)
        if bucket is None:
            bucket = self._by_resource[resource] = Bucket(self._timing)
        return bucket


async def sleep_until(deadline: float | None, seconds: float, timing: Timing) -> None:
    """Sleep, but not past the deadline.

    Raises:
        QueryCanceled: the deadline comes first; it is raised at once, for waiting would not help.
    """
    if deadline is not None and timing.now() + seconds >= deadline:
        raise QueryCanceled(
            "canceling statement due to statement timeout",
            detail="DynamoDB throttles the requests of this statement, or a limit on units a second slows them.",
            hint="Raise statement_timeout, pgddb.max_read_units_per_second or pgddb.max_write_units_per_second.",
        )
    await timing.sleep(seconds)
