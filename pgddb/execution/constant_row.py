"""Give the row of a SELECT of constants, which is known since the statement was planned."""

from __future__ import annotations

import pyarrow as pa

from pgddb.pgtypes import RowShape, SingleRow, ValueKind
from pgddb.planner.plan_nodes import SelectPlan

_KINDS: dict[str, ValueKind] = {
    "smallint": "int16",
    "integer": "int32",
    "bigint": "int64",
    "boolean": "bool",
    "text": "string",
    "name": "string",
    "character varying": "string",
}


def constant_row(plan: SelectPlan) -> SingleRow | None:
    """Give the row of a plan that has nothing but constants."""
    if not plan.constants:
        return None
    kinds = tuple(_KINDS[constant.type_name] for constant in plan.constants)
    shape = RowShape(kinds, tuple(column.name for column in plan.columns))
    return SingleRow(tuple(constant.value for constant in plan.constants), shape)


class ConstantRow:
    """The row as a statement gives it; takes the place of producers and of the engine's rows."""

    def __init__(self, row: SingleRow) -> None:
        self._row = row

    async def single_row(self) -> SingleRow | None:
        """Give the row."""
        return self._row

    async def next_batch(self) -> pa.RecordBatch | None:
        """Say that there are no others."""
        return None

    async def stop(self) -> None:
        """Send no more requests: there are none."""

    async def close(self) -> None:
        """Stop."""
