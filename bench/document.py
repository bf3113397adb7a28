"""Measure SELECT document and SELECT * of a whole table: DynamoDB JSON in, rows out."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from bench.measure import Finding, Sample, asked_for_quick, interleaved, of_process, of_this_process, show
from bench.scan import page_bodies
from bench.servers import running_endpoint, running_pgddb

STATEMENTS = {"document": "SELECT document FROM bench", "*": "SELECT * FROM bench"}


def run(*, quick: bool = False) -> list[Finding]:
    """Compare nothing: these are rates, in bytes received for each CPU second of the server."""
    items = 40_000 if quick else 200_000
    findings = []
    megabytes = 0.0
    with (
        running_endpoint(items) as endpoint,
        running_pgddb(endpoint.url) as server,
        server.connect() as client,
    ):
        for statement in STATEMENTS.values():
            rows = client.simple(statement).rows
            if rows != items:
                raise RuntimeError(f"{statement} gave {rows} rows, not {items}")
        cases: dict[str, Callable[[], Sample]] = {
            name: lambda sql=sql: of_process(server.process_id, lambda: client.simple(sql))  # type: ignore[misc]
            for name, sql in STATEMENTS.items()
        }
        bodies = page_bodies(endpoint, {"TableName": "bench"})
        cases["orjson"] = lambda: of_this_process(lambda: [orjson.loads(body) for body in bodies])
        medians = interleaved(2 if quick else 5, cases)
        loaded = medians["orjson"].cpu
        for name, sql in STATEMENTS.items():
            endpoint.control("reset")
            client.simple(sql)
            megabytes = endpoint.control("counters")["bytes_sent"] / 1e6
            bound = (">=", 60.0) if name == "document" else None
            findings += [
                Finding(f"document: SELECT {name}", megabytes / medians[name].cpu, "MB/cpu-s", bound),
                Finding(f"document: SELECT {name}", megabytes / medians[name].wall, "MB/s wall"),
                Finding(
                    f"document: SELECT {name} / orjson.loads of the same bytes", medians[name].cpu / loaded, "x CPU"
                ),
                Finding(f"document: SELECT {name}", items / medians[name].cpu / 1000, "krow/cpu-s"),
            ]
        findings.append(Finding("document: orjson.loads, garbage collector off", megabytes / loaded, "MB/cpu-s"))
    return findings


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
