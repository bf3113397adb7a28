"""Keep a session's executors: one for what runs now, more while portals are suspended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from pgddb.access.statistics import ReadStatistics
from pgddb.execution import ExecutionSettings, PreparedQuery
from pgddb.pgtypes import ResultField
from pgddb.session.contract import RowSource, StatementExecutor
from pgddb.sql.statements import SelectStatement


class LeasedRows:
    """The rows of a query that holds an executor until it is closed."""

    def __init__(self, source: RowSource, release: Callable[[], None]) -> None:
        self._source = source
        self._release: Callable[[], None] | None = release

    @property
    def fields(self) -> tuple[ResultField, ...]:
        return self._source.fields

    @property
    def statistics(self) -> ReadStatistics:
        return self._source.statistics

    async def next_batch(self) -> pa.RecordBatch | None:
        return await self._source.next_batch()

    async def close(self) -> None:
        release, self._release = self._release, None
        if release is None:
            return
        try:
            await self._source.close()
        finally:
            release()

    def command_tag(self, rows: int) -> str:
        return self._source.command_tag(rows)


class ExecutorPool:
    """Lends executors: each can run one query at a time, and a suspended portal keeps its own."""

    def __init__(
        self, open_executor: Callable[[], StatementExecutor], settings: Callable[[], ExecutionSettings]
    ) -> None:
        self._open_executor = open_executor
        self._settings = settings
        self._idle: list[StatementExecutor] = []
        self._lent: set[StatementExecutor] = set()

    async def prepare(self, statement: SelectStatement, parameter_oids: Sequence[int]) -> PreparedQuery:
        """Plan a query."""
        executor = self._borrow()
        try:
            return await executor.prepare(statement, parameter_oids)
        finally:
            self._give_back(executor)

    async def start(self, prepared: PreparedQuery, parameters: Sequence[Any]) -> LeasedRows:
        """Start a query; closing its rows gives the executor back."""
        executor = self._borrow()
        try:
            source = await executor.start(prepared, parameters)
        except BaseException:
            self._give_back(executor)
            raise
        return LeasedRows(source, lambda: self._give_back(executor))

    async def close(self) -> None:
        """End every executor."""
        executors = [*self._idle, *self._lent]
        self._idle.clear()
        self._lent.clear()
        for executor in executors:
            await executor.close()

    def _borrow(self) -> StatementExecutor:
        executor = self._idle.pop() if self._idle else self._open_executor()
        executor.settings = self._settings()
        self._lent.add(executor)
        return executor

    def _give_back(self, executor: StatementExecutor) -> None:
        if executor in self._lent:
            self._lent.discard(executor)
            self._idle.append(executor)
