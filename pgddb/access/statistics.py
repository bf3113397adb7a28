"""Count what a statement asked of DynamoDB, and keep what its pages say of the tables.

What is known of a table here are estimates: they change which access path is chosen, and never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from pgddb.access.path import KeyCondition
from pgddb.access.predicate import AttributeValue

MOST_QUERIES = 1_000
"""Queries of one read whose sizes are noted."""


class ReadSize(Struct, frozen=True):
    """What a Query or Scan took that ran to its end; `read_units` as if eventually consistent."""

    items: int
    read_units: float
    requests: int


class FinishedQuery(Struct, frozen=True):
    """A Query that gave all items of its key condition: `index` by name, None for the table."""

    index: str | None
    condition: KeyCondition
    size: ReadSize


@dataclass(slots=True)
class ReadStatistics:
    """Totals of one statement; `units_by_resource` is keyed by table, or table/index for an index.

    `finished` are the Queries that ran to their ends, so that their sizes are known; not more than MOST_QUERIES.
    """

    requests: int = 0
    retries: int = 0
    throttles: int = 0
    pages: int = 0
    items_scanned: int = 0
    items_returned: int = 0
    response_bytes: int = 0
    read_units: float = 0.0
    units_by_resource: dict[str, float] = field(default_factory=dict)
    finished: list[FinishedQuery] = field(default_factory=list)

    def add_units(self, resource: str, units: float) -> None:
        self.read_units += units
        self.units_by_resource[resource] = self.units_by_resource.get(resource, 0.0) + units

    def add_finished(self, query: FinishedQuery) -> None:
        """Note the size of a Query."""
        if len(self.finished) < MOST_QUERIES:
            self.finished.append(query)


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """What the items read so far show of an attribute.

    Attributes:
        distinct: how many different values it has, or None while unknown.
        common: values that are more frequent than others, with their shares of the items that have the attribute.
    """

    distinct: float | None = None
    common: Mapping[AttributeValue, float] = field(default_factory=dict)


@dataclass(slots=True)
class TableStatistics:
    """What reads have shown of one table.

    Attributes:
        columns: of attributes that are keys of the table or of an index, by name.
        item_bytes: mean size of the items looked at, as DynamoDB counts it, or None.
        scans: of the whole table (None) or a whole index, by its name.
        queries: by index and key condition, the oldest first.
    """

    columns: Mapping[str, ColumnStatistics] = field(default_factory=dict)
    item_bytes: float | None = None
    scans: dict[str | None, ReadSize] = field(default_factory=dict)
    queries: dict[tuple[str | None, KeyCondition], ReadSize] = field(default_factory=dict)


def total_of(parts: Iterable[ReadStatistics]) -> ReadStatistics:
    """Add up the requests, pages and read units of several statements."""
    total = ReadStatistics()
    for one in parts:
        total.requests += one.requests
        total.pages += one.pages
        total.read_units += one.read_units
    return total
