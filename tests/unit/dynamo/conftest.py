"""Give the dynamo tests a store before the fault proxy, tables with items, and paths to read them."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiobotocore.session import AioSession

from pgddb.access.path import AccessPath, Estimate, Read
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.dynamo import Page, Store, StoreSettings, Timing
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.writing import Writing

SESSION = AioSession()
"""Shared, because reading the service model takes a tenth of a second."""

NO_ESTIMATE = Estimate(items=0, size_bytes=0, read_units=0, requests=0)


@dataclass(slots=True)
class FakeTiming:
    """A clock that only sleeping moves; every sleep is noted."""

    time: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    chance: float = 1.0

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def timing(self) -> Timing:
        return Timing(now=lambda: self.time, sleep=self.sleep, chance=lambda: self.chance)


@dataclass(slots=True)
class Reading:
    """What a test asks a store for, and what came."""

    store: Store
    table: TableSchema
    statistics: ReadStatistics = field(default_factory=ReadStatistics)
    pages: list[Page] = field(default_factory=list)

    async def __call__(self, read: Read, **options: Any) -> list[dict[str, Any]]:
        limits = {name: options.pop(name) for name in ("deadline", "read_units_per_second") if name in options}
        path = AccessPath(self.table, read, NO_ESTIMATE, **options)
        self.pages = []
        async with aclosing(self.store.fetch(path, statistics=self.statistics, **limits)) as pages:
            async for page in pages:
                self.pages.append(page)
        return [json.loads(text) for page in self.pages for text in page.items.column(0).to_pylist()]


@pytest.fixture
def fake_timing() -> FakeTiming:
    return FakeTiming()


@pytest.fixture
def source(fault_proxy: FaultProxy) -> Source:
    return Source(region="us-east-1", endpoint_url=fault_proxy.url)


@pytest.fixture
async def store(fake_timing: FakeTiming) -> AsyncIterator[Store]:
    settings = StoreSettings(attempts=2, read_timeout_seconds=2.0)
    opened = Store(settings, fake_timing.timing())
    yield opened
    await opened.close()


@pytest.fixture
async def seeding(dynamodb_endpoint: str) -> AsyncIterator[Any]:
    """A plain client, past the proxy."""
    async with SESSION.create_client("dynamodb", region_name="us-east-1", endpoint_url=dynamodb_endpoint) as client:
        yield client


def orders(count: int, partitions: int) -> list[dict[str, Any]]:
    """Items with pk p0.., sk of their number, a status for the index, and a padding."""
    return [
        {
            "pk": {"S": f"p{number % partitions}"},
            "sk": {"N": str(number)},
            "status": {"S": "new" if number % 3 else "paid"},
            "note": {"S": "x" * 40},
            "tags": {"L": [{"S": "a"}, {"N": str(number)}]},
        }
        for number in range(count)
    ]


KEY_ATTRIBUTES = {"pk": "S", "sk": "N", "status": "S"}


@pytest.fixture
def make_table(seeding: Any, store: Store, source: Source) -> Callable[..., Any]:
    """Make a table of orders with a global index by status and a local one; give a Reading of it."""

    async def make(count: int = 30, partitions: int = 3, **options: Any) -> Reading:
        name = f"orders-{uuid.uuid4().hex}"
        hash_and_range = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        await seeding.create_table(
            TableName=name,
            KeySchema=hash_and_range,
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in KEY_ATTRIBUTES.items()],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-status",
                    "KeySchema": [
                        {"AttributeName": "status", "KeyType": "HASH"},
                        {"AttributeName": "sk", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            **options,
        )
        items = orders(count, partitions)
        for start in range(0, count, 25):
            puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
            await seeding.batch_write_item(RequestItems={name: puts})
        return Reading(store, await store.describe(source, name))

    return make


@pytest.fixture
async def writing(make_table: Callable[..., Any], store: Store, seeding: Any) -> Writing:
    """An empty table to write into."""
    return Writing(store, (await make_table(0)).table, seeding)


@pytest.fixture
def no_aws_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Hide every credential and region of the machine."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
