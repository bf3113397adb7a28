"""Read the keys of items from an index that does not hold the items, and tell whether an item has changed since.

An index may lag behind its table: an item that it names may be gone, or may have other attributes by now. What the
index says of an item is compared with the item, so that only items which still meet the conditions count to a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from pgddb.access.path import AccessPath, PartitionQuery, SegmentScan
from pgddb.access.table import AttributePath, IndexKind
from pgddb.dynamo.decode import Key, decode_key
from pgddb.dynamo.page import Page
from pgddb.dynamo.requests import attributes_of
from pgddb.errors import DataCorrupted

_Attributes = tuple[bytes, ...]


class IndexKeys:
    """The two reads of a fetch-back: keys from an index, then items from the table.

    Attributes:
        keys_path: consistent only where the index can be.
        items_path: its filter is checked where the index is read.
    """

    def __init__(self, path: AccessPath, keys_from: PartitionQuery | SegmentScan) -> None:
        index = keys_from.index
        self._names = path.table.keys.names
        compared = {} if path.limit is None or index is None else dict.fromkeys(index.keys.names)
        if path.limit is not None and path.filter is not None:
            compared |= dict.fromkeys(sorted(attributes_of(path.filter)))
        self._compared = tuple(name for name in compared if name not in self._names)
        names = (*self._names, *self._compared)
        asked: tuple[AttributePath, ...] = tuple((name,) for name in names)
        self.keys_path = replace(
            path,
            read=keys_from,
            projection=asked,
            consistent=path.consistent and index is not None and index.kind is IndexKind.LOCAL,
            count_only=False,
        )
        whole = path.projection is None or path.limit is None
        self.items_path = replace(
            path, filter=None, projection=path.projection if whole else (*(path.projection or ()), *asked)
        )
        self._seen: dict[_Attributes, _Attributes] = {}
        fields: list[Any] = [(f"attribute_{place}", msgspec.Raw, msgspec.Raw(b"")) for place in range(len(names))]
        renamed = {f"attribute_{place}": name for place, name in enumerate(names)}
        self._decode = msgspec.json.Decoder(msgspec.defstruct("IndexEntry", fields, rename=renamed)).decode

    def keys_of(self, page: Page) -> list[Key]:
        """Give the primary keys of a page of the index."""
        texts = [text.encode() for text in page.items.column(0).to_pylist()]
        if not self._compared:
            return [decode_key(text) for text in texts]
        keys = []
        for text in texts:
            key, rest = self._split(text)
            self._seen[key] = rest
            keys.append(decode_key(_object(self._names, key)))
        return keys

    def count_unchanged(self, page: Page) -> int:
        """Count the items of a page that are as the index said."""
        if not self._compared:
            return page.count
        split = (self._split(text.encode()) for text in page.items.column(0).to_pylist())
        return sum(self._seen.pop(key, None) == rest for key, rest in split)

    def _split(self, text: bytes) -> tuple[_Attributes, _Attributes]:
        try:
            values = tuple(bytes(value) for value in msgspec.structs.astuple(self._decode(text)))
        except msgspec.DecodeError as error:
            raise DataCorrupted("an item is not what DynamoDB sends", detail=str(error)) from error
        return values[: len(self._names)], values[len(self._names) :]


def _object(names: Sequence[str], values: Sequence[bytes]) -> bytes:
    members = (msgspec.json.encode(name) + b":" + value for name, value in zip(names, values, strict=True))
    return b"{" + b",".join(members) + b"}"
