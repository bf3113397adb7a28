"""The database gives SQL its PostgreSQL meaning, a session its own zone, and no text a way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgddb.engine import Database, EngineSession, EngineSettings
from pgddb.errors import InvalidParameterValue, SqlError


async def value(session: EngineSession, expression: str) -> object:
    stream = await session.run(f"SELECT {expression} AS v")
    batch = await stream.next_batch()
    await stream.close()
    assert batch is not None
    return batch.column(0)[0].as_py()


async def test_macros_go_before_built_in_functions(session: EngineSession) -> None:
    assert await value(session, "upper('a')") == "ours: A"


async def test_scalar_functions_see_whole_columns(session: EngineSession) -> None:
    assert await value(session, "shout('a')") == "A"
    assert await value(session, "join_by_dash('a', 'b')") == "a-b"
    assert await value(session, "shout(NULL)") is None


async def test_options_hold_for_every_session(session: EngineSession) -> None:
    assert await value(session, "7 / 2") == 3


async def test_each_session_has_its_own_time_zone(database: Database, session: EngineSession) -> None:
    other = database.open_session()
    await session.set_time_zone("Asia/Tokyo")
    await other.set_time_zone("America/New_York")
    shown = "CAST(TIMESTAMPTZ '2024-01-01 00:00:00+00' AS VARCHAR)"
    assert await value(session, shown) == "2024-01-01 09:00:00+09"
    assert await value(other, shown) == "2023-12-31 19:00:00-05"
    await other.close()


async def test_an_unknown_time_zone_is_refused(session: EngineSession) -> None:
    with pytest.raises(InvalidParameterValue):
        await session.set_time_zone("Nowhere/Town")


async def test_describe_gives_names_and_types_without_running(session: EngineSession) -> None:
    described = await session.describe("SELECT 1 AS a, error('not run')::VARCHAR AS b, [1.5] AS c")
    assert described == (("a", "INTEGER"), ("b", "VARCHAR"), ("c", "DECIMAL(2,1)[]"))


async def test_describe_reports_what_is_wrong(session: EngineSession) -> None:
    with pytest.raises(SqlError, match='column "nothing" does not exist'):
        await session.describe("SELECT nothing FROM (SELECT 1 AS a)")


WAYS_OUT = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'https://example.com/x.csv'",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT getenv('HOME')",
    "SELECT which_secret('s3://a', 's3')",
    "COPY (SELECT 1) TO '/tmp/pgddb-way-out.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE '/tmp/pgddb-way-out'",
    "ATTACH '/tmp/pgddb-way-out.db' AS x",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/pgddb-way-out.duckdb_extension'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET GLOBAL memory_limit = '1TB'",
    "SET threads = 64",
    "SET temp_directory = '/'",
    "SET allowed_configs = ['threads']",
    "SET python_enable_replacements = true",
    "SET home_directory = '/'",
    "SET log_query_path = '/tmp/pgddb-way-out.log'",
    "PRAGMA enable_profiling",
    "PRAGMA memory_limit = '1TB'",
    "CALL enable_logging()",
    "SELECT * FROM WAYS_OUT",
    "SELECT * FROM os",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM pandas_scan(1)",
    "SELECT * FROM python_map_function(1)",
)


@pytest.mark.parametrize("sql", WAYS_OUT)
async def test_no_text_reaches_file_network_setting_extension_or_variable(session: EngineSession, sql: str) -> None:
    assert os.path.exists("/etc/passwd")  # noqa: PTH110, ASYNC240 - the name `os` must be a variable in sight
    stream = await session.run(sql)
    with pytest.raises(SqlError):
        await stream.next_batch()
    await stream.close()


async def test_the_spill_directory_ends_with_the_database() -> None:
    opened = Database(EngineSettings(threads=1))
    spill = opened._spill.path
    assert spill.exists()
    opened.close()
    assert not spill.exists()


async def test_a_sort_larger_than_the_memory_limit_spills_to_a_directory_of_its_own(tmp_path: Path) -> None:
    opened = Database(EngineSettings(threads=1, memory_limit_bytes=48 * 1024 * 1024, temp_directory=tmp_path))
    session = opened.open_session()
    stream = await session.run("SELECT x, repeat('v', 200) AS v FROM range(400000) t(x) ORDER BY hash(x)")
    rows, spilled = 0, list[Path]()
    while (batch := await stream.next_batch()) is not None:
        rows += batch.num_rows
        spilled += [file.parent for file in tmp_path.rglob("duckdb_temp*")]  # noqa: ASYNC240
    assert rows == 400_000
    assert spilled
    assert set(spilled) == {opened._spill.path}
    assert opened._spill.path.parent == tmp_path
    await session.close()
    opened.close()
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240
