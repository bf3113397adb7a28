"""Give the fields of a result: what the plan says of its columns, and the engine of the rest."""

from __future__ import annotations

from collections.abc import Sequence

from pgddb import planner
from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes import ResultField, type_by_name
from pgddb.pgtypes.registry import TEXT, find_type_by_name
from pgddb.planner.plan_nodes import OutputColumn, SelectPlan


def needs_describing(plan: SelectPlan) -> bool:
    """Say whether the plan leaves the type of a column, or which columns there are, to the engine."""
    return any(column.type_name is None for column in plan.columns)


def result_columns(plan: SelectPlan, described: Sequence[tuple[str, str]]) -> tuple[OutputColumn, ...]:
    """Give one column for each of the result; `described` is what the engine says, empty if it need not be asked."""
    if not needs_describing(plan):
        return plan.columns
    columns = planner.output_columns(plan, described)
    types = planner.output_fields(plan, described)
    return tuple(
        OutputColumn(name, type_name, modifier, column.late)
        for column, (name, type_name, modifier) in zip(columns, types, strict=True)
    )


def result_fields(columns: Sequence[OutputColumn]) -> tuple[ResultField, ...]:
    """Give what RowDescription says of the columns."""
    return tuple(
        ResultField(column.name, type_by_name(column.type_name or TEXT.type_name), column.type_modifier)
        for column in columns
    )


def parameter_oids(plan: SelectPlan, given: Sequence[int]) -> tuple[int, ...]:
    """Give the types of $1, $2 ...: the client's where it said one, the plan's otherwise."""
    inferred = [(find_type_by_name(name) or TEXT).oid for name in plan.parameter_types]
    count = max(len(inferred), len(given))
    return tuple(
        (given[place] if place < len(given) else 0) or (inferred[place] if place < len(inferred) else TEXT.oid)
        for place in range(count)
    )


def require_same_types(before: Sequence[ResultField], after: Sequence[ResultField]) -> None:
    """Make sure that a client that knows the fields of one plan can take the rows of another.

    Raises:
        FeatureNotSupported: it cannot.
    """
    known = [(field.name, field.type.oid, field.type_modifier) for field in before]
    if known != [(field.name, field.type.oid, field.type_modifier) for field in after]:
        raise FeatureNotSupported("cached plan must not change result type")
