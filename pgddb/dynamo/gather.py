"""Read several page streams at once, with bounded width and a bounded number of finished pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing

from pgddb.dynamo.page import Page

PageStream = AsyncGenerator[Page, None]


class Gather:
    """Give the pages of many streams in any order.

    At most `width` streams run; a stream waits while `pages_ahead` pages are unread, so memory is bounded by
    (width + pages_ahead) pages. With `ramp` one stream starts and each page doubles how many may run, because a
    read with a limit is often answered by its first page. The first error ends all.

    The tasks are no TaskGroup: an async generator may be closed while it stands in `yield`, and a TaskGroup's
    cancellation must not be entered and left around that.
    """

    def __init__(self, streams: Iterable[PageStream], *, width: int, pages_ahead: int, ramp: bool = False) -> None:
        self._waiting: Iterator[PageStream] = iter(streams)
        self._width = width
        self._allowed = 1 if ramp else width
        self._room = asyncio.Semaphore(pages_ahead)
        self._finished: asyncio.Queue[Page | asyncio.Task[None]] = asyncio.Queue()
        """Pages, as many as there is room for, and tasks that have ended."""
        self._running: set[asyncio.Task[None]] = set()

    async def pages(self) -> PageStream:
        """Run the streams; closing this generator cancels them and waits until they are gone."""
        try:
            self._start()
            while self._running:
                finished = await self._finished.get()
                if isinstance(finished, Page):
                    yield finished
                    self._room.release()
                    self._allowed = min(self._width, self._allowed * 2)
                else:
                    self._running.discard(finished)
                    finished.result()
                self._start()
        finally:
            await self._stop()

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
            async for page in stream:
                await self._room.acquire()
                self._finished.put_nowait(page)

    async def _stop(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
