"""Scan one item of each partition: after each, go on behind the last sort key that its partition may have.

ExclusiveStartKey is a place in the order of keys; no item needs to be there. Partitions are in the order of their
hashes, and the items of one partition lie together, so no other partition is between the last key and the place.

Source: https://aws.amazon.com/blogs/database/generate-a-distinct-set-of-partition-keys-for-an-amazon-dynamodb-table-efficiently/
"""

from __future__ import annotations

from typing import Any

from pgddb.access.table import AttributeType, Index, TableSchema
from pgddb.dynamo.decode import Key, decode_page
from pgddb.dynamo.gather import PageStream
from pgddb.dynamo.paging import LoopDetector, page_of
from pgddb.dynamo.sender import Sender
from pgddb.dynamo.throttle import Resource

MAX_SORT_KEY_BYTES = 1024
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""

LAST_SORT_KEYS: dict[AttributeType, Any] = {
    AttributeType.S: "\U0010ffff" * (MAX_SORT_KEY_BYTES // 4),
    AttributeType.N: "9." + "9" * 37 + "E+125",
    AttributeType.B: b"\xff" * MAX_SORT_KEY_BYTES,
}
"""No sort key is greater, in DynamoDB's order."""


class PartitionSkips:
    """Goes from partition to partition of a table or index; after `most` partitions of a segment from item to item."""

    def __init__(self, table: TableSchema, index: Index | None, most: int) -> None:
        self._keys = table.keys if index is None else index.keys
        self._most = most

    async def pages(self, sender: Sender, request: dict[str, Any], resource: Resource) -> PageStream:
        """Give the pages of one segment."""
        loops = LoopDetector()
        left, last = self._most, None
        while True:
            limited = request | {"Limit": 1} if left > 0 else request
            decoded, units = await sender.send("Scan", limited, resource, decode_page)
            yield page_of(decoded, units)
            place = decoded.continuation
            if place is None:
                return
            loops.see(place)
            partition = [place[attribute.name] for attribute in self._keys.partition]
            if partition == last:
                left = 0  # there is more behind the last sort key: the place is not kept, so nothing is skipped
            if left > 0:
                place = self._behind(place)
            left, last = left - 1, partition
            request = request | {"ExclusiveStartKey": place}

    def _behind(self, place: Key) -> Key:
        """Give the place behind all items of the partition of a key."""
        return place | {
            attribute.name: {attribute.type.value: LAST_SORT_KEYS[attribute.type]} for attribute in self._keys.sort
        }
