"""The sessions that README.md shows are what psql shows on the demo.

A block ```console holds statements after `=> ` and what psql prints for each. PGDDB_COMPLETE=1 writes the answers anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakes.demo_server import ServerProcess

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
STATEMENT = re.compile(r"^=> (.*?;)$", re.DOTALL | re.MULTILINE)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed"),
]


def answer(server: ServerProcess, statement: str) -> str:
    """Return what a terminal shows: notices come first, because psql prints rows when they are complete."""
    ran = subprocess.run(
        ["psql", "-X", "-P", "pager=off", server.dsn(), "-c", statement],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    shown = "\n".join(line.rstrip() for line in (ran.stderr + ran.stdout).splitlines())
    return shown.rstrip("\n") + "\n"


def completed(server: ServerProcess, block: str) -> str:
    statements = STATEMENT.findall(block)
    return "\n".join(f"=> {statement}\n{answer(server, statement)}" for statement in statements)


def test_the_readme_shows_what_psql_shows(demo_server: ServerProcess) -> None:
    text = README.read_text(encoding="utf-8")
    renewed = BLOCK.sub(lambda found: f"```console\n{completed(demo_server, found[1])}```", text)
    if os.environ.get("PGDDB_COMPLETE"):
        README.write_text(renewed, encoding="utf-8")
        text = renewed
    assert len(BLOCK.findall(text)) >= 3
    assert text == renewed
