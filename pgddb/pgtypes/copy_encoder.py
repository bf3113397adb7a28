"""Encode record batches as the stream of COPY TO: one CopyData message a row, as PostgreSQL sends them.

Source: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pyarrow as pa

from pgddb.errors import ProgramLimitExceeded
from pgddb.pgtypes.batch_encoder import RowEncoder
from pgddb.pgtypes.columns import BatchTooLarge, EncodedColumn, VariableColumn
from pgddb.pgtypes.copy_text import LineFormat
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.framing import COPY_DATA, frame_lines
from pgddb.pgtypes.registry import TEXT
from pgddb.pgtypes.style import OutputStyle

BINARY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Signature, flags, and the length of an extension that there is not."""

_BINARY_TRAILER = b"\xff\xff"
_HEAD = struct.Struct("!BI")


class CopyLineEncoder:
    """Encoder of one COPY in text or CSV."""

    format_code = 0

    def __init__(self, fields: Sequence[ResultField], form: LineFormat, style: OutputStyle, *, header: bool) -> None:
        self._fields = fields
        self._form = form
        self._header = header
        self._rows = RowEncoder(fields, (0,), style)

    def begin(self) -> bytes:
        """Give what comes before the first row: the line of names, where it is wanted."""
        if not self._header:
            return b""
        names: list[EncodedColumn] = [
            VariableColumn(pa.array([one.name.encode()], pa.binary())) for one in self._fields
        ]
        unforced = range(len(names), 2 * len(names))  # places that FORCE_QUOTE does not name
        columns = [self._form.column(name, TEXT, place) for name, place in zip(names, unforced, strict=True)]
        return bytes(frame_lines(columns, 1, delimiter=self._form.delimiter[0]))

    def encode(self, batch: pa.RecordBatch) -> bytes | memoryview:
        """Give one CopyData message for each row; raises as `RowEncoder.encode`."""
        try:
            encoded = self._rows.encode_apart(batch)
            columns = [
                self._form.column(column, field.type, place)
                for place, (column, field) in enumerate(zip(encoded, self._fields, strict=True))
            ]
            return frame_lines(columns, batch.num_rows, delimiter=self._form.delimiter[0])
        except (BatchTooLarge, pa.ArrowCapacityError):
            if batch.num_rows == 1:
                raise ProgramLimitExceeded("row is too large to be sent") from None
        half = batch.num_rows // 2
        return b"".join((self.encode(batch.slice(0, half)), self.encode(batch.slice(half))))

    def end(self) -> bytes:
        """Give what comes after the last row."""
        return b""


class CopyBinaryEncoder:
    """Encoder of one COPY in binary; the header shares a message with the first row, or else with the trailer."""

    format_code = 1

    def __init__(self, fields: Sequence[ResultField], style: OutputStyle) -> None:
        self._rows = RowEncoder(fields, (1,), style, tag=COPY_DATA)
        self._begun = False

    def begin(self) -> bytes:
        """Give what comes before the first row."""
        return b""

    def encode(self, batch: pa.RecordBatch) -> bytes | memoryview:
        """Give one CopyData message for each row; raises as `RowEncoder.encode`."""
        if self._begun:
            return self._rows.encode(batch)
        first = bytes(self._rows.encode(batch.slice(0, 1)))[_HEAD.size :]
        self._begun = True
        return b"".join((_message(BINARY_HEADER + first), self._rows.encode(batch.slice(1))))

    def end(self) -> bytes:
        """Give what comes after the last row."""
        return _message(_BINARY_TRAILER if self._begun else BINARY_HEADER + _BINARY_TRAILER)


CopyEncoder = CopyLineEncoder | CopyBinaryEncoder


def _message(content: bytes) -> bytes:
    return _HEAD.pack(COPY_DATA, len(content) + 4) + content
