"""Show which keys a read asks for: the keys themselves, the key conditions, or the segments of a scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgddb.access.describe import condition_text
from pgddb.access.path import BatchGet, ItemGet, KeyCondition, PartitionQuery, Read, SegmentScan
from pgddb.planner.explain import Detail
from pgddb.planner.explain_predicates import shown_name

SHOWN_KEYS = 3
"""Of many keys or partitions so many are shown, with the number of the others."""


def key_details(way: Read) -> Iterator[Detail]:
    """Give the lines that say what is read by key, or how a scan goes."""
    match way:
        case ItemGet(key=key):
            yield Detail("Key", condition_text(KeyCondition(key)))
        case BatchGet(keys=keys):
            yield _some("Keys", [condition_text(KeyCondition(key)) for key in keys[:SHOWN_KEYS]], len(keys))
        case PartitionQuery(conditions=conditions):
            label = "Key Condition" if len(conditions) == 1 else "Key Conditions"
            yield _some(label, [condition_text(one) for one in conditions[:SHOWN_KEYS]], len(conditions))
            if way.descending:
                yield Detail("Scan Direction", "Backward")
            if way.merge_by is not None:
                yield Detail("Merge Key", shown_name(way.merge_by))
        case SegmentScan():
            yield from _segments(way)
        case _:
            return


def _segments(scan: SegmentScan) -> Iterator[Detail]:
    yield Detail("Segments", scan.segments)
    if scan.most_partitions is not None:
        most = scan.most_partitions
        yield Detail("Most Partitions", most, f"{most:,} of a segment; with more: Scan")
    if scan.ends:
        yield Detail("Of Each Partition", ["last item" if end else "first item" for end in scan.ends])


def _some(label: str, shown: Sequence[str], count: int) -> Detail:
    if count == 1:
        return Detail(label, shown[0])
    more = [] if count <= len(shown) else [f"{count - len(shown):,} more"]
    bracketed = [f"({one})" for one in shown]
    return Detail(label, [*shown, *more], f"{count:,}: " + ", ".join([*bracketed, *more]))
