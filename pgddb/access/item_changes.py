"""Say what turns one item into another: the least that UpdateItem must set and remove, and what it must find.

A map is changed member by member, so that writers of its other members do not meet. A list is written whole: another
writer may have moved its elements.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pgddb.access.attribute_values import Item, TypedValue, encode_typed, same_value
from pgddb.access.item_size import item_bytes
from pgddb.access.mutation import MustExist, MustMatch, UpdateItem
from pgddb.access.path import ItemKey
from pgddb.access.table import AttributePath, TableSchema
from pgddb.errors import ProgramLimitExceeded

MOST_CHANGES = 100
"""Changed attributes of one request: their condition takes up to 32 bytes of 4 KB and two operators of 300 each."""

DEEP_BYTES = 3900
"""What deep paths may take of the 4 KB of one condition, by `_condition_bytes`."""


class Change(Struct, frozen=True):
    """One path that differs; `before` or `after` is None where nothing is there."""

    path: AttributePath
    before: TypedValue | None
    after: TypedValue | None


def update_of(
    table: TableSchema,
    key: ItemKey,
    old: Item,
    new: Item,
    *,
    optimistic: bool = True,
    also_read: tuple[AttributePath, ...] = (),
) -> UpdateItem | None:
    """Make the update from what was read to what shall be, or None where nothing changes.

    It is conditional on the item being there and, if `optimistic`, on every changed path and those of `also_read`
    (what the statement's expressions and WHERE have read) still holding what was read.

    Raises:
        ProgramLimitExceeded: it changes more attributes than one request can.
    """
    changes = changed_paths(old, new)
    if not changes:
        return None
    before = {change.path: change.before for change in changes}
    if optimistic:
        before |= {path: value_at(old, path) for path in also_read if not _below(path, before)}
    condition = MustMatch(
        tuple((path, None if value is None else encode_typed(value)) for path, value in before.items())
    )
    return UpdateItem(
        table=table,
        key=key,
        assignments=tuple((change.path, encode_typed(change.after)) for change in changes if change.after is not None),
        removals=tuple(change.path for change in changes if change.after is None),
        size_bytes=item_bytes(new),
        condition=condition if optimistic else MustExist(),
        old_size_bytes=item_bytes(old),
    )


def changed_paths(old: Item, new: Item) -> tuple[Change, ...]:
    """Give the changes between two items, deep inside maps while there are not too many of them.

    Raises:
        ProgramLimitExceeded: even the attributes that differ are too many for one request.
    """
    deep = tuple(_differences((), old, new))
    if len(deep) <= MOST_CHANGES and sum(map(_condition_bytes, deep)) <= DEEP_BYTES:
        return deep
    names = dict.fromkeys(change.path[0] for change in deep)
    if len(names) > MOST_CHANGES:
        raise ProgramLimitExceeded(
            f"an update changes {len(names)} attributes of one item; DynamoDB takes {MOST_CHANGES}",
            hint="Change them in several statements, or DELETE the item and INSERT it anew.",
        )
    return tuple(Change((name,), old.get(str(name)), new.get(str(name))) for name in names)


def value_at(item: Item, path: AttributePath) -> TypedValue | None:
    """Give what stands at a path, or None."""
    value: TypedValue | None = {"M": item}
    for step in path:
        if value is None:
            return None
        if isinstance(step, int):
            elements = value.get("L", ())
            value = elements[step] if step < len(elements) else None
        else:
            value = value.get("M", {}).get(step)
    return value


def _differences(path: AttributePath, old: Item, new: Item) -> Iterator[Change]:
    for name, before in old.items():
        after = new.get(name)
        if after is not None and "M" in before and "M" in after:
            yield from _differences((*path, name), before["M"], after["M"])
        elif after is None or not same_value(before, after):
            yield Change((*path, name), before, after)
    for name, after in new.items():
        if name not in old:
            yield Change((*path, name), None, after)


def _condition_bytes(change: Change) -> int:
    """Count what a change takes of the condition: its path, an operator, and for a member that its map is one."""
    path = 7 * len(change.path)
    return path + 24 + (path + 30 if len(change.path) > 1 else 0)


def _below(path: AttributePath, others: dict[AttributePath, TypedValue | None]) -> bool:
    return any(path[:length] in others for length in range(1, len(path) + 1))
