"""Choose how a table is read: by its key where the conditions give it, else by a scan in segments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pgddb.access.path import (
    AccessPath,
    Estimate,
    ItemGet,
    ItemKey,
    KeyCondition,
    NoRead,
    PartitionQuery,
    Read,
    SegmentScan,
    SortCondition,
    SortOperator,
)
from pgddb.access.predicate import (
    AllOf,
    AttributeValue,
    Compare,
    Comparison,
    Constant,
    Operand,
    Parameter,
    Predicate,
    StartsWith,
)
from pgddb.access.table import AttributePath, AttributeType, KeyAttribute, TableSchema
from pgddb.planner.plan_nodes import ChosenPath, ReadSettings, TableRead

UNIT_BYTES = 4096
"""What one read unit reads, strongly consistent."""
PAGE_BYTES = 1024 * 1024
"""What one Query or Scan request reads at most."""
MAX_NUMBER_DIGITS = 38
"""DynamoDB keeps this many digits; a number with more is no key."""

_OPERATORS = {
    Comparison.LESS: SortOperator.LESS,
    Comparison.LESS_EQUAL: SortOperator.LESS_EQUAL,
    Comparison.GREATER: SortOperator.GREATER,
    Comparison.GREATER_EQUAL: SortOperator.GREATER_EQUAL,
}


def choose_access_path(read: TableRead, parameters: Sequence[object | None], settings: ReadSettings) -> ChosenPath:
    """Choose the access path of one read, with the values of this execution."""
    conjuncts = list(_flat(read.conjuncts))
    table = read.table
    limit = _limit(read, parameters)
    way: Read
    used: int
    if limit == 0:
        way, used = NoRead("LIMIT 0"), 0
    else:
        way, used = _keyed_read(table, conjuncts, parameters) or (SegmentScan(_segments(table, settings)), 0)
    pushed_limit = limit if read.complete and used == len(conjuncts) and not read.order else None
    path = AccessPath(
        table,
        way,
        _estimate(table, way, settings, pushed_limit),
        projection=_projection(read),
        limit=None if isinstance(way, (ItemGet, NoRead)) else pushed_limit,
        consistent=settings.consistent,
    )
    return ChosenPath(path)


def _flat(conjuncts: Sequence[Predicate]) -> Iterator[Predicate]:
    for conjunct in conjuncts:
        if isinstance(conjunct, AllOf):
            yield from _flat(conjunct.parts)
        else:
            yield conjunct


def _limit(read: TableRead, parameters: Sequence[object | None]) -> int | None:
    limit = _bound(read.limit, parameters)
    offset = _bound(read.offset, parameters) or 0
    if not isinstance(limit, int) or not isinstance(offset, int) or limit < 0 or offset < 0:
        return None
    return limit + offset if limit else 0


def _bound(operand: Operand | None, parameters: Sequence[object | None]) -> object | None:
    if operand is None:
        return None
    if isinstance(operand, Constant):
        return operand.value
    return parameters[operand.number - 1] if isinstance(operand, Parameter) else None


def _keyed_read(
    table: TableSchema, conjuncts: Sequence[Predicate], parameters: Sequence[object | None]
) -> tuple[Read, int] | None:
    """Give the read by key and how many conjuncts it answers in full."""
    equals: list[tuple[str, AttributeValue]] = []
    used = 0
    for attribute in table.keys.attributes:
        values = _equal_values(attribute, conjuncts, parameters)
        if values and None in values:
            return NoRead(f"{attribute.name} = NULL is never true"), 0
        if not values or values[0] is None:
            break
        equals.append((attribute.name, values[0]))
        used += 1
    if len(equals) < len(table.keys.partition):
        return None
    key: ItemKey = tuple(equals)
    if len(equals) == len(table.keys.attributes):
        return ItemGet(key), used
    sort, more = _sort_condition(table.keys.sort[0], conjuncts, parameters)
    return PartitionQuery((KeyCondition(key, sort),)), used + more


def _equal_values(
    attribute: KeyAttribute, conjuncts: Sequence[Predicate], parameters: Sequence[object | None]
) -> list[AttributeValue | None]:
    """Give the values that a key attribute must equal; None stands for SQL's NULL."""
    values: list[AttributeValue | None] = []
    for conjunct in conjuncts:
        if (
            isinstance(conjunct, Compare)
            and conjunct.path == (attribute.name,)
            and conjunct.comparison is Comparison.EQUAL
        ):
            value = _bound(conjunct.operand, parameters)
            typed = None if value is None else key_value(attribute.type, value)
            if value is None or typed is not None:
                values.append(typed)
    return values


def _sort_condition(
    attribute: KeyAttribute, conjuncts: Sequence[Predicate], parameters: Sequence[object | None]
) -> tuple[SortCondition | None, int]:
    """Give one range condition on a sort key and how many conjuncts it answers; the engine checks the rest."""
    bounds: dict[SortOperator, AttributeValue] = {}
    for conjunct in conjuncts:
        operator, operand = _range_of(conjunct, (attribute.name,))
        value = _bound(operand, parameters)
        typed = None if value is None else key_value(attribute.type, value)
        if operator is not None and typed is not None and operator not in bounds:
            bounds[operator] = typed
    low, high = bounds.get(SortOperator.GREATER_EQUAL), bounds.get(SortOperator.LESS_EQUAL)
    if low is not None and high is not None and _ordered(low, high):
        return SortCondition(attribute.name, SortOperator.BETWEEN, (low, high)), 2
    for operator, value in bounds.items():
        return SortCondition(attribute.name, operator, (value,)), 1
    return None, 0


def _range_of(conjunct: Predicate, path: AttributePath) -> tuple[SortOperator | None, Operand | None]:
    if isinstance(conjunct, Compare) and conjunct.path == path and conjunct.comparison in _OPERATORS:
        return _OPERATORS[conjunct.comparison], conjunct.operand
    if isinstance(conjunct, StartsWith) and conjunct.path == path and conjunct.only:
        return SortOperator.BEGINS_WITH, conjunct.prefix
    return None, None


def _ordered(low: AttributeValue, high: AttributeValue) -> bool:
    """Say whether BETWEEN may be asked for: DynamoDB refuses bounds in the wrong order."""
    first, second = low.content, high.content
    if low.type is AttributeType.N:
        return Decimal(str(first)) <= Decimal(str(second))
    if isinstance(first, bytes) and isinstance(second, bytes):
        return first <= second
    return str(first).encode() <= str(second).encode()


def key_value(kind: AttributeType, value: object) -> AttributeValue | None:
    """Give a value as a key attribute of this type, or None where no key can have it."""
    if kind is AttributeType.S and isinstance(value, str) and value:
        return AttributeValue(kind, value)
    if kind is AttributeType.B and isinstance(value, bytes) and value:
        return AttributeValue(kind, value)
    if kind is AttributeType.N and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite() and _significant_digits(number) <= MAX_NUMBER_DIGITS:
            return AttributeValue(kind, f"{number:f}")
    return None


def _significant_digits(number: Decimal) -> int:
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))


def _segments(table: TableSchema, settings: ReadSettings) -> int:
    wanted = table.segments or settings.segments
    if table.segments is None and table.size_bytes is not None:
        wanted = min(wanted, math.ceil(table.size_bytes / PAGE_BYTES))
    return max(1, wanted)


def _projection(read: TableRead) -> tuple[AttributePath, ...] | None:
    """Give what to fetch; where only the number of rows counts, one key attribute stands for the row."""
    if read.projection == ():
        return ((read.table.keys.partition[0].name,),)
    return read.projection


def _estimate(table: TableSchema, way: Read, settings: ReadSettings, limit: int | None) -> Estimate:
    item_bytes = table.average_item_bytes or 0.0
    share = 1.0 if settings.consistent else 0.5
    if isinstance(way, NoRead):
        return Estimate(0, 0, 0, 0)
    if isinstance(way, ItemGet):
        return Estimate(1, item_bytes, share * max(1, math.ceil(item_bytes / UNIT_BYTES)), 1)
    items = float(table.item_count or 0) if limit is None else float(min(limit, table.item_count or limit))
    size = items * item_bytes
    requests = max(1, math.ceil(size / PAGE_BYTES))
    return Estimate(items, size, share * max(1, math.ceil(size / UNIT_BYTES)), requests)
