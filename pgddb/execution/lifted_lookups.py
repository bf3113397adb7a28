"""Let lookups that differ in the key alone share a plan, where the key is written into the text of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any

from pgddb.errors import SqlError, UndefinedTable
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.execution.prepared_query import PreparedQuery
from pgddb.pgtypes import decode_parameter, type_by_oid
from pgddb.sql import parse_one
from pgddb.sql.lifted_constants import LiftedConstant, lift_constants
from pgddb.sql.statements import SelectStatement

SHAPES = 1000
"""Texts without their constants that are remembered."""

EXACT_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})

Plan = Callable[[SelectStatement, tuple[int, ...]], Awaitable[PlannedQuery]]


async def lifted_lookup(statement: SelectStatement, plan: Plan) -> PreparedQuery | None:
    """Give a lookup as that of another key with its own bound to it; None for all else.

    Whatever is in the way, the statement is to be planned as it stands, and says itself what is wrong with it.
    """
    lifted = lift_constants(statement)
    if lifted is None:
        return None
    text, constants = lifted
    try:
        shape = _shape(text)
        if shape is None:
            return None
        planned = await plan(shape, ())
        if planned.key is None:
            return None
        values = _values(constants, planned.parameter_oids)
    except UndefinedTable as error:
        if error.position is not None and error.position < text.index(" $1 "):
            raise  # DynamoDB need not be asked again
        return None
    except SqlError:
        return None
    return None if values is None else PreparedQuery(shape, (), planned, values)


@lru_cache(maxsize=SHAPES)
def _shape(text: str) -> SelectStatement | None:
    parsed = parse_one(text)
    return parsed if isinstance(parsed, SelectStatement) else None


def _values(constants: Sequence[LiftedConstant], oids: Sequence[int]) -> tuple[Any, ...] | None:
    """Read the constants as values of these types; None where a number would not be taken for one of the type."""
    if len(constants) != len(oids):
        return None
    for constant, oid in zip(constants, oids, strict=True):
        if constant.is_number and type_by_oid(oid).type_name not in EXACT_NUMBERS:
            return None
    return tuple(decode_parameter(one.text.encode(), 0, oid) for one, oid in zip(constants, oids, strict=True))
