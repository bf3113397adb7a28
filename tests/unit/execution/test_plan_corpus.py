"""The plans of a corpus of statements, over tables of known sizes; PGDDB_COMPLETE=1 writes them anew.

A file of tests/corpora/plans holds statements, each with its plan as comments below it. The tables are those of
`TABLES`: their sizes are stated, and few items show their columns.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typing_extensions import override

from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
    Throughput,
)
from pgddb.engine import Database
from pgddb.execution import Executor, ServerResources
from pgddb.sql import parse_one
from pgddb.sql.statements import ExplainStatement, SelectStatement
from tests.fakes.store import FakeStore, FakeTable, Item

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "plans"
ENTRY = re.compile(r"^(?P<statement>[A-Z][^;]*;)\n(?P<plan>(?:--.*\n)*)", re.MULTILINE)
MEBIBYTE = 1024 * 1024


@dataclass
class SizedTable(FakeTable):
    """A table that says how large it is."""

    item_count: int = 0
    size_bytes: int = 0

    @override
    def schema(self, source: Source) -> TableSchema:
        return replace(
            super().schema(source),
            item_count=self.item_count,
            size_bytes=self.size_bytes,
            throughput=Throughput(warm=12_000),
        )


def index(
    name: str, *keys: str, kind: IndexKind = IndexKind.GLOBAL, projection: IndexProjection = IndexProjection.ALL
) -> Index:
    partition, *sort = (KeyAttribute(key, AttributeType.S) for key in keys)
    return Index(name, kind, KeySchema((partition,), tuple(sort)), projection, throughput=Throughput(warm=12_000))


def orders() -> list[Item]:
    return [
        {
            "Tenant": {"S": f"t{number % 3}"},
            "OrderId": {"S": f"o{number}"},
            "Customer": {"S": f"c{number % 5}"},
            "Placed": {"S": f"2024-01-{number % 28 + 1:02}"},
            "Status": {"S": "open"},
            "Total": {"N": f"{number}.50"},
            "Paid": {"BOOL": number % 2 == 0},
            "Address": {"M": {"City": {"S": "Oslo"}}},
        }
        for number in range(40)
    ]


def customers() -> list[Item]:
    return [{"Customer": {"S": f"c{number}"}, "Name": {"S": f"n{number}"}} for number in range(5)]


TABLES = (
    SizedTable(
        "Orders",
        orders(),
        partition_key="Tenant",
        sort_key="OrderId",
        indexes=(
            index("by_customer", "Customer", "Placed"),
            index("by_status", "Status", projection=IndexProjection.KEYS_ONLY),
            index("by_placed", "Tenant", "Placed", kind=IndexKind.LOCAL),
        ),
        item_count=200_000,
        size_bytes=100 * MEBIBYTE,
    ),
    SizedTable("Customers", customers(), partition_key="Customer", item_count=5_000, size_bytes=MEBIBYTE),
    SizedTable("Fresh", customers(), partition_key="Customer"),
)


@pytest.fixture
async def executor(database: Database) -> AsyncIterator[Executor]:
    store = FakeStore()
    for table in TABLES:
        store.add(table)
    resources = ServerResources(store, database)
    opened = Executor(resources)
    yield opened
    await opened.close()
    await resources.close()


async def plan(executor: Executor, text: str) -> str:
    """Explain a statement, or the one that stands behind EXPLAIN with its options."""
    statement = parse_one(f"EXPLAIN {text}" if not text.upper().startswith("EXPLAIN") else text)
    assert isinstance(statement, ExplainStatement)
    assert isinstance(statement.statement, SelectStatement)
    prepared = await executor.prepare(statement.statement)
    explained = await executor.explain(prepared, (), statement.options)
    return "".join(f"-- {line}\n" for line in explained.texts)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.sql")), ids=lambda path: path.stem)
async def test_the_plans_of_the_corpus(executor: Executor, path: Path) -> None:
    written = await asyncio.to_thread(path.read_text, encoding="utf-8")
    renewed = written
    for entry in ENTRY.finditer(written):
        shown = await plan(executor, entry["statement"].removesuffix(";"))
        renewed = renewed.replace(entry[0], f"{entry['statement']}\n{shown}", 1)
    if os.environ.get("PGDDB_COMPLETE"):
        await asyncio.to_thread(path.write_text, renewed, encoding="utf-8")
    else:
        assert renewed == written


def test_the_corpus_is_there() -> None:
    statements = [entry["statement"] for path in CORPUS.glob("*.sql") for entry in ENTRY.finditer(path.read_text())]
    assert len(statements) >= 40
    assert len(set(statements)) == len(statements)
