"""Do the works of the scans with boto3, awswrangler and aiobotocore: the code that a user would write instead.

Each work answers what the statement of the same name answers (bench/scan.py), so that answers can be compared.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

SEGMENTS = 8
KEY = {"pk": {"S": "user-0000042"}, "sk": {"N": "3"}}

REQUESTS: dict[str, dict[str, Any]] = {
    "count": {"Select": "COUNT"},
    "filter": {
        "Select": "COUNT",
        "FilterExpression": "#s = :s AND #q > :q",
        "ExpressionAttributeNames": {"#s": "status", "#q": "quantity"},
        "ExpressionAttributeValues": {":s": {"S": "open"}, ":q": {"N": "10"}},
    },
    "nested": {
        "Select": "COUNT",
        "FilterExpression": "#a.#c = :c",
        "ExpressionAttributeNames": {"#a": "address", "#c": "city"},
        "ExpressionAttributeValues": {":c": {"S": "Oslo"}},
    },
    "sum": {"ProjectionExpression": "#p", "ExpressionAttributeNames": {"#p": "price"}},
    "groups": {
        "ProjectionExpression": "#s, #p, #q",
        "ExpressionAttributeNames": {"#s": "status", "#p": "price", "#q": "quantity"},
    },
    "codes": {
        "ProjectionExpression": "#c, #v",
        "ExpressionAttributeNames": {"#c": "code", "#v": "value"},
    },
    "counts": {},
    "sparse": {},
    "rows": {},
}  # fmt: skip
"""What each work asks of Scan beside the table."""

LOOKUP_CALLS = {"get_item": "get_item", "query": "query", "last": "query"}
COUNTED_BY_DYNAMODB = ("count", "filter", "nested")
FIRST_COUNTED = {"counts": "pk", "sparse": "a00"}


def computed(work: str, items: Iterable[dict[str, Any]]) -> int:
    """Compute from plain values what a work asks for."""
    if work == "sum":
        return int(sum(item["price"] for item in items))
    if work == "rows":
        return sum(1 for _ in items)
    if work in FIRST_COUNTED:
        names: Counter[str] = Counter()
        for item in items:
            names.update(item.keys())
        return names[FIRST_COUNTED[work]]
    totals: defaultdict[str, list[Any]] = defaultdict(lambda: [0, 0, 0])
    key, added, largest = ("status", "price", "quantity") if work == "groups" else ("code", "value", "value")
    for item in items:
        total = totals[item[key]]
        total[0] += 1
        total[1] += item[added]
        total[2] = max(total[2], item[largest])
    return len(totals)


# boto3


def boto3_client(endpoint_url: str, credentials: dict[str, str]) -> Any:
    import boto3  # noqa: PLC0415 - not there in every process that does some of the works

    return boto3.client("dynamodb", endpoint_url=endpoint_url, **credentials)


def boto3_scan(client: Any, table: str, work: str) -> int:
    pages = client.get_paginator("scan").paginate(TableName=table, **REQUESTS[work])
    if work in COUNTED_BY_DYNAMODB:
        return sum(page["Count"] for page in pages)
    return computed(work, plain_items(pages))


def plain_items(pages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    from boto3.dynamodb.types import TypeDeserializer  # noqa: PLC0415

    plain = TypeDeserializer().deserialize
    for page in pages:
        for item in page["Items"]:
            yield {name: plain(value) for name, value in item.items()}


def boto3_lookups(client: Any, call: str, count: int) -> int:
    from boto3.dynamodb.types import TypeDeserializer  # noqa: PLC0415

    plain = TypeDeserializer().deserialize
    found = 0
    for _ in range(count):
        reply = getattr(client, LOOKUP_CALLS[call])(**lookup_request(call))
        for item in items_of(reply):
            found += bool({name: plain(value) for name, value in item.items()})
    return found


def lookup_request(call: str) -> dict[str, Any]:
    """Give the request that stands for a lookup: one item, one partition, or its last three items."""
    if call == "get_item":
        return {"TableName": "bench_part", "Key": KEY}
    query = {
        "TableName": "bench_part",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": KEY["pk"]},
    }
    return query if call == "query" else {**query, "ScanIndexForward": False, "Limit": 3}


def items_of(reply: dict[str, Any]) -> list[dict[str, Any]]:
    return [reply["Item"]] if "Item" in reply else reply["Items"]


# awswrangler

WRANGLER_COLUMNS = {
    "count": ["pk"],
    "filter": ["status", "quantity"],
    "nested": ["address"],
    "sum": ["price"],
    "groups": ["status", "price", "quantity"],
    "codes": ["code", "value"],
}
"""Of whole items it gives dicts here, because it makes no data frame of lists of texts and numbers."""


def wrangler_session(endpoint_url: str, credentials: dict[str, str]) -> Any:
    import awswrangler as wr  # noqa: PLC0415
    import boto3  # noqa: PLC0415

    wr.config.dynamodb_endpoint_url = endpoint_url
    return boto3.Session(**credentials)


def wrangler_scan(session: Any, table: str, work: str) -> int:
    import awswrangler as wr  # noqa: PLC0415
    from boto3.dynamodb.conditions import Attr  # noqa: PLC0415

    condition = {
        "filter": Attr("status").eq("open") & Attr("quantity").gt(10),
        "nested": Attr("address.city").eq("Oslo"),
    }.get(work)
    read = wr.dynamodb.read_items(
        table_name=table,
        columns=WRANGLER_COLUMNS.get(work),
        filter_expression=condition,
        allow_full_scan=True,
        as_dataframe=work in WRANGLER_COLUMNS,
        boto3_session=session,
    )
    if work in COUNTED_BY_DYNAMODB:
        return len(read)
    if work not in WRANGLER_COLUMNS:
        return computed(work, read)
    frame = read
    match work:
        case "sum":
            return int(frame["price"].sum())
        case "groups":
            return len(frame.groupby("status").agg({"price": ["count", "sum"], "quantity": "max"}))
        case _:
            return len(frame.groupby("code")["value"].sum())


# aiobotocore


async def aiobotocore_client(endpoint_url: str, credentials: dict[str, str]) -> Any:
    """Open a client that stays open until its process ends."""
    from aiobotocore.config import AioConfig  # noqa: PLC0415
    from aiobotocore.session import AioSession  # noqa: PLC0415

    config = AioConfig(parameter_validation=False, max_pool_connections=64)
    opening = AioSession().create_client("dynamodb", endpoint_url=endpoint_url, config=config, **credentials)
    return await opening.__aenter__()


async def aiobotocore_scan(client: Any, table: str, work: str) -> int:
    """Read eight segments at once; results of segments are put together as each work needs it."""
    items: list[dict[str, Any]] = []
    counts = await asyncio.gather(*(_segment(client, table, work, segment, items) for segment in range(SEGMENTS)))
    return sum(counts) if work in COUNTED_BY_DYNAMODB else computed(work, map(_untyped, items))


async def _segment(client: Any, table: str, work: str, segment: int, items: list[dict[str, Any]]) -> int:
    request = {"TableName": table, "Segment": segment, "TotalSegments": SEGMENTS, **REQUESTS[work]}
    count = 0
    while True:
        page = await client.scan(**request)
        count += page["Count"]
        items += page.get("Items", ())
        if "LastEvaluatedKey" not in page:
            return count
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _untyped(item: dict[str, Any]) -> dict[str, Any]:
    """Take the types off; numbers become floats, what is nested stays as it is."""
    return {
        name: float(content) if kind == "N" else content
        for name, value in item.items()
        for kind, content in value.items()
    }


async def aiobotocore_lookups(client: Any, call: str, count: int, clients: int) -> int:
    request = lookup_request(call)
    ask = getattr(client, LOOKUP_CALLS[call])

    async def ask_in_turn() -> int:
        return sum([len(items_of(await ask(**request))) for _ in range(count // clients)])

    return sum(await asyncio.gather(*(ask_in_turn() for _ in range(clients))))
