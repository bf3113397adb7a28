"""Say whether a read gives its items in the order that a LIMIT counts in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pgddb.access.attribute_facts import column_of, view_of
from pgddb.access.leaf_conditions import VIEWED_TYPE
from pgddb.access.path import KeyCondition
from pgddb.access.predicate import SeenAs
from pgddb.access.table import KeyAttribute, KeySchema, TableSchema
from pgddb.planner.plan_nodes import SortKey


class StoreOrder(Struct, frozen=True):
    """How Queries give the wanted order: backwards or not, and merged by a sort key where there are several."""

    descending: bool = False
    merge_by: str | None = None


def store_order(
    table: TableSchema,
    schema: KeySchema,
    conditions: Sequence[KeyCondition],
    wanted: Sequence[SortKey],
    *,
    unique: bool,
) -> StoreOrder | None:
    """Give the way to read the conditions in the wanted order, or None where there is none.

    `unique` says that no two items have the same key, so that what comes after it in the order does not matter.
    """
    fixed = _fixed(conditions)
    sorts = [attribute for attribute in schema.sort if attribute.name not in fixed]
    keys = [key for key in wanted if not (len(key.path) == 1 and key.path[0] in fixed)]
    if not keys:
        return StoreOrder()
    descending = keys[0].descending
    if len(conditions) > 1:
        if len(keys) != 1 or not schema.sort or not _is_key(table, keys[0], schema.sort[0]):
            return None
        return StoreOrder(descending, schema.sort[0].name)
    for key, attribute in zip(keys, sorts, strict=False):
        if not _is_key(table, key, attribute) or key.descending is not descending:
            return None
    if len(keys) > len(sorts) and not unique:
        return None
    return StoreOrder(descending)


def _fixed(conditions: Sequence[KeyCondition]) -> frozenset[str]:
    """Name the attributes that have one value in all conditions."""
    shared = set(conditions[0].equals).intersection(*(condition.equals for condition in conditions[1:]))
    return frozenset(name for name, _ in shared)


def _is_key(table: TableSchema, key: SortKey, attribute: KeyAttribute) -> bool:
    """Say whether SQL sorts the column as DynamoDB sorts the attribute."""
    return key.path == (attribute.name,) and sorts_as_sql(table, attribute)


def sorts_as_sql(table: TableSchema, attribute: KeyAttribute) -> bool:
    """Say whether SQL sorts the column of a key attribute as DynamoDB does."""
    column = column_of(table, (attribute.name,))
    if column is None:
        return False
    view = view_of(column)
    return view is not SeenAs.FLOAT and VIEWED_TYPE.get(view) is attribute.type
