"""The sessions of asyncpg and psycopg, on the demo's tables."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal

import asyncpg
import psycopg
import pytest

from pgddb.cli.serve import run_server
from pgddb.config import read_config
from pgddb.demo import DemoDynamoDB
from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def embedded() -> Iterator[DemoDynamoDB]:
    with DemoDynamoDB() as running:
        yield running


@pytest.fixture
async def port(embedded: DemoDynamoDB, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "demo")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
    config = read_config({"port": 0, "region": embedded.region, "endpoint_url": embedded.endpoint_url})
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run_server(config, listening.set_result))
    yield await listening
    serving.cancel()
    await asyncio.wait([serving])


async def test_an_asyncpg_pool_resets_its_sessions(port: int) -> None:
    pool = await asyncpg.create_pool(host="127.0.0.1", port=port, user="alice", database="shop", min_size=1, max_size=1)
    async with pool:
        for _ in range(2):
            async with pool.acquire() as connection:
                assert await connection.fetchval("SHOW application_name") == ""
                await connection.execute("SET application_name = 'mine'")
                assert await connection.fetchval("SELECT $1::int + 1", 41) == 42


async def test_an_asyncpg_cursor_takes_rows_in_portions(port: int) -> None:
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="alice")
    async with connection.transaction():
        cursor = await connection.cursor('SELECT "User", "Rating" FROM reviews')
        first = await cursor.fetch(3)
        assert await connection.fetchval("SELECT 1") == 1
        second = await cursor.fetch(3)
        assert len(first) == len(second) == 3
    await connection.close()


async def test_asyncpg_prepares_and_copes_with_errors(port: int) -> None:
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="alice", server_settings={"jit": "off"})
    statement = await connection.prepare('SELECT count(*) FROM reviews WHERE "User" = $1')
    assert [parameter.name for parameter in statement.get_parameters()] == ["text"]
    assert await statement.fetchval("Tristan") == 6
    with pytest.raises(asyncpg.UndefinedTableError):
        await connection.fetch("SELECT * FROM nowhere")
    with pytest.raises(asyncpg.QueryCanceledError):
        await connection.execute("SET statement_timeout = 50; SELECT pg_sleep(10)")
    await connection.execute("RESET statement_timeout")
    assert await connection.fetchval("SELECT version()") is not None
    await connection.close()


@pytest.mark.parametrize("binary", [False, True])
async def test_psycopg_parameters_in_both_formats(port: int, binary: bool) -> None:
    connection = await psycopg.AsyncConnection.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres")
    cursor = connection.cursor(binary=binary)
    await cursor.execute(
        "SELECT %s::text, %s::int, %s::numeric, %s::bool, %s::timestamp",
        ["é", 7, Decimal("1.50"), True, datetime.datetime(2024, 1, 2, 3, 4, 5)],
    )
    assert await cursor.fetchone() == ("é", 7, Decimal("1.50"), True, datetime.datetime(2024, 1, 2, 3, 4, 5))
    await connection.close()


async def test_a_psycopg_server_cursor_and_transactions(port: int) -> None:
    connection = await psycopg.AsyncConnection.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres")
    async with connection.cursor("named") as cursor:
        await cursor.execute('SELECT "User" FROM reviews')
        assert len(await cursor.fetchmany(5)) == 5
    await connection.commit()
    with pytest.raises(psycopg.errors.UndefinedTable):
        await connection.execute("SELECT * FROM nowhere")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        await connection.execute("SELECT 1")
    await connection.rollback()
    async with connection.pipeline():
        first = await connection.execute("SELECT 1")
        second = await connection.execute("SELECT 2")
        assert (await first.fetchone(), await second.fetchone()) == ((1,), (2,))
    await connection.close()


@pytest.mark.parametrize("binary", [False, True])
def test_names_of_objects_come_as_names_in_text_and_as_numbers_in_binary(
    demo_server: ServerProcess, postgres_dsn: str, binary: bool
) -> None:
    statement = "SELECT 'pg_class'::regclass, 'integer'::regtype, 'now'::regproc, 0::oid::regclass, NULL::regtype"
    answers = []
    for dsn in (demo_server.dsn(), postgres_dsn):
        with psycopg.connect(dsn) as connection:
            result = connection.pgconn.exec_params(statement.encode(), [], result_format=int(binary))
            answers.append([(result.ftype(at), result.get_value(0, at)) for at in range(result.nfields)])
    assert answers[0] == answers[1]
