"""Measure the peak memory of scans of 2 and of 5 GB, aggregated and sent out, without a compiler and with one."""

from __future__ import annotations

from bench.items import item_at
from bench.measure import Finding, asked_for_quick, of_process, show
from bench.servers import peak_megabytes, running_endpoint, running_pgddb
from bench.stage import compile_beforehand, compiler_installed, wait_until_quiet

ATTRIBUTES = tuple(item_at(0))
BOUND_MEGABYTES = 300.0
AGGREGATE = "aggregate of 3 attributes"
STATEMENTS = {
    AGGREGATE: ("bench_2gb", "SELECT status, count(*), sum(price), max(quantity) FROM {} GROUP BY 1"),
    "count of all 12 attributes": (
        "bench_2gb",
        f"SELECT {', '.join(f'count({name})' for name in ATTRIBUTES)} FROM {{}}",
    ),
    "all rows out": ("bench_5gb", "SELECT pk, sk, title, status, note FROM {}"),
}


def run(*, quick: bool = False) -> list[Finding]:
    """Start a server for each statement, because a peak never goes down."""
    findings = []
    for name, (table, sql) in STATEMENTS.items():
        findings += scanned(name, "bench" if quick else table, sql, without="numba")
    if compiler_installed():
        compile_beforehand()
        table, sql = STATEMENTS[AGGREGATE]
        findings += scanned(f"{AGGREGATE}, numba", "bench" if quick else table, sql, without="")
    return findings


def scanned(name: str, table: str, sql: str, *, without: str) -> list[Finding]:
    """Scan once and say what the server had at most; a compiler is left to finish first."""
    with (
        running_endpoint(200_000) as endpoint,
        running_pgddb(endpoint.url, without=without) as server,
        server.connect() as client,
    ):
        client.simple("SET client_min_messages = error")
        client.simple("SELECT 1")
        if not without:
            wait_until_quiet(server)
        before = peak_megabytes(server.process_id)
        sample = of_process(server.process_id, lambda: client.simple(sql.format(table)))
        peak = peak_megabytes(server.process_id)
        received = endpoint.control("counters")["bytes_sent"] / 1e6
    return [
        Finding(f"memory: {name} of {table}, peak", peak, "MB", ("<=", BOUND_MEGABYTES)),
        Finding(f"memory: {name} of {table}, peak before it", before, "MB"),
        Finding(f"memory: {name} of {table}, received", received, "MB"),
        Finding(f"memory: {name} of {table}, wall", sample.wall, "s"),
        Finding(f"memory: {name} of {table}, CPU", sample.cpu, "s"),
    ]


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
