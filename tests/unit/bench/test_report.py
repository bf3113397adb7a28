"""Tests of bench/report.py: rows, what is kept, and what two runs differ by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench import report
from bench.case import Bound, Result
from bench.measure import Finding, Sample


def record(commit: str, cpu: float, figure: float) -> dict[str, Any]:
    """Make what a run keeps, as it comes back from its file."""
    samples = {"pgddb": Sample(cpu, cpu), "orjson": Sample(4.0, 4.0)}
    results = [Result("scan", "item", 3, samples, (Bound("CPU", "<=", 0.35, "orjson"),))]
    findings = [Finding("start", figure, "s", ("<=", 1.0))]
    found = report.Report(results, findings).record({"commit": commit, "quick": True})
    loaded: dict[str, Any] = json.loads(json.dumps(found))
    return loaded


def test_a_row_has_ratios_of_cpu_and_wall_and_says_which_bound_holds() -> None:
    samples = {"pgddb": Sample(1e-6, 2e-6), "orjson": Sample(4e-6, 4e-6), "1 thread": Sample(1e-6, 2.5e-6)}
    bounds = (Bound("CPU", "<=", 0.35, "orjson"), Bound("wall", "<=", 0.65, "1 thread"))
    row = report.row_of(Result("scan: x", "item", 3, samples, bounds))
    assert row.startswith("| scan: x | 1.00 us/item | 2.00 us | 0.25 / 0.50 | |")
    assert row.endswith("| CPU / orjson <= 0.35: 0.25 met; wall / 1 thread <= 0.65: 0.80 MISSED |")
    assert row.replace("||", "| |").count("|") == report.table_head().split("\n")[0].count("|")


@pytest.mark.parametrize(
    ("seconds", "words"), [(2.5, "2.50 s"), (0.0123, "12.3 ms"), (4.2e-6, "4.20 us"), (1.5e-7, "150 ns")]
)
def test_a_time_has_the_unit_that_suits_it(seconds: float, words: str) -> None:
    assert report.time_words(seconds) == words


def test_a_run_names_all_bounds_that_are_missed() -> None:
    results = [Result("scan", "item", 3, {"pgddb": Sample(2.0, 2.0)}, (Bound("amount", ">=", 1, unit="items/CPU s"),))]
    found = report.Report(results, [Finding("start", 2.0, "s", ("<=", 1.0)), Finding("memory", 9.0, "MB")])
    assert found.judged() == 2
    assert found.missed() == ["scan: items/CPU s >= 1: 0.50 MISSED", "start: 2.00 s"]


def test_two_runs_are_put_side_by_side() -> None:
    lines = list(report.compared(record("aaa", 2.0, 1.5), record("bbb", 1.0, 1.5)))
    assert lines[0].startswith("| | aaa | bbb | change |")
    assert lines[1:] == ["| scan, CPU / orjson | 0.50 | 0.25 | -50 % |", "| start, s | 1.50 | 1.50 | |"]


def test_what_was_kept_is_shown_as_it_was_printed() -> None:
    kept = record("aaa", 1.0, 1.5)
    lines = list(report.shown(kept))
    assert lines[1] == ("| scan | 1.00 s/item | 1.00 s | 0.25 / 0.25 | | | | | | | CPU / orjson <= 0.35: 0.25 met |")
    assert lines[-1] == "| start | 1.50 s | <= 1 | MISSED |"


def test_what_only_one_run_has_is_left_out() -> None:
    after = record("bbb", 1.0, 1.5)
    after["results"][0]["case"] = "another"
    after["findings"] = []
    assert len(list(report.compared(record("aaa", 2.0, 1.5), after))) == 1
