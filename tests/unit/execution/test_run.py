"""A SELECT is planned, fetched and run; whatever ends it early also ends its requests."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from pgddb.errors import DivisionByZero, FeatureNotSupported, IoError, SqlError, UndefinedTable
from pgddb.planner import PlanScope
from pgddb.sql import SessionContext
from tests.fakes.asking import Asking, select
from tests.fakes.store import FakeTable, numbered_items


async def test_rows_come_with_names_and_types(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(3)))
    prepared = await asking.executor.prepare(select("SELECT id, n, n + 1, document FROM things"))
    assert [(field.name, field.type.name) for field in prepared.fields] == [
        ("id", "text"),
        ("n", "int8"),
        ("?column?", "int8"),
        ("document", "jsonb"),
    ]
    rows = await asking.ask("SELECT id, n FROM things ORDER BY n DESC LIMIT 2")
    assert rows == [{"id": "2", "n": 2}, {"id": "1", "n": 1}]


async def test_documents_are_jsonb_text(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(1, tags={"SS": ["b", "a"]})))
    rows = await asking.ask("SELECT document FROM things")
    assert rows == [{"document": '{"n": 0, "id": "0", "tags": ["b", "a"]}'}]


async def test_parameters_are_bound_by_value(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(10)))
    for _ in range(3):
        assert await asking.ask("SELECT n FROM things WHERE id = $1", "7") == [{"n": 7}]
        assert await asking.ask("SELECT n FROM things WHERE id = $1", "it's") == []
        assert await asking.ask("SELECT n FROM things WHERE id = $1", None) == []


async def test_a_statement_that_comes_again_sees_new_items(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(1)))
    for count in (1, 2, 3, 4):
        asking.store.tables["Things"].items = numbered_items(count)
        assert await asking.ask("SELECT count(*) FROM things") == [{"count": count}]
        assert len(await asking.ask("SELECT n FROM things WHERE id = '0'")) == 1


async def test_a_join_reads_both_sides_at_the_same_time(asking: Asking) -> None:
    asking.store.page_items = 7
    asking.store.add(FakeTable("a", numbered_items(200)))
    asking.store.add(FakeTable("b", numbered_items(200)))
    async with asyncio.timeout(10):
        rows = await asking.ask("SELECT count(*) AS c FROM a JOIN b ON a.id = b.id JOIN a AS a2 ON a2.id = b.id")
    assert rows == [{"c": 200}]


async def test_a_statement_without_tables_asks_nothing(asking: Asking) -> None:
    assert await asking.ask("SELECT 1 AS one") == [{"one": 1}]
    assert asking.store.calls == []
    assert asking.notices == []


async def test_an_unknown_table_is_named(asking: Asking) -> None:
    with pytest.raises(UndefinedTable, match='relation "nowhere" does not exist'):
        await asking.ask("SELECT * FROM nowhere")


async def test_a_limit_stops_the_fetching(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(10_000, pad={"S": "x" * 5000})))
    asking.store.page_items = 200
    rows = await asking.ask("SELECT n FROM things WHERE n % 2 = 1 LIMIT 10")
    assert len(rows) == 10
    assert asking.store.pages_served < 25
    assert asking.store.open_reads == 0


async def test_a_closed_portal_stops_the_fetching(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(20_000, pad={"S": "x" * 1000})))
    asking.store.page_items = 200
    prepared = await asking.executor.prepare(select("SELECT document FROM things"))
    stream = await asking.executor.start(prepared)
    assert await stream.next_batch() is not None
    await stream.close()
    served = asking.store.pages_served
    assert served < 60
    assert asking.store.open_reads == 0
    await asyncio.sleep(0.02)
    assert asking.store.pages_served == served
    assert asking.notices[-1].message.startswith("pgddb: ")


async def test_a_suspended_portal_stops_fetching_ahead(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(20_000, pad={"S": "x" * 1000})))
    asking.store.page_items = 1000
    prepared = await asking.executor.prepare(select("SELECT document FROM things"))
    stream = await asking.executor.start(prepared)
    await asyncio.sleep(0.3)
    served = asking.store.pages_served
    await asyncio.sleep(0.2)
    assert asking.store.pages_served == served < 12
    await stream.close()


async def test_cancelling_stops_requests_at_once_and_the_session_goes_on(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(1000)))
    await asking.ask("SELECT 1 FROM things LIMIT 1")
    asking.store.delay_seconds = 0.02
    asking.store.page_items = 1
    running = asyncio.create_task(asking.ask("SELECT sum(n) FROM things"))
    await asyncio.sleep(0.1)
    began = time.perf_counter()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert time.perf_counter() - began < 0.5
    assert asking.store.open_reads == 0
    asking.store.delay_seconds = 0.0
    assert await asking.ask("SELECT count(*) AS c FROM things") == [{"c": 1000}]


async def test_an_error_in_the_middle_fails_the_statement_with_its_cause(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(1000)))
    await asking.ask("SELECT 1 FROM things LIMIT 1")

    def fault(number: int) -> None:
        if number == 5:
            raise IoError("DynamoDB failed again and again") from OSError("reset")

    asking.store.fault = fault
    with pytest.raises(IoError) as caught:
        await asking.ask("SELECT count(*) FROM things")
    assert isinstance(caught.value.__cause__, OSError)
    assert asking.store.open_reads == 0


async def test_a_bug_in_a_producer_fails_the_statement_too(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(1000)))
    await asking.ask("SELECT 1 FROM things LIMIT 1")

    def fault(number: int) -> None:
        if number == 5:
            raise KeyError("bug")

    asking.store.fault = fault
    with pytest.raises(KeyError):
        await asking.ask("SELECT count(*) FROM things")


async def test_an_error_of_the_engine_stops_the_fetching(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(20_000)))
    with pytest.raises(DivisionByZero):
        await asking.ask("SELECT 1 / n FROM things")
    assert asking.store.open_reads == 0


async def test_several_statements_may_be_open_at_a_time(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(5000)))
    prepared = await asking.executor.prepare(select("SELECT n FROM things"))
    streams = [await asking.executor.start(prepared) for _ in range(5)]
    counts = [0] * 5
    for _ in range(200):
        for number, stream in enumerate(streams):
            batch = await stream.next_batch()
            counts[number] += batch.num_rows if batch is not None else 0
    assert counts == [5000] * 5
    for stream in streams:
        await stream.close()


async def test_closing_the_executor_stops_what_is_open(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(40_000)))
    prepared = await asking.executor.prepare(select("SELECT n FROM things"))
    await asking.executor.start(prepared)
    await asking.executor.close()
    assert asking.store.open_reads == 0


async def test_a_value_that_does_not_fit_widens_its_column_before_any_row_leaves(asking: Asking) -> None:
    items = numbered_items(1000)
    items[700] = {"id": {"S": "700"}, "n": {"N": "1.5"}}
    items[800] = {"id": {"S": "800"}, "n": {"S": "many"}}
    asking.store.add(FakeTable("Things", items))
    rows = await asking.ask("SELECT n FROM things WHERE id = '1'")
    assert rows == [{"n": 1}]
    rows = await asking.ask("SELECT n FROM things ORDER BY id")
    assert {"n": "many"} in rows
    assert {"n": "1.5"} in rows


async def test_a_client_that_knows_the_fields_is_told_that_they_changed(asking: Asking) -> None:
    items = numbered_items(400)
    items[350] = {"id": {"S": "350"}, "n": {"S": "many"}}
    asking.store.add(FakeTable("Things", items))
    with pytest.raises(FeatureNotSupported, match="cached plan must not change result type"):
        await asking.ask("SELECT n FROM things ORDER BY id", fields_fixed=True)
    rows = await asking.ask("SELECT n FROM things ORDER BY id", fields_fixed=True)
    assert {"n": "many"} in rows


async def test_a_column_that_is_not_shown_may_be_widened_under_fixed_fields(asking: Asking) -> None:
    items = numbered_items(400)
    items[350] = {"id": {"S": "350"}, "n": {"N": "2.5"}}
    asking.store.add(FakeTable("Things", items))
    rows = await asking.ask("SELECT id FROM things WHERE n = 2.5", fields_fixed=True)
    assert rows == [{"id": "350"}]


async def test_every_statement_that_read_ends_with_its_bill(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(12)))
    await asking.ask("SELECT * FROM things")
    assert [(notice.severity, notice.message) for notice in asking.notices] == [
        ("NOTICE", "pgddb: 1 request, 1 page, 12 items scanned, 12 returned, 0.5 read units, $0.0000000625")
    ]


async def test_a_dear_scan_begins_with_a_warning(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(300, pad={"S": "x" * 1000})))
    asking.executor.settings = replace(asking.executor.settings, warn_read_units=10.0)
    await asking.ask("SELECT count(*) FROM things")
    assert [notice.severity for notice in asking.notices] == ["WARNING", "NOTICE"]
    assert 'scan of "Things"' in asking.notices[0].message
    assert '"id"' in (asking.notices[0].hint or "")


async def test_plans_are_shared_by_sessions_that_agree_on_what_they_were_made_of(asking: Asking) -> None:
    def as_user(name: str, pid: int) -> None:
        scope = PlanScope(SessionContext(user=name, backend_pid=pid))
        asking.executor.settings = replace(asking.executor.settings, scope=scope)

    plain, personal = select("SELECT 1 AS one"), select("SELECT current_user")
    as_user("ann", 1)
    first = [await asking.executor.prepare(each) for each in (plain, personal)]
    as_user("bob", 2)
    second = [await asking.executor.prepare(each) for each in (plain, personal)]
    assert first[0].plan is second[0].plan
    assert first[1].plan is not second[1].plan
    as_user("ann", 3)
    assert (await asking.executor.prepare(personal)).plan is first[1].plan


async def test_a_text_that_stands_for_another_tree_has_another_plan(asking: Asking) -> None:
    one, two = select("SELECT 1 AS a"), select("SELECT 2 AS a")
    same_text = replace(two, text=one.text)
    first, second = [await asking.executor.prepare(each) for each in (one, same_text)]
    assert first.plan is not second.plan


async def test_a_statement_timeout_reaches_the_store(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(10)))
    asking.executor.settings = replace(asking.executor.settings, deadline_seconds=5.0)
    await asking.ask("SELECT count(*) FROM things")
    assert asking.store.deadlines[-1] is not None


async def test_a_wrong_statement_is_refused_when_it_is_prepared(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(10)))
    for text in ("SELECT nothing FROM things", "SELECT nofunction(n) FROM things"):
        with pytest.raises(SqlError):
            await asking.executor.prepare(select(text))


async def test_numbers_of_any_size_group_and_are_asked_for_null_in_one_statement(asking: Asking) -> None:
    numbers = ("12345678901234567890123456789012", "0.1234567", "2", "2")
    items = [{"id": {"S": str(place)}, "n": {"N": digits}} for place, digits in enumerate(numbers)]
    missing: dict[str, dict[str, object]] = {"id": {"S": "none"}, "n": {"NULL": True}}
    asking.store.add(FakeTable("Wide", [*items, missing]))
    statement = "SELECT n, count(*) AS c FROM wide WHERE id = '2' GROUP BY n HAVING n IS NOT NULL"
    assert [row["c"] for row in await asking.ask(statement)] == [1]
    assert await asking.ask("SELECT count(n) AS c FROM wide WHERE n IS NOT NULL") == [{"c": 4}]
