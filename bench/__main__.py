"""Run all benchmarks: python -m bench [--quick] [--only scan ...]."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from bench.measure import Finding

BENCHMARKS = (
    "scan", "rows_out", "document", "planning", "lookup", "concurrency", "connect", "startup", "first_row", "join",
    "copy_in", "idle", "memory",
)  # fmt: skip
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Print every finding as it comes, keep them as JSON, and fail when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="smaller tables and fewer rounds")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS)
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n", flush=True)
    findings: list[Finding] = []
    for name in arguments.only:
        found: list[Finding] = importlib.import_module(f"bench.{name}").run(quick=arguments.quick)
        for finding in found:
            print(finding.line(), flush=True)
        print(flush=True)
        findings += found
    RESULTS.mkdir(exist_ok=True)
    written = RESULTS / ("quick.json" if arguments.quick else "full.json")
    written.write_text(json.dumps([asdict(finding) for finding in findings], indent=1))
    missed = [finding for finding in findings if finding.holds is False]
    print(f"{len(missed)} of {sum(finding.holds is not None for finding in findings)} bounds missed; kept in {written}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
