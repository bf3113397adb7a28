"""What users of the file may do: read-only users, lists of tables, and what the catalog says of both."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgddb.authentication import make_verifier
from tests.fakes.defined_server import Account, Session, account, serving

__all__ = ["account"]

PASSWORD = "correct horse"
BY_V = {
    "IndexName": "by_v",
    "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
async def place(account: Account, tmp_path: Path) -> AsyncIterator[tuple[int, str, str]]:
    """Give the port of a server, and the names of the table that "few" may use and of one that it may not."""
    ours, secret = f"{account.prefix}_orders", f"{account.prefix}_secrets"
    for name in (ours, secret):
        account.create(name, {"id": "S"}, attributes={"v": "N"}, GlobalSecondaryIndexes=[BY_V])
        account.put(name, {"id": {"S": "1"}, "v": {"N": "7"}})
    verifier = make_verifier(PASSWORD).text()
    (tmp_path / "users.toml").write_text(
        f'[users.all]\npassword = "{verifier}"\n'
        f'[users.reader]\npassword = "{verifier}"\nread_only = true\n'
        f'[users.few]\npassword = "{verifier}"\ntables = ["{ours}"]\n'
    )
    async with serving(account.endpoint, tmp_path, auth="scram") as port:
        yield port, ours, secret


@asynccontextmanager
async def logged_in(port: int, user: str) -> AsyncIterator[Session]:
    conninfo = f"host=127.0.0.1 port={port} user={user} password='{PASSWORD}' dbname=postgres"
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        yield connection


async def rows(connection: Session, text: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return await (await connection.execute(text, parameters or None)).fetchall()


async def refusal(connection: Session, text: str) -> str:
    with pytest.raises(psycopg.Error) as raised:
        await connection.execute(text)
    return f"{raised.value.sqlstate} {raised.value.diag.message_primary}"


async def test_a_read_only_user_reads_and_never_writes(place: tuple[int, str, str]) -> None:
    port, ours, _ = place
    async with logged_in(port, "reader") as reader:
        assert await rows(reader, f"SELECT id, v FROM {ours}") == [("1", 7)]
        assert await rows(reader, "SHOW transaction_read_only") == [("on",)]
        read_only = "in a read-only transaction"
        for _ in range(2):
            assert (
                await refusal(reader, f"INSERT INTO {ours} (id) VALUES ('2')")
                == f"25006 cannot execute INSERT {read_only}"
            )
            assert await refusal(reader, f"UPDATE {ours} SET v = 8") == f"25006 cannot execute UPDATE {read_only}"
            assert await refusal(reader, f"DELETE FROM {ours}") == f"25006 cannot execute DELETE {read_only}"
            assert (await refusal(reader, f"COPY {ours} FROM STDIN")).startswith("25006")
            assert (await refusal(reader, f"CREATE VIEW w AS SELECT * FROM {ours}")).startswith("25006")
            await reader.execute("SET default_transaction_read_only = off")
        await reader.execute("BEGIN READ WRITE")
        assert await refusal(reader, f"DELETE FROM {ours}") == f"25006 cannot execute DELETE {read_only}"


DENIED = (
    "SELECT * FROM {table}",
    "SELECT count(*) FROM {table}",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM {table})",
    'SELECT * FROM public."{table}"',
    "SELECT o.id FROM {ours} o JOIN {table} s ON s.id = o.id",
    "WITH s AS (SELECT * FROM {table}) SELECT * FROM s",
    "SELECT * FROM {ours} UNION ALL SELECT * FROM {table}",
    'SELECT * FROM "{table}@by_v"',
    "EXPLAIN SELECT * FROM {table}",
    "EXPLAIN DELETE FROM {table}",
    "COPY {table} TO STDOUT",
    "COPY (SELECT * FROM {table}) TO STDOUT",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {table}",
    "PREPARE p AS SELECT * FROM {table}",
    "INSERT INTO {table} (id) VALUES ('2')",
    "INSERT INTO {ours} (id) SELECT id FROM {table}",
    "UPDATE {table} SET v = 1",
    "DELETE FROM {table} WHERE id = '1'",
    "COPY {table} FROM STDIN",
    "MERGE INTO {table} t USING {ours} o ON t.id = o.id WHEN MATCHED THEN DELETE",
)
"""Statements that read or write {table}."""


async def test_a_table_that_is_not_in_the_list_is_denied(place: tuple[int, str, str]) -> None:
    port, ours, secret = place
    async with logged_in(port, "few") as few, logged_in(port, "all") as everything:
        await rows(everything, f"SELECT * FROM {secret}")  # its plan is kept, and must not help the other
        denied = f"42501 permission denied for table {secret}"
        for text in DENIED:
            refused = await refusal(few, text.format(table=secret, ours=ours))
            assert refused.replace("@by_v", "") == denied
            assert await rows(few, f"SELECT id FROM {ours}") == [("1",)]
        assert await rows(few, f'SELECT id FROM "{ours}@by_v"') == [("1",)]


WAYS_AROUND = (
    "CREATE VIEW {ours}_v AS SELECT * FROM {table}",
    "CREATE SCHEMA mine",
    "CREATE SERVER s FOREIGN DATA WRAPPER multicorn OPTIONS (region 'us-west-2')",
    "CREATE FOREIGN TABLE {ours} (id text) SERVER multicorn_dynamo OPTIONS (table_name '{table}')",
    'SET ROLE "all"',
    'SET SESSION AUTHORIZATION "all"',
)


async def test_a_user_with_a_list_cannot_make_a_way_around_it(place: tuple[int, str, str]) -> None:
    port, ours, secret = place
    async with logged_in(port, "few") as few:
        for text in WAYS_AROUND:
            assert (await refusal(few, text.format(table=secret, ours=ours)))[:5] in {"42501", "22023"}
        assert await rows(few, "SELECT current_user, session_user") == [("few", "few")]


async def test_the_catalog_tells_who_may_do_what(place: tuple[int, str, str]) -> None:
    port, ours, secret = place
    asked = "SELECT has_table_privilege(%s, 'SELECT'), has_table_privilege(%s, 'INSERT, UPDATE')"
    async with logged_in(port, "few") as few, logged_in(port, "reader") as reader, logged_in(port, "all") as everything:
        assert await rows(few, asked, ours, ours) == [(True, True)]
        assert await rows(few, asked, secret, secret) == [(False, False)]
        assert await rows(reader, asked, secret, secret) == [(True, False)]
        assert await rows(everything, asked, secret, secret) == [(True, True)]
        of_another = f"""SELECT has_table_privilege('few', '{secret}', 'SELECT'),
            has_any_column_privilege('few', '{ours}', 'SELECT')"""
        assert await rows(reader, of_another) == [(False, True)]
        for one, name in ((few, "few"), (reader, "reader"), (everything, "all")):
            assert await rows(one, "SELECT current_user, session_user, user") == [(name, name, name)]
        users = await rows(
            few, "SELECT usename, usesuper, passwd FROM pg_user WHERE usename IN ('all', 'few') ORDER BY 1"
        )
        assert users == [("all", True, "********"), ("few", False, "********")]
        assert await rows(few, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'reader'") == [(True,)]
        assert await rows(few, "SHOW is_superuser") == [("off",)]
        assert await refusal(few, "SELECT * FROM pg_authid") == "42501 permission denied for table pg_authid"
        assert await refusal(few, "SELECT passwd FROM pg_shadow") == "42501 permission denied for view pg_shadow"
        acl = await rows(few, f"SELECT relacl::text FROM pg_class WHERE relname = '{secret}'")
        assert acl == [(r'{postgres=arwdD/postgres,"\"all\"=arwdD/postgres",reader=r/postgres}',)]


async def test_a_denied_table_is_visible_in_pg_class_and_not_in_information_schema(place: tuple[int, str, str]) -> None:
    port, ours, secret = place
    async with logged_in(port, "all") as everything, logged_in(port, "few") as few:
        for one, shown in ((everything, [(ours,), (secret,)]), (few, [(ours,)])):
            names = f"IN ('{ours}', '{secret}') ORDER BY 1"
            assert await rows(one, f"SELECT relname FROM pg_class WHERE relname {names}") == [(ours,), (secret,)]
            tables = f"SELECT table_name FROM information_schema.tables WHERE table_name {names}"
            assert await rows(one, tables) == shown
            columns = f"SELECT DISTINCT table_name FROM information_schema.columns WHERE table_name {names}"
            assert await rows(one, columns) == shown


async def test_rights_change_for_those_who_are_in(place: tuple[int, str, str], tmp_path: Path) -> None:
    port, ours, secret = place
    async with logged_in(port, "few") as few:
        assert (await refusal(few, f"SELECT * FROM {secret}")).startswith("42501")
        file = tmp_path / "users.toml"
        file.write_text(file.read_text().replace(f'tables = ["{ours}"]', "read_only = true"))
        async with logged_in(port, "all"):
            assert await rows(few, f"SELECT id FROM {secret}") == [("1",)]
            assert (await refusal(few, f"DELETE FROM {ours}")).startswith("25006")


async def test_psql_lists_users(place: tuple[int, str, str]) -> None:
    port, *_ = place
    process = await asyncio.create_subprocess_exec(
        "psql", "-XAtq", "-w", "-c", r"\du", "-c", r"\dp", f"host=127.0.0.1 port={port} user=few dbname=postgres",
        env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = (part.decode() for part in await process.communicate())
    assert error == ""
    lines = out.splitlines()
    assert "few||{}" in lines
    assert "all|Superuser, Create role, Create DB, Replication, Bypass RLS|{}" in lines
    assert any(line.startswith("few=arwdD/postgres") for line in lines)


async def test_only_a_user_without_limits_sees_and_stops_the_sessions_of_others(place: tuple[int, str, str]) -> None:
    port, *_ = place
    seen = "SELECT query FROM pg_stat_activity WHERE pid = %s"
    async with logged_in(port, "few") as few, logged_in(port, "reader") as reader, logged_in(port, "all") as everything:
        pid = few.info.backend_pid
        await few.execute("SELECT 'a secret of few'")
        assert await rows(reader, seen, pid) == [("<insufficient privilege>",)]
        assert (await refusal(reader, f"SELECT pg_cancel_backend({pid})")).startswith(
            "42501 must be a member of the role"
        )
        assert await rows(everything, seen, pid) == [("SELECT 'a secret of few'",)]
        assert await rows(everything, f"SELECT pg_cancel_backend({pid})") == [(True,)]
