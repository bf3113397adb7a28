"""Measure what sessions do to each other: lookups of many clients, SELECT 1 beside scans, and segments beside segments.

Wall-clock figures of the first two say much of the machine; CPU for each lookup and the ratios say less of it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence

from bench.asking import answers
from bench.client import RawClient, execute_request, message
from bench.items import key_of
from bench.lookup import LOOKUP, api_calls, open_client
from bench.measure import Finding, asked_for_quick, milliseconds, percentile, show
from bench.servers import RunningServer, cpu_seconds, running_endpoint, running_pgddb

CLIENTS = 32
PARTITION = key_of(4203)["pk"]["S"]
SCANS = {
    "an aggregate": "SELECT avg(price), avg(quantity), min(title), max(note) FROM bench",
    "SELECT *": "SELECT * FROM bench",
}
PAGE_LATENCY_MS = 20
EDGES = (1, 2, 5, 10, 20, 50, 100)
"""Milliseconds at which the histogram of waits is cut."""


def run(*, quick: bool = False) -> list[Finding]:
    """Ask from many clients at once, then beside scans, then with few and many segments."""
    seconds = 1.5 if quick else 5.0
    with running_endpoint(20_000 if quick else 200_000) as endpoint, running_pgddb(endpoint.url) as server:
        found = [*lookups(server, seconds), _api_cpu(endpoint.url, 200 if quick else 1000)]
        found += beside_scans(server, seconds)
    return found + segments(500_000)


# Lookups ------------------------------------------------------------------------------------------------------------


def lookups(server: RunningServer, seconds: float) -> list[Finding]:
    """Let 32 clients look up one row after the other."""
    clients = [server.connect() for _ in range(CLIENTS)]
    for client in clients:
        client.prepare("lookup", LOOKUP)
    text = LOOKUP.replace("$1", f"'{PARTITION}'").encode()
    found = []
    for name, request in {
        "prepared": execute_request("lookup", (PARTITION,)),
        "simple": message(b"Q", text + b"\x00"),
    }.items():
        _ask_at_once(clients, request, 0.3)
        before = cpu_seconds(server.process_id)
        waits = _ask_at_once(clients, request, seconds)
        each = (cpu_seconds(server.process_id) - before) / len(waits)
        found += [
            Finding(f"{CLIENTS} clients, {name}: lookups of a CPU second", 1 / each, "lookups", (">=", 2000)),
            Finding(f"{CLIENTS} clients, {name}: CPU of the server for each", each * 1000, "ms"),
            Finding(f"{CLIENTS} clients, {name}: median wait", percentile(waits, 0.5), "ms"),
        ]
    for client in clients:
        client.socket.close()
    return found


def _ask_at_once(clients: Sequence[RawClient], request: bytes, seconds: float) -> list[float]:
    """Keep one request of each client on its way; return how long each answer took, in milliseconds."""
    end = time.perf_counter() + seconds
    return [wait for _, wait in answers(clients, request, lambda: time.perf_counter() < end)]


def _api_cpu(endpoint_url: str, count: int) -> Finding:
    """Measure what a GetItem takes here by aiobotocore."""
    with asyncio.Runner() as runner:
        caller = runner.run(open_client(endpoint_url))
        runner.run(api_calls(caller, 50))
        before = time.process_time()
        runner.run(api_calls(caller, count))
        each = (time.process_time() - before) * 1000 / count
        runner.run(caller.__aexit__(None, None, None))
    return Finding("the same by aiobotocore: CPU of a GetItem", each, "ms")


# Fairness -----------------------------------------------------------------------------------------------------------


def beside_scans(server: RunningServer, seconds: float) -> list[Finding]:
    """Ask SELECT 1 again and again, alone and beside a scan."""
    found = []
    with server.connect() as client:
        milliseconds(20, lambda: client.simple("SELECT 1"))
        alone = _waits(client, seconds)
        found.append(Finding("SELECT 1 alone: 99th percentile", percentile(alone, 0.99), "ms"))
        for name, statement in SCANS.items():
            stop = threading.Event()
            scanning = threading.Thread(target=_scan, args=(server, statement, stop))
            scanning.start()
            try:
                time.sleep(0.2)
                waits = _waits(client, seconds)
            finally:
                stop.set()
                scanning.join()
            found += [
                Finding(f"SELECT 1 beside {name}: median", percentile(waits, 0.5), "ms"),
                Finding(f"SELECT 1 beside {name}: 99th percentile", percentile(waits, 0.99), "ms", ("<=", 20)),
                Finding(f"SELECT 1 beside {name}: longest", max(waits), "ms"),
                *(
                    Finding(f"SELECT 1 beside {name}: up to {edge} ms", share * 100, "%")
                    for edge, share in _shares(waits)
                ),
            ]
    return found


def _waits(client: RawClient, seconds: float) -> list[float]:
    waits = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        waits += milliseconds(1, lambda: client.simple("SELECT 1"))
        time.sleep(0.002)
    return waits


def _scan(server: RunningServer, statement: str, stop: threading.Event) -> None:
    with server.connect() as client:
        while not stop.is_set():
            client.simple(statement)


def _shares(waits: Sequence[float]) -> list[tuple[int, float]]:
    return [(edge, sum(wait <= edge for wait in waits) / len(waits)) for edge in EDGES]


# Segments -----------------------------------------------------------------------------------------------------------


def segments(items: int) -> list[Finding]:
    """Count a table whose pages take 20 ms each, by one segment and by eight."""
    times = {}
    with running_endpoint(items) as endpoint, running_pgddb(endpoint.url) as server, server.connect() as client:
        client.simple("SELECT count(*) FROM bench")
        endpoint.control(f"latency?ms={PAGE_LATENCY_MS}")
        for count in (1, 8):
            client.simple(f"SET pgddb.scan_segments = {count}")
            times[count] = min(milliseconds(3, lambda: client.simple("SELECT count(*) FROM bench")))
    return [
        Finding("count(*), 20 ms a page: 1 segment", times[1], "ms"),
        Finding("count(*), 20 ms a page: 8 segments", times[8], "ms"),
        Finding("count(*), 20 ms a page: 8 segments / 1", times[1] / times[8], "x speed", (">=", 7)),
    ]


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
