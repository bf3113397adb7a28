"""Know what a session is doing, as pg_stat_activity shows it."""

from __future__ import annotations

import time

from msgspec import Struct

from pgddb.protocol.messages.simple_query import TransactionStatus

MAX_QUERY_BYTES = 1023
"""As track_activity_query_size - 1 in PostgreSQL."""

_IDLE_STATES = {
    TransactionStatus.IDLE: "idle",
    TransactionStatus.IN_BLOCK: "idle in transaction",
    TransactionStatus.FAILED: "idle in transaction (aborted)",
}


class SessionActivity(Struct, frozen=True):
    """What a session is doing now; times are seconds since 1970, None where nothing has begun.

    Attributes:
        requests, pages, read_units: what the running statement has cost so far.
    """

    process_id: int
    user: str
    database: str
    application_name: str
    client: tuple[str, int] | None
    backend_start: float
    xact_start: float | None
    query_start: float | None
    state_change: float
    state: str
    query: str
    requests: int = 0
    pages: int = 0
    read_units: float = 0.0


class ActivityClock:
    """The text of the last statement of a session, and since when it runs or has ended."""

    def __init__(self) -> None:
        self.backend_start = time.time()
        self.query_start: float | None = None
        self.state_change = self.backend_start
        self.is_active = True
        self._query = ""

    @property
    def query(self) -> str:
        """The text, cut where PostgreSQL cuts it."""
        raw = self._query.encode()
        return self._query if len(raw) <= MAX_QUERY_BYTES else raw[:MAX_QUERY_BYTES].decode(errors="ignore")

    def run(self, query: str) -> None:
        """Note that a statement begins."""
        self._query = query
        self.query_start = self.state_change = time.time()
        self.is_active = True

    def rest(self) -> None:
        """Note that the session waits for its client."""
        self.state_change = time.time()
        self.is_active = False

    def state(self, status: TransactionStatus) -> str:
        """Name the state in PostgreSQL's words."""
        return "active" if self.is_active else _IDLE_STATES[status]
