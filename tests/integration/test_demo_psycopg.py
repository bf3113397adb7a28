"""Ask the demo with psycopg 3, in text and in binary."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.integration


@pytest.fixture(params=[False, True], ids=["text", "binary"])
def cursor(demo_server: ServerProcess, request: pytest.FixtureRequest) -> Iterator[psycopg.Cursor[Any]]:
    with (
        psycopg.connect(demo_server.dsn(), autocommit=True) as connection,
        connection.cursor(binary=request.param) as opened,
    ):
        yield opened


def test_the_whole_document_is_a_dict(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("SELECT document FROM reviews LIMIT 3")
    assert all(isinstance(document["User"], str) for (document,) in cursor.fetchall())


def test_every_column_of_a_user_comes_back(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("SELECT * FROM reviews WHERE \"User\" = 'Tristan'")
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    assert names[:2] == ["User", "Book"]
    assert names[-1] == "document"
    assert cursor.fetchall()


@pytest.mark.parametrize("table", ["reviews", "orders", "events", "customers"])
def test_every_demo_table_can_be_read_whole(cursor: psycopg.Cursor[Any], table: str) -> None:
    cursor.execute(f"SELECT * FROM {table}")
    rows = cursor.fetchall()
    cursor.execute(f"SELECT count(*) FROM {table}")
    assert cursor.fetchone() == (len(rows),)


@pytest.mark.parametrize(
    "value",
    [
        "text",
        7,
        2**40,
        Decimal("1.50"),
        1.5,
        True,
        None,
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 1, 2, 3, 4),
        datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=datetime.UTC),
        [1, 2, 3],
        b"\x00\x01",
    ],
)
def test_a_parameter_comes_back_as_it_went(cursor: psycopg.Cursor[Any], value: object) -> None:
    cursor.execute("SELECT %s", (value,))
    assert cursor.fetchone() == (value,)


def test_a_prepared_statement_runs_again_and_again(cursor: psycopg.Cursor[Any]) -> None:
    for user in ("Tristan", "Adeline", "nobody"):
        cursor.execute('SELECT count(*) FROM reviews WHERE "User" = %s', (user,), prepare=True)
        row = cursor.fetchone()
        assert row is not None
        assert (row[0] > 0) == (user != "nobody")


def test_a_pipeline_of_statements_is_answered_in_order(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn(), autocommit=True) as connection, connection.pipeline():
        cursors = [connection.execute("SELECT %s::int", (number,)) for number in range(5)]
        assert [cursor.fetchone() for cursor in cursors] == [(number,) for number in range(5)]


def test_rows_stream_one_by_one(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn()) as connection, connection.cursor() as streaming:
        assert sum(1 for _ in streaming.stream('SELECT "Book" FROM reviews')) > 1000
