"""Limits, cancelling, timeouts, stopping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pgddb.protocol.messages.simple_query import Query, Terminate
from pgddb.protocol.messages.startup import CancelRequest
from pgddb.server import ListenRefused, ServerSettings
from pgddb.session import SessionSettings
from tests.fakes.sessions import Answer, RawClient, RunningServer, running_server, wait_until


async def cancel(server: RunningServer, process_id: int, secret: bytes) -> None:
    other = await server.connect()
    other.send(CancelRequest(process_id, secret))
    assert await other.receive() is None


async def test_a_cancel_request_ends_the_statement_and_not_the_session(
    server: RunningServer, client: RawClient
) -> None:
    assert client.key is not None
    client.send(Query("SELECT n FROM slow"))
    await wait_until(lambda: server.engine.open_streams == 1)
    await cancel(server, client.key.process_id, client.key.secret)
    assert Answer(await client.until_ready()).errors == ["ERROR 57014 canceling statement due to user request"]
    assert server.engine.open_streams == 0
    assert (await client.query("SELECT 1")).rows == [("1",)]


async def test_a_wrong_or_late_cancel_request_has_no_effect(server: RunningServer, client: RawClient) -> None:
    assert client.key is not None
    client.send(Query("SELECT n FROM slow"))
    await wait_until(lambda: server.engine.open_streams == 1)
    await cancel(server, client.key.process_id, bytes(4))
    await cancel(server, 4711, client.key.secret)
    assert server.engine.open_streams == 1
    await cancel(server, client.key.process_id, client.key.secret)
    await client.until_ready()
    await cancel(server, client.key.process_id, client.key.secret)
    assert (await client.query("SELECT 1")).rows == [("1",)]


async def test_a_statement_ends_at_its_timeout(client: RawClient) -> None:
    await client.query("SET statement_timeout = 20")
    assert (await client.query("SELECT n FROM slow")).errors == [
        "ERROR 57014 canceling statement due to statement timeout"
    ]
    assert (await client.query("SELECT 1")).rows == [("1",)]


async def test_idle_timeouts_end_the_session(server: RunningServer) -> None:
    client = await server.started()
    await client.query("SET idle_in_transaction_session_timeout = 20; BEGIN")
    assert Answer(await client.until_ready()).errors == [
        "FATAL 25P03 terminating connection due to idle-in-transaction timeout"
    ]
    client = await server.started()
    await client.query("SET idle_session_timeout = 20")
    assert Answer(await client.until_ready()).errors == [
        "FATAL 57P05 terminating connection due to idle-session timeout"
    ]


async def test_too_many_clients_are_told(start_server: Callable[..., Any]) -> None:
    settings = ServerSettings(port=0, session=SessionSettings(max_connections=2))
    async with running_server(settings) as server:
        first = await server.started()
        await server.started()
        third = await server.connect()
        assert Answer(await third.start()).errors == ["FATAL 53300 sorry, too many clients already"]
        first.send(Terminate())
        await first.reader.read()
        assert Answer(await (await server.connect()).start()).errors == []


async def test_a_slow_startup_is_ended(start_server: Callable[..., Any]) -> None:
    settings = ServerSettings(port=0, session=SessionSettings(authentication_seconds=0.02))
    async with running_server(settings) as server:
        silent = await server.connect()
        silent.writer.write(b"\0\0\0\x20")
        assert Answer(await silent.until_ready()).errors == ["FATAL 57014 canceling authentication due to timeout"]


async def test_stopping_ends_idle_sessions_and_lets_statements_finish(start_server: Callable[..., Any]) -> None:
    async with running_server(ServerSettings(port=0, grace_seconds=5)) as server:
        idle, busy = await server.started(), await server.started()
        await busy.query("SET statement_timeout = 200")
        busy.send(Query("SELECT n FROM slow"))
        await wait_until(lambda: server.engine.open_streams == 1)
        server.stop.ask()
        assert Answer(await idle.until_ready()).errors == [
            "FATAL 57P01 terminating connection due to administrator command"
        ]
        answer = Answer(await busy.until_ready())
        assert answer.errors == ["ERROR 57014 canceling statement due to statement timeout"]
        assert Answer(await busy.until_ready()).errors[0].startswith("FATAL 57P01")
        with pytest.raises(ConnectionError):
            await server.connect()


async def test_the_grace_period_ends_and_a_second_signal_ends_it_at_once(start_server: Callable[..., Any]) -> None:
    for grace_seconds, asks in ((0.05, 1), (60.0, 2)):
        async with running_server(ServerSettings(port=0, grace_seconds=grace_seconds)) as server:
            busy = await server.started()
            busy.send(Query("SELECT n FROM slow"))
            await wait_until(lambda server=server: server.engine.open_streams == 1)  # type: ignore[misc]  # a closure
            for _ in range(asks):
                server.stop.ask()
            assert Answer(await busy.until_ready()).errors == [
                "FATAL 57P01 terminating connection due to administrator command"
            ]
            assert server.engine.open_streams == 0


async def test_a_busy_port_is_one_sentence_with_a_hint(server: RunningServer) -> None:
    with pytest.raises(BaseExceptionGroup) as refused:
        async with running_server(ServerSettings(port=server.port)):
            pass
    (error,) = refused.value.exceptions
    assert isinstance(error, ListenRefused)
    assert error.message == f"port {server.port} on 127.0.0.1 is in use"
    assert str(server.port + 1) in error.hint


async def test_a_long_pipeline_lets_other_sessions_in(server: RunningServer, client: RawClient) -> None:
    other = await server.started()
    count = 1000
    for _ in range(count):
        client.send(Query("SELECT 7"))
    await other.query("SELECT 7 AS other")
    for _ in range(count):
        assert Answer(await client.until_ready()).errors == []
    order = [text for text, _ in server.engine.starts]
    assert len(order) == count + 1
    assert order.index("SELECT 7 AS other") < count // 2
