"""Run a plan's text in an engine session that is borrowed for as long as its rows are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from pgddb.engine import BATCH_ROWS, BatchStream, EngineSession, Feed, PreparableText
from pgddb.execution.late_json import LatePlaces, converted
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.execution.session_relations import set_session_rows
from pgddb.execution.system_catalog import DATABASE_VARIABLE, USER_VARIABLE
from pgddb.planner.plan_nodes import OutputColumn, SelectPlan


class Batches(Protocol):
    """The rows of a running query, as `engine.BatchStream` gives them."""

    async def next_batch(self) -> pa.RecordBatch | None: ...

    async def close(self) -> None: ...


StartEngine = Callable[[Mapping[str, Feed]], Awaitable[Batches]]


class EngineRows:
    """The rows of a query in an engine session of its own; `close()` gives the session back."""

    def __init__(
        self, batches: BatchStream, session: EngineSession, resources: ServerResources, late: LatePlaces
    ) -> None:
        self._batches = batches
        self._late = late
        self._session: EngineSession | None = session
        self._resources = resources

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next rows, with nothing left to be converted; None at the end."""
        batch = await self._batches.next_batch()
        return None if batch is None else await converted(batch, self._late)

    async def close(self) -> None:
        """Stop the query."""
        session, self._session = self._session, None
        if session is not None:
            try:
                await self._batches.close()
            finally:
                self._resources.give_back(session)


NARROW_BATCH_ROWS = 32_768
"""Rows of a batch of few narrow columns: each batch costs some 0.2 ms beside its rows, and these would be 200 KB."""

NARROW_BATCH_BYTES = 1024 * 1024

_WIDEST = 16
_NARROW_TYPES = frozenset(
    {"boolean", "smallint", "integer", "bigint", "oid", "real", "double precision", "numeric", "date"}
    | {"time without time zone", "timestamp without time zone", "timestamp with time zone"}
)
"""Types whose values take no more than 16 bytes each in the engine; numeric, because texts of digits are short."""


def rows_of_a_batch(columns: Sequence[OutputColumn]) -> int:
    """Say how many rows a batch of these outputs should have."""
    if not columns or any(column.type_name not in _NARROW_TYPES for column in columns):
        return BATCH_ROWS
    return max(BATCH_ROWS, min(NARROW_BATCH_ROWS, NARROW_BATCH_BYTES // (_WIDEST * len(columns))))


async def run_in_engine(
    resources: ServerResources,
    settings: ExecutionSettings,
    planned: PlannedQuery,
    write_text: Callable[[], tuple[str, PreparableText | None]],
    feeds: Mapping[str, Feed],
) -> Batches:
    """Start the text over the feeds; `write_text` gives it, and how to give it again with its values apart."""
    plan = planned.plan
    session = await resources.take_session(settings.time_zone)
    try:
        if plan.system_relations:
            await session.set_variable(DATABASE_VARIABLE, settings.scope.session.database)
            await session.set_variable(USER_VARIABLE, settings.scope.session.session_user)
            names = resources.system_catalog.session_relations(plan)
            await set_session_rows(session, names, settings.session_rows)
        text, again = write_text()
        batches = await session.run(text, feeds, again=again, batch_rows=rows_of_a_batch(plan.columns))
    except BaseException:
        resources.give_back(session)
        raise
    return EngineRows(batches, session, resources, planned.late)


async def described(
    resources: ServerResources, settings: ExecutionSettings, plan: SelectPlan
) -> Sequence[tuple[str, str]]:
    """Ask the engine for the names and types of a plan's columns; nothing is read."""
    session = await resources.take_session(settings.time_zone)
    try:
        return await session.describe(plan.sql.render_stub())
    finally:
        resources.give_back(session)
