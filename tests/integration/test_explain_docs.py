"""The answers that pages of docs show are those of the demo; PGDDB_COMPLETE=1 writes them anew.

A block ```console holds statements after `=> ` and what psql prints for each.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.demo_server import ServerProcess, free_port, start_server, stop_server

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
STATEMENT = re.compile(r"^=> (.*?;)$", re.DOTALL | re.MULTILINE)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed"),
]


@pytest.fixture
def fresh_demo() -> Iterator[ServerProcess]:
    """A demo that has learned nothing of its tables yet: estimates follow what was read before."""
    server = start_server("demo", port=free_port())
    yield server
    stop_server(server)


def answer(server: ServerProcess, statement: str) -> str:
    """Give what psql prints, notices first; each statement has a session of its own."""
    ran = subprocess.run(
        ["psql", "-X", "-q", "-P", "pager=off", server.dsn(), "-c", statement],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return "\n".join(line.rstrip() for line in (ran.stderr + ran.stdout).splitlines()).rstrip("\n") + "\n"


def completed(server: ServerProcess, block: str) -> str:
    return "\n".join(f"=> {statement}\n{answer(server, statement)}" for statement in STATEMENT.findall(block))


@pytest.mark.parametrize(("name", "fewest"), [("planner.md", 10), ("dynamodb-functions.md", 5)])
def test_a_page_shows_what_the_demo_shows(fresh_demo: ServerProcess, name: str, fewest: int) -> None:
    page = DOCS / name
    for table in ("reviews", "orders"):  # their first statement samples them
        answer(fresh_demo, f"SELECT * FROM {table} LIMIT 1")
    text = page.read_text(encoding="utf-8")
    renewed = BLOCK.sub(lambda found: f"```console\n{completed(fresh_demo, found[1])}```", text)
    if os.environ.get("PGDDB_COMPLETE"):
        page.write_text(renewed, encoding="utf-8")
        text = renewed
    assert len(STATEMENT.findall(text)) >= fewest
    assert text == renewed
