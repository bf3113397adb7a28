"""Ask statements of an executor over a fake store and collect what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

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
