"""Say how DynamoDB's tables and indexes shall change: values that DDL makes and the store carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgddb.access.table import IndexProjection, KeyAttribute, KeySchema


@dataclass(frozen=True, slots=True)
class Capacity:
    """Provisioned read and write units a second; a table without is paid for on demand."""

    read_units: int
    write_units: int


@dataclass(frozen=True, slots=True)
class NewTable:
    """Make a table; `capacity` None is on demand."""

    table_name: str
    keys: KeySchema
    capacity: Capacity | None = None
    deletion_protection: bool = False


@dataclass(frozen=True, slots=True)
class DroppedTable:
    """Delete a table with all its items."""

    table_name: str


@dataclass(frozen=True, slots=True)
class NewIndex:
    """Make a global secondary index; DynamoDB fills it from the items that are there.

    Attributes:
        attributes: all key attributes of the table and its indexes, this one's too.
    """

    table_name: str
    name: str
    keys: KeySchema
    attributes: tuple[KeyAttribute, ...]
    projection: IndexProjection = IndexProjection.ALL
    included: tuple[str, ...] = ()
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class DroppedIndex:
    """Delete a global secondary index."""

    table_name: str
    name: str


@dataclass(frozen=True, slots=True)
class ChangedBilling:
    """Pay for a table in another way; `capacity` None is on demand."""

    table_name: str
    capacity: Capacity | None


@dataclass(frozen=True, slots=True)
class ChangedProtection:
    """Protect a table from deletion, or do no longer."""

    table_name: str
    deletion_protection: bool


@dataclass(frozen=True, slots=True)
class ChangedExpiry:
    """Let items expire by an attribute (seconds since 1970), or do no longer."""

    table_name: str
    attribute: str
    enabled: bool


TableChange = NewTable | DroppedTable | NewIndex | DroppedIndex | ChangedBilling | ChangedProtection | ChangedExpiry


@dataclass(frozen=True, slots=True)
class IndexState:
    """What DynamoDB says of an index that is made, changed or deleted."""

    status: str
    backfilling: bool = False


@dataclass(frozen=True, slots=True)
class TableState:
    """What DynamoDB says of a table that is made, changed or deleted; `status` is "" where there is none."""

    status: str = ""
    indexes: Mapping[str, IndexState] = field(default_factory=dict)
    item_count: int = 0
    capacity: Capacity | None = None
