"""A server starts without what it does not need, even where that is installed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = frozenset(
    ["aiobotocore", "aiohttp", "botocore", "duckdb", "numpy", "postgast", "pyarrow", "pydantic", "sqlglot", "structlog"]
)
NEVER = frozenset(
    ["cryptography", "httpx", "moto", "numba", "pandas", "polars", "rich", "scramp", "tomlkit", "pyarrow.dataset"]
)

PROGRAM = """
import json, sys
import pgddb.cli
command_line = sorted(sys.modules)
from pgddb.cli.unused_packages import keep_out_unused_packages
keep_out_unused_packages()
keep_out_unused_packages()
import pgddb.cli.serve
before_the_engine = sorted(sys.modules)
import pgddb.dynamo.store
import pyarrow
pyarrow.array([1])
try:
    import pandas
    refused = None
except ImportError as error:
    refused = [str(error), error.name]
print(json.dumps([command_line, sorted(sys.modules), refused, before_the_engine]))
"""


@pytest.fixture(scope="module")
def imported() -> list[list[str]]:
    """Names of modules: of the command line alone, of a server; what an import says; names before the engine opens."""
    found = subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, check=True)
    names: list[list[str]] = json.loads(found.stdout)
    return names


def test_the_command_line_imports_no_server(imported: list[list[str]]) -> None:
    assert HEAVY.isdisjoint(imported[0])


def test_a_server_imports_what_is_heavy_and_nothing_that_it_does_not_use(imported: list[list[str]]) -> None:
    assert HEAVY.issubset(imported[1])
    assert NEVER.isdisjoint(imported[1])


def test_what_is_kept_out_says_that_it_is_not_there(imported: list[list[str]]) -> None:
    assert imported[2] == ["No module named 'pandas'", "pandas"]


def test_what_aws_needs_is_imported_beside_the_opening_engine(imported: list[list[str]]) -> None:
    assert {"aiobotocore", "aiohttp", "botocore"}.isdisjoint(imported[3])
    assert "duckdb" in imported[3]
