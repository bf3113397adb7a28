"""Measure what idle clients cost: memory of the server, and the time to log in, without and with SCRAM over TLS."""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from pathlib import Path

import psycopg

from bench.measure import Finding, asked_for_quick, show
from bench.servers import running_endpoint, running_pgddb, status_megabytes
from pgddb.authentication import make_verifier
from tests.fakes.certificates import make_certificates

CLIENTS = 199
"""Beside the first one, which warms the server up: 200, as many as there may be unless it is told otherwise."""
AT_ONCE = 20
BOUND_MEGABYTES, BOUND_EACH = 100.0, 1.0
PASSWORD = "correct horse"


def run(*, quick: bool = False) -> list[Finding]:  # noqa: ARG001 - one shape for all
    """Connect, ask once, and stay: a server for each way of logging in."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    findings = []
    with tempfile.TemporaryDirectory() as name, running_endpoint(1000) as endpoint:
        directory = Path(name)
        files = make_certificates(directory)
        users = directory / "users.toml"
        users.write_text(f'[users.postgres]\npassword = "{make_verifier(PASSWORD).text()}"\n')
        guarded = ["--users-file", users, "--tls-cert-file", files.certificate, "--tls-key-file", files.key]
        for how, flags in (("trust", []), ("SCRAM and TLS", [str(one) for one in guarded])):
            with running_pgddb(endpoint.url, *flags) as server:
                mode = "require" if flags else "disable"
                cost, seconds = asyncio.run(_cost(server.port, server.process_id, mode))
            findings += [
                Finding(f"idle: {CLIENTS} clients, {how}, memory", cost, "MB", ("<=", BOUND_MEGABYTES)),
                Finding(f"idle: each of {CLIENTS} clients, {how}, memory", cost / CLIENTS, "MB", ("<=", BOUND_EACH)),
                Finding(f"idle: {CLIENTS} clients, {how}, login, {AT_ONCE} at once", seconds / CLIENTS * 1e6, "us"),
            ]
    return findings


async def _cost(port: int, process_id: int, mode: str) -> tuple[float, float]:
    """Give megabytes and seconds that the clients take; one client before them warms the server up."""
    conninfo = f"host=127.0.0.1 port={port} user=postgres password='{PASSWORD}' dbname=postgres sslmode={mode}"

    async def connect() -> psycopg.AsyncConnection[tuple[object, ...]]:
        connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        await connection.execute("SELECT 1")
        return connection

    first = await connect()
    before, start = status_megabytes(process_id, "VmRSS"), time.perf_counter()
    clients = [first]
    for left in range(CLIENTS, 0, -AT_ONCE):
        clients += await asyncio.gather(*(connect() for _ in range(min(AT_ONCE, left))))
    seconds, after = time.perf_counter() - start, status_megabytes(process_id, "VmRSS")
    for client in clients:
        await client.close()
    return after - before, seconds


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
