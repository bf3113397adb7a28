"""Hold something asynchronous open for tests that are not, in a loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

Opened = TypeVar("Opened")


def held_open(opened: AbstractAsyncContextManager[Opened]) -> Iterator[Opened]:
    """Enter it, for a fixture to yield from; it is left afterwards, in the same loop."""
    loop = asyncio.new_event_loop()
    try:
        yield loop.run_until_complete(opened.__aenter__())
        loop.run_until_complete(opened.__aexit__(None, None, None))
    finally:
        loop.close()
