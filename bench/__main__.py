"""Run all benchmarks: python -m bench [--quick] [--only scan ...], or put two runs side by side: --compare a b."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench import report
from bench.stage import Stage

COMPARISONS = ("scan", "document", "rows_out", "drivers", "keyed", "connect", "copy_in")
FIGURES = ("lookup", "concurrency", "first_row", "join", "copy_memory", "planning", "startup", "idle", "memory")
"""Those that measure pgddb alone, or by their own rules; see each module."""
QUICK = ("scan", "document", "rows_out", "keyed", "connect", "lookup", "first_row", "startup")


def main() -> int:
    """Print every row as it comes, keep all as JSON, and fail when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller tables, fewer turns and fewer cases: a minute")
    parser.add_argument("--only", nargs="+", choices=COMPARISONS + FIGURES, help="modules of bench/")
    parser.add_argument("--compare", nargs=2, type=Path, metavar="JSON", help="show what two runs kept side by side")
    parser.add_argument("--show", type=Path, metavar="JSON", help="print the tables of what a run kept")
    arguments = parser.parse_args()
    if arguments.show:
        print("\n".join(report.shown(json.loads(arguments.show.read_text()))))
        return 0
    if arguments.compare:
        before, after = (json.loads(path.read_text()) for path in arguments.compare)
        print("\n".join(report.compared(before, after)))
        return 0
    chosen = arguments.only or (QUICK if arguments.quick else COMPARISONS + FIGURES)
    return run(chosen, quick=arguments.quick)


def run(chosen: Sequence[str], *, quick: bool) -> int:
    """Measure the modules; the comparisons share their servers. What was found is kept after each of them."""
    started = time.perf_counter()
    circumstances = report.circumstances(quick=quick)
    found = report.Report([], [])
    print(" ".join(f"{name} {value}" for name, value in circumstances.items()), end="\n\n")

    def keep() -> Path:
        load, seconds = [*circumstances["load"], os.getloadavg()[0]], round(time.perf_counter() - started)
        return report.kept(found.record({**circumstances, "load": load, "seconds": seconds}))

    print(report.table_head(), flush=True)
    with Stage(quick=quick) as stage:
        for name in (name for name in COMPARISONS if name in chosen):
            for result in report.results_of(importlib.import_module(f"bench.{name}").cases, stage):
                print(report.row_of(result), flush=True)
                found.results.append(result)
            keep()
    print(f"\n{report.FINDINGS_HEAD}", flush=True)
    for name in (name for name in FIGURES if name in chosen):
        for finding in importlib.import_module(f"bench.{name}").run(quick=quick):
            print(report.finding_row(finding), flush=True)
            found.findings.append(finding)
        keep()
    missed = found.missed()
    seconds = time.perf_counter() - started
    print(f"\n{len(missed)} of {found.judged()} bounds missed after {seconds:.0f} s; kept in {keep()}")
    for line in missed:
        print(f"- {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
