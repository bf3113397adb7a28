"""The key of a table is used where the conditions give it."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.path import ItemGet, KeyCondition, NoRead, PartitionQuery, SegmentScan, SortCondition, SortOperator
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import AttributeType
from pgddb.planner import ReadSettings, choose_access_path

A = AttributeValue(AttributeType.S, "a")


def number(digits: str) -> AttributeValue:
    return AttributeValue(AttributeType.N, digits)


def path_of(plan: Any, sql: str, *parameters: object) -> Any:
    (read,) = plan(sql).reads
    return choose_access_path(read, parameters, ReadSettings()).path


def test_the_whole_key_is_one_item(plan: Any) -> None:
    path = path_of(plan, "SELECT name FROM users WHERE userid = $1 AND n = 1", "a")
    assert path.read == ItemGet((("UserId", A), ("n", number("1"))))
    assert path.projection == (("Name",), ("UserId",), ("n",))


@pytest.mark.parametrize(
    ("where", "sort"),
    [
        ("", None),
        (" AND n > 1", SortCondition("n", SortOperator.GREATER, (number("1"),))),
        (" AND n BETWEEN 1 AND 2", SortCondition("n", SortOperator.BETWEEN, (number("1"), number("2")))),
        (" AND n >= 2 AND n <= 1", SortCondition("n", SortOperator.GREATER_EQUAL, (number("2"),))),
    ],
)
def test_the_partition_key_is_a_query(plan: Any, where: str, sort: SortCondition | None) -> None:
    path = path_of(plan, f"SELECT 1 FROM users WHERE userid = 'a'{where}")
    assert path.read == PartitionQuery((KeyCondition((("UserId", A),), sort),))


def test_null_is_never_equal(plan: Any) -> None:
    assert isinstance(path_of(plan, "SELECT 1 FROM users WHERE userid = $1", None).read, NoRead)


def test_no_limit_is_pushed_beside_a_condition_that_the_key_does_not_answer(plan: Any) -> None:
    assert path_of(plan, "SELECT 1 FROM users WHERE userid = 'a' AND name = 'x' LIMIT 1").limit is None
    assert path_of(plan, "SELECT 1 FROM users WHERE userid = 'a' AND n > 1 LIMIT 2 OFFSET 3").limit == 5


def test_everything_else_is_a_scan(plan: Any) -> None:
    path = path_of(plan, "SELECT 1 FROM users WHERE name = 'x'")
    assert path.read == SegmentScan(8)


def test_a_limit_of_zero_reads_nothing(plan: Any) -> None:
    assert isinstance(path_of(plan, "SELECT name FROM users LIMIT 0").read, NoRead)


def test_a_count_fetches_keys_only(plan: Any) -> None:
    assert path_of(plan, "SELECT count(*) FROM users").projection == (("UserId",),)
