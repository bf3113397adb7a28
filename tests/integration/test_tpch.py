"""Ask the 22 questions of TPC-H of tables in DynamoDB, and compare with PostgreSQL's answers.

The tables are served from memory by a DynamoDB that checks every request: moto and DynamoDB Local take many minutes at
this scale. They are asked on demand.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgddb.access.table import Source
from tests.fakes.demo_server import ServerProcess
from tests.fakes.memory_dynamodb import memory_dynamodb, serving
from tests.fakes.sql_tables import description, items, serve_declared, serve_tables
from tests.fakes.tpch import TABLES, Rows, rows

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]

CORPUS = Path(__file__).parent.parent / "corpora/tpch"
RECORDED_SCALE = 0.01
"""15,000 orders, 60,000 lines."""

SCALE = float(os.environ.get("PGDDB_TPCH_SCALE", RECORDED_SCALE))
"""Another one on demand, such as 0.001: then DynamoDB Local and a real PostgreSQL answer."""

QUERIES = dict(
    re.findall(r"^-- (\d+)\n(.*?);\n?(?=-- |\Z)", (CORPUS / "queries.sql").read_text("utf-8"), re.DOTALL | re.MULTILINE)
)
Answer = list[list[str | None]]


@pytest.fixture(scope="module")
def drawn() -> Rows:
    return rows(SCALE)


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, aws_credentials: None, tmp_path_factory: pytest.TempPathFactory, drawn: Rows
) -> Iterator[ServerProcess]:
    directory = tmp_path_factory.mktemp("catalog")
    if SCALE != RECORDED_SCALE:
        source = Source(region="eu-central-1", endpoint_url=request.getfixturevalue("dynamodb_local_endpoint"))
        yield from serve_tables(source, directory, TABLES, drawn)
        return
    tables = [(description(table), items(table, drawn[table.name])) for table in TABLES]
    with serving(memory_dynamodb(tables)) as endpoint:
        yield from serve_declared(Source(region="eu-central-1", endpoint_url=endpoint), directory, TABLES)


@pytest.fixture(scope="module")
def expected(request: pytest.FixtureRequest, drawn: Rows) -> dict[str, Answer]:
    if SCALE != RECORDED_SCALE:
        return ask_postgresql(request.getfixturevalue("postgres_dsn"), drawn)
    recorded: dict[str, Answer] = json.loads((CORPUS / "answers.json").read_text(encoding="utf-8"))
    return recorded


def answer(connection: psycopg.Connection[Any], text: str) -> Answer:
    """Give all values as PostgreSQL's text."""
    result = connection.pgconn.exec_(text.encode())
    assert result.status == psycopg.pq.ExecStatus.TUPLES_OK, result.error_message.decode()
    found = [[result.get_value(row, at) for at in range(result.nfields)] for row in range(result.ntuples)]
    return [[None if value is None else value.decode() for value in row] for row in found]


@pytest.mark.parametrize("number", QUERIES)
def test_an_answer_is_postgresqls(server: ServerProcess, expected: dict[str, Answer], number: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        assert answer(connection, QUERIES[number]) == expected[number]


@pytest.mark.skipif(SCALE != RECORDED_SCALE, reason="PGDDB_TPCH_SCALE asks for other rows than were recorded")
def test_the_recorded_answers_are_those_of_postgresql(postgres_dsn: str, drawn: Rows) -> None:
    found = ask_postgresql(postgres_dsn, drawn)
    path = CORPUS / "answers.json"
    if os.environ.get("PGDDB_RECORD"):
        path.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(path.read_text(encoding="utf-8"))


def ask_postgresql(dsn: str, drawn: Rows) -> dict[str, Answer]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE tpch")
    with psycopg.connect(f"{dsn} dbname=tpch", autocommit=True) as connection:
        for table in TABLES:
            scales = dict(table.scales)
            columns = ", ".join(f"{name} {kind}{'(15,2)' if name in scales else ''}" for name, kind in table.columns)
            connection.execute(f"CREATE TABLE {table.name} ({columns})")
            with connection.cursor().copy(f"COPY {table.name} FROM STDIN") as copy:
                for row in drawn[table.name]:
                    copy.write_row(row)
        for index in (
            "lineitem (l_orderkey)",
            "lineitem (l_partkey, l_suppkey)",
            "partsupp (ps_partkey)",
            "orders (o_custkey)",
        ):
            connection.execute(f"CREATE INDEX ON {index}")
        connection.execute("ANALYZE")
        return {number: answer(connection, text) for number, text in QUERIES.items()}
