"""Connections are used again, answers come whole in whatever pieces, and nothing is sent twice that must not be."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError, SSLError
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.dynamo.client import plain_connections, plain_connections_suit, tls_context
from pgddb.dynamo.fault_kinds import Kind, kind_of, may_be_carried_out
from pgddb.dynamo.http_connections import HttpConnections, NoConnection
from pgddb.dynamo.http_exchange import Disconnected, Terms
from pgddb.dynamo.settings import StoreSettings
from tests.fakes.certificates import make_certificates
from tests.fakes.scripted_http import TERMS, Scripted, Step, hangs_up, ok, post, resets, says, says_nothing, talking


async def test_a_connection_brings_one_answer_after_the_other() -> None:
    async with talking([says(ok(b"one", "X-Amz-Crc32: 7")), says(ok(b"two"))]) as (http, server):
        first, second = await post(http, b"a"), await post(http, b"b")
    assert (first.status, first.content, first.headers["x-amz-crc32"]) == (200, b"one", "7")
    assert second.content == b"two"
    assert server.bodies == [[b"a", b"b"]]


async def test_requests_at_once_have_a_connection_each() -> None:
    async with talking([says(ok(b"x"))], [says(ok(b"x"))], [says(ok(b"x"))]) as (http, server):
        await asyncio.gather(*(post(http) for _ in range(3)))
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nbusy", b"busy"),
    ],
    ids=["chunked", "continue", "empty", "error"],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_an_answer_comes_whole_in_whatever_pieces(answer: bytes, content: bytes, size: int) -> None:
    async def in_pieces(writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(answer), size):
            writer.write(answer[start : start + size])
            await asyncio.sleep(0)

    async with talking([in_pieces, says(ok(b"next"))]) as (http, _):
        assert (await post(http)).content == content
        assert (await post(http)).content == b"next"


async def test_an_answer_may_end_with_its_connection() -> None:
    until_end = says(b"HTTP/1.1 200 OK\r\nServer: old\r\n\r\nall of it", then_closes=True)
    async with talking([until_end], [says(ok(b"next"))]) as (http, _):
        assert (await post(http)).content == b"all of it"
        assert (await post(http)).content == b"next"


async def test_a_connection_that_the_server_gives_up_is_not_used_again() -> None:
    async with talking([says(ok(b"one", "Connection: close"))], [says(ok(b"two"))]) as (http, _):
        assert (await post(http)).content == b"one"
        assert (await post(http)).content == b"two"


@pytest.mark.parametrize("loses", [hangs_up, resets])
async def test_a_read_lost_with_a_used_connection_is_sent_again(loses: Step) -> None:
    async with talking([says(ok(b"one")), loses], [says(ok(b"two"))]) as (http, server):
        await post(http, b"a")
        assert (await post(http, b"b")).content == b"two"
    assert server.bodies == [[b"a", b"b"], [b"b"]]


@pytest.mark.parametrize("loses", [hangs_up, resets])
async def test_a_write_lost_with_a_used_connection_is_not_sent_again(loses: Step) -> None:
    async with talking([says(ok(b"one")), loses]) as (http, server):
        await post(http, b"a")
        with pytest.raises(Disconnected) as lost:
            await post(http, b"b", may_repeat=False)
    assert server.bodies == [[b"a", b"b"]]
    assert may_be_carried_out(lost.value)
    assert kind_of(lost.value) is Kind.TRANSIENT


async def test_a_read_lost_with_a_new_connection_is_left_to_the_sender() -> None:
    async with talking([hangs_up]) as (http, server):
        with pytest.raises(Disconnected):
            await post(http)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("answer", [ok(b"half")[:-2], ok(b"half")[:20], b"SSH-2.0-server\r\n"])
async def test_half_an_answer_is_not_asked_for_again(answer: bytes) -> None:
    async with talking([says(ok(b"one")), says(answer, then_closes=True)]) as (http, server):
        await post(http)
        with pytest.raises(Disconnected):
            await post(http)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("may_repeat", [True, False])
async def test_a_connection_that_has_just_ended_was_sent_nothing(may_repeat: bool) -> None:
    async with talking([says(ok(b"one"))], [says(ok(b"two"))]) as (http, server):
        await post(http)
        (connection,) = http._idle
        assert connection._transport is not None
        connection._transport.close()  # as the loop does when the server ends it; who it belongs to learns of it later
        assert (await post(http, b"b", may_repeat=may_repeat)).content == b"two"
    assert server.bodies == [[b"{}"], [b"b"]]


async def test_an_answer_that_nobody_asked_for_ends_the_connection() -> None:
    async with talking([says(ok(b"one") + ok(b"two"))], [says(ok(b"three"))]) as (http, _):
        assert (await post(http)).content == b"one"
        assert (await post(http)).content == b"three"


async def test_silence_ends_a_request() -> None:
    terms = Terms(limit=4, connect_timeout_seconds=3.0, read_timeout_seconds=0.3)
    async with talking([says(ok(b"one")), says_nothing], terms=terms) as (http, server):
        await post(http)
        with pytest.raises(ReadTimeoutError):
            await post(http)
        await asyncio.wait_for(server.ended.wait(), 5)


async def test_a_request_ends_in_time_however_it_drips() -> None:
    async def drips(writer: asyncio.StreamWriter) -> None:
        for byte in ok(b"never ends" * 1000):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.005)
            if writer.transport.is_closing():
                return

    async with talking([drips], [says(ok(b"two"))]) as (http, server):
        with pytest.raises(TimeoutError):
            await http.post("host: test\r\n", b"", may_repeat=True, seconds=0.1)
        await asyncio.wait_for(server.ended.wait(), 5)
        assert (await post(http)).content == b"two"


async def test_the_time_of_a_request_is_its_own() -> None:
    async def answers_late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(ok(b"late"))

    async with talking([says(ok(b"one")), answers_late, says_nothing]) as (http, _):
        await http.post("host: test\r\n", b"", may_repeat=True, seconds=0.25)
        assert (await post(http)).content == b"late"
        with pytest.raises(TimeoutError):
            await http.post("host: test\r\n", b"", may_repeat=True, seconds=0.05)


async def test_the_wait_for_a_connection_counts() -> None:
    terms = Terms(limit=1, connect_timeout_seconds=3.0, read_timeout_seconds=5.0)
    async with talking([says_nothing], terms=terms) as (http, server):
        first = asyncio.create_task(post(http))
        await server.asked.wait()
        for seconds in (0.02, 0.0, -1.0):
            with pytest.raises(TimeoutError):
                await http.post("host: test\r\n", b"", may_repeat=True, seconds=seconds)
        first.cancel()
    assert server.bodies == [[b"{}"]]


async def test_an_idle_connection_is_closed() -> None:
    terms = Terms(limit=4, connect_timeout_seconds=3.0, read_timeout_seconds=5.0, idle_seconds=0.05)
    async with talking([says(ok(b"one"))], [says(ok(b"two"))], terms=terms) as (http, server):
        await post(http)
        await asyncio.wait_for(server.ended.wait(), 5)
        assert (await post(http)).content == b"two"


async def test_a_cancelled_request_closes_its_connection() -> None:
    async with talking([says_nothing], [says(ok(b"two"))]) as (http, server):
        request = asyncio.create_task(post(http))
        await server.asked.wait()
        request.cancel()
        await asyncio.wait_for(server.ended.wait(), 5)
        assert (await post(http)).content == b"two"


async def test_no_more_connections_than_the_limit_and_each_in_turn() -> None:
    terms = Terms(limit=1, connect_timeout_seconds=3.0, read_timeout_seconds=5.0)
    steps = [says(ok(number)) for number in (b"0", b"1", b"2")]
    async with talking(steps, terms=terms) as (http, server):
        answers = await asyncio.gather(*(post(http, body) for body in (b"a", b"b", b"c")))
    assert [answer.content for answer in answers] == [b"0", b"1", b"2"]
    assert server.bodies == [[b"a", b"b", b"c"]]


async def test_who_waits_goes_on_when_others_give_up_or_lose_their_connection() -> None:
    terms = Terms(limit=1, connect_timeout_seconds=3.0, read_timeout_seconds=5.0)
    async with talking([says_nothing], [hangs_up], [says(ok(b"last"))], terms=terms) as (http, server):
        first, impatient, second, last = (asyncio.create_task(post(http)) for _ in range(4))
        await server.asked.wait()
        impatient.cancel()
        first.cancel()
        assert (await last).content == b"last"
        with pytest.raises(Disconnected):
            await second


@pytest.mark.parametrize("is_lost", [False, True])
async def test_what_was_given_to_somebody_who_gives_up_is_passed_on(is_lost: bool) -> None:
    terms = Terms(limit=1, connect_timeout_seconds=3.0, read_timeout_seconds=5.0)
    async with talking([says(ok(b"one"))], [says(ok(b"one"))], terms=terms) as (http, server):
        connection = await http._take()
        impatient, next_one = (asyncio.create_task(http._take()) for _ in range(2))
        await asyncio.sleep(0)
        if is_lost:
            connection.close()
        else:
            http.give_back(connection)
        impatient.cancel()
        assert ((await next_one) is connection) is not is_lost
        http.give_back(await next_one)
        assert (await post(http)).content == b"one"
    assert len(server.bodies) == 1 + is_lost


async def test_closing_fails_what_waits() -> None:
    terms = Terms(limit=1, connect_timeout_seconds=3.0, read_timeout_seconds=5.0)
    async with talking([says_nothing], terms=terms) as (http, server):
        first, second = (asyncio.create_task(post(http)) for _ in range(2))
        await server.asked.wait()
        http.close()
        with pytest.raises(Disconnected):
            await first
        for waiting in (second, post(http)):
            with pytest.raises(NoConnection):
                await waiting


async def test_a_server_that_is_not_there_was_sent_nothing() -> None:
    async with talking() as (http, _):
        pass
    http = HttpConnections(http.url, TERMS)
    with pytest.raises(NoConnection) as failure:
        await post(http)
    assert not may_be_carried_out(failure.value)
    assert kind_of(failure.value) is Kind.TRANSIENT


async def test_a_name_that_is_none_was_sent_nothing() -> None:
    http = HttpConnections("http://there-is-none.invalid/", TERMS)
    with pytest.raises(NoConnection) as failure:
        await post(http)
    assert not may_be_carried_out(failure.value)


async def test_a_server_that_does_not_speak_tls_in_time_was_sent_nothing() -> None:
    async with talking([says_nothing]) as (_, server):
        url = server.url.replace("http:", "https:")
        http = HttpConnections(url, Terms(1, 0.1, 5.0), lambda: tls_context(verify=False))
        with pytest.raises(ConnectTimeoutError) as failure:
            await post(http)
        assert not may_be_carried_out(failure.value)


# TLS ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trusts", "host"),
    [("all", "localhost"), ("authority", "localhost"), ("nobody", "localhost"), ("authority", "::1")],
)
async def test_certificates_are_checked_as_botocore_does(tmp_path: Path, trusts: str, host: str) -> None:
    files = make_certificates(tmp_path)
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(files.certificate, files.key)
    server = await asyncio.start_server(Scripted([says(ok(b"safe"))]).serve, ["127.0.0.1", "::1"], 0, ssl=own)
    place = next(one for one in server.sockets if (":" in one.getsockname()[0]) is (host == "::1")).getsockname()[1]
    verify: Any = {"all": False, "authority": str(files.authority), "nobody": True}[trusts]
    name = f"[{host}]" if ":" in host else host
    http = plain_connections(f"https://{name}:{place}/", {"verify": verify}, StoreSettings())
    try:
        if trusts == "nobody" or host == "::1":  # the certificate does not name ::1
            with pytest.raises(SSLError) as failure:
                await post(http)
            assert not may_be_carried_out(failure.value)
        else:
            assert (await post(http)).content == b"safe"
    finally:
        http.close()
        server.close()


@pytest.mark.parametrize(
    ("options", "suit"),
    [
        ({"verify": True, "proxies": {}}, True),
        ({"proxies": {"http": "http://proxy.example:3128"}}, True),
        ({"proxies": {"https": "http://proxy.example:3128"}}, False),
        ({"client_cert": "client.pem"}, False),
    ],
)
def test_proxies_and_certificates_of_ours_keep_aiobotocores_connections(options: dict[str, Any], suit: bool) -> None:
    assert plain_connections_suit("https://dynamodb.eu-central-1.amazonaws.com/", options) is suit


# Beside aiohttp -----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    bodies=st.lists(st.tuples(st.binary(max_size=300), st.integers(1, 200), st.booleans()), min_size=1, max_size=5),
    status=st.sampled_from([200, 400, 500]),
)
def test_answers_are_those_that_aiohttp_reads(bodies: list[tuple[bytes, int, bool]], status: int) -> None:
    async def answered(request: web.Request) -> web.StreamResponse:
        body, size, chunked = bodies[int(await request.text())]
        response = web.StreamResponse(status=status, headers={"x-amz-crc32": str(zlib.crc32(body))})
        if chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = len(body)
        await response.prepare(request)
        for start in range(0, len(body), size):
            await response.write(body[start : start + size])
        return response

    async def compare() -> None:
        application = web.Application()
        application.router.add_post("/", answered)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        http = HttpConnections(url, TERMS)
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            for number in range(len(bodies)):
                ours = await http.post("host: localhost\r\n", str(number).encode(), may_repeat=False)
                async with session.post(url, data=str(number)) as theirs:
                    assert (ours.status, ours.content) == (theirs.status, await theirs.read())
                    assert ours.headers["x-amz-crc32"] == theirs.headers["x-amz-crc32"]
        http.close()
        await runner.cleanup()

    asyncio.run(compare())
