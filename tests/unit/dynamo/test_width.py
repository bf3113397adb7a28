"""What is in flight grows while that helps, and shrinks when DynamoDB throttles."""

from __future__ import annotations

import asyncio

import pytest

from pgddb.dynamo.decode import NO_ITEMS
from pgddb.dynamo.gather import Gather, PageStream
from pgddb.dynamo.page import Page
from pgddb.dynamo.width import Width


class Service:
    """Brings pages: `seconds` after they are asked for, `most` at a time."""

    def __init__(self, most: int, *, seconds: float = 0.1, start: int = 4, grows_to: int = 64) -> None:
        self.now = 0.0
        self.throttles = 0
        self.most = most
        self.seconds = seconds
        self.width = Width(start, most=grows_to, throttles=lambda: self.throttles, now=lambda: self.now)

    def bring(self, pages: int, *, reader_seconds: float = 0.0) -> None:
        """Let pages come, as many in flight as the width allows, and their reader take its time for each."""
        for _ in range(pages):
            wait = self.seconds / min(self.width.allowed, self.most)
            self.now += max(wait, reader_seconds)
            self.width.page_came(waited_seconds=max(0.0, wait - reader_seconds))


def test_it_grows_while_pages_come_faster() -> None:
    service = Service(most=1000)
    service.bring(1000)
    assert service.width.allowed == 64


def test_it_stays_where_more_does_not_help() -> None:
    service = Service(most=9)
    service.bring(1000)
    assert service.width.allowed == 9


def test_it_does_not_grow_for_a_reader_that_is_slower_than_the_pages() -> None:
    service = Service(most=1000)
    service.bring(1000, reader_seconds=0.03)
    assert service.width.allowed == 4


def test_a_throttle_halves_it_and_it_comes_back_to_where_it_began() -> None:
    service = Service(most=1000)
    service.bring(1000)
    service.throttles += 1
    service.bring(1)
    assert service.width.allowed == 2
    service.throttles += 5
    service.bring(1)
    service.throttles += 1
    service.bring(1)
    assert service.width.allowed == 1
    service.bring(1000)
    assert service.width.allowed == 4


class Segments:
    """Segments of some pages each; counts what is in flight."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.most_in_flight = 0
        self.closed = 0

    async def segment(self, pages: int) -> PageStream:
        try:
            for _ in range(pages):
                self.in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight)
                try:
                    await asyncio.sleep(0.001)
                finally:
                    self.in_flight -= 1
                yield Page(NO_ITEMS, 1, 1, 0.5)
        finally:
            self.closed += 1


@pytest.mark.parametrize("start", [1, 3])
async def test_every_page_of_every_segment_comes_however_few_are_in_flight(start: int) -> None:
    segments = Segments()
    width = Width(start, most=start, throttles=lambda: 0, now=asyncio.get_running_loop().time)
    gather = Gather((segments.segment(pages) for pages in (5, 0, 1, 9, 2)), width=width, pages_ahead=2)
    assert len([page async for page in gather.pages()]) == 17
    assert segments.most_in_flight == start
    assert (segments.closed, segments.in_flight) == (5, 0)


async def test_running_segments_take_turns_after_a_throttle() -> None:
    segments, throttles = Segments(), 0
    width = Width(8, most=8, throttles=lambda: throttles, now=lambda: 0.0)
    gather = Gather((segments.segment(10) for _ in range(8)), width=width, pages_ahead=4)
    seen = 0
    async for _ in gather.pages():
        seen += 1
        if seen in (8, 10, 12):
            throttles += 1
        if seen == 24:
            assert width.allowed < 8
            segments.most_in_flight = segments.in_flight
    assert seen == 80
    assert segments.in_flight == 0


async def test_a_read_that_is_left_ends_the_segments_that_wait_for_their_turn() -> None:
    segments, throttles = Segments(), 0
    width = Width(8, most=8, throttles=lambda: throttles, now=lambda: 0.0)
    pages = Gather((segments.segment(1000) for _ in range(20)), width=width, pages_ahead=4).pages()
    for place in range(30):
        await anext(pages)
        throttles = place // 5
    await pages.aclose()
    assert (segments.closed, segments.in_flight) == (8, 0)
