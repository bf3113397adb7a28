"""Ask statements of an executor over a fake store and collect what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from pgddb.access.table import Source
from pgddb.engine import Database
from pgddb.execution import Executor, Notice, ServerResources
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement


def select(text: str) -> SelectStatement:
    statement = parse_one(text)
    assert isinstance(statement, SelectStatement)
    return statement


@dataclass
class Asking:
    """An executor, and what it said."""

    executor: Executor
    resources: ServerResources
    store: Any
    notices: list[Notice] = field(default_factory=list)

    async def ask(self, text: str, *parameters: Any, fields_fixed: bool = False) -> list[dict[str, Any]]:
        """Run a statement to its end and give its rows."""
        prepared = await self.executor.prepare(select(text))
        stream = await self.executor.start(prepared, parameters, fields_fixed=fields_fixed)
        batches: list[pa.RecordBatch] = []
        try:
            while (batch := await stream.next_batch()) is not None:
                batches.append(batch)
        finally:
            await stream.close()
        return [row for batch in batches for row in batch.to_pylist()]


@asynccontextmanager
async def opened_asking(
    store: Any, database: Database, source: Source, *, data_directory: Path | None = None
) -> AsyncIterator[Asking]:
    """Open an executor over a store; it and the store are closed afterwards."""
    resources = ServerResources(store, database, source=source, data_directory=data_directory)
    notices: list[Notice] = []
    executor = Executor(resources, notify=notices.append)
    try:
        yield Asking(executor, resources, store, notices)
    finally:
        await executor.close()
        await resources.close()
        await store.close()
