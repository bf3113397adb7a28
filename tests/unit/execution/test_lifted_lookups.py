"""Lookups whose key is written into their text share a plan, and answer as each would alone."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from pgddb import planner
from pgddb.errors import SqlError
from tests.fakes.asking import Asking, select
from tests.fakes.store import FakeTable

TEXTS = ["a", "it's", "é😀", " ", "1", "", "x" * 3000]


@pytest.fixture
def things(asking: Asking) -> Asking:
    items: list[dict[str, Any]] = [{"id": {"S": text}, "n": {"N": str(place)}} for place, text in enumerate(TEXTS[:5])]
    asking.store.add(FakeTable("things", items))
    return asking


async def answer(asking: Asking, text: str, *, runs: bool) -> object:
    try:
        prepared = await asking.executor.prepare(select(text), runs=runs)
        assert prepared.parameter_oids == ()
        stream = await asking.executor.start(prepared)
    except SqlError as error:
        return type(error), error.message, error.position, error.hint
    rows = []
    while (batch := await stream.next_batch()) is not None:
        rows += batch.to_pylist()
    await stream.close()
    return prepared.fields, rows


@pytest.mark.parametrize(
    "condition",
    [
        *("id = '{}'".format(text.replace("'", "''")) for text in TEXTS),
        "'a' = id",
        "id = 'a' AND id = 'a'",
        "id = 5",
        "id = 'a' AND n = 0",
        "n = 1",
        "n = 'x'",
        "n = '1'",
        "missing = 'a'",
    ],
)
async def test_the_answer_is_that_of_the_statement_as_it_stands(things: Asking, condition: str) -> None:
    text = f"SELECT id, n, n AS again FROM things WHERE {condition}"
    shared = await answer(things, text, runs=True)
    assert shared == await answer(things, text, runs=False)
    assert shared == await answer(things, text, runs=True)


async def test_the_second_key_needs_no_plan(things: Asking) -> None:
    await answer(things, "SELECT n FROM things WHERE id = 'a'", runs=True)
    with patch.object(planner, "plan_select", side_effect=AssertionError):
        prepared = await things.executor.prepare(select("SELECT n FROM things WHERE id = ' '"), runs=True)
    stream = await things.executor.start(prepared)
    batch = await stream.next_batch()
    await stream.close()
    assert batch is not None
    assert batch.to_pylist() == [{"n": 3}]


async def test_an_item_that_widens_a_column_is_found_by_its_own_key(things: Asking) -> None:
    await answer(things, "SELECT id, n FROM things WHERE id = 'a'", runs=True)
    things.store.tables["things"].items.append({"id": {"S": "odd"}, "n": {"S": "no number"}})
    prepared = await things.executor.prepare(select("SELECT id, n FROM things WHERE id = 'odd'"), runs=True)
    stream = await things.executor.start(prepared, fields_fixed=False)
    batch = await stream.next_batch()
    await stream.close()
    assert batch is not None
    assert batch.to_pylist() == [{"id": "odd", "n": "no number"}]


async def test_a_statement_that_may_be_explained_keeps_its_constants(things: Asking) -> None:
    prepared = await things.executor.prepare(select("SELECT n FROM things WHERE id = 'a'"))
    assert prepared.bound is None
    assert prepared.statement.text == "SELECT n FROM things WHERE id = 'a'"


@pytest.mark.parametrize(
    "text",
    ["SELECT n FROM nothing WHERE id = 'a'", "SELECT n FROM things WHERE id = 'abcdef' AND x.n = 3"],
)
async def test_errors_point_into_the_text_of_the_client(things: Asking, text: str) -> None:
    shared = await answer(things, text, runs=True)
    assert isinstance(shared, tuple)
    assert shared == await answer(things, text, runs=False)
