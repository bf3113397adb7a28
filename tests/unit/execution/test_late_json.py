"""Nested values that leave as jsonb are converted after the engine, beside their document or without it."""

from __future__ import annotations

import json

import pytest

from tests.fakes.asking import Asking
from tests.fakes.store import FakeTable, Item

ITEMS: list[Item] = [
    {"id": {"S": "0"}, "m": {"M": {"bb": {"S": "x"}, "a": {"N": "1.50"}}}, "l": {"L": [{"BOOL": True}]}},
    {"id": {"S": "1"}, "m": {"NULL": True}, "l": {"L": []}},
    {"id": {"S": "2"}, "l": {"L": [{"NULL": True}]}},
    {"id": {"S": "3"}, "m": {"M": {}}},
]
MAPS = ['{"a": 1.50, "bb": "x"}', None, None, "{}"]
LISTS = ["[true]", "[]", "[null]", None]


@pytest.fixture(params=[1, 100], ids=["few rows", "many rows"])
def times(request: pytest.FixtureRequest, asking: Asking) -> int:
    repeated = int(request.param)
    asking.store.add(
        FakeTable("Things", [{**item, "n": {"N": str(turn)}} for turn in range(repeated) for item in ITEMS])
    )
    return repeated


@pytest.mark.parametrize(
    "columns", ["id, n, m, l", "id, n, m, l, document", "document, l, m, id, n", "m, l, m AS again, id, n"]
)
async def test_nested_values_are_jsonb_text(columns: str, times: int, asking: Asking) -> None:
    rows = await asking.ask(f"SELECT {columns} FROM things ORDER BY n, id")
    assert [row["m"] for row in rows] == MAPS * times
    assert [row["l"] for row in rows] == LISTS * times
    assert [row.get("again", row["m"]) for row in rows] == MAPS * times
    for row in rows:
        if "document" in row:
            document = json.loads(row["document"])
            assert (document["id"], document["n"]) == (row["id"], row["n"])
            assert document.get("l") == (None if row["l"] is None else json.loads(row["l"]))


async def test_values_that_are_only_counted_or_tested_are_not_converted(times: int, asking: Asking) -> None:
    (row,) = await asking.ask(
        "SELECT count(m) AS m, count(l) AS l, count(n) AS n, count(*) FILTER (WHERE m IS NULL) AS no_m,"
        " count(*) FILTER (WHERE l IS NOT NULL AND n > 0) AS later FROM things"
    )
    assert row == {"m": 2 * times, "l": 3 * times, "n": 4 * times, "no_m": 2 * times, "later": 3 * (times - 1)}


async def test_rows_that_an_outer_join_adds_have_no_nested_values(times: int, asking: Asking) -> None:
    rows = await asking.ask(
        "SELECT b.document, b.m, b.l FROM things AS a LEFT JOIN things AS b ON b.id = a.id AND b.id > '9' WHERE a.n = 0"
    )
    assert rows == [{"document": None, "m": None, "l": None}] * 4


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT m FROM things WHERE n = 0 AND id = '0'",
        "SELECT m FROM things WHERE n = 0 AND id = '0' GROUP BY m",
        "SELECT m FROM (SELECT m FROM things WHERE n = 0 AND id = '0') AS s",
        "SELECT m FROM things WHERE n = 0 AND id = '0' UNION ALL SELECT m FROM things WHERE n < 0",
        "SELECT CASE WHEN true THEN m END AS m FROM things WHERE n = 0 AND id = '0'",
    ],
)
async def test_values_that_the_engine_compares_are_the_same(sql: str, times: int, asking: Asking) -> None:
    assert await asking.ask(sql) == [{"m": MAPS[0]}]
