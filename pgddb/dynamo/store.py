"""Read and write DynamoDB: the one object that the rest of pgddb talks to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any

from pgddb.access.attribute_values import decode_item, key_of
from pgddb.access.mutation import CommitOutcome, KeyIdentity, MutationGroup, key_identity
from pgddb.access.path import (
    AccessPath,
    BatchGet,
    Estimate,
    FetchBack,
    ItemGet,
    ItemKey,
    PartitionQuery,
    Read,
    SegmentScan,
)
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.access.table_change import TableChange, TableState
from pgddb.dynamo.client import Clients
from pgddb.dynamo.decode import read_item
from pgddb.dynamo.describe_table import table_schema
from pgddb.dynamo.fetch import fetch_pages
from pgddb.dynamo.page import Page
from pgddb.dynamo.requests import get_request
from pgddb.dynamo.sender import Sender
from pgddb.dynamo.settings import StoreSettings, Timing
from pgddb.dynamo.table_requests import change_request, table_state
from pgddb.dynamo.throttle import Buckets, Resource
from pgddb.dynamo.write import Writer
from pgddb.dynamo.write_sender import WriteSender
from pgddb.errors import SqlError, UndefinedTable


class Store:
    """Every DynamoDB account, region and endpoint that this server process reads. Owns the HTTP clients."""

    def __init__(self, settings: StoreSettings | None = None, timing: Timing | None = None) -> None:
        self._settings = settings or StoreSettings()
        self._timing = timing or Timing()
        self._clients = Clients(self._settings)
        self._buckets = Buckets(self._timing)
        self._write_buckets = Buckets(self._timing)
        self._decoding = asyncio.Lock()

    async def check(self, source: Source) -> None:
        """Ask DynamoDB one cheap question, so that wrong credentials, regions and endpoints show at startup.

        Also opens the first connection, which takes 0.2 s with TLS.

        Raises:
            SqlError: the reason, with a hint.
        """
        await self._ask(source, "ListTables", {"Limit": 1})

    async def list_tables(self, source: Source) -> list[str]:
        """Give DynamoDB's names of the source's tables, sorted."""
        names: list[str] = []
        request: dict[str, Any] = {}
        while True:
            answer = await self._ask(source, "ListTables", request)
            names += answer["TableNames"]
            last = answer.get("LastEvaluatedTableName")
            if last is None:
                return sorted(names)
            request = {"ExclusiveStartTableName": last}

    async def describe(self, source: Source, table_name: str) -> TableSchema:
        """Describe one table; `schema` is "public", `name` DynamoDB's and `columns` empty: the caller replaces them.

        Raises:
            UndefinedTable: there is no such table, or it is being made or deleted.
        """
        request = {"TableName": table_name}
        answer, ttl_attribute = await asyncio.gather(
            self._ask(source, "DescribeTable", request, table_name=table_name),
            self._ttl_attribute(source, table_name),
        )
        description: Mapping[str, Any] = answer["Table"]
        status = description.get("TableStatus", "ACTIVE")
        if status in ("CREATING", "DELETING"):
            raise UndefinedTable(f'DynamoDB table "{table_name}" is being {status[:-3].lower()}ed')
        return table_schema(source, description, ttl_attribute=ttl_attribute)

    async def change_table(self, source: Source, change: TableChange) -> None:
        """Ask for a change of a table; `table_state` says when it is done.

        Raises:
            SqlError: DynamoDB does not begin it.
        """
        operation, request = change_request(change)
        await self._ask(source, operation, request, table_name=change.table_name)

    async def table_state(self, source: Source, table_name: str) -> TableState:
        """Say how far the changes of a table have come."""
        try:
            answer = await self._ask(source, "DescribeTable", {"TableName": table_name}, table_name=table_name)
        except UndefinedTable:
            return TableState()
        return table_state(answer["Table"])

    async def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Carry out one access path; `aclose()` cancels what is in flight and starts nothing more.

        `deadline` is a moment of the store's clock (`time.monotonic` unless tests say otherwise) after which the
        read fails with QueryCanceled. `read_units_per_second` is the rate of this table or index from now on, for
        every statement that reads it; None lifts it.
        """
        for resource in _resources(path):
            self._buckets.of(resource).set_rate(read_units_per_second)
        pages = fetch_pages(self._sender(statistics, deadline), self._settings, path)
        try:
            async for page in pages:
                yield page
        finally:
            await pages.aclose()

    async def get_item(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> bytes | None:
        """Carry out a path of one GetItem, as `fetch` does, and give the item's raw typed JSON; None if there is none.

        Raises:
            SqlError: the read failed.
        """
        assert isinstance(path.read, ItemGet)
        resource = Resource(path.table.source, path.table.table_name)
        self._buckets.of(resource).set_rate(read_units_per_second)
        request = get_request(path, path.read.key)
        one, _ = await self._sender(statistics, deadline).send("GetItem", request, resource, read_item)
        return one.item

    async def write(
        self,
        group: MutationGroup,
        *,
        outcome: CommitOutcome,
        deadline: float | None = None,
        write_units_per_second: float | None = None,
    ) -> None:
        """Carry out the writes of one COMMIT; `outcome` tells what became of them, also after an error or a cancel.

        Raises:
            UniqueViolation, SerializationFailure: a condition failed, and nothing is written.
            StatementCompletionUnknown: something is written or may be, and something is not.
            SqlError: nothing is written, and this is why.
        """
        async with self.writer(
            outcome=outcome, deadline=deadline, write_units_per_second=write_units_per_second
        ) as writer:
            await writer.put_group(group)
            await writer.finish()

    def writer(
        self,
        *,
        outcome: CommitOutcome,
        deadline: float | None = None,
        write_units_per_second: float | None = None,
    ) -> Writer:
        """Give a writer that takes mutations as they come, for more than fits in memory; see Writer."""
        sender = Sender(
            self._clients,
            self._write_buckets,
            self._settings,
            self._timing,
            statistics=ReadStatistics(),
            deadline=deadline,
            counters=outcome.statistics,
        )
        writes = WriteSender(
            sender,
            self._write_buckets,
            self._timing,
            statistics=outcome.statistics,
            deadline=deadline,
            units_per_second=write_units_per_second,
        )
        return Writer(writes, self._settings, outcome)

    async def existing_keys(
        self,
        table: TableSchema,
        keys: Iterable[ItemKey],
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> set[KeyIdentity]:
        """Give those of the keys that have an item, by a consistent BatchGetItem of the keys alone."""
        path = AccessPath(
            table,
            BatchGet(tuple(keys)),
            Estimate(items=0, size_bytes=0, read_units=0, requests=0),
            projection=tuple((name,) for name in table.keys.names),
            consistent=True,
        )
        found: set[KeyIdentity] = set()
        pages = self.fetch(path, statistics=statistics, deadline=deadline, read_units_per_second=read_units_per_second)
        async with aclosing(pages):
            async for page in pages:
                items = map(decode_item, page.items.column(0).to_pylist())
                found.update(key_identity(table, key_of(table.keys, item)) for item in items)
        return found

    async def close(self) -> None:
        """Close every client."""
        await self._clients.close()

    async def _ttl_attribute(self, source: Source, table_name: str) -> str | None:
        """Ask for the attribute that holds the expiry; not being able to ask costs only that knowledge.

        Where the table or the endpoint is at fault, DescribeTable says so at the same time.
        """
        try:
            answer = await self._ask(source, "DescribeTimeToLive", {"TableName": table_name}, table_name=table_name)
        except SqlError:
            return None
        description = answer.get("TimeToLiveDescription", {})
        if description.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
            return None
        name = description.get("AttributeName")
        return None if name is None else str(name)

    async def _ask(
        self, source: Source, operation: str, request: dict[str, Any], *, table_name: str = "*"
    ) -> dict[str, Any]:
        """Send one question about tables, which costs no read units."""
        return await self._sender(ReadStatistics(), None).ask(operation, request, Resource(source, table_name))

    def _sender(self, statistics: ReadStatistics, deadline: float | None) -> Sender:
        return Sender(
            self._clients,
            self._buckets,
            self._settings,
            self._timing,
            statistics=statistics,
            deadline=deadline,
            decoding=self._decoding,
        )


def _resources(path: AccessPath) -> list[Resource]:
    """Name what a read is billed on."""

    def of(read: Read) -> list[str | None]:
        match read:
            case FetchBack(keys_from=keys_from):
                return [*of(keys_from), None]
            case PartitionQuery(index=index) | SegmentScan(index=index) if index is not None:
                return [index.name]
            case _:
                return [None]

    return [Resource(path.table.source, path.table.table_name, name) for name in of(path.read)]
