"""Ask the demo from JavaScript (node-postgres), Java (pgjdbc) and Go (lib/pq and pgx).

`.ci/run` fetches the first two where node and Maven are; PGDDB_CLIENTS names another folder that holds them, and
`go_clients`, which `go build` makes of clients/main.go.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PROGRAMS = Path(__file__).with_name("clients")
DRIVERS = Path(os.environ.get("PGDDB_CLIENTS") or Path(__file__).parents[2] / ".cache" / "clients")


def output(command: list[str | Path], **environment: str) -> str:
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, env={**os.environ, **environment}
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def require(program: str, driver: Path) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    if not driver.exists():
        pytest.skip(f"there is no {driver.name} in {driver.parent}; run .ci/run, or set PGDDB_CLIENTS")


def test_node_postgres(demo_server: ServerProcess) -> None:
    modules = DRIVERS / "node_modules"
    require("node", modules / "pg")
    shown = output(["node", PROGRAMS / "node_postgres.cjs", demo_server.dsn()], NODE_PATH=str(modules))
    assert [json.loads(line) for line in shown.splitlines()] == [
        [{"a": 1, "b": "1.5", "c": [1, 2], "d": {"a": 1}}],
        [[{"a": 1}], [{"b": 2}]],
        [{"Book": "Harry Potter and the Philosopher's Stone"}, {"Book": "Middlemarch"}],
        [{"n": "6"}],
        [{"n": 2}],
        [{"n": 3}],
        [[1, "2"]],
        ["42P01", "15"],
        [{"Rating": "3"}],
        ["node_news", "hello"],
        [1, 2, 3, 4, 5],
    ]


def test_pgjdbc(demo_server: ServerProcess) -> None:
    jar = DRIVERS / "postgresql.jar"
    require("java", jar)
    url = f"jdbc:postgresql://127.0.0.1:{demo_server.port}/postgres?user=postgres&loggerLevel=OFF"
    book = "Harry Potter and the Philosopher's Stone|5"
    assert output(["java", "-cp", jar, PROGRAMS / "Jdbc.java", url]).splitlines() == [
        "PostgreSQL|15",
        "[Customers, Events, Orders, Reviews]",
        "User|1",
        "Book|2",
        "text|0|partition key",
        "[Orders_pkey, by_customer, by_placed, by_status]",
        book,
        book,
        "900",
        "42P01",
        "1",
        "true",
    ]


def test_lib_pq_and_pgx(demo_server: ServerProcess) -> None:
    program = DRIVERS / "go_clients"
    if not program.exists():
        pytest.skip(f"there is no go_clients in {DRIVERS}; build it of clients/main.go and set PGDDB_CLIENTS")
    assert output([program, demo_server.dsn()]).splitlines() == [
        "pq 5",
        "pq 6",
        "pq 42P01",
        "pgx Harry Potter and the Philosopher's Stone 5",
        "pgx 1 two",
        "pgx 2",
    ]
