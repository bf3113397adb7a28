"""Run `pgddb demo` as a user would: its own process, a free port, stopped by its process id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes.checked_requests import ILLEGAL_EXIT_CODE

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@dataclass(slots=True)
class ServerProcess:
    """A running server: where it listens, and what it printed so far."""

    process: subprocess.Popen[str]
    port: int
    output: list[str] = field(default_factory=list)

    def dsn(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


def free_port() -> int:
    """Find a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Say whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start_server(*arguments: str, port: int) -> ServerProcess:
    """Start `pgddb` with these arguments, its requests checked, and wait until its port accepts.

    Raises:
        RuntimeError: it ended, or did not listen within START_SECONDS; the message holds its output.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.checked_requests", *arguments, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if not name.startswith("PGDDB_")},
    )
    server = ServerProcess(process, port)

    def read_output() -> None:
        assert process.stdout is not None
        with process.stdout:
            server.output.extend(process.stdout)

    threading.Thread(target=read_output, daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while not accepts(port):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise RuntimeError("pgddb did not start:\n" + "".join(server.output))
        time.sleep(0.05)
    return server


def stop_server(server: ServerProcess) -> int:
    """Ask the server to drain, and return its exit code."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(30)
    assert code != ILLEGAL_EXIT_CODE, "".join(server.output)
    return code


@pytest.fixture(scope="session")
def demo_server() -> Iterator[ServerProcess]:
    """The demo over its embedded DynamoDB."""
    server = start_server("demo", port=free_port())
    yield server
    code = stop_server(server)
    assert code == 0, "".join(server.output)
