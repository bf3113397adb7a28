"""A read waits for keys where that pays, and goes on without them where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.engine import Database
from pgddb.errors import ConfigurationLimitExceeded, IoError
from pgddb.execution import Executor, Notice, ServerResources
from pgddb.execution import key_driven as key_driven_module
from pgddb.execution.budget import Budget
from tests.fakes.asking import Asking
from tests.fakes.dynamodb_model import Item
from tests.fakes.key_store import KeyStore

S, N = AttributeType.S, AttributeType.N
MANY = 200_000


def table(name: str, partition: str, sort: str | None = None, *, item_count: int) -> TableSchema:
    sorts = () if sort is None else (KeyAttribute(sort, N),)
    keys = KeySchema((KeyAttribute(partition, S),), sorts)
    return TableSchema("public", name, name, Source(), keys, (), (), item_count, item_count * 400)


def people(count: int) -> list[Item]:
    return [{"name": {"S": f"p{n}"}, "friend": {"S": f"p{n + 1}"}, "age": {"N": str(n)}} for n in range(count)]


def visits(count: int) -> list[Item]:
    return [{"who": {"S": f"p{n // 2}"}, "at": {"N": str(n % 2)}, "place": {"S": f"x{n}"}} for n in range(count)]


@pytest.fixture
async def asking(database: Database) -> AsyncIterator[Asking]:
    store = KeyStore()
    store.add(table("people", "name", item_count=MANY), people(50))
    store.add(table("visits", "who", "at", item_count=MANY), visits(100))
    store.add(table("places", "who", item_count=100), [{"who": {"S": f"p{n}"}} for n in range(100)])
    resources = ServerResources(store, database)
    notices: list[Notice] = []
    executor = Executor(resources, notify=notices.append)
    executor.settings = replace(executor.settings, warn_read_units=1e9)
    made = Asking(executor, resources, store, notices)
    await made.ask("SELECT count(*) FROM people p, visits v, places")
    store.reads.clear()
    yield made
    await executor.close()
    await resources.close()


async def reads_of(asking: Asking, statement: str, *parameters: Any) -> tuple[Sequence[dict[str, Any]], list[str]]:
    asking.store.reads.clear()
    async with asyncio.timeout(20):
        rows = await asking.ask(statement, *parameters)
    return rows, sorted(asking.store.reads)


async def test_a_list_of_two_partition_keys_sends_two_queries(asking: Asking) -> None:
    statement = "SELECT place FROM (VALUES ('p3'), ('p7'), (NULL)) k(name) JOIN visits v ON v.who = k.name ORDER BY 1"
    rows, reads = await reads_of(asking, statement)
    assert [row["place"] for row in rows] == ["x14", "x15", "x6", "x7"]
    assert reads == ["Query visits", "Query visits"]


async def test_full_keys_send_one_batch(asking: Asking) -> None:
    statement = "SELECT place FROM (VALUES ('p3', 1), ('p7', 0)) k(n, a) JOIN visits v ON v.who = k.n AND v.at = k.a"
    rows, reads = await reads_of(asking, statement)
    assert sorted(row["place"] for row in rows) == ["x14", "x7"]
    assert reads == ["Get visits"]


async def test_parameters_reach_the_query_for_keys(asking: Asking) -> None:
    statement = "SELECT place FROM unnest(ARRAY[$1::text, $2]) k(n) JOIN visits v ON v.who = k.n AND v.at = 0"
    rows, reads = await reads_of(asking, statement, "p1", "p2")
    assert sorted(row["place"] for row in rows) == ["x2", "x4"]
    assert reads == ["Get visits"]


async def test_a_chain_reads_no_whole_table(asking: Asking) -> None:
    statement = (
        "SELECT v.place FROM people a JOIN people b ON b.name = a.friend LEFT JOIN visits v ON v.who = b.friend "
        "WHERE a.name = 'p5'"
    )
    rows, reads = await reads_of(asking, statement)
    assert sorted(row["place"] for row in rows) == ["x14", "x15"]
    assert reads == ["Get people", "Get people", "Query visits"]


async def test_a_semi_join_sends_lookups(asking: Asking) -> None:
    statement = "SELECT age FROM people WHERE name IN (SELECT friend FROM people WHERE name IN ('p1', 'p4'))"
    rows, reads = await reads_of(asking, statement)
    assert sorted(row["age"] for row in rows) == [2, 5]
    assert reads == ["Get people", "Get people"]


async def test_no_key_at_all_reads_nothing(asking: Asking) -> None:
    rows, reads = await reads_of(
        asking, "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'nobody'"
    )
    assert rows == []
    assert reads == ["Get people", "nothing visits"]


async def test_switched_off_every_table_is_read_for_itself(asking: Asking) -> None:
    executor = asking.executor
    executor.settings = replace(executor.settings, reads=replace(executor.settings.reads, key_driven=False))
    _, reads = await reads_of(asking, "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'p1'")
    assert reads == ["Get people", "Scan visits"]


async def test_two_whole_tables_are_read_at_the_same_time(asking: Asking) -> None:
    _, reads = await reads_of(asking, "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend")
    assert reads == ["Scan people", "Scan visits"]


async def test_a_source_that_grows_too_large_is_read_once_and_gives_no_keys(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_driven_module, "KEPT_BYTES", 400)
    asking.store.page_items = 2
    statement = "SELECT count(*) AS c FROM people p JOIN visits v ON v.who = p.friend WHERE p.name IN ({})"
    names = ", ".join(f"'p{n}'" for n in range(20))
    rows, reads = await reads_of(asking, statement.format(names))
    assert rows == [{"c": 40}]
    assert reads == ["Get people", "Scan visits"]


async def test_more_keys_than_a_scan_is_worth_lead_to_the_scan(asking: Asking) -> None:
    statement = "SELECT count(*) AS c FROM generate_series(1, 90) g JOIN places p ON p.who = 'p' || g"
    rows, reads = await reads_of(asking, statement)
    assert rows == [{"c": 90}]
    assert reads == ["Scan places"]


async def test_the_failure_of_a_source_fails_the_statement(asking: Asking) -> None:
    asking.store.fault, asking.store.faulty_table = IoError("DynamoDB failed"), "people"
    with pytest.raises(IoError, match="DynamoDB failed"):
        await reads_of(asking, "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'p1'")
    assert "Query visits" not in asking.store.reads
    assert "Scan visits" not in asking.store.reads
    assert asking.store.open_reads == 0


async def test_an_error_in_the_query_for_keys_is_the_statement_s_own(asking: Asking) -> None:
    statement = "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'p3' AND 1 / (p.age - 3) > 0"
    with pytest.raises(Exception, match="division by zero"):
        await reads_of(asking, statement)
    assert asking.store.open_reads == 0


async def test_closing_early_stops_what_waits_for_keys(asking: Asking) -> None:
    statement = (
        "SELECT p.name FROM people p LEFT JOIN visits v ON v.who = p.friend WHERE p.name IN ('p1', 'p2') LIMIT 1"
    )
    for _ in range(3):
        rows, _ = await reads_of(asking, statement)
        assert len(rows) == 1
        assert asking.store.open_reads == 0


async def test_cancelling_while_keys_are_awaited_stops_everything(asking: Asking) -> None:
    statement = "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'p1'"
    for steps in range(12):
        running = asyncio.create_task(asking.ask(statement))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert asking.store.open_reads == 0
    rows, _ = await reads_of(asking, statement)
    assert len(rows) == 2


async def test_the_budget_counts_what_is_expected_with_keys(asking: Asking) -> None:
    executor = asking.executor
    executor.settings = replace(executor.settings, budget=Budget(read_units=100.0))
    statement = "SELECT count(*) AS c FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'p1'"
    rows, _ = await reads_of(asking, statement)
    assert rows == [{"c": 2}]


async def test_the_budget_refuses_a_scan_that_is_chosen_late(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_driven_module, "KEPT_BYTES", 10)
    executor = asking.executor
    executor.settings = replace(executor.settings, budget=Budget(read_units=100.0))
    with pytest.raises(ConfigurationLimitExceeded):
        await reads_of(asking, "SELECT 1 FROM people p JOIN visits v ON v.who = p.friend WHERE p.name = 'p1'")
    assert "Scan visits" not in asking.store.reads


async def test_many_keys_are_looked_up_in_one_read(asking: Asking) -> None:
    statement = "SELECT count(*) AS c FROM generate_series(0, 999) g JOIN people p ON p.name = 'p' || g"
    rows, reads = await reads_of(asking, statement)
    assert rows == [{"c": 50}]
    assert reads == ["Get people"]
