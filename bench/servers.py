"""Start what a benchmark measures: pgddb, the bench endpoint, a real PostgreSQL; read their CPU and memory."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import RawClient, ServerRefused

START_TIMEOUT_SECONDS = 60.0
SERVE_WITHOUT = "import sys; sys.modules['{0}'] = None; from pgddb.cli import main; main()"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process_id: int) -> float:
    """Return user and system time of all threads of a process, those that have ended too, in nanoseconds' grain.

    Source: clock_getcpuclockid(3): Linux makes the number of a process's clock of its inverted process id.
    """
    return time.clock_gettime((~process_id << 3) | 2)


def tree_cpu_seconds(process_id: int) -> float:
    """Return the CPU time of a process and of its children, those that have ended too (these in ticks of 10 ms)."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    living = 0.0
    for child in children:
        with suppress(OSError):  # it has just ended: its parent counts it next time
            living += cpu_seconds(int(child))
    return cpu_seconds(process_id) + (int(fields[13]) + int(fields[14])) / TICKS_PER_SECOND + living


def peak_megabytes(process_id: int) -> float:
    """Return the highest resident set so far."""
    return status_megabytes(process_id, "VmHWM")


def status_megabytes(process_id: int, name: str) -> float:
    """Return an amount of memory of /proc/<process>/status by its name there, such as VmRSS (proc(5))."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {name} for process {process_id}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class RunningEndpoint:
    """The bench endpoint and its control path."""

    port: int
    process_id: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def control(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/bench/{path}") as reply:
            counters: dict[str, Any] = json.load(reply)
            return counters

    def call(self, operation: str, request: dict[str, Any]) -> bytes:
        """Return the raw body of one API call."""
        asked = urllib.request.Request(
            self.url, json.dumps(request).encode(), {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        )
        with urllib.request.urlopen(asked) as reply:
            body: bytes = reply.read()
            return body


@contextmanager
def running_endpoint(items: int = 200_000, latency_ms: float = 0.0) -> Iterator[RunningEndpoint]:
    """Run the bench endpoint in a process of its own."""
    command = [sys.executable, "-m", "bench.endpoint", "--items", str(items), "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield RunningEndpoint(ready["port"], process.pid)
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that speaks PostgreSQL's protocol."""

    port: int
    process_id: int
    user: str = "postgres"

    def connect(self) -> RawClient:
        return RawClient(self.port, user=self.user)


@contextmanager
def running_pgddb(
    endpoint_url: str, *flags: str, settings: Mapping[str, str] | None = None, without: str = ""
) -> Iterator[RunningServer]:
    """Run `pgddb serve` in front of an endpoint.

    `settings` are more variables of its environment; the package `without` is not there for it to import.
    """
    port = free_port()
    credentials = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    entry = ["-c", SERVE_WITHOUT.format(without)] if without else ["-m", "pgddb"]
    command = [sys.executable, *entry, "serve", "--port", str(port), "--endpoint-url", endpoint_url]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*command, "--region", "us-east-1", "--log-level", "warning", *flags],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **credentials, **(settings or {})},
        )
        try:
            if not _listens(process, port):
                output.seek(0)
                raise RuntimeError(f"pgddb did not start: {output.read().decode(errors='replace')[-2000:]}")
            yield RunningServer(port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def postgresql_binaries() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else None


@contextmanager
def running_postgresql() -> Iterator[RunningServer]:
    """Run a throw-away PostgreSQL; as the user postgres when we are root, because it refuses to be root."""
    binaries = postgresql_binaries()
    assert binaries is not None
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    as_user: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    with tempfile.TemporaryDirectory() as folder:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        cluster = f"{folder}/cluster"
        subprocess.run(
            [binaries / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user,
        )  # fmt: skip
        port = free_port()
        process = subprocess.Popen(
            [binaries / "postgres", "-D", cluster, "-p", str(port), "-k", folder, "-c", "fsync=off"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **as_user,
        )  # fmt: skip
        try:
            if not _listens(process, port):
                raise RuntimeError("PostgreSQL did not start")
            server = RunningServer(port, process.pid)
            _wait_for_connections(server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_for_connections(server: RunningServer) -> None:
    """PostgreSQL listens before it accepts: it refuses while it starts up."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            server.connect().socket.close()
        except ServerRefused:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False
