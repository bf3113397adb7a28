"""Run a session of definitions in psql over PostgreSQL 15 and over pgddb, and compare all that psql prints."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.fakes.defined_server import Account, account, needs_psql, port, psql

pytestmark = [pytest.mark.integration, needs_psql]

__all__ = ["account", "port"]

SCRIPT = Path(__file__).parents[1] / "corpora" / "definitions" / "session.sql"


def _in_postgresql(dsn: str, script: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE FOREIGN DATA WRAPPER dynamodb")
    done = subprocess.run(
        ["psql", "-X", "-a", dsn],
        input=script,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP FOREIGN DATA WRAPPER dynamodb CASCADE")
    return done.stdout


async def test_psql_prints_what_it_prints_for_postgresql(account: Account, port: int, postgres_dsn: str) -> None:
    table = f"{account.prefix}-table"
    account.create(table, {"id": "S"})
    script = SCRIPT.read_text().replace("TABLE'", f"{table}'")
    expected = _in_postgresql(postgres_dsn, script).splitlines()
    assert 'ERROR:  schema "s" already exists' in expected
    found = (await psql(port, script, "-a")).splitlines()
    assert list(difflib.unified_diff(expected, found, n=2)) == []
