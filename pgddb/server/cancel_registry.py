"""Find the session that a CancelRequest means, by process id and secret."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator

from pgddb.session import BackendKey
from pgddb.session.contract import RunningSession

FIRST_PROCESS_ID = 1000
LAST_PROCESS_ID = 2**31 - 1


class CancelRegistry:
    """The sessions that are in, each with a key that only its client knows."""

    def __init__(self) -> None:
        self._sessions: dict[int, tuple[bytes, RunningSession]] = {}
        self._next = FIRST_PROCESS_ID

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[RunningSession]:
        return iter([session for _, session in self._sessions.values()])

    def add(self, session: RunningSession, *, secret_bytes: int) -> BackendKey:
        """Give a session its key."""
        while self._next in self._sessions:
            self._advance()
        key = BackendKey(self._next, secrets.token_bytes(secret_bytes))
        self._advance()
        self._sessions[key.process_id] = (key.secret, session)
        return key

    def remove(self, key: BackendKey) -> RunningSession | None:
        """Forget a session and give it; None if it was forgotten before."""
        known = self._sessions.pop(key.process_id, None)
        return None if known is None else known[1]

    def find(self, process_id: int) -> RunningSession | None:
        """Give the session of this number."""
        known = self._sessions.get(process_id)
        return None if known is None else known[1]

    def cancel(self, process_id: int, secret: bytes) -> bool:
        """Stop the statement of the session with this key; False if there is none."""
        known = self._sessions.get(process_id)
        if known is None or not hmac.compare_digest(known[0], secret):
            return False
        known[1].cancel_statement()
        return True

    def _advance(self) -> None:
        self._next = FIRST_PROCESS_ID if self._next >= LAST_PROCESS_ID else self._next + 1
