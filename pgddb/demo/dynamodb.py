"""Be the demo's DynamoDB: moto with the demo tables, in a process of its own.

Prints one line of JSON with its port when it is ready; ends when its standard input ends, so it never outlives the
process that started it.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
import urllib.request
from typing import Any

import orjson
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from pgddb.demo import fast_replies, moto_repairs
from pgddb.demo.table_definition import TableDefinition
from pgddb.demo.tables import DEMO_TABLES


def main() -> None:
    """Seed, serve, and end with the parent."""
    parser = argparse.ArgumentParser(prog="python -m pgddb.demo.dynamodb")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--no-tables", action="store_true", help="start empty")
    arguments = parser.parse_args()
    # Ctrl-C reaches the whole process group: the parent drains first and then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    started = time.perf_counter()
    fast_replies.install()
    moto_repairs.install()
    tables = () if arguments.no_tables else DEMO_TABLES
    items = sum(seed(table, arguments.region) for table in tables)
    server = make_server(
        arguments.host,
        arguments.port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    _answer_once(arguments.host, server.port, arguments.region)
    ready = {"port": server.port, "items": items, "seconds": round(time.perf_counter() - started, 3)}
    sys.stdout.buffer.write(orjson.dumps(ready) + b"\n")
    sys.stdout.flush()
    serving.join()


def seed(table: TableDefinition, region: str) -> int:
    """Create one table and put its items straight into moto's backend; return how many."""
    backend: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][region]
    backend.create_table(
        table.name,
        schema=table.key_schema(),
        throughput=None,
        attr=table.attribute_definitions(),
        global_indexes=[index.parameters() for index in table.global_indexes],
        indexes=[index.parameters() for index in table.local_indexes],
        streams=None,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
    count = 0
    for item in table.items():
        backend.put_item(table.name, item, overwrite=True)
        count += 1
    return count


def _answer_once(host: str, port: int, region: str) -> None:
    """Ask for one item: moto loads its service model at the first request, which takes a second."""
    scope = f"Credential=demo/20240101/{region}/dynamodb/aws4_request"
    request = urllib.request.Request(
        f"http://{host}:{port}/",
        data=b'{"Limit": 1}',
        headers={
            "X-Amz-Target": "DynamoDB_20120810.ListTables",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none",
        },
    )
    with urllib.request.urlopen(request) as reply:  # noqa: S310 - as above
        reply.read()


def _end_with_parent() -> None:
    """Wait for the end of standard input, which the parent holds open, then end at once."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
