"""Compare reads by key over warm connections: lookups, last items, joins, and many clients at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.asking import ask_at_once
from bench.case import SUBJECT, Bound, Case, Side
from bench.client import RawClient, execute_request
from bench.measure import Sample, of_process
from bench.report import show_alone
from bench.sdk_scans import KEY
from bench.servers import tree_cpu_seconds
from bench.stage import Stage

PARTITION = (KEY["pk"]["S"],)
LOOKUPS = {
    "get_item": ("lookup by GetItem", "SELECT * FROM bench_part WHERE pk = $1 AND sk = 3"),
    "query": ("lookup by Query, 10 items", "SELECT * FROM bench_part WHERE pk = $1"),
    "last": ("ORDER BY sort key DESC LIMIT 3", "SELECT * FROM bench_part WHERE pk = $1 ORDER BY sk DESC LIMIT 3"),
}
KEYS = "SELECT pk FROM (VALUES ('user-0000007'), ('user-0000123'), ('user-0000345')) v(pk)"
JOIN = f"SELECT count(*) FROM ({KEYS}) v JOIN bench b ON b.pk = v.pk"
CLIENTS = (1, 8, 64)
COUNT, QUICK_COUNT = 1920, 320
"""Lookups of a run: a multiple of every number of clients."""


def cases(stage: Stage) -> Iterator[Case]:
    """Ask one after the other, then from many at once."""
    stage.copy("bench")
    stage.copy("bench_part")
    block = 50 if stage.quick else 200
    for call, (name, sql) in LOOKUPS.items():
        stage.prepare(call, sql)
        yield Case(
            f"keys: {name}",
            "lookup",
            {
                **stage.both(block, lambda client, call=call: looked_up(client, call, block)),  # type: ignore[misc]
                "boto3": stage.python.side(block, "boto3_lookups", call=call, count=block),
                "aiobotocore": stage.python.side(block, "aiobotocore_lookups", call=call, count=block, clients=1),
            },
        )
    yield join(stage)
    for clients in CLIENTS:
        yield at_once(stage, clients)


def looked_up(client: RawClient, name: str, count: int) -> int:
    return sum(client.execute(name, PARTITION).rows for _ in range(count))


def join(stage: Stage) -> Case:
    """Join three keys with a table, which is three Queries; scanning the table instead is a side."""
    stage.prepare("join", JOIN)
    scanning = stage.server.connect()
    scanning.simple("SET pgddb.key_driven = off")

    def joined(client: RawClient) -> int:
        return int(client.scalar(JOIN))

    sides = {
        **stage.both(1, joined),
        "scanning": stage.pgddb(1, joined, scanning),
        "aiobotocore": stage.python.side(1, "aiobotocore_lookups", call="query", count=3, clients=3),
    }
    return Case("keys: join of 3 partitions", "join", sides)


def at_once(stage: Stage, clients: int) -> Case:
    """Look one item up from many connections at once; PostgreSQL and aiobotocore do the same."""
    count = QUICK_COUNT if stage.quick else COUNT
    name, sql = "at_once", LOOKUPS["get_item"][1]

    def side(process_id: int, asking: Sequence[RawClient]) -> Side:
        for client in asking:
            client.prepare(name, sql)
        request = execute_request(name, PARTITION)

        def run() -> Sample:
            return of_process(process_id, lambda: ask_at_once(asking, request, count), tree_cpu_seconds)

        return Side(run, count)

    sides = {SUBJECT: side(stage.server.process_id, [stage.server.connect() for _ in range(clients)])}
    if stage.postgresql is not None:
        sides["PostgreSQL"] = side(stage.postgresql.process_id, [stage.postgresql.connect() for _ in range(clients)])
    sides["aiobotocore"] = stage.python.side(
        count, "aiobotocore_lookups", call="get_item", count=count, clients=clients
    )
    bound = Bound("amount", ">=", 2000, unit="lookups/CPU s")
    return Case(f"keys: GetItem from {clients} clients", "lookup", sides, (bound,) if clients > 1 else ())


if __name__ == "__main__":
    show_alone(cases)
