"""Browse the demo with psql's backslash commands."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed"),
]

COMMANDS = [r"\l", r"\dn", r"\dt", r"\dt+", r"\d", r"\d+", r"\di", r"\di+", r"\dv", r"\dm", r"\df", r"\du"]
MORE_COMMANDS = [r"\dp", r"\dx", r"\det", r"\des", r"\dT", r"\dC", r"\dO", r"\dconfig", r"\dL", r"\dF", r"\da", r"\dAc"]


def psql(server: ServerProcess, *commands: str) -> subprocess.CompletedProcess[str]:
    arguments = [argument for command in commands for argument in ("-c", command)]
    return subprocess.run(
        ["psql", "-X", server.dsn(), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_table_looks_as_in_postgresql(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, r"\d reviews").stdout
    assert 'Table "public.' in shown
    assert "| not null |" in shown
    assert " document | jsonb " in shown
    assert "PRIMARY KEY, btree (" in shown


def test_the_list_of_tables_shows_sizes_and_descriptions(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, r"\dt+").stdout
    assert "DynamoDB table in " in shown
    assert " kB " in shown


def test_the_list_of_indexes_names_their_tables(demo_server: ServerProcess) -> None:
    shown = psql(demo_server, r"\di").stdout
    assert "| by_customer " in shown
    assert "| Orders" in shown


@pytest.mark.parametrize("command", [*COMMANDS, *MORE_COMMANDS])
def test_a_command_gives_no_error(demo_server: ServerProcess, command: str) -> None:
    shown = psql(demo_server, command)
    assert shown.stderr in ("", "Did not find any relations.\n")
    assert shown.returncode == 0


def test_a_function_shows_its_definition(demo_server: ServerProcess) -> None:
    assert psql(demo_server, r"\sf now").stdout.startswith("CREATE OR REPLACE FUNCTION pg_catalog.now()")
