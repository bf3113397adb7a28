"""Run the commands of the packaging as plain commands, because the tests have no container engine."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def instruction(name: str) -> list[str]:
    """Return the command of a Dockerfile instruction in its JSON form."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    found = re.findall(rf"^{name}\b.*?(\[.*\])\s*$", text, re.MULTILINE)
    command: list[str] = json.loads(found[-1])
    return command


class PlainCommands:
    """The image's commands, run on this machine: `pgddb` from this checkout, another port, no credentials."""

    def __init__(self, folder: Path) -> None:
        self.port = self._free_port()
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PGDDB_"))},
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "PGDDB_DATA_DIR": str(folder),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def entry_point(self, *added: str) -> list[str]:
        return self._here([*instruction("ENTRYPOINT"), *added])

    def health_check(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._here(instruction("HEALTHCHECK")),
            env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @contextmanager
    def running(self, *added: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run the entry point until it listens, and stop it as the container engine does."""
        command = self.entry_point(*added)
        with subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            try:
                self._wait(process)
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                    process.wait(30)

    def _here(self, command: list[str]) -> list[str]:
        """Name this checkout's pgddb and the free port instead of 5432."""
        assert command[0] == "pgddb"
        return [sys.executable, "-m", "pgddb", *(str(self.port) if word == "5432" else word for word in command[1:])]

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if process.poll() is not None:
                assert process.stdout is not None
                pytest.fail(f"the entry point ended: {process.stdout.read().decode()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the entry point did not listen")

    @staticmethod
    def _free_port() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port


@pytest.fixture
def commands(tmp_path: Path) -> PlainCommands:
    return PlainCommands(tmp_path)


@pytest.fixture
def repository() -> Path:
    return ROOT
