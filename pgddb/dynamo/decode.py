"""Cut a response into its items without decoding them: the record batch views the response's own bytes.

The JSON is scanned once for its envelope (about 1 ms a MB); the items stay text for DuckDB to read.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from pgddb.dynamo.page import ITEM_SCHEMA
from pgddb.errors import DataCorrupted

Key = dict[str, dict[str, Any]]
"""A primary key or continuation key as botocore takes it."""

COPY_BELOW_ITEMS = 32
"""Fewer items are copied: building views costs about 25 us, more than the copy."""

_VIEW = np.dtype([("length", "<i4"), ("prefix", "<u4"), ("buffer", "<i4"), ("offset", "<i4")])
_INLINE_BYTES = 12
"""A string view of at most 12 bytes stands in the view itself, so such items take the copying path."""


class Units(msgspec.Struct, frozen=True):
    """Capacity of the table or of one index."""

    CapacityUnits: float = 0.0


class ConsumedCapacity(msgspec.Struct, frozen=True):
    """What a response cost."""

    TableName: str = ""
    CapacityUnits: float = 0.0
    Table: Units | None = None
    GlobalSecondaryIndexes: dict[str, Units] = {}
    LocalSecondaryIndexes: dict[str, Units] = {}


class UnprocessedTable(msgspec.Struct, frozen=True):
    """The keys of one table that a BatchGetItem left out."""

    Keys: list[dict[str, dict[str, str]]] = []


class _PageEnvelope(msgspec.Struct, gc=False):
    Count: int = -1
    ScannedCount: int = -1
    Items: list[msgspec.Raw] = []
    LastEvaluatedKey: msgspec.Raw = msgspec.Raw()
    ConsumedCapacity: ConsumedCapacity | None = None


class _ItemEnvelope(msgspec.Struct, gc=False):
    Item: msgspec.Raw = msgspec.Raw()
    ConsumedCapacity: ConsumedCapacity | None = None


class _BatchEnvelope(msgspec.Struct, gc=False):
    Responses: dict[str, list[msgspec.Raw]]
    UnprocessedKeys: dict[str, UnprocessedTable] = {}
    ConsumedCapacity: list[ConsumedCapacity] = []


class OneItem(msgspec.Struct, gc=False):
    """What a response of GetItem holds: its item's own text, or None."""

    item: bytes | None
    capacity: list[ConsumedCapacity]

    @property
    def count(self) -> int:
        return 0 if self.item is None else 1

    @property
    def scanned_count(self) -> int:
        return self.count


class Decoded(msgspec.Struct, gc=False):
    """What a response holds; `continuation` and `unprocessed` are what must be asked for again."""

    items: pa.RecordBatch
    count: int
    scanned_count: int
    capacity: list[ConsumedCapacity]
    continuation: Key | None = None
    unprocessed: list[Key] = []


_page = msgspec.json.Decoder(_PageEnvelope).decode
_item = msgspec.json.Decoder(_ItemEnvelope).decode
_batch = msgspec.json.Decoder(_BatchEnvelope).decode
_key = msgspec.json.Decoder(dict[str, dict[str, str]]).decode

CutItems = Callable[[bytes], tuple[Any, int, bytes] | None]
"""What `compiled_pages.cut_items` is, which only exists where numba is installed."""

_cut_items: CutItems | None = None

CUT_FROM_BYTES = 32 * 1024
"""Smaller responses are decoded whole: they have few items."""


def use_compiled(cut_items: CutItems | None) -> None:
    """Let a compiled function find the items of responses, from now on."""
    global _cut_items  # noqa: PLW0603 - it is ready some time after the start
    _cut_items = cut_items


NO_ITEMS = pa.record_batch([pa.array([], pa.string_view())], schema=ITEM_SCHEMA)


def decode_page(body: bytes, *, count_only: bool = False) -> Decoded:
    """Decode a response of Query or Scan.

    Raises:
        DataCorrupted: the body is not what DynamoDB sends, though its checksum is right.
    """
    _check_text(body)
    cut = None if _cut_items is None or count_only or len(body) < CUT_FROM_BYTES else _cut_items(body)
    try:
        envelope = _page(body if cut is None else cut[2])
    except msgspec.DecodeError as error:
        raise _broken(error) from error
    found = len(envelope.Items) if cut is None else cut[1] + len(envelope.Items)
    if envelope.Count < 0 or (not count_only and found != envelope.Count):
        raise DataCorrupted(
            "a response of DynamoDB does not hold the items that it counts",
            detail=f"Count is {envelope.Count}, the items are {found}.",
        )
    capacity = envelope.ConsumedCapacity
    items = NO_ITEMS if count_only else item_views(body, envelope.Items) if cut is None else _viewed(body, *cut[:2])
    return Decoded(
        items=items,
        count=envelope.Count,
        scanned_count=envelope.ScannedCount if envelope.ScannedCount >= 0 else envelope.Count,
        capacity=[] if capacity is None else [capacity],
        continuation=_continuation(envelope.LastEvaluatedKey),
    )


def _viewed(body: bytes, views: Any, count: int) -> pa.RecordBatch:
    """Give items that have been cut out of a response."""
    array = pa.Array.from_buffers(pa.string_view(), count, [None, pa.py_buffer(views), pa.py_buffer(body)])
    return pa.RecordBatch.from_arrays([array], schema=ITEM_SCHEMA)


def decode_item(body: bytes) -> Decoded:
    """Decode a response of GetItem: no item or one."""
    one = read_item(body)
    return Decoded(_copied([] if one.item is None else [one.item]), one.count, one.count, one.capacity)


def read_item(body: bytes) -> OneItem:
    """Take the item out of a response of GetItem.

    Raises:
        DataCorrupted: the body is not what DynamoDB sends, though its checksum is right.
    """
    _check_text(body)
    try:
        envelope = _item(body)
    except msgspec.DecodeError as error:
        raise _broken(error) from error
    item = bytes(envelope.Item) or None
    if item is not None and not item.startswith(b"{"):
        raise _no_object()
    capacity = envelope.ConsumedCapacity
    return OneItem(item, [] if capacity is None else [capacity])


def decode_batch(body: bytes, table_name: str) -> Decoded:
    """Decode a response of BatchGetItem that asked one table."""
    _check_text(body)
    try:
        envelope = _batch(body)
    except msgspec.DecodeError as error:
        raise _broken(error) from error
    items = envelope.Responses.get(table_name, [])
    left = envelope.UnprocessedKeys.get(table_name)
    unprocessed = [] if left is None else [_as_botocore(key) for key in left.Keys]
    return Decoded(_copied(items), len(items), len(items), list(envelope.ConsumedCapacity), unprocessed=unprocessed)


def item_views(body: bytes, items: list[msgspec.Raw]) -> pa.RecordBatch:
    """Make one row an item over the body's own bytes; a copy where the items do not stand as in compact JSON."""
    count = len(items)
    start = body.find(b'"Items":[') + 9
    if count < COPY_BELOW_ITEMS or start < 9 or not body.startswith(bytes(items[0]), start):
        return _copied(items)
    content = np.frombuffer(body, np.uint8)
    lengths = np.fromiter(map(len, items), np.int64, count)
    offsets = np.cumsum(lengths + 1) - lengths - 1 + start
    if not _stand_side_by_side(content, offsets, lengths):
        return _copied(items)
    views = np.zeros(count, _VIEW)
    views["length"], views["offset"] = lengths, offsets
    views["prefix"] = np.ascontiguousarray(content[offsets[:, None] + np.arange(4)]).view("<u4").ravel()
    column = pa.Array.from_buffers(pa.string_view(), count, [None, pa.py_buffer(views), pa.py_buffer(body)])
    return pa.record_batch([column], schema=ITEM_SCHEMA)


def _stand_side_by_side(content: Any, offsets: Any, lengths: Any) -> bool:
    """Say whether the items are objects parted by single commas, the last one before a bracket."""
    ends = offsets + lengths
    return bool(
        lengths.min() > _INLINE_BYTES
        and ends[-1] < len(content)
        and (content[offsets] == ord("{")).all()
        and (content[ends - 1] == ord("}")).all()
        and (content[ends[:-1]] == ord(",")).all()
        and content[ends[-1]] == ord("]")
    )


def _no_object() -> DataCorrupted:
    return DataCorrupted("a response of DynamoDB holds an item that is no object")


def _copied(items: Sequence[msgspec.Raw | bytes]) -> pa.RecordBatch:
    if not items:
        return NO_ITEMS
    texts = [bytes(item) for item in items]
    if not all(text.startswith(b"{") for text in texts):
        raise _no_object()
    return pa.record_batch([pa.array(texts, pa.string_view())], schema=ITEM_SCHEMA)


def _continuation(raw: msgspec.Raw) -> Key | None:
    text = bytes(raw)
    if text in (b"", b"null", b"{}"):
        return None
    return decode_key(text)


def decode_key(text: bytes) -> Key:
    """Decode a key of typed JSON into what botocore takes back."""
    try:
        return _as_botocore(_key(text))
    except msgspec.DecodeError as error:
        raise _broken(error) from error


def _as_botocore(key: dict[str, dict[str, str]]) -> Key:
    try:
        return {
            name: {tag: base64.b64decode(content, validate=True) if tag == "B" else content}
            for name, value in key.items()
            for tag, content in value.items()
        }
    except binascii.Error as error:
        raise _broken(error) from error


def _check_text(body: bytes) -> None:
    """Refuse bytes that are not UTF-8, because nothing after this looks at the bytes again."""
    if body.isascii():
        return
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise _broken(error) from error


def _broken(error: Exception) -> DataCorrupted:
    return DataCorrupted("a response of DynamoDB is broken, though its checksum is right", detail=str(error))
