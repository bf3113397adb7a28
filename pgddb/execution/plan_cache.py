"""Remember plans by the text of their statements, and forget the ones that were not used for longest."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from sqlglot import exp

from pgddb.pgtypes import ResultField
from pgddb.planner.plan_nodes import PlanScope, SelectPlan


@dataclass(frozen=True, slots=True)
class PlanKey:
    """All that a plan depends on. Plans made of an older catalog fall out by themselves."""

    text: str
    catalog_version: int
    scope: PlanScope
    parameter_oids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A plan with what Describe answers for it."""

    tree: exp.Expr
    plan: SelectPlan
    fields: tuple[ResultField, ...]
    parameter_oids: tuple[int, ...]


class PlanCache:
    """Plans of one server. Not a promise: an entry may be gone at any time."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._plans: OrderedDict[PlanKey, PlannedQuery] = OrderedDict()

    def get(self, key: PlanKey, tree: exp.Expr) -> PlannedQuery | None:
        """Give the plan of this text; the tree is compared too, as a statement's text may stand for another tree."""
        found = self._plans.get(key)
        if found is None or not (found.tree is tree or found.tree == tree):
            return None
        self._plans.move_to_end(key)
        return found

    def put(self, key: PlanKey, planned: PlannedQuery) -> None:
        self._plans[key] = planned
        while len(self._plans) > self._capacity:
            self._plans.popitem(last=False)
