"""Stand between pgddb and a DynamoDB emulator: log every request, check it, and break what the test asks for."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.request_rules import broken_rules
from tests.fakes.write_rules import WRITES, broken_write_rules, tables_of

READS = ("GetItem", "BatchGetItem", "Query", "Scan")


@dataclass(slots=True)
class Seen:
    """One request as it arrived: the operation, its JSON, and its number among those of this operation."""

    operation: str
    request: dict[str, Any]
    number: int


Fault = Callable[["FaultProxy", Seen, web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Rule:
    """Break requests of one operation: those from number `first` on, `times` of them, that `matches` says."""

    operation: str
    fault: Fault
    first: int = 1
    times: int = 1_000_000
    matches: Callable[[Seen], bool] = lambda seen: True
    hits: int = 0

    def applies(self, seen: Seen) -> bool:
        return (
            self.operation in (seen.operation, "*")
            and seen.number >= self.first
            and self.hits < self.times
            and self.matches(seen)
        )


@dataclass(slots=True)
class FaultProxy:
    """The proxy. `rules` is tried in order; the first that applies answers."""

    upstream: str
    url: str = ""
    rules: list[Rule] = field(default_factory=list)
    log: list[Seen] = field(default_factory=list)
    broken_rules: list[str] = field(default_factory=list)
    access_keys: list[str] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    client: aiohttp.ClientSession | None = None
    key_names: dict[str, dict[str | None, set[str]]] = field(default_factory=dict)
    transactions: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)

    def on(self, operation: str, fault: Fault, **options: Any) -> Rule:
        rule = Rule(operation, fault, **options)
        self.rules.append(rule)
        return rule

    def requests(self, operation: str) -> list[dict[str, Any]]:
        return [seen.request for seen in self.log if seen.operation == operation]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        operation = request.headers["X-Amz-Target"].partition(".")[2]
        content = json.loads(body)
        number = 1 + sum(seen.operation == operation for seen in self.log)
        seen = Seen(operation, content, number)
        self.log.append(seen)
        self.access_keys.append(request.headers["Authorization"].partition("Credential=")[2].partition("/")[0])
        if operation in READS:
            await self._check(operation, content)
        if operation in WRITES:
            await self._check_write(operation, content)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            for rule in self.rules:
                if rule.applies(seen):
                    rule.hits += 1
                    return await rule.fault(self, seen, request)
            status, headers, answer = await self.forward(request)
            return web.Response(status=status, headers=headers, body=answer)
        finally:
            self.in_flight -= 1

    async def forward(self, request: web.Request, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        """Ask the emulator; a transaction that was carried out is only answered again, which moto does not do."""
        is_transaction = request.headers["X-Amz-Target"].endswith(".TransactWriteItems")
        token = json.loads(await request.read()).get("ClientRequestToken", "") if is_transaction else ""
        if token in self.transactions:
            return self.transactions[token]
        answer = await self._ask(request, await request.read() if body is None else body)
        if token and answer[0] == 200:
            self.transactions[token] = answer
        return answer

    async def _ask(self, request: web.Request, body: bytes) -> tuple[int, dict[str, str], bytes]:
        assert self.client is not None
        left_out = ("host", "content-length")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in left_out}
        async with self.client.post(self.upstream, data=body, headers=headers) as response:
            answer = await response.read()
            kept = {"Content-Type": response.headers.get("Content-Type", "application/x-amz-json-1.0")}
            kept["x-amz-crc32"] = str(zlib.crc32(answer))
            return response.status, kept, answer

    async def _check(self, operation: str, content: dict[str, Any]) -> None:
        name = content.get("TableName") or next(iter(content.get("RequestItems", {"": None})))
        if name not in self.key_names:
            self.key_names[name] = await self._keys_of(name)
        self.broken_rules += broken_rules(operation, content, self.key_names[name])

    async def _check_write(self, operation: str, content: dict[str, Any]) -> None:
        for name in tables_of(operation, content) - self.key_names.keys():
            self.key_names[name] = await self._keys_of(name)
        self.broken_rules += broken_rules(operation, content, {})
        keys = {name: names[None] for name, names in self.key_names.items()}
        self.broken_rules += broken_write_rules(operation, content, keys)

    async def _keys_of(self, name: str) -> dict[str | None, set[str]]:
        assert self.client is not None
        headers = {
            "X-Amz-Target": "DynamoDB_20120810.DescribeTable",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request, "
            "SignedHeaders=host, Signature=0",
        }
        async with self.client.post(self.upstream, json={"TableName": name}, headers=headers) as response:
            table = json.loads(await response.read()).get("Table", {})
        keys: dict[str | None, set[str]] = {None: {key["AttributeName"] for key in table.get("KeySchema", ())}}
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            for index in table.get(kind) or ():
                keys[index["IndexName"]] = {key["AttributeName"] for key in index["KeySchema"]}
        return keys


def error(code: str, status: int = 400, message: str = "as the test asks", **more: Any) -> Fault:
    """Answer with an error as DynamoDB sends it."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **more}).encode()
        return web.Response(
            status=status,
            body=body,
            headers={"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))},
        )

    return fault


def html_error(status: int = 502) -> Fault:
    """Answer as a load balancer does."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="<html>Bad Gateway</html>", content_type="text/html")

    return fault


def changed(change: Callable[[dict[str, Any]], object]) -> Fault:
    """Forward, then change the answer's JSON in place; the checksum is right again."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        status, headers, answer = await proxy.forward(request)
        content = json.loads(answer)
        change(content)
        return _response(status, headers, json.dumps(content, separators=(",", ":")).encode())

    return fault


def replaced(change: Callable[[bytes], bytes]) -> Fault:
    """Forward, then replace the answer's bytes; the checksum is right again."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        status, headers, answer = await proxy.forward(request)
        return _response(status, headers, change(answer))

    return fault


def answered(content: dict[str, Any]) -> Fault:
    """Answer with this JSON without asking the emulator."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        return _response(200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(content).encode())

    return fault


def _response(status: int, headers: dict[str, str], body: bytes) -> web.Response:
    return web.Response(status=status, headers=headers | {"x-amz-crc32": str(zlib.crc32(body))}, body=body)


def compressed(spoil: Callable[[bytes], bytes] = bytes) -> Fault:
    """Forward, and compress the answer for those who accept that; the checksum is that of the compressed bytes.

    `spoil` changes them on their way.
    """

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        status, headers, answer = await proxy.forward(request)
        if request.headers.get("Accept-Encoding") != "gzip":
            return _response(status, headers, answer)
        body = gzip.compress(answer)
        headers |= {"Content-Encoding": "gzip", "x-amz-crc32": str(zlib.crc32(body))}
        return web.Response(status=status, headers=headers, body=spoil(body))

    return fault


async def wrong_checksum(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
    """Forward, with a checksum that does not fit."""
    status, headers, answer = await proxy.forward(request)
    return web.Response(status=status, headers=headers | {"x-amz-crc32": "1"}, body=answer)


async def reset(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
    """Drop the connection before any answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def truncated(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
    """Send half of the body, then drop the connection."""
    status, headers, answer = await proxy.forward(request)
    response = web.StreamResponse(status=status, headers=headers | {"Content-Length": str(len(answer))})
    await response.prepare(request)
    await response.write(answer[: len(answer) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


def unprocessed(count: int) -> Fault:
    """Carry out a BatchWriteItem but for its last `count` writes, and answer with those."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        ((table, writes),) = seen.request["RequestItems"].items()
        done, left = writes[: max(0, len(writes) - count)], writes[max(0, len(writes) - count) :]
        if done:
            await proxy.forward(request, json.dumps({"RequestItems": {table: done}}).encode())
        return _response(
            200,
            {"Content-Type": "application/x-amz-json-1.0"},
            json.dumps({"UnprocessedItems": {table: left} if left else {}}).encode(),
        )

    return fault


def carried_out(fault: Fault) -> Fault:
    """Let the emulator carry the request out, and then break the answer."""

    async def broken(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        await proxy.forward(request)
        return await fault(proxy, seen, request)

    return broken


def canceled(*codes: str) -> Fault:
    """Cancel a transaction with one reason for each item."""
    reasons = [{"Code": code} if code == "None" else {"Code": code, "Message": "as the test asks"} for code in codes]
    return error("TransactionCanceledException", CancellationReasons=reasons, Message="Transaction cancelled")


def delayed(seconds: float) -> Fault:
    """Forward after a while."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        status, headers, answer = await proxy.forward(request)
        return web.Response(status=status, headers=headers, body=answer)

    return fault


def dripping(seconds_a_byte: float) -> Fault:
    """Send the body a byte at a time, so that no read timeout ever fires."""

    async def fault(proxy: FaultProxy, seen: Seen, request: web.Request) -> web.StreamResponse:
        status, headers, answer = await proxy.forward(request)
        response = web.StreamResponse(status=status, headers=headers | {"Content-Length": str(len(answer))})
        await response.prepare(request)
        for position in range(len(answer)):
            await response.write(answer[position : position + 1])
            await asyncio.sleep(seconds_a_byte)
        return response

    return fault


@asynccontextmanager
async def running_proxy(upstream: str) -> AsyncIterator[FaultProxy]:
    """Run a proxy in this event loop; leaving fails when a request broke a rule of DynamoDB."""
    proxy = FaultProxy(upstream)
    application = web.Application(client_max_size=32 * 1024 * 1024)
    application.router.add_post("/", proxy.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession(auto_decompress=False) as proxy.client:
        try:
            yield proxy
        finally:
            await runner.cleanup()
    assert proxy.broken_rules == []


@pytest.fixture
async def fault_proxy(dynamodb_endpoint: str) -> AsyncIterator[FaultProxy]:
    """Give a proxy before moto that fails the test when a request breaks a rule of DynamoDB."""
    async with running_proxy(dynamodb_endpoint) as proxy:
        yield proxy
