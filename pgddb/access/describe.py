"""Say an access path in lines, as EXPLAIN shows it: the request with its names and values in place."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import assert_never

from pgddb.access.path import (
    AccessPath,
    BatchGet,
    FetchBack,
    ItemGet,
    KeyCondition,
    NoRead,
    PartitionQuery,
    Read,
    RejectedPath,
    SegmentScan,
    SortOperator,
)
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Constant,
    Exists,
    HasSize,
    HasType,
    IsNull,
    Leaf,
    Negation,
    OneOf,
    Operand,
    ParameterElements,
    Predicate,
    StartsWith,
)
from pgddb.access.table import AttributePath, Index

SHOWN_KEYS = 3
"""Of many keys or partitions so many are shown, with the number of the others."""
SHOWN_LETTERS = 60


def describe_read(path: AccessPath) -> str:
    """Say the kind of read in one line."""
    return _title(path.read, path.table.table_name)


def _title(read: Read, table: str) -> str:
    match read:
        case NoRead(reason=reason):
            return f"no read of {table}: {reason}"
        case ItemGet():
            return f"GetItem from {table}"
        case BatchGet(keys=keys):
            return f"BatchGetItem of {len(keys)} keys from {table}"
        case PartitionQuery(conditions=conditions, index=index):
            many = "" if len(conditions) == 1 else f"{len(conditions)} times "
            return f"Query {many}{_of(table, index)}"
        case SegmentScan():
            return _scan_title(read, table)
        case FetchBack(keys_from=keys_from):
            return f"{_title(keys_from, table)} for keys, then BatchGetItem from {table}"
        case _:
            assert_never(read)


def _scan_title(scan: SegmentScan, table: str) -> str:
    how = "" if scan.most_partitions is None else " from partition to partition"
    parts = "" if scan.segments == 1 else f" in {scan.segments} segments"
    return f"Scan {_of(table, scan.index)}{how}{parts}"


def _of(table: str, index: Index | None) -> str:
    return table if index is None else f"{table} by {index.kind.value} {index.name}"


def describe_path(path: AccessPath) -> tuple[str, ...]:
    """Say an access path in lines: the read, then its keys, filter, projection, limit and price."""
    lines = [describe_read(path), *_key_lines(path)]
    if path.filter is not None:
        lines.append(f"Filter: {predicate_text(path.filter)}")
    if path.count_only:
        lines.append("Select: COUNT")
    elif not isinstance(path.read, NoRead):
        lines.append(f"Projection: {_projection_text(path.projection)}")
    if path.limit is not None:
        lines.append(f"Limit: {path.limit}")
    if path.consistent and not isinstance(path.read, NoRead):
        lines.append("Consistent read")
    lines.append(estimate_text(path))
    return tuple(lines)


def describe_rejected(rejected: RejectedPath) -> str:
    """Say in one line what was not done, and why."""
    return f"Not used: {rejected.description} ({rejected.reason})"


def estimate_text(path: AccessPath) -> str:
    """Say what a read is estimated to take."""
    estimate = path.estimate
    parts = [f"{estimate.read_units:,.1f} read units", f"{estimate.requests:,.0f} requests"]
    if estimate.dollars:
        parts.append(f"${estimate.dollars:.8f}".rstrip("0"))
    if estimate.seconds is not None:
        parts.append(f"{estimate.seconds:.1f} s")
    return f"Estimate: {', '.join(parts)}, {estimate.items:,.0f} items"


def _key_lines(path: AccessPath) -> list[str]:
    read = path.read.keys_from if isinstance(path.read, FetchBack) else path.read
    match read:
        case ItemGet(key=key):
            return [f"Key: {condition_text(KeyCondition(key))}"]
        case BatchGet(keys=keys):
            return _some("Key", [condition_text(KeyCondition(key)) for key in keys[:SHOWN_KEYS]], len(keys))
        case PartitionQuery(conditions=conditions):
            lines = _some("Key condition", [condition_text(one) for one in conditions[:SHOWN_KEYS]], len(conditions))
            if read.descending:
                lines.append("Backwards")
            if read.merge_by is not None:
                lines.append(f"Merged by: {_name(read.merge_by)}")
            return lines
        case _:
            return []


def _some(label: str, shown: Sequence[str], count: int) -> list[str]:
    lines = [f"{label}: {one}" for one in shown]
    return lines if count <= len(shown) else [*lines, f"{label}: ... {count - len(shown):,} more"]


def condition_text(condition: KeyCondition) -> str:
    """Say a key condition."""
    parts = [f"{_name(name)} = {value_text(value)}" for name, value in condition.equals]
    sort = condition.sort
    if sort is not None:
        values = [value_text(value) for value in sort.values]
        match sort.operator:
            case SortOperator.BETWEEN:
                parts.append(f"{_name(sort.attribute)} BETWEEN {values[0]} AND {values[1]}")
            case SortOperator.BEGINS_WITH:
                parts.append(f"begins_with({_name(sort.attribute)}, {values[0]})")
            case operator:
                parts.append(f"{_name(sort.attribute)} {operator.value} {values[0]}")
    return " AND ".join(parts)


def predicate_text(predicate: Predicate) -> str:
    """Say a store predicate in the words of a FilterExpression."""
    match predicate:
        case AllOf(parts=parts):
            return " AND ".join(_inner(part) for part in parts)
        case AnyOf(parts=parts):
            return " OR ".join(_inner(part) for part in parts)
        case Negation(part=part):
            return f"NOT {_inner(part)}"
        case _:
            return _leaf_text(predicate)


def _inner(predicate: Predicate) -> str:
    text = predicate_text(predicate)
    return f"({text})" if isinstance(predicate, (AllOf, AnyOf)) or _is_two(predicate) else text


def _is_two(predicate: Predicate) -> bool:
    return isinstance(predicate, IsNull) or (isinstance(predicate, HasType) and len(predicate.types) > 1)


def _leaf_text(leaf: Leaf) -> str:  # noqa: C901, PLR0911 - one for each kind of condition
    path = path_text(leaf.path)
    match leaf:
        case Compare(comparison=comparison, operand=operand):
            return f"{path} {comparison.value} {_operand_text(operand)}"
        case OneOf(operands=ParameterElements(number=number)):
            return f"{path} IN (${number})"
        case OneOf(operands=operands):
            assert isinstance(operands, tuple)
            return f"{path} IN ({', '.join(_operand_text(one) for one in operands)})"
        case StartsWith(prefix=prefix):
            return f"begins_with({path}, {_operand_text(prefix)})"
        case IsNull(negated=True):
            return f"attribute_exists({path}) AND NOT attribute_type({path}, NULL)"
        case IsNull():
            return f"attribute_not_exists({path}) OR attribute_type({path}, NULL)"
        case HasType(types=types):
            return " OR ".join(f"attribute_type({path}, {one.value})" for one in types)
        case HasSize(comparison=comparison, size=size):
            return f"size({path}) {comparison.value} {size}"
        case Exists():
            return f"attribute_exists({path})"
        case _:
            assert_never(leaf)


def _operand_text(operand: Operand) -> str:
    if isinstance(operand, AttributeValue):
        return value_text(operand)
    return repr(operand.value) if isinstance(operand, Constant) else f"${operand.number}"


def value_text(value: AttributeValue) -> str:
    """Say a typed value: a text in quotes, a number bare, bytes as base64."""
    content = value.content
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, bytes):
        return f"B'{_shortened(base64.b64encode(content).decode())}'"
    if value.type.value == "S" and isinstance(content, str):
        return "'" + _shortened(content).replace("'", "''") + "'"
    return "NULL" if content is None else content


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}..."


def path_text(path: AttributePath) -> str:
    """Say an attribute path as DynamoDB writes it."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' if text else ''}{_name(step)}"
    return text


def _name(name: str) -> str:
    """Quote a name as SQL would where it is more than a word in lower case."""
    plain = name.isidentifier() and name == name.lower()
    return name if plain else '"' + name.replace('"', '""') + '"'


def _projection_text(projection: tuple[AttributePath, ...] | None) -> str:
    return "whole items" if projection is None else ", ".join(path_text(path) for path in projection)
