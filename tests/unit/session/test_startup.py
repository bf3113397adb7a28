"""From the first packet to the first ReadyForQuery."""

from __future__ import annotations

import struct

import pytest

from pgddb.protocol.messages.startup import NegotiateProtocolVersion, StartupMessage
from tests.fakes.sessions import Answer, RawClient, RunningServer

POSTGRESQL_15_REPORTS = [
    "application_name",
    "client_encoding",
    "DateStyle",
    "default_transaction_read_only",
    "in_hot_standby",
    "integer_datetimes",
    "IntervalStyle",
    "is_superuser",
    "server_encoding",
    "server_version",
    "session_authorization",
    "standard_conforming_strings",
    "TimeZone",
]


async def test_a_client_is_told_what_postgresql_15_tells(server: RunningServer) -> None:
    client = await server.connect()
    messages = await client.start(database="shop", application_name="psql", client_encoding="'utf-8'")
    assert Answer(messages).names == [
        "AuthenticationOk",
        *["ParameterStatus"] * len(POSTGRESQL_15_REPORTS),
        "BackendKeyData",
        "ReadyForQuery",
    ]
    assert list(client.parameters) == POSTGRESQL_15_REPORTS
    assert client.parameters["server_version"].startswith("15.")
    assert client.parameters["client_encoding"] == "UTF8"
    assert client.parameters["session_authorization"] == "alice"
    assert client.parameters["integer_datetimes"] == "on"


@pytest.mark.parametrize("code", [80877103, 80877104])
async def test_encryption_is_refused_and_the_client_goes_on(server: RunningServer, code: int) -> None:
    client = await server.connect()
    client.writer.write(struct.pack("!II", 8, code))
    assert await client.reader.readexactly(1) == b"N"
    assert Answer(await client.start()).names[-1] == "ReadyForQuery"


async def test_a_newer_protocol_and_unknown_options_are_negotiated(server: RunningServer) -> None:
    client = await server.connect()
    messages = await client.start(9, **{"_pq_.wishes": "1"})
    assert messages[0] == NegotiateProtocolVersion(3, 2, ("_pq_.wishes",))
    assert client.key is not None
    assert len(client.key.secret) == 32


async def test_the_settings_of_drivers_are_taken(server: RunningServer) -> None:
    client = await server.started(
        DateStyle="ISO", TimeZone="Etc/UTC", extra_float_digits="2", options=r"-c search_path=a,\ b -cjit=off"
    )
    assert client.parameters["TimeZone"] == "Etc/UTC"
    assert (await client.query("SHOW search_path")).rows == [("a, b",)]
    assert (await client.query("SHOW extra_float_digits")).rows == [("2",)]


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"nope": "1"}, 'FATAL 42704 unrecognized configuration parameter "nope"'),
        ({"TimeZone": "Nowhere"}, 'FATAL 22023 invalid value for parameter "TimeZone": "Nowhere"'),
        ({"options": "-c nope=1"}, 'FATAL 42704 unrecognized configuration parameter "nope"'),
        ({"user": ""}, "FATAL 28000 no PostgreSQL user name specified in startup packet"),
        ({"server_version": "9"}, 'FATAL 55P02 parameter "server_version" cannot be changed'),
    ],
)
async def test_a_bad_parameter_ends_the_connection(
    server: RunningServer, parameters: dict[str, str], error: str
) -> None:
    client = await server.connect()
    answer = Answer(await client.start(**parameters))
    assert answer.errors == [error]
    assert answer.status is None
    assert await client.receive() is None


async def test_another_protocol_is_refused(server: RunningServer) -> None:
    client = await server.connect()
    client.send(StartupMessage(2, 0, (("user", "alice"),)))
    assert Answer(await client.until_ready()).errors[0].startswith("FATAL 0A000 unsupported frontend protocol 2.0")


async def test_the_cancel_key_of_protocol_3_0_has_four_bytes(client: RawClient) -> None:
    assert client.key is not None
    assert len(client.key.secret) == 4
