"""Hold one encoded column of a batch, and reach into the buffers of Arrow arrays.

The functions here trust an array's buffers: each honours its offset and takes the mask from the array it reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Vector = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FixedColumn:
    """Values of one width: big-endian numbers or records, and which rows are not NULL (None: all)."""

    values: Vector
    valid: Mask | None


@dataclass(frozen=True, slots=True, eq=False)
class VariableColumn:
    """Values of any width: an array of type binary, whose own validity says what is NULL.

    Each value that is not NULL begins with the prefix, which the array does not hold.
    """

    values: pa.Array
    prefix: bytes = b""


class BatchTooLarge(Exception):
    """The messages of a batch do not fit one buffer; half of it may."""


_BINARY, _STRING = pa.binary(), pa.string()
_SHORT = 128
"""Up to this width copying values into records is cheaper than one more array in the join."""
_CACHED_COUNT = 2**15
"""Batches mostly have one of a few sizes; larger ones are too rare and large to keep their offsets."""

EncodedColumn = FixedColumn | VariableColumn

ColumnEncoder = Callable[[pa.Array], EncodedColumn | None]
"""Encodes a whole column, or gives None when some value of it needs the per-value encoder."""


def valid_mask(array: pa.Array) -> Mask | None:
    """Say which values are not NULL; None when all are."""
    if array.null_count == 0:
        return None
    mask: Mask = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return mask


def numbers(array: pa.Array, code: str) -> Vector:
    """Look at the values of a fixed-width array as numpy numbers; those of NULLs are arbitrary."""
    width = np.dtype(code).itemsize
    if len(array) == 0:
        return np.empty(0, code)
    return np.frombuffer(array.buffers()[1], code, len(array), array.offset * width)


def value_offsets(array: pa.Array) -> Vector:
    """Look at the offsets of a binary array: one more than it has values."""
    if len(array) == 0:
        return np.zeros(1, np.int32)
    return np.frombuffer(array.buffers()[1], np.int32, len(array) + 1, array.offset * 4)


def value_lengths(array: pa.Array) -> Vector:
    """Count the bytes of each value of a binary array; NULLs may have some too."""
    offsets = value_offsets(array)
    lengths: Vector = offsets[1:] - offsets[:-1]
    return lengths


def value_bytes(array: pa.Array) -> Vector:
    """Look at the bytes of a binary array's values, one after the other; NULLs may have some too."""
    offsets = value_offsets(array)
    count = int(offsets[-1] - offsets[0])
    if count == 0:
        return np.empty(0, np.uint8)
    return np.frombuffer(array.buffers()[2], np.uint8, count, int(offsets[0]))


def binary_of_records(records: Vector) -> pa.Array:
    """Make a binary array of records of one width, without copying them."""
    count, width = len(records), records.dtype.itemsize
    offsets = _even_offsets(count, width) if count <= _CACHED_COUNT else _make_even_offsets(count, width)
    return pa.Array.from_buffers(_BINARY, count, [None, offsets, pa.py_buffer(np.ascontiguousarray(records))])


def _make_even_offsets(count: int, width: int) -> pa.Buffer:
    if count * width >= 2**31:
        raise BatchTooLarge
    return pa.py_buffer(np.arange(count + 1, dtype=np.int32) * np.int32(width))


_even_offsets = lru_cache(maxsize=64)(_make_even_offsets)


def binary_of_bytes(flat: Vector, offsets: Vector, valid: Mask | None) -> pa.Array:
    """Make a binary array from its parts; offsets are int32."""
    count = len(offsets) - 1
    bitmap = None if valid is None else pa.array(valid).buffers()[1]
    return pa.Array.from_buffers(_BINARY, count, [bitmap, pa.py_buffer(offsets), pa.py_buffer(flat)])


def as_variable(column: EncodedColumn) -> pa.Array:
    """Give a column as a binary array."""
    if isinstance(column, VariableColumn):
        return pc.binary_join_element_wise(column.prefix, column.values, b"") if column.prefix else column.values
    array = binary_of_records(column.values)
    if column.valid is None:
        return array
    return pa.Array.from_buffers(_BINARY, len(array), [pa.array(column.valid).buffers()[1], *array.buffers()[1:]])


def even_column(array: pa.Array) -> FixedColumn | None:
    """Give a binary array without NULLs, whose values are short and of one length, as a column of fixed width."""
    offsets = value_offsets(array)
    width = int(offsets[1] - offsets[0])
    if not 0 < width <= _SHORT or int(offsets[-1] - offsets[0]) != width * len(array):
        return None
    if (offsets[1:] - offsets[:-1] != width).any():
        return None
    return FixedColumn(value_bytes(array).view(f"V{width}"), None)


def as_binary(array: pa.Array) -> pa.Array:
    """Give an array of text or bytes of any layout as type binary."""
    if array.type.id == _BINARY.id:
        return array
    if array.type.id == _STRING.id:
        return array.view(_BINARY)  # the same buffers; a cast costs 6 us
    return pc.cast(array, _BINARY)


def extremes(array: pa.Array) -> tuple[int, int] | None:
    """Give the smallest and largest value of an array of integers; None when all are NULL."""
    low, high = pc.min_max(array).as_py().values()
    return None if low is None else (low, high)


def with_values_at(array: pa.Array, mask: Mask, values: list[bytes | None]) -> pa.Array:
    """Replace the values where the mask is set, in order."""
    return pc.replace_with_mask(array, pa.array(mask), pa.array(values, array.type))
