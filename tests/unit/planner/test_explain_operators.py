"""The engine's operators become PostgreSQL's; no word of the engine is left."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.planner.explain import Cost, Explained, PlanNode, text_lines
from pgddb.planner.explain_expressions import ExpressionTexts, ShownColumn, outline_column
from pgddb.planner.explain_operators import operator_tree
from pgddb.sql.options import ExplainOptions

COLUMNS = {
    outline_column("feed_1", 0): ShownColumn("id", "t"),
    outline_column("feed_1", 1): ShownColumn("n", "t"),
    outline_column("feed_2", 0): ShownColumn("key", "u"),
}
LEAVES = {
    "feed_1": PlanNode("DynamoDB Scan on t", Cost(0, 100, 1000, 40), feed="feed_1"),
    "feed_2": PlanNode("DynamoDB Query on u", Cost(0, 2, 10, 20), feed="feed_2"),
}


def step(name: str, *children: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {
        "name": name,
        "children": list(children),
        "extra_info": {key.replace("_", " "): extra[key] for key in extra},
    }


def t() -> dict[str, Any]:
    return step("PYTHON_ARROW_SCAN ", Projections=[outline_column("feed_1", 0), outline_column("feed_1", 1)])


def u() -> dict[str, Any]:
    return step("PYTHON_ARROW_SCAN", Projections=outline_column("feed_2", 0))


def shown(plan: dict[str, Any], *, costs: bool = False, feeds: tuple[str, ...] = ("feed_1", "feed_2")) -> list[str]:
    leaves = {feed: LEAVES[feed] for feed in feeds}
    root = operator_tree([plan], leaves, ExpressionTexts(COLUMNS, frozenset({"series"})), frozenset({"series"}))
    return [*text_lines(Explained(root), ExplainOptions(costs=costs))]


@pytest.mark.parametrize(
    ("name", "kind", "title", "label"),
    [
        ("HASH_JOIN", "INNER", "Hash Join", "Hash Cond"),
        ("HASH_JOIN", "LEFT", "Hash Left Join", "Hash Cond"),
        ("HASH_JOIN", "OUTER", "Hash Full Join", "Hash Cond"),
        ("HASH_JOIN", "MARK", "Hash Semi Join", "Hash Cond"),
        ("HASH_JOIN", "RIGHT_ANTI", "Hash Right Anti Join", "Hash Cond"),
        ("NESTED_LOOP_JOIN", "INNER", "Nested Loop", "Join Filter"),
        ("BLOCKWISE_NL_JOIN", "LEFT", "Nested Loop Left Join", "Join Filter"),
        ("IE_JOIN", "INNER", "Merge Join", "Merge Cond"),
    ],
)
def test_joins_have_postgresqls_names(name: str, kind: str, title: str, label: str) -> None:
    lines = shown(step(name, t(), u(), Join_Type=kind, Conditions="id = key"))
    assert lines[:3] == [title, f"  {label}: (t.id = u.key)", "  ->  DynamoDB Scan on t"]
    assert [line.strip() for line in lines[3:]] == (
        ["->  Hash", "->  DynamoDB Query on u"] if title.startswith("Hash") else ["->  DynamoDB Query on u"]
    )


def test_projections_are_nobodys_business() -> None:
    plan = step("PROJECTION", step("PROJECTION", t(), Projections=["#0"]), Projections="id")
    assert shown(plan, feeds=("feed_1",)) == ["DynamoDB Scan on t"]


def test_a_top_n_is_a_limit_over_a_sort() -> None:
    plan = step("TOP_N", t(), Top="5", Order_By=[f"{outline_column('feed_1', 1)} DESC", "id ASC"])
    assert shown(plan, costs=True, feeds=("feed_1",)) == [
        "Limit  (cost=100.00..100.00 rows=5 width=40)",
        "  ->  Sort  (cost=100.00..100.00 rows=1000 width=40)",
        "        Sort Key: t.n DESC, t.id",
        "        ->  DynamoDB Scan on t  (cost=0.00..100.00 rows=1000 width=40)",
    ]


def test_aggregates_name_their_group_through_the_projection_below() -> None:
    below = step("PROJECTION", t(), Projections=["id", "n"])
    plan = step(
        "FILTER", step("HASH_GROUP_BY", below, Groups="#0", Aggregates="count_star()"), Expression="(count_star() > 3)"
    )
    assert shown(plan, feeds=("feed_1",)) == [
        "HashAggregate",
        "  Group Key: t.id",
        "  Filter: (count(*) > 3)",
        "  ->  DynamoDB Scan on t",
    ]


def test_a_filter_stands_at_the_read_and_leaves_its_rows() -> None:
    plan = step("FILTER", t(), Expression=f"({outline_column('feed_1', 1)} > 5)")
    assert shown(plan, costs=True, feeds=("feed_1",)) == [
        "DynamoDB Scan on t  (cost=0.00..100.00 rows=1000 width=40)",
        "  Filter: (t.n > 5)",
    ]


def test_a_filter_over_anything_else_is_a_subquery_scan() -> None:
    plan = step("FILTER", step("WINDOW", t()), Expression=f"({outline_column('feed_1', 1)} > 5)")
    assert shown(plan, feeds=("feed_1",))[:3] == ["Subquery Scan", "  Filter: (t.n > 5)", "  ->  WindowAgg"]
    unsaid = step("FILTER", step("WINDOW", t()), Expression="#4")
    assert shown(unsaid, feeds=("feed_1",))[0] == "WindowAgg"


def test_common_table_expressions_hang_below_their_readers() -> None:
    reader = step("HASH_JOIN", step("CTE_SCAN", CTE_Index="7"), u(), Join_Type="INNER", Conditions="id = key")
    assert shown(step("CTE", t(), reader, CTE_Name="a", Table_Index="7")) == [
        "Hash Join",
        "  Hash Cond: (t.id = u.key)",
        "  CTE a",
        "    ->  DynamoDB Scan on t",
        "  ->  CTE Scan on a",
        "  ->  Hash",
        "        ->  DynamoDB Query on u",
    ]


def test_names_of_the_engines_own_expressions_stay_unsaid() -> None:
    plan = step("CTE", t(), step("CTE_SCAN", CTE_Index="9"), CTE_Name="__duckdb_delim_9", Table_Index="9")
    assert shown(plan, feeds=("feed_1",))[:2] == ["CTE Scan on subplan", "  SubPlan"]


@pytest.mark.parametrize(
    ("plan", "lines"),
    [
        (step("PROJECTION", step("DUMMY_SCAN")), ["Result"]),
        (step("EMPTY_RESULT"), ["Result", "  One-Time Filter: false"]),
        (step("COLUMN_DATA_SCAN"), ["Values Scan"]),
        (step("SERIES", Function="SERIES"), ["Function Scan on series"]),
        (step("SECRET_ENGINE_FUNCTION"), ["Function Scan"]),
        (step("SECRET_STEP", step("COLUMN_DATA_SCAN")), ["Values Scan"]),
        (step("SEQ_SCAN", Table='"memory".pg."pg_class"'), ["Seq Scan on pg_class"]),
        (step("UNNEST", step("DUMMY_SCAN")), ["ProjectSet", "  ->  Result"]),
        (step("UNION", step("DUMMY_SCAN"), step("DUMMY_SCAN")), ["Append", "  ->  Result", "  ->  Result"]),
    ],
)
def test_statements_without_tables(plan: dict[str, Any], lines: list[str]) -> None:
    assert shown(plan, feeds=()) == lines


def test_reads_that_the_engine_does_not_look_at_are_shown_for_they_are_paid() -> None:
    lines = shown(step("EMPTY_RESULT"), costs=True)
    assert lines == [
        "Result  (cost=0.00..102.00 rows=1 width=0)",
        "  One-Time Filter: false",
        "  ->  DynamoDB Scan on t  (cost=0.00..100.00 rows=1000 width=40)",
        "  ->  DynamoDB Query on u  (cost=0.00..2.00 rows=10 width=20)",
    ]
