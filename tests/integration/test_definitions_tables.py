"""Make, change and drop tables of DynamoDB by DDL, over moto and over DynamoDB Local."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from tests.fakes.defined_server import Session, client_of, connect, noted, psql, rows, serving

pytestmark = pytest.mark.integration


@pytest.fixture(params=["dynamodb_endpoint", "dynamodb_local_endpoint"])
def endpoint(request: pytest.FixtureRequest, aws_credentials: None) -> str:
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def port(endpoint: str) -> AsyncIterator[int]:
    async with serving(endpoint, None) as listening:
        yield listening


@pytest.fixture
async def session(port: int) -> AsyncIterator[Session]:
    connection = await connect(port)
    await connection.execute("SET pgddb.allow_ddl = on")
    yield connection
    await connection.close()


@pytest.fixture
def name() -> str:
    return f"t{uuid.uuid4().hex[:8]}"


async def _sqlstate(session: Session, statement: str) -> str | None:
    with pytest.raises(psycopg.Error) as caught:
        await session.execute(statement)
    return caught.value.sqlstate


def _described(endpoint: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = client_of(endpoint).describe_table(TableName=name)["Table"]
    return found


async def test_a_table_lives_and_dies_by_ddl(session: Session, port: int, endpoint: str, name: str) -> None:
    other = await connect(port)
    await session.execute(
        f"CREATE TABLE {name} (tenant text, number bigint, at timestamp, tags text[], PRIMARY KEY (tenant, number))"
    )
    table = _described(endpoint, name)
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [
        ("tenant", "HASH"),
        ("number", "RANGE"),
    ]
    assert {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]} == {
        "tenant": "S",
        "number": "N",
    }
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    await other.execute(f"INSERT INTO {name} VALUES ('a', 1, '2024-05-01 12:00', '{{x,y}}')")
    found = await rows(other, f"SELECT tenant, number, at::text, tags FROM {name}")
    assert found == [("a", 1, "2024-05-01 12:00:00", ["x", "y"])]
    shown = await psql(port, f"\\d {name}")
    assert " at       | timestamp without time zone |" in shown
    assert await _sqlstate(session, f"CREATE TABLE {name} (id text PRIMARY KEY)") == "42P07"
    notes = noted(session)
    await session.execute(f"CREATE TABLE IF NOT EXISTS {name} (id text PRIMARY KEY)")
    await session.execute(f"DROP TABLE {name}")
    await session.execute(f"DROP TABLE IF EXISTS {name}")
    assert notes == [
        f'relation "{name}" already exists, skipping',
        f'table "{name}" does not exist, skipping',
    ]
    assert await _sqlstate(other, f"SELECT * FROM {name}") == "42P01"
    client = client_of(endpoint)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_table(TableName=name)
    await other.close()


async def test_an_index_is_made_used_and_dropped(session: Session, endpoint: str, name: str) -> None:
    await session.execute(f"CREATE TABLE {name} (id text PRIMARY KEY, author text, year integer, title text)")
    await session.execute(
        f"INSERT INTO {name} SELECT 'b' || n, 'a' || n % 5, 1900 + n, 't' FROM generate_series(1, 20) n"
    )
    await session.execute(f"CREATE INDEX by_author ON {name} (author, year) INCLUDE (title)")
    (index,) = _described(endpoint, name)["GlobalSecondaryIndexes"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}
    plan = await rows(session, f"EXPLAIN SELECT title FROM {name} WHERE author = 'a1' AND year > 1905")
    assert any("by_author" in line for (line,) in plan)
    assert len(await rows(session, f"SELECT title FROM {name} WHERE author = 'a1' AND year > 1905")) == 3
    assert await _sqlstate(session, f"CREATE INDEX by_author ON {name} (author)") == "42P07"
    assert await _sqlstate(session, f"CREATE INDEX ON {name} (nothing)") == "42703"
    assert await _sqlstate(session, f"CREATE INDEX ON {name} (document)") == "0A000"
    assert await _sqlstate(session, f"DROP INDEX {name}_pkey") == "2BP01"
    await session.execute("DROP INDEX by_author")
    assert not _described(endpoint, name).get("GlobalSecondaryIndexes")
    assert await _sqlstate(session, "DROP INDEX by_author") == "42704"
    await session.execute(f"DROP TABLE {name}")


async def test_settings_of_a_table_are_changed(session: Session, endpoint: str, name: str) -> None:
    await session.execute(
        f"CREATE TABLE {name} (id bytea PRIMARY KEY) "
        "WITH (billing_mode = provisioned, read_capacity = 3, write_capacity = 2, ttl_attribute = 'gone_at')"
    )
    table = _described(endpoint, name)
    units = table["ProvisionedThroughput"]
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (3, 2)
    expiry = client_of(endpoint).describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "gone_at")
    await session.execute(f"ALTER TABLE {name} SET (billing_mode = on_demand)")
    assert _described(endpoint, name)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    await session.execute(f"DROP TABLE {name}")


async def test_a_protected_table_is_not_dropped(session: Session, endpoint: str, name: str) -> None:
    await session.execute(f"CREATE TABLE {name} (id text PRIMARY KEY) WITH (deletion_protection)")
    if not _described(endpoint, name).get("DeletionProtectionEnabled"):
        await session.execute(f"DROP TABLE {name}")
        pytest.skip("this emulator has no deletion protection")
    assert await _sqlstate(session, f"DROP TABLE {name}") == "55000"
    await session.execute(f"ALTER TABLE {name} SET (deletion_protection = off)")
    await session.execute(f"DROP TABLE {name}")


async def test_views_hold_a_table_back(session: Session, name: str) -> None:
    await session.execute(f"CREATE TABLE {name} (id text PRIMARY KEY, n integer)")
    await session.execute(f"CREATE VIEW over_{name} AS SELECT n FROM {name}")
    assert await _sqlstate(session, f"DROP TABLE {name}") == "2BP01"
    notes = noted(session)
    await session.execute(f"DROP TABLE {name} CASCADE")
    assert notes == [f"drop cascades to view over_{name}"]
    assert await _sqlstate(session, f"SELECT * FROM over_{name}") == "42P01"


async def test_what_dynamodb_cannot_be_is_refused_before_it_is_asked(session: Session, name: str) -> None:
    for statement, sqlstate in (
        (f"CREATE TABLE {name} (id date PRIMARY KEY)", "0A000"),
        (f"CREATE TABLE {name} (id varchar(10) PRIMARY KEY)", "0A000"),
        (f"CREATE TABLE {name} (id text)", "42P16"),
        (f"CREATE TABLE {name} (a text, b text, c text, PRIMARY KEY (a, b, c))", "42P16"),
        (f"CREATE TABLE {name} (a text, PRIMARY KEY (b))", "42703"),
        (f"CREATE TABLE {name} (a text PRIMARY KEY, a text)", "42701"),
        (f"CREATE TABLE {name} (a text PRIMARY KEY, b text NOT NULL)", "0A000"),
        (f"CREATE TABLE {name} (a text PRIMARY KEY, b text REFERENCES x)", "0A000"),
        (f"CREATE TABLE {name} (a text PRIMARY KEY) WITH (fillfactor = 70)", "22023"),
        (f"CREATE TABLE {name} (a text PRIMARY KEY) WITH (billing_mode = provisioned)", "22023"),
        ("CREATE TABLE ab (a text PRIMARY KEY)", "42602"),
        (f"CREATE TABLE {name} AS SELECT 1", "0A000"),
        (f"CREATE TEMP TABLE {name} (a text PRIMARY KEY)", "0A000"),
        (f"CREATE UNIQUE INDEX ON {name} (a)", "0A000"),
        (f"ALTER TABLE {name} ADD COLUMN b text", "0A000"),
        (f"DROP TABLE {name}", "42P01"),
    ):
        assert await _sqlstate(session, statement) == sqlstate, statement
    await session.execute("BEGIN")
    assert await _sqlstate(session, f"CREATE TABLE {name} (id text PRIMARY KEY)") == "25001"
    await session.execute("ROLLBACK")
    await session.execute("SET pgddb.allow_ddl = off")
    assert await _sqlstate(session, f"CREATE TABLE {name} (id text PRIMARY KEY)") == "42501"


async def test_a_read_only_server_makes_no_table(endpoint: str, name: str) -> None:
    async with serving(endpoint, None, read_only=True) as listening:
        session = await connect(listening)
        await session.execute("SET pgddb.allow_ddl = on")
        assert await _sqlstate(session, f"CREATE TABLE {name} (id text PRIMARY KEY)") == "25006"
        await session.close()
