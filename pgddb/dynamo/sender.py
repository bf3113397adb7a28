"""Send one request: paced, within the deadline, throttles retried, its checksum checked and its bill noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pgddb.access.statistics import ReadStatistics
from pgddb.dynamo.client import Clients, SourceClient
from pgddb.dynamo.decode import ConsumedCapacity
from pgddb.dynamo.direct_calls import AWS_RESPONSE_BODY
from pgddb.dynamo.fault_kinds import (
    CAUGHT,
    Kind,
    check_sum,
    kind_of,
    may_be_carried_out,
    throttles_one_key_range,
)
from pgddb.dynamo.faults import throttled_too_long, translate
from pgddb.dynamo.settings import StoreSettings, Timing
from pgddb.dynamo.throttle import Buckets, Resource, jittered_wait, sleep_until
from pgddb.errors import ConnectionFailure, QueryCanceled, SqlError

FIRST_ESTIMATE = 1.0
"""Read units reserved for the first request of a read; later ones reserve what the last one took."""


LARGE_BODY_BYTES = 64 * 1024
"""Smaller responses are decoded in well under a millisecond."""


@dataclass(slots=True)
class Patience:
    """How often and since when a request has been throttled in a row."""

    throttles: int = 0
    ends_at: float | None = None

    def renewed(self) -> None:
        """Forget the throttles: something came through."""
        self.throttles, self.ends_at = 0, None


class Counters(Protocol):
    """What both ReadStatistics and WriteStatistics count."""

    requests: int
    retries: int
    throttles: int


class Billed(Protocol):
    """What a response for items says of itself."""

    @property
    def count(self) -> int: ...

    @property
    def scanned_count(self) -> int: ...

    @property
    def capacity(self) -> list[ConsumedCapacity]: ...


Brought = TypeVar("Brought", bound=Billed)
Given = TypeVar("Given")


@dataclass(slots=True)
class Trial:
    """One request on its way: what it asks, and how often it failed.

    Attributes:
        estimate: units to reserve for it; None reserves what the last one of its resource took.
        doubtful: it was sent, and nothing says whether it was carried out. Whoever has read the answer resets it.
    """

    operation: str
    request: Mapping[str, Any]
    resource: Resource
    paced: bool = True
    estimate: float | None = None
    doubtful: bool = False
    client: Any = None
    faults: int = 0
    renewed: bool = False
    patience: Patience = field(default_factory=Patience)


class Sender:
    """Send the requests of one statement's read or write; owns nothing but its place in the resource's bucket.

    Of those that share a lock for `decoding`, one at a time decodes a large response, so that pages that come at once
    do not keep the event loop from other sessions for as long as all of them take.

    Writes bring counters of their own; what they must read to know their fate counts in `statistics`.

    botocore sends each request once and every retry is made here: its standard mode waits without knowing the
    statement's deadline, gives up early when many requests are throttled at once (one retry quota a client), and
    hands out the last attempt of a wrong checksum as if it were right.
    """

    def __init__(  # noqa: PLR0913 - what the store has, and what the statement brings
        self,
        clients: Clients,
        buckets: Buckets,
        settings: StoreSettings,
        timing: Timing,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        counters: Counters | None = None,
        decoding: asyncio.Lock | None = None,
    ) -> None:
        self._clients = clients
        self._buckets = buckets
        self._settings = settings
        self._timing = timing
        self.statistics = statistics
        self._counters: Counters = statistics if counters is None else counters
        self._writes = counters is not None
        self._deadline = deadline
        self._decoding = decoding
        self._estimates: dict[Resource, float] = {}

    async def send(
        self, operation: str, request: Mapping[str, Any], resource: Resource, decode: Callable[[bytes], Brought]
    ) -> tuple[Brought, float]:
        """Send one request for items; give what it brought and its read units (0 when the server does not say).

        Raises:
            SqlError: it failed, was throttled too long, or the deadline came.
        """
        response, reserved = await self._until_answered(Trial(operation, request, resource, paced=True))
        body: bytes = response[AWS_RESPONSE_BODY]
        self.statistics.response_bytes += len(body)

        def read() -> tuple[Brought, float]:
            decoded = decode(body)
            return decoded, self._bill(decoded, resource, reserved)

        if self._decoding is None or len(body) < LARGE_BODY_BYTES:
            return read()
        return await _in_turn(self._decoding, read)

    async def carry(self, trial: Trial) -> tuple[bytes, float]:
        """Send one request until it is answered; give the answer's body and the units that its bucket reserved."""
        response, reserved = await self._until_answered(trial)
        body: bytes = response[AWS_RESPONSE_BODY]
        return body, reserved

    async def ask(self, operation: str, request: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
        """Send one question about tables, which costs no read units; give the parsed answer."""
        response, _ = await self._until_answered(Trial(operation, request, resource, paced=False))
        return response

    async def wait_out(self, patience: Patience, resource: Resource, error: BaseException | None) -> None:
        """Wait before a throttled request is sent again, with full jitter.

        Raises:
            ConfigurationLimitExceeded: it has been throttled for longer than the settings allow.
            QueryCanceled: the deadline comes before the end of the wait.
        """
        now = self._timing.now()
        self._counters.throttles += 1
        if patience.ends_at is None:
            patience.ends_at = now + self._settings.throttle_patience_seconds
        if now >= patience.ends_at:
            raise throttled_too_long(error, resource.label, writes=self._writes) from error
        wait = jittered_wait(patience.throttles, self._timing)
        patience.throttles += 1
        if error is not None and not throttles_one_key_range(error):
            self._buckets.of(resource).pause(wait)
        await sleep_until(self._deadline, wait, self._timing)

    async def _until_answered(self, trial: Trial) -> tuple[dict[str, Any], float]:
        while True:
            try:
                trial.client = trial.client or await self._clients.of(trial.resource.source)
                reply = await self._attempt(trial)
            except CAUGHT as error:
                await self._before_retry(trial, error)
                self._counters.retries += 1
            else:
                return reply

    async def _before_retry(self, trial: Trial, error: BaseException) -> None:
        """Do what a failed request needs before it is sent again, or raise what it means."""
        match kind_of(error):
            case Kind.THROTTLED:
                await self.wait_out(trial.patience, trial.resource, error)
            case Kind.EXPIRED if not trial.renewed:
                trial.renewed = True
                trial.client = await self._clients.renew(trial.resource.source, trial.client)
            case Kind.TRANSIENT if trial.faults + 1 < self._settings.attempts:
                wait = jittered_wait(trial.faults, self._timing)
                trial.faults += 1
                await sleep_until(self._deadline, wait, self._timing)
            case _:
                raise translate(error, operation=trial.operation, resource=trial.resource.label) from error

    def _bill(self, decoded: Billed, resource: Resource, reserved: float) -> float:
        """Note what a response brought and cost, for the statistics and the bucket."""
        statistics = self.statistics
        statistics.pages += 1
        statistics.items_scanned += decoded.scanned_count
        statistics.items_returned += decoded.count
        capacities = decoded.capacity
        units = sum([capacity.CapacityUnits for capacity in capacities], 0.0)
        self._buckets.of(resource).settle(reserved, units)
        for capacity in capacities:
            for label, part in bill_parts(capacity, resource):
                statistics.add_units(label, part)  # raises where the statement's budget ends
        if units:
            self._estimates[resource] = units
        return units

    async def _attempt(self, trial: Trial) -> tuple[dict[str, Any], float]:
        """Send once; give the response and the read units that its bucket has reserved for it."""
        if not trial.paced:
            return await self._sent(trial), 0.0
        bucket = self._buckets.of(trial.resource)
        estimate = trial.estimate
        if estimate is None:
            estimate = self._estimates.get(trial.resource, FIRST_ESTIMATE) if self._estimates else FIRST_ESTIMATE
        if not bucket.acquire_now(estimate):
            await bucket.acquire(estimate, self._deadline)
        try:
            response = await self._sent(trial)
            check_sum(response[AWS_RESPONSE_BODY], response["ResponseMetadata"]["HTTPHeaders"])
        except BaseException:
            bucket.settle(estimate, 0.0)
            raise
        return response, estimate

    async def _sent(self, trial: Trial) -> dict[str, Any]:
        """Send once, and note whether it may have been carried out without an answer."""
        self._counters.requests += 1
        earlier, trial.doubtful = trial.doubtful, True
        try:
            return await self._in_time(trial.client, trial.operation, trial.request)
        except CAUGHT as error:
            trial.doubtful = earlier or may_be_carried_out(error)
            raise

    async def _in_time(self, client: SourceClient, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send, with an end."""
        seconds = self._settings.request_timeout_seconds
        left = seconds if self._deadline is None else self._deadline - self._timing.now()
        try:
            return await client.call(operation, request, min(seconds, left))
        except TimeoutError as error:
            if left < seconds:
                raise QueryCanceled("canceling statement due to statement timeout") from error
            raise ConnectionFailure(
                "DynamoDB does not answer in time", detail=f"A request took more than {seconds:g} seconds."
            ) from error


async def _in_turn(turn: asyncio.Lock, read: Callable[[], Given]) -> Given:
    """Read when it is this response's turn, and let other sessions go on before the next one."""
    try:
        await turn.acquire()
    except asyncio.CancelledError:
        with suppress(SqlError):
            read()  # nobody wants it any more, but it belongs on the bill
        raise
    try:
        given = read()
        await asyncio.sleep(0)
        return given
    finally:
        turn.release()


def bill_parts(capacity: ConsumedCapacity, resource: Resource) -> list[tuple[str, float]]:
    """Split a bill by table and index."""
    if capacity.Table is None and not capacity.GlobalSecondaryIndexes and not capacity.LocalSecondaryIndexes:
        return [(resource.label, capacity.CapacityUnits)]
    table = resource.table_name
    parts = [(table, capacity.Table.CapacityUnits)] if capacity.Table is not None else []
    for indexes in (capacity.GlobalSecondaryIndexes, capacity.LocalSecondaryIndexes):
        parts += [(f"{table}/{name}", units.CapacityUnits) for name, units in indexes.items()]
    if sum(units for _, units in parts) == capacity.CapacityUnits:
        return [part for part in parts if part[1]]
    return [(resource.label, capacity.CapacityUnits)]
