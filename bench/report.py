"""Measure cases as they come, print them as one table of ratios, keep them as JSON, compare two of these."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.case import FULL, PEERS, QUICK, SUBJECT, Case, Result, measured
from bench.measure import Finding
from bench.stage import Stage

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
LEAST_CHANGE = 0.10
"""What two runs differ by without meaning anything."""


def results_of(cases: Callable[[Stage], Iterable[Case]], stage: Stage) -> Iterator[Result]:
    """Measure cases one after the other."""
    for case in cases(stage):
        yield measured(case, QUICK if stage.quick else FULL)


def show_alone(cases: Callable[[Stage], Iterable[Case]]) -> None:
    """Measure the cases of one module and print them: `python -m bench.<module> [--quick]`."""
    print(table_head(), flush=True)
    with Stage(quick="--quick" in sys.argv) as stage:
        for result in results_of(cases, stage):
            print(row_of(result), flush=True)


# the table


def table_head() -> str:
    head = ["case", "pgddb CPU", "pgddb wall", *PEERS, "bounds"]
    return f"| {' | '.join(head)} |\n|{'---|' * len(head)}"


def row_of(result: Result) -> str:
    """Write a case as a row of Markdown: ratios are the CPU and the wall time of pgddb by a peer's.

    >>> from bench.measure import Sample
    >>> samples = {"pgddb": Sample(1e-6, 2e-6), "orjson": Sample(4e-6, 4e-6)}
    >>> row_of(Result("scan", "item", 3, samples, ()))
    '| scan | 1.00 us/item | 2.00 us | 0.25 / 0.50 | | | | | | | |'
    """
    return row_of_record(result.record())


def row_of_record(record: Mapping[str, Any]) -> str:
    """Write a row of what was kept."""
    sides = record["sides"]
    cpu, wall = sides[SUBJECT]["cpu"], sides[SUBJECT]["wall"]
    cells = [record["case"], f"{time_words(cpu)}/{record['unit']}", time_words(wall)]
    for peer in PEERS:
        side = sides.get(peer)
        cells.append("" if side is None else f"{figure(cpu / side['cpu'])} / {figure(wall / side['wall'])}")
    cells.append("; ".join(verdict_words(bound["bound"], bound["value"], bound["holds"]) for bound in record["bounds"]))
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def verdict_words(bound: str, value: float, holds: bool) -> str:  # noqa: FBT001 - as verdicts() gives them
    """Say a bound and what was measured.

    >>> verdict_words("CPU / orjson <= 0.35", 0.217, True)
    'CPU / orjson <= 0.35: 0.22 met'
    """
    return f"{bound}: {figure(value)} {'met' if holds else 'MISSED'}"


def time_words(seconds: float) -> str:
    """Write a time in the unit that suits it.

    >>> time_words(0.0000012), time_words(0.0123), time_words(2.5)
    ('1.20 us', '12.3 ms', '2.50 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{figure(seconds / size)} {unit}"
    return f"{figure(seconds * 1e9)} ns"


def figure(value: float) -> str:
    """Write three digits that say something.

    >>> figure(0.2171), figure(0.0123), figure(12.34), figure(1234.5)
    ('0.22', '0.012', '12.3', '1234')
    """
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def finding_row(finding: Finding) -> str:
    """Write a figure that has no sides as a row of Markdown."""
    bound = "" if finding.bound is None else f"{finding.bound[0]} {finding.bound[1]:g}"
    verdict = {None: "", True: "met", False: "MISSED"}[finding.holds]
    return f"| {finding.name} | {figure(finding.value)} {finding.unit} | {bound} | {verdict} |"


FINDINGS_HEAD = "| figure | measured | bound | |\n|---|---|---|---|"


# what is kept


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run found."""

    results: list[Result]
    findings: list[Finding]

    def missed(self) -> list[str]:
        """Name what does not hold."""
        cases = [
            f"{result.case}: {verdict_words(*verdict)}"
            for result in self.results
            for verdict in result.verdicts()
            if not verdict[2]
        ]
        return cases + [
            f"{finding.name}: {figure(finding.value)} {finding.unit}"
            for finding in self.findings
            if finding.holds is False
        ]

    def judged(self) -> int:
        """Count the bounds that were judged."""
        cases = sum(len(result.verdicts()) for result in self.results)
        return cases + sum(finding.holds is not None for finding in self.findings)

    def record(self, circumstances: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **circumstances,
            "results": [result.record() for result in self.results],
            "findings": [asdict(finding) for finding in self.findings],
        }


def circumstances(*, quick: bool) -> dict[str, Any]:
    """Say what was measured and where, without names of machines."""
    return {
        "commit": commit(),
        "quick": quick,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": [os.getloadavg()[0]],
    }


def commit() -> str:
    """Return the commit that is measured, with a plus where files differ from it, or "unknown" outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def kept(record: Mapping[str, Any]) -> Path:
    """Write a run to a file of its own and return its path."""
    RESULTS.mkdir(exist_ok=True)
    started = str(record["started"])[:16].replace(":", "").replace("-", "")
    path = RESULTS / f"{'quick' if record['quick'] else 'full'}-{started}-{record['commit']}.json"
    path.write_text(json.dumps(record, indent=1))
    return path


def shown(record: Mapping[str, Any]) -> Iterator[str]:
    """Write the tables of what was kept."""
    yield table_head()
    yield from map(row_of_record, record["results"])
    yield f"\n{FINDINGS_HEAD}"
    for finding in record["findings"]:
        bound = tuple(finding["bound"]) if finding["bound"] else None
        yield finding_row(Finding(finding["name"], finding["value"], finding["unit"], bound))


# two runs


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Put two runs side by side: rows of Markdown of the CPU ratios that both have, and of the figures."""
    yield f"| | {before['commit']} | {after['commit']} | change |\n|---|---|---|---|"
    earlier = {result["case"]: result["sides"] for result in before["results"]}
    for result in after["results"]:
        old, new = earlier.get(result["case"]), result["sides"]
        if old is None:
            continue
        for peer in new:
            if peer != SUBJECT and peer in old:
                was, now = (sides[SUBJECT]["cpu"] / sides[peer]["cpu"] for sides in (old, new))
                yield changed(f"{result['case']}, CPU / {peer}", was, now)
        if len(new) == 1:
            yield changed(f"{result['case']}, CPU", old[SUBJECT]["cpu"], new[SUBJECT]["cpu"])
    figures = {finding["name"]: finding["value"] for finding in before["findings"]}
    for finding in after["findings"]:
        if finding["name"] in figures:
            yield changed(f"{finding['name']}, {finding['unit']}", figures[finding["name"]], finding["value"])


def changed(name: str, was: float, now: float) -> str:
    """Write one comparison; what is within the noise of two runs is not marked.

    >>> changed("lookup, CPU / PostgreSQL", 10.0, 5.0)
    '| lookup, CPU / PostgreSQL | 10.0 | 5.00 | -50 % |'
    >>> changed("lookup, CPU / PostgreSQL", 10.0, 10.5)
    '| lookup, CPU / PostgreSQL | 10.0 | 10.5 | |'
    """
    change = now / was - 1 if was else 0.0
    words = f" {change:+.0%} |".replace("%", " %") if abs(change) >= LEAST_CHANGE else " |"
    return f"| {name} | {figure(was)} | {figure(now)} |{words}"
