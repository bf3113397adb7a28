"""Take the rows of COPY FROM STDIN: each is checked when its line comes; they are written when the last has come.

Outside a block the items wait in a file, not in memory, and then stream into the writer.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from msgspec import Struct

from pgddb.access.attribute_values import Item, encode_typed
from pgddb.access.item_checks import check_item
from pgddb.access.mutation import (
    CommitOutcome,
    KeyIdentity,
    MustNotExist,
    PutItem,
    TypedJson,
    WriteMode,
    key_identity,
    key_text,
)
from pgddb.access.path import ItemKey
from pgddb.access.table import Column, TableSchema
from pgddb.access.write_cost import WriteEstimate, add_item_units
from pgddb.errors import BadCopyFileFormat, SqlError, UniqueViolation
from pgddb.execution.dml_copy_formats import RowReader, row_reader
from pgddb.execution.dml_values import ItemWriter, Written
from pgddb.execution.key_lookup import KeyReader, StoredItems
from pgddb.execution.notices import Notice
from pgddb.execution.ports import ItemStore
from pgddb.execution.write_buffer import PendingItem, WriteBuffer, key_in
from pgddb.execution.write_limits import ITEM_BYTES, WriteLimits, check_atomic_count
from pgddb.execution.write_settings import InsertMode, WriteSettings
from pgddb.pgtypes import decode_parameter, parameter_text, type_by_name
from pgddb.planner.dml_nodes import LITERAL
from pgddb.sql.options import CopyOptions

CHECKED_AT_ONCE = 2000
"""Rows whose keys are looked up together."""

MEMORY_BYTES = 8 * 1024 * 1024
"""Items of one COPY that wait in memory before they go to a file."""

PROGRESS_SECONDS = 5.0
"""Between two notices about a long write."""

_SIZES = struct.Struct("!II")


class ItemSpool:
    """Items that wait to be written, in a file of their own once there are many; `close` forgets them."""

    def __init__(self) -> None:
        self.count = 0
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed by `close`

    def add(self, item: TypedJson, size_bytes: int) -> None:
        self._file.write(_SIZES.pack(len(item), size_bytes))
        self._file.write(item)
        self.count += 1

    def items(self) -> Iterator[tuple[TypedJson, int]]:
        """Give the items and their sizes in the order in which they came."""
        self._file.seek(0)
        while header := self._file.read(_SIZES.size):
            length, size_bytes = _SIZES.unpack(header)
            yield self._file.read(length), size_bytes

    def close(self) -> None:
        self._file.close()


class CopyTarget(Struct, frozen=True):
    """Where the rows of a COPY go."""

    table: TableSchema
    columns: tuple[Column, ...]
    options: CopyOptions


@dataclass(slots=True)
class CopyRoom:
    """What the rows of one COPY may take, checked as they come.

    Attributes:
        reader: looks up their keys, on the statement's bill.
        streams: they are written from their file; otherwise the transaction buffers them.
    """

    limits: WriteLimits
    reader: KeyReader
    buffer: WriteBuffer
    streams: bool
    estimate: WriteEstimate = field(default_factory=WriteEstimate)
    held_bytes: int = 0

    def add(self, table: TableSchema, item: Item, size_bytes: int) -> None:
        if not self.streams:
            self.held_bytes += ITEM_BYTES + size_bytes
        elif self.limits.has_cost:
            add_item_units(self.estimate, table, None, item)

    def check(self, count: int, settings: WriteSettings) -> None:
        """Refuse more than there is room for.

        Raises:
            SqlError: the rows so far are too many, or cost too much.
        """
        self.limits.check_cost(self.estimate)
        if not self.streams:
            self.limits.check_memory(self.buffer.held_bytes + self.held_bytes)
            if settings.write_mode is WriteMode.ATOMIC:
                check_atomic_count(len(self.buffer) + count)


class CopyIn:
    """One COPY FROM STDIN; `take` its stream, then `finish`. `close` it in any case."""

    def __init__(self, target: CopyTarget, settings: WriteSettings, stored: StoredItems, room: CopyRoom) -> None:
        self.count = 0
        self.spool = ItemSpool()
        self.room = room
        self._table = target.table
        self._columns = target.columns
        self._settings = settings
        self._stored = stored
        self._rows: RowReader = row_reader(target.options, [one.name for one in target.columns], self._binary_cell)
        self._writer = ItemWriter(
            target.table, [Written(place, column, LITERAL) for place, column in enumerate(target.columns)]
        )
        self._unchecked: list[tuple[int, ItemKey]] = []
        self._keys: set[bytes] = set()

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self._columns)

    async def take(self, content: bytes) -> None:
        """Take a piece of the stream.

        Raises:
            SqlError: a row is wrong; the context names its line.
        """
        self._add(self._rows.take(content))
        if len(self._unchecked) >= CHECKED_AT_ONCE:
            await self._check_keys()

    async def finish(self) -> int:
        """Check what is left, and give the number of rows."""
        self._add(self._rows.finish())
        await self._check_keys()
        return self.count

    def _add(self, rows: Iterator[tuple[int, list[str | None]]]) -> None:
        line = 0
        try:
            for line, cells in rows:
                self._add_row(line, cells)
        except SqlError as error:
            error.where = self._context(error.where, line)
            raise
        self.room.check(self.count, self._settings)

    def _add_row(self, line: int, cells: Sequence[str | None]) -> None:
        if len(cells) != len(self._columns):
            raise self._wrong_width(line, cells)
        try:
            item = self._writer.new_item(cells)
            key, size = check_item(self._table, item)
        except SqlError as error:
            error.where = self._place_of(error, line, cells)
            raise
        self._note_key(key, line, item)
        self.room.add(self._table, item, size)
        self.spool.add(encode_typed(item), size)
        self.count += 1

    def _note_key(self, key: ItemKey, line: int, item: Item) -> None:
        if self._settings.insert_mode is InsertMode.OVERWRITE:
            return
        digest = hashlib.blake2b(encode_typed({name: item[name] for name, _ in key}), digest_size=16).digest()
        if digest in self._keys:
            raise self._taken(key, line)
        self._keys.add(digest)
        self._unchecked.append((line, key))

    async def _check_keys(self) -> None:
        """Refuse keys that are taken."""
        unchecked, self._unchecked = self._unchecked, []
        if not unchecked:
            return
        await self._stored.look_up([key for _, key in unchecked], whole=False)
        for line, key in unchecked:
            if self._stored.has(self._identity(key)):
                taken = self._taken(key, line)
                taken.where = self._context(taken.where, line)
                raise taken
        self._stored.forget()

    def _identity(self, key: ItemKey) -> KeyIdentity:
        return key_identity(self._table, key)

    def _taken(self, key: ItemKey, line: int) -> UniqueViolation:
        return UniqueViolation(
            f'duplicate key value violates unique constraint "{self._table.name}_pkey"',
            detail=f"Key {key_text(key)} already exists.",
            where=f"line {line}",
        )

    def _wrong_width(self, line: int, cells: Sequence[str | None]) -> BadCopyFileFormat:
        if len(cells) > len(self._columns):
            return BadCopyFileFormat("extra data after last expected column", where=f"line {line}")
        missing = self._columns[len(cells)].name
        return BadCopyFileFormat(f'missing data for column "{missing}"', where=f"line {line}")

    def _place_of(self, error: SqlError, line: int, cells: Sequence[str | None]) -> str:
        """Find the column whose value is wrong, by typing each alone."""
        for place, (column, cell) in enumerate(zip(self._columns, cells, strict=True)):
            alone = ItemWriter(self._table, [Written(place, column, LITERAL)])
            try:
                alone.new_item(cells)
            except SqlError:
                shown = cell if cell is None or len(cell) < 100 else f"{cell[:100]}..."
                return f'line {line}, column {column.name}: "{shown}"'
        inside = f": {error.where}" if error.where else ""
        return f"line {line}{inside}"

    def _context(self, where: str | None, line: int) -> str:
        return f"COPY {self._table.name}, {where or f'line {line}'}"

    def _binary_cell(self, content: bytes, place: int) -> str:
        oid = type_by_name(self._columns[place].type_name).oid
        value = decode_parameter(content, 1, oid)
        assert value is not None
        return parameter_text(value, oid)

    def pending(self) -> list[PendingItem]:
        """Give the writes for the transaction's buffer."""
        mode = self._settings.insert_mode
        return [
            PendingItem(
                self._table,
                key_in(self._table, item),
                None,
                item,
                looked=mode is not InsertMode.OVERWRITE,
                strict=mode is InsertMode.STRICT,
            )
            for item, _ in self.spool.items()
        ]

    async def write(
        self,
        store: ItemStore,
        outcome: CommitOutcome,
        *,
        deadline: float | None,
        progress: Callable[[Notice], None],
    ) -> None:
        """Stream the items into the store.

        Raises:
            SqlError: something was not written; `outcome` says what.
        """
        condition = MustNotExist() if self._settings.insert_mode is InsertMode.STRICT else None
        told = time.monotonic()
        pace = self._settings.units_per_second
        async with store.writer(outcome=outcome, deadline=deadline, write_units_per_second=pace) as writer:
            for item, size_bytes in self.spool.items():
                await writer.put(PutItem(self._table, key_in(self._table, item), item, size_bytes, condition))
                if time.monotonic() - told >= PROGRESS_SECONDS:
                    told = time.monotonic()
                    progress(Notice("NOTICE", f"pgddb: {outcome.written:,} of {self.count:,} items written"))
            await writer.finish()

    def close(self) -> None:
        self.spool.close()
