"""Measure SELECT document and SELECT * of a whole table: DynamoDB JSON in, rows out."""

from __future__ import annotations

from bench.measure import Finding, asked_for_quick, interleaved, of_process, show
from bench.servers import running_endpoint, running_pgddb

STATEMENTS = {"document": "SELECT document FROM bench", "*": "SELECT * FROM bench"}


def run(*, quick: bool = False) -> list[Finding]:
    """Compare nothing: these are rates, in bytes received for each CPU second of the server."""
    items = 40_000 if quick else 200_000
    findings = []
    with (
        running_endpoint(items) as endpoint,
        running_pgddb(endpoint.url) as server,
        server.connect() as client,
    ):
        for statement in STATEMENTS.values():
            rows = client.simple(statement).rows
            if rows != items:
                raise RuntimeError(f"{statement} gave {rows} rows, not {items}")
        medians = interleaved(
            2 if quick else 5,
            {
                name: lambda sql=sql: of_process(server.process_id, lambda: client.simple(sql))  # type: ignore[misc]
                for name, sql in STATEMENTS.items()
            },
        )
        for name, sql in STATEMENTS.items():
            endpoint.control("reset")
            client.simple(sql)
            megabytes = endpoint.control("counters")["bytes_sent"] / 1e6
            bound = (">=", 60.0) if name == "document" else None
            findings += [
                Finding(f"document: SELECT {name}", megabytes / medians[name].cpu, "MB/cpu-s", bound),
                Finding(f"document: SELECT {name}", megabytes / medians[name].wall, "MB/s wall"),
                Finding(f"document: SELECT {name}", items / medians[name].cpu / 1000, "krow/cpu-s"),
            ]
    return findings


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
