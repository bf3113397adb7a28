"""Tables are found when a statement names them, described once for all who ask, and refreshed in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pgddb.access.table import Carrier, Source
from pgddb.catalog import CatalogFile, CatalogSnapshot
from pgddb.errors import AccessDenied, AmbiguousRelation, IoError
from pgddb.execution.table_discovery import TableDiscovery, WrittenName
from tests.fakes.store import FakeStore, FakeTable, numbered_items

PUBLIC = ("public",)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def store() -> FakeStore:
    made = FakeStore()
    for name in ("Reviews", "Orders", "events.2024"):
        made.add(FakeTable(name, numbered_items(100)))
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def tables(store: FakeStore, clock: Clock) -> AsyncIterator[TableDiscovery]:
    made = TableDiscovery(store, Source(), description_seconds=60.0, now=clock)
    yield made
    await made.close()


def written(name: str, *, quoted: bool = False, schema: str | None = None) -> WrittenName:
    return WrittenName(schema, name, quoted)


async def find(tables: TableDiscovery, *names: str) -> CatalogSnapshot:
    return await tables.find([written(name) for name in names], PUBLIC)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_only_the_tables_that_are_named_are_described(tables: TableDiscovery, store: FakeStore) -> None:
    catalog = await find(tables, "REVIEWS")
    found = catalog.table(None, "reviews", False)
    assert found is not None
    assert [column.name for column in found.columns] == ["id", "n", "document"]
    assert store.calls == ["list", "describe Reviews", "fetch Reviews"]


async def test_a_known_table_is_not_asked_for_again(tables: TableDiscovery, store: FakeStore) -> None:
    first = await find(tables, "reviews")
    second = await find(tables, "reviews")
    assert len(store.calls) == 3
    assert first.version == second.version


async def test_many_who_ask_at_once_share_one_flight(tables: TableDiscovery, store: FakeStore) -> None:
    store.delay_seconds = 0.01
    await asyncio.gather(*(find(tables, "reviews", "orders") for _ in range(20)))
    assert sorted(store.calls) == ["describe Orders", "describe Reviews", "fetch Orders", "fetch Reviews", "list"]


async def test_a_waiter_that_is_cancelled_does_not_end_the_flight_of_the_others(
    tables: TableDiscovery, store: FakeStore
) -> None:
    store.delay_seconds = 0.02
    first = asyncio.create_task(find(tables, "reviews"))
    second = asyncio.create_task(find(tables, "reviews"))
    await asyncio.sleep(0.03)
    first.cancel()
    assert (await second).table(None, "reviews", False) is not None
    assert store.calls.count("describe Reviews") == 1


async def test_a_failure_reaches_all_who_ask_and_is_not_remembered(tables: TableDiscovery, store: FakeStore) -> None:
    def fault(number: int) -> None:
        raise IoError("no sample today")

    store.fault = fault
    with pytest.raises(IoError):
        await tables.find([written("reviews")], PUBLIC)
    store.fault = None
    assert (await find(tables, "reviews")).table(None, "reviews", False) is not None


async def test_a_name_that_is_not_listed_makes_us_list_again_but_not_all_the_time(
    tables: TableDiscovery, store: FakeStore, clock: Clock
) -> None:
    assert (await find(tables, "late")).table(None, "late", False) is None
    store.add(FakeTable("Late", numbered_items(3)))
    assert (await find(tables, "late")).table(None, "late", False) is None
    clock.seconds += 2
    assert (await find(tables, "late")).table(None, "late", False) is not None
    assert store.calls.count("list") == 2


async def test_a_stale_description_is_used_and_refreshed_in_the_background(
    tables: TableDiscovery, store: FakeStore, clock: Clock
) -> None:
    before = await find(tables, "reviews")
    clock.seconds += 61
    store.tables["Reviews"].items = numbered_items(500)
    during = await find(tables, "reviews")
    assert during.version == before.version
    await settle()
    after = await find(tables, "reviews")
    found = after.table(None, "reviews", False)
    assert found is not None
    assert found.item_count == 500
    assert after.version > before.version


async def test_a_plan_from_the_cache_refreshes_what_it_reads(
    tables: TableDiscovery, store: FakeStore, clock: Clock
) -> None:
    found = (await find(tables, "reviews")).table(None, "reviews", False)
    assert found is not None
    tables.refresh_stale([found])
    clock.seconds += 61
    tables.refresh_stale([found])
    tables.refresh_stale([found])
    await settle()
    assert store.calls.count("describe Reviews") == 2
    assert store.calls.count("fetch Reviews") == 1


async def test_a_table_that_is_gone_is_forgotten(tables: TableDiscovery, store: FakeStore, clock: Clock) -> None:
    await find(tables, "reviews")
    del store.tables["Reviews"]
    clock.seconds += 61
    await find(tables, "reviews")
    await settle()
    assert (await find(tables, "reviews")).table(None, "reviews", False) is None


async def test_two_tables_that_differ_in_case_are_both_seen(tables: TableDiscovery, store: FakeStore) -> None:
    store.add(FakeTable("REVIEWS", numbered_items(3)))
    catalog = await find(tables, "reviews")
    with pytest.raises(AmbiguousRelation):
        catalog.table(None, "reviews", False)


async def test_system_relations_and_other_schemas_ask_nothing(tables: TableDiscovery, store: FakeStore) -> None:
    names = [written("pg_class"), written("tables", schema="information_schema"), written("x", schema="pg_catalog")]
    await tables.find(names, PUBLIC)
    await tables.find([written("reviews")], ("elsewhere",))
    assert store.calls == []


async def test_without_the_right_to_list_exact_names_still_work(tables: TableDiscovery, store: FakeStore) -> None:
    async def denied(source: Source) -> list[str]:
        raise AccessDenied("not allowed to list")

    store.list_tables = denied  # type: ignore[method-assign] # the fault under test
    assert (await find(tables, "Reviews")).table(None, "reviews", False) is not None
    assert (await find(tables, "reviews2")).table(None, "reviews2", False) is None


async def test_a_new_and_empty_table_is_sampled_again(tables: TableDiscovery, store: FakeStore, clock: Clock) -> None:
    store.add(FakeTable("New"))
    found = (await find(tables, "new")).table(None, "new", False)
    assert found is not None
    assert [column.name for column in found.columns] == ["id", "document"]
    store.tables["New"].items = numbered_items(50)
    clock.seconds += 61
    await find(tables, "new")
    await settle()
    found = (await find(tables, "new")).table(None, "new", False)
    assert found is not None
    assert [column.name for column in found.columns] == ["id", "n", "document"]


async def test_a_sample_stays_within_its_budget(store: FakeStore, clock: Clock) -> None:
    store.add(FakeTable("Big", numbered_items(1000, pad={"S": "x" * 20_000})))
    store.page_items = 1000
    tables = TableDiscovery(store, Source(), now=clock)
    await find(tables, "big")
    assert store.items_served < 30
    await tables.close()


async def test_widening_makes_a_new_version_once(tables: TableDiscovery) -> None:
    before = await find(tables, "reviews")
    table = before.table(None, "reviews", False)
    assert table is not None
    column = table.columns[1]
    assert tables.widen_column(table, column, '{"N":"1.5"}')
    after = tables.snapshot
    assert after.version == before.version + 1
    wider = after.table(None, "reviews", False)
    assert wider is not None
    assert (wider.columns[1].carrier, wider.version) == (Carrier.DECIMAL, table.version + 1)
    assert tables.widen_column(table, column, '{"N":"2.5"}')  # a plan made before: a new one is wider already
    assert tables.snapshot.version == after.version
    assert not tables.widen_column(wider, wider.columns[1], '{"N":"2.5"}')


async def test_what_was_learnt_survives_a_restart(store: FakeStore, clock: Clock, tmp_path: Path) -> None:
    for restart in range(2):
        file = CatalogFile(tmp_path)
        tables = TableDiscovery(store, Source(), file=file, now=clock)
        table = (await find(tables, "reviews")).table(None, "reviews", False)
        assert table is not None
        if restart == 0:
            assert tables.widen_column(table, table.columns[1], '{"S":"x"}')
            await asyncio.gather(*tables._flights.values())
        else:
            assert table.columns[1].carrier is Carrier.SCALAR_TEXT
        await tables.close()
        file.close()
    assert store.calls.count("fetch Reviews") == 1


async def test_an_index_as_a_relation_has_its_table_described(tables: TableDiscovery, store: FakeStore) -> None:
    await tables.find([WrittenName(None, "Reviews@by_n", quoted=True)], ("public",))
    assert store.calls == ["list", "describe Reviews", "fetch Reviews"]
