"""Convert arrays of items and values by the compiled functions; rows that these call odd are walked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.dynamo import compiled_scalars
from pgddb.dynamo.compiled_document import (
    MOST_DEPTH,
    MOST_NAMES,
    Room,
    Wanted,
    convert_rows,
    gather,
    rank_names,
)
from pgddb.dynamo.compiled_scalars import ODD, PADDING
from pgddb.dynamo.document_walk import item_json, parts_json, value_json
from pgddb.pgtypes import compiled_memory
from pgddb.pgtypes.compiled_memory import drop_stale

MOST_BYTES = 2**26
"""Beyond this the texts are made in several blocks, by the functions that are not compiled."""

_NULL_TYPE = int.from_bytes(b"NULL", "little")

Numbers = Any
"""An array of whole numbers."""


class Names:
    """Names of attributes, where the compiled functions can read them; keeps the memory that `wanted` points to."""

    def __init__(self, attributes: Sequence[str]) -> None:
        texts = [name.encode() for name in attributes]
        self._texts = np.frombuffer(b"".join(texts) + bytes(PADDING), np.uint8)
        lengths = np.array([len(text) for text in texts], np.int64)
        places = np.empty((len(texts), 2), np.int64)
        places[:, 0] = self._texts.ctypes.data + np.cumsum(lengths) - lengths
        places[:, 1] = lengths
        ranks = np.empty(len(texts), np.uint64)
        rank_names(places, ranks)
        self.wanted: Wanted = (places, ranks)


_names = lru_cache(maxsize=256)(Names)


class ConvertedRows:
    """Texts of rows and the places of some of their attributes.

    Attributes:
        odd: which rows were not converted; None if all were.
        parts: begin and end of each wanted attribute's value in the texts, and its type; it begins at ODD if there is
            none.
    """

    def __init__(self, array: pa.Array, attributes: Sequence[str], *, are_items: bool) -> None:
        rows, self._kept = _rows_of(array)
        self.count = len(rows)
        longest = int((rows[:, 1] - rows[:, 0]).max())
        size = int((rows[:, 1] - rows[:, 0]).sum())
        self._bounds = np.empty(self.count + 1, np.int64)
        self._content = np.empty(size + size // 2 + PADDING, np.uint8)
        self.parts = np.empty((self.count, len(attributes), 3), np.int64)
        spare = np.empty(longest + longest // 2 + PADDING, np.uint8)
        room: Room = (
            np.empty((MOST_DEPTH, 2), np.int64),
            np.empty((MOST_NAMES, 5), np.int64),
            np.empty(MOST_NAMES, np.uint64),
            np.empty(MOST_NAMES, np.int64),
            spare.ctypes.data,
        )
        names = _names(tuple(attributes))
        odd = convert_rows(rows, self._content.ctypes.data, are_items, room, names.wanted, self._bounds, self.parts)
        self.odd: Any = self._bounds[1:] == self._bounds[:-1] if odd else None

    def texts(self) -> pa.Array:
        """Give the texts; that of an odd row is empty."""
        offsets = pa.py_buffer(self._bounds.astype(np.int32))
        return pa.Array.from_buffers(pa.string(), self.count, [None, offsets, pa.py_buffer(self._content)])

    def values(self, number: int) -> pa.Array:
        """Give the values of a wanted attribute; that of an odd row is NULL, as DynamoDB's NULL is."""
        pieces = self.parts[:, number, :2].copy()
        absent = (pieces[:, 0] == ODD) | (self.parts[:, number, 2] == _NULL_TYPE)
        pieces[absent] = ODD
        content = np.empty(int((pieces[:, 1] - pieces[:, 0])[~absent].sum()), np.uint8)
        offsets = np.empty(self.count + 1, np.int32)
        gather(self._content.ctypes.data, pieces, content.ctypes.data, offsets)
        valid = pa.array(~absent).buffers()[1] if absent.any() else None
        return pa.Array.from_buffers(pa.string(), self.count, [valid, pa.py_buffer(offsets), pa.py_buffer(content)])


def convert_items(items: pa.Array, attributes: Sequence[str]) -> list[pa.Array] | None:
    """Do what `ColumnConverter.convert` does for items; None leaves it to that."""
    if not _is_taken(items):
        return None
    converted = ConvertedRows(items, attributes, are_items=True)
    found = [converted.texts(), *map(converted.values, range(len(attributes)))]
    if converted.odd is None:
        return found
    rows = items.filter(pa.array(converted.odd)).to_pylist()
    walked = [None if row is None else (item_json(row), *parts_json(row, attributes)) for row in rows]
    return [
        _replaced(array, converted.odd, [None if row is None else row[place] for row in walked])
        for place, array in enumerate(found)
    ]


def convert_values(values: pa.Array) -> list[pa.Array] | None:
    """Do what `ColumnConverter.convert` does for single values; None leaves it to that."""
    if not _is_taken(values):
        return None
    converted = ConvertedRows(values, (), are_items=False)
    if converted.odd is None:
        return [converted.texts()]
    rows = values.filter(pa.array(converted.odd)).to_pylist()
    walked = [None if row is None else value_json(row) for row in rows]
    return [_replaced(converted.texts(), converted.odd, walked)]


def _is_taken(array: pa.Array) -> bool:
    return len(array) > 1 and array.nbytes <= MOST_BYTES


def _replaced(array: pa.Array, odd: Any, texts: list[bytes | None]) -> pa.Array:
    return pc.replace_with_mask(array, pa.array(odd), pa.array(texts, array.type))


def _rows_of(array: pa.LargeBinaryArray) -> tuple[Numbers, Any]:
    """Give the address and end of each row, and what must be kept as long as these are used; a NULL is empty."""
    count = len(array)
    content = array.buffers()[2]
    if content is None:
        content = pa.py_buffer(bytes(PADDING))
    offsets = np.frombuffer(array.buffers()[1], np.int64, count + 1, array.offset * 8)
    rows = np.empty((count, 2), np.int64)
    np.add(offsets[:-1], content.address, out=rows[:, 0])
    np.add(offsets[1:], content.address, out=rows[:, 1])
    if array.null_count:
        empty = array.is_null().to_numpy(zero_copy_only=False)
        rows[empty] = content.address
    last = int(np.searchsorted(offsets[1:], content.size - PADDING, "right"))
    if last == count:
        return rows, content
    # what stands so near the end that eight bytes cannot be read at once is copied
    tail = content.slice(offsets[last], offsets[-1] - offsets[last]).to_pybytes() + bytes(PADDING)
    copied = np.frombuffer(tail, np.uint8)
    rows[last:] += copied.ctypes.data - content.address - offsets[last]
    return rows, (content, copied)


def compile_functions() -> None:
    """Compile the functions, or load them from numba's cache."""
    drop_stale((convert_rows, gather, rank_names), (compiled_memory, compiled_scalars))
    items = pa.array([b'{"a":{"S":"b"}}', b'{"a":{"N":"1"}}'], pa.large_binary())
    convert_items(items, ["a"])
