"""Say what a statement that writes needs of the executor of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from pgddb.access.table import TableSchema
from pgddb.execution.explain import ExplainedQuery, Run
from pgddb.execution.prepared_query import PreparedQuery
from pgddb.execution.results import ResultStream
from pgddb.execution.server_resources import ExecutionSettings
from pgddb.execution.transaction_store import NOTHING_GIVEN, GivenItems
from pgddb.planner.explain import Explained
from pgddb.planner.plan_nodes import CatalogSnapshot
from pgddb.sql.options import ExplainOptions
from pgddb.sql.statements import SelectStatement


class Queries(Protocol):
    """What `Executor` does for writes."""

    settings: ExecutionSettings

    async def catalog_for(self, tree: exp.Expr) -> CatalogSnapshot: ...

    async def prepare(self, statement: SelectStatement, parameter_oids: Sequence[int] = ()) -> PreparedQuery: ...

    async def start(
        self,
        prepared: PreparedQuery,
        parameters: Sequence[Any] = (),
        *,
        fields_fixed: bool = True,
        given: GivenItems = NOTHING_GIVEN,
        raw_items: bool = False,
        target: TableSchema | None = None,
    ) -> ResultStream: ...

    async def explain_rows(
        self,
        prepared: PreparedQuery,
        parameters: Sequence[Any],
        options: ExplainOptions,
        around: Callable[[Explained], Explained],
        *,
        target: TableSchema | None,
        ran: Run | None = None,
    ) -> ExplainedQuery: ...
