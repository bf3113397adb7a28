"""Measure the peak memory of COPY FROM STDIN of many items."""

from __future__ import annotations

from bench.copy_in import COPY, checked, new_lines, pieces_of
from bench.measure import Finding, asked_for_quick, show
from bench.servers import peak_megabytes, running_endpoint, running_pgddb

FIRST = 200_000
"""Position of the first new item: no key of the table is taken."""

MOST_MEGABYTES = 300.0


def run(*, quick: bool = False) -> list[Finding]:
    """Copy once into a server of its own, because a peak never goes down."""
    count = 20_000 if quick else 100_000
    pieces = list(pieces_of(new_lines(FIRST, count)))
    with running_endpoint(FIRST) as endpoint, running_pgddb(endpoint.url) as server, server.connect() as client:
        client.simple("SET client_min_messages = warning")
        client.simple("SELECT count(price) FROM bench")
        before = peak_megabytes(server.process_id)
        checked(endpoint, lambda: client.copy_in(COPY, pieces), count)
        peak = peak_megabytes(server.process_id)
    return [
        Finding(f"copy in: {count:,} items, peak", peak, "MB", ("<=", MOST_MEGABYTES)),
        Finding("copy in: peak before it", before, "MB"),
    ]


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
