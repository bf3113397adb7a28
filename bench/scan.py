"""Measure a scan and aggregate from socket to DataRow against orjson.loads over the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from bench.items import item_at
from bench.measure import Finding, Sample, asked_for_quick, interleaved, of_process, of_this_process, show
from bench.servers import RunningEndpoint, running_endpoint, running_pgddb

REPEATS = 3
AGGREGATE = "SELECT status, count(*), sum(price), max(quantity) FROM bench GROUP BY status"
WHOLE = "SELECT " + ", ".join(f"count({name})" for name in item_at(0)) + " FROM bench"
"""Reads all 12 attributes, so that every byte of the table comes."""

COUNT = "SELECT count(*) FROM bench"
SIZES = "SELECT sum(item_size(document)) FROM bench"
ATTRIBUTES = "SELECT a.name, sum(a.size) FROM bench b, item_attributes(b.document) a GROUP BY a.name"


def run(*, quick: bool = False) -> list[Finding]:
    """Compare the CPU per byte of the table."""
    with (
        running_endpoint(40_000 if quick else 200_000) as endpoint,
        running_pgddb(endpoint.url) as server,
        server.connect() as client,
    ):
        whole = page_bodies(endpoint, {"TableName": "bench"})
        endpoint.control("reset")
        client.simple(AGGREGATE)
        received = page_bodies(endpoint, last_scan(endpoint))
        medians = interleaved(
            2 if quick else 5,
            {
                "orjson": loading(whole),
                "orjson of received": loading(received),
                "aggregate": lambda: of_process(server.process_id, lambda: repeat(lambda: client.simple(AGGREGATE))),
                "whole": lambda: of_process(server.process_id, lambda: repeat(lambda: client.simple(WHOLE))),
                "count": lambda: of_process(server.process_id, lambda: repeat(lambda: client.simple(COUNT))),
                "sizes": lambda: of_process(server.process_id, lambda: repeat(lambda: client.simple(SIZES))),
                "attributes": lambda: of_process(server.process_id, lambda: repeat(lambda: client.simple(ATTRIBUTES))),
            },
        )
    megabytes = sum(map(len, whole)) * REPEATS / 1e6
    aggregate, count, orjson_cpu = medians["aggregate"], medians["count"], medians["orjson"].cpu
    return [
        Finding("scan: aggregate of 3 of 12 attributes / orjson.loads of the table", aggregate.cpu / orjson_cpu,
                "x CPU", ("<=", 0.5)),
        Finding("scan: the same / orjson.loads of the bytes that were received",
                aggregate.cpu / medians["orjson of received"].cpu, "x CPU"),
        Finding("scan: count of all 12 attributes / orjson.loads of the table", medians["whole"].cpu / orjson_cpu,
                "x CPU"),
        Finding("scan: bytes received / bytes of the table", sum(map(len, received)) / sum(map(len, whole)), "x"),
        Finding("scan: aggregate, table bytes", megabytes / aggregate.cpu, "MB/cpu-s"),
        Finding("scan: aggregate, table bytes", megabytes / aggregate.wall, "MB/s wall"),
        Finding("scan: orjson.loads, garbage collector off", megabytes / orjson_cpu, "MB/cpu-s"),
        Finding("scan: count(*) / orjson.loads of the table", count.cpu / orjson_cpu, "x CPU", ("<=", 0.5)),
        Finding("scan: count(*)", count.wall * 1000 / REPEATS, "ms wall"),
        Finding("scan: sum(item_size(document)) / orjson.loads of the table", medians["sizes"].cpu / orjson_cpu,
                "x CPU"),
        Finding("scan: sum(item_size(document)), table bytes", megabytes / medians["sizes"].cpu, "MB/cpu-s"),
        Finding("scan: sizes by attribute, table bytes", megabytes / medians["attributes"].cpu, "MB/cpu-s"),
    ]  # fmt: skip


def repeat(work: Callable[[], object]) -> None:
    """Work long enough for a clock that ticks in 10 ms."""
    for _ in range(REPEATS):
        work()


def last_scan(endpoint: RunningEndpoint) -> dict[str, Any]:
    """Return the parameters of the last Scan of the table that would read it whole."""
    asked = [entry for entry in endpoint.control("counters")["log"] if entry["Operation"] == "Scan"]
    kept = ("TableName", "ProjectionExpression", "ExpressionAttributeNames")
    return {name: asked[-1][name] for name in kept if name in asked[-1]}


def page_bodies(endpoint: RunningEndpoint, request: dict[str, Any]) -> list[bytes]:
    """Read all pages of a Scan as raw bodies."""
    bodies = []
    continuation: dict[str, Any] = {}
    while True:
        bodies.append(endpoint.call("Scan", request | continuation))
        key = orjson.loads(bodies[-1]).get("LastEvaluatedKey")
        if key is None:
            return bodies
        continuation = {"ExclusiveStartKey": key}


def loading(bodies: list[bytes]) -> Callable[[], Sample]:
    def load() -> None:
        for body in bodies:
            orjson.loads(body)

    return lambda: of_this_process(lambda: repeat(load))


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
