"""Start what the cases need when the first of them needs it: servers, peers, and copies of the tables."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import psycopg

from bench.case import SUBJECT, Side
from bench.client import RawClient
from bench.endpoint import CODES, CODES_PART_ITEMS, PART_ITEMS
from bench.measure import Sample, of_process
from bench.peer import Peer, running_peer, wrangler_python
from bench.servers import (
    RunningEndpoint,
    RunningServer,
    cpu_seconds,
    postgresql_binaries,
    running_endpoint,
    running_pgddb,
    running_postgresql,
    tree_cpu_seconds,
)
from pgddb.cli.compiling import START_AFTER_SECONDS

ITEMS, QUICK_ITEMS = 200_000, 40_000
DUCKDB_TYPES = {
    "text": "VARCHAR", "bigint": "BIGINT", "boolean": "BOOLEAN", "numeric": "DECIMAL(18, 2)", "jsonb": "JSON",
}  # fmt: skip
PARQUET_CASTS = {"address": "address::STRUCT(city VARCHAR, zip VARCHAR) AS address"}
"""Columns that an export to Parquet would not keep as JSON."""
QUIET_LOOKS = 3
PARSED_BYTES = 20_000_000
"""Parsers read a part of the pages: how long that takes grows with the bytes."""

CopiedColumns = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The pages that parsers hold."""

    items: int
    size: int


class Stage:
    """What runs while cases are measured."""

    def __init__(self, *, quick: bool = False) -> None:
        self.quick = quick
        self.items = QUICK_ITEMS if quick else ITEMS
        self._stack = ExitStack()
        self._copied: set[str] = set()
        self._loaded: dict[str, Loaded] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    @cached_property
    def folder(self) -> Path:
        """A place for CSV and Parquet."""
        folder = Path(tempfile.mkdtemp(prefix="pgddb-bench-"))
        self._stack.callback(partial(shutil.rmtree, folder, ignore_errors=True))
        return folder

    @cached_property
    def endpoint(self) -> RunningEndpoint:
        return self._stack.enter_context(running_endpoint(self.items))

    @cached_property
    def server(self) -> RunningServer:
        """A pgddb that uses all that is installed, once it is done with making it ready."""
        compile_beforehand()
        server = self._stack.enter_context(running_pgddb(self.endpoint.url))
        wait_until_quiet(server)
        return server

    @cached_property
    def client(self) -> RawClient:
        return self._stack.enter_context(self.server.connect())

    @cached_property
    def one_thread(self) -> tuple[RunningServer, RawClient]:
        """A pgddb whose engine has one thread, and a client of it."""
        server = self._stack.enter_context(running_pgddb(self.endpoint.url, settings={"PGDDB_THREADS": "1"}))
        wait_until_quiet(server)
        return server, self._stack.enter_context(server.connect())

    @cached_property
    def plain(self) -> tuple[RunningServer, RawClient]:
        """A pgddb without a compiler, and a client of it."""
        server = self._stack.enter_context(running_pgddb(self.endpoint.url, without="numba"))
        return server, self._stack.enter_context(server.connect())

    @cached_property
    def postgresql(self) -> RunningServer | None:
        """A real PostgreSQL, or None where there is none."""
        if postgresql_binaries() is None:
            return None
        return self._stack.enter_context(running_postgresql())

    @cached_property
    def postgresql_client(self) -> RawClient | None:
        server = self.postgresql
        return None if server is None else self._stack.enter_context(server.connect())

    @cached_property
    def python(self) -> Peer:
        """The process of the parsers and of boto3 and aiobotocore."""
        return ready(self._stack.enter_context(running_peer(self.endpoint.url)), "boto3", "aiobotocore")

    @cached_property
    def duckdb(self) -> Peer:
        return self._stack.enter_context(running_peer(self.endpoint.url))

    @cached_property
    def wrangler(self) -> Peer | None:
        """The process of awswrangler, or None where there is none."""
        python = wrangler_python()
        if python is None:
            return None
        return ready(self._stack.enter_context(running_peer(self.endpoint.url, python)), "awswrangler")

    def items_of(self, table: str) -> int:
        """Give the items of a table of the endpoint."""
        return {
            "bench": self.items,
            "bench_part": PART_ITEMS,
            "bench_sparse": self.items // 2,
            "bench_sparse_part": PART_ITEMS,
            "bench_codes": CODES,
            "bench_codes_part": CODES_PART_ITEMS,
        }[table]

    def loaded(self, table: str) -> Loaded:
        """Have the parsers hold a table's first pages; say how much that is."""
        if table not in self._loaded:
            items = self.python.ask("load_pages", table=table, most_bytes=PARSED_BYTES).answer
            size = self.python.ask("loaded_bytes", table=table).answer
            assert items
            assert size
            self._loaded[table] = Loaded(items, size)
        return self._loaded[table]

    # sides

    def pgddb(self, amount: float, work: Callable[[RawClient], object], client: RawClient | None = None) -> Side:
        """Return a side that asks pgddb."""
        asker = client or self.client
        return Side(lambda: of_process(self.server.process_id, lambda: work(asker)), amount)

    def beside(self, amount: float, work: Callable[[RawClient], object]) -> dict[str, Side]:
        """Return a side that asks PostgreSQL the same, where there is one."""
        server, client = self.postgresql, self.postgresql_client
        if server is None or client is None:
            return {}

        def run() -> Sample:
            return of_process(server.process_id, lambda: work(client), tree_cpu_seconds)

        return {"PostgreSQL": Side(run, amount)}

    def both(self, amount: float, work: Callable[[RawClient], object]) -> dict[str, Side]:
        """Return pgddb and, where there is one, PostgreSQL, which are asked the same."""
        return {SUBJECT: self.pgddb(amount, work), **self.beside(amount, work)}

    def prepare(self, name: str, sql: str) -> None:
        """Prepare a statement on pgddb and, where there is one, on PostgreSQL."""
        self.client.prepare(name, sql)
        if self.postgresql_client is not None:
            self.postgresql_client.prepare(name, sql)

    # copies

    def copy(self, table: str) -> None:
        """Put a table's rows, as pgddb gives them, into PostgreSQL and into a Parquet file, once."""
        if table in self._copied:
            return
        self._copied.add(table)
        columns = self._columns(table)
        lines = self.folder / f"{table}.csv"
        with lines.open("wb") as file:
            self.client.copy_out(f"COPY {table} TO STDOUT (FORMAT csv)", file.write)
        self._into_parquet(table, columns, lines)
        if self.postgresql_client is not None:
            self._into_postgresql(self.postgresql_client, table, columns, lines)
        lines.unlink()

    def _columns(self, table: str) -> CopiedColumns:
        address = f"host=127.0.0.1 port={self.server.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
                "WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
                (table,),
            )
            return [(str(name), str(kind)) for name, kind in found]

    def _into_parquet(self, table: str, columns: CopiedColumns, lines: Path) -> None:
        types: Mapping[str, str] = {name: DUCKDB_TYPES[kind] for name, kind in columns}
        sample = self.duckdb.ask(
            "make_parquet",
            lines=str(lines),
            columns=types,
            select=", ".join(PARQUET_CASTS.get(name, name) for name in types),
            parquet=str(self.folder / f"{table}.parquet"),
        )
        if sample.answer != self.items_of(table):
            raise RuntimeError(f"{sample.answer} rows of {table} in Parquet")

    def _into_postgresql(self, client: RawClient, table: str, columns: CopiedColumns, lines: Path) -> None:
        definition = ", ".join(f"{name} {kind}" for name, kind in columns)
        client.simple(f"CREATE TABLE {table} ({definition}, PRIMARY KEY (pk, sk))")
        with lines.open("rb") as file:
            copied = client.copy_in(f"COPY {table} FROM STDIN (FORMAT csv)", iter(lambda: file.read(65_536), b""))
        if copied.rows != self.items_of(table):
            raise RuntimeError(f"{copied.rows} rows of {table} in PostgreSQL")
        client.simple(f"VACUUM ANALYZE {table}")


def ready(peer: Peer, *works: str) -> Peer:
    """Have a process import what it needs and connect: no case shall pay for that."""
    for work in works:
        peer.ask(work, table="bench_small", work="count")
    return peer


def compiler_installed() -> bool:
    """Say whether pgddb compiles its converters here (the extra `fast`)."""
    return importlib.util.find_spec("numba") is not None


def compile_beforehand() -> None:
    """Have everything compiled and kept, as it is in every server but the first after an installation."""
    if compiler_installed():
        subprocess.run([sys.executable, "-m", "pgddb.cli.compiling"], check=True)


def wait_until_quiet(server: RunningServer) -> None:
    """Wait while a server gets compiled functions ready, which it begins two seconds after it listens."""
    if not compiler_installed():
        return
    time.sleep(START_AFTER_SECONDS + 1)
    quiet = 0
    while quiet < QUIET_LOOKS:
        before = cpu_seconds(server.process_id)
        time.sleep(0.3)
        quiet = quiet + 1 if cpu_seconds(server.process_id) - before < 0.01 else 0
