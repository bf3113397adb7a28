"""Serve the reads of one bench table from page bodies that are made once and repeated."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from bench.items import (
    PARTITION_ITEMS,
    Item,
    item_at,
    item_size,
    key_of,
    narrow_item_at,
    position_of,
    projected,
    sparse_item_at,
)
from tests.fakes.expression_text import Condition

PAGE_BYTES = 1024 * 1024
"""DynamoDB ends a page when the sizes of its items reach this."""

DISTINCT_PAGES = 64
"""A larger table repeats its first page bodies, so that 5 GB need the memory of 64 pages."""

MEAN_SAMPLE = 2000

Paths = tuple[tuple[str, ...], ...] | None
Filter = Callable[[Item], bool] | None
CONDITION = re.compile(r"(#?\w+)\s*(=|<=|>=|<|>)\s*(:\w+)|(#?\w+)\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)", re.IGNORECASE)


class RefusedRequest(Exception):
    """The request is wrong, or asks for what this endpoint does not do."""

    def __init__(self, message: str, kind: str = "ValidationException") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Reply:
    """A body in parts, with the CRC-32 of the whole."""

    parts: tuple[bytes, ...]
    crc: int


def whole_reply(body: dict[str, Any]) -> Reply:
    encoded = orjson.dumps(body)
    return Reply((encoded,), zlib.crc32(encoded))


@dataclass(frozen=True, slots=True)
class ItemKind:
    """How the items of a table are made, and what they weigh on average."""

    make: Callable[[int], Item]
    mean_size: float
    mean_json: float
    distinct_pages: int

    @property
    def page_items(self) -> int:
        return int(PAGE_BYTES / self.mean_size)


def kind_of(make: Callable[[int], Item], distinct_pages: int = DISTINCT_PAGES) -> ItemKind:
    """Weigh the first items of a kind."""
    sample = [make(position) for position in range(MEAN_SAMPLE)]
    return ItemKind(
        make,
        sum(map(item_size, sample)) / MEAN_SAMPLE,
        sum(len(orjson.dumps(item)) + 1 for item in sample) / MEAN_SAMPLE,
        distinct_pages,
    )


WIDE = kind_of(item_at)
SPARSE = kind_of(sparse_item_at)
NARROW = kind_of(narrow_item_at, 1 << 30)
PAGE_ITEMS = WIDE.page_items
MEAN_ITEM_JSON = WIDE.mean_json


@dataclass(frozen=True, slots=True)
class PageSlot:
    """What decides a page's content."""

    first: int
    count: int
    paths: Paths
    condition: str
    values: bytes


@dataclass(frozen=True, slots=True)
class PageItems:
    """`{"Items":[...]` with its CRC-32, and how many items a filter left."""

    body: bytes
    crc: int
    count: int


@dataclass(slots=True)
class BenchTable:
    """A table of `item_count` items; positions from 0 stand for items, in pages of about 1 MB."""

    name: str
    item_count: int
    kind: ItemKind = WIDE
    write_count: int = 0
    _pages: dict[PageSlot, PageItems] = field(default_factory=dict)

    def describe(self) -> Reply:
        """Answer DescribeTable."""
        definition = {
            "TableName": self.name,
            "TableStatus": "ACTIVE",
            "TableArn": f"arn:aws:dynamodb:us-east-1:000000000000:table/{self.name}",
            "TableId": "00000000-0000-0000-0000-000000000000",
            "CreationDateTime": 1_718_000_000.0,
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
            ],
            "ItemCount": self.item_count,
            "TableSizeBytes": int(self.item_count * self.kind.mean_size),
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0},
            "DeletionProtectionEnabled": False,
        }
        return whole_reply({"Table": definition})

    def describe_time_to_live(self) -> Reply:
        """Answer DescribeTimeToLive: no item expires."""
        return whole_reply({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})

    def scan(self, request: dict[str, Any]) -> Reply:
        """Answer one page of a Scan; a segment is a run of whole pages."""
        refuse_unknown(request)
        page_items = self.kind.page_items
        pages = math.ceil(self.item_count / page_items)
        segment, segments = request.get("Segment", 0), request.get("TotalSegments", 1)
        start = min(pages * segment // segments * page_items, self.item_count)
        end = min(pages * (segment + 1) // segments * page_items, self.item_count)
        if "ExclusiveStartKey" in request:
            start = max(start, position_of(request["ExclusiveStartKey"]) + 1)
        return self._page(request, start, end)

    def query(self, request: dict[str, Any]) -> Reply:
        """Answer a Query of one partition; its items always fit one page."""
        refuse_unknown(request)
        refuse_filter(request)
        partition, bounds = self._key_condition(request)
        first = partition * PARTITION_ITEMS
        positions = [
            position
            for position in range(first, min(first + PARTITION_ITEMS, self.item_count))
            if bounds[0] <= position - first <= bounds[1]
        ]
        if not request.get("ScanIndexForward", True):
            positions.reverse()
        if "ExclusiveStartKey" in request:
            positions = positions[positions.index(position_of(request["ExclusiveStartKey"])) + 1 :]
        limit = request.get("Limit")
        read = positions[:limit]
        items = [self.kind.make(position) for position in read]
        body: dict[str, Any] = {"Count": len(items), "ScannedCount": len(items)}
        if request.get("Select") != "COUNT":
            paths = projection_paths(request)
            body["Items"] = [projected(item, paths) if paths else item for item in items]
        if limit is not None and len(read) == limit and read:
            body["LastEvaluatedKey"] = key_of(read[-1])
        body |= self.consumed(request, sum(map(item_size, items)))
        return whole_reply(body)

    def get_item(self, request: dict[str, Any]) -> Reply:
        """Answer GetItem."""
        refuse_unknown(request)
        position = position_of(request["Key"])
        body: dict[str, Any] = {}
        size = 0
        if 0 <= position < self.item_count and key_of(position) == request["Key"]:
            item = self.kind.make(position)
            size = item_size(item)
            paths = projection_paths(request)
            body["Item"] = projected(item, paths) if paths else item
        return whole_reply(body | self.consumed(request, size))

    def batch_items(self, request: dict[str, Any]) -> tuple[list[Item], float]:
        """Return the items that a BatchGetItem asks of this table, and the read units."""
        refuse_unknown(request)
        paths = projection_paths(request)
        positions = [position_of(key) for key in request["Keys"]]
        found = [self.kind.make(position) for position in positions if 0 <= position < self.item_count]
        consistent = request.get("ConsistentRead", False)
        units = sum(read_units(item_size(item), consistent=consistent) for item in found)
        units += (len(positions) - len(found)) * read_units(0, consistent=consistent)
        return [projected(item, paths) if paths else item for item in found], units

    def consumed(self, request: dict[str, Any], size: float) -> dict[str, Any]:
        """Return the ConsumedCapacity that a request asked for."""
        asked = request.get("ReturnConsumedCapacity", "NONE")
        if asked == "NONE":
            return {}
        units = read_units(size, consistent=request.get("ConsistentRead", False))
        capacity: dict[str, Any] = {"TableName": self.name, "CapacityUnits": units}
        if asked == "INDEXES":
            capacity["Table"] = {"CapacityUnits": units}
        return {"ConsumedCapacity": capacity}

    def _page(self, request: dict[str, Any], start: int, end: int) -> Reply:
        most = self.kind.page_items
        stop = min(start + most, start + request.get("Limit", most), end)
        read = max(0, stop - start)
        counting = request.get("Select") == "COUNT"
        page = None
        if not counting or "FilterExpression" in request:
            page = self._page_items(request, start, read)
        rest: dict[str, Any] = {"Count": read if page is None else page.count, "ScannedCount": read}
        if stop < end or (read and read == request.get("Limit")):
            rest["LastEvaluatedKey"] = key_of(stop - 1)
        rest |= self.consumed(request, read * self.kind.mean_size)
        if page is None or counting:
            return whole_reply(rest)
        tail = b"," + orjson.dumps(rest)[1:]
        return Reply((page.body, tail), zlib.crc32(tail, page.crc))

    def _page_items(self, request: dict[str, Any], start: int, count: int) -> PageItems:
        """Return a run of items, filtered and projected; made on first use."""
        page, offset = divmod(start, self.kind.page_items)
        first = page % self.kind.distinct_pages * self.kind.page_items + offset
        condition = request.get("FilterExpression", "")
        asked = [request.get("ExpressionAttributeNames"), request.get("ExpressionAttributeValues")]
        paths = projection_paths(request)
        slot = PageSlot(first, count, paths, condition, orjson.dumps(asked) if condition else b"")
        if slot not in self._pages:
            holds = filter_of(slot.condition, slot.values)
            items = [self.kind.make(position) for position in range(first, first + count)]
            kept = [item for item in items if holds(item)] if holds else items
            body = b'{"Items":' + orjson.dumps([projected(item, paths) if paths else item for item in kept])
            self._pages[slot] = PageItems(body, zlib.crc32(body), len(kept))
        return self._pages[slot]

    def _key_condition(self, request: dict[str, Any]) -> tuple[int, tuple[float, float]]:
        """Return the partition's number and the bounds of the sort key, both inclusive."""
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        partition, bounds = -1, (0.0, math.inf)
        for name, operator, value, between, low, high in CONDITION.findall(request["KeyConditionExpression"]):
            attribute = names.get(name or between, name or between)
            if between:
                bounds = (float(values[low]["N"]), float(values[high]["N"]))
            elif attribute == "pk":
                partition = position_of({"pk": values[value], "sk": {"N": "0"}}) // PARTITION_ITEMS
            else:
                bounds = sort_key_bounds(operator, float(values[value]["N"]))
        if partition < 0:
            raise RefusedRequest("the key condition has no equality on pk")
        return partition, bounds


def sort_key_bounds(operator: str, value: float) -> tuple[float, float]:
    """Turn a comparison with a number into inclusive bounds; sort keys are whole numbers from 0."""
    match operator:
        case "=":
            return value, value
        case "<":
            return 0, math.ceil(value) - 1
        case "<=":
            return 0, value
        case ">":
            return math.floor(value) + 1, math.inf
        case _:
            return value, math.inf


def read_units(size: float, *, consistent: bool) -> float:
    """Return what a read of this size costs: 4 KB units, a half each unless consistent, at least one."""
    return max(1, math.ceil(size / 4096)) * (1.0 if consistent else 0.5)


def projection_paths(request: dict[str, Any]) -> Paths:
    """Return the document paths of a ProjectionExpression, or None for the whole item."""
    text = request.get("ProjectionExpression")
    if not text:
        return None
    names = request.get("ExpressionAttributeNames", {})
    return tuple(tuple(names.get(step.strip(), step.strip()) for step in path.split(".")) for path in text.split(","))


@lru_cache(100)
def filter_of(condition: str, values: bytes) -> Filter:
    """Read a FilterExpression; `values` are its names and values as JSON."""
    if not condition:
        return None
    names, contents = orjson.loads(values)
    request = {"ExpressionAttributeNames": names or {}, "ExpressionAttributeValues": contents or {}}
    try:
        return Condition(condition, request).holds
    except (AssertionError, IndexError, KeyError) as fault:
        raise RefusedRequest(f"the bench endpoint does not understand {condition}") from fault


def refuse_unknown(request: dict[str, Any]) -> None:
    """Refuse what would change the answer and is not done here."""
    for name in ("IndexName", "ScanFilter", "QueryFilter", "KeyConditions", "AttributesToGet"):
        if name in request:
            raise RefusedRequest(f"the bench endpoint does not know {name}")
    if "[" in request.get("ProjectionExpression", ""):
        raise RefusedRequest("the bench endpoint projects no list elements")


def refuse_filter(request: dict[str, Any]) -> None:
    """Only a Scan filters here."""
    if "FilterExpression" in request:
        raise RefusedRequest("the bench endpoint filters no Query")
