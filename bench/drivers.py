"""Compare what drivers see: rows by psycopg in text and in binary and by asyncpg, from PostgreSQL too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import asyncpg
import psycopg

from bench.case import SUBJECT, Case, Side
from bench.endpoint import PART_ITEMS
from bench.measure import Sample, of_process
from bench.report import show_alone
from bench.servers import RunningServer, tree_cpu_seconds
from bench.stage import Stage

SELECT = "SELECT pk, sk, title, status, price, quantity, active, created, customer, note FROM bench_part"
REPEATS = 4

Read = Callable[[], int]


def cases(stage: Stage) -> Iterator[Case]:
    """Read a small table a few times over one connection; a driver makes Python values of every row."""
    stage.copy("bench_part")
    readers: dict[str, Callable[[ExitStack, int], Read]] = {
        "psycopg, text": partial(psycopg_reader, binary=False),
        "psycopg, binary": partial(psycopg_reader, binary=True),
        "asyncpg": asyncpg_reader,
    }
    for name, reader in readers.items():
        with ExitStack() as stack:
            sides = {SUBJECT: reading(stage.server, reader(stack, stage.server.port))}
            if stage.postgresql is not None:
                sides["PostgreSQL"] = reading(stage.postgresql, reader(stack, stage.postgresql.port))
            yield Case(f"drivers: {name}, 10 columns", "row", sides)


def reading(server: RunningServer, read: Read) -> Side:
    def run() -> Sample:
        return of_process(server.process_id, lambda: sum(read() for _ in range(REPEATS)), tree_cpu_seconds)

    return Side(run, PART_ITEMS * REPEATS)


def psycopg_reader(stack: ExitStack, port: int, *, binary: bool) -> Read:
    address = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    connection = stack.enter_context(psycopg.connect(address, autocommit=True))

    def read() -> int:
        with connection.cursor(binary=binary) as cursor:
            return len(cursor.execute(SELECT).fetchall())

    return read


def asyncpg_reader(stack: ExitStack, port: int) -> Read:
    runner = stack.enter_context(asyncio.Runner())

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")

    connection = runner.run(connect())

    async def fetch() -> int:
        return len(await connection.fetch(SELECT))

    stack.callback(lambda: runner.run(connection.close()))
    return lambda: runner.run(fetch())


if __name__ == "__main__":
    show_alone(cases)
