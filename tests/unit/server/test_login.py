"""Logging in over a real socket, with and without TLS."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
import structlog

from pgddb.authentication import AccessControl, AccessRule, Method, UserFile, make_verifier
from pgddb.cli.logs import configure_logs
from pgddb.config import LogSettings
from pgddb.protocol.messages.authentication import AuthenticationSASL, SASLInitialResponse, SASLResponse
from pgddb.protocol.messages.simple_query import Query
from pgddb.protocol.messages.startup import CancelRequest, StartupMessage
from pgddb.server import ServerSettings, TlsFiles, open_context
from pgddb.session import SessionSettings
from tests.fakes.certificates import CertificateFiles, make_certificates
from tests.fakes.sessions import Answer, RawClient, RunningServer, running_server, wait_until

PASSWORD = "correct horse"
SSL_REQUEST = struct.pack("!II", 8, 80877103)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return make_certificates(tmp_path_factory.mktemp("tls"))


def access_of(directory: Path, rules: tuple[AccessRule, ...] = (AccessRule(Method.SCRAM),)) -> AccessControl:
    path = directory / "users.toml"
    path.write_text(f'[users.ann]\npassword = "{make_verifier(PASSWORD).text()}"\n[users.bob]\nread_only = true\n')
    return AccessControl(rules, UserFile(path))


@pytest.fixture
async def guarded(tmp_path: Path, certificates: CertificateFiles) -> AsyncIterator[RunningServer]:
    """Give a server that offers TLS and asks for passwords."""
    tls = open_context(TlsFiles(certificates.certificate, certificates.key))
    async with running_server(access=access_of(tmp_path), tls=tls) as running:
        yield running


async def run_psql(conninfo: str, *more: str, **variables: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        "psql", "-XAtq", "-w", "-c", "SELECT 7", *more, conninfo,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **variables},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode().strip(), err.decode().strip()


@pytest.mark.parametrize(
    "how",
    ["sslmode=disable", "sslmode=require", "sslmode=verify-full sslrootcert={ca}",
     "sslmode=verify-full sslrootcert={ca} channel_binding=require"],
)  # fmt: skip
async def test_psql_logs_in(guarded: RunningServer, certificates: CertificateFiles, how: str) -> None:
    conninfo = f"host=localhost port={guarded.port} user=ann dbname=shop {how.format(ca=certificates.authority)}"
    assert (await run_psql(conninfo, PGPASSWORD=PASSWORD))[:2] == (0, "7")


@pytest.mark.parametrize("user", ["ann", "bob", "nobody"])
async def test_a_wrong_password_looks_the_same_for_every_user(guarded: RunningServer, user: str) -> None:
    conninfo = f"host=127.0.0.1 port={guarded.port} user={user} dbname=shop sslmode=require"
    code, out, error = await run_psql(conninfo, PGPASSWORD="wrong")
    assert (code, out) == (2, "")
    assert f'FATAL:  password authentication failed for user "{user}"' in error


async def test_psql_without_a_password_is_asked_for_one(guarded: RunningServer) -> None:
    code, _, error = await run_psql(f"host=127.0.0.1 port={guarded.port} user=ann dbname=shop")
    assert code == 2
    assert "fe_sendauth: no password supplied" in error


async def test_psql_prompts_for_the_password(guarded: RunningServer) -> None:
    process = await asyncio.create_subprocess_exec(
        "psql", "-XAtq", "-c", "SELECT 7", f"host=127.0.0.1 port={guarded.port} user=ann dbname=shop",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"}, start_new_session=True,  # so it asks on stderr
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, prompt = await asyncio.wait_for(process.communicate(PASSWORD.encode() + b"\n"), 20)
    assert out == b"7\n"
    assert prompt.startswith(b"Password for user ann: ")


async def test_channel_binding_cannot_be_required_without_tls(guarded: RunningServer) -> None:
    conninfo = f"host=127.0.0.1 port={guarded.port} user=ann dbname=shop sslmode=disable channel_binding=require"
    code, _, error = await run_psql(conninfo, PGPASSWORD=PASSWORD)
    assert code == 2
    assert "channel binding" in error


async def test_an_authority_that_did_not_sign_is_noticed(guarded: RunningServer, tmp_path: Path) -> None:
    other = make_certificates(tmp_path)
    conninfo = f"host=localhost port={guarded.port} user=ann sslmode=verify-full sslrootcert={other.authority}"
    code, _, error = await run_psql(conninfo, PGPASSWORD=PASSWORD)
    assert code == 2
    assert "SSL error" in error
    assert (await run_psql(f"host=localhost port={guarded.port} user=ann", PGPASSWORD=PASSWORD))[1] == "7"


async def test_asyncpg_logs_in_over_tls(guarded: RunningServer, certificates: CertificateFiles) -> None:
    context = ssl.create_default_context(cafile=str(certificates.authority))
    place: dict[str, Any] = {"host": "localhost", "port": guarded.port, "database": "shop", "ssl": context}
    connection = await asyncpg.connect(user="ann", password=PASSWORD, **place)
    assert await connection.fetchval("SELECT 7") == 7
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(user="ann", password="wrong", **place)


async def test_psycopg_binds_to_the_channel_and_cancels_over_tls(guarded: RunningServer) -> None:
    connection = await psycopg.AsyncConnection.connect(
        f"host=127.0.0.1 port={guarded.port} user=ann password='{PASSWORD}' sslmode=require channel_binding=require"
    )
    running = asyncio.create_task(connection.execute("SELECT n FROM slow"))
    await wait_until(lambda: guarded.engine.open_streams == 1)
    await connection.cancel_safe(timeout=5)
    with pytest.raises(psycopg.errors.QueryCanceled):
        await running
    await connection.close()


async def tls_client(server: RunningServer, *, direct: bool, protocols: list[str]) -> RawClient:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    client = await server.connect()
    if not direct:
        client.writer.write(SSL_REQUEST)
        assert await client.reader.readexactly(1) == b"S"
    await client.writer.start_tls(context)
    return client


async def test_tls_begins_at_once_where_the_client_names_the_protocol(guarded: RunningServer) -> None:
    client = await tls_client(guarded, direct=True, protocols=["postgresql"])
    client.send(StartupMessage(3, 0, (("user", "ann"),)))
    assert await client.receive() == AuthenticationSASL(("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"))
    tls = client.writer.get_extra_info("ssl_object")
    assert (tls.version(), tls.selected_alpn_protocol()) == ("TLSv1.3", "postgresql")


@pytest.mark.parametrize("protocols", [[], ["http/1.1"]])
async def test_tls_at_once_without_the_protocol_is_refused(guarded: RunningServer, protocols: list[str]) -> None:
    client = await tls_client(guarded, direct=True, protocols=protocols)
    client.send(StartupMessage(3, 0, (("user", "ann"),)))
    assert await client.receive() is None


async def test_a_second_ssl_request_is_refused(guarded: RunningServer) -> None:
    client = await tls_client(guarded, direct=False, protocols=["postgresql"])
    client.writer.write(SSL_REQUEST)
    assert Answer(await client.until_ready()).errors == ["FATAL 08P01 SSLRequest may not be sent again"]


def test_tls_is_at_least_1_2(certificates: CertificateFiles) -> None:
    shared = open_context(TlsFiles(certificates.certificate, certificates.key))
    assert shared.context.minimum_version is ssl.TLSVersion.TLSv1_2


async def test_bytes_before_tls_end_the_connection(guarded: RunningServer) -> None:
    client = await guarded.connect()
    client.writer.write(SSL_REQUEST + StartupMessage(3, 0, (("user", "ann"),)).encode())
    errors = Answer(await client.until_ready()).errors
    assert errors == ["FATAL 08P01 received unencrypted data after encryption request"]
    assert await client.receive() is None


async def test_garbage_instead_of_tls_ends_the_connection(guarded: RunningServer) -> None:
    client = await guarded.connect()
    client.writer.write(SSL_REQUEST)
    assert await client.reader.readexactly(1) == b"S"
    client.writer.write(b"GET / HTTP/1.1\r\n\r\n" * 10)
    left = await asyncio.wait_for(client.reader.read(), 5)
    assert left[:1] in {b"", b"\x15"}  # nothing, or a TLS alert


async def test_much_goes_both_ways_over_tls(guarded: RunningServer) -> None:
    connection = await asyncpg.connect(
        host="127.0.0.1", port=guarded.port, user="ann", password=PASSWORD, ssl="require", database="shop"
    )
    digest = hashlib.sha256(b"much").hexdigest() * 10_000
    assert await connection.fetchval("SELECT $1::text, $2", digest, "x") == digest
    rows = await connection.fetch("SELECT n FROM rows_200000 AS bulk")
    assert [rows[0]["n"], rows[-1]["n"], len(rows)] == [0, 199_999, 200_000]
    await connection.close()


async def test_a_cancel_request_works_over_tls_and_a_guessed_key_does_not(guarded: RunningServer) -> None:
    guarded.server.access = AccessControl()  # type: ignore[union-attr]
    victim = await tls_client(guarded, direct=False, protocols=[])
    await victim.start()
    assert victim.key is not None
    victim.send(Query("SELECT n FROM slow"))
    await wait_until(lambda: guarded.engine.open_streams == 1)
    for secret in (b"\0\0\0\0", victim.key.secret):
        assert guarded.engine.open_streams == 1
        canceller = await tls_client(guarded, direct=False, protocols=[])
        canceller.send(CancelRequest(victim.key.process_id, secret))
        assert await canceller.receive() is None
    assert Answer(await victim.until_ready()).errors == ["ERROR 57014 canceling statement due to user request"]


async def test_the_newest_certificate_is_shown(guarded: RunningServer, tmp_path: Path) -> None:
    before = await tls_client(guarded, direct=False, protocols=[])
    files = make_certificates(tmp_path)
    assert guarded.server is not None
    guarded.server.tls = open_context(TlsFiles(files.certificate, files.key))
    after = await tls_client(guarded, direct=False, protocols=[])
    shown = [one.writer.get_extra_info("ssl_object").getpeercert(binary_form=True) for one in (before, after)]
    assert shown[0] != shown[1]
    assert shown[1] == ssl.PEM_cert_to_DER_cert(files.certificate.read_text())


async def test_a_rule_can_require_tls(tmp_path: Path, certificates: CertificateFiles) -> None:
    rules = (AccessRule(Method.REJECT, tls=False), AccessRule(Method.SCRAM))
    tls = open_context(TlsFiles(certificates.certificate, certificates.key))
    async with running_server(access=access_of(tmp_path, rules), tls=tls) as server:
        conninfo = f"host=127.0.0.1 port={server.port} user=ann dbname=shop sslmode="
        assert (await run_psql(conninfo + "require", PGPASSWORD=PASSWORD))[1] == "7"
        code, _, error = await run_psql(conninfo + "disable", PGPASSWORD=PASSWORD)
        assert code == 2
        assert 'rejects connection for host "127.0.0.1", user "ann", database "shop", no encryption' in error


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (
            SASLInitialResponse("SCRAM-SHA-1", b""),
            "FATAL 08P01 client selected an invalid SASL authentication mechanism",
        ),
        (SASLInitialResponse("SCRAM-SHA-256", b"hello"), "FATAL 08P01 malformed SCRAM message"),
        (Query("SELECT 1"), "FATAL 08P01 "),
    ],
)
async def test_what_is_no_scram_ends_the_connection(guarded: RunningServer, sent: Any, error: str) -> None:
    client = await guarded.connect()
    client.send(StartupMessage(3, 0, (("user", "ann"),)))
    assert isinstance(await client.receive(), AuthenticationSASL)
    client.send(sent)
    assert Answer(await client.until_ready()).errors[0].startswith(error)
    assert await client.receive() is None


async def test_a_long_message_before_login_is_refused_by_its_header(guarded: RunningServer) -> None:
    client = await guarded.connect()
    client.send(StartupMessage(3, 0, (("user", "ann"),)))
    await client.receive()
    client.writer.write(b"p" + struct.pack("!I", 100_000))
    assert Answer(await client.until_ready()).errors == ["FATAL 08P01 invalid message length"]


async def fail_to_log_in(server: RunningServer) -> list[str]:
    client = await server.connect()
    client.send(StartupMessage(3, 0, (("user", "ann"),)))
    await client.receive()
    client.send(SASLInitialResponse("SCRAM-SHA-256", b"n,,n=,r=abc"))
    challenge: Any = await client.receive()
    nonce = challenge.content.split(b",")[0]
    client.send(SASLResponse(b"c=biws," + nonce + b",p=" + b"A" * 43 + b"="))
    answer = Answer(await client.until_ready())
    await client.close()
    return answer.errors


async def test_a_thousand_failed_logins_do_not_slow_others(guarded: RunningServer) -> None:
    at_once = asyncio.Semaphore(20)

    async def attack() -> list[str]:
        async with at_once:
            return await fail_to_log_in(guarded)

    guarded.server.failure_delays.waiting = 32  # type: ignore[union-attr] # as if so many waited: the others leave at once
    attacks = [asyncio.create_task(attack()) for _ in range(1000)]
    logins = 0
    while logins < 5 or not all(one.done() for one in attacks):
        connection = await asyncpg.connect(
            host="127.0.0.1", port=guarded.port, user="ann", password=PASSWORD, database="shop", timeout=5
        )
        assert await connection.fetchval("SELECT 7", timeout=5) == 7
        await connection.close()
        logins += 1
    errors = [one.result() for one in attacks]
    assert errors == [['FATAL 28P01 password authentication failed for user "ann"']] * 1000


async def test_the_answer_to_a_failed_login_waits_and_the_right_password_does_not(guarded: RunningServer) -> None:
    assert guarded.server is not None
    delays = guarded.server.failure_delays
    for _ in range(20):
        delays.note_failure("127.0.0.1")
    late = asyncio.create_task(fail_to_log_in(guarded))
    await wait_until(lambda: delays.waiting == 1)
    connection = await asyncpg.connect(
        host="127.0.0.1", port=guarded.port, user="ann", password=PASSWORD, database="shop"
    )
    await connection.close()
    assert not late.done()
    assert delays.note_failure("127.0.0.1") == 0.1
    late.cancel()


async def test_connections_from_one_address_are_limited() -> None:
    async with running_server(ServerSettings(port=0, max_connections_per_address=2)) as server:
        clients = [await server.started() for _ in range(2)]
        refused = await server.connect()
        errors = Answer(await refused.start()).errors
        assert errors == ['FATAL 53300 too many connections for address "127.0.0.1"']
        await clients[0].close()
        await wait_until(lambda: len(server.server._registry) == 1)  # type: ignore[union-attr]
        assert (await (await server.started()).query("SELECT 1")).rows == [("1",)]


async def test_silent_strangers_give_way() -> None:
    async with running_server(ServerSettings(port=0, session=SessionSettings(max_connections=3))) as server:
        silent = [await server.connect() for _ in range(70)]
        client = await server.started()
        assert (await client.query("SELECT 1")).rows == [("1",)]
        assert await silent[0].receive() is None


async def test_no_secret_is_in_the_log(
    guarded: RunningServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        configure_logs(LogSettings(level="debug", format="json"))
        conninfo = f"host=127.0.0.1 port={guarded.port} user=ann dbname=shop sslmode=disable password="
        async with await psycopg.AsyncConnection.connect(conninfo + f"'{PASSWORD}'") as connection:
            await connection.execute("SELECT %s, %s", ("parameter-value", "other"))
            with pytest.raises(psycopg.Error):
                await connection.execute("SELECT n FROM broken WHERE a = 'literal-value'")
        with pytest.raises(psycopg.OperationalError):
            await psycopg.AsyncConnection.connect(conninfo + "guessed-password")
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
    logged = capsys.readouterr()
    lines = [json.loads(line) for line in logged.err.splitlines()]
    assert {"session started", "login refused", "statement done"} <= {line["event"] for line in lines}
    verifier = guarded.server.access.verifier("ann")  # type: ignore[union-attr]
    secrets = [PASSWORD, "guessed-password", "parameter-value", "literal-value", "secret value", "c=biws"]
    for secret in [*secrets, *verifier.text().replace(":", "$").split("$")[2:]]:
        assert secret not in logged.err, secret
