"""Join encoded columns into DataRow messages, and into the rows of COPY.

Fixed-width bytes (tag, lengths, numbers) go into numpy records, one array of them between two variable columns;
Arrow's element-wise join then puts records and variable values together, and its data buffer is the byte stream.
Measured against per-row code: 5 to 18 times less CPU per row from a few hundred rows on.

Source: https://www.postgresql.org/docs/15/protocol-message-formats.html (DataRow, CopyData)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.pgtypes.acceleration import compiled_encoders
from pgddb.pgtypes.columns import (
    BatchTooLarge,
    EncodedColumn,
    FixedColumn,
    VariableColumn,
    Vector,
    as_variable,
    binary_of_records,
    even_column,
    valid_mask,
    value_lengths,
    value_offsets,
)

DATA_ROW = 0x44
COPY_DATA = 0x64
"""Tags. A row of a binary COPY has the body of a DataRow."""

MAX_BYTES = 2**31 - 1
"""Arrow's binary arrays count their bytes in int32."""

Piece = tuple[str | np.dtype[Any], Vector | int | bytes]
"""The numpy type of some bytes of every row, and their values, or the one value of all rows."""

_JOIN = pc.JoinOptions(null_handling="replace", null_replacement="")


def frame_rows(columns: Sequence[EncodedColumn], count: int, tag: int = DATA_ROW) -> memoryview:
    """Give `count` messages with the body of a DataRow.

    Raises:
        BatchTooLarge: they take 2 GB or more.
    """
    compiled = compiled_encoders()
    if compiled is not None:
        return compiled.frame_rows(columns, count, tag)
    body_length = np.full(count, 6 + 4 * len(columns), np.int32)
    total = count * (7 + 4 * len(columns))
    records: list[Piece] = [("u1", tag), (">i4", body_length), (">i2", len(columns))]
    parts: list[pa.Array | list[Piece]] = [records]
    for column in columns:
        fixed = _fixed(column)
        if fixed is not None:
            width = fixed.values.dtype.itemsize
            total += width * count
            body_length += width
            records += [(">i4", width), (fixed.values.dtype, fixed.values)]
            continue
        values, prefix = _variable(column)
        lengths = value_lengths(values)
        valid = valid_mask(values)
        if prefix:
            lengths = lengths + np.int32(len(prefix))
        present = lengths if valid is None else lengths * valid
        total += int(present.sum(dtype=np.int64))
        body_length += present
        records.append((">i4", lengths if valid is None else np.where(valid, lengths, np.int32(-1))))
        if prefix:
            records.append((f"S{len(prefix)}", prefix))
        records = []
        parts += [values, records]
    return _joined(parts, count, total)


def frame_lines(columns: Sequence[EncodedColumn], count: int, *, delimiter: int) -> memoryview:
    """Give `count` CopyData messages, each a line; the columns hold no NULL and nothing to be escaped.

    Raises:
        BatchTooLarge: they take 2 GB or more.
    """
    compiled = compiled_encoders()
    if compiled is not None:
        return compiled.frame_lines(columns, count, COPY_DATA, delimiter)
    body_length = np.full(count, 4 + max(len(columns), 1), np.int32)
    total = count * (5 + len(columns))
    records: list[Piece] = [("u1", COPY_DATA), (">i4", body_length)]
    parts: list[pa.Array | list[Piece]] = [records]
    for place, column in enumerate(columns):
        if place:
            records.append(("u1", delimiter))
        fixed = _fixed(column)
        if fixed is not None:
            width = fixed.values.dtype.itemsize
            total += width * count
            body_length += width
            records.append((fixed.values.dtype, fixed.values))
            continue
        values, prefix = _variable(column)
        lengths = value_lengths(values) + np.int32(len(prefix))
        total += int(lengths.sum(dtype=np.int64))
        body_length += lengths
        if prefix:
            records.append((f"S{len(prefix)}", prefix))
        records = []
        parts += [values, records]
    records.append(("u1", ord("\n")))
    return _joined(parts, count, total)


def _joined(parts: Sequence[pa.Array | list[Piece]], count: int, total: int) -> memoryview:
    if total > MAX_BYTES:
        raise BatchTooLarge
    arrays = [_record_array(part, count) if isinstance(part, list) else part for part in parts if len(part) > 0]
    if len(arrays) == 1:
        return _bytes_of(arrays[0])
    return _bytes_of(pc.binary_join_element_wise(*arrays, b"", options=_JOIN))


def _variable(column: EncodedColumn) -> tuple[pa.Array, bytes]:
    """Give a column's values and what stands before each; nothing does where some are NULL."""
    if isinstance(column, VariableColumn) and column.prefix and column.values.null_count == 0:
        return column.values, column.prefix
    return as_variable(column), b""


def _fixed(column: EncodedColumn) -> FixedColumn | None:
    """Give a column without NULLs whose values have one width, even if only in this batch."""
    if isinstance(column, FixedColumn):
        return column if column.valid is None else None
    return even_column(column.values) if column.values.null_count == 0 and not column.prefix else None


def _record_array(pieces: list[Piece], count: int) -> pa.Array:
    """Put fixed-width pieces of every row side by side."""
    if len(pieces) == 1:
        code, values = pieces[0]
        return binary_of_records(np.full(count, values, code))
    records = np.empty(count, _record_type(tuple(code for code, _ in pieces)))
    for index, (_, values) in enumerate(pieces):
        records[f"f{index}"] = values
    return binary_of_records(records)


@lru_cache(maxsize=256)
def _record_type(codes: tuple[str | np.dtype[Any], ...]) -> np.dtype[Any]:
    return np.dtype([(f"f{index}", code) for index, code in enumerate(codes)])


def _bytes_of(array: pa.Array) -> memoryview:
    buffer = array.buffers()[2]
    return memoryview(buffer)[: value_offsets(array)[-1]] if buffer is not None else memoryview(b"")
