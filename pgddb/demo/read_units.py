"""Bill the demo's reads as DynamoDB does; moto answers one read unit whatever was read.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

UNIT_BYTES = 4096
CAPACITY = "ConsumedCapacity"


def units(size_bytes: float, *, consistent: bool) -> float:
    """Return the read units of a read: at least one step of 4 KB, half a unit each unless consistent.

    >>> units(4097, consistent=False)
    1.0
    """
    return max(1, math.ceil(size_bytes / UNIT_BYTES)) * (1.0 if consistent else 0.5)


def bill(
    reply: dict[str, Any],
    request: dict[str, Any],
    mean_item_size: float,
    *,
    global_indexes: Collection[str] = (),
) -> None:
    """Put the read units of one table's read into a reply that has moto's constant.

    What was read is the number of items times the table's mean item size: the demo's items are much alike.
    moto calls every index local; `global_indexes` names those that are not.
    """
    capacity = reply.get(CAPACITY)
    if not isinstance(capacity, dict):
        return
    read = reply.get("ScannedCount", int("Item" in reply))
    billed = units(read * mean_item_size, consistent=request.get("ConsistentRead", False))
    capacity["CapacityUnits"] = billed
    index = capacity.pop("LocalSecondaryIndexes", None)
    if index is not None:
        capacity["Table"] = {"CapacityUnits": 0.0}
        kind = "GlobalSecondaryIndexes" if index.keys() <= set(global_indexes) else "LocalSecondaryIndexes"
        capacity[kind] = {name: {"CapacityUnits": billed} for name in index}
    elif "Table" in capacity:
        capacity["Table"] = {"CapacityUnits": billed}


def bill_batch(reply: dict[str, Any], request: dict[str, Any], mean_item_size: dict[str, float]) -> None:
    """Put the read units of a BatchGetItem into its reply: every key is rounded up on its own."""
    if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
        del reply[CAPACITY]
        return
    reply[CAPACITY] = [
        {
            "TableName": name,
            "CapacityUnits": len(asked["Keys"])
            * units(mean_item_size[name], consistent=asked.get("ConsistentRead", False)),
        }
        for name, asked in request["RequestItems"].items()
    ]
