"""Keep whole relations in the engine beside its feeds: the system catalogs, replaced when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import duckdb
import pyarrow as pa

from pgddb.engine.faults import translate

ROWS_NAME = "pgddb_kept_rows"
"""Name under which rows are handed over; a statement cannot see it, it belongs to this connection."""


class KeptRelations:
    """Tables and views in schemas of the engine. Statements that run when one is replaced go on to see the old one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, threads: Executor) -> None:
        self._connection = connection
        self._threads = threads
        self._change = asyncio.Lock()

    async def put_table(self, schema: str, name: str, rows: pa.Table) -> None:
        """Make or replace a table."""
        await self._in_thread(lambda: self._put_table(schema, name, rows))

    async def put_view(self, schema: str, name: str, columns: Sequence[str], query: str) -> None:
        """Make or replace a view: a SELECT in the engine's words, its columns renamed."""
        named = ", ".join(map(_quoted, columns))
        text = f"CREATE OR REPLACE VIEW {_quoted(schema)}.{_quoted(name)} ({named}) AS {query}"
        await self._in_thread(lambda: self._run(schema, text))

    def _put_table(self, schema: str, name: str, rows: pa.Table) -> None:
        self._connection.register(ROWS_NAME, rows)
        try:
            self._run(schema, f"CREATE OR REPLACE TABLE {_quoted(schema)}.{_quoted(name)} AS FROM {ROWS_NAME}")
        finally:
            self._connection.unregister(ROWS_NAME)

    def _run(self, schema: str, text: str) -> None:
        try:
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
            self._connection.execute(text)
        except duckdb.Error as error:
            raise translate(error) from error

    async def _in_thread(self, work: Callable[[], None]) -> None:
        async with self._change:
            await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
