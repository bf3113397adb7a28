"""Write a plan as PostgreSQL's FORMAT JSON does."""

from __future__ import annotations

import json

from pgddb.planner.explain import Explained, PlanNode, Shown
from pgddb.sql.options import ExplainOptions


def json_text(explained: Explained, options: ExplainOptions) -> str:
    """Give one document: a list of one statement, as PostgreSQL has it."""
    statement: dict[str, Shown] = {"Plan": _node(explained.root, options)}
    for detail in explained.summary:
        if detail.value is not None:
            statement[detail.label] = detail.value
    return json.dumps([statement], indent=2, ensure_ascii=False)


def _node(node: PlanNode, options: ExplainOptions) -> dict[str, Shown]:
    shown: dict[str, Shown] = {"Node Type": node.node_type or node.title}
    if node.label:
        shown["Subplan Name"] = node.label
    if options.costs:
        shown |= {
            "Startup Cost": round(node.cost.startup, 2),
            "Total Cost": round(node.cost.total, 2),
            "Plan Rows": max(1, round(node.cost.rows)),
            "Plan Width": node.cost.width,
        }
    if node.actual is not None:
        if node.actual.milliseconds is not None and options.timing is not False:
            shown |= {"Actual Startup Time": 0.0, "Actual Total Time": round(node.actual.milliseconds, 3)}
        shown |= {"Actual Rows": node.actual.rows, "Actual Loops": 1}
    for detail in node.details:
        if detail.value is not None:
            shown[detail.label] = detail.value
    if node.children:
        shown["Plans"] = [_node(child, options) for child in node.children]
    return shown
