"""Scan one item of each partition: after each, go on behind the last sort key that its partition may have.

ExclusiveStartKey is a place in the order of keys; no item needs to be there. Partitions are in the order of their
hashes, and the items of one partition lie together, so no other partition is between the last key and the place.

Source: https://aws.amazon.com/blogs/database/generate-a-distinct-set-of-partition-keys-for-an-amazon-dynamodb-table-efficiently/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pgddb.access.path import AccessPath, KeyCondition, PartitionQuery, SegmentScan
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import AttributeType
from pgddb.dynamo.decode import Key, decode_page
from pgddb.dynamo.gather import PageStream
from pgddb.dynamo.paging import LoopDetector, page_of
from pgddb.dynamo.requests import query_request
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

    def __init__(self, path: AccessPath, scan: SegmentScan, most: int) -> None:
        self._path = path
        self._scan = scan
        self._keys = path.table.keys if scan.index is None else scan.index.keys
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
                for wanted in self._ends(place) if decoded.count else ():
                    end, units = await sender.send("Query", wanted, resource, decode_page)
                    yield page_of(end, units)
                place = self._behind(place)
            left, last = left - 1, partition
            request = request | {"ExclusiveStartKey": place}

    def _ends(self, place: Key) -> Iterator[dict[str, Any]]:
        """Ask for the first and the last item of the partition of a key, where they are wanted."""
        condition = KeyCondition(
            tuple(
                (attribute.name, AttributeValue(attribute.type, place[attribute.name][attribute.type.value]))
                for attribute in self._keys.partition
            )
        )
        for descending in self._scan.ends:
            query = PartitionQuery((condition,), self._scan.index, descending)
            yield query_request(replace(self._path, filter=None), query, condition) | {"Limit": 1}

    def _behind(self, place: Key) -> Key:
        """Give the place behind all items of the partition of a key."""
        last = {key.name: {key.type.value: LAST_SORT_KEYS[key.type]} for key in self._keys.sort}
        return place | last
