r"""Turn DynamoDB-typed JSON into the texts PostgreSQL shows: jsonb as jsonb_out prints it, and what `->>` gives.

What differs from PostgreSQL, because DynamoDB holds what jsonb cannot: U+0000 in a string stays the text `\u0000`
in JSON and the character in `values_to_text`; jsonb would refuse it. B is its base64 string, and a set is an array
in DynamoDB's order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeVar

import msgspec
import pyarrow as pa

from pgddb.dynamo.document_columns import ColumnConverter, walked
from pgddb.dynamo.document_shape import ShapeWriter
from pgddb.dynamo.document_walk import item_json, value_json, value_text
from pgddb.dynamo.shaped_columns import shaped_columns
from pgddb.errors import DataCorrupted

T = TypeVar("T")

ColumnKind = Literal["text", "integer", "digits", "boolean", "json", "document"]
"""What a column is made of: strings; whole numbers as int64; numbers as their digits; truths; values as jsonb; the item
as jsonb."""

WantedColumn = tuple[str | None, ColumnKind]
"""An attribute, None for the whole item, and what is made of it."""

_items = ColumnConverter(ShapeWriter.item, item_json)
_values = ColumnConverter(ShapeWriter.value, value_json)


class CompiledConverters(Protocol):
    """What `compiled_columns` has, which only exists where numba is installed; None leaves an array to the others."""

    def convert_items(self, items: pa.Array, attributes: Sequence[str]) -> list[pa.Array] | None: ...

    def convert_values(self, values: pa.Array) -> list[pa.Array] | None: ...

    def item_columns(self, items: pa.Array, wanted: Sequence[WantedColumn]) -> list[pa.Array] | None: ...


_compiled: CompiledConverters | None = None


def use_compiled(converters: CompiledConverters | None) -> None:
    """Let compiled functions convert what they take, from now on."""
    global _compiled  # noqa: PLW0603 - they are ready some time after the start
    _compiled = converters


def _convert_items(items: pa.Array, attributes: Sequence[str]) -> list[pa.Array]:
    found = None if _compiled is None else _compiled.convert_items(items, attributes)
    return _items.convert(items, attributes) if found is None else found


def _convert_values(values: pa.Array) -> pa.Array:
    found = None if _compiled is None else _compiled.convert_values(values)
    return (_values.convert(values) if found is None else found)[0]


def items_to_json(items: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Turn whole items `{"a":{"S":"x"},...}` into canonical jsonb text, as a string array; NULL stays NULL."""
    return items_with_parts(items, ())[0]


def items_with_parts(items: pa.Array | pa.ChunkedArray, attributes: Sequence[str]) -> list[pa.Array]:
    """Turn whole items into canonical jsonb text, and give the texts of some of their attributes apart.

    An attribute that an item does not have, or that is DynamoDB's NULL, is NULL.
    """
    return _checked(lambda texts: _convert_items(texts, attributes), _large_binary(items))


def item_columns(items: pa.Array, wanted: Sequence[WantedColumn]) -> list[pa.Array] | None:
    """Give columns of items as DynamoDB sent them, a string_view array; a missing attribute and NULL are NULL.

    None if an item is not what is usual: compact, of few shapes, each value of its column's kind.
    """
    if _compiled is not None:
        return _compiled.item_columns(items, wanted)
    return _checked(lambda texts: shaped_columns(_items, texts, wanted), _large_binary(items))


def values_to_json(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Turn single typed attribute values `{"L":[...]}` into canonical jsonb text; NULL stays NULL."""
    return _checked(_convert_values, _large_binary(values))


def values_to_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Turn single typed attribute values into what `->>` gives; the attribute value NULL becomes SQL NULL."""
    return _checked(lambda texts: walked(texts, value_text), _large_binary(values))


def item_to_json(item: bytes) -> bytes:
    """Turn one item into canonical jsonb text, without learning its shape."""
    return _checked(item_json, item)


def _checked(convert: Callable[[Any], T], source: Any) -> T:
    try:
        return convert(source)
    except (msgspec.DecodeError, ValueError, LookupError) as error:
        raise DataCorrupted("an item is not DynamoDB JSON", detail=str(error)) from error


def _large_binary(array: pa.Array | pa.ChunkedArray) -> pa.LargeBinaryArray:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if len(array) == 1:  # a point lookup: casting would take 50 us, ten times as long
        (text,) = array.to_pylist()
        return pa.array([text.encode() if isinstance(text, str) else text], pa.large_binary())
    return array.cast(pa.large_binary())
