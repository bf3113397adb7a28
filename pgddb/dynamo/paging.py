"""Follow one query or one segment from page to page until DynamoDB says that there is no more."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from pgddb.access.statistics import ReadSize
from pgddb.dynamo.decode import Decoded, Key, decode_page
from pgddb.dynamo.page import Page
from pgddb.dynamo.sender import Sender
from pgddb.dynamo.throttle import Resource
from pgddb.errors import DataCorrupted

FILTERED_LIMIT_GROWTH = 4
LARGEST_LIMIT = 5_000
"""With a filter `Limit` counts what is evaluated, so each page evaluates four times as many, then whole pages."""


class Quota:
    """How many items a read may still return; shared by all its pages."""

    def __init__(self, limit: int | None) -> None:
        self.left = limit

    @property
    def used_up(self) -> bool:
        return self.left is not None and self.left <= 0

    def use(self, items: int) -> None:
        """Count items that are returned."""
        if self.left is not None:
            self.left -= items

    def take(self, page: Page) -> Page:
        """Count a page, cut to what is left."""
        if self.left is None:
            return page
        kept = min(page.count, self.left)
        self.use(kept)
        if kept == page.count:
            return page
        return Page(page.items.slice(0, kept), kept, page.scanned_count, page.read_units)


class LoopDetector:
    """Notice that continuation keys repeat, whatever the length of the cycle, by Brent's algorithm."""

    def __init__(self) -> None:
        self._mark: Key | None = None
        self._steps = 0
        self._next_mark = 1

    def see(self, key: Key) -> None:
        """Note a continuation key.

        Raises:
            DataCorrupted: it came before, so the read would never end.
        """
        if key == self._mark:
            raise DataCorrupted("DynamoDB gives the same continuation key again, so the read would never end")
        self._steps += 1
        if self._steps == self._next_mark:
            self._mark = key
            self._steps, self._next_mark = 0, self._next_mark * 2


async def follow(
    sender: Sender,
    operation: str,
    request: dict[str, Any],
    resource: Resource,
    quota: Quota,
    *,
    ended: Callable[[ReadSize], None] | None = None,
) -> AsyncGenerator[Page, None]:
    """Give the pages of one Query or one Scan segment in order; empty ones too, for they cost something.

    `ended` is told the size of the whole, as if eventually consistent, unless the quota or the reader stops it before.
    """
    items, total, pages = 0, 0.0, 0
    loops = LoopDetector()
    count_only = request.get("Select") == "COUNT"
    evaluated_limit = quota.left if "FilterExpression" in request else None
    while not quota.used_up:
        if evaluated_limit is not None:
            request = _limited(request, evaluated_limit)
            evaluated_limit = evaluated_limit * FILTERED_LIMIT_GROWTH
        elif quota.left is not None:
            request = _limited(request, quota.left)
        decoded, units = await sender.send(
            operation, request, resource, lambda body: decode_page(body, count_only=count_only)
        )
        items, total, pages = items + decoded.scanned_count, total + units, pages + 1
        if decoded.continuation is None and ended is not None:
            ended(ReadSize(items, total / 2 if request.get("ConsistentRead") else total, pages))
        yield page_of(decoded, units)
        if decoded.continuation is None:
            return
        loops.see(decoded.continuation)
        request = request | {"ExclusiveStartKey": decoded.continuation}


def page_of(decoded: Decoded, units: float) -> Page:
    return Page(decoded.items, decoded.count, decoded.scanned_count, units)


def _limited(request: dict[str, Any], limit: int) -> dict[str, Any]:
    if limit > LARGEST_LIMIT:
        return {name: value for name, value in request.items() if name != "Limit"}
    return request | {"Limit": limit}
