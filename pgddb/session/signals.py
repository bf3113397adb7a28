"""Cancel or end the sessions that the rows of a query name: `SELECT pg_cancel_backend(pid) FROM pg_stat_activity`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from pgddb.pgtypes import type_by_name
from pgddb.session.contract import RowSource
from pgddb.session.session_functions import signal_session, signalled_outputs
from pgddb.session.state import SessionState
from pgddb.sql.statements import SelectStatement


def signalling_rows(state: SessionState, statement: SelectStatement, rows: RowSource) -> RowSource:
    """Give the rows with what became of the sessions in the place of their numbers, or the rows themselves."""
    outputs = signalled_outputs(statement)
    return SignallingRows(state, rows, outputs) if outputs else rows


class SignallingRows:
    """Rows some of whose columns hold numbers of sessions; each is signalled when its row is taken."""

    def __init__(self, state: SessionState, rows: RowSource, outputs: Mapping[int, str]) -> None:
        boolean = type_by_name("boolean")
        self.fields = tuple(
            replace(field, type=boolean) if place in outputs else field for place, field in enumerate(rows.fields)
        )
        self.statistics = rows.statistics
        self.close = rows.close
        self.command_tag = rows.command_tag
        self._state = state
        self._rows = rows
        self._outputs = outputs

    async def next_batch(self) -> pa.RecordBatch | None:
        """Give the next rows, their sessions signalled."""
        batch = await self._rows.next_batch()
        if batch is None:
            return None
        for place, name in self._outputs.items():
            numbers = batch.column(place).to_pylist()
            found = [None if number is None else signal_session(self._state, name, number) for number in numbers]
            batch = batch.set_column(place, batch.schema.names[place], pa.array(found, pa.bool_()))
        return batch
