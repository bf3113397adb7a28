"""Decide which reads wait for keys from others, before anything is read: sizes are estimates here.

Reads are settled one after the other, the cheapest first, so that the selective side goes first and no read waits
for itself. A read that waits is decided again when its keys are there (`read_by_keys`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from msgspec import Struct

from pgddb.access.path import AccessPath, BatchGet, FetchBack, ItemGet, PartitionQuery
from pgddb.access.predicate import AllOf, AnyOf, Compare, Comparison, Constant, OneOf, Predicate
from pgddb.access.table import AttributePath
from pgddb.planner.access_paths import choose_access_path
from pgddb.planner.cost import BATCH_KEYS
from pgddb.planner.key_conditions import MAX_CONDITIONS
from pgddb.planner.key_driver import KeyDriver, KeyRow
from pgddb.planner.plan_nodes import ReadSettings, TableRead

KEPT_BYTES = 16 * 1024 * 1024
"""Rows of one read that are kept until keys are taken from them; a read that grows larger gives no keys."""

FILTERED_SHARE = 0.1
"""Share of a scan's rows that conditions of unknown effect are taken to leave."""

ASSUMED_ROWS = 10
"""Of a source that reads no table and does not say how many rows it has."""

CHEAP_SHARE = 0.25
"""A scan that costs no more than this share of what it drives is waited for, however many keys it may give; so is a
read by keys that costs no more than all of it."""

_ANY_KEY: dict[str, str | int | bytes] = {"text": "?", "number": 0, "binary": b"?"}
_NO_COST = (0.0, 0.0)


class KeyedRead(Struct, frozen=True):
    """A read that waits for its keys.

    Attributes:
        drivers: where they come from; those of several drivers are met.
        most_keys: with more keys than these the read without keys costs less.
        read_units: what it is expected to take.
    """

    read: TableRead
    drivers: tuple[KeyDriver, ...]
    most_keys: int
    read_units: float


class KeySchedule(Struct, frozen=True):
    """Who waits for whom in one execution, by feed; `sources` are kept until keys are taken from them."""

    waiting: Mapping[str, KeyedRead]
    sources: frozenset[str]


def schedule_keys(
    reads: Sequence[TableRead],
    paths: Mapping[str, AccessPath],
    parameters: Sequence[object | None],
    settings: ReadSettings,
) -> KeySchedule | None:
    """Choose the reads that wait for keys; `paths` are the reads without them. None where no read does."""
    if not settings.key_driven or not any(read.drivers for read in reads):
        return None
    search = _Search(paths, parameters, settings)
    search.settle(reads)
    search.improve()
    waiting = {
        feed: KeyedRead(option.read, option.drivers, option.most_keys, option.cost[0])
        for feed, option in search.settled.items()
        if option.drivers
    }
    if not waiting:
        return None
    sources = frozenset(feed for keyed in waiting.values() for driver in keyed.drivers for feed in driver.feeds)
    return KeySchedule(waiting, sources)


def expected_paths(paths: Mapping[str, AccessPath], schedule: KeySchedule | None) -> Mapping[str, AccessPath]:
    """Give the paths with what reads by keys are expected to take in the place of what they take without."""
    expected = dict(paths)
    for feed, keyed in schedule.waiting.items() if schedule is not None else ():
        estimate = replace(paths[feed].estimate, read_units=keyed.read_units)
        expected[feed] = replace(paths[feed], estimate=estimate)
    return expected


def read_by_keys(
    read: TableRead,
    found: Sequence[tuple[KeyDriver, Sequence[KeyRow]]],
    parameters: Sequence[object | None],
    settings: ReadSettings,
) -> AccessPath:
    """Choose the access path of a read whose keys are known: by them, or all the same without."""
    conditions = tuple(part for driver, rows in found for part in _conditions(driver.paths, rows))
    return choose_access_path(replace(read, conjuncts=(*read.conjuncts, *conditions)), parameters, settings).path


def _conditions(paths: Sequence[AttributePath], rows: Sequence[KeyRow]) -> Iterator[Predicate]:
    """State that the attributes have one of some combinations of values, none of them NULL."""
    if len(paths) == 1 or not rows:
        yield OneOf(paths[0], tuple(Constant(row[0]) for row in rows))
        return
    alternatives = [
        AllOf(tuple(Compare(path, Comparison.EQUAL, Constant(value)) for path, value in zip(paths, row, strict=True)))
        for row in rows
    ]
    yield alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))


# Estimates ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to read a table: `cost` is in read units, then requests."""

    read: TableRead
    cost: tuple[float, float]
    rows: float
    drivers: tuple[KeyDriver, ...] = ()
    most_keys: int = 0


@dataclass(frozen=True, slots=True)
class _Search:
    """Settles reads; `settled` is what is decided so far, by feed."""

    paths: Mapping[str, AccessPath]
    parameters: Sequence[object | None]
    settings: ReadSettings
    settled: dict[str, _Option] = field(default_factory=dict)

    def settle(self, reads: Sequence[TableRead]) -> None:
        """Settle all reads, at each step the one that costs least after those before it."""
        left = {read.feed: read for read in reads}
        while left:
            best = min((self._best(read, read.drivers) for read in left.values()), key=_preference)
            self.settled[best.read.feed] = best
            del left[best.read.feed]

    def improve(self) -> None:
        """Let reads that were settled without keys wait for dearer ones that do not wait for them."""
        for feed, option in sorted(self.settled.items(), key=lambda entry: entry[1].cost, reverse=True):
            if not option.drivers and option.read.drivers:
                free = [one for one in option.read.drivers if not any(self._waits(of, feed) for of in one.feeds)]
                self.settled[feed] = self._best(option.read, free)

    def _waits(self, feed: str, other: str) -> bool:
        """Say whether one read waits for another, at once or by way of others."""
        drivers = self.settled[feed].drivers
        return feed == other or any(self._waits(of, other) for driver in drivers for of in driver.feeds)

    def _best(self, read: TableRead, drivers: Sequence[KeyDriver]) -> _Option:
        """Give the best way to read a table after what is settled."""
        estimate = self.paths[read.feed].estimate
        plain = _Option(read, (estimate.read_units, estimate.requests), estimate.items)
        if plain.cost == _NO_COST or not drivers:
            return plain
        options = (self._driven(plain, chosen) for chosen in _choices([one for one in drivers if self._fits(one)]))
        return min((option for option in options if option is not None), key=_preference, default=plain)

    def _fits(self, driver: KeyDriver) -> bool:
        """Say whether the rows that a driver reads can be kept."""
        return all(feed in self.settled and self._size(feed) <= KEPT_BYTES for feed in driver.feeds)

    def _size(self, feed: str) -> float:
        path = self.paths[feed]
        share = FILTERED_SHARE if path.filter is not None else 1.0
        rows = self.settled[feed].rows / path.estimate.items if path.estimate.items else 1.0
        return path.estimate.size_bytes * share * rows

    def _keys(self, driver: KeyDriver) -> float:
        """Guess how many keys a driver gives."""
        if driver.rows is not None:
            return driver.rows
        if not driver.feeds:
            return ASSUMED_ROWS
        share = FILTERED_SHARE if driver.filtered and any(self._is_scan(feed) for feed in driver.feeds) else 1.0
        return max(1.0, max(self.settled[feed].rows for feed in driver.feeds) * share)

    def _is_scan(self, feed: str) -> bool:
        return not self.settled[feed].drivers and not _is_keyed(self.paths[feed])

    def _driven(self, plain: _Option, drivers: tuple[KeyDriver, ...]) -> _Option | None:
        """Price a read by keys; None where it cannot pay."""
        found = [(driver, [_sample_key(driver)]) for driver in drivers]
        path = read_by_keys(plain.read, found, self.parameters, self.settings)
        each = path.estimate
        if not _is_keyed(path) or not each.read_units:
            return None
        most = min(MAX_CONDITIONS, math.floor(plain.cost[0] / each.read_units))
        keys = math.prod(self._keys(driver) for driver in drivers)
        requests = math.ceil(keys / BATCH_KEYS) if isinstance(path.read, (ItemGet, BatchGet)) else keys * each.requests
        cost = (keys * each.read_units, requests)
        if cost < plain.cost and keys <= most:
            return _Option(plain.read, cost, min(plain.rows, keys * each.items), drivers, most)
        waited = sum(self.settled[feed].cost[0] for driver in drivers for feed in driver.feeds)
        scans = any(self._is_scan(feed) for driver in drivers for feed in driver.feeds)
        if most >= 1 and waited <= (CHEAP_SHARE if scans else 1.0) * plain.cost[0]:
            return replace(plain, drivers=drivers, most_keys=most)
        return None


def _preference(option: _Option) -> tuple[tuple[float, float], float]:
    return option.cost, option.rows


def _choices(drivers: Sequence[KeyDriver]) -> Iterator[tuple[KeyDriver, ...]]:
    """Give each driver, and each two that drive different attributes."""
    for driver in drivers:
        yield (driver,)
    for first, second in combinations(drivers, 2):
        if not set(first.paths) & set(second.paths):
            yield (first, second)


def _sample_key(driver: KeyDriver) -> KeyRow:
    return tuple(_ANY_KEY[kind] for kind in driver.kinds if kind is not None)


def _is_keyed(path: AccessPath) -> bool:
    read = path.read.keys_from if isinstance(path.read, FetchBack) else path.read
    return isinstance(read, (ItemGet, BatchGet, PartitionQuery))
