"""Compare COPY FROM STDIN with a concurrent writer of the same lines by hand (aiobotocore), and with PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from bench.case import SUBJECT, Bound, Case, Side
from bench.client import RawClient
from bench.items import Item, item_at
from bench.measure import of_this_process
from bench.report import show_alone
from bench.servers import RunningEndpoint
from bench.stage import Stage

COLUMNS = tuple(item_at(0))
COPY = f"COPY bench ({', '.join(COLUMNS)}) FROM STDIN"
COPY_POSTGRESQL = COPY.replace("bench", "bench_copied", 1)
PIECE_BYTES = 64 * 1024
BATCH_ITEMS = 25
CONCURRENCY = 16
ITEMS, QUICK_ITEMS = 50_000, 10_000


def cases(stage: Stage) -> Iterator[Case]:
    """Write items that are not there yet, looking every key up first and overwriting."""
    count = QUICK_ITEMS if stage.quick else ITEMS
    stage.copy("bench")
    lines = new_lines(stage.items, count)
    pieces = list(pieces_of(lines))
    client = stage.server.connect()
    client.simple("SET client_min_messages = warning")
    client.simple("SELECT count(price) FROM bench")
    if stage.postgresql_client is not None:
        stage.postgresql_client.simple("CREATE TABLE bench_copied (LIKE bench INCLUDING ALL)")

    def write() -> None:
        checked(stage.endpoint, lambda: asyncio.run(write_lines(stage.endpoint.url, lines)), count)

    def replace(postgresql: RawClient) -> int:
        postgresql.simple("TRUNCATE bench_copied")
        return postgresql.copy_in(COPY_POSTGRESQL, pieces).rows

    by_hand = Side(lambda: of_this_process(write), count)
    for mode, words in (("check", "looking up every key"), ("overwrite", "overwriting")):

        def copied(asking: RawClient, mode: str = mode) -> int:
            asking.simple(f"SET pgddb.insert_mode = '{mode}'")
            checked(stage.endpoint, lambda: asking.copy_in(COPY, pieces), count)
            return count

        sides = {SUBJECT: stage.pgddb(count, copied, client), "aiobotocore": by_hand, **stage.beside(count, replace)}
        yield Case(f"in: COPY FROM STDIN, {words}", "item", sides, (Bound("speed", ">=", 0.5, "aiobotocore"),))


def new_lines(first: int, count: int) -> list[str]:
    """Return the lines of items from a position on: there should be no such item yet."""
    return [line_of(item_at(first + position)) for position in range(count)]


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
    show_alone(cases)
