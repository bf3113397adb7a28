"""EXPLAIN says how a statement would read and what it would cost, and reads nothing but for ANALYZE."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pgddb.access.table import Source
from pgddb.engine import Database
from pgddb.errors import FeatureNotSupported
from pgddb.execution import Executor, ServerResources
from pgddb.execution.budget import Budget, Pace
from pgddb.sql.options import ExplainOptions
from tests.fakes.asking import Asking, select
from tests.fakes.store import FakeStore, FakeTable, numbered_items

TEXT = ExplainOptions()


async def explained(
    asking: Asking, text: str, *parameters: Any, options: ExplainOptions = TEXT, oids: tuple[int, ...] = ()
) -> tuple[str, ...]:
    prepared = await asking.executor.prepare(select(text), oids)
    asking.store.calls.clear()
    return (await asking.executor.explain(prepared, parameters, options)).texts


def things(asking: Asking, count: int = 1000) -> None:
    asking.store.add(FakeTable("Things", numbered_items(count, pad={"S": "x" * 400})))


async def test_explain_asks_for_no_item(asking: Asking) -> None:
    things(asking)
    lines = await explained(asking, "SELECT sum(n) FROM things WHERE n > 5")
    assert asking.store.calls == []
    assert lines[0] == "Aggregate  (cost=55.00..55.00 rows=1 width=8)"
    assert lines[1].startswith('  ->  DynamoDB Scan on "Things"  (cost=0.00..55.00 rows=333 width=8)')
    assert any(line.strip() == "Condition: n > 5 (inexact, by filter)" for line in lines)
    assert lines[-1] == "Estimated Bill: 55 read units, $0.00000688, 1 request"
    assert asking.notices == []


async def test_values_of_parameters_choose_the_path(asking: Asking) -> None:
    things(asking)
    lines = await explained(asking, "SELECT n FROM things WHERE id = $1", "7", options=ExplainOptions(costs=False))
    assert lines[:2] == ('DynamoDB GetItem on "Things"', "  Key: id = '7'")
    lines = await explained(asking, "SELECT n FROM things WHERE id = $1", None, options=ExplainOptions(costs=False))
    assert lines[2].startswith('  ->  DynamoDB No Read on "Things"')


async def test_a_statement_without_tables_is_a_result(asking: Asking) -> None:
    assert await explained(asking, "SELECT 1") == ("Result  (cost=0.00..0.00 rows=1 width=0)",)


async def test_analyze_settles_the_estimate_with_the_bill(asking: Asking) -> None:
    things(asking)
    lines = await explained(asking, "SELECT n FROM things WHERE n < 3", options=ExplainOptions(analyze=True))
    assert asking.store.calls == ["fetch Things"]
    consumed = next(line.strip() for line in lines if "Consumed" in line)
    assert consumed == (
        "Consumed: 5 read units on Things, < $0.000001, 10 requests, 10 pages, 1,000 items scanned, 1,000 returned"
    )
    assert "rows=3 loops=1)" in lines[0]
    assert lines[-3] == "Bill: 5 read units, < $0.000001, 10 requests"
    assert lines[-2].startswith("Planning Time: ")
    assert lines[-1].startswith("Execution Time: ")
    assert asking.store.open_reads == 0


async def test_json_says_the_same_in_numbers(asking: Asking) -> None:
    things(asking)
    options = ExplainOptions(analyze=True, format="json", timing=False, summary=False)
    (text,) = await explained(asking, "SELECT n FROM things WHERE n < 3", options=options)
    (statement,) = json.loads(text)
    plan = statement["Plan"]
    assert plan["Node Type"] == "DynamoDB Scan"
    assert plan["Conditions"] == [{"Condition": "n < 3", "Support": "inexact, by filter"}]
    assert plan["Residual Filter"] == ["n < 3"]
    assert plan["Estimated Read Units"] == 55.0
    assert plan["Consumed Read Units"] == 5.0
    assert plan["Consumed Read Units By Resource"] == {"Things": 5.0}
    assert (plan["Pages"], plan["Items Scanned"], plan["Items Returned"]) == (10, 1000, 1000)
    assert statement["Consumed Read Units"] == 5.0
    assert "Execution Time" not in statement


async def test_verbose_says_what_was_not_used_and_why(asking: Asking) -> None:
    things(asking)
    lines = await explained(asking, "SELECT n FROM things WHERE id IN ('1', '2')", options=ExplainOptions(verbose=True))
    assert lines[1] == "  Output: n"
    assert any(line.strip().startswith("Not Used: Scan Things: dearer: 55 read units") for line in lines)


async def test_an_unknown_size_is_said(asking: Asking) -> None:
    asking.store.add(FakeTable("Things", numbered_items(10), size_known=False))
    lines = await explained(asking, "SELECT n FROM things")
    estimate = next(line for line in lines if "Estimate:" in line)
    assert "the size of the table is not known, so this assumes 1,000 items" in estimate
    assert lines[-1].startswith("Estimated Bill: about ")


async def test_a_statement_that_would_be_refused_is_explained_and_says_so(asking: Asking) -> None:
    things(asking)
    asking.executor.settings = replace(asking.executor.settings, budget=Budget(read_units=10))
    lines = await explained(asking, "SELECT n FROM things")
    assert lines[-1] == (
        "Refused: statement would take about 55 read units ($0.00000688), "
        "more than pgddb.max_read_units allows (10 read units)"
    )


async def test_the_pace_gives_the_time(asking: Asking) -> None:
    things(asking)
    asking.executor.settings = replace(asking.executor.settings, pace=Pace(units_per_second=5.5))
    lines = await explained(asking, "SELECT n FROM things")
    assert "10.0 s" in next(line for line in lines if "Estimate:" in line)


async def test_the_users_price_counts(asking: Asking) -> None:
    things(asking)
    asking.executor.settings = replace(asking.executor.settings, read_price=1000.0)
    lines = await explained(asking, "SELECT n FROM things")
    assert lines[-1] == "Estimated Bill: 55 read units, $0.055, 1 request"


async def test_another_format_is_refused_by_name(asking: Asking) -> None:
    with pytest.raises(FeatureNotSupported, match=r"EXPLAIN \(FORMAT YAML\) is not supported yet"):
        await explained(asking, "SELECT 1", options=ExplainOptions(format="yaml"))


async def test_a_region_without_a_price_of_its_own_is_said(database: Database) -> None:
    store = FakeStore()
    store.add(FakeTable("Things", numbered_items(10)))
    resources = ServerResources(store, database, source=Source(region="mars-north-1"))
    executor = Executor(resources)
    asking = Asking(executor, resources, store)
    lines = await explained(asking, "SELECT n FROM things")
    executor.settings = replace(executor.settings, read_price=0.2)
    own = await explained(asking, "SELECT n FROM things")
    await executor.close()
    await resources.close()
    assert lines[-1].startswith("Prices: us-east-1's of ")
    assert "none is known of mars-north-1" in lines[-1]
    assert not any(line.startswith("Prices") for line in own)
