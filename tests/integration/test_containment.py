"""SQL reaches tables and PostgreSQL's functions, and nothing of the engine or the machine behind them.

Only the names of PostgreSQL's functions get through; the list of what must not is the engine's own, whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest

from pgddb.catalog.functions import CATALOG_FUNCTIONS
from pgddb.execution.engine_setup import DOCUMENT_FUNCTIONS
from pgddb.sql.functions import macro_statements, scalar_functions
from pgddb.sql.functions.catalog import MACROS
from pgddb.sql.types import builtins
from tests.fakes.defined_server import Session, account, connect, port, session

__all__ = ["account", "port", "session"]

TYPED = "SELECT {call}({arguments})"
UNTYPED = "SELECT {call}((t).column1) FROM (VALUES ('/etc/passwd')) t"
FROM = "SELECT * FROM {call}({arguments})"
"""With arguments of known types, and of types that are not inferred; relations by their names in FROM."""

UNDEFINED = {"42883", "42601", "42P01", "0A000"}


def engine_functions() -> dict[str, str]:
    """Give the names of all functions of the engine that PostgreSQL has not, with arguments for each."""
    with duckdb.connect() as engine:
        found = engine.execute("SELECT function_name, parameter_types FROM duckdb_functions()").fetchall()
    literals = {"VARCHAR": "'/etc/passwd'", "BIGINT": "1", "INTEGER": "1", "DOUBLE": "1.5", "BOOLEAN": "true"}
    functions = {name: ", ".join(literals.get(kind or "", "'x'") for kind in kinds) for name, kinds in found}
    assert {"read_text", "read_csv", "glob", "query_table", "duckdb_settings", "getvariable"} < set(functions)
    plain = {name: arguments for name, arguments in functions.items() if name.replace("_", "").isalnum()}
    return {name: arguments for name, arguments in plain.items() if name not in builtins.functions()}


def table_functions() -> set[str]:
    """Give the names of the engine's functions that stand in FROM."""
    text = "SELECT function_name FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro', 'pragma')"
    with duckdb.connect() as engine:
        return {name for (name,) in engine.execute(text).fetchall()}


def own_functions() -> list[str]:
    """Give the names of the functions and macros that pgddb puts into the engine and PostgreSQL has not."""
    made = [one.name for one in DOCUMENT_FUNCTIONS] + [one.name for one in scalar_functions()]
    made += [one.name for one in CATALOG_FUNCTIONS]
    macros = [text.split("(")[0].split()[-1].removeprefix("pgcat.") for text in (*macro_statements(), *MACROS)]
    return sorted({*made, *macros} - builtins.functions().keys())


SPELLED_OTHERWISE = frozenset(
    ["coalesce", "greatest", "least", "nullif", "row", "grouping", "json", "list", "map", "trim"]
)
"""Names that the grammar knows."""


async def sqlstate(session: Session, text: str) -> str:
    try:
        await session.execute(text)
    except psycopg.Error as error:
        return error.sqlstate or "none"
    return "accepted"


@pytest.mark.slow
async def test_no_function_of_the_engine_can_be_called(session: Session) -> None:
    names = {name: one for name, one in engine_functions().items() if name not in SPELLED_OTHERWISE}
    own = dict.fromkeys(own_functions(), "'pg_class'")
    assert len(names) > 500
    assert len(own) > 200
    tables = table_functions()
    assert {"read_csv", "glob", "duckdb_settings"} < tables
    reached: dict[str, str] = {}
    for name, arguments in {**names, **own}.items():
        for form in (TYPED, UNTYPED, FROM) if name in tables else (TYPED, UNTYPED):
            text = form.format(call=f'"{name}"', arguments=arguments)
            state = await sqlstate(session, text)
            if state not in UNDEFINED:
                reached[text] = state
    assert reached == {}


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "x.csv", "x.parquet", "x.json", "https://example.com/x.csv", "s3://b/x.parquet", "feed_1", "sys",
     "df", "connection", "duckdb_settings", "duckdb_tables", "sqlite_master", "pragma_version", "pgddb_kept", "item"],
)  # fmt: skip
async def test_no_file_variable_or_relation_of_the_engine_is_a_table(session: Session, name: str) -> None:
    await session.execute("SET search_path = public, main, pgcat, system, temp")
    for text in (f'SELECT * FROM "{name}"', f'SELECT * FROM main."{name}"', f'SELECT * FROM temp."{name}"'):
        assert await sqlstate(session, text) == "42P01"
    assert await sqlstate(session, f"SELECT * FROM '{name}'") in {"42601", "42P01"}
    assert await sqlstate(session, f'SELECT * FROM system.main."{name}"') == "0A000"
    assert await sqlstate(session, f'INSERT INTO "{name}" VALUES (1)') == "42P01"


STATEMENTS = """
    ATTACH 'x.db' AS y; ATTACH ':memory:'; DETACH memory; USE main; INSTALL httpfs; FORCE INSTALL httpfs; LOAD httpfs;
    LOAD '/tmp/x.so'; UPDATE EXTENSIONS; EXPORT DATABASE '{directory}/x'; IMPORT DATABASE '{directory}/x';
    PRAGMA database_list; PRAGMA version; PRAGMA enable_profiling; PRAGMA threads=1; CALL pragma_version();
    CALL duckdb_settings(); CALL force_checkpoint(); CHECKPOINT; COPY FROM DATABASE memory TO x;
    COPY (SELECT 1) TO '{directory}/x.csv'; COPY (SELECT 1) TO '{directory}/x.parquet' (FORMAT parquet);
    COPY pg_class TO '{directory}/x'; COPY (SELECT 1) TO PROGRAM 'touch {directory}/x';
    COPY pg_class FROM '/etc/passwd'; CREATE SECRET s (TYPE s3); DROP SECRET s;
    CREATE MACRO f(x) AS x; CREATE FUNCTION f(x) AS x;
    CREATE TABLE t AS SELECT * FROM read_text('/etc/passwd'); CREATE TEMP TABLE t AS SELECT 1; CREATE SEQUENCE s;
    CREATE VIEW v AS SELECT * FROM read_text('/etc/passwd'); CREATE TYPE t AS ENUM ('a');
    DESCRIBE pg_class; SUMMARIZE pg_class; FROM pg_class; FROM read_text('/etc/passwd'); SHOW TABLES; SHOW ALL TABLES;
    SET threads = 1; SET memory_limit = '1GB'; SET enable_external_access = true; SET GLOBAL threads = 1;
    SET VARIABLE x = 1; SET lock_configuration = false; SET temp_directory = '{directory}'; RESET threads; SHOW threads;
    SET SESSION threads = 1; SET LOCAL memory_limit = '1GB'; SELECT set_config('memory_limit', '1GB', false);
    SELECT current_setting('threads'); SELECT current_setting('temp_directory');
    SELECT current_setting(x) FROM (VALUES ('secret_directory')) v(x); SELECT current_query();
    SELECT pg_read_file('/etc/passwd'); SELECT pg_read_binary_file('/etc/passwd'); SELECT pg_ls_dir('/');
    SELECT * FROM pg_ls_dir('/'); SELECT * FROM pg_stat_file('/etc/passwd'); SELECT lo_import('/etc/passwd');
    SELECT * FROM pg_ls_logdir(); SELECT pg_reload_conf();
    SELECT pg_rotate_logfile();
    SELECT * FROM dblink('host=x', 'SELECT 1') AS t(a int); SELECT getenv($1); SELECT 1; ATTACH 'x.db';
    SELECT ('HOME').getenv(); SELECT getenv(VARIADIC ARRAY['HOME']); SELECT getenv(name => 'HOME');
    SELECT * FROM ROWS FROM (read_text('/etc/passwd')); SELECT * FROM pg_class, LATERAL read_text(relname);
    EXPLAIN SELECT getenv('HOME'); PREPARE p AS SELECT getenv('HOME');
    DECLARE c CURSOR WITH HOLD FOR SELECT getenv('HOME'); DO $$ x $$; LISTEN; VACUUM INTO '{directory}/x'
"""


async def test_no_statement_of_the_engine_runs(session: Session, tmp_path: Path) -> None:
    accepted = {}
    for written in STATEMENTS.format(directory=tmp_path).split(";"):
        text = written.strip()
        state = await sqlstate(session, text)
        if state in {"accepted", "XX000", "none"} and text != "SELECT 1":
            accepted[text] = state
    assert accepted == {}


async def test_sessions_do_not_see_each_other(port: int, session: Session) -> None:
    other = await connect(port)
    await session.execute("PREPARE mine AS SELECT 1")
    await session.execute("SET application_name = 'mine'")
    await session.execute("BEGIN")
    await session.execute("DECLARE mine CURSOR FOR SELECT 1")
    assert await sqlstate(other, "EXECUTE mine") == "26000"
    assert await sqlstate(other, "FETCH mine") == "34000"
    shown = await (await other.execute("SELECT current_setting('application_name')")).fetchone()
    assert shown == ("",)
    await other.close()


@pytest.fixture(autouse=True)
def _nothing_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert not {path.name for path in tmp_path.iterdir()} & {"x", "x.csv", "x.parquet", "x.db"}
