"""Say a condition on one table's rows as SQL, with the values of this execution in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from pgddb.access.describe import SHOWN_LETTERS, value_text
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Exists,
    HasSize,
    HasType,
    IsNull,
    Negation,
    OneOf,
    Operand,
    Parameter,
    ParameterElements,
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.access.table import AttributePath

SHOWN_VALUES = 5
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


def shown_name(name: str) -> str:
    """Quote a name where PostgreSQL would.

    >>> shown_name("rating"), shown_name("User")
    ('rating', '"User"')
    """
    return name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'


def sql_text(predicate: Predicate, parameters: Sequence[object]) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    """Say a condition.

    >>> sql_text(IsNull(("User",), negated=True), [])
    '"User" IS NOT NULL'
    """
    match predicate:
        case AllOf(parts=()):
            return "true"
        case AnyOf(parts=()):
            return "false"
        case AllOf(parts=parts):
            return " AND ".join(_inner(part, parameters) for part in parts)
        case AnyOf(parts=parts):
            return " OR ".join(_inner(part, parameters) for part in parts)
        case Negation(part=OneOf(path=path, operands=operands) as listed):
            return f"{_column(path, listed.seen_as)} NOT IN ({_list(operands, parameters)})"
        case Negation(part=part):
            return f"NOT ({sql_text(part, parameters)})"
        case HasType() | HasSize() | Exists():
            return f"{_column(predicate.path, None)} IS NOT NULL"
        case Compare(path=path, comparison=comparison, operand=operand):
            return f"{_column(path, predicate.seen_as)} {comparison.value} {_operand(operand, parameters)}"
        case OneOf(path=path, operands=operands):
            return f"{_column(path, predicate.seen_as)} IN ({_list(operands, parameters)})"
        case StartsWith(path=path, prefix=prefix):
            text = _operand(prefix, parameters)
            pattern = f"{text[:-1]}%{'' if predicate.only else '...'}'" if text.endswith("'") else f"{text} || '%'"
            return f"{_column(path, predicate.seen_as)} LIKE {pattern}"
        case IsNull(path=path, negated=negated):
            return f"{_column(path, predicate.seen_as)} IS {'NOT ' if negated else ''}NULL"
        case _:
            assert_never(predicate)


def _inner(predicate: Predicate, parameters: Sequence[object]) -> str:
    text = sql_text(predicate, parameters)
    return f"({text})" if isinstance(predicate, (AllOf, AnyOf)) else text


_CALLS = {SeenAs.TYPE: "attribute_type", SeenAs.SIZE: "attribute_size"}


def _column(path: AttributePath, view: SeenAs | None) -> str:
    if view in _CALLS:
        return f"{_CALLS[view]}({', '.join(['document', *(_value(str(step)) for step in path)])})"
    if len(path) == 1:
        return shown_name(str(path[0]))
    steps = [str(step) if isinstance(step, int) else f"'{step}'" for step in path]
    last = "->" if view is SeenAs.ANY_JSON else "->>"
    return "document" + "".join(f"->{step}" for step in steps[:-1]) + f"{last}{steps[-1]}"


def _list(operands: tuple[Operand, ...] | ParameterElements, parameters: Sequence[object]) -> str:
    if isinstance(operands, ParameterElements):
        array = parameters[operands.number - 1]
        values = list(array) if isinstance(array, (list, tuple)) else [array]
        shown = [_value(value) for value in values[:SHOWN_VALUES]]
        count = len(values)
    else:
        shown = [_operand(operand, parameters) for operand in operands[:SHOWN_VALUES]]
        count = len(operands)
    more = [] if count <= SHOWN_VALUES else [f"... {count - SHOWN_VALUES:,} more"]
    return ", ".join([*shown, *more])


def _operand(operand: Operand, parameters: Sequence[object]) -> str:
    if isinstance(operand, AttributeValue):
        return value_text(operand)
    return _value(parameters[operand.number - 1] if isinstance(operand, Parameter) else operand.value)


def _value(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return f"'\\x{value[: SHOWN_LETTERS // 2].hex()}{'...' if len(value) > SHOWN_LETTERS // 2 else ''}'"
    if isinstance(value, str):
        text = value if len(value) <= SHOWN_LETTERS else f"{value[:SHOWN_LETTERS]}..."
        return "'" + text.replace("'", "''") + "'"
    return str(value)
