"""Measure how long `pgddb serve` takes until it answers, and what it has cost by then."""

from __future__ import annotations

import os
import statistics
import time

from bench.measure import Finding, asked_for_quick, show
from bench.servers import cpu_seconds, peak_megabytes, running_endpoint, running_pgddb, status_megabytes

MOST_SECONDS = 1.0
OWN_MEMORY = "RssAnon"
"""What stands in no file: the system can drop pages of programs and read them again."""
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def run(*, quick: bool = False) -> list[Finding]:
    """Start several servers, one after the other; the endpoint is there already, and so is Python's bytecode."""
    wall, cpu, memory, own = [], [], [], []
    unwanted = os.environ.pop(NO_BYTECODE, None)
    try:
        with running_endpoint(1000) as endpoint:
            with running_pgddb(endpoint.url):
                pass  # compiles what is newer than its bytecode, as an installation has done
            for _ in range(3 if quick else 7):
                started = time.perf_counter()
                with running_pgddb(endpoint.url) as server, server.connect() as client:
                    client.simple("SELECT 1")
                    wall.append(time.perf_counter() - started)
                    cpu.append(cpu_seconds(server.process_id))
                    memory.append(peak_megabytes(server.process_id))
                    own.append(status_megabytes(server.process_id, OWN_MEMORY))
    finally:
        if unwanted is not None:
            os.environ[NO_BYTECODE] = unwanted
    return [
        Finding("startup: until the first SELECT 1 is answered", statistics.median(wall), "s"),
        Finding("startup: CPU until then", statistics.median(cpu), "s CPU", ("<=", MOST_SECONDS)),
        Finding("startup: resident memory then", statistics.median(memory), "MB"),
        Finding("startup: of it, not pages of program files", statistics.median(own), "MB"),
    ]


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
