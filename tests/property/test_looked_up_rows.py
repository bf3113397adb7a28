"""A looked-up item gives the same row without the engine as with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.dynamo.item_columns import BatchMaker
from pgddb.engine import EngineSession, EngineSettings
from pgddb.errors import SqlError
from pgddb.execution import Executor, ServerResources, open_database
from tests.fakes.asking import Asking
from tests.fakes.store import FakeStore, FakeTable

TYPICAL: dict[str, dict[str, Any]] = {
    "title": {"S": "a title"},
    "whole": {"N": "12"},
    "price": {"N": "12.50"},
    "any": {"N": "1E+90"},
    "yes": {"BOOL": True},
    "nested": {"M": {"b": {"N": "1"}, "a": {"L": [{"S": "x"}]}}},
    "list": {"L": [{"N": "1.0"}, {"NULL": True}]},
    "bytes": {"B": "AAEC"},
    "words": {"SS": ["a", "b"]},
}
PLAIN = TYPICAL | {"any": {"N": "1" + 24 * "0"}}
STATEMENTS = (
    "SELECT * FROM things WHERE id = 'odd'",
    "SELECT document FROM things WHERE id = 'odd'",
    "SELECT whole AS w, price, price AS again, yes, id FROM things WHERE 'odd' = id",
    "SELECT title, whole, any, nested, list, yes FROM things t WHERE t.id = 'odd'",
    "SELECT title FROM things WHERE id = 'odd' AND id = 'odd'",
    "SELECT title FROM things WHERE id = 'odd' AND whole = 12",
    "SELECT count(*), max(title) FROM things WHERE id = 'odd'",
    "SELECT title FROM things WHERE id = 'missing'",
)

SCANS = (
    "SELECT * FROM things",
    "SELECT document FROM things",
    "SELECT whole AS w, price, price AS again, yes, id, document FROM things",
    "SELECT title, whole, any, nested, list, yes FROM things t",
    "SELECT title, id || 'x' AS x FROM things",
    "SELECT id, title FROM things LIMIT 60",
)

values = st.one_of(
    st.sampled_from(["", "é😀", 'q"\\', "a\x00b", "\n", "12"]).map(lambda text: {"S": text}),
    st.sampled_from(
        ["0", "-0", "007", "1.5", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1E+5", "0.10"]
    ).map(lambda digits: {"N": digits}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    st.just({"L": [{"N": "1"}]}),
    st.just({"M": {}}),
    st.just({"B": "AA=="}),
)
odd_items = st.dictionaries(st.sampled_from(sorted(TYPICAL)), values, max_size=3)
missing = st.sets(st.sampled_from(sorted(TYPICAL)), max_size=3)


TABLES = 3000
"""Every example takes two fresh ones, for a value that does not fit widens the column of its table for good."""


class Lookups:
    """An executor over a store of many tables, each filled when its turn comes; owns the event loop."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.store = FakeStore()
        for number in range(TABLES):
            self.store.add(FakeTable(f"t{number:04}"))
        self._fresh = iter(sorted(self.store.tables))
        self._database = open_database(EngineSettings(threads=1, memory_limit_bytes=256 * 1024 * 1024))
        self._resources = ServerResources(self.store, self._database)
        self._executor = Executor(self._resources)

    def answer(self, odd: dict[str, Any], statement: str, usual: dict[str, Any] = TYPICAL) -> object:
        """Give the rows of the statement over a fresh table with this item in it, or the error."""
        name = next(self._fresh)
        typical = [{"id": {"S": str(number)}, **usual} for number in range(50)]
        self.store.tables[name].items = [*typical, {"id": {"S": "odd"}, **odd}]
        asking = Asking(self._executor, self._resources, self.store)
        try:
            return self.runner.run(asking.ask(statement.replace("things", name)))
        except SqlError as error:
            return type(error), error.message.replace(name, "things")

    def close(self) -> None:
        self.runner.run(self._executor.close())
        self.runner.run(self._resources.close())
        self.runner.close()
        self._database.close()


@pytest.fixture(scope="module")
def lookups() -> Iterator[Lookups]:
    opened = Lookups()
    yield opened
    opened.close()


@settings(max_examples=100, deadline=None)
@given(changed=odd_items, left_out=missing, statement=st.sampled_from(STATEMENTS))
def test_a_lookup_answers_as_the_engine_does(
    lookups: Lookups, changed: dict[str, Any], left_out: set[str], statement: str
) -> None:
    odd = {name: value for name, value in TYPICAL.items() if name not in left_out} | changed
    without_engine = lookups.answer(odd, statement)
    with patch.object(Executor, "looked_up_path", lambda *_: None):
        assert without_engine == lookups.answer(odd, statement)


@settings(max_examples=40, deadline=None)
@given(changed=odd_items, usual=odd_items, left_out=missing, statement=st.sampled_from(SCANS))
def test_a_scan_answers_as_the_engine_does(
    both_ways: None,
    lookups: Lookups,
    changed: dict[str, Any],
    usual: dict[str, Any],
    left_out: set[str],
    statement: str,
) -> None:
    usual = PLAIN | usual
    odd = {name: value for name, value in usual.items() if name not in left_out} | changed
    without_engine = lookups.answer(odd, statement, usual)
    with patch.object(BatchMaker, "batch", return_value=None):
        assert without_engine == lookups.answer(odd, statement, usual)


@pytest.mark.parametrize("statement", SCANS[1:4])
def test_plain_outputs_of_all_items_leave_the_engine_out(both_ways: None, lookups: Lookups, statement: str) -> None:
    with patch.object(EngineSession, "run", side_effect=AssertionError):
        assert lookups.answer(PLAIN, statement, PLAIN)


@pytest.mark.parametrize("statement", STATEMENTS[1:5])
def test_plain_outputs_of_one_item_leave_the_engine_out(lookups: Lookups, statement: str) -> None:
    with patch.object(EngineSession, "run", side_effect=AssertionError):
        assert lookups.answer(TYPICAL, statement)


@pytest.mark.parametrize("statement", [STATEMENTS[0], *STATEMENTS[5:7]])
def test_sets_other_conditions_and_aggregates_are_the_engines(lookups: Lookups, statement: str) -> None:
    with patch.object(EngineSession, "run", side_effect=AssertionError), pytest.raises(AssertionError):
        lookups.answer(TYPICAL, statement)
