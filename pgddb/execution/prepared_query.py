"""Hold a planned SELECT: what Describe answers and Execute starts."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pgddb.execution.plan_cache import PlannedQuery
from pgddb.pgtypes import ResultField
from pgddb.planner.plan_nodes import SelectPlan
from pgddb.sql.statements import SelectStatement


class PreparedQuery(Struct, frozen=True):
    """A SELECT that is planned: what Describe answers and Execute starts. Not bound to a session.

    Attributes:
        bound: the values of its parameters, where it has some that the client does not know of.
    """

    statement: SelectStatement
    given_oids: tuple[int, ...]
    planned: PlannedQuery
    bound: tuple[Any, ...] | None = None

    @property
    def fields(self) -> tuple[ResultField, ...]:
        return self.planned.fields

    @property
    def parameter_oids(self) -> tuple[int, ...]:
        return self.planned.parameter_oids if self.bound is None else ()

    @property
    def plan(self) -> SelectPlan:
        return self.planned.plan
