"""Count what writes cost: write units of the table and of each index that a write touches, and requests.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html (storage and write considerations).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from pgddb.access.attribute_values import Item, same_value
from pgddb.access.item_size import item_bytes
from pgddb.access.mutation import DeleteItem, Mutation, MutationGroup, PutItem, Together, UpdateItem, WriteMode
from pgddb.access.table import Index, TableSchema
from pgddb.errors import ProgramLimitExceeded

UNIT_BYTES = 1024
BATCH_ITEMS = 25
MAX_TRANSACTION_ITEMS = 100
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
TRANSACTION_FACTOR = 2
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html (two units for each)."""

UNKNOWN_ITEM_BYTES = 1024.0
"""Assumed of a table whose item size nobody knows."""


@dataclass(slots=True)
class WriteEstimate:
    """What writes will take; `units_by_resource` is keyed by table, or table/index for an index."""

    items: float = 0.0
    write_units: float = 0.0
    requests: float = 0.0
    units_by_resource: dict[str, float] = field(default_factory=dict)

    def add(self, resource: str, units: float) -> None:
        if units:
            self.write_units += units
            self.units_by_resource[resource] = self.units_by_resource.get(resource, 0.0) + units


def units_of(size_bytes: float) -> int:
    """Write units of one item: 1 KB each, at least one.

    >>> units_of(0), units_of(1024), units_of(1025)
    (1, 1, 2)
    """
    return max(1, math.ceil(size_bytes / UNIT_BYTES))


def add_item_units(
    estimate: WriteEstimate, table: TableSchema, old: Item | None, new: Item | None, *, transactional: bool = False
) -> None:
    """Add what it costs to turn one item into another; None is no item.

    A secondary index is charged where the write touches its entry: once for a new, a gone or a changed entry, twice
    where a key attribute of the entry changes, for that is a delete and a put.
    """
    factor = TRANSACTION_FACTOR if transactional else 1
    sizes = [item_bytes(item) for item in (old, new) if item is not None]
    estimate.items += 1
    estimate.add(table.table_name, factor * units_of(max(sizes, default=0)))
    for index in table.indexes:
        units = index_units(table, index, old, new)
        estimate.add(_billed_on(table, index), factor * units)


def index_units(table: TableSchema, index: Index, old: Item | None, new: Item | None) -> int:
    """Write units of one index for the change of one item."""
    before, after = _entry(table, index, old), _entry(table, index, new)
    if before is None or after is None:
        return sum(units_of(item_bytes(entry)) for entry in (before, after) if entry is not None)
    keys = index.keys.names
    if any(not same_value(before[name], after[name]) for name in keys):
        return units_of(item_bytes(before)) + units_of(item_bytes(after))
    if before.keys() == after.keys() and all(same_value(before[name], after[name]) for name in before):
        return 0
    return units_of(max(item_bytes(before), item_bytes(after)))


def expected_units(
    table: TableSchema, items: float, *, item_size_bytes: float | None = None, changed: frozenset[str] | None = None
) -> WriteEstimate:
    """Expect what writing many items costs before any was read.

    `changed` names the attributes that an UPDATE changes; None is an INSERT or a DELETE, which touch every index.
    Without more knowledge every item is taken to be in every index: sparse indexes cost less.
    """
    size = item_size_bytes or table.average_item_bytes or UNKNOWN_ITEM_BYTES
    estimate = WriteEstimate(items=items)
    estimate.add(table.table_name, items * units_of(size))
    for index in table.indexes:
        writes = _expected_writes(table, index, changed)
        entry_bytes = _entry_bytes(index, size)
        estimate.add(_billed_on(table, index), items * writes * units_of(entry_bytes))
    return estimate


def goes_as_transaction(group: MutationGroup) -> bool:
    """Say whether one TransactWriteItems carries the group.

    Raises:
        ProgramLimitExceeded: the group must be atomic and is too large to be.
    """
    mutations = list(group.each())
    if group.mode is WriteMode.BATCH or not mutations:
        return False
    problem = transaction_problem(mutations)
    if problem is not None and group.mode is WriteMode.ATOMIC:
        raise ProgramLimitExceeded(
            f"the transaction cannot be atomic: {problem}",
            hint="Write less in one transaction, or SET pgddb.write_mode = 'batch'.",
        )
    return problem is None and len(mutations) > 1


def transaction_problem(mutations: list[Mutation]) -> str | None:
    """Say why one TransactWriteItems cannot carry the mutations, or None where it can."""
    if len(mutations) > MAX_TRANSACTION_ITEMS:
        return f"it writes {len(mutations)} items, and DynamoDB's limit is {MAX_TRANSACTION_ITEMS}"
    size = sum(map(written_bytes, mutations))
    if size > MAX_TRANSACTION_BYTES:
        return f"it writes {size} bytes, and DynamoDB's limit is {MAX_TRANSACTION_BYTES}"
    if len({mutation.table.source for mutation in mutations}) > 1:
        return "its tables are in several regions or accounts"
    return None


def request_count(group: MutationGroup) -> int:
    """How many requests carry the group, if none is repeated."""
    if goes_as_transaction(group):
        return 1
    whole = sum(isinstance(one, Together) or not batchable(one) for one in group.mutations)
    tables = Counter(
        (one.table.source, one.table.table_name)
        for one in group.mutations
        if not isinstance(one, Together) and batchable(one)
    )
    return whole + sum(math.ceil(count / BATCH_ITEMS) for count in tables.values())


def batchable(mutation: Mutation) -> bool:
    """Say whether BatchWriteItem can carry it: a put or delete without a condition."""
    return not isinstance(mutation, UpdateItem) and mutation.condition is None


def written_bytes(mutation: Mutation) -> int:
    """Bytes that the mutation is billed for as far as they are known."""
    match mutation:
        case PutItem() | UpdateItem():
            return max(mutation.size_bytes, mutation.old_size_bytes or 0)
        case DeleteItem():
            return mutation.old_size_bytes or 0


def _entry(table: TableSchema, index: Index, item: Item | None) -> Item | None:
    """What the index holds of an item; None where the item lacks one of its key attributes."""
    if item is None or any(name not in item for name in index.keys.names):
        return None
    return {name: value for name, value in item.items() if index.holds(name, table.keys)}


def _billed_on(table: TableSchema, index: Index) -> str:
    return f"{table.table_name}/{index.name}"


def _expected_writes(table: TableSchema, index: Index, changed: frozenset[str] | None) -> int:
    if changed is None:
        return 1
    if changed & set(index.keys.names):
        return 2
    return int(any(index.holds(name, table.keys) for name in changed))


def _entry_bytes(index: Index, size: float) -> float:
    if index.item_count and index.size_bytes:
        return index.size_bytes / index.item_count
    return size
