"""A server takes compiled functions into use when it has been up for a while, where numba is installed."""

from __future__ import annotations

import sys

import pytest

from pgddb.cli import compiling
from pgddb.cli.compiling import Compiling


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Begin at once, and note what is taken into use in the place of doing so."""
    noted: list[str] = []
    monkeypatch.setattr(compiling, "START_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(compiling, "_INSTALLED", "pgddb")
    monkeypatch.setattr(compiling, "_is_cached", lambda: True)
    monkeypatch.setattr(compiling, "use_compiled_functions", lambda: noted.append("used"))
    return noted


def run(*, stop: bool = False) -> None:
    """Let it begin, and stop if that is wanted; wait until it is over."""
    running = Compiling()
    running.start()
    if stop:
        running.stop()
    running.join()


def test_what_is_cached_is_loaded(used: list[str]) -> None:
    run()
    assert used == ["used"]


def test_without_numba_nothing_happens(used: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_INSTALLED", "no_such_module")
    run()
    assert used == []


@pytest.mark.parametrize(("compiler", "expected"), [("true", ["used"]), ("false", [])])
def test_what_is_not_cached_is_compiled_by_another_process(
    used: list[str], monkeypatch: pytest.MonkeyPatch, compiler: str, expected: list[str]
) -> None:
    monkeypatch.setattr(compiling, "_is_cached", lambda: False)
    monkeypatch.setattr(sys, "executable", compiler)
    run()
    assert used == expected


def test_a_server_that_stops_compiles_no_more(used: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "START_AFTER_SECONDS", 60.0)
    run(stop=True)
    assert used == []
