"""Measure COPY FROM STDIN against a hand-written concurrent writer of the same lines with aiobotocore."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from bench.items import Item, item_at
from bench.measure import Finding, Sample, asked_for_quick, interleaved, of_process, of_this_process, show
from bench.servers import RunningEndpoint, peak_megabytes, running_endpoint, running_pgddb

FIRST = 200_000
"""Position of the first new item: no key of the table is taken."""

COLUMNS = tuple(item_at(0))
COPY = f"COPY bench ({', '.join(COLUMNS)}) FROM STDIN"
PIECE_BYTES = 64 * 1024
BATCH_ITEMS = 25
CONCURRENCY = 16


def run(*, quick: bool = False) -> list[Finding]:
    """Compare items a second."""
    count = 20_000 if quick else 100_000
    lines = [line_of(item_at(FIRST + position)) for position in range(count)]
    pieces = list(pieces_of(lines))
    with (
        running_endpoint(FIRST) as endpoint,
        running_pgddb(endpoint.url) as server,
        server.connect() as client,
    ):
        client.simple("SET client_min_messages = warning")
        client.simple("SELECT count(price) FROM bench")
        before = peak_megabytes(server.process_id)

        def copy(mode: str) -> Callable[[], Sample]:
            def work() -> None:
                client.simple(f"SET pgddb.insert_mode = '{mode}'")
                checked(endpoint, lambda: client.copy_in(COPY, pieces), count)

            return lambda: of_process(server.process_id, work)

        def write() -> None:
            checked(endpoint, lambda: asyncio.run(write_lines(endpoint.url, lines)), count)

        medians = interleaved(
            1 if quick else 3,
            {"check": copy("check"), "overwrite": copy("overwrite"), "aiobotocore": lambda: of_this_process(write)},
        )
        peak = peak_megabytes(server.process_id)
    peer = medians["aiobotocore"]
    findings = [Finding(f"copy in: {name}", count / one.wall / 1000, "kitem/s") for name, one in medians.items()]
    return [
        *findings,
        Finding("copy in: overwriting / the writer by hand", peer.wall / medians["overwrite"].wall, "x rate",
                (">=", 0.5)),
        Finding("copy in: looking up every key first / the writer by hand", peer.wall / medians["check"].wall,
                "x rate", (">=", 0.5)),
        Finding("copy in: CPU of pgddb, overwriting", medians["overwrite"].cpu * 1e6 / count, "us/item"),
        Finding("copy in: CPU of the writer by hand", peer.cpu * 1e6 / count, "us/item"),
        Finding(f"copy in: {count:,} items, peak", peak, "MB", ("<=", 300.0)),
        Finding("copy in: peak before it", before, "MB"),
    ]  # fmt: skip


def checked(endpoint: RunningEndpoint, work: Callable[[], object], count: int) -> None:
    """Work, and see that every item has arrived."""
    endpoint.control("reset")
    work()
    written = endpoint.control("counters")["written"].get("bench")
    if written != count:
        raise RuntimeError(f"{written} items instead of {count}")


def line_of(item: Item) -> str:
    """Write an item as a line of COPY's text format."""
    return "\t".join(cell_of(value) for value in item.values())


def cell_of(value: dict[str, Any]) -> str:
    plain = plain_of(value)
    text = plain if isinstance(plain, str) else orjson.dumps(plain).decode()
    return text.replace("\\", "\\\\")


def plain_of(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return {name: plain_of(inner) for name, inner in content.items()}
        case "L":
            return [plain_of(inner) for inner in content]
        case "N":
            return float(content) if "." in content else int(content)
        case _:
            return content


def pieces_of(lines: list[str]) -> Iterator[bytes]:
    """Cut the stream as psql does, in pieces that end anywhere."""
    stream = "".join(f"{line}\n" for line in lines).encode()
    for start in range(0, len(stream), PIECE_BYTES):
        yield stream[start : start + PIECE_BYTES]


# the writer by hand


def typed(plain: Any) -> dict[str, Any]:
    match plain:
        case bool():
            return {"BOOL": plain}
        case int() | float():
            return {"N": str(plain)}
        case str():
            return {"S": plain}
        case dict():
            return {"M": {name: typed(inner) for name, inner in plain.items()}}
        case _:
            return {"L": [typed(inner) for inner in plain]}


NUMBERS = frozenset({"sk", "price", "quantity"})
JSONS = frozenset({"address", "tags"})


def item_of(line: str) -> Item:
    """Do what somebody does who knows the columns."""
    item: Item = {}
    for name, cell in zip(COLUMNS, line.split("\t"), strict=True):
        if name in NUMBERS:
            item[name] = {"N": cell}
        elif name in JSONS:
            item[name] = typed(orjson.loads(cell.replace("\\\\", "\\")))
        elif name == "active":
            item[name] = {"BOOL": cell == "true"}
        else:
            item[name] = {"S": cell}
    return item


async def write_lines(url: str, lines: list[str]) -> None:
    """Send batches of 25, sixteen at a time, and send again what is left out."""
    places = asyncio.Semaphore(CONCURRENCY)
    config = AioConfig(max_pool_connections=CONCURRENCY)
    async with (
        AioSession().create_client(
            "dynamodb", endpoint_url=url, region_name="us-east-1", config=config,
            aws_access_key_id="bench", aws_secret_access_key="bench",
        ) as client,
        asyncio.TaskGroup() as group,
    ):  # fmt: skip

        async def send(writes: list[dict[str, Any]]) -> None:
            try:
                while writes:
                    answer = await client.batch_write_item(RequestItems={"bench": writes})
                    writes = answer["UnprocessedItems"].get("bench", [])
            finally:
                places.release()

        for start in range(0, len(lines), BATCH_ITEMS):
            await places.acquire()
            part = lines[start : start + BATCH_ITEMS]
            group.create_task(send([{"PutRequest": {"Item": item_of(line)}} for line in part]))


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
