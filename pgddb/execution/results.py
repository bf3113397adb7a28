"""Give the rows of one started SELECT, and stop all that makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from pgddb.access.statistics import ReadStatistics
from pgddb.engine.faults import ColumnMisfit
from pgddb.errors import FeatureNotSupported
from pgddb.execution.budget import StatementBill
from pgddb.execution.constant_row import ConstantRow
from pgddb.execution.engine_rows import Batches
from pgddb.execution.looked_up import LookedUpRow
from pgddb.execution.notices import Notice, bill
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.execution.producers import Producers
from pgddb.pgtypes import ResultField, SingleRow


@dataclass(frozen=True, slots=True)
class RunningParts:
    """What a started statement holds until it is closed."""

    planned: PlannedQuery
    producers: Producers | LookedUpRow | ConstantRow
    batches: Batches


class ResultStream:
    """The rows of one started SELECT. `close()` stops every request at once; it must be called, also after the end.

    Attributes:
        fields: final.
        bill: what DynamoDB was asked, growing while rows are fetched.
    """

    def __init__(
        self,
        parts: RunningParts,
        *,
        bill: StatementBill,
        notify: Callable[[Notice], None],
        note_misfit: Callable[[ColumnMisfit, PlannedQuery], bool],
        on_close: Callable[[ResultStream], None],
    ) -> None:
        self.fields: tuple[ResultField, ...] = parts.planned.fields
        self.bill = bill
        self._parts = parts
        self._notify = notify
        self._note_misfit = note_misfit
        self._on_close = on_close
        self._first: pa.RecordBatch | None = None
        self._has_first = False
        self._single: SingleRow | None = None
        self._billed = False
        self._closed = False

    @property
    def statistics(self) -> ReadStatistics:
        """Add up what DynamoDB was asked so far."""
        return self.bill.statistics

    async def read_first(self) -> None:
        """Wait for the first rows; the next `next_batch()` gives them.

        Raises:
            ColumnMisfit: a value does not fit its column, and no row has left yet.
        """
        batches = self._parts.batches
        if isinstance(batches, (LookedUpRow, ConstantRow)):
            self._single = await batches.single_row()
            if self._single is not None:
                return
        self._first = await self._parts.batches.next_batch()
        self._has_first = True

    def take_single(self) -> SingleRow | None:
        """Take the row of a lookup, if it was made without a batch and nobody has taken it; no other follows."""
        single, self._single = self._single, None
        return single

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next batch of rows, never empty; None at the end, after the notice with the bill.

        Raises:
            SqlError: fetching or running failed; `close()` is still to be called.
        """
        if self._single is not None:
            batch, self._single = self._single.batch(), None
        elif self._has_first:
            batch, self._first, self._has_first = self._first, None, False
        else:
            try:
                batch = await self._parts.batches.next_batch()
            except ColumnMisfit as misfit:
                raise self._too_late(misfit) from misfit
        if batch is None:
            await self._parts.producers.stop()
            self._bill()
        return batch

    def _too_late(self, misfit: ColumnMisfit) -> FeatureNotSupported:
        """Rows have left with the old type: as PostgreSQL does, ask for the statement again."""
        hint = "A value did not fit the type of its column. The column has a wider type now: run the statement again."
        widened = self._note_misfit(misfit, self._parts.planned)
        return FeatureNotSupported(misfit.message, hint=hint if widened else None)

    async def close(self) -> None:
        """Stop fetching and running; also gives the bill of a statement that was not read to its end."""
        try:
            await self.abandon()
        finally:
            self._bill()

    async def abandon(self) -> None:
        """Stop fetching and running without a bill: the statement starts again."""
        if self._closed:
            return
        self._closed = True
        self._on_close(self)
        parts = self._parts
        try:
            await parts.producers.stop()
        finally:
            await parts.batches.close()

    def _bill(self) -> None:
        if self._billed:
            return
        self._billed = True
        statistics = self.statistics
        if statistics.requests:
            self._notify(bill(statistics, self.bill.dollars))

    def command_tag(self, rows: int) -> str:
        """Give the tag of CommandComplete for the rows that were sent."""
        return f"SELECT {rows}"
