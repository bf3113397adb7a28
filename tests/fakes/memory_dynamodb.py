"""Serve tables that do not change from memory over HTTP: a DynamoDB that scans 60,000 items in a second.

Requests are read, checked and billed by `small_dynamodb`; here are the indexes that large tables need.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from typing_extensions import override

from pgddb.access.item_size import item_bytes as wire_bytes
from tests.fakes.dynamodb_model import Item, comparable
from tests.fakes.read_rules import Description, indexes_of, keys_of
from tests.fakes.small_dynamodb import SmallDynamoDB, SmallTable

PAGE_ITEMS = 2000
_EQUALITY = re.compile(r"(#\w+) = (:\w+)")

Held = list[tuple[Item, Item]]


@dataclass
class FixedTable(SmallTable):
    """A table whose items stay what they are: found by key, by partition and by segment without a walk.

    They hold no binary values.
    """

    _by_key: dict[tuple[Any, ...], Item] = field(init=False)
    _bytes: dict[int, int] = field(init=False)
    _partitions: dict[str | None, dict[Any, Held]] = field(init=False, default_factory=dict)
    _segments: dict[tuple[str | None, int, int], Held] = field(init=False, default_factory=dict)
    _places: dict[int, dict[tuple[Any, ...], int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_key = {self.key_of(item): item for item in self.items}
        self._bytes = {id(item): wire_bytes(item) for item in self.items}
        size = {"ItemCount": len(self.items), "TableSizeBytes": sum(self._bytes.values())}
        self.description = {**self.description, **size}

    @override
    def stored(self, key: Mapping[str, Any]) -> Item | None:
        return self._by_key.get(self.key_of(key))

    @override
    def in_partition(self, request: Mapping[str, Any]) -> Held:
        index = request.get("IndexName")
        holder = self.description if index is None else indexes_of(self.description)[index][0]
        (partition,) = keys_of(holder, "HASH")
        if index not in self._partitions:
            found: dict[Any, Held] = defaultdict(list)
            for pair in self.held(index):
                found[comparable(pair[0][partition])].append(pair)
            self._partitions[index] = found
        names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        asked = {names[name]: values[value] for name, value in _EQUALITY.findall(request["KeyConditionExpression"])}
        return self._partitions[index].get(comparable(asked[partition]), [])

    @override
    def segment(self, index_name: str | None, number: int, total: int) -> Held:
        asked = (index_name, number, total)
        if asked not in self._segments:
            self._segments[asked] = held = list(super().segment(*asked))
            self._places[id(held)] = {self.key_of(whole): at for at, (_, whole) in enumerate(held)}
        return self._segments[asked]

    @override
    def place_behind(self, held: Sequence[tuple[Item, Item]], key: Mapping[str, Any]) -> int:
        places = self._places.get(id(held))
        return super().place_behind(held, key) if places is None else 1 + places[self.key_of(key)]

    @override
    def bytes_of(self, item: Item) -> int:
        known = self._bytes.get(id(item))
        return wire_bytes(item) if known is None else known


def memory_dynamodb(tables: Sequence[tuple[Description, list[Item]]]) -> SmallDynamoDB:
    """Give a DynamoDB that holds these tables and pages as the real one does by bytes, about."""
    made = SmallDynamoDB(page_items=PAGE_ITEMS)
    for description, items in tables:
        made.tables[description["TableName"]] = FixedTable(description, items)
    return made


@contextmanager
def serving(dynamodb: SmallDynamoDB) -> Iterator[str]:
    """Serve on a free port of the loopback while the block runs; give the address.

    Raises:
        AssertionError: a request broke a rule of DynamoDB.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            _, _, operation = self.headers["X-Amz-Target"].partition(".")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, reply = HTTPStatus.OK, dynamodb.answer(operation, json.loads(body))
            except (KeyError, AssertionError) as error:
                status, reply = HTTPStatus.BAD_REQUEST, {"__type": "ValidationException", "message": repr(error)}
            content = msgspec.json.encode(reply)
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the requests are kept in the log of the tables."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert not dynamodb.broken, dynamodb.broken[:5]
