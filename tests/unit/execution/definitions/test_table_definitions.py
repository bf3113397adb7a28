"""Waiting for DynamoDB: what is told meanwhile, and what a cancelled statement leaves going on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source
from pgddb.access.table_change import IndexState, NewIndex, NewTable, TableChange, TableState
from pgddb.execution.definitions.table_definitions import TableWait, index_is_active, table_is_active
from pgddb.execution.notices import Notice

KEYS = KeySchema((KeyAttribute("id", AttributeType.S),))
TABLE = NewTable("books", KEYS)
INDEX = NewIndex("books", "by_id", KEYS, KEYS.attributes)


class SlowStore:
    """Gives one state after the other, the last one for ever."""

    def __init__(self, states: Sequence[TableState]) -> None:
        self.changes: list[TableChange] = []
        self._states = list(states)

    async def change_table(self, source: Source, change: TableChange) -> None:
        self.changes.append(change)

    async def table_state(self, source: Source, table_name: str) -> TableState:
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]


def _building(*, backfilling: bool) -> TableState:
    return TableState("UPDATING", {"by_id": IndexState("CREATING", backfilling)}, item_count=12_345)


async def test_the_stages_of_a_change_are_told_as_they_come() -> None:
    notices: list[Notice] = []
    active = TableState("ACTIVE", {"by_id": IndexState("ACTIVE")})
    store = SlowStore([_building(backfilling=False), _building(backfilling=True), _building(backfilling=True), active])
    wait = TableWait(store, Source(), notices.append)
    await wait.carry_out(INDEX, 'index "by_id" is being made', index_is_active("by_id"))
    assert store.changes == [INDEX]
    assert [notice.message for notice in notices] == [
        'pgddb: index "by_id" is being made: creating',
        'pgddb: index "by_id" is being made: backfilling about 12,345 items',
    ]


async def test_a_cancelled_wait_says_that_dynamodb_goes_on() -> None:
    notices: list[Notice] = []
    wait = TableWait(SlowStore([TableState("CREATING")]), Source(), notices.append)
    task = asyncio.create_task(wait.carry_out(TABLE, "table books is being made", table_is_active))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (notices[-1].severity, notices[-1].message) == ("WARNING", "pgddb: table books is being made")
    assert notices[-1].hint == "Only the waiting was stopped: DynamoDB goes on with it."
