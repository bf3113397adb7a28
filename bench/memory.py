"""Measure the peak memory of a scan of 2 GB, aggregated and sent out."""

from __future__ import annotations

from bench.items import item_at
from bench.measure import Finding, asked_for_quick, of_process, show
from bench.servers import peak_megabytes, running_endpoint, running_pgddb

ATTRIBUTES = tuple(item_at(0))


def run(*, quick: bool = False) -> list[Finding]:
    """Start a server for each statement, because a peak never goes down."""
    table = "bench" if quick else "bench_2gb"
    statements = {
        "aggregate of 3 attributes": f"SELECT status, count(*), sum(price), max(quantity) FROM {table} GROUP BY 1",
        "count of all 12 attributes": f"SELECT {', '.join(f'count({name})' for name in ATTRIBUTES)} FROM {table}",
        "all rows out": f"SELECT pk, sk, title, status, note FROM {table}",
    }
    findings = []
    for name, sql in statements.items():
        with (
            running_endpoint(200_000) as endpoint,
            running_pgddb(endpoint.url) as server,
            server.connect() as client,
        ):
            client.simple("SET client_min_messages = error")
            client.simple("SELECT 1")
            before = peak_megabytes(server.process_id)
            sample = of_process(server.process_id, lambda sql=sql: client.simple(sql))  # type: ignore[misc]
            peak = peak_megabytes(server.process_id)
            received = endpoint.control("counters")["bytes_sent"] / 1e6
        findings += [
            Finding(f"memory: {name} of {table}, peak", peak, "MB", ("<=", 400.0)),
            Finding(f"memory: {name} of {table}, peak before it", before, "MB"),
            Finding(f"memory: {name} of {table}, received", received, "MB"),
            Finding(f"memory: {name} of {table}, wall", sample.wall, "s"),
            Finding(f"memory: {name} of {table}, CPU", sample.cpu, "s"),
        ]
    return findings


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
