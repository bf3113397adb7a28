"""Be a DynamoDB that costs nothing to ask: precomputed pages over plain HTTP, in a process of its own.

`python -m bench.endpoint --port 0 --items 200000 --latency-ms 0` prints a line of JSON with its port.
GET /bench/counters returns what was asked; POST /bench/reset forgets it; POST /bench/latency?ms=10 delays every reply.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
import uuid
from collections import Counter, deque
from typing import Any, cast

import orjson
import uvloop
from typing_extensions import override

from bench.table import MEAN_ITEM_JSON, NARROW, SPARSE, BenchTable, RefusedRequest, Reply, whole_reply

LOG_LENGTH = 5000
KEPT_IN_LOG = ("TableName", "Segment", "TotalSegments", "Limit", "Select", "ProjectionExpression",
               "ExpressionAttributeNames", "ConsistentRead", "ReturnConsumedCapacity")  # fmt: skip


class Endpoint:
    """The tables, the delay, and what was asked so far."""

    def __init__(self, tables: list[BenchTable], latency_seconds: float) -> None:
        self.tables = {table.name: table for table in tables}
        self.latency_seconds = latency_seconds
        self.reset()

    def reset(self) -> None:
        self.requests: Counter[str] = Counter()
        for table in self.tables.values():
            table.write_count = 0
        self.bytes_sent = 0
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)

    def answer(self, operation: str, body: bytes) -> Reply:  # noqa: C901, PLR0911 - one for each operation
        """Answer one API call."""
        request = orjson.loads(body or b"{}")
        self.requests[operation] += 1
        self.log.append({"Operation": operation} | {name: request[name] for name in KEPT_IN_LOG if name in request})
        match operation:
            case "ListTables":
                return self._list_tables(request)
            case "BatchGetItem":
                return self._batch_get_item(request)
            case "BatchWriteItem":
                return self._batch_write_item(request)
            case "DescribeTable":
                return self._table(request["TableName"]).describe()
            case "DescribeTimeToLive":
                return self._table(request["TableName"]).describe_time_to_live()
            case "Scan":
                return self._table(request["TableName"]).scan(request)
            case "Query":
                return self._table(request["TableName"]).query(request)
            case "GetItem":
                return self._table(request["TableName"]).get_item(request)
            case _:
                raise RefusedRequest(f"the bench endpoint does not know {operation}", "UnknownOperationException")

    def control(self, target: str) -> Reply:
        """Answer a call of the control path."""
        path, _, query = target.partition("?")
        if path == "/bench/reset":
            self.reset()
        elif path == "/bench/latency":
            self.latency_seconds = float(query.removeprefix("ms=")) / 1000
        elif path != "/bench/counters":
            raise RefusedRequest(f"no such path: {path}")
        written = {name: table.write_count for name, table in self.tables.items() if table.write_count}
        counters = {
            "written": written,
            "requests": dict(self.requests),
            "bytes_sent": self.bytes_sent,
            "log": list(self.log),
        }
        return whole_reply(counters)

    def _table(self, name: str) -> BenchTable:
        if name not in self.tables:
            raise RefusedRequest(f"Requested resource not found: Table: {name} not found", "ResourceNotFoundException")
        return self.tables[name]

    def _list_tables(self, request: dict[str, Any]) -> Reply:
        after = request.get("ExclusiveStartTableName", "")
        limit = request.get("Limit", 100)
        names = [name for name in sorted(self.tables) if name > after]
        body: dict[str, Any] = {"TableNames": names[:limit]}
        if len(names) > limit:
            body["LastEvaluatedTableName"] = names[limit - 1]
        return whole_reply(body)

    def _batch_get_item(self, request: dict[str, Any]) -> Reply:
        responses: dict[str, Any] = {}
        capacities = []
        for name, asked in request["RequestItems"].items():
            responses[name], units = self._table(name).batch_items(asked)
            capacities.append({"TableName": name, "CapacityUnits": units})
        body: dict[str, Any] = {"Responses": responses, "UnprocessedKeys": {}}
        if request.get("ReturnConsumedCapacity", "NONE") != "NONE":
            body["ConsumedCapacity"] = capacities
        return whole_reply(body)

    def _batch_write_item(self, request: dict[str, Any]) -> Reply:
        """Count the items and forget them."""
        capacities = []
        for name, writes in request["RequestItems"].items():
            self._table(name).write_count += len(writes)
            capacities.append({"TableName": name, "CapacityUnits": float(len(writes))})
        body: dict[str, Any] = {"UnprocessedItems": {}}
        if request.get("ReturnConsumedCapacity", "NONE") != "NONE":
            body["ConsumedCapacity"] = capacities
        return whole_reply(body)


class HttpConnection(asyncio.Protocol):
    """One keep-alive connection: requests in, replies out, one after the other."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.buffer = b""
        self.transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None

    @override
    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            length = int(headers.get("content-length", 0))
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            self.respond(head[0].split(" ")[1], headers, body)

    def respond(self, target: str, headers: dict[str, str], body: bytes) -> None:
        """Answer now, or after the delay."""
        status = "200 OK"
        operation = headers.get("x-amz-target", "").partition(".")[2]
        try:
            reply = self.endpoint.answer(operation, body) if operation else self.endpoint.control(target)
        except RefusedRequest as refusal:
            status = "400 Bad Request"
            reply = whole_reply({"__type": f"com.amazonaws.dynamodb.v20120810#{refusal.kind}", "message": str(refusal)})
        length = sum(map(len, reply.parts))
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {length}\r\n"
            f"x-amz-crc32: {reply.crc}\r\nx-amzn-RequestId: {uuid.UUID(int=0)}\r\n\r\n"
        ).encode()
        if operation and self.endpoint.latency_seconds:
            asyncio.get_running_loop().call_later(self.endpoint.latency_seconds, self.send, [head, *reply.parts])
        else:
            self.send([head, *reply.parts])
        if operation:
            self.endpoint.bytes_sent += length

    def send(self, parts: list[bytes]) -> None:
        if self.transport is not None:
            self.transport.writelines(parts)


CODES = 1_000_000
"""Items of the narrow table: each its own group."""

PART_ITEMS, CODES_PART_ITEMS = 5_000, 20_000
"""Of the tables that slow readers read."""


def bench_tables(items: int) -> list[BenchTable]:
    """Return the tables; what they cost is made when they are read.

    Of the given size, of half of it, parts for slow readers, of 1,000,000 narrow items, and two that are larger than
    memory should be.
    """
    return [
        BenchTable("bench", items),
        BenchTable("bench_part", PART_ITEMS),
        BenchTable("bench_small", 1000),
        BenchTable("bench_sparse", items // 2, SPARSE),
        BenchTable("bench_sparse_part", PART_ITEMS, SPARSE),
        BenchTable("bench_codes", CODES, NARROW),
        BenchTable("bench_codes_part", CODES_PART_ITEMS, NARROW),
        BenchTable("bench_2gb", int(2e9 / MEAN_ITEM_JSON)),
        BenchTable("bench_5gb", int(5e9 / MEAN_ITEM_JSON)),
    ]


async def serve(arguments: argparse.Namespace) -> None:
    """Listen, say where, and serve until standard input ends."""
    endpoint = Endpoint(bench_tables(arguments.items), arguments.latency_ms / 1000)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpConnection(endpoint), "127.0.0.1", arguments.port)
    ready = {"port": server.sockets[0].getsockname()[1]}
    sys.stdout.buffer.write(orjson.dumps(ready) + b"\n")
    sys.stdout.flush()
    await server.serve_forever()


def end_with_parent() -> None:
    """End when standard input does; the parent holds it open."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m bench.endpoint")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--detached", action="store_true", help="keep running when standard input ends")
    arguments = parser.parse_args()
    if not arguments.detached:
        threading.Thread(target=end_with_parent, daemon=True).start()
    uvloop.run(serve(arguments))


if __name__ == "__main__":
    main()
