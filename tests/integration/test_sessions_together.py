"""Sessions of one server see, tell, wait for, cancel and end one another; the catalog says what each has."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def connect(server: ServerProcess, **parameters: Any) -> psycopg.Connection:
    return psycopg.connect(server.dsn(), autocommit=True, **parameters)


def one(connection: psycopg.Connection, statement: str) -> Any:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def test_every_system_relation_answers_with_postgresqls_columns(demo_server: ServerProcess, postgres_dsn: str) -> None:
    listed = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') ORDER BY 1, 2"""
    differing = []
    with psycopg.connect(postgres_dsn, autocommit=True) as theirs, connect(demo_server) as ours:
        relations = theirs.execute(listed).fetchall()
        assert len(relations) > 200
        for schema, name in relations:
            text = f'SELECT * FROM {schema}."{name}" LIMIT 3'.encode()
            expected = theirs.execute(text).description or []
            found = ours.execute(text).description or []
            if [(c.name, c.type_code) for c in found] != [(c.name, c.type_code) for c in expected]:
                differing.append(f"{schema}.{name}")
    assert differing == ["pg_catalog.pg_statistic_ext_data"]  # stxdexpr is an array of rows of pg_statistic


def test_pg_settings_and_show_say_what_is_set_in_this_session(demo_server: ServerProcess) -> None:
    with (
        connect(demo_server, options="-c work_mem=2MB", application_name="mine") as first,
        connect(demo_server) as other,
    ):
        first.execute("SET statement_timeout = '5s'")
        rows = first.execute(
            "SELECT name, setting, unit, source, reset_val FROM pg_settings "
            "WHERE name IN ('work_mem', 'statement_timeout', 'application_name', 'jit') ORDER BY 1"
        ).fetchall()
        assert rows == [
            ("application_name", "mine", None, "client", "mine"),
            ("jit", "off", None, "default", "off"),
            ("statement_timeout", "5000", "ms", "session", "0"),
            ("work_mem", "2048", "kB", "client", "2048"),
        ]
        assert one(first, "SELECT current_setting('statement_timeout')") == "5s"
        assert one(other, "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'") == "0"
        shown = {row[0]: row[1] for row in first.execute("SHOW ALL").fetchall()}
        assert (shown["work_mem"], shown["statement_timeout"]) == ("2MB", "5s")
        listed = [row[0] for row in first.execute("SELECT name FROM pg_settings ORDER BY lower(name)").fetchall()]
        assert sorted(shown, key=str.lower) == listed


def test_reported_settings_are_told_again_when_a_rollback_takes_them_back(demo_server: ServerProcess) -> None:
    with connect(demo_server) as connection:
        told = connection.info.parameter_status
        connection.execute("BEGIN")
        connection.execute("SET application_name = 'inside'")
        connection.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
        connection.execute("SET LOCAL DateStyle = 'SQL, DMY'")
        assert (told("application_name"), told("TimeZone"), told("DateStyle")) == ("inside", "Asia/Tokyo", "SQL, DMY")
        assert one(connection, "SELECT (timestamptz '2024-01-31 00:00+00')::text") == "31/01/2024 09:00:00 JST"
        connection.execute("ROLLBACK")
        assert (told("application_name"), told("TimeZone"), told("DateStyle")) == ("", "UTC", "ISO, MDY")


def test_activity_shows_each_session_and_hides_nothing_of_ones_own_user(demo_server: ServerProcess) -> None:
    with connect(demo_server, application_name="watched") as watched, connect(demo_server) as watcher:
        watched.execute("BEGIN")
        watched.execute("SELECT 1 AS watched_query")
        row = watcher.execute(
            "SELECT state, query, usename, datname, client_addr::text LIKE '127.0.0.1%', "
            "client_port > 0, xact_start <= query_start, "
            "wait_event FROM pg_stat_activity WHERE application_name = 'watched'"
        ).fetchone()
        assert row == (
            *("idle in transaction", "SELECT 1 AS watched_query", "postgres", "postgres", True),
            *(True, True, "ClientRead"),
        )
        assert one(watcher, "SELECT state FROM pg_stat_activity WHERE pid = pg_backend_pid()") == "active"
        assert one(watcher, "SELECT count(*) FROM pgddb.activity WHERE requests = 0") >= 2
        assert one(watcher, "SELECT count(*) FROM pg_locks") == 0


def test_cursors_prepared_statements_and_channels_are_listed(demo_server: ServerProcess) -> None:
    with connect(demo_server) as connection:
        connection.execute("PREPARE p (int, text) AS SELECT $1, $2")
        found = connection.execute(
            "SELECT name, parameter_types::text, from_sql FROM pg_prepared_statements"
        ).fetchall()
        assert found == [("p", "{integer,text}", True)]
        connection.execute("DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT 1")
        found = connection.execute("SELECT name, is_holdable, is_binary, is_scrollable FROM pg_cursors").fetchall()
        assert found == [("c", True, False, True)]
        connection.execute("LISTEN b")
        connection.execute('LISTEN "A"')
        assert connection.execute("SELECT pg_listening_channels()").fetchall() == [("A",), ("b",)]
        assert connection.execute("SELECT * FROM pg_listening_channels()").fetchall() == [("A",), ("b",)]


def test_a_notification_comes_after_the_commit_and_not_after_a_rollback(demo_server: ServerProcess) -> None:
    with connect(demo_server) as listener, connect(demo_server) as speaker:
        listener.execute("LISTEN news")
        for end, payload in (("ROLLBACK", "lost"), ("COMMIT", "kept")):
            speaker.execute("BEGIN")
            speaker.execute("SELECT pg_notify('news', %s)", [payload])
            speaker.execute(end)
        heard = next(listener.notifies(timeout=5, stop_after=1))
        assert (heard.channel, heard.payload, heard.pid) == ("news", "kept", speaker.info.backend_pid)


def test_a_session_cancels_the_statement_of_another_and_ends_it(demo_server: ServerProcess) -> None:
    with connect(demo_server, application_name="victim") as victim, connect(demo_server) as other:
        failures: list[str | None] = []
        number = victim.info.backend_pid

        def sleep() -> None:
            try:
                victim.execute("SELECT pg_sleep(60)")
            except psycopg.Error as error:
                failures.append(error.sqlstate)

        for function, expected in (("pg_cancel_backend", "57014"), ("pg_terminate_backend", "57P01")):
            sleeping = threading.Thread(target=sleep)
            sleeping.start()
            signal = (
                f"SELECT pid, {function}(pid) FROM pg_stat_activity WHERE application_name = 'victim' "
                "AND query LIKE 'SELECT pg_sleep%' AND state = 'active'"
            ).encode()
            while not (rows := other.execute(signal).fetchall()):
                pass
            sleeping.join(10)
            assert (rows, failures[-1]) == ([(number, True)], expected)
        assert one(other, "SELECT pg_cancel_backend(1)") is False


def test_a_session_ends_itself(demo_server: ServerProcess) -> None:
    with connect(demo_server) as own:
        with pytest.raises(psycopg.errors.QueryCanceled):
            own.execute("SELECT pg_cancel_backend(pg_catalog.pg_backend_pid())")
        with pytest.raises(psycopg.errors.AdminShutdown):
            own.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_row_type_is_described_when_a_function_fills_it_first(demo_server: ServerProcess) -> None:
    with connect(demo_server) as own:
        assert len(own.execute("SELECT * FROM jsonb_populate_record(NULL::customers, '{}')").fetchall()) == 1
        with pytest.raises(psycopg.errors.UndefinedObject):
            own.execute("SELECT * FROM jsonb_populate_record(NULL::nowhere, '{}')")


def test_advisory_locks_keep_sessions_apart(demo_server: ServerProcess) -> None:
    with connect(demo_server) as first, connect(demo_server) as second:
        assert one(first, "SELECT pg_advisory_lock(7)") == ""
        assert one(first, "SELECT pg_try_advisory_lock(7)") is True
        assert one(second, "SELECT pg_try_advisory_lock(7)") is False
        assert one(second, "SELECT pg_try_advisory_lock(7, 0)") is True
        assert one(second, "SELECT pg_advisory_unlock(7)") is False
        second.execute("SET statement_timeout = 50")
        with pytest.raises(psycopg.errors.QueryCanceled):
            second.execute("SELECT pg_advisory_lock(7)")
        waited: list[object] = []
        second.execute("RESET statement_timeout")
        waiting = threading.Thread(target=lambda: waited.append(one(second, "SELECT pg_advisory_lock(7)")))
        waiting.start()
        assert one(first, "SELECT pg_advisory_unlock(7)") is True
        assert waited == []
        first.execute("SELECT pg_advisory_unlock_all()")
        waiting.join(5)
        assert waited == [""]
        first.execute("BEGIN")
        assert one(first, "SELECT pg_try_advisory_xact_lock_shared(8)") is True
        assert one(second, "SELECT pg_try_advisory_lock_shared(8)") is True
        assert one(second, "SELECT pg_try_advisory_lock(8)") is False
        first.execute("COMMIT")
        assert one(second, "SELECT pg_try_advisory_lock(8)") is True


def test_sessions_that_wait_for_each_other_are_told(demo_server: ServerProcess) -> None:
    with connect(demo_server) as first, connect(demo_server) as second:
        first.execute("SELECT pg_advisory_lock(1)")
        second.execute("SELECT pg_advisory_lock(2)")
        waiting = threading.Thread(target=lambda: first.execute("SELECT pg_advisory_lock(2)"))
        waiting.start()
        asked = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_advisory_lock(2)' AND state = 'active'"
        while not one(second, asked):
            pass
        with pytest.raises(psycopg.errors.DeadlockDetected):
            second.execute("SELECT pg_advisory_lock(1)")
        second.execute("SELECT pg_advisory_unlock_all()")
        waiting.join(5)
        assert not waiting.is_alive()
