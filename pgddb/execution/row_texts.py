"""Take the values of a record batch as PostgreSQL's texts, cell by cell."""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence

import pyarrow as pa
from pyarrow import types

from pgddb.pgtypes import OutputStyle, ResultField, encode_batch

_AS_THEY_ARE = frozenset({"text", "character varying", "json", "jsonb", "numeric", "unknown"})
"""Types whose values are their own text where the engine gives them as texts."""

_ROW_HEADER = struct.Struct("!cih")
_LENGTH = struct.Struct("!i")


def column_texts(
    batch: pa.RecordBatch, fields: Sequence[ResultField], style: OutputStyle, *, raw: Collection[int] = ()
) -> list[list[str | None]]:
    """Give the texts of each column; those of `raw` places are taken as they are."""
    return [_texts(batch.column(place), field, style, as_it_is=place in raw) for place, field in enumerate(fields)]


def _texts(column: pa.Array, field: ResultField, style: OutputStyle, *, as_it_is: bool) -> list[str | None]:
    if _is_text(column.type) and (as_it_is or field.type.type_name in _AS_THEY_ARE):
        texts: list[str | None] = column.to_pylist()
        return texts
    single = pa.RecordBatch.from_arrays([column], names=["value"])
    return _cells(bytes(encode_batch(single, [field], (0,), style)))


def _cells(encoded: bytes) -> list[str | None]:
    """Read the one cell of each DataRow message."""
    found: list[str | None] = []
    at = 0
    while at < len(encoded):
        (length,) = _LENGTH.unpack_from(encoded, at + _ROW_HEADER.size)
        start = at + _ROW_HEADER.size + _LENGTH.size
        found.append(None if length < 0 else encoded[start : start + length].decode())
        at = start + max(length, 0)
    return found


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))
