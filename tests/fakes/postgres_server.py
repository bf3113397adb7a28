"""Offer a real, empty, throw-away PostgreSQL to the tests where its binaries are installed.

It is the oracle for what values look like: tests ask for `postgres_dsn` and are skipped, with the reason, without it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

START_TIMEOUT_SECONDS = 30.0
UNPRIVILEGED_USERS = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_wal_size": "64MB",
    "timezone": "UTC",
    "autovacuum": "off",
}


def binaries() -> Path | None:
    """Find the folder with initdb and postgres: pg_config's, the newest of Debian's, or that on the PATH."""
    folders: list[Path] = []
    if shutil.which("pg_config"):
        found = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(found.stdout.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def run_as() -> dict[str, Any]:
    """Give the subprocess arguments for a user that PostgreSQL starts under: not root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in known:
            return {"user": known[name].pw_uid, "group": known[name].pw_gid, "extra_groups": []}
    pytest.skip(f"PostgreSQL does not run as root, and there is no user {' or '.join(UNPRIVILEGED_USERS)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_answers(process: subprocess.Popen[bytes], dsn: str) -> bool:
    """Say whether it takes connections before it ends or time is up."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """Start a PostgreSQL for this test session and give its connection string; user postgres, no password."""
    folder = binaries()
    if folder is None:
        pytest.skip("no PostgreSQL binaries (initdb, postgres) found")
    user = run_as()
    root = Path(tempfile.mkdtemp(prefix="pgddb-postgres-"))
    try:
        if user:
            os.chown(root, user["user"], user["group"])
        cluster = str(root / "cluster")
        subprocess.run(
            [
                folder / "initdb",
                "-D",
                cluster,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
            cwd=root,
            check=True,
            capture_output=True,
            **user,
        )
        yield from _served(folder, cluster, root, user)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _served(folder: Path, cluster: str, root: Path, user: dict[str, Any]) -> Iterator[str]:
    port = free_port()
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    dsn = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(
            [folder / "postgres", "-D", cluster, "-p", str(port), *settings], cwd=root, stdout=log, stderr=log, **user
        )
        try:
            if not wait_until_it_answers(process, dsn):
                pytest.fail(f"PostgreSQL did not start:\n{(root / 'log').read_text()}")
            yield dsn
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)  # fast shutdown: ends the sessions that are left
            process.wait(START_TIMEOUT_SECONDS)
