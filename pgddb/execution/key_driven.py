"""Let the rows of one read say which keys of another are read.

The source is read first and kept; a query over it, in an engine session of its own, gives the keys; then the access
path of the other read is chosen with the real number of keys. Nothing here waits for the statement's own query, so
it cannot come to a standstill; whatever is in the way of the keys, the read without keys is taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from msgspec import Struct

from pgddb.access.path import AccessPath
from pgddb.access.prices import PriceTable
from pgddb.access.table import TableSchema
from pgddb.engine import BatchStream, Feed
from pgddb.errors import SqlError
from pgddb.execution.notices import Notice, scan_warnings
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.execution.spool import Spool, SpoolRoom
from pgddb.execution.transaction_store import strongly_consistent
from pgddb.planner.key_driver import KeyDriver, KeyRow
from pgddb.planner.key_schedule import KEPT_BYTES, KeyedRead, KeySchedule, read_by_keys
from pgddb.planner.plan_nodes import ReadSettings

STATEMENT_BYTES = 2 * KEPT_BYTES
"""Rows that one statement keeps for keys, all its reads together."""

CHOSEN_IN_LOOP_KEYS = 200
"""A path by up to so many keys is chosen where it is wanted: 3 ms. By 10,000 keys it takes 0.2 s, by as many pairs
of values 1.1 s."""

FoundKeys = tuple[KeyDriver, Sequence[KeyRow]]
ChooseLate = Callable[[KeyedRead, Sequence[FoundKeys]], AccessPath]
"""Gives the access path of a read for the keys that were found; none were found: the one without keys."""

_KINDS: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, Decimal), "binary": (bytes,)}


class KeyedReads:
    """The reads of one started statement that wait for keys, and the spools of those that give them.

    `choose` gives the access path of a read for the keys that were found. `admit` is told of every path that is chosen
    late; it may refuse it with a SqlError, which fails the statement.
    """

    def __init__(
        self,
        schedule: KeySchedule,
        queries: KeyQueries,
        *,
        choose: ChooseLate,
        admit: Callable[[str, AccessPath], None],
    ) -> None:
        self._waiting = schedule.waiting
        self._queries = queries
        self._choose = choose
        self._admit = admit
        room = SpoolRoom(STATEMENT_BYTES)
        self.spools = {
            feed: Spool(room, capacity_bytes=KEPT_BYTES, takers=self._takers(feed)) for feed in schedule.sources
        }

    def _takers(self, feed: str) -> int:
        drivers = (driver for keyed in self._waiting.values() for driver in keyed.drivers)
        return sum(feed in driver.feeds for driver in drivers)

    def waits(self, feed: str) -> bool:
        return feed in self._waiting

    async def path(self, feed: str) -> AccessPath:
        """Wait for the keys of a read and choose how to read it.

        Raises:
            SqlError: a read that gives keys has failed, or what is chosen is not allowed.
        """
        keyed = self._waiting[feed]
        found: list[FoundKeys] = []
        for driver in keyed.drivers:
            rows = await self._keys(driver, keyed.most_keys)
            if rows is not None:
                found.append((driver, rows))
            if rows == []:
                break
        if sum(len(rows) for _, rows in found) > CHOSEN_IN_LOOP_KEYS:
            path = await asyncio.to_thread(self._choose, keyed, found)
        else:
            path = self._choose(keyed, found)
        self._admit(feed, path)
        return path

    async def _keys(self, driver: KeyDriver, most: int) -> list[KeyRow] | None:
        """Give the keys; None where there are too many, or they cannot be found."""
        feeds: dict[str, Feed] = {}
        for name in driver.feeds:
            batches = await self.spools[name].rows()
            if batches is None:
                return None
            feeds[name] = await _filled(batches)
        return await self._queries.run(driver, feeds, most)


class KeyQueries(Struct, frozen=True):
    """Runs the queries that give keys, each in an engine session that it borrows."""

    resources: ServerResources
    time_zone: str
    literals: Sequence[str]

    async def run(self, driver: KeyDriver, feeds: Mapping[str, Feed], most: int) -> list[KeyRow] | None:
        """Give distinct keys; None where there are more than `most`, or they are not of the expected type."""
        session = await self.resources.take_session(self.time_zone)
        try:
            stream = await session.run(driver.keys.render(self.literals), feeds)
            try:
                return await _collected(stream, driver, most)
            except SqlError:
                return None  # whatever is wrong with these rows, the statement itself meets it or does not need them
            finally:
                await stream.close()
        finally:
            self.resources.give_back(session)


class LateChoices:
    """Holds the paths that are chosen while a statement runs to its budget, and warns of dear scans among them."""

    def __init__(
        self,
        expected: Mapping[str, AccessPath],
        settings: ExecutionSettings,
        prices: PriceTable,
        notify: Callable[[Notice], None],
    ) -> None:
        self._paths = dict(expected)
        self._settings = settings
        self._prices = prices
        self._notify = notify

    def admit(self, feed: str, path: AccessPath) -> None:
        """Let a path be read.

        Raises:
            ConfigurationLimitExceeded: the statement would cost more than it may.
        """
        self._paths[feed] = path
        self._settings.budget.refuse_dearer(self._paths.values(), self._prices)
        for warning in scan_warnings([path], self._settings.warn_read_units, self._prices):
            self._notify(warning)


async def _filled(batches: Sequence[pa.RecordBatch]) -> Feed:
    feed = Feed(STATEMENT_BYTES)
    for batch in batches:
        await feed.put(batch)
    feed.finish()
    return feed


async def _collected(stream: BatchStream, driver: KeyDriver, most: int) -> list[KeyRow] | None:
    found: dict[KeyRow, None] = {}
    kinds = [None if kind is None else _KINDS[kind] for kind in driver.kinds]
    while (batch := await stream.next_batch()) is not None:
        driven = [batch.column(place).to_pylist() for place, kind in enumerate(kinds) if kind is not None]
        for row in zip(*driven, strict=True):
            if None not in row:
                found[row] = None
        if len(found) > most:
            return None
    expected = [kind for kind in kinds if kind is not None]
    for row in found:
        if not all(type(value) in kind for value, kind in zip(row, expected, strict=True)):
            return None
    return list(found)


def late_choice(parameters: Sequence[Any], settings: ReadSettings, target: TableSchema | None) -> ChooseLate:
    """Give what chooses the read of a feed once its keys are found; `target` is what the statement writes to."""

    def choose(waiting: KeyedRead, found: Sequence[FoundKeys]) -> AccessPath:
        return strongly_consistent(read_by_keys(waiting.read, found, parameters, settings), target)

    return choose
