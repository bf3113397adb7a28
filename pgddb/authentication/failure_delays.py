"""Let answers to wrong passwords wait longer and longer, and nobody else.

Only the answer that tells of a failure waits, in its own connection, after it was decided: whoever knows the password
is let in at once, also from an address that others guess from. So many answers wait at a time, the others leave at
once: guessing cannot use up the server's connections either.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 3.0
FORGOTTEN_AFTER_SECONDS = 300.0
MOST_ADDRESSES = 10_000
MOST_WAITING = 32


@dataclass(slots=True)
class _Failures:
    count: int
    at: float


class FailureDelays:
    """Counts the failed logins of each address, for some minutes; `now` gives seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self.waiting = 0

    def note_failure(self, address: str) -> float:
        """Count a failure and say for how many seconds its answer waits."""
        now = self._now()
        known = self._failures.pop(address, None)
        if known is None or now - known.at > FORGOTTEN_AFTER_SECONDS:
            known = _Failures(0, now)
        known.count, known.at = known.count + 1, now
        self._failures[address] = known
        while len(self._failures) > MOST_ADDRESSES:
            self._failures.popitem(last=False)
        if self.waiting >= MOST_WAITING:
            return 0.0
        return float(min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(known.count - 1, 10)))

    def note_success(self, address: str) -> None:
        """Forget the failures of an address."""
        self._failures.pop(address, None)
