"""Say how items are written: fully known values that `dynamo` carries out, and what became of them.

Values travel as typed JSON, the bytes of DynamoDB's own form: `{"S":"a"}` for a value, `{"id":{"S":"a"}}` for an item.
`access/attribute_values.py` makes them, `access/item_checks.py` checks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from msgspec import Struct

from pgddb.access.path import ItemKey
from pgddb.access.store_values import number_of_text
from pgddb.access.table import AttributePath, AttributeType, Source, TableSchema

TypedJson = bytes
"""Compact DynamoDB JSON of a value or of an item; B is base64 text in it, numbers are their digits."""

KeyIdentity = tuple[Source, str, tuple[object, ...]]
"""What makes two writes hit one item: where the table is, its name, the values of the key. Hashable."""


class MustNotExist(Struct, frozen=True):
    """No item may have the key. Otherwise 23505, or 40001 for ON CONFLICT, which looked and found none.

    Attributes:
        after_conflict: the put is that of an INSERT ... ON CONFLICT.
    """

    after_conflict: bool = False


class MustExist(Struct, frozen=True):
    """The item must still be there. Otherwise 40001."""


class MustMatch(Struct, frozen=True):
    """The item must still be there and still hold what was read. Otherwise 40001.

    Attributes:
        values: a path and the typed JSON that was read there, or None where nothing was. Numbers and sets
            compare as DynamoDB compares them.
    """

    values: tuple[tuple[AttributePath, TypedJson | None], ...]


Condition = MustNotExist | MustExist | MustMatch


class PutItem(Struct, frozen=True):
    """Write a whole item; without a condition whatever has the key is replaced.

    Attributes:
        item: typed JSON with the key attributes in it.
        size_bytes: as DynamoDB counts (`item_size.item_bytes`).
        old_size_bytes: size of the item that it replaces, if that was read: the larger of the two is billed.
    """

    table: TableSchema
    key: ItemKey
    item: TypedJson
    size_bytes: int
    condition: Condition | None = None
    old_size_bytes: int | None = None


class UpdateItem(Struct, frozen=True):
    """Change some paths of an item that is there; paths must not overlap and must not name a key attribute.

    Attributes:
        assignments: a path and the typed JSON that it gets. The map or list that holds it must be there.
        removals: paths that go.
        size_bytes: of the item afterwards.
        old_size_bytes: of the item that was read.
    """

    table: TableSchema
    key: ItemKey
    assignments: tuple[tuple[AttributePath, TypedJson], ...]
    removals: tuple[AttributePath, ...]
    size_bytes: int
    condition: MustExist | MustMatch = MustExist()
    old_size_bytes: int | None = None


class DeleteItem(Struct, frozen=True):
    """Delete the item of a key; without a condition it may be gone already.

    Attributes:
        old_size_bytes: of the item that was read, if it was: this is billed.
    """

    table: TableSchema
    key: ItemKey
    condition: MustExist | MustMatch | None = None
    old_size_bytes: int | None = None


Mutation = PutItem | UpdateItem | DeleteItem


class Together(Struct, frozen=True):
    """Mutations of distinct keys that mean nothing alone, such as the delete and the put of a changed key.

    One TransactWriteItems carries them, in every WriteMode.
    """

    mutations: tuple[Mutation, ...]


class WriteMode(Enum):
    """How writes travel (`pgddb.write_mode`)."""

    AUTO = "auto"
    """All or nothing where one TransactWriteItems holds them, otherwise as BATCH."""
    ATOMIC = "atomic"
    """All or nothing, or 54000 without writing anything."""
    BATCH = "batch"
    """BatchWriteItem for what has no condition, single requests for the rest; may break in the middle."""


class MutationGroup(Struct, frozen=True):
    """The writes of one COMMIT, one mutation for each key."""

    mutations: tuple[Mutation | Together, ...]
    mode: WriteMode = WriteMode.AUTO

    def each(self) -> Iterator[Mutation]:
        """Give every mutation, those of a Together one by one."""
        for one in self.mutations:
            if isinstance(one, Together):
                yield from one.mutations
            else:
                yield one


class Fate(Enum):
    """What became of a mutation that is not known to be written."""

    UNWRITTEN = "unwritten"
    UNKNOWN = "unknown"
    """A request was sent and its answer lost: it may be written."""


class Unfinished(Struct, frozen=True):
    """A mutation that is not known to be written, for `pgddb.last_commit`."""

    mutation: Mutation
    fate: Fate


@dataclass(slots=True)
class WriteStatistics:
    """Totals of the writes of one statement or COMMIT; `units_by_resource` as in ReadStatistics."""

    requests: int = 0
    retries: int = 0
    throttles: int = 0
    items_written: int = 0
    unprocessed: int = 0
    request_bytes: int = 0
    write_units: float = 0.0
    read_units: float = 0.0
    units_by_resource: dict[str, float] = field(default_factory=dict)

    def add_units(self, resource: str, units: float) -> None:
        self.write_units += units
        self.units_by_resource[resource] = self.units_by_resource.get(resource, 0.0) + units


@dataclass(slots=True)
class CommitOutcome:
    """What became of a group; filled while the writer runs, so it is true after an error or a cancellation too.

    Attributes:
        written: how many mutations are known to be written.
        unfinished: every other mutation that the writer was given.
        atomic: TransactWriteItems carried it: all or nothing.
    """

    statistics: WriteStatistics = field(default_factory=WriteStatistics)
    written: int = 0
    unfinished: list[Unfinished] = field(default_factory=list)
    atomic: bool = False

    def of(self, fate: Fate) -> list[Mutation]:
        return [one.mutation for one in self.unfinished if one.fate is fate]


def key_identity(table: TableSchema, key: ItemKey) -> KeyIdentity:
    """Give what two keys have in common exactly when DynamoDB takes them for one: 1.0 and 1 are one number."""
    return table.source, table.table_name, tuple(_identity(value.type, value.content) for _, value in key)


def identity_of(mutation: Mutation) -> KeyIdentity:
    return key_identity(mutation.table, mutation.key)


def last_of_each_key(mutations: Sequence[Mutation]) -> tuple[Mutation, ...]:
    """Keep the last mutation of each key, in the order of their keys' first; only right for puts and deletes."""
    return tuple({identity_of(mutation): mutation for mutation in mutations}.values())


def key_text(key: ItemKey) -> str:
    """Show a key as PostgreSQL's 23505 does: `(pk, sk)=(a, 1)`.

    >>> from pgddb.access.predicate import AttributeValue
    >>> key_text((("id", AttributeValue(AttributeType.S, "a")),))
    '(id)=(a)'
    """
    names = ", ".join(name for name, _ in key)
    return f"({names})=({', '.join(_shown(value.content) for _, value in key)})"


def _shown(content: object) -> str:
    return f"\\x{content.hex()}" if isinstance(content, bytes) else str(content)


def _identity(kind: AttributeType, content: object) -> object:
    if kind is not AttributeType.N:
        return content
    number = number_of_text(str(content))
    return content if number is None else number.content
