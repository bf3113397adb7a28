"""Turn what a transaction has buffered into the writes of one COMMIT."""

from __future__ import annotations

from collections.abc import Iterable

from pgddb.access.attribute_values import Item, decode_item, encode_typed
from pgddb.access.item_changes import MOST_CHANGES, update_of
from pgddb.access.item_size import item_bytes
from pgddb.access.mutation import (
    DeleteItem,
    MustExist,
    MustMatch,
    MustNotExist,
    Mutation,
    MutationGroup,
    PutItem,
    Together,
    WriteMode,
)
from pgddb.access.write_cost import WriteEstimate, add_item_units
from pgddb.execution.write_buffer import PendingItem
from pgddb.execution.write_settings import WriteSettings


def mutation_group(pending: Iterable[PendingItem], settings: WriteSettings, *, mode: WriteMode) -> MutationGroup:
    """Give the writes of a transaction; what ends as it began is left out.

    Raises:
        ProgramLimitExceeded: one item changes in more places than one request can say.
    """
    alone: list[Mutation | Together] = []
    moves: dict[int, list[Mutation]] = {}
    for item in pending:
        mutation = mutation_of(item, settings)
        if mutation is None:
            continue
        if item.move is None:
            alone.append(mutation)
        else:
            moves.setdefault(item.move, []).append(mutation)
    alone += (parts[0] if len(parts) == 1 else Together(tuple(parts)) for parts in moves.values())
    return MutationGroup(tuple(alone), mode)


def mutation_of(item: PendingItem, settings: WriteSettings) -> Mutation | None:
    """Give the least write that turns what was into what shall be; None where nothing changes."""
    before = None if item.before is None else decode_item(item.before)
    after = None if item.after is None else decode_item(item.after)
    old_size = None if before is None else item_bytes(before)
    if after is None:
        if item.looked and before is None:
            return None
        condition = None if item.move is None or before is None else _still_there(item, before, settings)
        return DeleteItem(item.table, item.key, condition, old_size)
    if before is not None and not item.replaced:
        return update_of(item.table, item.key, before, after, optimistic=settings.optimistic, also_read=item.read_paths)
    assert item.after is not None
    unclaimed = MustNotExist() if item.strict and before is None else None
    return PutItem(item.table, item.key, item.after, item_bytes(after), unclaimed, old_size)


def _still_there(item: PendingItem, before: Item, settings: WriteSettings) -> MustExist | MustMatch:
    """Ask that an item which moves to another key is still what was read: its put holds all of that."""
    names = [name for name in before if name not in item.table.keys.names]
    if not settings.optimistic or not names:
        return MustExist()
    return MustMatch(tuple(((name,), encode_typed(before[name])) for name in names[:MOST_CHANGES]))


def estimate_of(pending: Iterable[PendingItem], *, transactional: bool) -> WriteEstimate:
    """Say what the writes will cost, from the items as they are and as they shall be."""
    estimate = WriteEstimate()
    for item in pending:
        if not item.changes_nothing:
            before = None if item.before is None else decode_item(item.before)
            after = None if item.after is None else decode_item(item.after)
            add_item_units(estimate, item.table, before, after, transactional=transactional)
    return estimate
