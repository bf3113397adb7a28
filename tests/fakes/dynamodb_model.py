"""DynamoDB's own evaluation of filters and key conditions, and of whole access paths, over items in memory.

Written from the documentation, not from `pgddb`: what a missing attribute, a NULL and another type mean in each
function. Items are typed JSON as boto3's client gives it: {"a": {"S": "x"}}.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pgddb.access.path import (
    AccessPath,
    BatchGet,
    FetchBack,
    ItemGet,
    KeyCondition,
    NoRead,
    PartitionQuery,
    SegmentScan,
    SortOperator,
)
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Comparison,
    Exists,
    HasSize,
    HasType,
    IsNull,
    Negation,
    OneOf,
    Predicate,
    StartsWith,
)
from pgddb.access.table import AttributePath, Index, IndexProjection, KeySchema, TableSchema

Typed = dict[str, Any]
Item = dict[str, Typed]

ORDERED = ("S", "N", "B")


def at_path(item: Item, path: AttributePath) -> Typed | None:
    """Follow a document path: a text goes into a map, a number into a list, nothing goes into a set."""
    value: Typed | None = {"M": item}
    for step in path:
        if value is None:
            return None
        if isinstance(step, int):
            elements = value.get("L", [])
            value = elements[step] if step < len(elements) else None
        else:
            value = value.get("M", {}).get(step)
    return value


def type_of(value: Typed) -> str:
    return next(iter(value))


def comparable(value: Typed) -> tuple[str, Any]:  # noqa: PLR0911 - one for each type
    """Give (type, value) so that equal values are equal and S, N and B are ordered as DynamoDB orders them."""
    kind, content = next(iter(value.items()))
    if kind == "N":
        return kind, Decimal(content)
    if kind == "S":
        return kind, content.encode()
    if kind in ("SS", "BS"):
        return kind, frozenset(content)
    if kind == "NS":
        return kind, frozenset(Decimal(one) for one in content)
    if kind == "L":
        return kind, tuple(comparable(one) for one in content)
    if kind == "M":
        return kind, tuple(sorted((name, comparable(one)) for name, one in content.items()))
    return kind, content


def typed(operand: Any) -> Typed:
    assert isinstance(operand, AttributeValue), "a store predicate holds typed values"
    if operand.type.value == "NULL":
        return {"NULL": True}
    return {operand.type.value: operand.content}


def ordered(left: Any, comparison: str, right: Any) -> bool:
    tests: dict[str, bool] = {
        "=": left == right,
        "<>": left != right,
    }
    if comparison in tests:
        return tests[comparison]
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[comparison])


def keeps(item: Item, predicate: Predicate) -> bool:
    """Evaluate a FilterExpression: two-valued."""
    match predicate:
        case AllOf(parts=parts):
            return all(keeps(item, part) for part in parts)
        case AnyOf(parts=parts):
            return any(keeps(item, part) for part in parts)
        case Negation(part=part):
            return not keeps(item, part)
        case _:
            return _leaf_keeps(at_path(item, predicate.path), predicate)


def _leaf_keeps(value: Typed | None, leaf: Predicate) -> bool:  # noqa: C901, PLR0911 - one for each function
    match leaf:
        case Exists():
            return value is not None
        case HasType(types=types):
            return value is not None and type_of(value) in [one.value for one in types]
        case HasSize(comparison=comparison, size=size):
            return has_size(value, comparison, size)
        case IsNull(negated=negated):
            return (value is None or type_of(value) == "NULL") is not negated
        case OneOf(operands=operands):
            assert isinstance(operands, tuple)
            return value is not None and any(comparable(value) == comparable(typed(one)) for one in operands)
        case StartsWith(prefix=prefix):
            wanted = typed(prefix)
            if value is None or type_of(value) != type_of(wanted):
                return False
            return bool(comparable(value)[1].startswith(comparable(wanted)[1]))
        case Compare(comparison=comparison, operand=operand):
            return _compares(value, comparison, typed(operand))
        case _:
            raise AssertionError(leaf)


def has_size(value: Typed | None, comparison: Comparison, size: int) -> bool:
    """Compare size(): nothing for a number, truth or NULL.

    The documentation does not say in what a text is measured, so it is what keeps fewer: letters where it asks for
    many, bytes where for few.
    """
    if value is None or type_of(value) in ("N", "BOOL", "NULL"):
        return False
    content = next(iter(value.values()))
    length = len(content)
    if isinstance(content, str) and comparison is Comparison.LESS_EQUAL:
        length = len(content.encode())
    return ordered(length, comparison.value, size)


def _compares(value: Typed | None, comparison: Comparison, operand: Typed) -> bool:
    if comparison is Comparison.NOT_EQUAL:
        return value is None or comparable(value) != comparable(operand)
    if value is None or type_of(value) != type_of(operand):
        return False
    if comparison is not Comparison.EQUAL and type_of(value) not in ORDERED:
        raise AssertionError("DynamoDB refuses to order this type")
    return ordered(comparable(value)[1], comparison.value, comparable(operand)[1])


# Reads ----------------------------------------------------------------------------------------------------


def in_index(item: Item, index: Index) -> bool:
    """An item is in an index if it has every key attribute, of the declared type."""
    return all(
        attribute.name in item and type_of(item[attribute.name]) == attribute.type.value
        for attribute in index.keys.attributes
    )


def index_items(table: TableSchema, items: Sequence[Item], index: Index | None) -> list[Item]:
    if index is None:
        return list(items)
    held = [item for item in items if in_index(item, index)]
    if index.projection is IndexProjection.ALL:
        return held
    kept = {*table.keys.names, *index.keys.names, *index.included}
    return [{name: value for name, value in item.items() if name in kept} for item in held]


def meets_key_condition(item: Item, condition: KeyCondition) -> bool:
    for name, value in condition.equals:
        assert value.content not in ("", b""), "DynamoDB refuses an empty key value"
        if not _compares(item.get(name), Comparison.EQUAL, typed(value)):
            return False
    sort = condition.sort
    if sort is None:
        return True
    assert all(value.content not in ("", b"") for value in sort.values), "DynamoDB refuses an empty key value"
    stored, bounds = item.get(sort.attribute), [typed(one) for one in sort.values]
    if sort.operator is SortOperator.BETWEEN:
        low, high = bounds
        assert comparable(low)[1] <= comparable(high)[1], "DynamoDB refuses an inverted BETWEEN"
        return _compares(stored, Comparison.GREATER_EQUAL, low) and _compares(stored, Comparison.LESS_EQUAL, high)
    if sort.operator is SortOperator.BEGINS_WITH:
        return _leaf_keeps(stored, StartsWith((sort.attribute,), sort.values[0]))
    return _compares(stored, Comparison(sort.operator.value), bounds[0])


def run_path(path: AccessPath, items: Sequence[Item]) -> list[Item]:
    """Give the items that an access path returns, whole where it fetches whole ones, in the store's order."""
    found = _read(path, items)
    return found if path.limit is None else found[: path.limit]


def _read(path: AccessPath, items: Sequence[Item]) -> list[Item]:
    match path.read:
        case NoRead():
            return []
        case ItemGet(key=key):
            return _by_keys(path, items, [key])
        case BatchGet(keys=keys):
            return _by_keys(path, items, keys)
        case FetchBack(keys_from=keys_from):
            names = path.table.keys.names
            wanted = [{name: comparable(item[name]) for name in names} for item in _index_read(path, items, keys_from)]
            by_key = [({name: comparable(item[name]) for name in names}, item) for item in items]
            return [item for key in wanted for other, item in by_key if other == key]
        case PartitionQuery() | SegmentScan():
            return _index_read(path, items, path.read)


def _by_keys(path: AccessPath, items: Sequence[Item], keys: Sequence[Any]) -> list[Item]:
    assert path.filter is None, "GetItem and BatchGetItem have no filter"
    assert len({repr(sorted(key)) for key in keys}) == len(keys), "DynamoDB refuses a key twice"
    return [item for key in keys for item in items if meets_key_condition(item, KeyCondition(key))]


def _index_read(path: AccessPath, items: Sequence[Item], read: PartitionQuery | SegmentScan) -> list[Item]:
    held = index_items(path.table, items, read.index)
    if isinstance(read, PartitionQuery):
        keys = path.table.keys if read.index is None else read.index.keys
        found: list[Item] = []
        for condition in read.conditions:
            assert {name for name, _ in condition.equals} >= {attribute.name for attribute in keys.partition}, (
                "every partition key attribute needs an equality"
            )
            part = [item for item in held if meets_key_condition(item, condition)]
            found += sort_items(part, [attribute.name for attribute in keys.sort], descending=read.descending)
        if read.merge_by is not None:
            found = sort_items(found, [read.merge_by], descending=read.descending)
        if path.filter is not None:
            assert not named_attributes(path.filter) & set(keys.names), "a Query's filter cannot name its keys"
        held = found
    elif read.most_partitions is not None:
        held = first_of_partitions(held, path.table.keys if read.index is None else read.index.keys, read.ends)
    return [item for item in held if path.filter is None or keeps(item, path.filter)]


def first_of_partitions(items: Sequence[Item], keys: KeySchema, ends: Sequence[bool] = ()) -> list[Item]:
    """Give one item of each partition, and its first or last one by the sort key where they are asked for."""
    found: list[Item] = []
    for end in ends or (False,):
        ordered = sort_items(items, keys.names, descending=end)
        firsts = {repr([comparable(item[key.name]) for key in keys.partition]): item for item in reversed(ordered)}
        found += (item for item in firsts.values() if item not in found)
    return found


def sort_items(items: Sequence[Item], names: Sequence[str], *, descending: bool) -> list[Item]:
    return sorted(items, key=lambda item: [comparable(item[name])[1] for name in names], reverse=descending)


def named_attributes(predicate: Predicate) -> set[Any]:
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return set().union(*map(named_attributes, parts))
        case Negation(part=part):
            return named_attributes(part)
        case _:
            return {predicate.path[0]}
