"""Ranges of integers come as PostgreSQL gives them, in text and in binary."""

from __future__ import annotations

import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]

RANGES = (
    "SELECT int4range(1, 2), int4range(1, 1) AS nothing, int4range(NULL, 5), int4range(3, NULL), "
    "int4range(NULL, NULL), int8range(1, 5, '[]'), int4range(1, 5, '()'), int4range(1, 2, '()'), "
    "int4range(NULL, 5, '[]'), int4range(1, 5, '(]')"
)


@pytest.mark.parametrize("binary", [False, True])
def test_ranges_are_postgresqls_to_the_byte(demo_server: ServerProcess, postgres_dsn: str, binary: bool) -> None:
    answers = []
    for dsn in (demo_server.dsn(), postgres_dsn):
        with psycopg.connect(dsn) as connection:
            result = connection.pgconn.exec_params(RANGES.encode(), [], result_format=int(binary))
            columns = range(result.nfields)
            answers.append([(result.fname(at), result.ftype(at), result.get_value(0, at)) for at in columns])
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "statement",
    ["SELECT int4range(3, 1)", "SELECT int4range(1, 2, 'x')", "SELECT int4range(1, 2147483647, '[]')"],
)
def test_impossible_ranges_fail_as_in_postgresql(demo_server: ServerProcess, postgres_dsn: str, statement: str) -> None:
    failures = []
    for dsn in (demo_server.dsn(), postgres_dsn):
        with psycopg.connect(dsn) as connection, pytest.raises(psycopg.Error) as failed:
            connection.execute(statement.encode())
        failures.append((failed.value.sqlstate, failed.value.diag.message_primary))
    assert failures[0] == failures[1]


def test_nothing_else_can_be_done_with_a_range(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn()) as connection, pytest.raises(psycopg.errors.FeatureNotSupported):
        connection.execute("SELECT lower(int4range(1, 2))")
