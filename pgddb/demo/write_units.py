"""Bill the demo's writes as DynamoDB does its tables'; moto answers a constant, or nothing. Indexes are not billed.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

CAPACITY = "ConsumedCapacity"
UNIT_BYTES = 1024
SINGLE_OPERATIONS = frozenset({"DeleteItem", "PutItem", "UpdateItem"})
WRITE_OPERATIONS = SINGLE_OPERATIONS | {"BatchWriteItem", "TransactWriteItems"}
TRANSACTION_FACTOR = 2


def units(size_bytes: float) -> float:
    """Return the write units of one item: steps of 1 KB, at least one.

    >>> units(1025)
    2.0
    """
    return float(max(1, math.ceil(size_bytes / UNIT_BYTES)))


def bill(
    reply: dict[str, Any], operation: str, request: Mapping[str, Any], mean_item_size: Callable[[str], float]
) -> None:
    """Put the write units of a write into its reply, by the mean item sizes of its tables.

    >>> reply = {}
    >>> bill(reply, "PutItem", {"TableName": "t", "ReturnConsumedCapacity": "TOTAL"}, lambda name: 1500.0)
    >>> reply["ConsumedCapacity"]["CapacityUnits"]
    2.0
    """
    reply.pop(CAPACITY, None)
    if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
        return
    factor = TRANSACTION_FACTOR if operation == "TransactWriteItems" else 1
    capacities = [
        {"TableName": name, "CapacityUnits": factor * count * units(mean_item_size(name))}
        for name, count in _written(operation, request).items()
    ]
    reply[CAPACITY] = capacities[0] if operation in SINGLE_OPERATIONS else capacities


def _written(operation: str, request: Mapping[str, Any]) -> Mapping[str, int]:
    """Count the items of each table."""
    match operation:
        case "BatchWriteItem":
            return {name: len(writes) for name, writes in request["RequestItems"].items()}
        case "TransactWriteItems":
            return Counter(next(iter(item.values()))["TableName"] for item in request["TransactItems"])
        case _:
            return {request["TableName"]: 1}
