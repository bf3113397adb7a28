"""Start the demo's DynamoDB in a subprocess and stop it again."""

from __future__ import annotations

import importlib.util
import json
import os
import selectors
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from pgddb.demo.banner import banner

START_TIMEOUT_SECONDS = 60.0
"""Ready in about two seconds on an idle machine; a cold disk and a busy machine need more."""

STOP_TIMEOUT_SECONDS = 5.0
NEEDED_MODULES = ("moto", "flask", "orjson")


class DemoUnavailable(Exception):
    """The demo cannot start; `hint` says what the user can do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class DemoCredentials:
    """The demo accepts any credentials; these make sure that nobody's real ones are used."""

    access_key_id: str = "demo"
    secret_access_key: str = "demo"  # noqa: S105 - not a secret
    session_token: str | None = None


class DemoDynamoDB:
    """An embedded DynamoDB with the demo tables; owns one subprocess from start() to stop()."""

    def __init__(self, *, region: str = "us-east-1", port: int = 0, with_tables: bool = True) -> None:
        self.region = region
        self.credentials = DemoCredentials()
        self.item_count = 0
        self._requested_port = port
        self._with_tables = with_tables
        self._port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    @property
    def endpoint_url(self) -> str:
        """Where the embedded DynamoDB listens; only while it runs."""
        if self._port is None:
            raise DemoUnavailable("the embedded DynamoDB is not running", hint="Call start() first.")
        return f"http://127.0.0.1:{self._port}"

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def banner(self, port: int, *, host: str = "127.0.0.1") -> str:
        """Return what to tell the user once pgddb listens on `port`."""
        return banner(port, host=host)

    def start(self) -> Self:
        """Start the subprocess and wait until it answers.

        Raises:
            DemoUnavailable: moto is not installed, or the subprocess ended or hung before it was ready.
        """
        missing = [name for name in NEEDED_MODULES if importlib.util.find_spec(name) is None]
        if missing:
            raise DemoUnavailable(
                f"the demo needs a package that is not installed: {', '.join(missing)}",
                hint="Run: pip install 'pgddb[demo]'",
            )
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the subprocess
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
        )
        try:
            ready = json.loads(self._first_line())
        except BaseException:
            self.stop()
            raise
        self._port = int(ready["port"])
        self.item_count = int(ready["items"])
        return self

    def stop(self) -> None:
        """End the subprocess; stopping twice is harmless."""
        process, self._process, self._port = self._process, None, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "pgddb.demo.dynamodb"]
        command += ["--port", str(self._requested_port), "--region", self.region]
        return command if self._with_tables else [*command, "--no-tables"]

    def _first_line(self) -> bytes:
        """Read the line that the subprocess prints when it is ready."""
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(START_TIMEOUT_SECONDS):
                raise DemoUnavailable(
                    f"the embedded DynamoDB was not ready after {START_TIMEOUT_SECONDS:.0f} seconds",
                    hint="Try again on a less busy machine.",
                )
        line = self._process.stdout.readline()
        if not line:
            raise DemoUnavailable(
                f"the embedded DynamoDB ended before it was ready: {self._last_error_line()}",
                hint="Run: python -m pgddb.demo.dynamodb --port 0",
            )
        return line

    def _last_error_line(self) -> str:
        assert self._errors is not None
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def _environment() -> dict[str, str]:
    """Give the subprocess the module path of this process, which may not be an installed package."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
