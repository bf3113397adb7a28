"""COPY TO STDOUT gives the bytes that PostgreSQL 15 gives, by psql, psycopg and asyncpg."""

from __future__ import annotations

import asyncio
import io
import shutil
from pathlib import Path

import asyncpg
import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]

EVERY_TYPE = """
SELECT g::smallint AS small, g * 100003 AS whole, g::bigint * 4000000007 AS big, g::oid AS oid,
       g::real AS single, g::double precision * 1e9 AS double, (g * 1.01)::numeric(12, 2) AS price,
       g % 2 = 0 AS even, date '2024-02-28' + g AS day, timestamp '2024-02-28 23:59:59.5' + g * interval '1 hour' AS at,
       timestamptz '2024-02-28 23:59:59.25+02' + g * interval '1 day' AS zoned, time '01:02:03' AS clock,
       g * interval '1 day 2 hours' AS lasting, ('a0eebc99-9c0b-4ef8-bb6d-' || lpad(g::text, 12, '0'))::uuid AS id,
       decode(lpad(to_hex(g), 2, '0') || '5c0a', 'hex') AS bytes, ('{"n": ' || g || ', "s": "a\\"b"}')::jsonb AS doc,
       '{"a":1}'::json AS plain, E'tab\\tline\\nreturn\\rback\\\\slash \\b\\f\\v é' || g AS control,
       'comma, "quote" ''single'' |' || g AS marks, CASE WHEN g % 3 > 0 THEN 'x' || g END AS sometimes,
       NULL::text AS never, '' AS empty, E'\\\\N' AS looks_null, E'\\\\.' AS looks_ended,
       ARRAY[g, NULL, g + 1] AS numbers, ARRAY['a,b', NULL, 'c"d', E'e\\\\f', ''] AS texts,
       ARRAY[[1, 2], [3, g]] AS square, '{}'::int[] AS nothing, 'Infinity'::double precision AS endless,
       'a'::"char" AS letter, 'some_name'::name AS named, 'v'::varchar(5) AS varying
  FROM generate_series(1, {rows}) AS g"""

FORMATS = [
    "",
    "(FORMAT csv)",
    "(FORMAT binary)",
    "WITH BINARY",
    "WITH CSV HEADER",
    "(HEADER)",
    "(FORMAT csv, HEADER, FORCE_QUOTE *)",
    "(FORMAT csv, FORCE_QUOTE (whole, control, never))",
    "(FORMAT csv, DELIMITER '|', NULL 'NULL', QUOTE '''')",
    "(FORMAT csv, DELIMITER E'\\t', QUOTE '~', ESCAPE '!')",
    "(FORMAT csv, ESCAPE E'\\\\')",
    "(FORMAT csv, NULL '1')",
    "(FORMAT csv, NULL 't', DELIMITER '-')",
    "(DELIMITER ',', NULL '')",
    "(DELIMITER ':', NULL 'x1')",
    "(DELIMITER '-')",
    "(DELIMITER 'T')",
    "(ENCODING 'LATIN1')",
    "(FORMAT csv, ENCODING 'win1252', HEADER)",
    "(FORMAT binary, ENCODING 'LATIN9')",
]


@pytest.fixture
def port(demo_server: ServerProcess) -> int:
    return demo_server.port


def dsn_of(port: int) -> str:
    return f"host=127.0.0.1 port={port} user=postgres dbname=postgres"


async def copied(dsn: str, statement: str) -> list[bytes] | str:
    """Give the CopyData messages, or the error."""
    connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
    try:
        async with connection.cursor().copy(statement.encode()) as copy:
            return [bytes(piece) async for piece in copy]
    except psycopg.Error as error:
        return f"{error.diag.sqlstate} {error.diag.message_primary}; {error.diag.message_hint}"
    finally:
        await connection.close()


async def count_pieces(connection: psycopg.AsyncConnection, statement: str, *, cancel_at: int | None = None) -> int:
    """Read a COPY to its end, or until it fails; cancel it on the way."""
    seen = 0
    async with connection.cursor().copy(statement) as copy:
        async for _ in copy:
            seen += 1
            if seen == cancel_at:
                connection.cancel()
    return seen


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_of_every_type_is_postgresqls_to_the_byte(port: int, postgres_dsn: str, form: str) -> None:
    for rows in (0, 3, 100):
        statement = f"COPY ({EVERY_TYPE.replace('{rows}', str(rows))}) TO STDOUT {form}"
        expected = await copied(postgres_dsn, statement)
        assert isinstance(expected, list)
        assert await copied(dsn_of(port), statement) == expected


ODD = [
    "COPY (SELECT E'\\\\.' AS a) TO STDOUT CSV",
    "COPY (SELECT E'\\\\.' AS a, 1 AS b) TO STDOUT CSV",
    "COPY (SELECT NULL::int AS a) TO STDOUT CSV",
    "COPY (SELECT '' AS a UNION ALL SELECT NULL) TO STDOUT CSV",
    'COPY (SELECT 1 AS "a""b,c", 2 AS "d\te") TO STDOUT CSV HEADER',
    'COPY (SELECT 1 AS "a""b,c", 2 AS "d\te") TO STDOUT (HEADER)',
    "COPY (VALUES (1, 'x'), (2, NULL)) TO STDOUT",
    "COPY (WITH a AS (SELECT 1 AS n) SELECT n, n + 1 FROM a) TO STDOUT",
    "COPY pg_tablespace (spcname, oid) TO STDOUT",
    "COPY pg_catalog.pg_tablespace TO STDOUT (FORMAT csv, HEADER)",
    "COPY (TABLE pg_tablespace) TO STDOUT CSV",
    "COPY BINARY pg_tablespace (spcname) TO STDOUT",
    "COPY pg_tablespace TO STDIN",
    "COPY pg_tablespace TO STDOUT USING DELIMITERS '|'",
]


@pytest.mark.parametrize("statement", ODD)
async def test_odd_copies_are_postgresqls_to_the_byte(port: int, postgres_dsn: str, statement: str) -> None:
    assert await copied(dsn_of(port), statement) == await copied(postgres_dsn, statement)


REFUSED = [
    "COPY pg_tables TO STDOUT",
    "COPY information_schema.tables (table_name) TO STDOUT",
    "COPY pg_am (x) TO STDOUT",
    "COPY pg_am (oid, oid) TO STDOUT",
    "COPY nowhere TO STDOUT",
    "COPY (SELECT * FROM nowhere) TO STDOUT",
    "COPY (SELECT 1 AS a) TO STDOUT (FORMAT csv, FORCE_QUOTE (b))",
    "COPY (SELECT 1) TO STDOUT (FORCE_QUOTE *)",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, FORCE_NULL (a))",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, FORCE_NOT_NULL (a))",
    "COPY (SELECT 1) TO STDOUT (HEADER match)",
    "COPY (SELECT 1) TO STDOUT (ENCODING 'nix')",
    "COPY (SELECT U&'\\20ac') TO STDOUT (ENCODING 'latin1')",
    "COPY (SELECT U&'\\20ac' FROM generate_series(1, 100)) TO STDOUT (FORMAT csv, ENCODING 'latin1')",
    "COPY (SELECT 1) TO STDOUT (DELIMITER 'a')",
    "COPY (SELECT 1) TO STDOUT (DELIMITER 'é')",
    "COPY (SELECT 1) TO STDOUT (DELIMITER E'\\n')",
    "COPY (SELECT 1) TO STDOUT (NULL E'a\\rb')",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, QUOTE ',')",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, QUOTE 'ab')",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, ESCAPE 'ab')",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, NULL 'a\"b')",
    "COPY (SELECT 1) TO STDOUT (NULL 'a|b', DELIMITER '|')",
    "COPY (SELECT 1) TO STDOUT (FORMAT binary, HEADER)",
    "COPY (SELECT 1) TO STDOUT (FORMAT binary, NULL '')",
    "COPY (SELECT 1) TO STDOUT (FORMAT x)",
    "COPY (SELECT 1) TO STDOUT (nix 1)",
    "COPY (SELECT 1) TO STDOUT (FORMAT csv, FORMAT text)",
    "COPY (SELECT 1 / 0) TO STDOUT",
    "COPY (SELECT $1) TO STDOUT",
]


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_postgresql_refuses_is_refused_in_its_words(port: int, postgres_dsn: str, statement: str) -> None:
    expected = await copied(postgres_dsn, statement)
    assert isinstance(expected, str)
    assert await copied(dsn_of(port), statement) == expected


@pytest.mark.parametrize(
    ("statement", "role"),
    [
        ("COPY (SELECT 1) TO '/tmp/rows'", "pg_write_server_files role to COPY to a file"),
        ("COPY (SELECT 1) TO PROGRAM 'cat'", "pg_execute_server_program role to COPY to or from an external program"),
        ("COPY reviews FROM '/tmp/rows'", "pg_read_server_files role to COPY from a file"),
        ("COPY reviews FROM PROGRAM 'ls'", "pg_execute_server_program role to COPY to or from an external program"),
    ],
)
async def test_files_and_programs_of_the_server_are_refused(port: int, statement: str, role: str) -> None:
    connection = await psycopg.AsyncConnection.connect(dsn_of(port), autocommit=True)
    with pytest.raises(
        psycopg.errors.InsufficientPrivilege, match=f"must be superuser or have privileges of the {role}"
    ):
        await connection.execute(statement)
    await connection.close()


async def test_asyncpg_copies_tables_and_queries_to_files(port: int) -> None:
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    output = io.BytesIO()
    tag = await connection.copy_from_query(
        'SELECT "User", "Rating" FROM reviews WHERE "User" = $1', "Tristan", output=output, format="csv", header=True
    )
    lines = output.getvalue().decode().splitlines()
    assert (tag, lines[0], len(lines)) == ("COPY 6", "User,Rating", 7)
    output = io.BytesIO()
    await connection.copy_from_table("Reviews", columns=["User", "Rating"], output=output, format="binary")
    assert output.getvalue().startswith(b"PGCOPY\n\xff\r\n\0")
    assert output.getvalue().endswith(b"\xff\xff")
    assert len(output.getvalue()) > 30_000  # asyncpg drops rows that a notice follows before the end
    await connection.close()


async def test_psycopg_reads_typed_rows_of_a_binary_copy(port: int) -> None:
    connection = await psycopg.AsyncConnection.connect(dsn_of(port))
    statement = "COPY (SELECT g, 'n' || g FROM generate_series(1, 1000) g) TO STDOUT (FORMAT binary)"
    async with connection.cursor().copy(statement) as copy:
        copy.set_types(["int4", "text"])
        rows = [row async for row in copy.rows()]
    assert rows == [(number, f"n{number}") for number in range(1, 1001)]
    await connection.close()


async def test_the_extended_protocol_describes_a_copy_as_nothing_and_runs_it(port: int) -> None:
    connection = await psycopg.AsyncConnection.connect(dsn_of(port), autocommit=True)
    raw = connection.pgconn
    described = raw.prepare(b"copying", b"COPY (SELECT 1 AS one) TO STDOUT WITH BINARY")
    assert described.status == psycopg.pq.ExecStatus.COMMAND_OK
    described = raw.describe_prepared(b"copying")
    assert (described.nfields, described.nparams) == (0, 0)
    result = raw.exec_prepared(b"copying", [], result_format=1)
    assert (result.status, result.binary_tuples) == (psycopg.pq.ExecStatus.COPY_OUT, 1)
    await connection.close()


async def test_a_copy_in_the_middle_of_a_query_string_and_after_a_failed_one(port: int) -> None:
    connection = await psycopg.AsyncConnection.connect(dsn_of(port), autocommit=True)
    broken = "COPY (SELECT 10 / (50000 - g) FROM generate_series(1, 60000) g) TO STDOUT"
    with pytest.raises(psycopg.errors.DivisionByZero):
        await count_pieces(connection, broken)
    async with connection.cursor().copy("COPY (SELECT 7) TO STDOUT") as copy:
        assert [bytes(piece) async for piece in copy] == [b"7\n"]
    await connection.close()


async def test_a_client_that_reads_slowly_holds_little_and_can_cancel(port: int) -> None:
    connection = await psycopg.AsyncConnection.connect(dsn_of(port), autocommit=True)
    endless = "COPY (SELECT g, repeat('x', 100) FROM generate_series(1, 100000000) g) TO STDOUT"
    with pytest.raises(psycopg.errors.QueryCanceled):
        await count_pieces(connection, endless, cancel_at=10)
    assert await (await connection.execute("SELECT 1")).fetchone() == (1,)
    await connection.close()


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
async def test_psql_copies_to_a_file_of_the_client(port: int, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    psql = await asyncio.create_subprocess_exec(
        "psql", "-X", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c",
        f"\\copy (SELECT g, 'a,' || g FROM generate_series(1, 3) g) to '{target}' csv header",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, _ = await psql.communicate()
    assert (printed, target.read_text()) == (b"COPY 3\n", 'g,?column?\n1,"a,1"\n2,"a,2"\n3,"a,3"\n')
