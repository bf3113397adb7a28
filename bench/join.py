"""Measure joins that need few keys of a large table against the same joins when every table is scanned."""

from __future__ import annotations

import statistics

from bench.client import RawClient
from bench.measure import Finding, asked_for_quick, milliseconds, show
from bench.servers import RunningServer, running_endpoint, running_pgddb

ITEMS = 200_000
TWO_KEYS = "SELECT * FROM (VALUES ('user-0000007'), ('user-0012345')) v(k) JOIN bench b ON b.pk = v.k"
TWO_ITEMS = (
    "SELECT * FROM (VALUES ('user-0000007', 3), ('user-0012345', 4)) v(k, s) JOIN bench b ON b.pk = v.k AND b.sk = v.s"
)
LIST = "SELECT * FROM bench WHERE pk IN ('user-0000007', 'user-0012345')"
CHAIN = (
    "SELECT count(*) FROM bench a JOIN bench b ON b.pk = a.pk AND b.sk = a.sk + 1 WHERE a.pk IN "
    "(SELECT 'user-' || lpad(g::text, 7, '0') FROM generate_series(1, 50) g)"
)


def run(*, quick: bool = False) -> list[Finding]:
    """Compare medians, and count what is asked of DynamoDB."""
    rounds = 5 if quick else 30
    with running_endpoint(ITEMS) as endpoint, running_pgddb(endpoint.url) as server, server.connect() as client:
        findings: list[Finding] = []
        for name, sql, bound in (
            ("two partitions", TWO_KEYS, ("<=", 2.0)),
            ("two items", TWO_ITEMS, ("<=", 1.0)),
            ("chain of 50 partitions", CHAIN, ("<=", 110.0)),
        ):
            client.simple(sql)
            endpoint.control("reset")
            client.simple(sql)
            requests = sum(endpoint.control("counters")["requests"].values())
            findings += [
                Finding(f"join: {name} of 200,000 items, requests", requests, "requests", bound),
                Finding(f"join: {name}, median", median(client, sql, rounds), "ms"),
            ]
        findings.append(
            Finding("join: the same two partitions by IN (list), median", median(client, LIST, rounds), "ms")
        )
        findings.append(Finding("join: two partitions with pgddb.key_driven = off, once", scanned(server), "ms"))
    return findings


def median(client: RawClient, sql: str, rounds: int) -> float:
    return statistics.median(milliseconds(rounds, lambda: client.simple(sql)))


def scanned(server: RunningServer) -> float:
    """Give the time of the join without keys."""
    with server.connect() as client:
        client.simple("SET pgddb.key_driven = off")
        return milliseconds(1, lambda: client.simple(TWO_KEYS))[0]


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
