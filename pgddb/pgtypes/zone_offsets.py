"""Find the offsets of a time zone for many instants at once."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pgddb.pgtypes.zones import offset_seconds

_BLOCK_BITS = 25
"""A zone's changes are looked up in blocks of 2^25 seconds, a little more than a year."""
_STEP_SECONDS = 2**16
"""Offsets are compared at this distance, 18 hours, to find changes; no zone has changed twice within one step."""

Seconds = npt.NDArray[np.int64]


def offsets_at(zone: tzinfo, unix_seconds: Seconds) -> Seconds:
    """Give how many seconds local time is ahead of UTC at each instant."""
    fixed = zone.utcoffset(None)
    if fixed is not None:
        return np.full(len(unix_seconds), int(fixed.total_seconds()), np.int64)
    if len(unix_seconds) == 0:
        return np.empty(0, np.int64)
    first, last = int(unix_seconds.min()) >> _BLOCK_BITS, int(unix_seconds.max()) >> _BLOCK_BITS
    blocks = range(first, last + 1) if last - first < 64 else np.unique(unix_seconds >> _BLOCK_BITS).tolist()
    changes = [change for block in blocks for change in _changes(zone, block)]
    starts = np.array([start for start, _ in changes], np.int64)
    offsets = np.array([offset for _, offset in changes], np.int64)
    if (offsets == offsets[0]).all():
        return np.full(len(unix_seconds), offsets[0], np.int64)
    return offsets[np.searchsorted(starts, unix_seconds, side="right") - 1]


@lru_cache(maxsize=4096)
def _changes(zone: tzinfo, block: int) -> tuple[tuple[int, int], ...]:
    """List (first second, offset) of each stretch of a block with one offset."""
    start, end = block << _BLOCK_BITS, (block + 1) << _BLOCK_BITS
    offset = offset_seconds(zone, start)
    changes = [(start, offset)]
    for late in range(start + _STEP_SECONDS, end + 1, _STEP_SECONDS):
        late_offset = offset_seconds(zone, min(late, end - 1))
        if late_offset != offset:
            changes.append((_first_second_of_change(zone, late - _STEP_SECONDS, min(late, end - 1)), late_offset))
            offset = late_offset
    return tuple(changes)


def _first_second_of_change(zone: tzinfo, early: int, late: int) -> int:
    before = offset_seconds(zone, early)
    while late - early > 1:
        middle = (early + late) // 2
        if offset_seconds(zone, middle) == before:
            early = middle
        else:
            late = middle
    return late
