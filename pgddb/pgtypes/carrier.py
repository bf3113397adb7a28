"""Read an Arrow column into plain Python values that lose nothing.

Dates, times and timestamps come as Arrow's own numbers: Python's classes know neither infinity nor years
before 1 and after 9999. Intervals come as (months, days, microseconds), opaque and extension types as their storage.
"""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types


def storage_of(array: pa.Array) -> pa.Array:
    """Undo dictionaries, extension types and the rarer list layouts."""
    while True:
        kind = array.type
        if isinstance(kind, pa.BaseExtensionType):
            array = array.storage
        elif types.is_dictionary(kind):
            array = array.dictionary_decode()
        elif types.is_fixed_size_list(kind) or types.is_list_view(kind) or types.is_large_list_view(kind):
            array = pc.cast(array, pa.list_(kind.value_type))
        else:
            return array


def storage_type(kind: pa.DataType) -> pa.DataType:
    """Give the type that storage_of gives an array of this type."""
    while True:
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        elif types.is_dictionary(kind):
            kind = kind.value_type
        elif types.is_fixed_size_list(kind) or types.is_list_view(kind) or types.is_large_list_view(kind):
            kind = pa.list_(kind.value_type)
        else:
            return kind


def read_column(array: pa.Array) -> list[object]:
    """Give the values of an array, None for NULL."""
    kind = array.type
    number = _AS_NUMBER.get(kind.id)
    if number is not None:
        array = array.view(number)
    elif kind.id not in _PLAIN:
        return _read_rare(array)
    values: list[object] = array.to_pylist()
    return values


def _read_rare(array: pa.Array) -> list[object]:
    array = storage_of(array)
    kind = array.type
    if types.is_list(kind) or types.is_large_list(kind):
        return _read_lists(array)
    if types.is_interval(kind):
        return [value and (value[0], value[1], _microseconds(value[2])) for value in array.to_pylist()]
    number = _AS_NUMBER.get(kind.id)
    values: list[object] = array.to_pylist() if number is None else array.view(number).to_pylist()
    return values


def _read_lists(array: pa.Array) -> list[object]:
    values = read_column(array.values)
    offsets = array.offsets.to_pylist()
    if array.null_count == 0:
        return [values[start:end] for start, end in pairwise(offsets)]
    valid = array.is_valid().to_pylist()
    return [
        values[start:end] if is_valid else None for (start, end), is_valid in zip(pairwise(offsets), valid, strict=True)
    ]


def _microseconds(nanoseconds: int) -> int:
    """Round to the microsecond nearest to zero's side, as integer division in C does."""
    return nanoseconds // 1000 if nanoseconds >= 0 else -(-nanoseconds // 1000)


_AS_NUMBER = {
    pa.date32().id: pa.int32(),
    pa.date64().id: pa.int64(),
    pa.time32("s").id: pa.int32(),
    pa.time64("us").id: pa.int64(),
    pa.timestamp("us").id: pa.int64(),
    pa.duration("us").id: pa.int64(),
}
_PLAIN = frozenset(
    kind.id
    for kind in (
        pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
        pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.large_string(), pa.string_view(), pa.binary(),
        pa.large_binary(), pa.binary_view(), pa.binary(16), pa.decimal128(1), pa.decimal256(1), pa.null(),
    )
)  # fmt: skip
