"""Merge the pages of several ordered queries into one order, reading nothing of an item but its sort key."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from pgddb.dynamo.page import ITEM_SCHEMA, Page
from pgddb.errors import DataCorrupted

PageStream = AsyncGenerator[Page, None]
SortKey = Any
"""bytes for S and B, Decimal for N: ordered as DynamoDB orders them."""

_READERS: dict[str, Callable[[str], SortKey]] = {
    "S": str.encode,
    "N": Decimal,
    "B": base64.b64decode,
}


@dataclass(slots=True)
class _Head:
    """What is read of one stream and not yet given: items in order, with their sort keys."""

    stream: PageStream
    items: list[bytes] = field(default_factory=list)
    keys: list[SortKey] = field(default_factory=list)
    ended: bool = False


class Merge:
    """Give items of ordered streams in one order; holds one page of each stream."""

    def __init__(self, streams: Sequence[PageStream], *, merge_by: str, descending: bool, width: int) -> None:
        self._heads = [_Head(stream) for stream in streams]
        self._descending = descending
        self._turns = asyncio.Semaphore(width)
        self._bill = 0.0
        self._scanned = 0
        key = msgspec.defstruct("SortKeyOnly", [("key", dict[str, str])], rename={"key": merge_by})
        self._decode = msgspec.json.Decoder(key).decode

    async def pages(self) -> PageStream:
        """Give the merged pages: after each round of reading, all items that no later page can precede."""
        try:
            while True:
                await self._refill()
                page = self._next_page()
                if page is not None:
                    yield page
                if all(head.ended and not head.items for head in self._heads):
                    return
        finally:
            for head in self._heads:
                await head.stream.aclose()

    async def _refill(self) -> None:
        """Read on every stream that has nothing left, at once."""
        empty = [head for head in self._heads if not head.items and not head.ended]
        tasks = [asyncio.create_task(self._read(head)) for head in empty]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, head: _Head) -> None:
        async with self._turns:
            while not head.items:
                page = await anext(head.stream, None)
                if page is None:
                    head.ended = True
                    return
                self._bill += page.read_units
                self._scanned += page.scanned_count
                head.items = [text.encode() for text in page.items.column(0).to_pylist()]
                head.keys = [self._sort_key(item) for item in head.items]

    def _sort_key(self, item: bytes) -> SortKey:
        try:
            value: dict[str, str] = msgspec.structs.astuple(self._decode(item))[0]
            ((tag, content),) = value.items()
            return _READERS[tag](content)
        except (msgspec.DecodeError, ValueError, LookupError) as error:
            raise DataCorrupted("an item of an index has no sort key", detail=str(error)) from error

    def _next_page(self) -> Page | None:
        ready: list[tuple[SortKey, bytes]] = []
        bound = self._bound()
        for head in self._heads:
            count = len(head.keys) if bound is None else self._not_after(head.keys, bound)
            ready += zip(head.keys[:count], head.items[:count], strict=True)
            del head.keys[:count], head.items[:count]
        ready.sort(key=lambda pair: pair[0], reverse=self._descending)
        bill, scanned = self._bill, self._scanned
        if not ready and not bill and not scanned:
            return None
        self._bill, self._scanned = 0.0, 0
        items = pa.record_batch([pa.array([item for _, item in ready], pa.string_view())], schema=ITEM_SCHEMA)
        return Page(items, len(ready), scanned, bill)

    def _bound(self) -> SortKey | None:
        """Give the sort key up to which everything has been read, or None when everything has."""
        last = [head.keys[-1] for head in self._heads if not head.ended]
        if not last:
            return None
        return max(last) if self._descending else min(last)

    def _not_after(self, keys: list[SortKey], bound: SortKey) -> int:
        """Count the keys that are not after the bound; they are in order."""
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high) // 2
            after = keys[middle] < bound if self._descending else keys[middle] > bound
            low, high = (low, middle) if after else (middle + 1, high)
        return low
