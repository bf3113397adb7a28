r"""Turn DynamoDB-typed JSON into the texts PostgreSQL shows: jsonb as jsonb_out prints it, and what `->>` gives.

What differs from PostgreSQL, because DynamoDB holds what jsonb cannot: U+0000 in a string stays the text `\u0000`
in JSON and the character in `values_to_text`; jsonb would refuse it. B is its base64 string, and a set is an array
in DynamoDB's order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec
import numpy as np
import pyarrow as pa

from pgddb.dynamo.document_shapes import convert_item
from pgddb.dynamo.document_walk import item_json, value_json, value_text
from pgddb.errors import DataCorrupted


def items_to_json(items: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Turn whole items `{"a":{"S":"x"},...}` into canonical jsonb text, as a string array; NULL stays NULL."""
    return _convert(items, convert_item)


def values_to_json(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Turn single typed attribute values `{"L":[...]}` into canonical jsonb text; NULL stays NULL."""
    return _convert(values, value_json)


def values_to_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Turn single typed attribute values into what `->>` gives; the attribute value NULL becomes SQL NULL."""
    return _convert(values, value_text)


def item_to_json(item: bytes) -> bytes:
    """Turn one item into canonical jsonb text, without learning its shape."""
    return _checked(item_json, item)


def _convert(array: pa.Array | pa.ChunkedArray, convert: Callable[[bytes], bytes | None]) -> pa.Array:
    texts = _texts(array)
    try:
        if array.null_count == 0:
            return _string_array([convert(text) for text in texts])
        valid = array.is_valid().to_pylist()
        return _string_array([convert(text) if there else None for text, there in zip(texts, valid, strict=True)])
    except (msgspec.DecodeError, ValueError, LookupError) as error:
        raise _broken(error) from error


def _checked(convert: Callable[[bytes], bytes], text: bytes) -> bytes:
    try:
        return convert(text)
    except (msgspec.DecodeError, ValueError, LookupError) as error:
        raise _broken(error) from error


def _broken(error: Exception) -> DataCorrupted:
    return DataCorrupted("an item is not DynamoDB JSON", detail=str(error))


def _texts(array: pa.Array | pa.ChunkedArray) -> list[bytes]:
    """Cut the array into bytes; NULL comes as b""."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    array = array.cast(pa.large_binary())
    if len(array) == 0:
        return []
    _, offset_buffer, bytes_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64, len(array) + 1, array.offset * 8).tolist()
    content = b"" if bytes_buffer is None else bytes_buffer.to_pybytes()
    return [content[start:end] for start, end in pairwise(offsets)]


def _string_array(texts: Sequence[bytes | None]) -> pa.Array:
    """Make the string array by hand: the texts come from checked UTF-8, so checking them again buys nothing."""
    if None in texts:
        return pa.array(texts, pa.string())
    joined = b"".join(texts)  # type: ignore[arg-type]  # no None: asked in the line above
    if len(joined) > np.iinfo(np.int32).max:
        return pa.array(texts, pa.large_string())
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, texts), np.int32, len(texts)), out=offsets[1:])  # type: ignore[arg-type]  # likewise
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(joined)])
