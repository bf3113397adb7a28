"""Say how DynamoDB's tables and indexes shall change: values that DDL makes and the store carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from pgddb.access.table import IndexProjection, KeyAttribute, KeySchema


class Capacity(Struct, frozen=True):
    """Provisioned read and write units a second; a table without is paid for on demand."""

    read_units: int
    write_units: int


class NewTable(Struct, frozen=True):
    """Make a table; `capacity` None is on demand."""

    table_name: str
    keys: KeySchema
    capacity: Capacity | None = None
    deletion_protection: bool = False


class DroppedTable(Struct, frozen=True):
    """Delete a table with all its items."""

    table_name: str


class NewIndex(Struct, frozen=True):
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


class DroppedIndex(Struct, frozen=True):
    """Delete a global secondary index."""

    table_name: str
    name: str


class ChangedBilling(Struct, frozen=True):
    """Pay for a table in another way; `capacity` None is on demand."""

    table_name: str
    capacity: Capacity | None


class ChangedProtection(Struct, frozen=True):
    """Protect a table from deletion, or do no longer."""

    table_name: str
    deletion_protection: bool


class ChangedExpiry(Struct, frozen=True):
    """Let items expire by an attribute (seconds since 1970), or do no longer."""

    table_name: str
    attribute: str
    enabled: bool


TableChange = NewTable | DroppedTable | NewIndex | DroppedIndex | ChangedBilling | ChangedProtection | ChangedExpiry


class IndexState(Struct, frozen=True):
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
