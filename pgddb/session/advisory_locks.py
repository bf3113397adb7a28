"""Keep the advisory locks of one server's sessions: names that applications lock, with no meaning of their own.

Source: https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from msgspec import Struct

from pgddb.errors import DeadlockDetected

LockKey = tuple[str, int, int | None]
"""Database, and one number of 64 bits or two of 32."""


class LockCall(Struct, frozen=True):
    """What one of the functions does.

    Attributes:
        shared: with others that share it.
        transaction: until the end of the transaction, else of the session.
        tries: does not wait.
    """

    shared: bool = False
    transaction: bool = False
    tries: bool = False
    unlocks: bool = False
    all_of_them: bool = False

    @property
    def gives(self) -> str | None:
        """Name the type of the result; None for void."""
        return "boolean" if self.tries or (self.unlocks and not self.all_of_them) else None


def _calls() -> dict[str, LockCall]:
    found = {"pg_advisory_unlock_all": LockCall(unlocks=True, all_of_them=True)}
    for shared in (False, True):
        tail = "_shared" if shared else ""
        found["pg_advisory_unlock" + tail] = LockCall(shared, unlocks=True)
        for transaction in (False, True):
            middle = "xact_lock" if transaction else "lock"
            found[f"pg_advisory_{middle}{tail}"] = LockCall(shared, transaction)
            found[f"pg_try_advisory_{middle}{tail}"] = LockCall(shared, transaction, tries=True)
    return found


ADVISORY = _calls()
"""The functions by their names."""


@dataclass(slots=True, eq=False)
class _Lock:
    """Who holds one key and how often, by (owner, shared, transaction), and who waits for it, the first first."""

    holders: Counter[tuple[Hashable, bool, bool]] = field(default_factory=Counter)
    waiters: list[tuple[Hashable, bool, asyncio.Future[None]]] = field(default_factory=list)

    def conflicts(self, owner: Hashable, *, shared: bool) -> set[Hashable]:
        """Give the other owners that stand in the way."""
        return {other for other, others_share, _ in self.holders if other != owner and not (shared and others_share)}


class AdvisoryLocks:
    """The locks of one server; an owner is a session."""

    def __init__(self) -> None:
        self._locks: dict[LockKey, _Lock] = {}
        self._waits: dict[Hashable, LockKey] = {}

    async def lock(self, owner: Hashable, key: LockKey, call: LockCall) -> bool:
        """Take a lock; False if another session has it and the call does not wait.

        Raises:
            DeadlockDetected: the session would wait for one that waits for it.
        """
        lock = self._locks.setdefault(key, _Lock())
        try:
            while lock.conflicts(owner, shared=call.shared) or self._must_queue(lock, owner):
                if call.tries:
                    return False
                await self._wait(owner, key, lock, shared=call.shared)
            lock.holders[owner, call.shared, call.transaction] += 1
        finally:
            self._forget_idle(key)
        return True

    def _must_queue(self, lock: _Lock, owner: Hashable) -> bool:
        """Say whether others have waited longer; who holds the lock already need not queue."""
        return bool(lock.waiters) and not any(other == owner for other, _, _ in lock.holders)

    async def _wait(self, owner: Hashable, key: LockKey, lock: _Lock, *, shared: bool) -> None:
        self._waits[owner] = key
        waiter = (owner, shared, asyncio.get_running_loop().create_future())
        try:
            if self._waits_for(owner, owner, set()):
                raise DeadlockDetected("deadlock detected")
            lock.waiters.append(waiter)
            await waiter[2]
        finally:
            del self._waits[owner]
            if waiter in lock.waiters:
                lock.waiters.remove(waiter)
            if not waiter[2].done() or waiter[2].cancelled():
                self._wake(lock)

    def _waits_for(self, owner: Hashable, target: Hashable, seen: set[Hashable]) -> bool:
        """Say whether an owner waits for a lock that the target holds, itself or through others."""
        key = self._waits.get(owner)
        if key is None or owner in seen:
            return False
        seen.add(owner)
        holders = {other for other, _, _ in self._locks[key].holders if other != owner}
        return target in holders or any(self._waits_for(other, target, seen) for other in holders)

    def unlock(self, owner: Hashable, key: LockKey, *, shared: bool) -> bool:
        """Let a lock of the session go once; False if it has none."""
        lock = self._locks.get(key)
        held = (owner, shared, False)
        if lock is None or held not in lock.holders:
            return False
        lock.holders[held] -= 1
        if not lock.holders[held]:
            del lock.holders[held]
            self._wake(lock)
            self._forget_idle(key)
        return True

    def unlock_all(self, owner: Hashable, *, transaction: bool) -> None:
        """Let go of what an owner holds: for its transaction, or for its session."""
        for key, lock in list(self._locks.items()):
            held = [one for one in lock.holders if one[0] == owner and one[2] is transaction]
            for one in held:
                del lock.holders[one]
            if held:
                self._wake(lock)
                self._forget_idle(key)

    def _wake(self, lock: _Lock) -> None:
        """Let the waiters go on that the holders leave room for."""
        while lock.waiters:
            owner, shared, future = lock.waiters[0]
            if lock.conflicts(owner, shared=shared):
                return
            del lock.waiters[0]
            if not future.done():
                future.set_result(None)
            if not shared:
                return

    def _forget_idle(self, key: LockKey) -> None:
        lock = self._locks.get(key)
        if lock is not None and not lock.holders and not lock.waiters:
            del self._locks[key]
