"""Turn DynamoDB's description of a table into the table schema that the planner reads.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
    Throughput,
)

Description = Mapping[str, Any]


def table_schema(source: Source, description: Description, *, ttl_attribute: str | None = None) -> TableSchema:
    """Make the schema; `schema` is "public", `name` is DynamoDB's and `columns` is empty: the caller replaces them."""
    types = {
        definition["AttributeName"]: AttributeType(definition["AttributeType"])
        for definition in description["AttributeDefinitions"]
    }
    global_indexes = (_index(index, IndexKind.GLOBAL, types) for index in _indexes(description, "Global"))
    local_indexes = (_index(index, IndexKind.LOCAL, types) for index in _indexes(description, "Local"))
    item_count, size_bytes = _size(description, "ItemCount", "TableSizeBytes")
    return TableSchema(
        schema="public",
        name=description["TableName"],
        table_name=description["TableName"],
        source=source,
        keys=_keys(description, types),
        columns=(),
        indexes=(*global_indexes, *local_indexes),
        item_count=item_count,
        size_bytes=size_bytes,
        arn=description.get("TableArn"),
        billing_mode=_billing_mode(description),
        throughput=_throughput(description),
        ttl_attribute=ttl_attribute,
    )


def _indexes(description: Description, scope: str) -> Iterable[Description]:
    indexes: Iterable[Description] = description.get(f"{scope}SecondaryIndexes") or ()
    return indexes


def _index(description: Description, kind: IndexKind, types: Mapping[str, AttributeType]) -> Index:
    projection = description.get("Projection", {})
    item_count, size_bytes = _size(description, "ItemCount", "IndexSizeBytes")
    # Local indexes carry no status: they live and die with their table. A backfilling index lacks items.
    status = description.get("IndexStatus", "ACTIVE")
    return Index(
        name=description["IndexName"],
        kind=kind,
        keys=_keys(description, types),
        projection=IndexProjection(projection.get("ProjectionType", "ALL")),
        included=frozenset(projection.get("NonKeyAttributes", ())),
        item_count=item_count,
        size_bytes=size_bytes,
        active=status in ("ACTIVE", "UPDATING") and not description.get("Backfilling", False),
        throughput=_throughput(description),
    )


def _keys(description: Description, types: Mapping[str, AttributeType]) -> KeySchema:
    """Read the key schema; a global index may have several HASH and several RANGE elements, in order."""

    def of(kind: str) -> tuple[KeyAttribute, ...]:
        return tuple(
            KeyAttribute(element["AttributeName"], types[element["AttributeName"]])
            for element in description["KeySchema"]
            if element["KeyType"] == kind
        )

    return KeySchema(of("HASH"), of("RANGE"))


def _size(description: Description, count_name: str, size_name: str) -> tuple[int | None, int | None]:
    """Read count and size; a zero is as good as unknown, for DynamoDB updates them only every six hours."""
    return description.get(count_name) or None, description.get(size_name) or None


def _billing_mode(description: Description) -> str:
    """A table that never was on demand has no summary."""
    summary: Description = description.get("BillingModeSummary") or {}
    return str(summary.get("BillingMode", "PROVISIONED"))


def _throughput(description: Description) -> Throughput:
    return Throughput(
        provisioned=_positive(description, "ProvisionedThroughput", "ReadCapacityUnits"),
        on_demand_maximum=_positive(description, "OnDemandThroughput", "MaxReadRequestUnits"),
        warm=_positive(description, "WarmThroughput", "ReadUnitsPerSecond"),
    )


def _positive(description: Description, part: str, name: str) -> float | None:
    """Read a rate; 0 and -1 mean that there is none."""
    value = (description.get(part) or {}).get(name)
    return float(value) if value is not None and value > 0 else None
