"""Check requests that write by rules of DynamoDB that moto does not enforce; written from the documentation alone.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")
SIZES = {"BatchWriteItem": 16 * 1024 * 1024, "TransactWriteItems": 4 * 1024 * 1024 * 2}
"""Of a transaction the items may have 4 MB together; their JSON is larger."""
COUNTS = {"BatchWriteItem": 25, "TransactWriteItems": 100}
MAX_LEVELS = 32
_PATH = re.compile(r"#\w+(?:\.#\w+|\[\d+\])*")

Keys = Mapping[str, set[str]]
"""Names of the key attributes of each table."""


def tables_of(operation: str, request: Mapping[str, Any]) -> set[str]:
    """Name the tables that a write is about."""
    return {name for name, _ in _parts(operation, request)}


def parts_with_expressions(operation: str, request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if operation == "BatchWriteItem":
        return []
    return [part for _, part in _parts(operation, request)]


def broken_write_rules(operation: str, request: Mapping[str, Any], keys: Keys) -> list[str]:
    """List what DynamoDB would refuse about the items of a write."""
    parts = list(_parts(operation, request))
    faults: list[str] = []
    seen: set[str] = set()
    for table, part in parts:
        key = {name: (part.get("Item") or part["Key"]).get(name) for name in keys[table]}
        if "Key" in part and part["Key"].keys() != keys[table]:
            faults.append(f"a key of other attributes: {sorted(part['Key'])}")
        faults += (f"no key attribute {name}" for name, value in key.items() if value is None)
        faults += (f"empty key attribute {name}" for name, value in key.items() if value in ({"S": ""}, {"B": ""}))
        faults += _item_faults(part.get("Item", {}))
        for value in part.get("ExpressionAttributeValues", {}).values():
            faults += _value_faults(value, 1)
        faults += _update_faults(part, keys[table])
        identity = f"{table} {json.dumps(key, sort_keys=True)}"
        faults += [f"two writes of {identity}"] if identity in seen else []
        seen.add(identity)
    if operation in COUNTS and not 0 < len(parts) <= COUNTS[operation]:
        faults.append(f"{operation} of {len(parts)} items")
    if len(json.dumps(request)) > SIZES.get(operation, 1024 * 1024 * 3):
        faults.append(f"{operation} is too large")
    if len(request.get("ClientRequestToken", "")) > 36:
        faults.append("a token of more than 36 characters")
    return faults


def _parts(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    match operation:
        case "BatchWriteItem":
            for table, writes in request["RequestItems"].items():
                for write in writes:
                    ((_, part),) = write.items()
                    yield table, part
        case "TransactWriteItems":
            for item in request["TransactItems"]:
                ((_, part),) = item.items()
                yield part["TableName"], part
        case _:
            yield request["TableName"], request


def _update_faults(part: Mapping[str, Any], key_names: set[str]) -> list[str]:
    expression = part.get("UpdateExpression")
    if expression is None:
        return []
    paths = [path.split(".") for path in _PATH.findall(expression)]
    names = part["ExpressionAttributeNames"]
    faults = [f"an update of the key attribute {names[path[0]]}" for path in paths if names[path[0]] in key_names]
    return faults + [
        f"update paths overlap: {one} and {other}"
        for position, one in enumerate(paths)
        for other in paths[position + 1 :]
        if one[: len(other)] == other or other[: len(one)] == one
    ]


def _item_faults(item: Mapping[str, Any]) -> list[str]:
    faults = ["an attribute without a name"] if "" in item else []
    for value in item.values():
        faults += _value_faults(value, 1)
    return faults


def _value_faults(value: Mapping[str, Any], level: int) -> list[str]:
    if level > MAX_LEVELS or len(value) != 1:
        return [f"not a value on a level up to {MAX_LEVELS}: {str(value)[:80]}"]
    ((kind, content),) = value.items()
    faults: list[str] = []
    match kind:
        case "N":
            faults = _number_faults(content)
        case "NULL" if content is not True:
            faults = ["a NULL that is not true"]
        case "B" if base64.b64encode(base64.b64decode(content)).decode() != content:
            faults = ["base64 is not canonical"]
        case "L":
            faults = [fault for element in content for fault in _value_faults(element, level + 1)]
        case "M":
            faults = ["an attribute without a name"] if "" in content else []
            faults += (fault for member in content.values() for fault in _value_faults(member, level + 1))
        case "SS" | "NS" | "BS":
            distinct = {Decimal(one) for one in content} if kind == "NS" else set(content)
            faults = [] if content and len(distinct) == len(content) else [f"a set {content} is empty or has doubles"]
            faults += (fault for one in content if kind == "NS" for fault in _number_faults(one))
        case _:
            pass
    return faults


def _number_faults(digits: str) -> list[str]:
    number = Decimal(digits)
    significant = len("".join(map(str, number.as_tuple().digits)).strip("0"))
    if significant > 38 or (number and not -130 <= number.adjusted() <= 125):
        return [f"no number of DynamoDB: {digits}"]
    return []
