"""Prepare and run the SELECTs of one session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pgddb.access.statistics import ReadStatistics
from pgddb.execution.notices import Notice
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.planner.plan_nodes import SelectPlan

if TYPE_CHECKING:
    from pgddb.pgtypes import ResultField
    from pgddb.sql.statements import SelectStatement


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A SELECT that is planned: what Describe answers and Execute starts. Not bound to a session."""

    statement: SelectStatement
    fields: tuple[ResultField, ...]
    parameter_oids: tuple[int, ...]
    plan: SelectPlan
    catalog_version: int


class Executor:
    """The SELECTs of one session, at most one running at a time.

    Attributes:
        settings: read at every prepare and start; the session replaces it.
    """

    settings: ExecutionSettings

    def __init__(
        self,
        resources: ServerResources,
        *,
        settings: ExecutionSettings | None = None,
        notify: Callable[[Notice], None] = lambda notice: None,
    ) -> None:
        raise NotImplementedError

    async def prepare(self, statement: SelectStatement, parameter_oids: Sequence[int] = ()) -> PreparedQuery:
        """Plan a SELECT; 0 stands for a parameter type that the client leaves to us."""
        raise NotImplementedError

    async def start(self, prepared: PreparedQuery, parameters: Sequence[Any] = ()) -> ResultStream:
        """Start fetching and running; the values are Python's as `pgtypes.decode_parameter` gives them."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop what runs and end the session."""
        raise NotImplementedError


class ResultStream:
    """The rows of one started SELECT. `close()` stops every request at once; it must be called, also after the end."""

    fields: tuple[ResultField, ...]
    statistics: ReadStatistics

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next batch of rows, never empty; None at the end, after the notice with the bill."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop fetching and running."""
        raise NotImplementedError

    def command_tag(self, rows: int) -> str:
        """Give the tag of CommandComplete for the rows that were sent."""
        raise NotImplementedError
