"""Run a plan's text in an engine session that is borrowed for as long as its rows are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import pyarrow as pa

from pgddb.engine import BatchStream, EngineSession, Feed, PreparableText
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.execution.session_relations import set_session_rows
from pgddb.execution.system_catalog import DATABASE_VARIABLE, USER_VARIABLE
from pgddb.planner.plan_nodes import SelectPlan


class Batches(Protocol):
    """The rows of a running query, as `engine.BatchStream` gives them."""

    async def next_batch(self) -> pa.RecordBatch | None: ...

    async def close(self) -> None: ...


StartEngine = Callable[[Mapping[str, Feed]], Awaitable[Batches]]


class EngineRows:
    """The rows of a query in an engine session of its own; `close()` gives the session back."""

    def __init__(self, batches: BatchStream, session: EngineSession, resources: ServerResources) -> None:
        self.next_batch = batches.next_batch
        self._batches = batches
        self._session: EngineSession | None = session
        self._resources = resources

    async def close(self) -> None:
        """Stop the query."""
        session, self._session = self._session, None
        if session is not None:
            try:
                await self._batches.close()
            finally:
                self._resources.give_back(session)


async def run_in_engine(
    resources: ServerResources,
    settings: ExecutionSettings,
    plan: SelectPlan,
    write_text: Callable[[], tuple[str, PreparableText | None]],
    feeds: Mapping[str, Feed],
) -> Batches:
    """Start the text over the feeds; `write_text` gives it, and how to give it again with its values apart."""
    session = await resources.take_session(settings.time_zone)
    try:
        if plan.system_relations:
            await session.set_variable(DATABASE_VARIABLE, settings.scope.session.database)
            await session.set_variable(USER_VARIABLE, settings.scope.session.session_user)
            names = resources.system_catalog.session_relations(plan)
            await set_session_rows(session, names, settings.session_rows)
        text, again = write_text()
        batches = await session.run(text, feeds, again=again)
    except BaseException:
        resources.give_back(session)
        raise
    return EngineRows(batches, session, resources)
