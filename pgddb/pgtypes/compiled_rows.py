"""Encode columns and rows by the compiled functions; whoever asks has checked that the values fit their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pgddb.pgtypes import compiled_memory
from pgddb.pgtypes.columns import (
    BatchTooLarge,
    EncodedColumn,
    FixedColumn,
    Mask,
    VariableColumn,
    Vector,
    binary_of_bytes,
    numbers,
    valid_mask,
    value_offsets,
)
from pgddb.pgtypes.compiled_framing import CONTENT, OFFSETS, PADDING, PREFIX, PREFIX_LENGTH, VALID, WIDTH, frame
from pgddb.pgtypes.compiled_memory import drop_stale
from pgddb.pgtypes.compiled_numbers import (
    LONGEST,
    MOST_BINARY,
    MOST_SCALE,
    decimals_binary,
    decimals_text,
    integers_text,
)

MAX_BYTES = 2**31 - 1
_NO_SCALES = np.empty(0, np.int64)


def frame_rows(columns: Sequence[EncodedColumn], count: int, tag: int) -> memoryview:
    """Give `count` messages with the body of a DataRow.

    Raises:
        BatchTooLarge: they take 2 GB or more.
    """
    return _framed(columns, count, tag, -1, count * (7 + 4 * len(columns)))


def frame_lines(columns: Sequence[EncodedColumn], count: int, tag: int, delimiter: int) -> memoryview:
    """Give `count` messages, each a line; the columns hold no NULL.

    Raises:
        BatchTooLarge: they take 2 GB or more.
    """
    return _framed(columns, count, tag, delimiter, count * (6 + len(columns)))


def _framed(columns: Sequence[EncodedColumn], count: int, tag: int, delimiter: int, most: int) -> memoryview:
    told = np.zeros((len(columns), 6), np.int64)
    kept: list[Any] = []
    for entry, column in zip(told, columns, strict=True):
        if isinstance(column, FixedColumn):
            values = np.ascontiguousarray(column.values)
            valid = column.valid
            entry[WIDTH], entry[CONTENT] = values.dtype.itemsize, values.ctypes.data
            most += values.nbytes
            kept.append(values)
        else:
            array = column.values
            valid = valid_mask(array)
            most += _tell_variable(entry, array, column.prefix, count)
        if valid is not None:
            mask = np.ascontiguousarray(valid)
            entry[VALID] = mask.ctypes.data
            kept.append(mask)
    if most > MAX_BYTES:
        raise BatchTooLarge
    content = np.empty(most + PADDING, np.uint8)
    end = frame(count, tag, told, delimiter, content.ctypes.data)
    del kept  # until here the addresses were used
    return content.data[: end - content.ctypes.data]


def _tell_variable(entry: Vector, array: pa.Array, prefix: bytes, count: int) -> int:
    """Note where a binary array stands; give how many bytes its values take at most."""
    offsets = value_offsets(array)
    _, offset_buffer, content = array.buffers()
    entry[OFFSETS] = offset_buffer.address + 4 * array.offset
    entry[CONTENT] = 0 if content is None else content.address
    entry[PREFIX_LENGTH], entry[PREFIX] = len(prefix), int.from_bytes(prefix, "little")
    return int(offsets[-1] - offsets[0]) + count * len(prefix)


def integer_texts(array: pa.Array) -> pa.Array:
    """Print an array of integers that fit int64."""
    count = len(array)
    values = numbers(array, np.dtype(array.type.to_pandas_dtype()).str).astype(np.int64)
    content, offsets = np.empty(LONGEST * (count + 2), np.uint8), np.empty(count + 1, np.int32)
    integers_text(values.ctypes.data, count, content.ctypes.data, offsets)
    return binary_of_bytes(content, offsets, valid_mask(array))


def decimal_texts(array: pa.Array, *, trimmed: bool) -> pa.Array | None:
    """Print an array of decimal128, trimmed without zeros at the end; None if it takes other functions to do so."""
    count, scale = len(array), array.type.scale
    if not 0 <= scale <= MOST_SCALE:
        return None
    valid = valid_mask(array)
    content, offsets = np.empty(LONGEST * (count + 2), np.uint8), np.empty(count + 1, np.int32)
    done = decimals_text(_decimals(array), _address(valid), count, scale, trimmed, content.ctypes.data, offsets)
    return binary_of_bytes(content, offsets, valid) if done else None


def binary_decimals(array: pa.Array, scales: Vector | int | None) -> pa.Array | None:
    """Give decimals in numeric's binary form, as `numeric_columns.binary_numerics` does."""
    count, valid = len(array), valid_mask(array)
    shown = _NO_SCALES if scales is None else np.array(scales, np.int64, ndmin=1)
    content, offsets = np.empty(MOST_BINARY * count, np.uint8), np.empty(count + 1, np.int32)
    done = decimals_binary(
        _decimals(array), _address(valid), count, array.type.scale, shown, content.ctypes.data, offsets
    )
    return binary_of_bytes(content, offsets, valid) if done else None


def _decimals(array: pa.Array) -> int:
    return int(array.buffers()[1].address) + 16 * int(array.offset)


def _address(mask: Mask | None) -> int:
    return 0 if mask is None else int(mask.ctypes.data)


def compile_functions() -> None:
    """Compile the functions, or load them from numba's cache."""
    drop_stale((frame, integers_text, decimals_text, decimals_binary), (compiled_memory,))
    one = pa.array([1, None], pa.int64())
    decimals = one.cast(pa.decimal128(20, 1))
    columns: list[EncodedColumn] = [VariableColumn(integer_texts(one)), FixedColumn(np.zeros(2, ">i4"), None)]
    frame_rows(columns, 2, 0)
    decimal_texts(decimals, trimmed=True)
    binary_decimals(decimals, None)
