"""Give the fields of a result: what the plan says of its columns, and the engine of the rest."""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.engine.type_names import postgres_name
from pgddb.pgtypes import ResultField, type_by_name
from pgddb.pgtypes.registry import TEXT, find_type_by_name
from pgddb.planner.plan_nodes import OutputColumn, SelectPlan


def needs_describing(plan: SelectPlan) -> bool:
    """Say whether the plan leaves the type of a column to the engine."""
    return any(column.type_name is None and not column.is_item for column in plan.columns)


def result_fields(plan: SelectPlan, described: Sequence[tuple[str, str]] = ()) -> tuple[ResultField, ...]:
    """Name and type the columns; `described` are the engine's names and types, needed where the plan says none."""
    return tuple(
        _field(column, described[place][1] if column.type_name is None and described else "")
        for place, column in enumerate(plan.columns)
    )


def _field(column: OutputColumn, engine_type: str) -> ResultField:
    name = "jsonb" if column.is_item else column.type_name or postgres_name(engine_type)
    return ResultField(column.name, type_by_name(name), column.type_modifier)


def parameter_oids(plan: SelectPlan, given: Sequence[int]) -> tuple[int, ...]:
    """Give the types of $1, $2 ...: the client's where it said one, the plan's otherwise."""
    inferred = [(find_type_by_name(name) or TEXT).oid for name in plan.parameter_types]
    count = max(len(inferred), len(given))
    return tuple(
        (given[place] if place < len(given) else 0) or (inferred[place] if place < len(inferred) else TEXT.oid)
        for place in range(count)
    )


def same_types(before: Sequence[ResultField], after: Sequence[ResultField]) -> bool:
    """Say whether a client that knows the fields of one plan can take the rows of another."""
    return [(field.name, field.type.oid, field.type_modifier) for field in before] == [
        (field.name, field.type.oid, field.type_modifier) for field in after
    ]
