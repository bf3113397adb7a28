"""Find how many requests of a scan are worth having in flight: more while it helps, fewer when DynamoDB throttles."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable

GROWTH = 1.5
"""What is in flight grows by this factor."""

WORTH_IT = 1.15
"""It may grow on where the last growth has brought pages at least so many times as fast."""

WAITING_SHARE = 0.3
"""It grows only while the reader waits for pages for more than this share of the time."""

ROUNDS = 3
"""Pages of so many rounds are counted before what is in flight changes."""


class Width:
    """How many requests of one read may be in flight.

    A throttle halves it; then it comes back by one a round, to no more than it was at first.

    Attributes:
        allowed: how many may be in flight now.
    """

    def __init__(
        self, start: int, *, most: int | None = None, throttles: Callable[[], int], now: Callable[[], float]
    ) -> None:
        """`throttles` counts those of the read so far; `now` is a clock in seconds. Without `most` it does not grow."""
        self.allowed = start
        self._start = start
        self._most = start if most is None else most
        self._throttles = throttles
        self._now = now
        self._seen = throttles()
        self._before: tuple[int, float] | None = None
        """What was in flight before the last growth, and the pages a second that it brought."""
        self._pages = 0
        self._since = now()
        self._waited = 0.0

    @property
    def most(self) -> int:
        """How many may ever be in flight."""
        return self._most

    def page_came(self, *, waited_seconds: float) -> None:
        """Count a page that the reader has waited for: where pages wait for their reader, more would not help."""
        throttles = self._throttles()
        if throttles > self._seen:
            self._seen, self._most = throttles, self._start
            self._change(max(1, min(self.allowed, self._start) // 2))
            return
        self._waited += waited_seconds
        self._pages += 1
        if self._pages >= ROUNDS * self.allowed:
            self._end_of_rounds()

    def _end_of_rounds(self) -> None:
        seconds = max(self._now() - self._since, 1e-6)
        rate = self._pages / seconds
        if self.allowed < self._start:
            self._change(self.allowed + 1)
        elif self._before is not None and rate < WORTH_IT * self._before[1]:
            self._most = self._before[0]
            self._change(self._before[0])
        elif self.allowed < self._most and self._waited > WAITING_SHARE * seconds:
            before = self.allowed, rate
            self._change(min(self._most, math.ceil(self.allowed * GROWTH)))
            self._before = before
        else:
            self._change(self.allowed)

    def _change(self, allowed: int) -> None:
        self.allowed = allowed
        self._before = None
        self._pages = 0
        self._since = self._now()
        self._waited = 0.0


class Turns:
    """Lets as many in as a Width allows, those that came first before the others."""

    def __init__(self, width: Width) -> None:
        self._width = width
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        while self._inside >= self._width.allowed:
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            await place
        self._inside += 1

    def leave(self) -> None:
        self._inside -= 1
        self.let_in()

    def let_in(self) -> None:
        """Let in those for whom there is room, after one has left or more are allowed."""
        for _ in range(min(len(self._waiting), self._width.allowed - self._inside)):
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
