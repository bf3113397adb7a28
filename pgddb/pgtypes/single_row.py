"""Encode one row whose values are known without Arrow: building a batch takes ten times as long as encoding it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pyarrow as pa

from pgddb.pgtypes.batch_encoder import column_formats
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.framing import DATA_ROW
from pgddb.pgtypes.registry import type_by_oid
from pgddb.pgtypes.row_encoder import CellWriter, cell_writer
from pgddb.pgtypes.style import OutputStyle

ValueKind = Literal["string", "int64", "bool"]

_ARROW_TYPES = {"string": pa.string(), "int64": pa.int64(), "bool": pa.bool_()}
_NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct("!i")
_HEAD = struct.Struct("!BIh")


@dataclass(frozen=True, slots=True)
class SingleRow:
    """A row of values as `carrier.read_column` gives them, and the Arrow types that its batch would have."""

    values: tuple[str | int | bool | None, ...]
    kinds: tuple[ValueKind, ...]
    names: tuple[str, ...]

    def batch(self) -> pa.RecordBatch:
        """Give the row as a batch, for whoever does not send it."""
        arrays = [pa.array([value], _ARROW_TYPES[kind]) for value, kind in zip(self.values, self.kinds, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.names))


def encode_single(row: SingleRow, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle) -> bytes:
    """Encode the row as RowEncoder encodes its batch.

    Raises:
        ProgramLimitExceeded, NumericValueOutOfRange, DatatypeMismatch: as `RowEncoder.encode`.
    """
    writers = _writers(
        row.kinds,
        tuple([(field.type.oid, field.type_modifier) for field in fields]),
        column_formats(formats, len(fields)),
        style,
    )
    pieces = [b""]
    for value, write in zip(row.values, writers, strict=True):
        if value is None:
            pieces.append(_NULL)
        else:
            cell = write(value)
            pieces += (_LENGTH.pack(len(cell)), cell)
    size = sum(map(len, pieces))
    pieces[0] = _HEAD.pack(DATA_ROW, size + 6, len(writers))
    return b"".join(pieces)


@lru_cache(maxsize=512)
def _writers(
    kinds: tuple[ValueKind, ...],
    field_types: tuple[tuple[int, int], ...],
    formats: tuple[int, ...],
    style: OutputStyle,
) -> list[CellWriter]:
    return [
        cell_writer(_ARROW_TYPES[kind], ResultField("", type_by_oid(oid), type_modifier), code, style)
        for kind, (oid, type_modifier), code in zip(kinds, field_types, formats, strict=True)
    ]
