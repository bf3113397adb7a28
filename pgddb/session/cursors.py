"""Carry out DECLARE, FETCH and MOVE: cursors are portals that SQL names."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

import pyarrow as pa

from pgddb.access.statistics import ReadStatistics
from pgddb.errors import FeatureNotSupported, ObjectNotInPrerequisiteState
from pgddb.pgtypes import ResultField
from pgddb.session.prepared import Portal, PortalState, PreparedStatement
from pgddb.session.rows import RowReader
from pgddb.session.session_functions import acts_on_session, carry_out
from pgddb.session.state import SessionState
from pgddb.sql.options import FetchDirection
from pgddb.sql.statements import DeclareCursor, FetchCursor, MoveCursor, SelectStatement, Statement


class Prepare(Protocol):
    """As `dispatch.prepare_statement`."""

    def __call__(
        self, state: SessionState, statement: Statement, *, name: str = "", text: str = ""
    ) -> Awaitable[PreparedStatement]: ...


class CursorRows:
    """The next rows of a cursor, as the rows of one FETCH; closing them leaves the cursor open."""

    def __init__(self, portal: Portal, limit: int | None) -> None:
        assert portal.prepared.fields is not None
        self.fields: tuple[ResultField, ...] = portal.prepared.fields
        self._portal = portal
        self._left = limit

    @property
    def statistics(self) -> ReadStatistics:
        reader = self._portal.reader
        return ReadStatistics() if reader is None else reader.source.statistics

    async def next_batch(self) -> pa.RecordBatch | None:
        reader = self._portal.reader
        if reader is None or self._left == 0:
            return None
        batch = await reader.take(self._left)
        if batch is None:
            return None
        if self._left is not None:
            self._left -= batch.num_rows
        return batch

    async def close(self) -> None:
        self._left = 0

    def command_tag(self, rows: int) -> str:
        return f"FETCH {rows}"


async def declare_cursor(state: SessionState, statement: DeclareCursor, portal: Portal, prepare: Prepare) -> str:
    """Name a query; it starts with the first FETCH."""
    if not statement.hold:
        state.transaction.require_block("DECLARE CURSOR")
    if statement.scroll:
        raise FeatureNotSupported("SCROLL cursors are not supported yet")
    if not isinstance(statement.statement, SelectStatement):
        raise FeatureNotSupported(f"DECLARE CURSOR for {statement.statement.command_tag} is not supported")
    query = portal.prepared.query
    if query is None:
        query = (await prepare(state, statement.statement)).query
    assert query is not None
    prepared = PreparedStatement(
        statement.name, statement.text, statement.statement, query.parameter_oids, query.fields, query
    )
    formats = (1 if statement.binary else 0,) * len(query.fields)
    await state.portals.add(Portal(statement.name, prepared, portal.parameters, formats, holds=statement.hold))
    return statement.command_tag


async def open_query(state: SessionState, portal: Portal) -> RowReader:
    """Start the query of a portal; what it needs is known then, so its fields may be other than they were."""
    prepared = portal.prepared
    query, statement = prepared.query, prepared.statement
    assert query is not None
    if isinstance(statement, SelectStatement) and acts_on_session(statement):
        left = await carry_out(state, statement, portal.parameters, prepared.parameter_oids)
        query = await state.plan_query(left, prepared.parameter_oids)
    rows = await state.start_query(query, portal.parameters, fields_fixed=prepared.is_described)
    prepared.fields = rows.fields
    return RowReader(rows)


async def fetch_cursor(state: SessionState, statement: FetchCursor) -> RowReader:
    """Give the rows that FETCH asks for."""
    return RowReader(await _next_rows(state, statement))


async def move_cursor(state: SessionState, statement: MoveCursor) -> str:
    """Skip rows; the tag counts them."""
    rows = await _next_rows(state, statement)
    skipped = 0
    while batch := await rows.next_batch():
        skipped += batch.num_rows
    return f"MOVE {skipped}"


async def _next_rows(state: SessionState, statement: FetchCursor | MoveCursor) -> CursorRows:
    count = _forward_count(statement)
    portal = state.portals.cursor(statement.name)
    if portal.state is PortalState.READY:
        portal.reader = await open_query(state, portal)
        portal.state = PortalState.SUSPENDED
    return CursorRows(portal, count)


def _forward_count(statement: FetchCursor | MoveCursor) -> int | None:
    if statement.direction is FetchDirection.FORWARD and statement.count != 0:
        return statement.count
    if statement.direction is FetchDirection.RELATIVE and statement.count == 1:
        return 1
    if statement.direction in {FetchDirection.FORWARD, FetchDirection.RELATIVE, FetchDirection.ABSOLUTE}:
        raise FeatureNotSupported(f"{statement.command_tag} with this direction is not supported yet")
    raise ObjectNotInPrerequisiteState(
        "cursor can only scan forward", hint="Declare it with SCROLL option to enable backward scan."
    )
