"""Give the row of a looked-up item without the engine, which takes longer than DynamoDB does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from pgddb.access.path import AccessPath
from pgddb.dynamo.item_row import RowMaker
from pgddb.engine import FEED_SCHEMA, Feed, PreparableText
from pgddb.execution.budget import StatementBill
from pgddb.execution.engine_rows import Batches, run_in_engine
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.execution.repeated_texts import preparable
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.pgtypes import SingleRow
from pgddb.planner.plan_nodes import SelectPlan


def row_maker(plan: SelectPlan) -> RowMaker:
    """Give what makes the row of a plan that is a lookup."""
    outputs = zip(plan.columns, plan.looked_up, strict=True)
    return RowMaker([(output.name, column.attribute, column.carrier) for output, column in outputs])


class LookedUpRow:
    """At most one row, made of the item, which is fetched when the row is asked for.

    The engine makes the row where the item is unusual. Takes the place of producers, too: nothing else is fetched.
    """

    def __init__(
        self,
        planned: PlannedQuery,
        path: AccessPath,
        parameters: Sequence[Any],
        bill: StatementBill,
        resources: ServerResources,
        settings: ExecutionSettings,
    ) -> None:
        self._planned = planned
        self._path = path
        self._parameters = parameters
        self._bill = bill
        self._resources = resources
        self._settings = settings
        self._engine: Batches | None = None

    async def single_row(self) -> SingleRow | None:
        """Fetch the item and give its row; None where there is no item, or the row comes in batches."""
        planned, path, resources, settings = self._planned, self._path, self._resources, self._settings
        assert planned.row_maker is not None
        own = self._bill.of(planned.plan.reads[0].feed, path)
        started = time.monotonic()
        try:
            item = await resources.items.get_item(
                path, statistics=own, deadline=settings.deadline(), read_units_per_second=settings.pace.of(path)
            )
        finally:
            own.seconds += time.monotonic() - started
        if item is None:
            return None
        row = planned.row_maker.row(item)
        if row is None:
            feeds = {planned.plan.reads[0].feed: await _filled(item)}
            self._engine = await run_in_engine(resources, settings, planned, self._write_text, feeds)
        return row

    def _write_text(self) -> tuple[str, PreparableText | None]:
        text = self._planned.plan.text_for([self._path])
        literals = self._planned.literals(self._parameters)
        return text.render(literals), preparable(text, literals, [self._path])

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give what `single_row` has left to the engine."""
        return None if self._engine is None else await self._engine.next_batch()

    async def stop(self) -> None:
        """Send no more requests: there are none."""

    async def close(self) -> None:
        """Stop."""
        if self._engine is not None:
            await self._engine.close()


async def _filled(item: bytes) -> Feed:
    feed = Feed()
    await feed.put(pa.record_batch([pa.array([item], pa.string_view())], schema=FEED_SCHEMA))
    feed.finish()
    return feed
