"""Send requests that write: paced by write units, their bills noted, and their fates known as far as they can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pgddb.access.mutation import Fate, KeyIdentity, Mutation, WriteStatistics, identity_of
from pgddb.access.path import ItemKey
from pgddb.access.table import TableSchema
from pgddb.access.write_cost import units_of, written_bytes
from pgddb.dynamo.decode import decode_item
from pgddb.dynamo.direct_calls import REQUEST_BODY
from pgddb.dynamo.requests import botocore_key
from pgddb.dynamo.sender import Patience, Sender, Trial, bill_parts
from pgddb.dynamo.settings import Timing
from pgddb.dynamo.throttle import Buckets, Resource, jittered_wait, sleep_until
from pgddb.dynamo.write_requests import WriteAnswer, decode_write


@dataclass(slots=True)
class Delivery:
    """Mutations that travel together; `left` are those that are not known to be written."""

    left: dict[KeyIdentity, Mutation]
    trial: Trial | None = field(default=None)

    @classmethod
    def of(cls, mutations: Iterable[Mutation]) -> Delivery:
        return cls({identity_of(mutation): mutation for mutation in mutations})

    @property
    def fate(self) -> Fate:
        """What became of those that are left if nothing more is done."""
        return Fate.UNKNOWN if self.trial is not None and self.trial.doubtful else Fate.UNWRITTEN


class WriteSender:
    """Send the writes of one statement or COMMIT."""

    def __init__(
        self,
        sender: Sender,
        buckets: Buckets,
        timing: Timing,
        *,
        statistics: WriteStatistics,
        deadline: float | None,
        units_per_second: float | None,
    ) -> None:
        self._sender = sender
        self._buckets = buckets
        self._timing = timing
        self._statistics = statistics
        self._deadline = deadline
        self._units_per_second = units_per_second
        self._paced: set[Resource] = set()

    async def send(self, operation: str, body: bytes, delivery: Delivery) -> WriteAnswer:
        """Send one write until it is answered.

        Raises:
            SqlError: it failed; `delivery.fate` says whether it may have been carried out.
        """
        mutations = list(delivery.left.values())
        resource = self.resource_of(mutations[0].table)
        trial = delivery.trial = Trial(
            operation,
            _endpoint_parameters(operation, resource.table_name) | {REQUEST_BODY: body},
            resource,
            estimate=float(sum(units_of(written_bytes(mutation)) for mutation in mutations)),
        )
        self._statistics.request_bytes += len(body)
        await self._wait_for_others(mutations, resource)
        content, reserved = await self._sender.carry(trial)
        trial.doubtful = False
        answer = decode_write(content, single=operation not in ("BatchWriteItem", "TransactWriteItems"))
        self._bill(answer, resource, reserved)
        return answer

    async def read_back(self, table: TableSchema, key: ItemKey) -> bytes | None:
        """Read the item that a doubtful write was about; None if there is none."""
        request = {
            "TableName": table.table_name,
            "Key": botocore_key(key),
            "ConsistentRead": True,
            "ReturnConsumedCapacity": "TOTAL",
        }
        decoded, units = await self._sender.send("GetItem", request, self.resource_of(table), decode_item)
        self._statistics.read_units += units
        items = decoded.items.column(0).to_pylist()
        return items[0].encode() if items else None

    async def wait_out(self, patience: Patience, table: TableSchema, error: BaseException | None) -> None:
        """Wait after a throttle or after what a batch left out, with full jitter; see Sender.wait_out."""
        await self._sender.wait_out(patience, self.resource_of(table), error)

    async def rest(self, attempt: int) -> None:
        """Wait before another try of what met other writers."""
        self._statistics.retries += 1
        await sleep_until(self._deadline, jittered_wait(attempt, self._timing), self._timing)

    def resource_of(self, table: TableSchema) -> Resource:
        """Give what writes of a table are paced and billed on; its rate is set when it is first named."""
        return self._at_pace(Resource(table.source, table.table_name))

    def _at_pace(self, resource: Resource) -> Resource:
        if resource not in self._paced:
            self._paced.add(resource)
            self._buckets.of(resource).set_rate(self._units_per_second)
        return resource

    async def _wait_for_others(self, mutations: Iterable[Mutation], resource: Resource) -> None:
        """Wait until the indexes, and the other tables of a transaction, have paid what they owe, too."""
        tables = {id(mutation.table): mutation.table for mutation in mutations}.values()
        others = [
            Resource(table.source, table.table_name, name)
            for table in tables
            for name in (None, *(index.name for index in table.indexes))
        ]
        for other in dict.fromkeys(others):
            if other != resource:
                await self._buckets.of(self._at_pace(other)).acquire(0.0, self._deadline)

    def _bill(self, answer: WriteAnswer, resource: Resource, reserved: float) -> None:
        self._buckets.of(resource).settle(reserved, 0.0)
        for capacity in answer.ConsumedCapacity:
            billed = Resource(resource.source, capacity.TableName or resource.table_name)
            for label, units in bill_parts(capacity, billed):
                index_name = label.partition("/")[2] or None
                self._buckets.of(Resource(billed.source, billed.table_name, index_name)).settle(0.0, units)
                self._statistics.add_units(label, units)


def _endpoint_parameters(operation: str, table_name: str) -> dict[str, Any]:
    """The parameters by which botocore chooses the endpoint; the request itself is ready."""
    match operation:
        case "BatchWriteItem":
            return {"RequestItems": {table_name: []}}
        case "TransactWriteItems":
            return {"TransactItems": []}
        case _:
            return {"TableName": table_name}
