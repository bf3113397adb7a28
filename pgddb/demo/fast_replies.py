"""Let moto answer reads quickly: write the reply with orjson instead of its model-driven serializer.

moto walks the service model for every value of a reply, which is nine tenths of a Scan. A reply to a read is already
in the shape of the wire, so writing it down is enough. Remove this when moto's own serializer is no longer the cost.
"""

from __future__ import annotations

import base64
from typing import Any

import orjson
from moto.dynamodb.responses import DynamoHandler

READ_OPERATIONS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


def install() -> None:
    """Replace the serializer of the read operations; every other reply and every error keeps moto's."""
    handler_class: Any = DynamoHandler
    slow_serialized = handler_class.serialized

    def serialized(handler: Any, action_result: Any) -> Any:
        reply = action_result.result
        if isinstance(reply, dict) and handler.get_endpoint_name(handler.headers) in READ_OPERATIONS:
            headers = {"Content-Type": "application/x-amz-json-1.0", **handler.response_headers}
            return 200, headers, orjson.dumps(reply, default=_binary_as_base64)
        return slow_serialized(handler, action_result)

    handler_class.serialized = serialized


def _binary_as_base64(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"no DynamoDB value: {type(value).__name__}")
