"""Encode record batches as DataRow messages.

Source: https://www.postgresql.org/docs/15/protocol-message-formats.html (DataRow)
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pyarrow as pa

from pgddb.errors import ProtocolViolation
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.row_encoder import CellWriter, cell_writer, encode_rows
from pgddb.pgtypes.style import OutputStyle


def encode_batch(
    batch: pa.RecordBatch, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle
) -> bytes | memoryview:
    """Encode one batch; RowEncoder is the prepared form for several."""
    return RowEncoder(fields, formats, style).encode(batch)


def column_formats(formats: Sequence[int], count: int) -> tuple[int, ...]:
    """Give each column its format code; none means text for all, one counts for all, as in Bind.

    Raises:
        ProtocolViolation: there is another number of codes than columns.
    """
    if len(formats) == count:
        return tuple(formats)
    if len(formats) > 1:
        raise ProtocolViolation(f"bind message has {len(formats)} result formats but query has {count} columns")
    return tuple(formats or (0,)) * count


class RowEncoder:
    """Encoder for the batches of one result. Owns the writers made for its columns' Arrow types."""

    def __init__(self, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle) -> None:
        self._fields = tuple(fields)
        self._formats = column_formats(formats, len(self._fields))
        self._style = style
        self._schema: pa.Schema | None = None
        self._writers: list[CellWriter] = []

    def encode(self, batch: pa.RecordBatch) -> bytes | memoryview:
        """Give one framed DataRow message for each row."""
        if not self._fields:
            return struct.pack("!BIh", 0x44, 6, 0) * batch.num_rows
        self._prepare(batch.schema)
        return encode_rows(batch.columns, self._writers)

    def _prepare(self, schema: pa.Schema) -> None:
        if self._schema is not None and self._schema.equals(schema):
            return
        self._writers = [
            cell_writer(column.type, field, code, self._style)
            for column, field, code in zip(schema, self._fields, self._formats, strict=True)
        ]
        self._schema = schema
