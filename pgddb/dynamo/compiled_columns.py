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
    rank_names,
)
from pgddb.dynamo.compiled_gathering import gather_integers, gather_texts, gather_truths, gather_values
from pgddb.dynamo.compiled_scalars import ODD, PADDING
from pgddb.dynamo.document import ColumnKind, WantedColumn
from pgddb.dynamo.document_walk import item_json, parts_json, value_json
from pgddb.pgtypes import compiled_memory
from pgddb.pgtypes.compiled_memory import drop_stale

MOST_BYTES = 2**26
"""Beyond this the texts are made in several blocks, by the functions that are not compiled."""

_TYPES: dict[ColumnKind, int] = {
    "json": 0,
    "text": int.from_bytes(b'S":"', "little"),
    "integer": int.from_bytes(b'N":"', "little"),
    "digits": int.from_bytes(b'N":"', "little"),
    "boolean": int.from_bytes(b"BOOL", "little"),
}
"""The four bytes that a value of a kind begins with, behind its brace and quote."""

_VIEW = np.dtype([("length", "<i4"), ("prefix", "<u4"), ("buffer", "<i4"), ("offset", "<i4")])
_INLINE_BYTES = 12

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
    """

    def __init__(self, rows: Rows, attributes: Sequence[str], *, are_items: bool) -> None:
        bounds = rows.bounds
        self.count = len(bounds)
        longest = int((bounds[:, 1] - bounds[:, 0]).max())
        size = int((bounds[:, 1] - bounds[:, 0]).sum())
        self._bounds = np.empty(self.count + 1, np.int64)
        self._content = np.empty(size + size // 2 + PADDING, np.uint8)
        self._parts = np.empty((len(attributes), self.count, 3), np.int64)
        self._sizes = np.empty(len(attributes), np.int64)
        spare = np.empty(longest + longest // 2 + PADDING, np.uint8)
        room: Room = (
            np.empty((MOST_DEPTH, 2), np.int64),
            np.empty((MOST_NAMES, 5), np.int64),
            np.empty(MOST_NAMES, np.uint64),
            np.empty(MOST_NAMES, np.int64),
            spare.ctypes.data,
        )
        names = _names(tuple(attributes))
        odd = convert_rows(
            bounds, self._content.ctypes.data, are_items, room, names.wanted, self._bounds, self._parts, self._sizes
        )
        self.odd: Any = self._bounds[1:] == self._bounds[:-1] if odd else None

    def texts(self) -> pa.Array:
        """Give the texts; that of an odd row is empty."""
        offsets = pa.py_buffer(self._bounds.astype(np.int32))
        return pa.Array.from_buffers(pa.string(), self.count, [None, offsets, pa.py_buffer(self._content)])

    def values(self, number: int) -> pa.Array:
        """Give the values of a wanted attribute as they stand in the texts.

        That of an odd row is NULL, as is DynamoDB's NULL.
        """
        return self.column(number, "json")

    def column(self, number: int, kind: ColumnKind) -> pa.Array | None:
        """Give the values of a wanted attribute as a column; None if one is not of the kind."""
        wanted, parts, valid = _TYPES[kind], self._parts[number], np.empty(self.count, np.bool_)
        content = self._content.ctypes.data
        if kind in ("boolean", "integer"):
            values: Any = np.empty(self.count, np.int64 if kind == "integer" else np.bool_)
            absent = (gather_integers if kind == "integer" else gather_truths)(content, parts, wanted, values, valid)
            return None if absent == ODD else pa.array(values, mask=~valid if absent else None)
        texts, offsets = np.empty(int(self._sizes[number]) + PADDING, np.uint8), np.empty(self.count + 1, np.int32)
        gather = gather_texts if kind == "text" else gather_values
        absent = gather(content, parts, wanted, texts.ctypes.data, offsets, valid)
        if absent == ODD:
            return None
        bitmap = pa.array(valid).buffers()[1] if absent else None
        return pa.Array.from_buffers(pa.string(), self.count, [bitmap, pa.py_buffer(offsets), pa.py_buffer(texts)])


def convert_items(items: pa.Array, attributes: Sequence[str]) -> list[pa.Array] | None:
    """Do what `ColumnConverter.convert` does for items; None leaves it to that."""
    if not _is_taken(items):
        return None
    converted = ConvertedRows(rows_of(items), attributes, are_items=True)
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
    converted = ConvertedRows(rows_of(values), (), are_items=False)
    if converted.odd is None:
        return [converted.texts()]
    rows = values.filter(pa.array(converted.odd)).to_pylist()
    walked = [None if row is None else value_json(row) for row in rows]
    return [_replaced(converted.texts(), converted.odd, walked)]


def item_columns(items: pa.Array, wanted: Sequence[WantedColumn]) -> list[pa.Array] | None:
    """Give columns of a string_view array of items; None if one of these is not what is usual."""
    if not len(items) or items.null_count or items.nbytes > MOST_BYTES:
        return None
    rows = _rows_of_views(items)
    if rows is None:
        return None
    attributes = list(dict.fromkeys(attribute for attribute, _ in wanted if attribute is not None))
    converted = ConvertedRows(rows, attributes, are_items=True)
    if converted.odd is not None:
        return None
    columns: list[pa.Array] = []
    for attribute, kind in wanted:
        text = attribute is None
        column = converted.texts() if text else converted.column(attributes.index(attribute or ""), kind)
        if column is None:
            return None
        columns.append(column)
    return columns


def _is_taken(array: pa.Array) -> bool:
    return len(array) > 1 and array.nbytes <= MOST_BYTES


def _replaced(array: pa.Array, odd: Any, texts: list[bytes | None]) -> pa.Array:
    return pc.replace_with_mask(array, pa.array(odd), pa.array(texts, array.type))


class Rows:
    """The address and end of each row; one that is NULL is empty. Keeps the memory that they are in."""

    def __init__(self, bounds: Numbers, contents: Sequence[pa.Buffer], *, which: Any = 0) -> None:
        """Take rows in one buffer of content or, with `which` for each row, in several."""
        self.bounds = bounds
        self._kept: list[Any] = [*contents]
        ends = np.array([content.address + content.size for content in contents])
        # of what stands so near the end of its buffer that eight bytes cannot be read at once there is a copy
        for row in np.flatnonzero(bounds[:, 1] > ends[which] - PADDING):
            begin, end = bounds[row]
            number = which[row] if len(contents) > 1 else 0
            copied = contents[number].slice(begin - contents[number].address, end - begin).to_pybytes()
            self._kept.append(np.frombuffer(copied + bytes(PADDING), np.uint8))
            bounds[row] = self._kept[-1].ctypes.data
            bounds[row, 1] += end - begin


def rows_of(array: pa.LargeBinaryArray) -> Rows:
    """Give the rows of an array."""
    count = len(array)
    content = array.buffers()[2]
    if content is None:
        content = pa.py_buffer(bytes(PADDING))
    offsets = np.frombuffer(array.buffers()[1], np.int64, count + 1, array.offset * 8)
    bounds = np.empty((count, 2), np.int64)
    np.add(offsets[:-1], content.address, out=bounds[:, 0])
    np.add(offsets[1:], content.address, out=bounds[:, 1])
    if array.null_count:
        bounds[array.is_null().to_numpy(zero_copy_only=False)] = content.address
    return Rows(bounds, [content])


def _rows_of_views(array: pa.Array) -> Rows | None:
    """Give the rows of a string_view array without NULLs; None if one is so short that it stands in the view."""
    views = np.frombuffer(array.buffers()[1], _VIEW, len(array), array.offset * _VIEW.itemsize)
    contents = array.buffers()[2:]
    lengths = views["length"].astype(np.int64)
    if lengths.min() <= _INLINE_BYTES:
        return None
    bounds = np.empty((len(array), 2), np.int64)
    bounds[:, 0] = np.array([content.address for content in contents])[views["buffer"]] + views["offset"]
    np.add(bounds[:, 0], lengths, out=bounds[:, 1])
    return Rows(bounds, contents, which=views["buffer"])


def compile_functions() -> None:
    """Compile the functions, or load them from numba's cache."""
    drop_stale((convert_rows, rank_names), (compiled_memory, compiled_scalars))
    gathering = (gather_values, gather_texts, gather_integers, gather_truths)
    drop_stale(gathering, (compiled_memory, compiled_scalars))
    items = pa.array(['{"a":{"S":"b"},"b":{"N":"1"},"c":{"BOOL":true}}'] * 2, pa.string_view())
    convert_items(items.cast(pa.large_binary()), ["a"])
    item_columns(items, [("a", "text"), ("b", "integer"), ("c", "boolean")])
