"""Build the requests that change tables, and read how far a change has come.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ (CreateTable, UpdateTable, DeleteTable,
UpdateTimeToLive, DescribeTable).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pgddb.access.table import IndexProjection, KeyAttribute, KeySchema
from pgddb.access.table_change import (
    Capacity,
    ChangedBilling,
    ChangedExpiry,
    ChangedProtection,
    DroppedIndex,
    DroppedTable,
    IndexState,
    NewIndex,
    NewTable,
    TableChange,
    TableState,
)

Request = dict[str, Any]

ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"


def change_request(change: TableChange) -> tuple[str, Request]:  # noqa: PLR0911 - one for each kind of change
    """Give the operation that carries out a change, and its request."""
    named: Request = {"TableName": change.table_name}
    match change:
        case NewTable():
            return "CreateTable", named | _new_table(change)
        case DroppedTable():
            return "DeleteTable", named
        case NewIndex():
            attributes = {"AttributeDefinitions": _attributes(change.attributes)}
            return "UpdateTable", named | attributes | _index_update("Create", _new_index(change))
        case DroppedIndex(name=name):
            return "UpdateTable", named | _index_update("Delete", {"IndexName": name})
        case ChangedBilling(capacity=capacity):
            return "UpdateTable", named | _billing(capacity)
        case ChangedProtection(deletion_protection=protected):
            return "UpdateTable", named | {"DeletionProtectionEnabled": protected}
        case ChangedExpiry(attribute=attribute, enabled=enabled):
            return "UpdateTimeToLive", named | {
                "TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": enabled}
            }


def _new_table(change: NewTable) -> Request:
    request = {
        "AttributeDefinitions": _attributes(change.keys.attributes),
        "KeySchema": _key_schema(change.keys),
        **_billing(change.capacity),
    }
    return request | {"DeletionProtectionEnabled": True} if change.deletion_protection else request


def _new_index(change: NewIndex) -> Request:
    projection: Request = {"ProjectionType": change.projection.value}
    if change.projection is IndexProjection.INCLUDE:
        projection["NonKeyAttributes"] = list(change.included)
    index: Request = {"IndexName": change.name, "KeySchema": _key_schema(change.keys), "Projection": projection}
    return index | _throughput(change.capacity) if change.capacity is not None else index


def _index_update(verb: str, index: Request) -> Request:
    return {"GlobalSecondaryIndexUpdates": [{verb: index}]}


def _attributes(attributes: Iterable[KeyAttribute]) -> list[Request]:
    return [{"AttributeName": one.name, "AttributeType": one.type.value} for one in attributes]


def _key_schema(keys: KeySchema) -> list[Request]:
    return [
        *({"AttributeName": one.name, "KeyType": "HASH"} for one in keys.partition),
        *({"AttributeName": one.name, "KeyType": "RANGE"} for one in keys.sort),
    ]


def _billing(capacity: Capacity | None) -> Request:
    if capacity is None:
        return {"BillingMode": ON_DEMAND}
    return {"BillingMode": PROVISIONED} | _throughput(capacity)


def _throughput(capacity: Capacity) -> Request:
    return {
        "ProvisionedThroughput": {
            "ReadCapacityUnits": capacity.read_units,
            "WriteCapacityUnits": capacity.write_units,
        }
    }


def table_state(description: Mapping[str, Any]) -> TableState:
    """Read DynamoDB's description of a table for what changes."""
    indexes = {
        index["IndexName"]: IndexState(index.get("IndexStatus", "ACTIVE"), bool(index.get("Backfilling")))
        for index in description.get("GlobalSecondaryIndexes") or ()
    }
    mode = (description.get("BillingModeSummary") or {}).get("BillingMode", PROVISIONED)
    units = description.get("ProvisionedThroughput") or {}
    capacity = None
    if mode == PROVISIONED:
        capacity = Capacity(int(units.get("ReadCapacityUnits", 0)), int(units.get("WriteCapacityUnits", 0)))
    return TableState(
        description.get("TableStatus", "ACTIVE"), indexes, int(description.get("ItemCount") or 0), capacity
    )
