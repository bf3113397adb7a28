"""Define schemas, servers, foreign tables and views as a PostgreSQL user would, over moto."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import asyncpg
import psycopg
import pytest

from tests.fakes.defined_server import (
    BOOK,
    OTHER_REGION,
    Account,
    Session,
    account,
    books,
    connect,
    foreign_table,
    noted,
    port,
    rows,
    serving,
    session,
    sqlstate_of,
)

pytestmark = pytest.mark.integration

__all__ = ["account", "books", "port", "session"]


async def test_any_attribute_is_a_column_of_the_type_that_ddl_gives_it(session: Session, books: str) -> None:
    await session.execute(foreign_table(books))
    cursor = await session.execute("SELECT * FROM books WHERE id = 'b1'")
    row = await cursor.fetchone()
    assert row is not None
    names = [column.name for column in cursor.description or ()]
    found = dict(zip(names, row, strict=True))
    assert found.pop("document")["author"]["name"] == "Jane Austen"
    assert {name: str(value) for name, value in found.items()} == {
        "oid": '{"id": "b1"}',
        "id": "b1",
        "heading": "Emma",
        "pages": "474",
        "price": "12.50",
        "cost": "12.5",
        "added": "2024-02-29 10:30:00",
        "day": "2024-02-29",
        "tags": "['novel', 'satire']",
        "seen": "True",
        "author": "Jane Austen",
        "place": "Steventon",
        "born": "1775",
    }


async def test_mapped_columns_are_searched_and_written(session: Session, books: str, account: Account) -> None:
    await session.execute(foreign_table(books))
    assert await rows(session, "SELECT id FROM books WHERE heading = 'Emma' AND day = '2024-02-29'") == [("b1",)]
    assert await rows(session, "SELECT id FROM books WHERE author LIKE 'Jane%' AND born = 1775") == [("b1",)]
    await session.execute(
        "INSERT INTO books (id, heading, pages, tags, added, author) "
        "VALUES ('b3', 'Sanditon', 120, '{draft}', '2024-03-01', 'Jane')"
    )
    await session.execute("UPDATE books SET added = added, pages = pages + 1 WHERE id = 'b1'")
    client = account.client()
    assert client.get_item(TableName=books, Key={"id": {"S": "b3"}})["Item"] == {
        "id": {"S": "b3"},
        "title": {"S": "Sanditon"},
        "pages": {"N": "120"},
        "tags": {"L": [{"S": "draft"}]},
        "added": {"S": "2024-03-01 00:00:00"},
        "author": {"M": {"name": {"S": "Jane"}}},
    }
    changed = client.get_item(TableName=books, Key={"id": {"S": "b1"}})["Item"]
    assert changed == {**BOOK, "pages": {"N": "475"}, "tags": {"SS": changed["tags"]["SS"]}}
    assert await sqlstate_of(session, "INSERT INTO books (id, added) VALUES ('b4', 'no moment')") == "22007"
    assert await sqlstate_of(session, "INSERT INTO books (id, pages) VALUES ('b4', 3000000000)") == "22003"


async def test_a_value_that_its_declared_type_cannot_hold_is_an_error_that_names_it(
    session: Session, books: str
) -> None:
    await session.execute(
        f"CREATE FOREIGN TABLE wrong (id text, title integer) SERVER dynamodb OPTIONS (table_name '{books}')"
    )
    with pytest.raises(psycopg.Error) as caught:
        await session.execute("SELECT id, title FROM wrong WHERE id = 'b1'")
    assert caught.value.sqlstate == "HV004"
    assert 'does not fit column "title" of "wrong"' in str(caught.value)
    assert 'The value is {"S":"Emma"}.' in str(caught.value)


async def test_addresses_are_read_written_and_compared(session: Session, account: Account) -> None:
    name = f"{account.prefix}-hosts"
    account.create(name, {"id": "N"})
    for number, address in enumerate(("10.0.0.10", "10.0.0.2/32", "192.168.0.0/16", "::1")):
        account.put(name, {"id": {"N": str(number)}, "ip": {"S": address}, "seen": {"L": [{"S": "10.0.0.2/32"}]}})
    await session.execute(
        "CREATE FOREIGN TABLE hosts (id integer, ip inet, mac macaddr, seen inet[]) "
        f"SERVER dynamodb OPTIONS (table_name '{name}')"
    )
    await session.execute("INSERT INTO hosts (id, ip, mac) VALUES (7, '10.0.0.7', '0800.2B01.0203')")
    assert await rows(session, "SELECT id FROM hosts WHERE ip << '10.0.0.0/8' ORDER BY ip") == [(1,), (7,), (0,)]
    assert await rows(session, "SELECT id, seen::text FROM hosts WHERE ip = '10.0.0.2'") == [(1, "{10.0.0.2}")]
    assert await rows(session, "SELECT mac::text FROM hosts WHERE id = 7") == [("08:00:2b:01:02:03",)]
    found = await session.execute("SELECT ip FROM hosts WHERE id IN (1, 2, 3) ORDER BY id", binary=True)
    assert [str(ip) for (ip,) in await found.fetchall()] == ["10.0.0.2", "192.168.0.0/16", "::1"]
    found = await session.execute("SELECT id FROM hosts WHERE ip = %b", [IPv4Address("10.0.0.10")])
    assert await found.fetchall() == [(0,)]
    account.put(name, {"id": {"N": "9"}, "ip": {"S": "nowhere"}})
    assert await sqlstate_of(session, "SELECT ip FROM hosts WHERE id = 9") == "22P02"


async def test_what_does_not_fit_the_keys_is_said_when_the_table_is_used(session: Session, books: str) -> None:
    options = f"SERVER dynamodb OPTIONS (table_name '{books}')"
    await session.execute(f"CREATE FOREIGN TABLE typed (id integer) {options}")
    assert await sqlstate_of(session, "SELECT * FROM typed") == "HV004"
    await session.execute("ALTER FOREIGN TABLE typed ALTER COLUMN id TYPE text")
    assert len(await rows(session, "SELECT * FROM typed")) == 2
    await session.execute(
        f"CREATE FOREIGN TABLE marked (k text OPTIONS (mapped_attr 'title', partition_key 'true')) {options}"
    )
    assert await sqlstate_of(session, "SELECT * FROM marked") == "HV007"
    await session.execute("ALTER FOREIGN TABLE marked ALTER COLUMN k OPTIONS (SET mapped_attr 'id')")
    assert len(await rows(session, "SELECT k FROM marked")) == 2
    await session.execute("CREATE FOREIGN TABLE gone (id text) SERVER dynamodb OPTIONS (table_name 'no-such-table')")
    assert await sqlstate_of(session, "SELECT * FROM gone") == "42P01"


async def test_alter_foreign_table_changes_what_every_session_sees(port: int, session: Session, books: str) -> None:
    await session.execute(foreign_table(books))
    other = await connect(port)
    statement = "SELECT * FROM books WHERE id = 'b2'"
    assert len((await other.execute(statement)).description or ()) == 14
    await session.execute("ALTER FOREIGN TABLE books DROP COLUMN oid, DROP COLUMN tags, ADD COLUMN title text")
    await session.execute("ALTER FOREIGN TABLE books RENAME COLUMN pages TO leaves")
    found = await other.execute(statement)
    assert [column.name for column in found.description or ()][-1] == "title"
    assert await rows(other, "SELECT leaves, title FROM books WHERE id = 'b2'") == [(249, "Persuasion")]
    await session.execute("ALTER FOREIGN TABLE books RENAME TO library")
    assert await sqlstate_of(other, statement) == "42P01"
    assert len(await rows(other, "SELECT * FROM library")) == 2
    for statement, sqlstate in (
        ("ALTER FOREIGN TABLE library ADD COLUMN title text", "42701"),
        ("ALTER FOREIGN TABLE library DROP COLUMN nothing", "42703"),
        ("ALTER FOREIGN TABLE library OPTIONS (ADD table_name 'x')", "42710"),
        ("ALTER FOREIGN TABLE library OPTIONS (DROP aws_region)", "42704"),
        ("ALTER FOREIGN TABLE library OPTIONS (ADD colour 'x')", "HV00D"),
        ("ALTER FOREIGN TABLE nothing ADD COLUMN title text", "42P01"),
    ):
        assert await sqlstate_of(session, statement) == sqlstate, statement
    await other.close()


async def test_a_server_says_where_its_tables_are(session: Session, account: Account) -> None:
    name = f"{account.prefix}-west"
    account.create(name, {"id": "N"}, region=OTHER_REGION)
    account.put(name, {"id": {"N": "7"}}, region=OTHER_REGION)
    await session.execute(f"CREATE SERVER west FOREIGN DATA WRAPPER dynamodb OPTIONS (region '{OTHER_REGION}')")
    await session.execute("CREATE SCHEMA west")
    await session.execute(f'IMPORT FOREIGN SCHEMA remote LIMIT TO ("{name}", "nothing") FROM SERVER west INTO west')
    assert await rows(session, f'SELECT id, document FROM west."{name}"') == [(7, {"id": 7})]
    await session.execute("SET search_path = west, public")
    assert await rows(session, f'SELECT id FROM "{name}"') == [(7,)]
    await session.execute("ALTER SERVER west OPTIONS (SET region 'eu-north-1')")
    assert await sqlstate_of(session, f'SELECT id FROM "{name}"') == "42P01"
    assert await sqlstate_of(session, "IMPORT FOREIGN SCHEMA remote FROM SERVER west INTO nowhere") == "3F000"
    assert await sqlstate_of(session, "IMPORT FOREIGN SCHEMA remote FROM SERVER nothing INTO west") == "42704"
    assert await sqlstate_of(session, "DROP SERVER west") == "2BP01"
    notes = noted(session)
    await session.execute("DROP SERVER west CASCADE")
    assert notes == [f'drop cascades to foreign table west."{name}"']


async def test_notices_and_errors_are_those_of_postgresql(session: Session, books: str) -> None:
    await session.execute(foreign_table(books))
    await session.execute("CREATE SCHEMA s")
    notes = noted(session)
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS s",
        "DROP SCHEMA IF EXISTS nothing",
        "CREATE EXTENSION IF NOT EXISTS plpgsql",
        "CREATE FOREIGN TABLE IF NOT EXISTS books (id text) SERVER dynamodb",
        "DROP FOREIGN TABLE IF EXISTS nothing",
        "DROP VIEW IF EXISTS nothing",
        "DROP VIEW IF EXISTS nowhere.nothing",
        "DROP SERVER IF EXISTS nothing",
        "DROP USER MAPPING IF EXISTS FOR CURRENT_USER SERVER dynamodb",
    ):
        await session.execute(statement)
    assert notes == [
        'schema "s" already exists, skipping',
        'schema "nothing" does not exist, skipping',
        'extension "plpgsql" already exists, skipping',
        'relation "books" already exists, skipping',
        'foreign table "nothing" does not exist, skipping',
        'view "nothing" does not exist, skipping',
        'schema "nowhere" does not exist, skipping',
        'server "nothing" does not exist, skipping',
        'user mapping for "postgres" does not exist for server "dynamodb", skipping',
    ]
    for statement, sqlstate in (
        ("CREATE SCHEMA s", "42P06"),
        ("CREATE SCHEMA pg_mine", "42939"),
        ("DROP SCHEMA nothing", "3F000"),
        ("DROP SCHEMA public", "0A000"),
        ("CREATE EXTENSION postgis", "0A000"),
        ("CREATE FOREIGN TABLE books (id text) SERVER dynamodb", "42P07"),
        ("CREATE FOREIGN TABLE nowhere.t (id text) SERVER dynamodb", "3F000"),
        ("CREATE FOREIGN TABLE t (id text, id text) SERVER dynamodb", "42701"),
        ("CREATE FOREIGN TABLE t (id nothing) SERVER dynamodb", "42704"),
        ("CREATE FOREIGN TABLE t (id text DEFAULT 'x') SERVER dynamodb", "0A000"),
        ("CREATE FOREIGN TABLE t (id text OPTIONS (mapped_attr 'a', mapped_attr 'b')) SERVER dynamodb", "42710"),
        ("CREATE FOREIGN TABLE t (id text OPTIONS (mapped_attr 'a..b')) SERVER dynamodb", "HV024"),
        ("CREATE FOREIGN TABLE t (id text) SERVER nothing", "42704"),
        ("DROP VIEW books", "42809"),
        ("DROP TABLE books", "42809"),
        ("DROP TABLE nothing", "42501"),
        ("DROP FOREIGN TABLE nothing", "42P01"),
        ("CREATE SERVER x FOREIGN DATA WRAPPER nothing", "42704"),
        ("CREATE SERVER x FOREIGN DATA WRAPPER dynamodb OPTIONS (endpoint_url 'ftp://x')", "HV024"),
        ("CREATE USER MAPPING FOR CURRENT_USER SERVER dynamodb OPTIONS (password 'secret')", "HV00D"),
        ("CREATE MATERIALIZED VIEW m AS SELECT 1", "0A000"),
    ):
        assert await sqlstate_of(session, statement) == sqlstate, statement


async def test_definitions_roll_back_with_their_transaction(port: int, session: Session, books: str) -> None:
    other = await connect(port)
    await session.execute("BEGIN")
    await session.execute("CREATE SCHEMA s")
    await session.execute(foreign_table(books, "s.books"))
    await session.execute("SAVEPOINT here")
    await session.execute("CREATE VIEW s.v AS SELECT id FROM s.books")
    assert len(await rows(session, "SELECT * FROM s.v")) == 2
    assert await sqlstate_of(other, "SELECT * FROM s.books") == "42P01"
    await session.execute("ROLLBACK TO here")
    await session.execute("INSERT INTO s.books (id) VALUES ('b9')")
    assert len(await rows(session, "SELECT * FROM s.books")) == 3
    await session.execute("COMMIT")
    assert len(await rows(other, "SELECT * FROM s.books")) == 3
    assert await sqlstate_of(other, "SELECT * FROM s.v") == "42P01"
    await session.execute("BEGIN")
    await session.execute("DROP SCHEMA s CASCADE")
    assert await sqlstate_of(session, "SELECT * FROM s.books") == "42P01"
    await session.execute("ROLLBACK")
    assert len(await rows(session, "SELECT * FROM s.books")) == 3
    await other.close()


async def test_of_two_transactions_that_define_the_same_one_commits(port: int, session: Session) -> None:
    other = await connect(port)
    for one in (session, other):
        await one.execute("BEGIN")
        await one.execute("CREATE SCHEMA same")
    await session.execute("COMMIT")
    assert await sqlstate_of(other, "COMMIT") == "42P06"
    await other.close()


async def test_the_catalogs_are_not_read_where_the_transaction_has_changed_them(session: Session) -> None:
    await session.execute("BEGIN")
    await session.execute("CREATE SCHEMA s")
    assert await sqlstate_of(session, "SELECT nspname FROM pg_namespace") == "0A000"
    await session.execute("ROLLBACK")
    assert ("s",) not in await rows(session, "SELECT nspname FROM pg_namespace")


async def test_regclass_looks_on_the_search_path(session: Session, books: str) -> None:
    await session.execute("CREATE SCHEMA s")
    await session.execute(foreign_table(books, "s.books"))
    assert await rows(session, "SELECT to_regclass('books'), 's.books'::regclass::text") == [(None, "s.books")]
    await session.execute("SET search_path = s, public")
    assert await rows(session, "SELECT 'books'::regclass::text, to_regclass('books')::text") == [("books", "books")]
    await session.execute(foreign_table(books, "public.books"))
    assert await rows(session, "SELECT 'public.books'::regclass::text") == [("public.books",)]
    names = "SELECT relname FROM pg_class WHERE oid = 'books'::regclass AND relnamespace = 's'::regnamespace"
    assert await rows(session, names) == [("books",)]


async def test_a_read_only_transaction_defines_nothing(session: Session) -> None:
    await session.execute("BEGIN READ ONLY")
    assert await sqlstate_of(session, "CREATE SCHEMA s") == "25006"
    await session.execute("ROLLBACK")


async def test_the_catalog_file_keeps_what_is_defined(account: Account, books: str, tmp_path: Path) -> None:
    async with serving(account.endpoint, tmp_path) as first:
        one = await connect(first)
        await one.execute(foreign_table(books))
        await one.execute("CREATE VIEW v AS SELECT id FROM books")
        await one.execute("COMMENT ON VIEW v IS 'what is read'")
        await one.execute("COMMENT ON COLUMN books.pages IS 'how long'")
        await one.execute("CREATE USER MAPPING FOR postgres SERVER dynamodb")
        await one.close()
    async with serving(account.endpoint, tmp_path) as second:
        two = await connect(second)
        assert len(await rows(two, "SELECT * FROM v")) == 2
        assert await rows(two, "SELECT obj_description('v'::regclass)") == [("what is read",)]
        assert await rows(two, "SELECT col_description('books'::regclass, 4)") == [("how long",)]
        assert await rows(two, "SELECT usename FROM pg_user_mappings") == [("postgres",)]
        assert await rows(two, "SELECT definition FROM pg_views WHERE viewname = 'v'") == [
            (" SELECT id FROM public.books;",)
        ]
        await two.close()


async def test_asyncpg_sees_definitions_in_statements_that_it_has_prepared(port: int, books: str) -> None:
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    await connection.execute(foreign_table(books))
    prepared = await connection.prepare("SELECT id, pages FROM books WHERE id = $1")
    assert [tuple(row) for row in await prepared.fetch("b1")] == [("b1", 474)]
    await connection.execute("ALTER FOREIGN TABLE books ALTER COLUMN pages TYPE text")
    with pytest.raises(asyncpg.exceptions.FeatureNotSupportedError):
        await prepared.fetch("b1")
    async with connection.transaction():
        await connection.execute("CREATE VIEW v AS SELECT id FROM books")
        assert len(await connection.fetch("SELECT * FROM v")) == 2
    await connection.close()
