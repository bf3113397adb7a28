"""Read several page streams at once, with bounded width and a bounded number of finished pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing

from pgddb.dynamo.page import Page
from pgddb.dynamo.width import Turns, Width

PageStream = AsyncGenerator[Page, None]


class Gather:
    """Give the pages of many streams in any order.

    At most `width` streams run; a stream waits while `pages_ahead` pages are unread, so memory is bounded by
    (width + pages_ahead) pages. With `ramp` one stream starts and each page doubles how many may run, because a
    read with a limit is often answered by its first page. A Width may change while they run: then more streams start,
    or those that run take turns. The first error ends all.

    The tasks are no TaskGroup: an async generator may be closed while it stands in `yield`, and a TaskGroup's
    cancellation must not be entered and left around that.
    """

    def __init__(
        self, streams: Iterable[PageStream], *, width: int | Width, pages_ahead: int, ramp: bool = False
    ) -> None:
        self._waiting: Iterator[PageStream] = iter(streams)
        self._width = width
        self._ramp = 1 if ramp else None
        self._turns = Turns(width) if isinstance(width, Width) else None
        self._room = asyncio.Semaphore(pages_ahead)
        self._finished: asyncio.Queue[Page | asyncio.Task[None]] = asyncio.Queue()
        """Pages, as many as there is room for, and tasks that have ended."""
        self._running: set[asyncio.Task[None]] = set()

    async def pages(self) -> PageStream:
        """Run the streams; closing this generator cancels them and waits until they are gone."""
        try:
            self._start()
            while self._running:
                started = time.monotonic()
                finished = await self._finished.get()
                if isinstance(finished, Page):
                    if isinstance(self._width, Width):
                        self._width.page_came(waited_seconds=time.monotonic() - started)
                    if self._turns is not None:
                        self._turns.let_in()
                    yield finished
                    self._room.release()
                    if self._ramp is not None:
                        self._ramp *= 2
                else:
                    self._running.discard(finished)
                    finished.result()
                self._start()
        finally:
            await self._stop()

    @property
    def _allowed(self) -> int:
        width = self._width.allowed if isinstance(self._width, Width) else self._width
        return width if self._ramp is None else min(width, self._ramp)

    def _start(self) -> None:
        while len(self._running) < self._allowed:
            stream = next(self._waiting, None)
            if stream is None:
                return
            task = asyncio.create_task(self._pump(stream))
            task.add_done_callback(self._finished.put_nowait)
            self._running.add(task)

    async def _pump(self, stream: PageStream) -> None:
        async with aclosing(stream):
            while (page := await self._next(stream)) is not None:
                await self._room.acquire()
                self._finished.put_nowait(page)

    async def _next(self, stream: PageStream) -> Page | None:
        if self._turns is None:
            return await anext(stream, None)
        await self._turns.enter()
        try:
            return await anext(stream, None)
        finally:
            self._turns.leave()

    async def _stop(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
