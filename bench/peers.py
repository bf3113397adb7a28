"""Do what the others do, in a process of its own: a line of JSON asks for a work by name, a line of JSON answers it.

Only the standard library is imported before a work needs more, so that a Python that has awswrangler and nothing else
can run this too: python -m bench.peers
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
import traceback
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import sdk_scans

CREDENTIALS = {
    "region_name": "us-east-1", "aws_access_key_id": "bench", "aws_secret_access_key": "bench",
}  # fmt: skip

Work = Callable[..., int]


class Peers:
    """What stays between two works: pages in memory, clients with warm connections, DuckDB's views."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self.pages: dict[str, list[bytes]] = {}
        self.runner: asyncio.Runner | None = None
        self.opened: dict[str, Any] = {}

    # what parses alone

    def load_pages(self, table: str, most_bytes: int) -> int:
        """Keep the bodies of a Scan's pages until there are so many bytes; give the items in them."""
        bodies, count = [], 0
        more: dict[str, Any] = {}
        while True:
            asked = urllib.request.Request(
                self.endpoint_url,
                json.dumps({"TableName": table, **more}).encode(),
                {"X-Amz-Target": "DynamoDB_20120810.Scan"},
            )
            with urllib.request.urlopen(asked) as reply:
                bodies.append(reply.read())
            tail = json.loads(b"{" + bodies[-1][bodies[-1].rindex(b'"Count":') :])
            count += tail["Count"]
            if "LastEvaluatedKey" not in tail or sum(map(len, bodies)) >= most_bytes:
                break
            more = {"ExclusiveStartKey": tail["LastEvaluatedKey"]}
        self.pages[table] = bodies
        return count

    def loaded_bytes(self, table: str) -> int:
        """Give the bytes of the pages that are kept."""
        return sum(map(len, self.pages[table]))

    def orjson(self, table: str) -> int:
        """Make Python objects of every page that is kept, without the garbage collector, which is kind."""
        import orjson  # noqa: PLC0415 - see the module's docstring

        gc.disable()
        for body in self.pages[table]:
            orjson.loads(body)
        gc.enable()
        return len(self.pages[table])

    def simdjson(self, table: str) -> int:
        """Only parse every page that is kept: no Python object is made of what is inside."""
        import simdjson  # noqa: PLC0415

        parser = simdjson.Parser()
        for body in self.pages[table]:
            page = parser.parse(body)
            del page  # the parser takes no other page while one is held
        return len(self.pages[table])

    # what reads DynamoDB

    def boto3(self, table: str, work: str) -> int:
        """Follow boto3's paginator and make plain values by its TypeDeserializer."""
        client = self._opened("boto3", lambda: sdk_scans.boto3_client(self.endpoint_url, CREDENTIALS))
        return sdk_scans.boto3_scan(client, table, work)

    def awswrangler(self, table: str, work: str) -> int:
        """Read into a data frame by awswrangler, with threads, as it does by itself, and compute with pandas."""
        session = self._opened("awswrangler", lambda: sdk_scans.wrangler_session(self.endpoint_url, CREDENTIALS))
        return sdk_scans.wrangler_scan(session, table, work)

    def aiobotocore(self, table: str, work: str) -> int:
        """Scan eight segments at once and compute from the typed values, as somebody does who is in a hurry."""
        return self._asynchronous(lambda client: sdk_scans.aiobotocore_scan(client, table, work))

    def aiobotocore_lookups(self, call: str, count: int, clients: int) -> int:
        """Ask one item or one partition again and again, `clients` calls at a time."""
        return self._asynchronous(lambda client: sdk_scans.aiobotocore_lookups(client, call, count, clients))

    def boto3_lookups(self, call: str, count: int) -> int:
        client = self._opened("boto3", lambda: sdk_scans.boto3_client(self.endpoint_url, CREDENTIALS))
        return sdk_scans.boto3_lookups(client, call, count)

    def _asynchronous(self, work: Callable[[Any], Any]) -> int:
        import uvloop  # noqa: PLC0415

        if self.runner is None:
            self.runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        client = self._opened(
            "aiobotocore", lambda: self.runner.run(sdk_scans.aiobotocore_client(self.endpoint_url, CREDENTIALS))
        )
        answer: int = self.runner.run(work(client))
        return answer

    # what has its own copy

    def make_parquet(self, lines: str, columns: dict[str, str], select: str, parquet: str) -> int:
        """Write lines of CSV as Parquet; `select` names the columns, with the casts that some need."""
        database = self._database()
        source = f"read_csv({lines!r}, header=false, quote='\"', escape='\"', columns={columns!r}, auto_detect=false)"
        database.execute(f"COPY (SELECT {select} FROM {source}) TO {parquet!r} (FORMAT parquet)")
        name = Path(parquet).stem
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM {parquet!r}")
        return int(database.execute(f"SELECT count(*) FROM {name}").fetchone()[0])

    def duckdb_value(self, sql: str) -> int:
        """Give the first value of the first row."""
        return int(self._database().execute(sql).fetchone()[0])

    def duckdb_rows(self, sql: str) -> int:
        """Make an Arrow table of all rows and count them."""
        return int(self._database().execute(sql).to_arrow_table().num_rows)

    def _database(self) -> Any:
        import duckdb  # noqa: PLC0415

        def connected() -> Any:
            connection = duckdb.connect(config={"threads": os.cpu_count()})
            connection.execute("SET enable_progress_bar = false")
            return connection

        return self._opened("duckdb", connected)

    def _opened(self, name: str, open_one: Callable[[], Any]) -> Any:
        if name not in self.opened:
            self.opened[name] = open_one()
        return self.opened[name]


def answered(peers: Peers, line: str) -> dict[str, Any]:
    """Do one work and say what it took; what went wrong is said too."""
    asked = json.loads(line)
    work: Work = getattr(peers, asked["do"])
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        answer = work(**asked["arguments"])
    except Exception:  # noqa: BLE001 - the other process raises it
        return {"error": traceback.format_exc()}
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "answer": answer}


def main() -> None:
    """Answer until standard input ends."""
    peers = Peers(sys.argv[1])
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(answered(peers, line)), file=out, flush=True)


if __name__ == "__main__":
    main()
