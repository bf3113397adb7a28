"""Hold a planned SELECT: what Describe answers and Execute starts."""

from __future__ import annotations

from msgspec import Struct

from pgddb.execution.plan_cache import PlannedQuery
from pgddb.pgtypes import ResultField
from pgddb.planner.plan_nodes import SelectPlan
from pgddb.sql.statements import SelectStatement


class PreparedQuery(Struct, frozen=True):
    """A SELECT that is planned: what Describe answers and Execute starts. Not bound to a session."""

    statement: SelectStatement
    given_oids: tuple[int, ...]
    planned: PlannedQuery

    @property
    def fields(self) -> tuple[ResultField, ...]:
        return self.planned.fields

    @property
    def parameter_oids(self) -> tuple[int, ...]:
        return self.planned.parameter_oids

    @property
    def plan(self) -> SelectPlan:
        return self.planned.plan
