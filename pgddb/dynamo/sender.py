"""Send one request: paced, within the deadline, throttles retried, its checksum checked and its bill noted."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pgddb.access.statistics import ReadStatistics
from pgddb.dynamo.client import AWS_RESPONSE_BODY, Clients
from pgddb.dynamo.decode import ConsumedCapacity, Decoded
from pgddb.dynamo.faults import (
    CAUGHT,
    Kind,
    attempts_retried,
    kind_of,
    throttled_too_long,
    throttles_one_key_range,
    translate,
)
from pgddb.dynamo.settings import StoreSettings, Timing
from pgddb.dynamo.throttle import Buckets, Resource, jittered_wait, sleep_until
from pgddb.errors import ConnectionFailure, DataCorrupted, QueryCanceled

METHODS = {"GetItem": "get_item", "BatchGetItem": "batch_get_item", "Query": "query", "Scan": "scan"}

FIRST_ESTIMATE = 1.0
"""Read units reserved for the first request of a read; later ones reserve what the last one took."""


@dataclass(slots=True)
class Patience:
    """How often and since when a request has been throttled in a row."""

    throttles: int = 0
    ends_at: float | None = None

    def renewed(self) -> None:
        """Forget the throttles: something came through."""
        self.throttles, self.ends_at = 0, None


class Sender:
    """Send the requests of one read; owns nothing but its place in the resource's bucket."""

    def __init__(
        self,
        clients: Clients,
        buckets: Buckets,
        settings: StoreSettings,
        timing: Timing,
        *,
        statistics: ReadStatistics,
        deadline: float | None,
    ) -> None:
        self._clients = clients
        self._buckets = buckets
        self._settings = settings
        self._timing = timing
        self.statistics = statistics
        self._deadline = deadline
        self._estimates: dict[Resource, float] = {}

    async def send(
        self, operation: str, request: Mapping[str, Any], resource: Resource, decode: Callable[[bytes], Decoded]
    ) -> tuple[Decoded, float]:
        """Send one request; give what it brought and the read units it took (0 when the server does not say).

        Raises:
            SqlError: it failed, was throttled too long, or the deadline came.
        """
        patience = Patience()
        renewed = False
        client = await self.client(resource, operation)
        while True:
            try:
                reply = await self._attempt(client, operation, request, resource)
            except CAUGHT as error:
                kind = kind_of(error)
                self.statistics.requests += 1
                self.statistics.retries += attempts_retried(error)
                if kind is Kind.THROTTLED:
                    await self.wait_out(patience, resource, error)
                elif kind is Kind.EXPIRED and not renewed:
                    renewed = True
                    client = await self._clients.renew(resource.source, client)
                else:
                    raise translate(error, operation=operation, resource=resource.label) from error
                self.statistics.retries += 1
                continue
            body, reserved = reply
            decoded = decode(body)
            return decoded, self._bill(decoded, resource, reserved)

    async def client(self, resource: Resource, operation: str) -> Any:
        try:
            return await self._clients.of(resource.source)
        except CAUGHT as error:
            raise translate(error, operation=operation, resource=resource.label) from error

    async def wait_out(self, patience: Patience, resource: Resource, error: BaseException | None) -> None:
        """Wait before a throttled request is sent again, with full jitter.

        Raises:
            ConfigurationLimitExceeded: it has been throttled for longer than the settings allow.
            QueryCanceled: the deadline comes before the end of the wait.
        """
        now = self._timing.now()
        self.statistics.throttles += 1
        if patience.ends_at is None:
            patience.ends_at = now + self._settings.throttle_patience_seconds
        if now >= patience.ends_at:
            raise throttled_too_long(error, resource.label) from error
        wait = jittered_wait(patience.throttles, self._timing)
        patience.throttles += 1
        if error is not None and not throttles_one_key_range(error):
            self._buckets.of(resource).pause(wait)
        await sleep_until(self._deadline, wait, self._timing)

    def _bill(self, decoded: Decoded, resource: Resource, reserved: float) -> float:
        """Note what a response brought and cost, for the statistics and the bucket."""
        statistics = self.statistics
        statistics.pages += 1
        statistics.items_scanned += decoded.scanned_count
        statistics.items_returned += decoded.count
        units = 0.0
        for capacity in decoded.capacity:
            units += capacity.CapacityUnits
            for label, part in _parts(capacity, resource):
                statistics.add_units(label, part)
        self._buckets.of(resource).settle(reserved, units)
        if units:
            self._estimates[resource] = units
        return units

    async def _attempt(
        self, client: Any, operation: str, request: Mapping[str, Any], resource: Resource
    ) -> tuple[bytes, float]:
        bucket = self._buckets.of(resource)
        estimate = self._estimates.get(resource, FIRST_ESTIMATE)
        await bucket.acquire(estimate, self._deadline)
        try:
            response = await self._in_time(client, operation, request)
            body: bytes = response[AWS_RESPONSE_BODY]
            metadata = response["ResponseMetadata"]
            _check_sum(body, metadata["HTTPHeaders"])
        except BaseException:
            bucket.settle(estimate, 0.0)
            raise
        self.statistics.requests += 1
        self.statistics.retries += metadata.get("RetryAttempts", 0)
        self.statistics.response_bytes += len(body)
        return body, estimate

    async def _in_time(self, client: Any, operation: str, request: Mapping[str, Any]) -> Any:
        """Send, with an end: botocore's timeouts cover neither the wait for a connection nor a slow drip."""
        seconds = self._settings.request_timeout_seconds
        left = seconds if self._deadline is None else self._deadline - self._timing.now()
        try:
            async with asyncio.timeout(min(seconds, left)):
                return await getattr(client, METHODS[operation])(**request)
        except TimeoutError as error:
            if left < seconds:
                raise QueryCanceled("canceling statement due to statement timeout") from error
            raise ConnectionFailure(
                "DynamoDB does not answer in time", detail=f"A request took more than {seconds:g} seconds."
            ) from error


def _check_sum(body: bytes, headers: Mapping[str, str]) -> None:
    """Check the CRC again: botocore retries a mismatch but lets the last attempt through unchecked."""
    expected = headers.get("x-amz-crc32")
    if expected is not None and zlib.crc32(body) != int(expected):
        raise DataCorrupted("a response of DynamoDB does not have its checksum, after several attempts")


def _parts(capacity: ConsumedCapacity, resource: Resource) -> list[tuple[str, float]]:
    """Split a bill by table and index."""
    table = resource.table_name
    parts = [(table, capacity.Table.CapacityUnits)] if capacity.Table is not None else []
    for indexes in (capacity.GlobalSecondaryIndexes, capacity.LocalSecondaryIndexes):
        parts += [(f"{table}/{name}", units.CapacityUnits) for name, units in indexes.items()]
    if sum(units for _, units in parts) == capacity.CapacityUnits:
        return [part for part in parts if part[1]]
    return [(resource.label, capacity.CapacityUnits)]
