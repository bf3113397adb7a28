"""A client that breaks the protocol, or breaks off, ends its own connection and no other."""

from __future__ import annotations

import socket
import struct

import pytest

from pgddb.protocol.messages.simple_query import Query
from tests.fakes.sessions import Answer, RawClient, RunningServer, wait_until


async def assert_others_go_on(bystander: RawClient) -> None:
    assert (await bystander.query("SELECT 1")).rows == [("1",)]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "FATAL 08P01 invalid length of startup packet"),
        (b"\0\0\0\0", "FATAL 08P01 invalid length of startup packet"),
        (struct.pack("!II", 8, 1), "FATAL 0A000 unsupported frontend protocol 0.1"),
    ],
)
async def test_garbage_before_startup(server: RunningServer, client: RawClient, sent: bytes, error: str) -> None:
    broken = await server.connect()
    broken.writer.write(sent)
    assert Answer(await broken.until_ready()).errors[0].startswith(error)
    assert await broken.receive() is None
    await assert_others_go_on(client)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"\xff\xfe garbage", "FATAL 08P01 invalid frontend message type 255"),
        (b"~\0\0\0\4", "FATAL 08P01 invalid frontend message type 126"),
        (b"Q" + struct.pack("!I", 100 * 1024 * 1024), "FATAL 08P01 invalid message length"),
        (b"Q\0\0\0\1", "FATAL 08P01 invalid message length"),
    ],
)
async def test_garbage_in_a_session(server: RunningServer, client: RawClient, sent: bytes, error: str) -> None:
    broken = await server.started()
    broken.writer.write(sent)
    assert Answer(await broken.until_ready()).errors == [error]
    assert await broken.receive() is None
    await assert_others_go_on(client)


async def test_a_wrong_message_in_its_frame_costs_only_itself(client: RawClient) -> None:
    client.writer.write(b"Q\0\0\0\5x")
    answer = Answer(await client.until_ready())
    assert answer.errors[0].startswith("ERROR 08P01 ")
    assert answer.names[-1] == "ReadyForQuery"
    await assert_others_go_on(client)


async def test_half_a_startup_packet_then_silence_then_the_end(server: RunningServer, client: RawClient) -> None:
    broken = await server.connect()
    broken.writer.write(b"\0\0\0\x20\0\3\0\0us")
    await broken.writer.drain()
    await broken.close()
    await assert_others_go_on(client)


async def test_a_killed_client_stops_its_statement(server: RunningServer, client: RawClient) -> None:
    victim = await server.started()
    victim.send(Query("SELECT n FROM slow"))
    await wait_until(lambda: server.engine.open_streams == 1)
    victim.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    victim.writer.transport.abort()
    await wait_until(lambda: server.engine.open_streams == 0)
    await assert_others_go_on(client)


async def test_a_client_that_hangs_up_stops_its_statement(server: RunningServer, client: RawClient) -> None:
    victim = await server.started()
    victim.send(Query("SELECT n FROM slow"))
    await wait_until(lambda: server.engine.open_streams == 1)
    victim.writer.close()
    await wait_until(lambda: server.engine.open_streams == 0)
    await assert_others_go_on(client)


async def test_a_client_that_does_not_read_stops_the_fetching(server: RunningServer, client: RawClient) -> None:
    lazy = await server.started()
    lazy.reader._transport.pause_reading()  # type: ignore[attr-defined]  # the reader's own end
    lazy.send(Query("SELECT n FROM rows_2000000000 AS bulk"))
    await wait_until(lambda: server.engine.batches > 5)
    others = 5
    grown = 0
    while grown != others:
        before = server.engine.batches
        for _ in range(others):
            await assert_others_go_on(client)
        grown = server.engine.batches - before
    assert server.engine.batches < 500
