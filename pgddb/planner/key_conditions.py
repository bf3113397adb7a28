"""Write boxes as the key conditions of Queries: equality on each partition attribute, then one condition on a sort key.

DynamoDB takes one condition for each key attribute (C4), so what is left of all ranges after they are met becomes one
of `= < <= > >= BETWEEN begins_with`; where it is a little wider than the ranges, the engine checks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from msgspec import Struct

from pgddb.access.path import ItemKey, KeyCondition, SortCondition, SortOperator
from pgddb.access.predicate import AttributeValue
from pgddb.access.store_values import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, number_digits
from pgddb.access.table import AttributeType, KeyAttribute, KeySchema
from pgddb.planner.key_boxes import Box, Boxes
from pgddb.planner.key_domains import ALL, Cut, Domain, Interval, KeyContent, join, point_of, prefix_end, values_of

MAX_CONDITIONS = 20_000
"""Partitions, or keys, that one read may name; more are read by a scan."""


class KeyPlan(Struct, frozen=True):
    """How boxes are read by key.

    Attributes:
        conditions: what is read, each item by one of them only.
        exact: the conditions select no item outside the boxes.
        keys: the same as full primary keys, where all conditions are equalities on every attribute.
        coarse: one condition for each partition, from the least to the greatest sort key; `coarse_exact` likewise.
    """

    conditions: tuple[KeyCondition, ...]
    exact: bool
    keys: tuple[ItemKey, ...] = ()
    coarse: tuple[KeyCondition, ...] = ()
    coarse_exact: bool = False

    @property
    def partitions(self) -> int:
        return len(self.coarse or self.conditions)


def plan_keys(schema: KeySchema, boxes: Boxes) -> KeyPlan | None:
    """Give the key conditions for some boxes, or None where they name no or too many partitions."""
    partitions = _partitions(schema, boxes.boxes)
    if partitions is None:
        return None
    conditions: list[KeyCondition] = []
    coarse: list[KeyCondition] = []
    exact = coarse_exact = True
    written: dict[tuple[Domain, ...], tuple[_SortParts, _SortPart]] = {}
    for partition, sorts in partitions.items():
        equals = tuple(_valued(attribute, value) for attribute, value in zip(schema.partition, partition, strict=True))
        if sorts.domains not in written:
            parts = _sort_conditions(schema.sort, sorts.domains)
            one = parts.parts[0] if len(parts.parts) == 1 else _hull(schema.sort, sorts.domains)
            written[sorts.domains] = parts, one
        found, hull = written[sorts.domains]
        conditions += (KeyCondition(equals + part.equals, part.sort) for part in found.parts)
        coarse.append(KeyCondition(equals + hull.equals, hull.sort))
        exact = exact and found.exact and sorts.exact
        coarse_exact = coarse_exact and hull.exact and sorts.exact
        if len(conditions) > MAX_CONDITIONS:
            return None
    whole = all(len(one.equals) == len(schema.attributes) for one in conditions)
    keys = tuple(one.equals for one in conditions) if whole else ()
    if len(coarse) == len(conditions):
        return KeyPlan(tuple(conditions), exact, keys)
    return KeyPlan(tuple(conditions), exact, keys, tuple(coarse), coarse_exact)


# Partitions -----------------------------------------------------------------------------------------------


class _Sorts(Struct, frozen=True):
    """What the sort keys of one partition may be; not `exact`: more than the boxes say."""

    domains: tuple[Domain, ...]
    exact: bool = True


def _partitions(schema: KeySchema, boxes: Sequence[Box]) -> dict[tuple[KeyContent, ...], _Sorts] | None:
    """Sort boxes by partition; boxes of one partition are joined, for no item may be read twice."""
    found: dict[tuple[KeyContent, ...], dict[tuple[Domain, ...], None]] = {}
    for box in boxes:
        values = [values_of(box.get(attribute.name, ALL)) for attribute in schema.partition]
        if any(value is None for value in values):
            return None
        known = [_short_enough(value or [], MAX_PARTITION_KEY_BYTES) for value in values]
        domains = tuple(box.get(attribute.name, ALL) for attribute in schema.sort)
        size = 1
        for one in known:
            size *= len(one)
        if size + len(found) > MAX_CONDITIONS:
            return None
        for partition in product(*known):
            found.setdefault(partition, {})[domains] = None
    return {partition: _joined(list(domains)) for partition, domains in found.items()}


def _joined(alternatives: Sequence[tuple[Domain, ...]]) -> _Sorts:
    """Join what the boxes of one partition say of its sort keys."""
    first = alternatives[0]
    if len(alternatives) == 1:
        return _Sorts(first)
    if len(first) == 1:
        return _Sorts((join([one for (one,) in alternatives]),))
    return _Sorts(tuple(ALL for _ in first), exact=False)


def _short_enough(values: Sequence[KeyContent], limit: int) -> list[KeyContent]:
    """Leave out values that are longer than any key: no item has them, and DynamoDB refuses them."""
    return [value for value in values if size_of(value) <= limit]


def is_key_content(value: KeyContent) -> bool:
    """Say whether any attribute of a key may have a value: neither empty nor too long."""
    return isinstance(value, Decimal) or 0 < size_of(value) <= MAX_SORT_KEY_BYTES


def size_of(value: KeyContent) -> int:
    """Give the bytes of a value; numbers never pass a limit."""
    if isinstance(value, Decimal):
        return 0
    return len(value.encode()) if isinstance(value, str) else len(value)


# Sort keys ------------------------------------------------------------------------------------------------


class _SortPart(Struct, frozen=True):
    equals: ItemKey = ()
    sort: SortCondition | None = None
    exact: bool = True


class _SortParts(Struct, frozen=True):
    parts: tuple[_SortPart, ...]
    exact: bool


def _sort_conditions(attributes: Sequence[KeyAttribute], domains: Sequence[Domain]) -> _SortParts:
    """Write the domains of sort keys, the first one first: equalities as long as there are, then a range."""
    parts = list(_continued(attributes, domains))
    return _SortParts(tuple(parts), all(part.exact for part in parts))


def _continued(attributes: Sequence[KeyAttribute], domains: Sequence[Domain]) -> Iterator[_SortPart]:
    if not attributes or domains[0] == ALL:
        yield _SortPart(exact=all(domain == ALL for domain in domains))
        return
    attribute, domain, rest = attributes[0], domains[0], domains[1:]
    for interval in domain:
        point = point_of(interval)
        if point is None:
            sort, exact = _range(attribute, interval)
            yield _SortPart((), sort, exact and all(one == ALL for one in rest))
        elif size_of(point) <= MAX_SORT_KEY_BYTES:
            for part in _continued(attributes[1:], rest):
                yield _SortPart((_valued(attribute, point), *part.equals), part.sort, part.exact)


def _hull(attributes: Sequence[KeyAttribute], domains: Sequence[Domain]) -> _SortPart:
    """Write the least range that holds a whole domain."""
    if not attributes or domains[0] == ALL or not domains[0]:
        return _SortPart(exact=all(domain == ALL for domain in domains))
    domain = domains[0]
    sort, exact = _range(attributes[0], (domain[0][0], domain[-1][1]))
    return _SortPart((), sort, exact and len(domain) == 1 and all(one == ALL for one in domains[1:]))


def _range(attribute: KeyAttribute, interval: Interval) -> tuple[SortCondition | None, bool]:
    """Write an interval as the one legal condition; False where that is wider than the interval."""
    low, high = (_usable(cut) for cut in interval)
    exact = (low, high) == interval
    if low is None and high is None:
        return None, exact
    if low is None or high is None:
        sort = _one_sided(attribute, low, high)
        return sort, exact or _is_open(interval, low, high)
    if low[1] == high[1]:
        return _sort(attribute, SortOperator.EQUAL, low[1]), exact
    if isinstance(low[1], str) and low[2] == 0 and high == prefix_end(low[1]):
        return _sort(attribute, SortOperator.BEGINS_WITH, low[1]), exact
    return _sort(attribute, SortOperator.BETWEEN, low[1], high[1]), exact and low[2] == 0 and high[2] == 1


def _one_sided(attribute: KeyAttribute, low: Cut | None, high: Cut | None) -> SortCondition:
    if high is not None:
        return _sort(attribute, SortOperator.LESS_EQUAL if high[2] else SortOperator.LESS, high[1])
    assert low is not None
    if isinstance(low[1], str) and low[2] == 0 and prefix_end(low[1]) == (2,):
        return _sort(attribute, SortOperator.GREATER_EQUAL, low[1])
    return _sort(attribute, SortOperator.GREATER if low[2] else SortOperator.GREATER_EQUAL, low[1])


def _is_open(interval: Interval, low: Cut | None, high: Cut | None) -> bool:
    """Say whether what the condition leaves out is what the interval leaves open."""
    return (low is not None or len(interval[0]) == 1) and (high is not None or len(interval[1]) == 1)


def _usable(cut: Cut) -> Cut | None:
    """Give a cut at a value that DynamoDB takes as a key, or None."""
    return cut if len(cut) == 3 and size_of(cut[1]) <= MAX_SORT_KEY_BYTES else None


def _sort(attribute: KeyAttribute, operator: SortOperator, *values: KeyContent) -> SortCondition:
    return SortCondition(attribute.name, operator, tuple(_valued(attribute, value)[1] for value in values))


def _valued(attribute: KeyAttribute, value: KeyContent) -> tuple[str, AttributeValue]:
    if attribute.type is AttributeType.N:
        assert isinstance(value, Decimal)
        return attribute.name, AttributeValue(attribute.type, number_digits(value))
    assert isinstance(value, (str, bytes))
    return attribute.name, AttributeValue(attribute.type, value)
