"""Carry out plans: the only part that sees planner, store, engine and catalog at once."""

from pgddb.execution.budget import Budget, Pace
from pgddb.execution.definitions.carry_out import changes_dynamodb
from pgddb.execution.definitions.session_definitions import SessionDefinitions
from pgddb.execution.dml_copy import CopyIn
from pgddb.execution.dml_results import PreparedWrite, WrittenRows
from pgddb.execution.engine_setup import open_database
from pgddb.execution.explain import ExplainedQuery
from pgddb.execution.notices import Notice
from pgddb.execution.prepared_query import PreparedQuery
from pgddb.execution.results import ResultStream
from pgddb.execution.run import Executor
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.execution.session_relations import SessionRow, SessionRows, no_session_rows
from pgddb.execution.system_catalog import add_catalog_functions
from pgddb.execution.write_settings import InsertMode, WriteSettings
from pgddb.execution.writes import SessionWrites
from pgddb.planner.dml import WriteStatement

__all__ = [
    "Budget",
    "CopyIn",
    "ExecutionSettings",
    "Executor",
    "ExplainedQuery",
    "InsertMode",
    "Notice",
    "Pace",
    "PreparedQuery",
    "PreparedWrite",
    "ResultStream",
    "ServerResources",
    "SessionDefinitions",
    "SessionRow",
    "SessionRows",
    "SessionWrites",
    "WriteSettings",
    "WriteStatement",
    "WrittenRows",
    "add_catalog_functions",
    "changes_dynamodb",
    "no_session_rows",
    "open_database",
]
