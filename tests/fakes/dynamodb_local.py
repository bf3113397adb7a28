"""Offer DynamoDB Local to the tests where its jars and a Java are found.

`.ci/run` fetches the jars by their Maven coordinates; PGDDB_DYNAMODB_LOCAL names another folder that holds them.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

JARS_VARIABLE = "PGDDB_DYNAMODB_LOCAL"
DEFAULT_JARS = Path(__file__).parents[2] / ".cache" / "dynamodb-local"
MAIN_CLASS = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
START_TIMEOUT_SECONDS = 60.0


def jar_folder() -> Path:
    return Path(os.environ.get(JARS_VARIABLE) or DEFAULT_JARS)


def reason_to_skip() -> str | None:
    """Say why DynamoDB Local cannot run here, or None."""
    if shutil.which("java") is None:
        return "DynamoDB Local needs Java, which is not on the PATH"
    if not list(jar_folder().glob("DynamoDBLocal-*.jar")):
        return f"no DynamoDBLocal jar in {jar_folder()}; run .ci/run, or set {JARS_VARIABLE}"
    return None


def command(port: int) -> list[str]:
    """Return how to start it: in memory, one database whatever the region and credentials, no telemetry."""
    jars = jar_folder()
    return [
        "java",
        f"-Djava.library.path={jars}",
        f"-Dsqlite4java.library.path={jars}",
        "-cp",
        f"{jars}/*",
        MAIN_CLASS,
        *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Return whether somebody listens before the process ends or time is up."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


@pytest.fixture(scope="session")
def dynamodb_local_endpoint() -> Iterator[str]:
    """Start DynamoDB Local in memory on a free port and give its URL; skip with the reason where it cannot run."""
    reason = reason_to_skip()
    if reason is not None:
        pytest.skip(reason)
    port = free_port()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command(port), stdout=output, stderr=subprocess.STDOUT)
        try:
            if not wait_until_it_listens(process, port):
                output.seek(0)
                pytest.fail(f"DynamoDB Local did not start: {output.read().decode(errors='replace')[-2000:]}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)
