"""Build the requests of a read; they must be right by construction, for botocore does not check them.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ (GetItem, BatchGetItem, Query, Scan).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pgddb.access.path import AccessPath, ItemKey, KeyCondition, PartitionQuery, SegmentScan, SortOperator
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Negation,
    Predicate,
)
from pgddb.access.table import AttributePath, Index, IndexKind, IndexProjection
from pgddb.dynamo.expression import ExpressionWriter, projected_paths, typed_value
from pgddb.errors import InternalError

Request = dict[str, Any]

MAX_BATCH_KEYS = 100
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""


def get_request(path: AccessPath, key: ItemKey) -> Request:
    """Build GetItem."""
    _refuse_filter(path)
    request: Request = {
        "TableName": path.table.table_name,
        "Key": botocore_key(key),
        "ReturnConsumedCapacity": "TOTAL",
    }
    if path.consistent:
        request["ConsistentRead"] = True
    writer = ExpressionWriter()
    _project(request, writer, path, None)
    _bind(request, writer)
    return request


def batch_request(path: AccessPath, keys: list[dict[str, Any]]) -> Request:
    """Build BatchGetItem of at most 100 distinct keys."""
    if not 0 < len(keys) <= MAX_BATCH_KEYS:
        raise InternalError(f"a batch of {len(keys)} keys")
    wanted: Request = {"Keys": keys}
    if path.consistent:
        wanted["ConsistentRead"] = True
    writer = ExpressionWriter()
    _project(wanted, writer, path, None)
    _bind(wanted, writer)
    return {"RequestItems": {path.table.table_name: wanted}, "ReturnConsumedCapacity": "TOTAL"}


def query_request(path: AccessPath, query: PartitionQuery, condition: KeyCondition) -> Request:
    """Build Query of one partition."""
    _check_range(condition)
    writer = ExpressionWriter()
    request = _read_request(path, query.index)
    request["KeyConditionExpression"] = writer.key_condition(condition)
    if query.descending:
        request["ScanIndexForward"] = False
    keys = path.table.keys if query.index is None else query.index.keys
    if path.filter is not None:
        named = sorted(attributes_of(path.filter) & set(keys.names))
        if named:
            raise InternalError(f"a Query's filter cannot name the key attribute {named[0]!r}")
    _filter_and_project(request, writer, path, query.index)
    return request


def scan_request(path: AccessPath, scan: SegmentScan, segment: int) -> Request:
    """Build Scan of one segment."""
    request = _read_request(path, scan.index)
    if scan.segments > 1:
        request["Segment"] = segment
        request["TotalSegments"] = scan.segments
    _filter_and_project(request, ExpressionWriter(), path, scan.index)
    return request


def botocore_key(key: ItemKey) -> dict[str, Any]:
    """Give a primary key as botocore takes it."""
    return {name: typed_value(value) for name, value in key}


def _read_request(path: AccessPath, index: Index | None) -> Request:
    request: Request = {
        "TableName": path.table.table_name,
        "ReturnConsumedCapacity": "TOTAL" if index is None else "INDEXES",
    }
    if index is not None:
        request["IndexName"] = index.name
    if path.consistent:
        if index is not None and index.kind is IndexKind.GLOBAL:
            raise InternalError("a global secondary index has no consistent read")
        request["ConsistentRead"] = True
    return request


def _filter_and_project(request: Request, writer: ExpressionWriter, path: AccessPath, index: Index | None) -> None:
    if path.filter is not None:
        request["FilterExpression"] = writer.filter(path.filter)
    if path.count_only:
        request["Select"] = "COUNT"
    else:
        _project(request, writer, path, index)
    _bind(request, writer)


def _project(request: Request, writer: ExpressionWriter, path: AccessPath, index: Index | None) -> None:
    """Ask for the projection; a read of whole items through a local index fetches what the index does not hold."""
    paths = _wanted(path)
    if paths is not None:
        request["ProjectionExpression"] = writer.projection(paths)
    elif index is not None and index.kind is IndexKind.LOCAL and index.projection is not IndexProjection.ALL:
        request["Select"] = "ALL_ATTRIBUTES"


def _wanted(path: AccessPath) -> tuple[AttributePath, ...] | None:
    """Give the paths to return; a read that needs no attribute still needs one row an item, so it asks for the key."""
    keys: tuple[AttributePath, ...] = tuple((name,) for name in path.table.keys.names)
    if path.count_only:
        return keys
    if path.projection is None:
        return None
    return projected_paths(path.projection or keys)


def _bind(request: Request, writer: ExpressionWriter) -> None:
    if writer.names:
        request["ExpressionAttributeNames"] = writer.names
    if writer.values:
        request["ExpressionAttributeValues"] = writer.values


def _refuse_filter(path: AccessPath) -> None:
    if path.filter is not None:
        raise InternalError("GetItem and BatchGetItem have no filter")


def _check_range(condition: KeyCondition) -> None:
    """DynamoDB refuses an inverted BETWEEN; whoever intersected the ranges should have seen that nothing is left."""
    sort = condition.sort
    if sort is None:
        return
    wanted = 2 if sort.operator is SortOperator.BETWEEN else 1
    if len(sort.values) != wanted:
        raise InternalError(f"{sort.operator.value} takes {wanted} values")


def attributes_of(predicate: Predicate) -> set[str]:
    """Name the attributes that a filter is about."""
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return set().union(*map(attributes_of, parts))
        case Negation(part=part):
            return attributes_of(part)
        case _:
            return {str(predicate.path[0])}


def cut(keys: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Cut keys into batches of 100, each key once: DynamoDB refuses a batch with a duplicate."""
    distinct = list({repr(sorted(key.items())): key for key in keys}.values())
    return [distinct[start : start + MAX_BATCH_KEYS] for start in range(0, len(distinct), MAX_BATCH_KEYS)]
