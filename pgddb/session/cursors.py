"""Carry out DECLARE, FETCH and MOVE: cursors are portals that SQL names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Protocol

import pyarrow as pa

from pgddb.access.statistics import ReadStatistics
from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes import ResultField
from pgddb.session.cursor_position import Cursor
from pgddb.session.prepared import Portal, PortalState, PreparedStatement
from pgddb.session.rows import RowReader
from pgddb.session.session_functions import acts_on_session, carry_out
from pgddb.session.signals import signalling_rows
from pgddb.session.state import SessionState
from pgddb.sql.statements import DeclareCursor, FetchCursor, MoveCursor, SelectStatement, Statement


class Prepare(Protocol):
    """As `dispatch.prepare_statement`."""

    def __call__(
        self, state: SessionState, statement: Statement, *, name: str = "", text: str = ""
    ) -> Awaitable[PreparedStatement]: ...


class CursorRows:
    """The rows of one FETCH; closing them leaves the cursor open."""

    def __init__(self, portal: Portal, rows: AsyncIterator[pa.RecordBatch]) -> None:
        assert portal.prepared.fields is not None
        self.fields: tuple[ResultField, ...] = portal.prepared.fields
        self._portal = portal
        self._rows = rows

    @property
    def statistics(self) -> ReadStatistics:
        reader = self._portal.reader
        return ReadStatistics() if reader is None else reader.source.statistics

    async def next_batch(self) -> pa.RecordBatch | None:
        return await anext(self._rows, None)

    async def close(self) -> None:
        """Leave the cursor where it is."""

    def command_tag(self, rows: int) -> str:
        return f"FETCH {rows}"


async def declare_cursor(state: SessionState, statement: DeclareCursor, portal: Portal, prepare: Prepare) -> str:
    """Name a query; it starts with the first FETCH, or at the commit that it outlives."""
    if not statement.hold:
        state.transaction.require_block("DECLARE CURSOR")
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
    cursor = Portal(statement.name, prepared, portal.parameters, formats, holds=statement.hold)
    cursor.is_binary, cursor.scrolls = statement.binary, statement.scroll is True
    cursor.open = lambda: _opened(state, cursor)
    await state.portals.add(cursor)
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
    if isinstance(statement, SelectStatement) and acts_on_session(statement):
        rows = signalling_rows(state, statement, rows)
    prepared.fields = rows.fields
    return RowReader(rows)


async def fetch_cursor(state: SessionState, statement: FetchCursor) -> RowReader:
    """Give the rows that FETCH asks for."""
    portal = state.portals.cursor(statement.name)
    cursor = await _opened(state, portal)
    return RowReader(CursorRows(portal, cursor.fetch(statement.direction, statement.count)))


async def move_cursor(state: SessionState, statement: MoveCursor) -> str:
    """Skip rows; the tag counts them."""
    cursor = await _opened(state, state.portals.cursor(statement.name))
    return f"MOVE {await cursor.move(statement.direction, statement.count)}"


async def _opened(state: SessionState, portal: Portal) -> Cursor:
    if portal.state is PortalState.READY:
        portal.reader = await open_query(state, portal)
        portal.state = PortalState.SUSPENDED
    if portal.cursor is None:
        portal.cursor = Cursor(portal.reader or _NoRows(), scrolls=portal.scrolls)
    return portal.cursor


class _NoRows:
    """Where the rows of a portal come from that was run to its end."""

    async def take(self, limit: int | None) -> pa.RecordBatch | None:  # noqa: ARG002 - NextRows
        return None
