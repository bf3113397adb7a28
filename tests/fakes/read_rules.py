"""Check reads by what DynamoDB knows of the table: rules that emulators do not enforce all of.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html and the pages of the other reads.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Description = Mapping[str, Any]
"""A table as DescribeTable or CreateTable has it."""

READS = ("GetItem", "BatchGetItem", "Query", "Scan")
ORDERED = ("S", "N", "B")
MAX_IN_OPERANDS = 100
KEY_CONDITION = re.compile(
    r"(?P<name>#\w+) (?P<operator>=|<=|<|>=|>|BETWEEN) (?P<low>:\w+)(?: AND (?P<high>:\w+))?(?= AND |$)"
    r"|begins_with\((?P<prefixed>#\w+), (?P<prefix>:\w+)\)"
)
_ORDERING = re.compile(r"(?:<=|>=|(?<!<)>|<(?!>)) (:\w+)|BETWEEN (:\w+) AND (:\w+)")
_PREFIX = re.compile(r"begins_with\([^,]+, (:\w+)\)")
_IN = re.compile(r"IN \(([^)]*)\)")


def indexes_of(description: Description) -> dict[str, tuple[Description, bool]]:
    """Give each index by name, and whether it is a global one."""
    return {
        index["IndexName"]: (index, kind == "Global")
        for kind in ("Global", "Local")
        for index in description.get(f"{kind}SecondaryIndexes") or ()
    }


def keys_of(holder: Description, kind: str | None = None) -> list[str]:
    """Name the key attributes of a table or index, of one kind (HASH, RANGE) or of both, in order."""
    return [key["AttributeName"] for key in holder["KeySchema"] if kind in (None, key["KeyType"])]


def types_of(description: Description) -> dict[str, str]:
    return {one["AttributeName"]: one["AttributeType"] for one in description["AttributeDefinitions"]}


def broken_read_rules(operation: str, request: Mapping[str, Any], description: Description) -> list[str]:
    """List what DynamoDB would refuse of a read of this table."""
    match operation:
        case "GetItem":
            return list(_key_faults(request["Key"], description))
        case "BatchGetItem":
            (part,) = request["RequestItems"].values()
            return [fault for key in part["Keys"] for fault in _key_faults(key, description)]
        case _:
            return [
                *_index_faults(request, description),
                *_filter_faults(request),
                *_query_faults(request, description),
            ]


def _key_faults(key: Mapping[str, Any], description: Description) -> Iterator[str]:
    if set(key) != set(keys_of(description)):
        yield f"a key of other attributes: {sorted(key)}"
        return
    types = types_of(description)
    for name, value in key.items():
        yield from _key_value_faults(name, value, types)


def _key_value_faults(name: str, value: Mapping[str, Any], types: Mapping[str, str]) -> Iterator[str]:
    """C3: a key has its declared type, and is not empty."""
    ((kind, content),) = value.items()
    if kind != types.get(name):
        yield f"key {name} of type {types.get(name)} asked for as {kind}"
    if kind in "SB" and not content:
        yield f"an empty value of the key {name}"
    if kind == "N":
        yield from _number_faults(content)


def _number_faults(digits: str) -> Iterator[str]:
    number = Decimal(digits)
    significant = len("".join(map(str, number.as_tuple().digits)).strip("0"))
    if significant > 38 or (number and not -130 <= number.adjusted() <= 125):
        yield f"no number of DynamoDB: {digits}"


def _index_faults(request: Mapping[str, Any], description: Description) -> Iterator[str]:
    """A global index has no consistent read, and gives only what it holds."""
    index, is_global = indexes_of(description).get(request.get("IndexName", ""), ({}, False))
    if is_global and request.get("ConsistentRead"):
        yield "a consistent read of a global index"
    if not is_global or index["Projection"]["ProjectionType"] == "ALL":
        return
    if request.get("Select") == "ALL_ATTRIBUTES":
        yield "all attributes of a global index that does not hold them"
    held = {*keys_of(index), *keys_of(description), *index["Projection"].get("NonKeyAttributes", ())}
    names = request.get("ExpressionAttributeNames", {})
    text = f"{request.get('ProjectionExpression', '')} {request.get('FilterExpression', '')}"
    for name in sorted({names[alias] for alias in re.findall(r"(?<![.\w])#\w+", text)} - held):
        yield f"the global index does not hold {name}"


def _filter_faults(request: Mapping[str, Any]) -> Iterator[str]:
    text = request.get("FilterExpression", "")
    values = request.get("ExpressionAttributeValues", {})
    kinds = {alias: next(iter(value)) for alias, value in values.items()}
    for found in _ORDERING.finditer(text):
        yield from (
            f"an order of type {kinds[alias]}" for alias in found.groups() if alias and kinds[alias] not in ORDERED
        )
    yield from (f"begins_with of type {kinds[one[1]]}" for one in _PREFIX.finditer(text) if kinds[one[1]] not in "SB")
    for found in _IN.finditer(text):
        if len(found[1].split(",")) > MAX_IN_OPERANDS:
            yield "IN of more than 100 values"
    for value in values.values():
        yield from (fault for kind, content in value.items() if kind == "N" for fault in _number_faults(content))


def _query_faults(request: Mapping[str, Any], description: Description) -> Iterator[str]:
    """Every HASH attribute equals something; RANGE attributes from the left, and only the last may be a range."""
    if "KeyConditionExpression" not in request:
        return
    holder = indexes_of(description)[request["IndexName"]][0] if "IndexName" in request else description
    names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
    types = types_of(description)
    asked: dict[str, str] = {}
    for found in KEY_CONDITION.finditer(request["KeyConditionExpression"]):
        name = names[found["name"] or found["prefixed"]]
        asked[name] = found["operator"] or "begins_with"
        operands = [values[found[group]] for group in ("low", "high", "prefix") if found[group]]
        for operand in operands:
            yield from _key_value_faults(name, operand, types)
        if asked[name] == "BETWEEN" and _ordered(operands[0]) > _ordered(operands[1]):
            yield f"an inverted BETWEEN on {name}"
        if asked[name] == "begins_with" and types.get(name) == "N":
            yield f"begins_with of the number {name}"
    yield from (f"no equality on {name}" for name in keys_of(holder, "HASH") if asked.get(name) != "=")
    sort = [asked.get(name) for name in keys_of(holder, "RANGE")]
    given = [operator for operator in sort if operator is not None]
    if sort[: len(given)] != given or any(operator != "=" for operator in given[:-1]):
        yield f"conditions {given} on the sort keys {keys_of(holder, 'RANGE')}"


def _ordered(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    if kind == "S":
        return content.encode()
    return base64.b64decode(content) if isinstance(content, str) else content
