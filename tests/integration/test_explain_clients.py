"""Clients ask for plans: psql, psycopg with parameters, asyncpg, and Superset's reading of the cost."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import asyncpg
import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.integration


@pytest.fixture
def connection(demo_server: ServerProcess) -> psycopg.Connection:
    return psycopg.connect(demo_server.dsn(), autocommit=True)


def test_psql_shows_a_query_plan(demo_server: ServerProcess) -> None:
    if shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    ran = subprocess.run(
        ["psql", "-X", demo_server.dsn(), "-c", "EXPLAIN SELECT 1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    title, rule, plan = ran.stdout.splitlines()[:3]
    assert title.strip() == "QUERY PLAN"
    assert set(rule) == {"-"}
    assert plan == " Result  (cost=0.00..0.00 rows=1 width=0)"


def test_superset_finds_the_cost_in_the_first_row(connection: psycopg.Connection) -> None:
    with connection:
        first = connection.execute("EXPLAIN SELECT * FROM reviews").fetchone()
    assert first is not None
    found = re.search(r"cost=([\d\.]+)\.\.([\d\.]+)", first[0])
    assert found is not None
    assert float(found[2]) == 18.5


def test_parameters_of_the_extended_protocol_are_explained_with_their_values(connection: psycopg.Connection) -> None:
    with connection:
        rows = connection.execute('EXPLAIN SELECT * FROM reviews WHERE "User" = %s', ["Tristan"]).fetchall()
    assert rows[1][0].strip() == "Key Condition: \"User\" = 'Tristan'"


def test_execute_is_explained_with_its_arguments(connection: psycopg.Connection) -> None:
    with connection:
        connection.execute('PREPARE q(text) AS SELECT * FROM reviews WHERE "User" = $1')
        rows = connection.execute("EXPLAIN EXECUTE q('Adeline')").fetchall()
        many = connection.execute("EXPLAIN ANALYZE EXECUTE q('Adeline')").fetchall()
    assert rows[1][0].strip() == "Key Condition: \"User\" = 'Adeline'"
    assert any(row[0].strip().startswith("Consumed: 0.5 read units on Reviews") for row in many)


def test_json_comes_as_json(connection: psycopg.Connection) -> None:
    with connection:
        cursor = connection.execute("EXPLAIN (FORMAT JSON) SELECT count(*) FROM orders")
        assert cursor.description is not None
        assert cursor.description[0].type_code == 114
        row = cursor.fetchone()
    assert row is not None
    ((statement,),) = row
    assert statement["Plan"]["Node Type"] == "Aggregate"
    assert statement["Plan"]["Plans"][0]["Estimated Read Units"] == 26.0


async def test_asyncpg_explains_prepared_statements(demo_server: ServerProcess) -> None:
    client = await asyncpg.connect(demo_server.dsn())
    try:
        prepared = await client.prepare('SELECT * FROM reviews WHERE "User" = $1')
        (plan,) = await prepared.explain("Tristan", analyze=True)
        assert plan["Plan"]["Node Type"] == "DynamoDB Query"
        assert plan["Plan"]["Consumed Read Units"] == 0.5
        text = await client.fetchval("EXPLAIN (FORMAT JSON) SELECT 1")
        assert json.loads(text)[0]["Plan"]["Node Type"] == "Result"
    finally:
        await client.close()


def test_analyze_leaves_the_session_usable_after_a_budget_stopped_it(connection: psycopg.Connection) -> None:
    with connection:
        connection.execute("SET pgddb.max_read_units = 2")
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match=r"pgddb\.max_read_units"):
            connection.execute('EXPLAIN ANALYZE SELECT count("Total") FROM orders WHERE "TenantId" = \'acme\'')
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_statement_above_max_cost_is_refused_before_it_reads(connection: psycopg.Connection) -> None:
    notices: list[str] = []
    with connection:
        connection.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
        connection.execute("SET pgddb.max_cost = 0.000001")
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded) as refused:
            connection.execute("SELECT count(*) FROM reviews")
    assert refused.value.diag.message_primary == (
        "statement would take about 18.5 read units ($0.00000231), more than pgddb.max_cost allows ($0.000001)"
    )
    assert "SET pgddb.max_cost = 0.0000024" in str(refused.value.diag.message_hint)
    assert notices == []


def test_what_cannot_be_explained_is_refused_by_name(connection: psycopg.Connection) -> None:
    with connection, pytest.raises(psycopg.errors.FeatureNotSupported, match=r"EXPLAIN \(FORMAT XML\)"):
        connection.execute("EXPLAIN (FORMAT XML) SELECT 1")
