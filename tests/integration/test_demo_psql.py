"""Ask the demo with psql: what a user types, and what psql shows."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import time

import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed"),
]


def psql(server: ServerProcess, *statements: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    commands = [argument for statement in statements for argument in ("-c", statement)]
    return subprocess.run(
        ["psql", "-X", "-v", "VERBOSITY=verbose", *options, server.dsn(), *commands],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_select_one_looks_as_it_should(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, "SELECT 1")
    assert shown.stdout == " ?column? \n----------\n        1\n(1 row)\n\n"
    assert shown.returncode == 0


def test_several_statements_of_one_query_answer_in_order(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, "SELECT 1 AS a; SELECT 'x' AS b; SELECT count(*) FROM reviews", options=("-At",))
    lines = shown.stdout.split()
    assert lines[:2] == ["1", "x"]
    assert int(lines[2]) > 1000


def test_a_notice_ends_each_statement_that_read(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, "SELECT * FROM reviews WHERE \"User\" = 'Tristan'")
    assert "NOTICE:" in shown.stderr
    assert "read unit" in shown.stderr
    silent = psql(demo_server, "SET client_min_messages = warning", "SELECT count(*) FROM reviews")
    assert silent.stderr == ""


def test_an_unknown_table_is_an_error_with_its_sqlstate(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, "SELECT * FROM nowhere")
    assert 'ERROR:  42P01: relation "nowhere" does not exist' in shown.stderr
    assert "LINE 1: SELECT * FROM nowhere" in shown.stderr


def test_interrupting_psql_cancels_and_the_session_goes_on(demo_server: ServerProcess) -> None:
    controller, terminal = pty.openpty()  # without a terminal psql ends at the first interrupt
    client = subprocess.Popen(
        ["psql", "-X", "-n", "-q", "-At", "-P", "pager=off", "-v", "VERBOSITY=verbose", demo_server.dsn()],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    os.write(controller, b"SELECT 'rea' || 'dy';\nSELECT pg_sleep(30);\n")
    _read_until(controller, "ready")
    time.sleep(0.5)
    started = time.monotonic()
    client.send_signal(signal.SIGINT)
    _read_until(controller, "57014: canceling statement due to user request")
    os.write(controller, b"SELECT 'still ' || 'here';\n")
    _read_until(controller, "still here")
    assert time.monotonic() - started < 10
    os.write(controller, b"\\q\n")
    assert client.wait(10) == 0
    os.close(controller)


def _read_until(terminal: int, end: str) -> None:
    seen = ""
    while end not in seen:
        seen += os.read(terminal, 4096).decode()


def test_an_index_is_a_relation_that_holds_what_the_index_holds(demo_server: ServerProcess) -> None:
    shown = psql(
        demo_server,
        'SELECT count(*) FROM "Orders@by_customer"',
        'SELECT count(*) FROM orders WHERE "Customer" IS NOT NULL',
        "SELECT count(*) FROM orders",
        options=("-At",),
    )
    held, present, every = map(int, shown.stdout.split())
    assert 0 < held == present < every
    customer = psql(demo_server, 'SELECT "Customer" FROM "Orders@by_customer" LIMIT 1', options=("-At",)).stdout.strip()
    plan = psql(
        demo_server, f"""EXPLAIN SELECT * FROM "Orders@by_customer" WHERE "Customer" = '{customer}'""", options=("-At",)
    )
    assert "DynamoDB Query" in plan.stdout
    assert "by_customer" in plan.stdout
    assert psql(demo_server, 'SELECT 1 FROM "Orders@by_nothing"').stderr.count("42P01") == 1
