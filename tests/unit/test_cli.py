"""The command line as a user meets it: plain sentences and exit codes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from pgddb import __version__

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
NO_AWS = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PGDDB_"))}
    return kept | NO_AWS | variables


def pgddb(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pgddb", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(**variables),
        check=False,
    )


def assert_plain_refusal(run: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert run.returncode == 1, run
    assert "Traceback" not in run.stderr
    lines = run.stderr.strip().splitlines()
    assert re.search(sentence, lines[0]), lines
    assert lines[1].startswith("Hint: "), lines
    assert len(lines) == 2, lines


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_version() -> None:
    run = pgddb("--version")
    assert run.stdout == f"pgddb, version {__version__}\n"


@pytest.mark.slow
def test_an_unreachable_endpoint() -> None:
    run = pgddb("serve", "--port", "0", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:9", **CREDENTIALS)
    assert_plain_refusal(run, r"^pgddb: Cannot use DynamoDB: ")


@pytest.mark.slow
def test_missing_credentials() -> None:
    assert_plain_refusal(pgddb("serve", "--port", "0", "--region", "us-east-1"), r"^pgddb: Cannot use DynamoDB: ")


@pytest.mark.slow
def test_a_missing_or_bad_region() -> None:
    for arguments in ((), ("--region", "no such region")):
        assert_plain_refusal(pgddb("serve", "--port", "0", *arguments, **CREDENTIALS), r"^pgddb: Cannot use DynamoDB: ")


@pytest.mark.slow
def test_a_bad_configuration() -> None:
    assert_plain_refusal(pgddb("serve", "--host", "0.0.0.0"), "^pgddb: Refusing to listen")
    assert_plain_refusal(pgddb("serve", PGDDB_PORT="zero"), '^pgddb: Option "port" should be')


def test_health_of_nobody(busy_port: int) -> None:
    assert_plain_refusal(pgddb("health", "--port", "1"), "^pgddb: No server answers on 127.0.0.1:1: connection refused")
    assert_plain_refusal(pgddb("health", "--port", str(busy_port), "--timeout", "0.1"), "No server answers")


class Demo:
    """A demo that runs as a user starts it."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "pgddb", "demo", "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(PYTHONUNBUFFERED="1"),
        )
        assert self.process.stdout is not None
        self.first_lines = [self.process.stdout.readline() for _ in range(5)]


@pytest.fixture
def demo() -> Iterator[Demo]:
    running = Demo()
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_is_healthy_and_ends_with_a_signal(demo: Demo, number: Any) -> None:
    assert f"psql -h 127.0.0.1 -p {demo.port}" in "".join(demo.first_lines)
    assert pgddb("health", "--port", str(demo.port)).returncode == 0
    assert_plain_refusal(pgddb("demo", "--port", str(demo.port)), f"Port {demo.port} on 127.0.0.1 is in use")
    demo.process.send_signal(number)
    out, err = demo.process.communicate(timeout=20)
    assert demo.process.returncode == 0, (out, err)
    assert "Traceback" not in err
