"""Say what a statement that writes will take, and for ANALYZE what it took, around the plan of the query behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import Struct
from sqlglot import exp

from pgddb.access.mutation import MutationGroup
from pgddb.access.prices import PriceTable
from pgddb.access.table import Column, TableSchema
from pgddb.access.write_cost import BATCH_ITEMS, WriteEstimate, expected_units, request_count
from pgddb.execution.explain import PathChoice
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.execution.server_resources import ExecutionSettings
from pgddb.execution.transaction_store import strongly_consistent
from pgddb.planner.dml_nodes import Verb, WritePlan
from pgddb.planner.explain import Cost, Detail, Explained, PlanNode, counted, price_text
from pgddb.planner.plan_nodes import ChosenPath

KEYS_OF_A_REQUEST = 100
"""As BatchGetItem takes them: INSERT looks which of its keys are taken."""


class StrongChoice:
    """Chooses as a statement that writes does: what it reads of its target is what is there now."""

    def __init__(self, choice: PathChoice, target: TableSchema | None) -> None:
        self._target = target
        self.settings: ExecutionSettings = choice.settings
        self._choice = choice

    def choose_paths(self, planned: PlannedQuery, parameters: Sequence[Any]) -> Mapping[str, ChosenPath]:
        chosen = self._choice.choose_paths(planned, parameters)
        return {feed: replace(one, path=strongly_consistent(one.path, self._target)) for feed, one in chosen.items()}


class Written(Struct, frozen=True):
    """What ANALYZE has done: the writes that COMMIT will send, and what they cost."""

    count: int
    group: MutationGroup
    estimate: WriteEstimate


class WriteTerms(Struct, frozen=True):
    """What the price of a write hangs on besides its plan.

    Attributes:
        looks_up: INSERT asks which of its keys are taken.
        conditional: each item goes by a request of its own, for it must still be what was read.
    """

    prices: PriceTable
    looks_up: bool
    conditional: bool


def around(explained: Explained, plan: WritePlan, terms: WriteTerms) -> Explained:
    """Put the write on top of the plan of its rows, and its price below."""
    values = plan.rows.statement.tree
    rows = float(len(values.expressions)) if isinstance(values, exp.Values) else explained.root.cost.rows
    root = PlanNode(
        title=f"{plan.verb.capitalize()} on {plan.table.name}",
        cost=Cost(explained.root.cost.total, explained.root.cost.total),
        details=tuple(_conflict(plan)),
        children=(explained.root,),
        node_type="ModifyTable",
    )
    estimate = expected_units(plan.table, rows, changed=_changed(plan))
    region = plan.table.source.region
    requests = rows if terms.conditional else -(-rows // BATCH_ITEMS)
    summary = [
        *explained.summary,
        Detail("Estimated Writes", None, _bill(estimate, terms.prices, region, requests)),
        Detail("Estimated Write Units", estimate.write_units, ""),
        Detail("Estimated Write Dollars", terms.prices.write_dollars(estimate.write_units, region), ""),
    ]
    if terms.looks_up:
        looked = counted(-(-rows // KEYS_OF_A_REQUEST), "request")
        summary.append(Detail("Key Check", rows, f"about {counted(rows, 'key')} in {looked}"))
    return Explained(root, tuple(summary))


def with_parts(explained: Explained, parts: Sequence[tuple[str, Explained]]) -> Explained:
    """Put what WITH writes under the statement; each part says its own price."""
    nodes = [
        replace(part.root, label=f"CTE {name}", details=(*part.root.details, *_told(part.summary)))
        for name, part in parts
    ]
    return replace(explained, root=replace(explained.root, children=(*nodes, *explained.root.children)))


def with_result(explained: Explained, written: Written, prices: PriceTable, region: str | None) -> Explained:
    """Say what ANALYZE has written."""
    sent = request_count(written.group)
    dollars = prices.write_dollars(written.estimate.write_units, region)
    result = (
        Detail("Rows Affected", written.count),
        Detail("Writes", None, _bill(written.estimate, prices, region, sent)),
        Detail("Write Units", written.estimate.write_units, ""),
        Detail("Write Dollars", dollars, ""),
    )
    return replace(explained, summary=(*explained.summary, *result))


def _told(summary: Sequence[Detail]) -> list[Detail]:
    return [detail for detail in summary if detail.label in ("Estimated Bill", "Estimated Writes", "Key Check")]


def _bill(estimate: WriteEstimate, prices: PriceTable, region: str | None, requests: float) -> str:
    """Write items, units (those of each index apart), dollars and requests."""
    units = f"{estimate.write_units:,.0f} write unit{'' if round(estimate.write_units) == 1 else 's'}"
    indexes = {name: taken for name, taken in estimate.units_by_resource.items() if "/" in name}
    shares = ", ".join(f"{name.partition('/')[2]} {taken:,.0f}" for name, taken in indexes.items())
    units += f" (of indexes: {shares})" if shares else ""
    dollars = price_text(prices.write_dollars(estimate.write_units, region))
    return f"{counted(estimate.items, 'item')}, {units}, {dollars}, {counted(requests, 'request')}"


def _changed(plan: WritePlan) -> frozenset[str] | None:
    """Name the attributes that an UPDATE changes; None where it may be any."""
    if plan.verb is not Verb.UPDATE:
        return None
    columns: list[Column] = [one.column for one in plan.rows.assignments]
    if any(not column.path or column.path[0] in plan.table.keys.names for column in columns):
        return None
    return frozenset(str(column.path[0]) for column in columns)


def _conflict(plan: WritePlan) -> list[Detail]:
    if plan.conflict is None:
        return []
    resolution = "NOTHING" if plan.conflict.update is None else "UPDATE"
    return [Detail("Conflict Resolution", resolution), Detail("Conflict Arbiter Indexes", f"{plan.table.name}_pkey")]
