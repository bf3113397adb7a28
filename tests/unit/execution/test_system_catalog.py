"""What statements about the catalog ask of DynamoDB, and what they see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from pgddb.execution import Executor, ServerResources, open_database
from pgddb.sql import classify, parse_statements
from pgddb.sql.statements import SelectStatement
from tests.fakes.store import FakeStore, FakeTable, numbered_items


class Asker:
    """Runs statements and gives their rows."""

    def __init__(self, store: FakeStore, executor: Executor) -> None:
        self.store = store
        self._executor = executor

    async def __call__(self, text: str) -> list[tuple[Any, ...]]:
        (parsed,) = parse_statements(text)
        statement = classify(parsed)
        assert isinstance(statement, SelectStatement)
        stream = await self._executor.start(await self._executor.prepare(statement))
        rows: list[tuple[Any, ...]] = []
        try:
            while (batch := await stream.next_batch()) is not None:
                rows += zip(*(column.to_pylist() for column in batch.columns), strict=True)
        finally:
            await stream.close()
        return rows

    @property
    def fetches(self) -> list[str]:
        return [call for call in self.store.calls if call.startswith("fetch")]


@pytest_asyncio.fixture
async def ask() -> AsyncIterator[Asker]:
    store = FakeStore()
    for name in ("orders", "Reviews", "users"):
        store.add(FakeTable(name, numbered_items(60, colour={"S": "red"})))
    database = open_database()
    resources = ServerResources(store, database)
    executor = Executor(resources)
    yield Asker(store, executor)
    await executor.close()
    await resources.close()
    database.close()


async def test_listing_tables_reads_no_item(ask: Asker) -> None:
    found = await ask("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND oid >= 16384 ORDER BY 1")
    assert found == [("Reviews", 60.0), ("orders", 60.0), ("users", 60.0)]
    assert ask.fetches == []


async def test_descriptions_are_asked_for_once(ask: Asker) -> None:
    for _ in range(3):
        await ask("SELECT count(*) FROM pg_class")
    assert sorted(ask.store.calls) == ["describe Reviews", "describe orders", "describe users", "list"]


async def test_columns_of_all_tables_are_those_of_their_keys(ask: Asker) -> None:
    found = await ask("SELECT attname FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0 ORDER BY 1")
    assert {name for (name,) in found} == {"document", "id"}
    assert ask.fetches == []


async def test_a_table_that_is_named_is_sampled(ask: Asker) -> None:
    found = await ask(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 ORDER BY attnum"
    )
    assert found == [("id",), ("colour",), ("n",), ("document",)]
    assert set(ask.fetches) == {"fetch orders"}


async def test_a_table_that_is_named_by_oid_is_sampled(ask: Asker) -> None:
    ((oid,),) = await ask("SELECT oid FROM pg_class WHERE relname = 'users'")
    found = await ask(f"SELECT count(*) FROM pg_attribute WHERE attrelid = '{oid}' AND attnum > 0")
    assert found == [(4,)]
    assert set(ask.fetches) == {"fetch users"}


async def test_psqls_folded_name_finds_a_table_with_capitals(ask: Asker) -> None:
    matched = "relname OPERATOR(pg_catalog.~) '^({})$' COLLATE pg_catalog.default"
    text = f"SELECT relname FROM pg_catalog.pg_class WHERE {matched}"
    assert await ask(text.format("reviews")) == [("Reviews",)]
    assert await ask(text.format("REVIEWS")) == []


async def test_a_new_table_is_seen_when_the_list_is_old(ask: Asker) -> None:
    await ask("SELECT count(*) FROM pg_class")
    ask.store.add(FakeTable("later"))
    assert await ask("SELECT relname FROM pg_class WHERE relname = 'later'") == []


async def test_vectors_count_from_0(ask: Asker) -> None:
    found = await ask(
        "SELECT indkey[0], indkey[1], 1::int2 = ANY(indkey) FROM pg_index WHERE indrelid = 'orders'::regclass"
    )
    assert found == [(1, None, True)]


async def test_the_parts_of_an_index_key_can_be_expanded(ask: Asker) -> None:
    text = "SELECT (information_schema._pg_expandarray(indkey)).n FROM pg_index WHERE indrelid = 'orders'::regclass"
    assert await ask(text) == [(1,)]


async def test_the_information_schema_knows_keys(ask: Asker) -> None:
    found = await ask(
        "SELECT table_name, column_name, ordinal_position FROM information_schema.key_column_usage "
        "WHERE table_schema = 'public' ORDER BY 1"
    )
    assert found == [("Reviews", "id", 1), ("orders", "id", 1), ("users", "id", 1)]


async def test_oid_aliases_are_shown_as_names(ask: Asker) -> None:
    assert await ask("SELECT 'orders'::regclass::text, 23::regtype::text, 'pg_catalog.array_in'::regproc::text") == [
        ("orders", "integer", "array_in")
    ]


async def test_hidden_columns_can_be_named(ask: Asker) -> None:
    assert await ask("SELECT tableoid::regclass::text FROM pg_am WHERE amname = 'heap'") == [("pg_am",)]
