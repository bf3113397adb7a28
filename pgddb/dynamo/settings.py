"""Say how the store talks to DynamoDB, and bring it its clock, sleep and chance."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct


class StoreSettings(Struct, frozen=True):
    """How requests are sent.

    Attributes:
        connections: size of the connection pool of each client.
        attempts: tries for a transport fault, a 5xx or a wrong checksum; throttles have their own patience.
        throttle_patience_seconds: how long one request may stay throttled before the statement fails (53400).
        batch_concurrency: BatchGetItem requests in flight for one read.
        query_concurrency: Query requests in flight for one read of several partitions.
        write_concurrency: BatchWriteItem and TransactWriteItems requests in flight for one COMMIT.
        item_write_concurrency: writes of single items in flight for one COMMIT.
        pages_ahead: finished pages that may wait for the reader; bounds memory.
        gzip: whether answers to reads may come compressed.
    """

    connections: int = 64
    attempts: int = 4
    connect_timeout_seconds: float = 3.0
    read_timeout_seconds: float = 15.0
    request_timeout_seconds: float = 60.0
    throttle_patience_seconds: float = 60.0
    batch_concurrency: int = 16
    query_concurrency: int = 16
    write_concurrency: int = 16
    item_write_concurrency: int = 48
    pages_ahead: int = 4
    gzip: bool = False


class Timing(Struct, frozen=True):
    """The clock (seconds, monotonic), the sleep and the chance (0 to 1) that the store uses; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
