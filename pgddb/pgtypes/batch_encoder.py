"""Encode record batches as DataRow messages: whole columns at once, or value by value where there are few rows.

Source: https://www.postgresql.org/docs/15/protocol-message-formats.html (DataRow)
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
from msgspec import Struct
from pyarrow import types

from pgddb.errors import ProgramLimitExceeded, ProtocolViolation
from pgddb.pgtypes.binary import TEXT_NAMES
from pgddb.pgtypes.binary_columns import binary_column
from pgddb.pgtypes.carrier import read_column, storage_of, storage_type
from pgddb.pgtypes.columns import BatchTooLarge, ColumnEncoder, EncodedColumn, VariableColumn
from pgddb.pgtypes.encodings import converted_column, is_utf8
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.framing import DATA_ROW, frame_rows
from pgddb.pgtypes.list_columns import list_binary_column, list_text_column
from pgddb.pgtypes.registry import element_of, type_by_oid
from pgddb.pgtypes.row_encoder import CellWriter, cell_writer, encode_rows
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text_columns import text_column

FEW_ROWS = 48
"""Below this many rows, value by value is faster. Measured: 8 columns break even at 45 rows of text and at 55 in
binary, 2 integers at 120 and 25: the column kernels cost 20 to 300 us for a batch of any size."""
_VECTOR_NAMES = frozenset({"int2vector", "oidvector"})


def encode_batch(
    batch: pa.RecordBatch, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle
) -> bytes | memoryview:
    """Encode one batch; RowEncoder is the prepared form for several."""
    return RowEncoder(fields, formats, style).encode(batch)


def column_formats(formats: Sequence[int], count: int) -> tuple[int, ...]:
    """Give each column its format code; none means text for all, one counts for all, as in Bind.

    Raises:
        ProtocolViolation: there is another number of codes than columns, or a code that is neither 0 nor 1.
    """
    for code in formats:
        if code not in {0, 1}:
            raise ProtocolViolation(f"unsupported format code: {code}")
    if len(formats) == count:
        return tuple(formats)
    if len(formats) > 1:
        raise ProtocolViolation(f"bind message has {len(formats)} result formats but query has {count} columns")
    return tuple(formats or (0,)) * count


class _Column(Struct, frozen=True):
    """Both ways to encode a column; some have no encoder for whole columns."""

    write_cell: CellWriter
    encode: ColumnEncoder | None


class RowEncoder:
    """Encoder for the batches of one result.

    Encoders are made once for each list of types, formats and style, and shared: making one costs
    10 us a column, encoding a row about 3.
    """

    def __init__(
        self, fields: Sequence[ResultField], formats: Sequence[int], style: OutputStyle, *, tag: int = DATA_ROW
    ) -> None:
        codes = column_formats(formats, len(fields))
        self._tag = tag
        self._encoders = _shared_encoders(tuple((f.type.oid, f.type_modifier) for f in fields), codes, style)

    def encode(self, batch: pa.RecordBatch) -> bytes | memoryview:
        """Give one framed message for each row: DataRow, or what else has its body.

        Raises:
            DatatypeMismatch: a column cannot become its field's type.
            NumericValueOutOfRange, DatetimeFieldOverflow: a value does not fit its field's type.
            ProgramLimitExceeded: one row takes 2 GB or more.
        """
        count: int = batch.num_rows
        columns = self._encoders.for_schema(batch.schema)
        if not columns:
            return struct.pack("!BIh", self._tag, 6, 0) * count
        if count < FEW_ROWS:
            return encode_rows(batch.columns, [column.write_cell for column in columns], self._tag)
        return encode_columns(batch, columns, self._tag)

    def encode_apart(self, batch: pa.RecordBatch) -> list[EncodedColumn]:
        """Give each column encoded, and not yet framed; raises as `encode`, and BatchTooLarge."""
        columns = self._encoders.for_schema(batch.schema)
        return [_encode_column(column, array) for column, array in zip(columns, batch.columns, strict=True)]


def encode_columns(batch: pa.RecordBatch, columns: Sequence[_Column], tag: int = DATA_ROW) -> bytes | memoryview:
    """Encode whole columns, in halves where all the messages do not fit one buffer."""
    try:
        encoded = [_encode_column(column, array) for column, array in zip(columns, batch.columns, strict=True)]
        return frame_rows(encoded, batch.num_rows, tag)
    except (BatchTooLarge, pa.ArrowCapacityError):
        if batch.num_rows == 1:
            raise ProgramLimitExceeded("row is too large to be sent") from None
    half = batch.num_rows // 2
    first, second = batch.slice(0, half), batch.slice(half)
    return b"".join((encode_columns(first, columns, tag), encode_columns(second, columns, tag)))


class _Encoders:
    """The encoders of one list of types. Keeps those for the Arrow schema that came last."""

    def __init__(self, field_types: tuple[tuple[int, int], ...], formats: tuple[int, ...], style: OutputStyle) -> None:
        self._field_types = field_types
        self._formats = formats
        self._style = style
        self._last: tuple[pa.Schema, list[pa.DataType], list[_Column]] | None = None

    def for_schema(self, schema: pa.Schema) -> list[_Column]:
        """Give an encoder for each column."""
        last = self._last
        if last is not None and (last[0].equals(schema) or last[1] == schema.types):
            return last[2]
        columns = [
            _make_column(kind, ResultField("", type_by_oid(oid), type_modifier), code, self._style)
            for kind, (oid, type_modifier), code in zip(schema.types, self._field_types, self._formats, strict=True)
        ]
        self._last = (schema, schema.types, columns)
        return columns


_shared_encoders = lru_cache(maxsize=512)(_Encoders)


def _make_column(kind: pa.DataType, field: ResultField, format_code: int, style: OutputStyle) -> _Column:
    return _Column(cell_writer(kind, field, format_code, style), _encoder(kind, field, format_code, style))


def _encoder(kind: pa.DataType, field: ResultField, format_code: int, style: OutputStyle) -> ColumnEncoder | None:
    stored = storage_type(kind)
    if types.is_null(stored):
        return lambda array: VariableColumn(pa.nulls(len(array), pa.binary()))
    if field.type.is_array:
        return _list_encoder(stored, field, format_code, style)
    encode = text_column(kind, field, style) if format_code == 0 else binary_column(kind, field)
    if encode is None or is_utf8(style.encoding) or not _is_text(field, format_code):
        return encode
    return _converting(encode, style.encoding)


def _is_text(field: ResultField, format_code: int) -> bool:
    """Say whether a column may hold more than ASCII and bytes."""
    return field.type.name in TEXT_NAMES or field.type.name == "jsonb" or format_code == 0


def _converting(encode: ColumnEncoder, encoding: str) -> ColumnEncoder:
    def encode_converted(array: pa.Array) -> EncodedColumn | None:
        column = encode(array)
        if not isinstance(column, VariableColumn):
            return column
        return VariableColumn(converted_column(column.values, encoding), column.prefix)

    return encode_converted


def _list_encoder(
    stored: pa.DataType, field: ResultField, format_code: int, style: OutputStyle
) -> ColumnEncoder | None:
    """Give the encoder for a column of one-dimensional arrays; those of more dimensions go value by value."""
    if not types.is_list(stored) or types.is_nested(storage_type(stored.value_type)):
        return None
    if format_code == 0 and field.type.name in _VECTOR_NAMES:
        return None
    element = element_of(field.type)
    element_field = replace(field, type=element)
    encode = _encoder(stored.value_type, element_field, format_code, style)
    if encode is None:
        return None
    if format_code == 0:
        return list_text_column(element, lambda array: encode(storage_of(array)))
    lower_bound = 0 if field.type.name in _VECTOR_NAMES else 1
    return list_binary_column(element, lambda array: encode(storage_of(array)), lower_bound=lower_bound)


def _encode_column(column: _Column, array: pa.Array) -> EncodedColumn:
    """Encode a column whole where that is possible, else value by value."""
    if column.encode is not None:
        encoded = column.encode(storage_of(array))
        if encoded is not None:
            return encoded
    write = column.write_cell
    cells = [None if value is None else write(value) for value in read_column(array)]
    return VariableColumn(pa.array(cells, pa.binary()))
