"""Turn a statement and a catalog into a plan: pure, no I/O, no clock."""

from pgddb.planner.access_paths import choose_access_path
from pgddb.planner.dml import plan_write, writes_in_with
from pgddb.planner.dml_targets import copy_columns, target_table
from pgddb.planner.explain import price_text, units_text
from pgddb.planner.key_driver import KeyDriver
from pgddb.planner.key_schedule import KeyedRead, KeySchedule, expected_paths, read_by_keys, schedule_keys
from pgddb.planner.literals import literal
from pgddb.planner.misfits import Misfit, read_misfit
from pgddb.planner.plan import plan_select
from pgddb.planner.plan_nodes import (
    CatalogSnapshot,
    ChosenPath,
    OutputColumn,
    PlanScope,
    ReadSettings,
    SelectPlan,
    SortKey,
    TableRead,
)
from pgddb.planner.result_types import output_columns, output_fields
from pgddb.planner.template import SqlTemplate
from pgddb.planner.views import parsed_query
from pgddb.planner.whole_key import WholeKey, whole_key

__all__ = [
    "CatalogSnapshot",
    "ChosenPath",
    "KeyDriver",
    "KeySchedule",
    "KeyedRead",
    "Misfit",
    "OutputColumn",
    "PlanScope",
    "ReadSettings",
    "SelectPlan",
    "SortKey",
    "SqlTemplate",
    "TableRead",
    "WholeKey",
    "choose_access_path",
    "copy_columns",
    "expected_paths",
    "literal",
    "output_columns",
    "output_fields",
    "parsed_query",
    "plan_select",
    "plan_write",
    "price_text",
    "read_by_keys",
    "read_misfit",
    "schedule_keys",
    "target_table",
    "units_text",
    "whole_key",
    "writes_in_with",
]
