"""Plans are written as PostgreSQL writes them, as text and as JSON."""

from __future__ import annotations

import json

import pytest

from pgddb.planner.explain import (
    Actual,
    Cost,
    Detail,
    Explained,
    PlanNode,
    counted,
    price_text,
    seconds_text,
    text_lines,
    units_text,
)
from pgddb.planner.explain_json import json_text
from pgddb.sql.options import ExplainOptions

LEAF = PlanNode(
    'DynamoDB Query on "Reviews" r',
    Cost(0.0, 0.5, 12.4, 90),
    (
        Detail("Relation Name", "Reviews", ""),
        Detail("Key Condition", "\"User\" = 'Ann'"),
        Detail("Estimate", None, "0.5 read units"),
    ),
    node_type="DynamoDB Query",
    feed="feed_1",
)
PLAN = Explained(
    PlanNode("Limit", Cost(0.5, 0.5, 5, 90), (), (PlanNode("Sort", Cost(0.5, 0.5, 12.4, 90), (), (LEAF,)),)),
    (Detail("Estimated Bill", None, "0.5 read units"), Detail("Estimated Read Units", 0.5, "")),
)


def test_a_plan_is_indented_as_postgresql_indents() -> None:
    assert text_lines(PLAN, ExplainOptions()) == (
        "Limit  (cost=0.50..0.50 rows=5 width=90)",
        "  ->  Sort  (cost=0.50..0.50 rows=12 width=90)",
        '        ->  DynamoDB Query on "Reviews" r  (cost=0.00..0.50 rows=12 width=90)',
        "              Key Condition: \"User\" = 'Ann'",
        "              Estimate: 0.5 read units",
        "Estimated Bill: 0.5 read units",
    )


def test_what_is_kept_stands_below_its_name() -> None:
    kept = PlanNode("Append", label="CTE a", children=(LEAF,))
    scan = PlanNode("CTE Scan on a", details=(Detail("Filter", "(x)"),), children=(kept,))
    assert text_lines(Explained(scan), ExplainOptions(costs=False)) == (
        "CTE Scan on a",
        "  Filter: (x)",
        "  CTE a",
        "    ->  Append",
        '          ->  DynamoDB Query on "Reviews" r',
        "                Key Condition: \"User\" = 'Ann'",
        "                Estimate: 0.5 read units",
    )


@pytest.mark.parametrize(
    ("options", "measures"),
    [
        (ExplainOptions(), "  (cost=0.00..0.00 rows=1 width=0) (actual time=0.000..1.500 rows=7 loops=1)"),
        (ExplainOptions(costs=False), "  (actual time=0.000..1.500 rows=7 loops=1)"),
        (ExplainOptions(costs=False, timing=False), "  (actual rows=7 loops=1)"),
    ],
)
def test_what_was_measured_stands_beside_the_cost(options: ExplainOptions, measures: str) -> None:
    node = PlanNode("Result", actual=Actual(1.5, 7))
    assert text_lines(Explained(node), options) == (f"Result{measures}",)


def test_json_is_one_document_with_postgresqls_names() -> None:
    (statement,) = json.loads(json_text(PLAN, ExplainOptions(format="json")))
    assert statement["Estimated Read Units"] == 0.5
    limit = statement["Plan"]
    assert {key: value for key, value in limit.items() if key != "Plans"} == {
        "Node Type": "Limit",
        "Startup Cost": 0.5,
        "Total Cost": 0.5,
        "Plan Rows": 5,
        "Plan Width": 90,
    }
    leaf = limit["Plans"][0]["Plans"][0]
    assert leaf["Node Type"] == "DynamoDB Query"
    assert leaf["Relation Name"] == "Reviews"
    assert "Estimate" not in leaf


def test_json_leaves_out_what_is_not_asked_for() -> None:
    node = PlanNode("Result", actual=Actual(1.5, 7))
    (statement,) = json.loads(json_text(Explained(node), ExplainOptions(costs=False, timing=False)))
    assert statement == {"Plan": {"Node Type": "Result", "Actual Rows": 7, "Actual Loops": 1}}


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0.0, "$0"),
        (6.25e-8, "< $0.000001"),
        (1e-6, "$0.000001"),
        (0.00000999, "$0.00000999"),
        (0.016384, "$0.0164"),
        (0.0999, "$0.0999"),
        (0.1, "$0.10"),
        (1.6384, "$1.64"),
        (1234.5, "$1,234.50"),
    ],
)
def test_prices_are_written_for_people(dollars: float, text: str) -> None:
    assert price_text(dollars) == text


def test_units_counts_and_times_are_written_for_people() -> None:
    assert [units_text(1.0), units_text(0.5), units_text(131_072)] == [
        "1 read unit",
        "0.5 read units",
        "131,072 read units",
    ]
    assert [counted(1, "page"), counted(0, "page"), counted(1502.0, "item")] == ["1 page", "0 pages", "1,502 items"]
    assert [seconds_text(value) for value in (0.001, 9.99, 59.94, 61, 7260)] == [
        "< 0.01 s",
        "9.99 s",
        "59.9 s",
        "1 min 1 s",
        "2 h 1 min",
    ]
