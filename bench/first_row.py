"""Measure the time to the first row of a long scan, and what LIMIT 10 fetches."""

from __future__ import annotations

import statistics

from bench.measure import Finding, asked_for_quick, milliseconds, show
from bench.servers import RunningEndpoint, RunningServer, running_endpoint, running_pgddb

LATENCY_MS = 50.0
"""More than DynamoDB takes for a page, so that waiting for pages outweighs what the machine does meanwhile."""

MOST_PAGES, MOST_PAGES_FOR_LIMIT = 2.0, 1.0


def run(*, quick: bool = False) -> list[Finding]:
    """Compare with the time of one page, fetched alone."""
    rounds = 5 if quick else 15
    limited = "SELECT * FROM bench LIMIT 10"
    with running_endpoint(200_000, LATENCY_MS) as endpoint, running_pgddb(endpoint.url) as server:
        page: list[float] = []
        first: list[float] = []
        asked: list[float] = []
        limit: list[float] = []
        with server.connect() as client:
            client.simple("SELECT * FROM bench")
            client.simple(limited)
            for _ in range(rounds):
                page += milliseconds(1, lambda: endpoint.call("Scan", {"TableName": "bench"}))
                endpoint.control("reset")
                first += milliseconds(1, lambda: asked.append(asked_at_first_row(server, endpoint)))
                limit += milliseconds(1, lambda: client.simple(limited))
            endpoint.control("reset")
            rows = client.simple(limited).rows
            pages = endpoint.control("counters")["requests"].get("Scan", 0)
    if rows != 10:
        raise RuntimeError(f"LIMIT 10 gave {rows} rows")
    return [
        Finding("first row: of SELECT * over 200,000 items, connection included", statistics.median(first), "ms"),
        Finding(f"first row: one page fetched alone, {LATENCY_MS:g} ms late", statistics.median(page), "ms"),
        Finding("first row: the former / the latter", statistics.median(first) / statistics.median(page), "pages",
                ("<=", MOST_PAGES)),
        Finding("first row: pages asked for until then, by all segments", statistics.median(asked), "pages"),
        Finding("first row: all of LIMIT 10", statistics.median(limit), "ms"),
        Finding("first row: pages that LIMIT 10 fetches", pages, "pages", ("<=", MOST_PAGES_FOR_LIMIT)),
    ]  # fmt: skip


def asked_at_first_row(server: RunningServer, endpoint: RunningEndpoint) -> float:
    """Return the pages that had been asked for when the first row was there."""
    with server.connect() as client:
        client.first_row("SELECT * FROM bench")
        return float(endpoint.control("counters")["requests"]["Scan"])


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
