"""Cursors go where PostgreSQL's go."""

from __future__ import annotations

import random

import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROWS = "SELECT g, 'row ' || g FROM generate_series(1, {count}) AS g"
COUNTS = ("", "0", "1", "3", "7", "-1", "-4", "ALL")


def outcomes(dsn: str, statements: list[str]) -> list[object]:
    """Run statements in one transaction; give the rows and tag, or the error, of each; stop at an error."""
    found: list[object] = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            try:
                cursor = connection.execute(statement)
            except psycopg.Error as error:
                found.append((error.diag.sqlstate, error.diag.message_primary, error.diag.message_hint))
                break
            found.append((cursor.statusmessage, cursor.fetchall() if cursor.description else None))
    return found


def walk(chance: random.Random) -> list[str]:
    """Make a walk over a scrollable cursor."""
    steps = []
    for _ in range(25):
        verb = chance.choice(("FETCH", "FETCH", "MOVE"))
        where = chance.choice(
            (
                *("NEXT", "PRIOR", "FIRST", "LAST", "ALL", f"ABSOLUTE {chance.randint(-12, 12)}"),
                *(f"RELATIVE {chance.randint(-5, 5)}", f"FORWARD {chance.choice(COUNTS)}"),
                *(f"BACKWARD {chance.choice(COUNTS)}", chance.choice(("2", "-2", "0"))),
            )
        )
        steps.append(f"{verb} {where} FROM c")
    return steps


@pytest.mark.parametrize("seed", range(12))
def test_a_scrollable_cursor_walks_as_postgresqls(demo_server: ServerProcess, postgres_dsn: str, seed: int) -> None:
    chance = random.Random(seed)
    rows = ROWS.replace("{count}", str(chance.choice((0, 1, 2, 10))))
    hold = chance.choice(("", "WITH HOLD "))
    walked = walk(chance)
    statements = ["BEGIN", f"DECLARE c SCROLL CURSOR {hold}FOR {rows}", *walked[:9]]
    statements += ["COMMIT", *walked[9:], "CLOSE c"] if hold else [*walked[9:], "CLOSE c", "COMMIT"]
    assert outcomes(demo_server.dsn(), statements) == outcomes(postgres_dsn, statements)


@pytest.mark.parametrize(
    "statements",
    [
        ["BEGIN", "DECLARE c NO SCROLL CURSOR FOR SELECT 1", "FETCH c", "FETCH PRIOR FROM c"],
        ["BEGIN", "DECLARE c NO SCROLL CURSOR FOR SELECT 1", "FETCH c", "FETCH 0 FROM c"],
        ["BEGIN", "DECLARE c NO SCROLL CURSOR FOR SELECT 1", "FETCH ABSOLUTE 1 FROM c", "FETCH FIRST FROM c"],
        ["BEGIN", "DECLARE c NO SCROLL CURSOR FOR SELECT 1", "FETCH ABSOLUTE 0 FROM c", "MOVE 0 FROM c", "MOVE c"],
        [
            "BEGIN",
            "DECLARE c NO SCROLL CURSOR FOR VALUES (1), (2), (3)",
            "FETCH ABSOLUTE 2 FROM c",
            "FETCH LAST FROM c",
        ],
        [
            "BEGIN",
            "DECLARE c NO SCROLL CURSOR WITH HOLD FOR VALUES (1), (2)",
            "FETCH c",
            "COMMIT",
            "FETCH ALL c",
            "FETCH c",
        ],
        ["DECLARE c CURSOR WITH HOLD FOR VALUES (1), (2)", "FETCH c", "CLOSE c", "FETCH c"],
        ["DECLARE c CURSOR FOR SELECT 1"],
        ["FETCH nowhere"],
        ["CLOSE nowhere"],
        ["BEGIN", "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "ROLLBACK", "FETCH c"],
        [
            "BEGIN",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1 / (2 - g) FROM generate_series(1, 3) g",
            "COMMIT",
        ],
        ["DECLARE c SCROLL NO SCROLL CURSOR FOR SELECT 1"],
        ["BEGIN", "DECLARE c CURSOR FOR SELECT 1", "DECLARE c CURSOR FOR SELECT 2"],
        ["BEGIN", "DECLARE c INSENSITIVE CURSOR FOR SELECT 7", "FETCH FORWARD FROM c", "CLOSE ALL", "FETCH c"],
    ],
)
def test_what_a_cursor_cannot_do_fails_as_in_postgresql(
    demo_server: ServerProcess, postgres_dsn: str, statements: list[str]
) -> None:
    assert outcomes(demo_server.dsn(), statements) == outcomes(postgres_dsn, statements)


def test_a_held_cursor_shows_the_table_as_it_was_at_the_commit(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn(), autocommit=True) as connection:
        connection.execute('DECLARE held SCROLL CURSOR WITH HOLD FOR SELECT "User" FROM reviews ORDER BY 1')
        first = connection.execute("FETCH FIRST FROM held").fetchone()
        assert connection.execute("MOVE LAST IN held").statusmessage == "MOVE 1"
        assert connection.execute("FETCH FIRST FROM held").fetchone() == first
        assert connection.execute("FETCH BACKWARD ALL FROM held").fetchall() == []
        connection.execute("CLOSE held")


def test_a_psycopg_server_cursor_scrolls_and_is_held(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn()) as connection:
        cursor = connection.cursor("scrolling", scrollable=True, withhold=True)
        cursor.execute("SELECT g FROM generate_series(1, 5000) g")
        connection.commit()
        cursor.scroll(4000, mode="absolute")
        assert cursor.fetchone() == (4001,)
        cursor.scroll(-10)
        assert cursor.fetchmany(2) == [(3992,), (3993,)]
        cursor.close()


def test_a_binary_cursor_sends_binary_rows_to_a_simple_query(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn()) as connection:
        connection.execute("BEGIN")
        connection.execute("DECLARE b BINARY CURSOR FOR SELECT 258::int")
        result = connection.pgconn.exec_(b"FETCH b")
        assert (result.get_value(0, 0), result.fformat(0)) == (b"\x00\x00\x01\x02", 1)


def test_where_current_of_is_refused_by_name(demo_server: ServerProcess) -> None:
    with (
        psycopg.connect(demo_server.dsn(), autocommit=True) as connection,
        pytest.raises(psycopg.errors.FeatureNotSupported, match="WHERE CURRENT OF"),
    ):
        connection.execute('UPDATE reviews SET "Rating" = 1 WHERE CURRENT OF c')
