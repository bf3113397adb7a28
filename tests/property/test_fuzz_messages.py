"""No bytes of a client end the server, another session or the conversation in silence.

Each conversation is answered or refused with a documented SQLSTATE. `PGDDB_FUZZ=20000` runs so many examples of each.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import wire_fuzzing as wire
from tests.fakes.defined_server import REGION
from tests.fakes.demo_server import ServerProcess, free_port, start_server, stop_server

EXAMPLES = int(os.environ.get("PGDDB_FUZZ", "40"))
pytestmark = pytest.mark.timeout(0 if "PGDDB_FUZZ" in os.environ else 120)
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="PGDDB_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def server(dynamodb_endpoint: str) -> Iterator[ServerProcess]:
    """Run a server in a process of its own."""
    arguments = ["serve", "--endpoint-url", dynamodb_endpoint, "--region", REGION, "--log-level", "error"]
    running = start_server(*arguments, port=free_port())
    yield running
    assert stop_server(running) == 0, "".join(running.output)


@pytest.fixture(scope="module")
def port(server: ServerProcess) -> int:
    return server.port


OIDS = [16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 700, 701, 1000, 1007, 1009, 1042, 1043, 1082, 1083, 1114, 1184, 1186,
        1231, 1266, 1700, 2205, 2950, 3802, 3807, 3904, 0, 705, 999_999, 2**32 - 1]  # fmt: skip
NAMES = st.sampled_from(["", "a", "b", 'x"y', "é" * 40])
TEXTS = st.sampled_from(
    [
        *["SELECT 1", "SELECT $1", "SELECT $1::text, $2::int", "SELECT generate_series(1, 50)", "SELECT 1/0"],
        *["", ";", "SELECT 1; SELECT 2", "SELECT", "SELEC", "SELECT * FROM nowhere", "SELECT $70000"],
        *["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s", "LISTEN x", "NOTIFY x", "SHOW ALL"],
        *["COPY (SELECT 1) TO STDOUT", "COPY (SELECT 1) TO STDOUT (FORMAT binary)", "COPY nowhere FROM STDIN"],
        *["DECLARE c CURSOR FOR SELECT 1", "FETCH ALL c", "CLOSE ALL", "DISCARD ALL", "DEALLOCATE ALL"],
        *["PREPARE a AS SELECT $1", "EXECUTE a(1)", "SET statement_timeout = 1", "SET client_encoding = 'LATIN1'"],
        *["SELECT pg_sleep(0)", "EXPLAIN SELECT 1", "SELECT '\u20ac'", "SELECT count(*) FROM pg_type"],
    ]
)
VALUES = st.one_of(st.none(), st.binary(max_size=40), st.sampled_from([b"1", b"-1", b"NaN", b"{1,2}", b"\xff", b"\0"]))
FORMATS = st.lists(st.sampled_from([0, 1, 0, 1, 2, -1]), max_size=3)

MESSAGES = st.one_of(
    st.builds(wire.query, TEXTS),
    st.builds(lambda text, oids, name: wire.parse(text, *oids, name=name), TEXTS,
              st.lists(st.sampled_from(OIDS), max_size=3), NAMES),
    st.builds(lambda values, formats, results, portal, name: wire.bind(values, formats=formats, results=results,
              portal=portal, name=name), st.lists(VALUES, max_size=3), FORMATS, FORMATS, NAMES, NAMES),
    st.builds(wire.execute, NAMES, st.sampled_from([0, 1, 2, -1, 2**31 - 1])),
    st.builds(wire.describe, st.sampled_from([b"S", b"P", b"x", b"\0"]), NAMES),
    st.builds(lambda kind, name: wire.framed(b"C", kind + name.encode() + b"\0"), st.sampled_from([b"S", b"P", b"?"]),
              NAMES),
    st.just(wire.SYNC), st.just(wire.SYNC), st.just(wire.FLUSH),
    st.builds(lambda body: wire.framed(b"d", body), st.binary(max_size=30)),
    st.just(wire.framed(b"c", b"")), st.just(wire.framed(b"f", b"no more\0")),
    st.builds(lambda body: wire.framed(b"F", body), st.binary(max_size=20)),
    st.builds(lambda tag, body: wire.framed(bytes([tag]), body), st.integers(0, 255), st.binary(max_size=20)),
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a stream of messages with some bytes changed, cut out or put in."""
    stream = bytearray(b"".join(draw(st.lists(MESSAGES, min_size=1, max_size=8))))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(stream)))
        cut = draw(st.integers(0, 4))
        stream[at : at + cut] = draw(st.binary(max_size=4))
    return bytes(stream)


def conversation(port: int, *sent: bytes) -> wire.Outcome:
    outcome = asyncio.run(wire.converse(port, *sent))
    assert outcome.wrongs == []
    assert outcome.is_closed
    return outcome


@fuzzed
@given(st.lists(MESSAGES, max_size=12))
def test_messages_in_any_order_are_answered_or_refused(port: int, messages: list[bytes]) -> None:
    conversation(port, wire.startup(), *messages, wire.SYNC, wire.TERMINATE)


@fuzzed
@given(mutated())
def test_a_stream_with_broken_bytes_is_answered_or_refused(port: int, stream: bytes) -> None:
    conversation(port, wire.startup() + stream)


@fuzzed
@given(st.binary(max_size=60), st.sampled_from([None, 196608, 196610, 131072, 80877102, 80877103, 80877104, 2**31 - 1]))
def test_any_first_packet_is_answered_or_refused(port: int, body: bytes, code: int | None) -> None:
    packet = body if code is None else wire.LENGTH.pack(len(body) + 8) + struct.pack("!i", code) + body
    conversation(port, packet)


@fuzzed
@given(st.sampled_from(OIDS), VALUES, st.sampled_from([0, 1]), st.sampled_from([0, 1]))
def test_any_bytes_of_a_parameter_are_a_value_or_refused(
    port: int, oid: int, value: bytes | None, format_code: int, result: int
) -> None:
    sent = wire.parse("SELECT $1", oid) + wire.bind([value], formats=[format_code], results=[result])
    outcome = conversation(
        port, wire.startup(), sent + wire.describe(b"P") + wire.execute() + wire.SYNC, wire.TERMINATE
    )
    assert outcome.tags.endswith(b"Z") or outcome.sqlstates


@pytest.mark.parametrize("length", [-(2**31), -1, 0, 3, 4, 2**30, 2**31 - 1])
def test_any_length_of_a_message_is_refused_at_once(port: int, length: int) -> None:
    for tag in b"QPBEDdpXS":
        conversation(port, wire.startup(), bytes([tag]) + wire.LENGTH.pack(length))


def test_the_server_answers_others_after_all_that(port: int) -> None:
    async def storm() -> None:
        half = [wire.startup(), wire.query("SELECT count(*) FROM generate_series(1, 300000) a")]
        await asyncio.gather(*(wire.converse(port, *half, finish=False) for _ in range(40)))
        await asyncio.gather(*(wire.converse(port, wire.startup()[:one], finish=False) for one in range(30)))

    asyncio.run(storm())
    assert asyncio.run(wire.still_answers(port))
