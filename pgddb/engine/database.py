"""Own one in-memory database for the whole server, and a session of it for each client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pgddb.engine.query import BatchStream
from pgddb.engine.stream import Feed


@dataclass(frozen=True, slots=True)
class EngineFunction:
    """A scalar function that works on whole columns; its types are DuckDB's names."""

    name: str
    parameter_types: tuple[str, ...]
    return_type: str
    compute: Callable[..., pa.Array]
    null_in_null_out: bool = True


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Limits of the engine.

    Attributes:
        threads: threads that compute, None for one a core.
        memory_limit_bytes: for all statements together; beyond it they spill or fail with 53200.
        temp_directory: where to spill, None for a private directory that ends with the server.
        temp_directory_bytes: how much may be spilled, None for what the disk has.
        waiting_threads: statements that may wait for their next rows at the same time.
    """

    threads: int | None = None
    memory_limit_bytes: int = 1024 * 1024 * 1024
    temp_directory: str | None = None
    temp_directory_bytes: int | None = None
    waiting_threads: int = 128


class Database:
    """One DuckDB for the server. Owns its threads and its spill directory; `close()` ends both."""

    def __init__(self, settings: EngineSettings | None = None, functions: Sequence[EngineFunction] = ()) -> None:
        raise NotImplementedError

    def open_session(self) -> EngineSession:
        """Open a session; cheap."""
        raise NotImplementedError

    def close(self) -> None:
        """End the database; the sessions must have ended."""
        raise NotImplementedError


class EngineSession:
    """One client's view of the database: search path and time zone, and at most one running query."""

    async def set_time_zone(self, name: str) -> None:
        """Set the zone that timestamps with time zone are shown and read in."""
        raise NotImplementedError

    async def describe(self, sql: str) -> tuple[tuple[str, str], ...]:
        """Give names and DuckDB types of the columns of a SELECT without running it."""
        raise NotImplementedError

    async def run(self, sql: str, feeds: Mapping[str, Feed] | None = None) -> BatchStream:
        """Start a SELECT over the feeds, by the names that the text calls them."""
        raise NotImplementedError

    def interrupt(self) -> None:
        """Stop the running query, from any thread: it fails with 57014."""
        raise NotImplementedError

    async def close(self) -> None:
        """End the session and whatever it runs."""
        raise NotImplementedError
