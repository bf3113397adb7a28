"""Count the bytes of many items as DynamoDB does, by whole-array passes; and say what each attribute adds to them.

The rules are those of `access/item_size.py`, which also counts what the passes leave over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.access.item_size import (
    CONTAINER_BYTES,
    ELEMENT_BYTES,
    LARGEST_NUMBER_BYTES,
    attribute_bytes,
    item_bytes,
    number_bytes,
    value_bytes,
)
from pgddb.dynamo.document_shape import Numbers
from pgddb.dynamo.typed_strings import TYPES, Strings, strings_of
from pgddb.errors import DataCorrupted

BLOCK_BYTES = 256 * 1024
"""Rows are measured in blocks of about this size: the arrays of a block stay in the processor's cache."""

ATTRIBUTES = pa.list_(pa.struct([("name", pa.string()), ("type", pa.string()), ("size", pa.int64())]))

_HOLDS_NUMBERS, _HOLDS_BINARY = (
    np.array([name in names for name in (*TYPES, "")]) for names in (("N", "NS"), ("B", "BS"))
)
_OWN_BYTES = np.array([0] * 6 + [1, 1, CONTAINER_BYTES, CONTAINER_BYTES, 0])
"""What a type adds by itself."""
_ZERO, _MINUS, _DOT = b"0-."


def item_sizes(items: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the bytes of whole items `{"a":{"S":"x"},...}`; NULL stays NULL."""
    return _each_block(items, lambda block: _totals(block, whole=True), pa.int64())


def value_sizes(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the bytes of single typed values `{"S":"x"}`, without a name; NULL stays NULL."""
    return _each_block(values, lambda block: _totals(block, whole=False), pa.int64())


def item_attributes(items: pa.Array | pa.ChunkedArray) -> pa.Array:
    """List name, type and bytes of each attribute of whole items; the bytes hold the name. NULL stays NULL."""
    return _each_block(items, _attributes, ATTRIBUTES)


def _each_block(
    array: pa.Array | pa.ChunkedArray, measure: Callable[[pa.LargeBinaryArray], pa.Array], kind: pa.DataType
) -> pa.Array:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    texts = array.cast(pa.large_binary())
    present = texts.drop_null() if texts.null_count else texts
    try:
        parts = [measure(block) for block in _blocks(present)]
    except (msgspec.DecodeError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise DataCorrupted("an item is not DynamoDB JSON", detail=str(error)) from error
    measured = pa.concat_arrays(parts) if parts else pa.array([], kind)
    if not texts.null_count:
        return measured
    is_present = texts.is_valid().to_numpy(zero_copy_only=False)
    return pc.take(measured, pa.array(np.cumsum(is_present) - 1, mask=~is_present))


def _blocks(texts: pa.LargeBinaryArray) -> Iterator[pa.LargeBinaryArray]:
    count, start = len(texts), 0
    offsets = np.frombuffer(texts.buffers()[1], np.int64, count + 1, texts.offset * 8) if count else np.zeros(1)
    while start < count:
        end = min(count, max(int(np.searchsorted(offsets, offsets[start] + BLOCK_BYTES)), start + 1))
        yield texts.slice(start, end - start)
        start = end


def _totals(block: pa.LargeBinaryArray, *, whole: bool) -> pa.Array:
    strings = strings_of(block, whole=whole)
    sums = np.concatenate([[0], np.cumsum(_string_bytes(strings))])
    totals = sums[strings.firsts[1:]] - sums[strings.firsts[:-1]]
    count = item_bytes if whole else value_bytes
    for row in strings.odd_rows:
        totals[row] = count(msgspec.json.decode(block[int(row)].as_py()))
    return pa.array(totals, pa.int64())


def _attributes(block: pa.LargeBinaryArray) -> pa.Array:
    strings = strings_of(block, whole=True)
    odd = np.zeros(len(block), bool)
    odd[strings.odd_rows] = True
    is_top = strings.is_name & ~strings.is_member
    if not odd.all():
        # A name with an escape is spelt out by the decoder.
        escaped = is_top & (strings.lengths != strings.closes - strings.opens - 1)
        odd[np.searchsorted(strings.firsts, np.flatnonzero(escaped), "right") - 1] = True
    names = np.flatnonzero(is_top & ~np.repeat(odd, np.diff(strings.firsts)))
    sums = np.concatenate([[0], np.cumsum(_string_bytes(strings))])
    rows = np.searchsorted(strings.firsts, names, "right") - 1
    ends = np.minimum(np.append(names, len(strings.opens))[1:], strings.firsts[rows + 1])
    fields = [
        _texts_between(strings.content, strings.opens[names] + 1, strings.closes[names]),
        pc.take(pa.array(TYPES), pa.array(strings.kinds[names + 1])),
        pa.array(sums[ends] - sums[names], pa.int64()),
    ]
    listed = np.searchsorted(rows, np.arange(len(block) + 1)).astype(np.int32)
    found = pa.ListArray.from_arrays(
        pa.array(listed), pa.StructArray.from_arrays(fields, fields=list(ATTRIBUTES.value_type))
    )
    if not odd.any():
        return found
    others = pa.array([_listed(block[int(row)].as_py()) for row in np.flatnonzero(odd)], ATTRIBUTES)
    place = np.where(odd, len(block) + np.cumsum(odd) - 1, np.arange(len(block)))
    return pc.take(pa.concat_arrays([found, others]), pa.array(place))


def _listed(text: bytes) -> list[dict[str, object]]:
    item = msgspec.json.decode(text)
    return [
        {"name": name, "type": next(iter(value)), "size": attribute_bytes(name, value)} for name, value in item.items()
    ]


def _texts_between(content: Numbers, starts: Numbers, ends: Numbers) -> pa.Array:
    offsets = np.stack([starts, ends], axis=1).reshape(-1).astype(np.int32)
    if not len(offsets):
        return pa.array([], pa.string())
    cut = pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(content)])
    return pc.take(cut, pa.array(np.arange(0, len(offsets) - 1, 2))).cast(pa.string())


def _string_bytes(strings: Strings) -> Numbers:
    """Give what each string adds to its item."""
    kinds = strings.kinds
    is_scalar = ~(strings.is_name | strings.is_type)
    sizes = np.where(strings.is_type, _OWN_BYTES[kinds] + strings.is_element * ELEMENT_BYTES, strings.lengths)
    sizes += strings.is_member * ELEMENT_BYTES
    binaries = np.flatnonzero(is_scalar & _HOLDS_BINARY[kinds])
    if len(binaries):
        closes, lengths = strings.closes[binaries], strings.lengths[binaries]
        padding = (strings.content[closes - 1] == ord("=")).astype(np.int64) + (strings.content[closes - 2] == ord("="))
        sizes[binaries] = lengths // 4 * 3 - np.where(lengths > 0, padding, 0)
    numbers = np.flatnonzero(is_scalar & _HOLDS_NUMBERS[kinds])
    if len(numbers):
        sizes[numbers] = _number_bytes(strings.content, strings.opens[numbers] + 1, strings.closes[numbers])
    return sizes


def _number_bytes(content: Numbers, starts: Numbers, ends: Numbers) -> Numbers:
    """Count numbers: pairs of digits from the point outwards, without those of zeros at both ends."""
    lengths = ends - starts
    last = np.cumsum(lengths)
    places = np.arange(last[-1]) + np.repeat(starts - (last - lengths), lengths)
    marks = places[(content[places] - _ZERO) > 9]
    owners = np.searchsorted(starts, marks, "right") - 1
    negative = content[starts] == _MINUS
    is_dot = content[marks] == _DOT
    dots = np.bincount(owners[is_dot], minlength=len(starts))
    points = ends.copy()
    points[owners[is_dot]] = marks[is_dot]
    begins = starts + negative
    wholes, fractions = points - begins, np.maximum(ends - points - 1, 0)
    zero_first, zero_last = content[begins] == _ZERO, content[ends - 1] == _ZERO
    no_whole = zero_first & (wholes == 1)
    odd = (
        (np.bincount(owners, minlength=len(starts)) != dots + negative)
        | (dots > 1)
        | (wholes < 1)
        | (zero_first & ~no_whole)
        | (dots.astype(bool) & ((fractions < 1) | zero_last))
        | (negative & no_whole & (dots == 0))
    )
    pairs = np.where(no_whole, 0, (wholes + 1) // 2) + (fractions + 1) // 2
    trimmed = zero_last & (dots == 0) & ~no_whole & ~odd
    pairs[trimmed] -= _zeros(content, ends[trimmed] - 1, -1) // 2
    led = no_whole & (dots == 1) & ~odd
    pairs[led] -= _zeros(content, points[led] + 1, 1) // 2
    sizes = np.minimum(pairs + 1 + negative, LARGEST_NUMBER_BYTES)
    for number in np.flatnonzero(odd):
        sizes[number] = number_bytes(bytes(content[starts[number] : ends[number]]).decode())
    return sizes


def _zeros(content: Numbers, places: Numbers, step: int) -> Numbers:
    """Count the zeros from each place on, forwards or backwards; something else ends every run."""
    counts = np.zeros(len(places), np.int64)
    left = np.flatnonzero(content[places] == _ZERO)
    while len(left):
        counts[left] += 1
        left = left[content[places[left] + step * counts[left]] == _ZERO]
    return counts
