"""Turn what a transaction has buffered into the writes of one COMMIT."""

from __future__ import annotations

from collections.abc import Iterable

from pgddb.access.attribute_values import Item, decode_item, encode_typed
from pgddb.access.item_changes import MOST_CHANGES, update_of, value_at
from pgddb.access.item_size import item_bytes
from pgddb.access.mutation import (
    Condition,
    DeleteItem,
    MustExist,
    MustMatch,
    MustNotExist,
    Mutation,
    MutationGroup,
    PutItem,
    Together,
    WriteMode,
    key_text,
)
from pgddb.access.write_cost import MAX_TRANSACTION_ITEMS, WriteEstimate, add_item_units
from pgddb.errors import ProgramLimitExceeded
from pgddb.execution.write_buffer import PendingItem
from pgddb.execution.write_settings import WriteSettings


def mutation_group(pending: Iterable[PendingItem], settings: WriteSettings, *, mode: WriteMode) -> MutationGroup:
    """Give the writes of a transaction; what ends as it began is left out.

    Where a condition takes no request more, as in one transaction of DynamoDB, every put of a key that was found
    free is conditional on it.

    Raises:
        ProgramLimitExceeded: one item changes in more places than one request can say.
    """
    alone: list[Mutation | Together] = []
    moves: dict[int, list[Mutation]] = {}
    written = [item for item in pending if not item.changes_nothing]
    conditions_are_free = len(written) <= (1 if mode is WriteMode.BATCH else MAX_TRANSACTION_ITEMS)
    for item in written:
        mutation = mutation_of(item, settings, claims_key=conditions_are_free)
        if mutation is None:
            continue
        if item.move is None:
            alone.append(mutation)
        else:
            moves.setdefault(item.move, []).append(mutation)
    alone += (parts[0] if len(parts) == 1 else Together(tuple(parts)) for parts in moves.values())
    return MutationGroup(tuple(alone), mode)


def mutation_of(item: PendingItem, settings: WriteSettings, *, claims_key: bool = False) -> Mutation | None:
    """Give the least write that turns what was into what shall be; None where nothing changes.

    `claims_key` makes a put of a key that was found free conditional on that, whoever asked for it.
    """
    before = None if item.before is None else decode_item(item.before)
    after = None if item.after is None else decode_item(item.after)
    old_size = None if before is None else item_bytes(before)
    if after is None:
        if item.looked and before is None:
            return None
        return DeleteItem(item.table, item.key, _still_there(item, before, settings), old_size)
    if before is not None and not item.replaced:
        return update_of(item.table, item.key, before, after, optimistic=settings.optimistic, also_read=item.read_paths)
    assert item.after is not None
    condition: Condition | None = _still_there(item, before, settings)
    if before is None and (item.strict or item.after_conflict or (claims_key and item.looked)):
        condition = MustNotExist(after_conflict=item.after_conflict)
    return PutItem(item.table, item.key, item.after, item_bytes(after), condition, old_size)


def _still_there(item: PendingItem, before: Item | None, settings: WriteSettings) -> MustExist | MustMatch | None:
    """Ask that an item which goes, or is replaced whole, still holds what the statement decided by.

    Of one that moves to another key that is everything: its put holds all of it.

    Raises:
        ProgramLimitExceeded: the item has more attributes than one condition can name.
    """
    if before is None:
        return None
    if item.move is None:
        values = {path: value_at(before, path) for path in item.read_paths}
    else:
        values = {(name,): value for name, value in before.items() if name not in item.table.keys.names}
    if not settings.optimistic or not values:
        return None if item.move is None else MustExist()
    if len(values) > MOST_CHANGES:
        raise ProgramLimitExceeded(
            f"the item with key {key_text(item.key)} has {len(values)} attributes; "
            f"a condition of DynamoDB compares {MOST_CHANGES}",
            hint="SET pgddb.optimistic_check = off writes it without looking whether it has changed meanwhile.",
        )
    return MustMatch(tuple((path, None if value is None else encode_typed(value)) for path, value in values.items()))


def estimate_of(pending: Iterable[PendingItem], *, transactional: bool) -> WriteEstimate:
    """Say what the writes will cost, from the items as they are and as they shall be."""
    estimate = WriteEstimate()
    for item in pending:
        if not item.changes_nothing:
            before = None if item.before is None else decode_item(item.before)
            after = None if item.after is None else decode_item(item.after)
            add_item_units(estimate, item.table, before, after, transactional=transactional)
    return estimate
