"""Let moto answer reads quickly and with the units of DynamoDB.

moto walks the service model for every value of a reply, which is nine tenths of a Scan. A reply to a read is already
in the shape of the wire, so orjson writes it down. Remove this when moto's own serializer is no longer the cost.
"""

from __future__ import annotations

import base64
from typing import Any

import orjson
from moto.dynamodb.responses import DynamoHandler

from pgddb.demo import read_units, write_units

READ_OPERATIONS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


class ItemSizes:
    """The mean item size of each table, measured again when its number of items has changed."""

    def __init__(self) -> None:
        self._measured: dict[str, tuple[int, float]] = {}

    def mean(self, table: Any) -> float:
        count = len(table)
        known = self._measured.get(table.name)
        if known is None or known[0] != count:
            known = count, sum(item.size() for item in table.all_items()) / max(1, count)
            self._measured[table.name] = known
        return known[1]


def install() -> None:
    """Replace the serializer of the read operations and state the size of tables, which moto says is 0.

    Every other reply and every error keeps moto's.
    """
    handler_class: Any = DynamoHandler
    slow_serialized = handler_class.serialized
    sizes = ItemSizes()

    def serialized(handler: Any, action_result: Any) -> Any:
        reply, operation = action_result.result, handler.get_endpoint_name(handler.headers)
        if isinstance(reply, dict) and operation == "DescribeTable":
            table = handler.dynamodb_backend.get_table(handler.body["TableName"])
            reply["Table"]["TableSizeBytes"] = round(len(table) * sizes.mean(table))
        table_of = handler.dynamodb_backend.get_table
        if isinstance(reply, dict) and operation in write_units.WRITE_OPERATIONS:
            write_units.bill(reply, operation, handler.body, lambda name: sizes.mean(table_of(name)))
        if not isinstance(reply, dict) or operation not in READ_OPERATIONS:
            return slow_serialized(handler, action_result)
        if operation == "BatchGetItem":
            asked = handler.body["RequestItems"]
            read_units.bill_batch(reply, handler.body, {name: sizes.mean(table_of(name)) for name in asked})
        elif read_units.CAPACITY in reply:
            table = table_of(handler.body["TableName"])
            names = [index.name for index in table.global_indexes]
            read_units.bill(reply, handler.body, sizes.mean(table), global_indexes=names)
        headers = {"Content-Type": "application/x-amz-json-1.0", **handler.response_headers}
        return 200, headers, orjson.dumps(reply, default=_binary_as_base64)

    handler_class.serialized = serialized


def _binary_as_base64(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"no DynamoDB value: {type(value).__name__}")
