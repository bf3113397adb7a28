"""The Makefile's targets, by what make would run; .ci/run by its syntax and its last step."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
"""The tests may run inside make, whose flags are not meant for the makes that they start."""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


def planned(repository: Path, tmp_path: Path, *words: str) -> str:
    """Return the commands that make would run where there is no virtual environment yet."""
    run = subprocess.run(
        ["make", "--dry-run", f"VENV={tmp_path}/venv", *words],
        cwd=repository, env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return run.stdout


@pytest.mark.parametrize(
    ("target", "extra", "last"),
    [
        ("demo", "demo", "venv/bin/pgddb demo --port 5432"),
        ("test", "test", "venv/bin/python -m pytest -n auto --dist loadfile"),
        ("bench", "bench", "venv/bin/python -m bench"),
    ],
)
def test_a_target_makes_its_environment_and_runs(
    repository: Path, tmp_path: Path, target: str, extra: str, last: str
) -> None:
    lines = planned(repository, tmp_path, target).strip().splitlines()
    assert f"python3 -m venv {tmp_path}/venv" in lines
    assert any(f"install --quiet --disable-pip-version-check --editable '.[{extra}]'" in line for line in lines)
    assert lines[-1].strip() == f"{tmp_path}/{last}"


def test_another_interpreter_and_port_are_taken(repository: Path, tmp_path: Path) -> None:
    lines = planned(repository, tmp_path, "demo", "PYTHON=python3.12", "PORT=5433")
    assert f"python3.12 -m venv {tmp_path}/venv" in lines
    assert "pgddb demo --port 5433" in lines


def test_an_old_python_is_refused_in_one_sentence(repository: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        ["make", "demo", f"VENV={tmp_path}/venv", "PYTHON=false"],
        cwd=repository, env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode != 0
    assert "pgddb needs Python 3.11 or newer" in run.stdout


def test_the_tests_check_style_and_types_too(repository: Path, tmp_path: Path) -> None:
    lines = planned(repository, tmp_path, "test")
    assert "ruff check ." in lines
    assert "ruff format --check ." in lines
    assert "bin/mypy" in lines


def test_ci_is_valid_shell_and_ends_with_make_test(repository: Path) -> None:
    script = repository / ".ci" / "run"
    subprocess.run(["sh", "-n", script], check=True)
    assert script.stat().st_mode & 0o111
    assert script.read_text().strip().endswith("make test")
