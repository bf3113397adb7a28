"""Carry out one access path: which requests, how many at once, in which order, and when to stop."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, assert_never

from pgddb.access.path import (
    AccessPath,
    BatchGet,
    FetchBack,
    ItemGet,
    ItemKey,
    KeyCondition,
    NoRead,
    PartitionQuery,
    SegmentScan,
)
from pgddb.access.statistics import FinishedQuery, ReadSize
from pgddb.dynamo.decode import NO_ITEMS, decode_batch, decode_item
from pgddb.dynamo.gather import Gather, PageStream
from pgddb.dynamo.index_keys import IndexKeys
from pgddb.dynamo.merge import Merge
from pgddb.dynamo.page import Page
from pgddb.dynamo.paging import Quota, follow, page_of
from pgddb.dynamo.partition_skips import PartitionSkips
from pgddb.dynamo.requests import (
    MAX_BATCH_KEYS,
    batch_request,
    botocore_key,
    cut,
    get_request,
    query_request,
    scan_request,
)
from pgddb.dynamo.sender import Patience, Sender
from pgddb.dynamo.settings import StoreSettings
from pgddb.dynamo.throttle import Resource
from pgddb.dynamo.width import Width

PIECE_BYTES = 8 * 1024 * 1024
"""A segment is no smaller, so that the pages at the ends of segments, which are not full, are few."""

MOST_PIECES = 16
"""Segments for each that is read at once."""

MOST_GROWTH = 4
"""So many times as many as at first may be read at once."""


async def fetch_pages(sender: Sender, settings: StoreSettings, path: AccessPath) -> AsyncGenerator[Page, None]:
    """Give the pages of an access path, cut to its limit."""
    quota = Quota(path.limit)
    if quota.used_up:
        return
    reader = Reader(sender, settings, path, quota)
    async with aclosing(reader.pages()) as pages:
        async for page in pages:
            kept = page if isinstance(path.read, FetchBack) else quota.take(page)
            yield Page(NO_ITEMS, kept.count, kept.scanned_count, kept.read_units) if path.count_only else kept
            if quota.used_up:
                return


class Reader:
    """The requests of one access path."""

    def __init__(self, sender: Sender, settings: StoreSettings, path: AccessPath, quota: Quota) -> None:
        self._sender = sender
        self._settings = settings
        self._path = path
        self._quota = quota

    def pages(self) -> PageStream:
        match self._path.read:
            case NoRead():
                return _nothing()
            case ItemGet(key=key):
                return self._item(key)
            case BatchGet(keys=keys):
                return self.batches(cut(botocore_key(key) for key in keys))
            case PartitionQuery() as query:
                return self._query(query)
            case SegmentScan() as scan:
                return self._scan(scan)
            case FetchBack(keys_from=keys_from):
                return self._fetch_back(keys_from)
            case _:
                assert_never(self._path.read)

    async def _item(self, key: ItemKey) -> PageStream:
        request = get_request(self._path, key)
        decoded, units = await self._sender.send("GetItem", request, self._resource(), decode_item)
        yield page_of(decoded, units)

    def _query(self, query: PartitionQuery) -> PageStream:
        if len(query.conditions) == 1:
            return self._in_turn(self._partitions(query, self._path))
        if query.merge_by is None:
            return self._gathered(self._partitions(query, self._path), self._settings.query_concurrency)
        merged = list(self._partitions(query, self._path_with_sort_key(query.merge_by)))
        return Merge(
            merged, merge_by=query.merge_by, descending=query.descending, width=self._settings.query_concurrency
        ).pages()

    def _partitions(self, query: PartitionQuery, path: AccessPath) -> Iterator[PageStream]:
        """Give the pages of each condition, and note its size at its end."""
        name = None if query.index is None else query.index.name
        resource, statistics = self._resource(name), self._sender.statistics

        def noting(condition: KeyCondition) -> Callable[[ReadSize], None]:
            return lambda size: statistics.add_finished(FinishedQuery(name, condition, size))

        return (
            follow(
                self._sender,
                "Query",
                query_request(path, query, condition),
                resource,
                self._quota,
                ended=noting(condition),
            )
            for condition in query.conditions
        )

    def _scan(self, scan: SegmentScan) -> PageStream:
        resource = self._resource(None if scan.index is None else scan.index.name)
        at_once, scan = scan.segments, self._in_pieces(scan)
        requests = (scan_request(self._path, scan, segment) for segment in range(scan.segments))
        if scan.most_partitions is not None:
            skips = PartitionSkips(self._path, scan, scan.most_partitions)
            streams = (skips.pages(self._sender, request, resource) for request in requests)
        else:
            streams = (follow(self._sender, "Scan", request, resource, self._quota) for request in requests)
        if scan.segments == 1:
            return self._in_turn(streams)
        if self._quota.left is not None:
            return self._gathered(streams, scan.segments)
        statistics = self._sender.statistics
        most = min(scan.segments, MOST_GROWTH * at_once)
        width = Width(at_once, most=most, throttles=lambda: statistics.throttles, now=time.monotonic)
        return Gather(streams, width=width, pages_ahead=self._settings.pages_ahead).pages()

    def _in_pieces(self, scan: SegmentScan) -> SegmentScan:
        """Cut a scan of a large table into more segments than are read at once, unless its table says how many.

        Then a segment with more than its share keeps the others waiting for less, and more of them may be read at once
        where that is faster.
        """
        table = self._path.table
        size = table.size_bytes if scan.index is None else scan.index.size_bytes
        fixed = scan.segments == 1 or scan.most_partitions is not None or table.segments is not None
        if fixed or self._quota.left is not None or size is None:
            return scan
        pieces = max(1, min(size // (PIECE_BYTES * scan.segments), MOST_PIECES))
        return replace(scan, segments=scan.segments * pieces)

    def _in_turn(self, streams: Iterator[PageStream]) -> PageStream:
        """Read a single stream: ahead of its reader, unless a limit says that it may end at any page."""
        (stream,) = streams
        if self._quota.left is not None:
            return stream
        return Gather([stream], width=1, pages_ahead=1).pages()

    def _gathered(self, streams: Iterator[PageStream], width: int) -> PageStream:
        limited = self._quota.left is not None
        return Gather(streams, width=width, pages_ahead=self._settings.pages_ahead, ramp=limited).pages()

    def batches(self, batches: list[list[dict[str, Any]]]) -> PageStream:
        return self._gathered((self._batch(keys) for keys in batches), self._settings.batch_concurrency)

    async def _batch(self, keys: list[dict[str, Any]]) -> PageStream:
        """Read one batch; what DynamoDB leaves out is asked for again, at once if anything came at all."""
        patience = Patience()
        table_name = self._path.table.table_name
        while keys:
            request = batch_request(self._path, keys)
            decoded, units = await self._sender.send(
                "BatchGetItem", request, self._resource(), lambda body: decode_batch(body, table_name)
            )
            yield page_of(decoded, units)
            progress = len(decoded.unprocessed) < len(keys)
            keys = decoded.unprocessed
            if progress:
                patience.renewed()
            elif keys:
                await self._sender.wait_out(patience, self._resource(), None)

    async def _fetch_back(self, keys_from: PartitionQuery | SegmentScan) -> PageStream:
        """Read keys from the index, then their items; a limit counts the items that are as the index says.

        Without a limit items are asked for in whole batches, with one no more than are still wanted.
        """
        keys = IndexKeys(self._path, keys_from)
        keys_reader = Reader(self._sender, self._settings, keys.keys_path, self._quota)
        items_reader = Reader(self._sender, self._settings, keys.items_path, self._quota)
        pending: list[dict[str, Any]] = []
        async with aclosing(keys_reader.pages()) as key_pages:
            async for key_page in key_pages:
                yield Page(NO_ITEMS, 0, key_page.scanned_count, key_page.read_units)
                pending += keys.keys_of(key_page)
                while ready := pending[: self._quota.left or len(pending) // MAX_BATCH_KEYS * MAX_BATCH_KEYS]:
                    del pending[: len(ready)]
                    async with aclosing(items_reader.batches(cut(ready))) as pages:
                        async for page in pages:
                            yield page
                            self._quota.use(keys.count_unchanged(page))
                    if self._quota.used_up:
                        return
        async with aclosing(items_reader.batches(cut(pending))) as pages:
            async for page in pages:
                yield page

    def _path_with_sort_key(self, merge_by: str) -> AccessPath:
        """Merging reads the sort key, so the projection must hold it."""
        if self._path.projection is None:
            return self._path
        return replace(self._path, projection=(*self._path.projection, (merge_by,)), count_only=False)

    def _resource(self, index_name: str | None = None) -> Resource:
        table = self._path.table
        return Resource(table.source, table.table_name, index_name)


async def _nothing() -> PageStream:
    return
    yield
