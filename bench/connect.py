"""Measure connecting and SELECT 1, beside a real PostgreSQL where there is one."""

from __future__ import annotations

from contextlib import ExitStack

from bench.measure import Finding, asked_for_quick, milliseconds, percentile, show
from bench.servers import (
    RunningServer,
    postgresql_binaries,
    running_endpoint,
    running_pgddb,
    running_postgresql,
)

BLOCK = 20


def run(*, quick: bool = False) -> list[Finding]:
    """Take turns in blocks of connections and of statements."""
    with ExitStack() as stack:
        endpoint = stack.enter_context(running_endpoint(1000))
        servers: dict[str, RunningServer] = {"pgddb": stack.enter_context(running_pgddb(endpoint.url))}
        if postgresql_binaries() is not None:
            servers["PostgreSQL"] = stack.enter_context(running_postgresql())
        times: dict[tuple[str, str], list[float]] = {}
        for block in range(4 if quick else 16):
            for name, server in servers.items():
                for work, taken in one_block(server).items():
                    if block:
                        times.setdefault((name, work), []).extend(taken)
    return [
        Finding(f"connect: {name}, {work}, {label}", percentile(taken, share) * 1000, "us")
        for (name, work), taken in times.items()
        for label, share in (("median", 0.5), ("99th percentile", 0.99))
    ]


def one_block(server: RunningServer) -> dict[str, list[float]]:
    """Connect, then ask on one of the connections."""
    connections = milliseconds(BLOCK, lambda: connect_once(server))
    with server.connect() as client:
        client.prepare("one", "SELECT 1")
        return {
            "connect until ready": connections,
            "SELECT 1, simple": milliseconds(BLOCK * 5, lambda: client.simple("SELECT 1")),
            "SELECT 1, prepared": milliseconds(BLOCK * 5, lambda: client.execute("one")),
        }


def connect_once(server: RunningServer) -> None:
    with server.connect():
        pass


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
