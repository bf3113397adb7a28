"""Hold what a statement that writes gives: what it writes, and the rows that its client gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from msgspec import Struct

from pgddb.access.mutation import TypedJson
from pgddb.access.statistics import ReadStatistics
from pgddb.execution.explain import Run
from pgddb.execution.write_buffer import PendingItem
from pgddb.pgtypes import ResultField
from pgddb.planner.dml import WriteStatement
from pgddb.planner.dml_nodes import Verb


class PreparedWrite(Struct, frozen=True):
    """A statement that writes, planned far enough to say its parameters and the fields of its RETURNING."""

    statement: WriteStatement
    parameter_oids: tuple[int, ...]
    fields: tuple[ResultField, ...] | None


@dataclass(slots=True)
class Affected:
    """What a statement does: the writes, and the items that RETURNING shows, each in the order of its rows."""

    count: int
    pending: list[PendingItem]
    returned: list[TypedJson]


class WrittenRows:
    """The rows of RETURNING, or none; the statement is done when it is made."""

    def __init__(
        self,
        verb: Verb,
        count: int,
        *,
        fields: tuple[ResultField, ...] = (),
        batches: Sequence[pa.RecordBatch] = (),
        statistics: ReadStatistics | None = None,
    ) -> None:
        self.fields = fields
        self.statistics = statistics or ReadStatistics()
        self.ran: Run | None = None
        self._verb = verb
        self.count = count
        self._batches = list(reversed(batches))

    async def next_batch(self) -> pa.RecordBatch | None:
        return self._batches.pop() if self._batches else None

    async def close(self) -> None:
        self._batches.clear()

    def command_tag(self, rows: int = 0) -> str:  # noqa: ARG002 - RowSource
        """Give the tag: it counts what was written, not what was sent."""
        return f"INSERT 0 {self.count}" if self._verb is Verb.INSERT else f"{self._verb} {self.count}"
