"""A SELECT of constants gives the row that the engine would give, without the engine."""

from __future__ import annotations

from unittest.mock import patch

import pyarrow as pa
import pytest

from pgddb.engine import EngineSession
from pgddb.execution import run
from tests.fakes.asking import Asking, select

STATEMENTS = [
    "SELECT 1",
    "SELECT 1 AS one, -2147483647 AS two, 2147483648 AS three, 4::smallint AS four, 5::bigint AS five",
    "SELECT 'a' AS a, '' AS b, 'it''s 😀' AS c, 'd'::text AS d, 'e'::varchar AS e, true AS f, false AS g",
    "SELECT version() AS v, current_user AS u, current_schema() AS s, current_database() AS d",
]


async def batches(asking: Asking, text: str) -> tuple[list[pa.RecordBatch], str]:
    prepared = await asking.executor.prepare(select(text))
    stream = await asking.executor.start(prepared)
    found = []
    while (batch := await stream.next_batch()) is not None:
        found.append(batch)
    await stream.close()
    return found, stream.command_tag(1)


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_the_row_and_its_types_are_the_engines(asking: Asking, statement: str) -> None:
    with patch.object(EngineSession, "run", side_effect=AssertionError):
        (ours,), tag = await batches(asking, statement)
    asking.resources.plans._plans.clear()
    with patch.object(run, "constant_row", lambda _plan: None):
        (theirs,), same_tag = await batches(asking, statement)
    assert ours.schema.types == theirs.schema.types
    assert [column.to_pylist() for column in ours.columns] == [column.to_pylist() for column in theirs.columns]
    assert tag == same_tag


async def test_a_constant_costs_nothing_and_says_nothing(asking: Asking) -> None:
    assert await asking.ask("SELECT 1 AS x") == [{"x": 1}]
    assert asking.notices == []
