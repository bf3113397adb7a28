"""A read by its whole key is the one that weighing all paths gives."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pgddb.access.prices import PriceTable, UnitPrices
from pgddb.access.statistics import TableStatistics
from pgddb.planner import ReadSettings, SelectPlan, choose_access_path, whole_key

Plan = Callable[..., SelectPlan]
TEXT, NUMERIC = 25, 1700
LOOKUP = 'SELECT "Name", addr, document FROM users WHERE'
PLAIN = [("a", 1), ("a", -(10**17)), ("é" * 500, Decimal("1.50"))]
ODD = [
    ("é" * 600, 1),
    ("a", Decimal("NaN")),
    ("a", Decimal(10) ** 200),
    ("", 1),
    ("x" * 3000, 1),
    (None, 1),
    ("a", None),
]
SETTINGS = [
    ReadSettings(),
    ReadSettings(consistent=True),
    ReadSettings(prices=PriceTable("2026-01-01", UnitPrices(0.25, 1.25)), units_per_second=10.0),
]


@pytest.mark.parametrize("values", [*PLAIN, *ODD], ids=lambda values: str(values)[:12])
def test_the_path_is_that_of_all_paths_or_none(plan: Plan, values: tuple[Any, ...]) -> None:
    found = plan(f'{LOOKUP} n = $2 AND "UserId" = $1', (TEXT, NUMERIC))
    key = whole_key(found)
    assert key is not None
    for settings in (*SETTINGS, *reversed(SETTINGS)):
        path = key.path(values, settings)
        weighed = choose_access_path(found.reads[0], values, settings).path
        assert path == weighed if values in PLAIN else path is None


def test_the_estimate_follows_what_is_seen_of_the_table(plan: Plan) -> None:
    found = plan(f"""{LOOKUP} n = 3 AND "UserId" = 'a'""")
    key, table = whole_key(found), found.reads[0].table
    assert key is not None
    for size in (400.0, 9000.0, 400.0):
        settings = ReadSettings(statistics={(table.source, table.table_name): TableStatistics(item_bytes=size)})
        path = key.path((), settings)
        assert path == choose_access_path(found.reads[0], (), settings).path


@pytest.mark.parametrize(
    "rest",
    [
        """ "Name" FROM users WHERE "UserId" = 'a'""",
        """ "Name" FROM users WHERE "UserId" = 'a' AND n > 3""",
        """ "Name" FROM users WHERE "UserId" = 'a' AND n = 3 LIMIT 1""",
        """ count(*) FROM users WHERE "UserId" = 'a' AND n = 3""",
        """ /*+ scan(users) */ "Name" FROM users WHERE "UserId" = 'a' AND n = 3""",
    ],
)
def test_other_statements_have_no_whole_key(plan: Plan, rest: str) -> None:
    assert whole_key(plan(f"SELECT {rest}")) is None
