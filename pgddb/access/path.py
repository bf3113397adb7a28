"""Say how one table is read: fully bound values that `dynamo` carries out and EXPLAIN prints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from pgddb.access.predicate import AttributeValue, Predicate
from pgddb.access.table import AttributePath, Index, TableSchema

ItemKey = tuple[tuple[str, AttributeValue], ...]
"""(attribute name, value) of the partition key, then of the sort key if the table has one."""


class SortOperator(StrEnum):
    """What a key condition may ask of a sort key.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
    """

    EQUAL = "="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    BETWEEN = "BETWEEN"
    BEGINS_WITH = "begins_with"


class SortCondition(Struct, frozen=True):
    """The one range condition on a sort key attribute; BETWEEN has two values, the others one."""

    attribute: str
    operator: SortOperator
    values: tuple[AttributeValue, ...]


class KeyCondition(Struct, frozen=True):
    """Equalities on every partition key attribute (and a prefix of several sort keys), then at most one range."""

    equals: ItemKey
    sort: SortCondition | None = None


class ItemGet(Struct, frozen=True):
    """GetItem of one key."""

    key: ItemKey


class BatchGet(Struct, frozen=True):
    """BatchGetItem of distinct keys, any number: the fetch cuts them into requests of 100."""

    keys: tuple[ItemKey, ...]


@dataclass(frozen=True, slots=True)
class PartitionQuery:
    """One Query for each condition, concurrently; `index` None is the base table.

    With `merge_by` the pages of several conditions must come out merged in the order of that sort
    key attribute (`descending` as the Query runs); without it in any order.
    """

    conditions: tuple[KeyCondition, ...]
    index: Index | None = None
    descending: bool = False
    merge_by: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentScan:
    """Parallel Scan of the table or of one index.

    With `most_partitions` one item of each partition is enough: each request reads one and the next goes on behind the
    last possible sort key of its partition. A segment that has more partitions than this is read on item by item.
    `ends` asks for the first (False) or last (True) item of each partition, by the sort key, too.
    """

    segments: int
    index: Index | None = None
    most_partitions: int | None = None
    ends: tuple[bool, ...] = ()


class FetchBack(Struct, frozen=True):
    """Read keys from an index that does not cover, then the items by BatchGetItem from the base table.

    Where the path has a limit, it counts the items that are as the index says: a changed one is given too, uncounted.
    """

    keys_from: PartitionQuery | SegmentScan


class NoRead(Struct, frozen=True):
    """The predicate cannot be true: no request at all."""

    reason: str


Read = ItemGet | BatchGet | PartitionQuery | SegmentScan | FetchBack | NoRead


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a read will take: items and bytes read, read units, requests, dollars, seconds (None: unknown).

    `assumes_items` and `assumes_bytes` say that nothing is known of the number or the size of the items.
    """

    items: float
    size_bytes: float
    read_units: float
    requests: float
    dollars: float = 0.0
    seconds: float | None = None
    assumes_items: bool = False
    assumes_bytes: bool = False


@dataclass(frozen=True, slots=True)
class AccessPath:
    """One way to read one table.

    Attributes:
        filter: pushed as FilterExpression; values are Constants only, already legal for this read.
        projection: attribute paths to return, or None for whole items.
        limit: stop after this many items have been returned, and send it as `Limit`; set only when nothing
            is filtered after the read.
        count_only: Select=COUNT; pages carry counts, no items.
    """

    table: TableSchema
    read: Read
    estimate: Estimate
    filter: Predicate | None = None
    projection: tuple[AttributePath, ...] | None = None
    limit: int | None = None
    consistent: bool = False
    count_only: bool = False


class RejectedPath(Struct, frozen=True):
    """An access path that was not taken, and why."""

    description: str
    reason: str
    estimate: Estimate | None = None
