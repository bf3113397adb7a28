"""Hold the writes of a transaction until it commits, and undo them back to any point.

Later statements of the transaction read through an overlay: the buffered items stand for those of their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec
import pyarrow as pa
from msgspec import Struct

from pgddb.access.attribute_values import decode_value, key_of
from pgddb.access.mutation import KeyIdentity, TypedJson, key_identity
from pgddb.access.path import ItemKey
from pgddb.access.table import AttributePath, Index, TableSchema
from pgddb.engine import FEED_SCHEMA
from pgddb.execution.write_limits import ITEM_BYTES

_attributes = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class PendingItem:
    """What a transaction does to one item.

    Attributes:
        before: the item as it was read from the store, None where there was none or nobody looked.
        after: the item as it shall be, None where it shall be gone.
        looked: whether `before` is known.
        replaced: the item was deleted and inserted again, so it is written whole.
        strict: the put must find no item.
        after_conflict: it comes from INSERT ... ON CONFLICT, which found no item.
        read_paths: what the statement looked at to decide on the change.
        move: number of the change of a key that this is a part of.
    """

    table: TableSchema
    key: ItemKey
    before: TypedJson | None
    after: TypedJson | None
    looked: bool = True
    replaced: bool = False
    strict: bool = False
    after_conflict: bool = False
    read_paths: tuple[AttributePath, ...] = ()
    move: int | None = None

    @property
    def identity(self) -> KeyIdentity:
        return key_identity(self.table, self.key)

    @property
    def held_bytes(self) -> int:
        """About what it takes in memory."""
        return ITEM_BYTES + len(self.before or b"") + len(self.after or b"")

    @property
    def changes_nothing(self) -> bool:
        return self.looked and self.before == self.after

    def followed_by(self, later: PendingItem) -> PendingItem:
        """Give what both do together: the first knows what was there, the second what shall be."""
        return replace(
            later,
            before=self.before,
            looked=self.looked,
            strict=self.strict or (later.strict and self.before is None),
            replaced=later.replaced or (self.after is None and later.after is not None and self.before is not None),
            read_paths=tuple(dict.fromkeys((*self.read_paths, *later.read_paths))),
            move=self.move if later.move is None else later.move,
        )


class WriteBuffer:
    """The writes of one transaction, one for each key, in the order of their first mention.

    Attributes:
        held_bytes: about what the buffer takes, with the earlier states of items that a savepoint may ask for.
    """

    def __init__(self) -> None:
        self.held_bytes = 0
        self._pending: dict[KeyIdentity, PendingItem] = {}
        self._steps: list[tuple[KeyIdentity, PendingItem | None]] = []
        self._moves = 0

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[PendingItem]:
        return iter(self._pending.values())

    def get(self, identity: KeyIdentity) -> PendingItem | None:
        return self._pending.get(identity)

    def add(self, items: Iterable[PendingItem]) -> None:
        """Take the writes of one statement."""
        for item in items:
            identity = item.identity
            known = self._pending.get(identity)
            merged = item if known is None else known.followed_by(item)
            self._steps.append((identity, known))
            self._pending[identity] = merged
            self.held_bytes += merged.held_bytes

    def next_move(self) -> int:
        """Number a change of a key."""
        self._moves += 1
        return self._moves

    def mark(self) -> int:
        """Give a point to return to."""
        return len(self._steps)

    def since(self, mark: int) -> list[PendingItem]:
        """Give the items that were written since a point, as they are now."""
        identities = dict.fromkeys(identity for identity, _ in self._steps[mark:])
        return [self._pending[identity] for identity in identities]

    def undo_to(self, mark: int) -> None:
        """Return to a point: what was added since never was."""
        while len(self._steps) > mark:
            identity, known = self._steps.pop()
            if known is None:
                self.held_bytes -= self._pending.pop(identity).held_bytes
            else:
                self.held_bytes -= self._pending[identity].held_bytes
                self._pending[identity] = known

    def clear(self) -> None:
        self._pending.clear()
        self._steps.clear()
        self.held_bytes = 0

    def overlay_of(self, table: TableSchema) -> Overlay | None:
        """Give what readers of a table see of the buffer as it is now; None if it holds nothing of the table."""
        items = {
            identity: pending.after
            for identity, pending in self._pending.items()
            if identity[:2] == (table.source, table.table_name)
        }
        return Overlay(table, items) if items else None


class Overlay(Struct, frozen=True):
    """The items that a transaction has written to one table, None for those that it has deleted."""

    table: TableSchema
    items: Mapping[KeyIdentity, TypedJson | None]

    def without_written(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Drop the rows that the transaction has written or deleted; each must have its key attributes."""
        kept = [self._identity(raw) not in self.items for raw in batch.column(0).to_pylist()]
        if all(kept):
            return batch
        items = batch.column(0).cast(pa.large_string()).filter(pa.array(kept, pa.bool_()))
        return pa.record_batch([items.cast(pa.string_view())], schema=FEED_SCHEMA)

    def _identity(self, raw: str) -> KeyIdentity:
        return key_identity(self.table, key_in(self.table, raw))

    def written(self, index: Index | None = None) -> pa.RecordBatch:
        """Give the items that the transaction has written, or those of them that an index will hold."""
        items = (item for item in self.items.values() if item is not None)
        return item_batch(item for item in items if index is None or _is_held(item, index))


def key_in(table: TableSchema, raw: str | TypedJson) -> ItemKey:
    """Take the key out of a raw item, and look at nothing else."""
    attributes = _attributes(raw)
    return key_of(table.keys, {name: decode_value(bytes(attributes[name])) for name in table.keys.names})


def _is_held(item: TypedJson, index: Index) -> bool:
    """Say whether an item has every key attribute of an index, of the declared type."""
    attributes = _attributes(item)
    return all(
        key.name in attributes and key.type.value in decode_value(bytes(attributes[key.name]))
        for key in index.keys.attributes
    )


def item_batch(items: Iterable[TypedJson]) -> pa.RecordBatch:
    """Make a batch of raw items, as a feed takes them."""
    texts = pa.array([item.decode() for item in items], pa.string_view())
    return pa.record_batch([texts], schema=FEED_SCHEMA)
