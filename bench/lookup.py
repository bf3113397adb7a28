"""Measure a point lookup over a warm connection against the API call that it makes."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from bench.items import key_of
from bench.measure import Finding, asked_for_quick, milliseconds, percentile, show
from bench.servers import cpu_seconds, running_endpoint, running_pgddb

LOOKUP = "SELECT * FROM bench WHERE pk = $1 AND sk = 3"
KEY = key_of(4203)
BLOCK = 50
"""Lookups in a row before it is the other side's turn."""


def run(*, quick: bool = False) -> list[Finding]:
    """Compare medians of lookups that take turns in blocks."""
    blocks = 4 if quick else 20
    with (
        running_endpoint(20_000) as endpoint,
        running_pgddb(endpoint.url) as server,
        server.connect() as client,
    ):
        partition = (KEY["pk"]["S"],)
        client.prepare("lookup", LOOKUP)
        if client.execute("lookup", partition).rows != 1:
            raise RuntimeError("the lookup found no item")
        endpoint.control("reset")
        client.execute("lookup", partition)
        requests = endpoint.control("counters")["requests"]
        milliseconds(BLOCK, lambda: client.execute("lookup", partition))
        sql: list[float] = []
        cpu = 0.0
        with asyncio.Runner() as runner:
            caller = runner.run(open_client(endpoint.url))
            runner.run(api_calls(caller, BLOCK))
            api: list[float] = []
            api_cpu = 0.0
            for _ in range(blocks):
                started = cpu_seconds(server.process_id)
                sql += milliseconds(BLOCK, lambda: client.execute("lookup", partition))
                cpu += cpu_seconds(server.process_id) - started
                started = time.process_time()
                api += runner.run(api_calls(caller, BLOCK))
                api_cpu += time.process_time() - started
            runner.run(caller.__aexit__(None, None, None))
    added = percentile(sql, 0.5) - percentile(api, 0.5)
    return [
        Finding("lookup: added to the API call by pgddb, median", added, "ms", ("<=", 0.5)),
        Finding("lookup: pgddb, median", percentile(sql, 0.5), "ms"),
        Finding("lookup: pgddb, 99th percentile", percentile(sql, 0.99), "ms"),
        Finding("lookup: aiobotocore GetItem, median", percentile(api, 0.5), "ms"),
        Finding("lookup: aiobotocore GetItem, 99th percentile", percentile(api, 0.99), "ms"),
        Finding("lookup: CPU of the server for each", cpu * 1000 / len(sql), "ms"),
        Finding("lookup: CPU of aiobotocore's GetItem", api_cpu * 1000 / len(api), "ms"),
        Finding("lookup: CPU of the server / of aiobotocore's GetItem", cpu / len(sql) / (api_cpu / len(api)), "x CPU"),
        Finding("lookup: requests to DynamoDB for each", sum(requests.values()), "requests", ("<=", 1.0)),
    ]


async def open_client(endpoint_url: str) -> Any:
    """Return a DynamoDB client that the caller closes."""
    opening = AioSession().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=endpoint_url,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",
        config=AioConfig(parameter_validation=False, user_agent="bench"),
    )
    return await opening.__aenter__()


async def api_calls(client: Any, count: int) -> list[float]:
    """Get one item again and again, one call after the other."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        reply = await client.get_item(TableName="bench", Key=KEY)
        times.append((time.perf_counter() - started) * 1000)
        if "Item" not in reply:
            raise RuntimeError("GetItem found no item")
    return times


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
