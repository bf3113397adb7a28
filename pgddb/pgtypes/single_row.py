"""Encode one row whose values are known without Arrow: building a batch takes ten times as long as encoding it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from pgddb.pgtypes.batch_encoder import column_formats
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.framing import DATA_ROW
from pgddb.pgtypes.row_encoder import CellWriter, cell_writer
from pgddb.pgtypes.style import OutputStyle

ValueKind = Literal["string", "int16", "int32", "int64", "bool"]

_ARROW_TYPES = {
    "string": pa.string(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
}
_NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct("!i")
_HEAD = struct.Struct("!BIh")

SHORT_BYTES = 1024
"""The lengths of values below this one are written beforehand."""

_SHORT = [_LENGTH.pack(length) for length in range(SHORT_BYTES)]


class RowShape:
    """What the rows of one lookup have in common: the Arrow types that their batches would have, and their names."""

    __slots__ = ("_known", "kinds", "names")

    def __init__(self, kinds: tuple[ValueKind, ...], names: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.names = names
        self._known: tuple[Sequence[ResultField], Sequence[int], OutputStyle, list[CellWriter]] | None = None

    def writers(self, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle) -> list[CellWriter]:
        """Give what encodes each value; those of the last time, where nothing has changed since."""
        known = self._known
        if known is not None and known[0] is fields and known[1] == formats and known[2] == style:
            return known[3]
        codes = column_formats(formats, len(fields))
        writers = [
            cell_writer(_ARROW_TYPES[kind], field, code, style)
            for kind, field, code in zip(self.kinds, fields, codes, strict=True)
        ]
        self._known = fields, formats, style, writers
        return writers


@dataclass(frozen=True, slots=True)
class SingleRow:
    """A row of values as `carrier.read_column` gives them."""

    values: tuple[str | int | bool | None, ...]
    shape: RowShape

    def batch(self) -> pa.RecordBatch:
        """Give the row as a batch, for whoever does not send it."""
        kinds = zip(self.values, self.shape.kinds, strict=True)
        arrays = [pa.array([value], _ARROW_TYPES[kind]) for value, kind in kinds]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.shape.names))


def encode_single(row: SingleRow, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle) -> bytes:
    """Encode the row as RowEncoder encodes its batch.

    Raises:
        ProgramLimitExceeded, NumericValueOutOfRange, DatatypeMismatch: as `RowEncoder.encode`.
    """
    writers = row.shape.writers(fields, formats, style)
    pieces = [b""]
    size = 6
    for value, write in zip(row.values, writers, strict=True):
        if value is None:
            pieces.append(_NULL)
            size += 4
            continue
        cell = write(value)
        length = len(cell)
        size += length + 4
        pieces += (_SHORT[length] if length < SHORT_BYTES else _LENGTH.pack(length), cell)
    pieces[0] = _HEAD.pack(DATA_ROW, size, len(writers))
    return b"".join(pieces)
