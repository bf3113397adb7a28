"""Large responses that come at once are decoded one after the other, with room for other sessions in between."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any, cast

import pytest

from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source
from pgddb.dynamo.client import Clients
from pgddb.dynamo.decode import Decoded, decode_page
from pgddb.dynamo.direct_calls import AWS_RESPONSE_BODY
from pgddb.dynamo.sender import LARGE_BODY_BYTES, Sender
from pgddb.dynamo.settings import StoreSettings, Timing
from pgddb.dynamo.throttle import Buckets, Resource

RESOURCE = Resource(Source(), "things")


class Answers:
    """Clients of one that answers every request with the same body at once."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def of(self, _source: Source) -> Answers:
        return self

    async def call(self, _operation: str, _request: Any, _seconds: float) -> dict[str, Any]:
        return {AWS_RESPONSE_BODY: self._body, "ResponseMetadata": {"HTTPHeaders": {}}}


def page(size: int) -> bytes:
    return b'{"Count":1,"Items":[{"id":{"S":"%s"}}],"ConsumedCapacity":{"CapacityUnits":2.0}}' % (b"x" * size)


def sender(body: bytes, decoding: asyncio.Lock, statistics: ReadStatistics) -> Sender:
    clients, timing = cast("Clients", Answers(body)), Timing()
    return Sender(clients, Buckets(timing), StoreSettings(), timing, statistics=statistics, decoding=decoding)


async def test_others_go_on_between_the_pages() -> None:
    happened, statistics = [], ReadStatistics()
    one = sender(page(LARGE_BODY_BYTES), asyncio.Lock(), statistics)

    def decode(body: bytes) -> Decoded:
        happened.append("page")
        return decode_page(body)

    async def other_session() -> None:
        while statistics.pages < 8:
            happened.append("other")
            await asyncio.sleep(0)

    other = asyncio.create_task(other_session())
    await asyncio.gather(*(one.send("Scan", {"TableName": "things"}, RESOURCE, decode) for _ in range(8)))
    await other
    assert happened.count("page") == 8
    assert ("page", "page") not in pairwise(happened)


@pytest.mark.parametrize("size", [10, LARGE_BODY_BYTES])
async def test_a_page_that_nobody_waits_for_any_more_is_on_the_bill(size: int) -> None:
    decoding, statistics = asyncio.Lock(), ReadStatistics()
    async with decoding:
        sending = sender(page(size), decoding, statistics)
        reading = asyncio.create_task(sending.send("Scan", {"TableName": "things"}, RESOURCE, decode_page))
        await asyncio.sleep(0.01)
        reading.cancel()
        await asyncio.wait({reading})
    assert (statistics.pages, statistics.read_units) == (1, 2.0)
    assert reading.cancelled() == (size == LARGE_BODY_BYTES)
