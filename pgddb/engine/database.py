"""Own one in-memory database for the whole server, and a session of it for each client."""

from __future__ import annotations

import asyncio
import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling as NullHandling
from duckdb.func import PythonUDFType
from msgspec import Struct

from pgddb.engine.faults import coded_text, translate
from pgddb.engine.kept_relations import KeptRelations
from pgddb.engine.prepared_texts import PreparableText, PreparedTexts
from pgddb.engine.query import BATCH_ROWS, BatchStream, RunningQuery
from pgddb.engine.spill_directory import SpillDirectory
from pgddb.engine.stream import EmptyRelation, Feed, FeedRelation
from pgddb.errors import InvalidParameterValue, SqlError

T = TypeVar("T")

CLOSED_DOORS: Mapping[str, str] = {
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "allow_unsigned_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "python_scan_all_frames": "false",
}
"""No SQL text reaches a file, the network, an extension or a variable of this program."""

OPEN_SETTINGS = ("TimeZone", "streaming_buffer_size")
"""The only settings that stay changeable after the lock; each is a connection's own. (search_path always is.)"""

STREAMING_BUFFER = "256KB"
"""Rows that the engine works ahead of the client. Its default, 10 MiB, waits for ten pages and more before the first
row; this waits for some four, which eight segments bring at once. Whole scans take up to half more CPU than with 10
MiB, as much as with 1 MB."""

SEARCH_PATH = "main,pgcat"
"""PostgreSQL's functions stand in pgcat and go before the built-in ones of the same name."""


class EngineFunction(Struct, frozen=True):
    """A scalar function that works on whole columns; its types are DuckDB's names.

    `compute` takes one array for each parameter and gives an array of as many values. A SqlError that it raises
    fails the statement, with its SQLSTATE and message. With `null_in_null_out` it is not called for rows that have
    a NULL argument. A `volatile` one is called for every row, even if all arguments are constants.
    """

    name: str
    parameter_types: tuple[str, ...]
    return_type: str
    compute: Callable[..., pa.Array]
    null_in_null_out: bool = True
    volatile: bool = False


class EngineSettings(Struct, frozen=True):
    """Limits of the engine.

    Attributes:
        threads: threads that compute, None for one a core.
        memory_limit_bytes: for all statements together; beyond it they spill or fail with 53200.
        temp_directory: where to make the server's own directory to spill to, None for the system's temporary one.
        temp_directory_bytes: how much may be spilled, None for what the disk has.
        waiting_threads: statements that may wait for their next rows at the same time; such a thread costs
            some 10 KB, so let there be one for each client.
    """

    threads: int | None = None
    memory_limit_bytes: int = 1024 * 1024 * 1024
    temp_directory: Path | None = None
    temp_directory_bytes: int | None = None
    waiting_threads: int = 256


class Database:
    """One DuckDB for the server. Owns its threads and its spill directory; `close()` ends both."""

    def __init__(
        self,
        settings: EngineSettings | None = None,
        *,
        functions: Sequence[EngineFunction] = (),
        statements: Sequence[str] = (),
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Open the database.

        `statements` define macros in schema pgcat, in order; `options` are DuckDB's settings that give SQL its
        PostgreSQL meaning, as literals of SET.

        Raises:
            SpillUnusable: there is no place to spill to.
        """
        chosen = settings or EngineSettings()
        self._spill = SpillDirectory(chosen.temp_directory)
        self.threads = ThreadPoolExecutor(chosen.waiting_threads, thread_name_prefix="pgddb-query")
        self._root = duckdb.connect(":memory:", config=_configuration(chosen, self._spill.path))
        try:
            self._furnish(functions, statements, options or {})
        except BaseException:
            self.close()
            raise

    def _furnish(
        self, functions: Sequence[EngineFunction], statements: Sequence[str], options: Mapping[str, str]
    ) -> None:
        """Put in functions and settings, then lock the doors."""
        self._root.execute("CREATE SCHEMA pgcat")
        self._root.execute(f"SET search_path = {_quoted(SEARCH_PATH)}")
        self.add(functions, statements)
        for name, value in {**options, **CLOSED_DOORS}.items():
            if name != "search_path":  # a connection's own: every session sets it
                self._root.execute(f"SET GLOBAL {name} = {value}")
        self._root.execute(f"SET allowed_configs = [{', '.join(map(_quoted, OPEN_SETTINGS))}]")
        self._root.execute("SET lock_configuration = true")

    def add(self, functions: Sequence[EngineFunction], statements: Sequence[str]) -> None:
        """Add functions, then macros of schema pgcat that may call them."""
        for function in functions:
            _register(self._root, function)
        for statement in statements:
            self._root.execute(statement)

    def keep_relations(self) -> KeptRelations:
        """Open a place for relations that all sessions see."""
        connection = self._root.cursor()
        connection.execute(f"SET search_path = '{SEARCH_PATH}'")
        return KeptRelations(connection, self.threads)

    def open_session(self) -> EngineSession:
        """Open a session; cheap."""
        return EngineSession(self._root.cursor(), self.threads)

    def close(self) -> None:
        """End the database; its sessions must have ended."""
        self.threads.shutdown(wait=True, cancel_futures=True)
        self._root.close()
        self._spill.remove()


def _configuration(settings: EngineSettings, spill: Path) -> dict[str, Any]:
    configuration: dict[str, Any] = {
        "memory_limit": f"{settings.memory_limit_bytes}B",
        "temp_directory": str(spill),
        "disable_database_invalidation": "true",  # one bad statement must not end all others; nothing is stored here
        "secret_directory": str(spill / "none"),
    }
    if settings.threads is not None:
        configuration["threads"] = settings.threads
    if settings.temp_directory_bytes is not None:
        configuration["max_temp_directory_size"] = f"{settings.temp_directory_bytes}B"
    return configuration


def _register(connection: duckdb.DuckDBPyConnection, function: EngineFunction) -> None:
    compute = function.compute

    def whole_columns(*columns: pa.Array | pa.ChunkedArray) -> pa.Array:
        try:
            return compute(*(_one_array(column) for column in columns))
        except SqlError as error:  # of an exception DuckDB keeps only the text
            raise ValueError(coded_text(error)) from error

    names = [f"p{place}" for place in range(len(function.parameter_types))]
    whole_columns.__signature__ = inspect.Signature(  # type: ignore[attr-defined] # DuckDB counts parameters by it
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names]
    )
    connection.create_function(
        function.name,
        whole_columns,
        list(function.parameter_types),
        function.return_type,
        type=PythonUDFType.ARROW,
        null_handling=NullHandling.DEFAULT if function.null_in_null_out else NullHandling.SPECIAL,
        side_effects=function.volatile,
    )


def _one_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


_FIXED_ZONE = re.compile(r"<([+-]\d\d(?::\d\d)?)>[+-]\d.*")


def _zone(name: str) -> str:
    """Name a zone as the engine does: a fixed offset, `<+05:30>-05:30`, is GMT+05:30."""
    fixed = _FIXED_ZONE.fullmatch(name)
    return name if fixed is None else f"GMT{fixed[1]}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class EngineSession:
    """One client's view of the database: its time zone, its feeds, and at most one running query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, threads: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._threads = threads
        self._prepared = PreparedTexts()
        self._relations: dict[str, FeedRelation] = {}
        self._stream: BatchStream | None = None
        self._time_zone: str | None = None
        self._variables: dict[str, str] = {}
        connection.execute(f"SET search_path = '{SEARCH_PATH}'")
        connection.execute(f"SET streaming_buffer_size = '{STREAMING_BUFFER}'")

    async def set_time_zone(self, name: str) -> None:
        """Set the zone that timestamps with time zone are shown and read in.

        Raises:
            InvalidParameterValue: there is no such zone.
        """
        if name == self._time_zone:
            return
        await self._end_running()
        try:
            await self._call(self._connection.execute, f"SET TimeZone = {_quoted(_zone(name))}")
        except duckdb.Error as error:
            raise InvalidParameterValue(f'invalid value for parameter "TimeZone": "{name}"') from error
        self._time_zone = name

    async def set_variable(self, name: str, value: str) -> None:
        """Set what `getvariable(name)` gives to the statements of this session."""
        if self._variables.get(name) == value:
            return
        await self._end_running()
        await self._call(self._connection.execute, f"SET VARIABLE {name} = {_quoted(value)}")
        self._variables[name] = value

    async def describe(self, sql: str) -> tuple[tuple[str, str], ...]:
        """Give names and DuckDB types of the columns of a SELECT that reads no feed, without running it."""
        await self._end_running()
        return await self._call(self._bind, sql)

    def _bind(self, sql: str) -> tuple[tuple[str, str], ...]:
        try:
            relation = self._connection.sql(sql)
        except (duckdb.Error, UnicodeDecodeError) as error:
            raise translate(error) from error
        return tuple(zip(relation.columns, map(str, relation.types), strict=True))

    async def explain(self, sql: str, empty: Mapping[str, str]) -> str:
        """Give the plan of a SELECT as the engine's JSON, without running it.

        `empty` are SELECTs without rows by the names of relations that the text reads; their columns are called by
        the name and a number: `name_0`, `name_1` ...
        """
        await self._end_running()
        return await self._call(self._explain, sql, empty)

    def _explain(self, sql: str, empty: Mapping[str, str]) -> str:
        try:
            for name, select in empty.items():
                types = self._connection.sql(select).to_arrow_table().schema.types
                columns = [pa.field(f"{name}_{place}", one) for place, one in enumerate(types)]
                self._connection.register(name, EmptyRelation(pa.schema(columns)))
            (found,) = self._connection.execute(f"EXPLAIN (FORMAT JSON) {sql}").fetchall()
        except duckdb.Error as error:
            raise translate(error) from error
        finally:
            for name in empty:
                self._connection.unregister(name)
        return str(found[1])

    async def run(
        self,
        sql: str,
        feeds: Mapping[str, Feed] | None = None,
        *,
        again: PreparableText | None = None,
        batch_rows: int = BATCH_ROWS,
    ) -> BatchStream:
        """Get a SELECT ready to run over the feeds, by the names that the text calls them.

        The first `next_batch()` starts it. `again` is the same statement where its feeds are likely to be small:
        if they are, it is kept prepared for the next time, and its rows come at once, not in a stream. `batch_rows`
        bounds the batches of a sort or an aggregate.
        """
        await self._end_running()
        given = dict(feeds or {})
        for name in given:
            if name not in self._relations:
                self._relations[name] = await self._call(self._register, name)

        def begin() -> str:
            if again is None or not all(feed.drained for feed in given.values()):
                return sql
            return self._prepared.execution(self._connection, again, self._time_zone) or sql

        read = [(self._relations[name], feed) for name, feed in given.items()]
        query = RunningQuery(self._connection, read, begin, batch_rows=batch_rows)
        self._stream = BatchStream(query, given, self._threads, settles=again is not None)
        return self._stream

    def _register(self, name: str) -> FeedRelation:
        relation = FeedRelation()
        self._connection.register(name, relation)
        return relation

    async def _end_running(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.close()

    async def _call(self, function: Callable[..., T], *arguments: object) -> T:
        call = functools.partial(function, *arguments)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def close(self) -> None:
        """End the session and whatever it runs."""
        await self._end_running()
        self._connection.close()
