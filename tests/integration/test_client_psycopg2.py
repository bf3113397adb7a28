"""Ask the demo with psycopg2: simple queries only, values put into the text by the client."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.demo_server import ServerProcess

psycopg2 = pytest.importorskip("psycopg2")
extensions = pytest.importorskip("psycopg2.extensions")
extras = pytest.importorskip("psycopg2.extras")
pytestmark = pytest.mark.integration


@pytest.fixture
def connection(demo_server: ServerProcess) -> Iterator[Any]:
    opened = psycopg2.connect(demo_server.dsn())
    yield opened
    opened.close()


def test_what_the_connection_says_of_the_server(connection: Any) -> None:
    assert connection.server_version // 10000 == 15
    assert connection.encoding == "UTF8"
    assert connection.get_parameter_status("standard_conforming_strings") == "on"
    assert connection.get_backend_pid() != 0


def test_values_of_python_go_and_come(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, %s::numeric, %s, %s, %s::bytea", ("it's \\ é", 1.5, [1, None], True, b"\x00\xff"))
        text, number, numbers, truth, content = cursor.fetchone()
    assert (text, float(number), numbers, truth, bytes(content)) == ("it's \\ é", 1.5, [1, None], True, b"\x00\xff")


def test_a_document_is_a_dict(connection: Any) -> None:
    with connection.cursor(cursor_factory=extras.RealDictCursor) as cursor:
        cursor.execute(
            'SELECT document, "Rating" FROM reviews WHERE "User" = %s AND "Book" = %s', ("Tristan", "Persuasion")
        )
        row = cursor.fetchone()
    assert row["document"]["Book"] == "Persuasion"
    assert row["Rating"] == 2


def test_a_named_cursor_takes_rows_in_portions_and_scrolls(connection: Any) -> None:
    with connection.cursor("portions", scrollable=True) as cursor:
        cursor.itersize = 100
        cursor.execute('SELECT "Book" FROM reviews ORDER BY "User", "Book" LIMIT 250')
        rows = cursor.fetchmany(10)
        assert len(rows) == 10
        cursor.scroll(0, mode="absolute")
        assert cursor.fetchone() == rows[0]
        assert sum(1 for _ in cursor) == 249


def test_a_cursor_with_hold_outlives_its_transaction(connection: Any) -> None:
    cursor = connection.cursor("held", withhold=True)
    cursor.execute('SELECT "Book" FROM reviews LIMIT 20')
    connection.commit()
    assert len(cursor.fetchall()) == 20
    cursor.close()


def test_many_rows_are_written_by_one_statement(connection: Any) -> None:
    rows = [("psycopg2", str(number), number) for number in range(25)]
    with connection, connection.cursor() as cursor:
        extras.execute_values(cursor, 'INSERT INTO reviews ("User", "Book", "Rating") VALUES %s', rows, page_size=10)
        cursor.execute('SELECT count(*), sum("Rating") FROM reviews WHERE "User" = \'psycopg2\'')
        assert cursor.fetchone() == (25, 300)
        cursor.execute("DELETE FROM reviews WHERE \"User\" = 'psycopg2'")
        assert cursor.rowcount == 25


def test_rows_are_copied_out_and_in(connection: Any) -> None:
    written = io.StringIO()
    with connection, connection.cursor() as cursor:
        cursor.copy_expert('COPY (SELECT "Book" FROM reviews WHERE "User" = \'Tristan\') TO STDOUT CSV HEADER', written)
        cursor.copy_expert(
            'COPY reviews ("User", "Book", "Rating") FROM STDIN', io.StringIO("copied\tone\t1\ncopied\ttwo\t2\n")
        )
        assert cursor.rowcount == 2
        cursor.execute("DELETE FROM reviews WHERE \"User\" = 'copied'")
        assert cursor.rowcount == 2
    assert written.getvalue().splitlines()[0] == "Book"
    assert len(written.getvalue().splitlines()) == 7


def test_errors_carry_postgresqls_codes(connection: Any) -> None:
    with connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.UndefinedTable) as caught:
            cursor.execute("SELECT * FROM nowhere")
        assert caught.value.pgcode == "42P01"
        assert caught.value.diag.statement_position == "15"
        with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
            cursor.execute("SELECT 1")
    assert connection.get_transaction_status() == extensions.TRANSACTION_STATUS_INERROR
    connection.rollback()
    assert connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE


def test_session_characteristics_and_autocommit(connection: Any) -> None:
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute("DELETE FROM reviews WHERE \"User\" = 'nobody' AND \"Book\" = 'none'")
    connection.rollback()
    connection.reset()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE


def test_notifications_arrive(demo_server: ServerProcess, connection: Any) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("LISTEN psycopg2_news")
        cursor.execute("NOTIFY psycopg2_news, 'hello'")
        cursor.execute("SELECT 1")
    connection.poll()
    assert [(note.channel, note.payload) for note in connection.notifies] == [("psycopg2_news", "hello")]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("-02:00", "2000-07-01 02:00:00+02"),
        ("02:30", "2000-06-30 21:30:00-02:30"),
        ("5.5", "2000-07-01 05:30:00+05:30"),
    ],
)
def test_an_offset_with_a_colon_points_west_as_in_postgresql(connection: Any, zone: str, shown: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TimeZone = %s", (zone,))
        cursor.execute("SELECT ('2000-07-01 00:00:00+00'::timestamptz)::text, current_setting('TimeZone')")
        assert cursor.fetchone()[0] == shown


def test_every_character_of_an_array_comes_back(connection: Any) -> None:
    characters = [*map(chr, range(1, 256)), "€"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::text[])", (characters,))
        assert [value for (value,) in cursor.fetchall()] == characters
        cursor.execute("SELECT %s::text[]", ("{" + ",".join(map(chr, range(0x1C, 0x20))) + ",\x85,\xa0}",))
        assert cursor.fetchone()[0] == ["\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\xa0"]


@pytest.mark.parametrize("text", ["{a,,b}", "{,a}", "{a,}", "{a}b", "{a}{b}", "{a", "{}}"])
def test_a_malformed_array_is_refused(connection: Any, text: str) -> None:
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InvalidTextRepresentation, match="malformed"):
        cursor.execute("SELECT %s::text[]", (text,))
