"""Remember plans by the text of their statements, and forget the ones that were not used for longest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from pgddb.dynamo.item_row import RowMaker
from pgddb.execution.late_json import LatePlaces, item_places
from pgddb.execution.observed_context import ContextValues, values_of
from pgddb.pgtypes import ResultField, SingleRow, type_by_oid
from pgddb.planner import WholeKey, literal
from pgddb.planner.plan_nodes import SelectPlan
from pgddb.sql import SessionContext

PLANS_OF_A_TEXT = 8
"""A statement that asks who asks (`current_user`) has a plan for each answer; so many are kept."""


@dataclass(frozen=True, slots=True)
class PlanKey:
    """What every plan depends on. Plans made of an older catalog fall out by themselves."""

    text: str
    catalog_version: int
    search_path: tuple[str, ...]
    parameter_oids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A plan with what Describe answers for it.

    Attributes:
        context: what the plan was made of that a session decides; another session may use it if it has the same.
        late: the result columns that are to be converted after the engine.
        key, row_maker: the key of its item and what makes its row, where the plan is a lookup.
        constant: the row, where the plan has nothing but constants.
    """

    tree: exp.Expr
    context: ContextValues
    plan: SelectPlan
    fields: tuple[ResultField, ...]
    late: LatePlaces
    parameter_oids: tuple[int, ...]
    key: WholeKey | None = None
    row_maker: RowMaker | None = None
    constant: SingleRow | None = None

    @property
    def items(self) -> tuple[int, ...]:
        """Give the places of the result columns that hold whole items."""
        return item_places(self.late)

    def literals(self, parameters: Sequence[Any]) -> list[str]:
        """Write the values of the parameters in the engine's words."""
        types = [type_by_oid(oid).type_name for oid in self.parameter_oids]
        return [literal(value, name) for value, name in zip(parameters, types, strict=True)]

    def with_raw_items(self) -> PlannedQuery:
        """Leave whole items as they are."""
        return replace(self, late=tuple(entry for entry in self.late if entry[0] not in self.items))


class PlanCache:
    """Plans of one server. Not a promise: an entry may be gone at any time."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._plans: OrderedDict[PlanKey, tuple[PlannedQuery, ...]] = OrderedDict()

    def get(self, key: PlanKey, tree: exp.Expr, context: SessionContext) -> PlannedQuery | None:
        """Give the plan of this text; the tree is compared too, as a statement's text may stand for another tree."""
        for planned in self._plans.get(key, ()):
            same_tree = planned.tree is tree or planned.tree == tree
            if same_tree and values_of(context, planned.context) == planned.context:
                self._plans.move_to_end(key)
                return planned
        return None

    def put(self, key: PlanKey, planned: PlannedQuery) -> None:
        others = self._plans.get(key, ())
        self._plans[key] = (planned, *others[: PLANS_OF_A_TEXT - 1])
        self._plans.move_to_end(key)
        while len(self._plans) > self._capacity:
            self._plans.popitem(last=False)
