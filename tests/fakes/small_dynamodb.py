"""A DynamoDB in memory for the real store: it reads requests as DynamoDB does, and every one of them is checked.

It evaluates expressions from their text, pages after few items, leaves out keys of batches, and bills by the rules.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pgddb.access.item_size import item_bytes as wire_bytes
from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.dynamo.direct_calls import AWS_RESPONSE_BODY
from tests.fakes.billing_store import on_the_wire
from tests.fakes.dynamodb_model import Item, at_path, comparable, type_of
from tests.fakes.expression_text import Condition, paths_of
from tests.fakes.read_rules import Description, broken_read_rules, indexes_of, keys_of, types_of
from tests.fakes.request_rules import broken_rules

UNIT_BYTES = 4096


@dataclass
class SmallTable:
    """A table: its description, and items whose binary values are bytes."""

    description: Description
    items: list[Item] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.description["TableName"])

    def key_of(self, item: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(comparable(item[name]) for name in keys_of(self.description))

    def held(self, index_name: str | None) -> list[tuple[Item, Item]]:
        """Give what the table or an index holds: each item as it is there, and whole."""
        if index_name is None:
            return [(item, item) for item in self.items]
        index, _ = indexes_of(self.description)[index_name]
        types = types_of(self.description)
        return [
            (self._projected(item, index), item)
            for item in self.items
            if all(name in item and type_of(item[name]) == types[name] for name in keys_of(index))
        ]

    def stored(self, key: Mapping[str, Any]) -> Item | None:
        """Give the item of a primary key."""
        wanted = self.key_of(key)
        return next((item for item in self.items if self.key_of(item) == wanted), None)

    def in_partition(self, request: Mapping[str, Any]) -> Sequence[tuple[Item, Item]]:
        """Give at least what a Query's partition holds."""
        return self.held(request.get("IndexName"))

    def segment(self, index_name: str | None, number: int, total: int) -> Sequence[tuple[Item, Item]]:
        """Give what a scan's segment holds, in its order."""
        held = [pair for pair in self.held(index_name) if (self.place_of(pair[1]) >> 32) % total == number]
        return sorted(held, key=lambda pair: self.place_of(pair[1]))

    def place_of(self, item: Item) -> int:
        """Place items of one partition side by side, as a hash does."""
        key = self.key_of(item)
        return (zlib.crc32(repr(key[0]).encode()) << 32) + zlib.crc32(repr(key).encode())

    def place_behind(self, held: Sequence[tuple[Item, Item]], key: Mapping[str, Any]) -> int:
        """Say where a page goes on that follows this key."""
        last = self.key_of(key)
        return 1 + next(at for at, (_, whole) in enumerate(held) if self.key_of(whole) == last)

    def bytes_of(self, item: Item) -> int:
        """Count the bytes that an item is billed for."""
        return item_bytes(item)

    def _projected(self, item: Item, index: Description) -> Item:
        projection = index["Projection"]
        if projection["ProjectionType"] == "ALL":
            return item
        kept = {*keys_of(index), *keys_of(self.description), *projection.get("NonKeyAttributes", ())}
        return {name: value for name, value in item.items() if name in kept}


@dataclass
class SmallDynamoDB:
    """The tables and what was asked of them.

    Attributes:
        page_items: items that one request evaluates at most, None for all.
        batch_keys: keys that one BatchGetItem answers at most; the others come back unprocessed.
        log: operation and request, in order.
        broken: the rules of DynamoDB that requests broke.
    """

    tables: dict[str, SmallTable] = field(default_factory=dict)
    page_items: int | None = None
    batch_keys: int = 100
    log: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, description: Description, items: Sequence[Item]) -> None:
        self.tables[description["TableName"]] = SmallTable(description, list(items))

    def store(self) -> Store:
        """Give a store that asks this instead of a server."""
        store = Store()
        store._clients = _Clients(self)  # type: ignore[assignment]  # the seam: what gives a client of a source
        return store

    def requests(self, operation: str) -> list[Mapping[str, Any]]:
        return [request for seen, request in self.log if seen == operation]

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        self.log.append((operation, request))
        match operation:
            case "ListTables":
                return {"TableNames": sorted(self.tables)}
            case "DescribeTable":
                return {"Table": {**self.tables[request["TableName"]].description, "TableStatus": "ACTIVE"}}
            case "DescribeTimeToLive":
                return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
            case _:
                return self._read(operation, request)

    def _read(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        name = request.get("TableName") or next(iter(request["RequestItems"]))
        table = self.tables[name]
        self._check(operation, request, table)
        carry_out: Callable[[SmallTable, Mapping[str, Any]], dict[str, Any]] = {
            "GetItem": self._get,
            "BatchGetItem": self._batch,
            "Query": self._query,
            "Scan": self._scan,
        }[operation]
        return carry_out(table, request)

    def _check(self, operation: str, request: Mapping[str, Any], table: SmallTable) -> None:
        keys: dict[str | None, set[str]] = {None: set(keys_of(table.description))}
        keys |= {name: set(keys_of(index)) for name, (index, _) in indexes_of(table.description).items()}
        self.broken += broken_rules(operation, request, keys)
        self.broken += broken_read_rules(operation, request, table.description)

    def _get(self, table: SmallTable, request: Mapping[str, Any]) -> dict[str, Any]:
        found = table.stored(request["Key"])
        reply: dict[str, Any] = {} if found is None else {"Item": _shown(found, request)}
        units = _units(0 if found is None else table.bytes_of(found), request)
        return reply | {"ConsumedCapacity": {"TableName": table.name, "CapacityUnits": units}}

    def _batch(self, table: SmallTable, request: Mapping[str, Any]) -> dict[str, Any]:
        part = request["RequestItems"][table.name]
        done, left = part["Keys"][: self.batch_keys], part["Keys"][self.batch_keys :]
        found = [item for item in map(table.stored, done) if item is not None]
        units = sum(_units(table.bytes_of(item), part) for item in found)
        units += (len(done) - len(found)) * _units(0, part)
        return {
            "Responses": {table.name: [_shown(item, part) for item in found]},
            "UnprocessedKeys": {table.name: {"Keys": left}} if left else {},
            "ConsumedCapacity": [{"TableName": table.name, "CapacityUnits": units}],
        }

    def _query(self, table: SmallTable, request: Mapping[str, Any]) -> dict[str, Any]:
        wanted = Condition(request["KeyConditionExpression"], request)
        found = [pair for pair in table.in_partition(request) if wanted.holds(pair[0])]
        found.sort(key=lambda pair: table.key_of(pair[1]))
        holder = table.description
        if "IndexName" in request:
            holder, _ = indexes_of(table.description)[request["IndexName"]]
        sort = keys_of(holder, "RANGE")
        found.sort(key=lambda pair: [comparable(pair[0][name]) for name in sort])
        if request.get("ScanIndexForward") is False:
            found.reverse()
        return self._page(table, request, found)

    def _scan(self, table: SmallTable, request: Mapping[str, Any]) -> dict[str, Any]:
        number, total = request.get("Segment", 0), request.get("TotalSegments", 1)
        return self._page(table, request, table.segment(request.get("IndexName"), number, total))

    def _page(self, table: SmallTable, request: Mapping[str, Any], held: Sequence[tuple[Item, Item]]) -> dict[str, Any]:
        """Evaluate a page: the filter comes after the limit, and the last page may be an empty one."""
        start = request.get("ExclusiveStartKey")
        begin = 0 if start is None else table.place_behind(held, start)
        most = min(request.get("Limit", math.inf), self.page_items or math.inf)
        left = len(held) - begin
        page = held[begin : begin + int(min(most, left))]
        filter_ = Condition(request["FilterExpression"], request) if "FilterExpression" in request else None
        kept = [(part, whole) for part, whole in page if filter_ is None or filter_.holds(_seen(request, part, whole))]
        reply: dict[str, Any] = {"Count": len(kept), "ScannedCount": len(page)}
        if request.get("Select") != "COUNT":
            reply["Items"] = [_shown(_seen(request, part, whole), request) for part, whole in kept]
        if page and (len(page) < left or len(page) == request.get("Limit")):
            names = keys_of(table.description)
            if "IndexName" in request:
                names = [*names, *keys_of(indexes_of(table.description)[request["IndexName"]][0])]
            reply["LastEvaluatedKey"] = on_the_wire({name: page[-1][1][name] for name in names})
        units = _units(sum(table.bytes_of(part) for part, _ in page), request)
        return reply | {"ConsumedCapacity": {"TableName": table.name, "CapacityUnits": units}}


def item_bytes(item: Item) -> int:
    return wire_bytes(on_the_wire(item))


def _seen(request: Mapping[str, Any], part: Item, whole: Item) -> Item:
    """A read through a local index fetches what is asked for and not in it from the table."""
    names = request.get("ExpressionAttributeNames", {})
    asked = {names[path[0]] for path in paths_of(request.get("ProjectionExpression", ""))}
    return whole if request.get("Select") == "ALL_ATTRIBUTES" or asked - part.keys() else part


def _shown(item: Item, request: Mapping[str, Any]) -> Any:
    """Cut an item to its projection. Nothing projects list elements, whose gaps DynamoDB closes."""
    if "ProjectionExpression" not in request:
        return on_the_wire(item)
    names = request["ExpressionAttributeNames"]
    shown: dict[str, Any] = {}
    for path in paths_of(request["ProjectionExpression"]):
        steps = [names[step] for step in path]
        value = at_path(item, tuple(steps))
        if value is None:
            continue
        place = shown
        for step in steps[:-1]:
            place = place.setdefault(step, {"M": {}})["M"]
        place[steps[-1]] = value
    return on_the_wire(shown)


def _units(size: int, part: Mapping[str, Any]) -> float:
    return max(1, math.ceil(size / UNIT_BYTES)) * (1.0 if part.get("ConsistentRead") else 0.5)


class _Clients:
    """Stands for the clients of a store."""

    def __init__(self, dynamodb: SmallDynamoDB) -> None:
        self._client = _Client(dynamodb)

    async def of(self, source: Source) -> Any:
        return self._client

    async def close(self) -> None:
        pass


class _Client:
    """Answers as the client of a source does."""

    def __init__(self, dynamodb: SmallDynamoDB) -> None:
        self._dynamodb = dynamodb

    async def call(self, operation: str, request: Mapping[str, Any], seconds: float | None = None) -> dict[str, Any]:
        reply = self._dynamodb.answer(operation, request)
        if operation not in ("GetItem", "BatchGetItem", "Query", "Scan"):
            return reply
        body = json.dumps(reply, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {"x-amz-crc32": str(zlib.crc32(body))}
        return {AWS_RESPONSE_BODY: body, "ResponseMetadata": {"HTTPHeaders": headers}}
