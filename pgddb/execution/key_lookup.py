"""Look up which keys of a table are taken, in the transaction's own writes first and then in the store."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing

from pgddb.access.attribute_values import decode_item
from pgddb.access.item_checks import check_key
from pgddb.access.mutation import KeyIdentity, TypedJson, key_identity
from pgddb.access.path import AccessPath, BatchGet, Estimate, ItemGet, ItemKey
from pgddb.access.prices import PriceTable
from pgddb.access.table import TableSchema
from pgddb.execution.budget import StatementBill
from pgddb.execution.ports import PageSource
from pgddb.execution.server_resources import ExecutionSettings
from pgddb.execution.write_buffer import WriteBuffer

KEYS_AT_ONCE = 2000
"""Keys of one read; the store cuts them into requests and sends several at a time."""

KEYS_OF_A_REQUEST = 100
"""As BatchGetItem takes them."""


class StoredItems:
    """What is known of some keys of one table as the transaction sees it."""

    def __init__(self, table: TableSchema, buffer: WriteBuffer, reader: KeyReader) -> None:
        self._table = table
        self._buffer = buffer
        self._reader = reader
        self._items: dict[KeyIdentity, TypedJson] = {}

    def has(self, identity: KeyIdentity) -> bool:
        """Say whether a key that was looked up is taken."""
        return identity in self._items

    def item(self, identity: KeyIdentity) -> TypedJson | None:
        """Give the item of a key, if it was looked up whole."""
        return self._items.get(identity)

    def forget(self) -> None:
        """Forget what was found, so that many look-ups take little memory."""
        self._items.clear()

    async def look_up(self, keys: Iterable[ItemKey], *, whole: bool) -> None:
        """Find the items of some keys, by strongly consistent reads; not `whole` asks for no more than the keys."""
        unknown: dict[KeyIdentity, ItemKey] = {}
        for key in keys:
            identity = key_identity(self._table, key)
            pending = self._buffer.get(identity)
            if pending is None:
                unknown[identity] = key
            elif pending.after is not None:
                self._items[identity] = pending.after
        asked = list(unknown.values())
        for start in range(0, len(asked), KEYS_AT_ONCE):
            path = key_path(self._table, asked[start : start + KEYS_AT_ONCE], whole=whole)
            async for raw in self._reader.read(path):
                key = check_key(self._table, decode_item(raw))
                self._items[key_identity(self._table, key)] = raw.encode()


class KeyReader:
    """Reads items by their keys on one statement's bill."""

    def __init__(self, store: PageSource, settings: ExecutionSettings, prices: PriceTable) -> None:
        self.bill = StatementBill(settings.budget, prices)
        self._store = store
        self._settings = settings

    async def read(self, path: AccessPath) -> AsyncGenerator[str, None]:
        """Give the raw items of a path."""
        settings = self._settings
        pages = self._store.fetch(
            path,
            statistics=self.bill.of("keys", path),
            deadline=settings.deadline(),
            read_units_per_second=settings.pace.of(path),
        )
        async with aclosing(pages):
            async for page in pages:
                for raw in page.items.column(0).to_pylist():
                    yield raw


def key_path(table: TableSchema, keys: Sequence[ItemKey], *, whole: bool) -> AccessPath:
    """Read the items of some keys as they are now, or their keys alone."""
    read = ItemGet(keys[0]) if len(keys) == 1 else BatchGet(tuple(keys))
    projection = None if whole else tuple((name,) for name in table.keys.names)
    size = (table.average_item_bytes or 0.0) * len(keys)
    estimate = Estimate(len(keys), size, float(len(keys)), -(-len(keys) // KEYS_OF_A_REQUEST))
    return AccessPath(table, read, estimate, projection=projection, consistent=True)
