"""`pgddb serve` with users and TLS as its own process: SIGHUP, warnings, refusals, and PostgreSQL's JDBC driver."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from pgddb.authentication import make_verifier
from tests.fakes.certificates import CertificateFiles, make_certificates
from tests.fakes.demo_server import free_port
from tests.fakes.moto_server import CREDENTIALS

PASSWORD = "correct horse"
START_SECONDS = 60.0

JDBC_PROGRAM = """
import java.sql.*;
public class Login {
    public static void main(String[] arguments) throws Exception {
        for (String url : arguments) {
            try (Connection connection = DriverManager.getConnection(url);
                 ResultSet rows = connection.createStatement().executeQuery("SELECT 1, current_user")) {
                rows.next();
                System.out.println(rows.getInt(1) + " " + rows.getString(2));
            } catch (SQLException refused) {
                System.out.println(refused.getSQLState());
            }
        }
    }
}
"""


def write_users(directory: Path, *names: str) -> Path:
    verifier = make_verifier(PASSWORD).text()
    path = directory / "users.toml"
    path.write_text("".join(f'[users.{name}]\npassword = "{verifier}"\n' for name in names))
    return path


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PGDDB_")}


@contextmanager
def served(endpoint: str, log: Path, *flags: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run the command until it listens."""
    port = free_port()
    command = [sys.executable, "-m", "pgddb", "serve", "--port", str(port), "--region", "us-east-1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--endpoint-url", endpoint, "--log-level", "debug", "--log-format", "json", *flags],
            env={**environment(), **CREDENTIALS}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        wait_for(log, '"event":"listening"', process)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def wait_for(log: Path, text: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while text not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


@pytest.fixture
def files(tmp_path: Path) -> CertificateFiles:
    return make_certificates(tmp_path)


def flags_of(files: CertificateFiles, users: Path) -> list[str]:
    paths = {"--users-file": users, "--tls-cert-file": files.certificate, "--tls-key-file": files.key}
    return ["--tls", "require", *(part for flag, path in paths.items() for part in (flag, str(path)))]


def certificate_of(port: int) -> bytes | None:
    """Give the certificate that a server shows, as DER."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["postgresql"])
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain) as encrypted:
        return encrypted.getpeercert(binary_form=True)


def log_in(port: int, user: str = "ann") -> str:
    conninfo = f"host=127.0.0.1 port={port} user={user} password='{PASSWORD}' dbname=postgres sslmode=require"
    try:
        with psycopg.connect(conninfo) as connection:
            row = connection.execute("SELECT current_user").fetchone()
            assert row is not None
            return str(row[0])
    except psycopg.OperationalError as error:
        return str(error).strip()


@pytest.mark.slow
def test_sighup_reads_users_and_certificate_again(
    dynamodb_endpoint: str, tmp_path: Path, files: CertificateFiles
) -> None:
    log, users = tmp_path / "log", write_users(tmp_path, "ann")
    with served(dynamodb_endpoint, log, *flags_of(files, users)) as (port, process):
        assert log_in(port) == "ann"
        assert 'password authentication failed for user "bob"' in log_in(port, "bob")
        before = certificate_of(port)
        make_certificates(tmp_path)
        write_users(tmp_path, "ann", "bob")
        process.send_signal(signal.SIGHUP)
        wait_for(log, "users, rules and certificate read again", process)
        assert log_in(port, "bob") == "bob"
        assert certificate_of(port) == ssl.PEM_cert_to_DER_cert(files.certificate.read_text()) != before
        files.key.write_text("broken")
        process.send_signal(signal.SIGHUP)
        wait_for(log, "reload failed, nothing has changed", process)
        assert log_in(port) == "ann"
        command = [sys.executable, "-m", "pgddb", "health", "--port", str(port)]
        health = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
        assert (health.returncode, health.stdout) == (0, f"pgddb on 127.0.0.1:{port} takes clients.\n")
    logged = log.read_text()
    assert PASSWORD not in logged
    assert "SCRAM-SHA-256$" not in logged


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (
            ["--auth", "scram", "--users-file", "nowhere.toml"],
            "Cannot read the file of users nowhere.toml: no such file",
        ),
        (["--tls-cert-file", "x.pem", "--tls-key-file", "x.key"], "Cannot read x.pem: no such file or directory"),
        (["--host", "0.0.0.0"], 'Refusing to listen on "0.0.0.0" without authentication'),
    ],
)
def test_what_would_not_protect_does_not_start(flags: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "pgddb", "serve", "--port", "0", *flags]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert run.returncode == 1
    first, hint = run.stderr.strip().splitlines()
    assert first.startswith(f"pgddb: {sentence}")
    assert hint.startswith("Hint: ")


@pytest.mark.slow
def test_jdbc_logs_in_over_tls(dynamodb_endpoint: str, tmp_path: Path, files: CertificateFiles) -> None:
    jar = os.environ.get("PGDDB_PGJDBC", "")
    if shutil.which("java") is None or not Path(jar).is_file():
        pytest.skip("needs java, and PGDDB_PGJDBC to name the jar of org.postgresql:postgresql")
    (tmp_path / "Login.java").write_text(JDBC_PROGRAM)
    with served(dynamodb_endpoint, tmp_path / "log", *flags_of(files, write_users(tmp_path, "ann"))) as (port, _):
        url = f"jdbc:postgresql://localhost:{port}/postgres?user=ann&password={PASSWORD.replace(' ', '%20')}"
        verified = f"sslmode=verify-full&sslrootcert={files.authority}"
        urls = [f"{url}&{verified}", f"{url}&{verified}&channelBinding=require", f"{url}&sslmode=disable"]
        urls.append(f"{url}&{verified}&sslNegotiation=direct")
        urls.append(f"{url.replace('password=', 'password=no')}&{verified}")
        command = ["java", "-cp", jar, str(tmp_path / "Login.java"), *urls]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == ["1 ann", "1 ann", "28000", "1 ann", "28P01"], run.stderr
