"""Carry out plans: the only part that sees planner, store, engine and catalog at once."""

from pgddb.execution.budget import Budget, Pace
from pgddb.execution.engine_setup import open_database
from pgddb.execution.explain import ExplainedQuery
from pgddb.execution.notices import Notice
from pgddb.execution.results import ResultStream
from pgddb.execution.run import Executor, PreparedQuery
from pgddb.execution.server_resources import ExecutionSettings, ServerResources

__all__ = [
    "Budget",
    "ExecutionSettings",
    "Executor",
    "ExplainedQuery",
    "Notice",
    "Pace",
    "PreparedQuery",
    "ResultStream",
    "ServerResources",
    "open_database",
]
