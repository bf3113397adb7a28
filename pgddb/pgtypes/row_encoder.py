"""Encode a few rows as DataRow messages, value by value: the reference for the batch encoder."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from pgddb.pgtypes.binary import binary_writer
from pgddb.pgtypes.carrier import read_column
from pgddb.pgtypes.conversion import identity, value_converter
from pgddb.pgtypes.encodings import text_encoder
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.framing import DATA_ROW
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text import text_writer

CellWriter = Callable[[Any], bytes]
"""Takes what carrier.read_column gives, without None; gives the value's bytes without their length."""

_NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct("!i")
_HEAD = struct.Struct("!BIh")


def cell_writer(kind: pa.DataType, field: ResultField, format_code: int, style: OutputStyle) -> CellWriter:
    """Give the function that encodes one value of an Arrow type for its field.

    Raises:
        DatatypeMismatch: the Arrow type cannot become the field's type.
        FeatureNotSupported: the field's type has no such format.
    """
    convert = value_converter(kind, field.type, field.type_modifier, style)
    encode = text_encoder(style.encoding)
    if format_code == 1:
        write_binary = binary_writer(field.type, encode)
        return write_binary if convert is identity else lambda value: write_binary(convert(value))
    write = text_writer(field.type, style)
    if convert is not identity:
        return lambda value: encode(write(convert(value)))
    return encode if write is str else lambda value: encode(write(value))


def encode_rows(columns: Sequence[pa.Array], writers: Sequence[CellWriter], tag: int = DATA_ROW) -> bytes:
    """Encode all rows of the columns as messages of this tag; there is at least one column."""
    cells = []
    for column, write in zip(columns, writers, strict=True):
        encoded = []
        for value in read_column(column):
            if value is None:
                encoded.append(_NULL)
            else:
                cell = write(value)
                encoded.append(_LENGTH.pack(len(cell)) + cell)
        cells.append(encoded)
    count = len(columns)
    pieces = []
    for row in zip(*cells, strict=True):
        body = b"".join(row)
        pieces.append(_HEAD.pack(tag, len(body) + 6, count))
        pieces.append(body)
    return b"".join(pieces)
