"""Encode whole columns of one-dimensional arrays, as text and in binary."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    FixedColumn,
    VariableColumn,
    Vector,
    as_variable,
    binary_of_bytes,
    binary_of_records,
    valid_mask,
    value_lengths,
)
from pgddb.pgtypes.registry import PgType

_JOIN = pc.JoinOptions(null_handling="replace", null_replacement="")
_NEVER_QUOTED = frozenset({"bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "uuid", "time"})
"""Types whose text has no comma, brace, quote, backslash or space and is not the word null."""
_NEEDS_QUOTES = r'{}"\\ \t\n\r\v\f]|\A\z|(?i)\Anull\z'
_HEADER_BYTES, _EMPTY_BYTES = 20, 12
_HEADER = np.dtype(
    [("dimensions", ">i4"), ("flags", ">i4"), ("element_oid", ">u4"), ("length", ">i4"), ("lower_bound", ">i4")]
)


def list_text_column(element: PgType, encode_elements: ColumnEncoder) -> ColumnEncoder:
    """Give the encoder for lists whose elements this text encoder takes."""
    quotes = element.name not in _NEVER_QUOTED

    def encode(array: pa.Array) -> EncodedColumn | None:
        lengths, values = _taken_apart(array)
        encoded = encode_elements(values)
        if encoded is None:
            return None
        text = as_variable(encoded)
        text = pc.fill_null(_quoted(text, element.delimiter) if quotes else text, b"NULL")
        joined = pc.binary_join(_lists(lengths, text), element.delimiter.encode())
        return VariableColumn(_with_nulls_of(array, pc.binary_join_element_wise(b"{", joined, b"}", b"")))

    return encode


def list_binary_column(element: PgType, encode_elements: ColumnEncoder, *, lower_bound: int) -> ColumnEncoder:
    """Give the encoder for lists whose elements this binary encoder takes."""

    def encode(array: pa.Array) -> EncodedColumn | None:
        lengths, values = _taken_apart(array)
        encoded = encode_elements(values)
        if encoded is None:
            return None
        elements, valid = _with_length_words(encoded)
        body = pc.binary_join(_lists(lengths, elements), b"")
        head = _headers(lengths, _null_flags(lengths, valid), element.oid, lower_bound)
        return VariableColumn(_with_nulls_of(array, pc.binary_join_element_wise(head, body, b"")))

    return encode


def _taken_apart(array: pa.Array) -> tuple[Vector, pa.Array]:
    """Give how many elements each list has, 0 for NULL, and all the elements; honours slices."""
    lengths: Vector = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    return lengths.astype(np.int64), array.flatten()


def _lists(lengths: Vector, elements: pa.Array) -> pa.Array:
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), elements)


def _with_nulls_of(array: pa.Array, values: pa.Array) -> pa.Array:
    return values if array.null_count == 0 else pc.if_else(array.is_valid(), values, None)


def _quoted(text: pa.Array, delimiter: str) -> pa.Array:
    needs_quotes = pc.match_substring_regex(text, pattern=f"[{delimiter}{_NEEDS_QUOTES}")
    if not pc.any(needs_quotes).as_py():
        return text
    escaped = pc.replace_substring_regex(text, pattern=r'(["\\])', replacement=r"\\\1")
    return pc.if_else(needs_quotes, pc.binary_join_element_wise(b'"', escaped, b'"', b""), text)


def _with_length_words(column: EncodedColumn) -> tuple[pa.Array, Vector | None]:
    """Put its length before each element, -1 for NULL; say which are not NULL."""
    if isinstance(column, FixedColumn) and column.valid is None:
        records = np.empty(len(column.values), [("length", ">i4"), ("value", column.values.dtype)])
        records["length"], records["value"] = column.values.dtype.itemsize, column.values
        return binary_of_records(records), None
    values = as_variable(column)
    valid = valid_mask(values)
    lengths = value_lengths(values)
    words = binary_of_records((lengths if valid is None else np.where(valid, lengths, -1)).astype(">i4"))
    return pc.binary_join_element_wise(words, values, b"", options=_JOIN), valid


def _null_flags(lengths: Vector, valid: Vector | None) -> Vector:
    """Say for each list whether an element is NULL."""
    if valid is None:
        return np.zeros(len(lengths), np.int32)
    before = np.zeros(len(valid) + 1, np.int64)
    np.cumsum(~valid, out=before[1:])
    ends = np.cumsum(lengths)
    flags: Vector = (before[ends] != before[ends - lengths]).astype(np.int32)
    return flags


def _headers(lengths: Vector, flags: Vector, element_oid: int, lower_bound: int) -> pa.Array:
    """Make each array's header; that of an empty one has no dimension."""
    is_filled = lengths > 0 if lower_bound else np.ones(len(lengths), np.bool_)  # vectors keep their one dimension
    records = np.empty(len(lengths), _HEADER)
    records["dimensions"], records["flags"], records["element_oid"] = is_filled, flags, element_oid
    records["length"], records["lower_bound"] = lengths, lower_bound
    if is_filled.all():
        return binary_of_records(records)
    keep = np.ones((len(lengths), _HEADER_BYTES), np.bool_)
    keep[~is_filled, _EMPTY_BYTES:] = False
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(np.where(is_filled, _HEADER_BYTES, _EMPTY_BYTES), out=offsets[1:])
    return binary_of_bytes(records.view(np.uint8).reshape(-1, _HEADER_BYTES)[keep], offsets, None)
