"""Write key conditions, filters and projections as DynamoDB expressions: names aliased, values bound, limits kept.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Any, assert_never

from pgddb.access.path import KeyCondition, SortOperator
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Comparison,
    Constant,
    Exists,
    HasSize,
    HasType,
    IsNull,
    Leaf,
    Negation,
    OneOf,
    Operand,
    ParameterElements,
    Predicate,
    StartsWith,
)
from pgddb.access.table import AttributePath, AttributeType
from pgddb.errors import InternalError

MAX_EXPRESSION_BYTES = 4096
MAX_OPERATORS = 300
MAX_IN_OPERANDS = 100
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (the three of them)."""

MAX_NUMBER_DIGITS = 38
_EXACT = Context(prec=500)

TypedValue = dict[str, Any]
"""An AttributeValue as botocore takes it: {"S": "a"}, {"N": "1"}, {"B": b"..."}."""


class ExpressionWriter:
    """Write the expressions of one request; owns its placeholders, so that none is unused and none is shared."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, TypedValue] = {}
        self._aliases: dict[str, str] = {}
        self._value_aliases: dict[tuple[str, object], str] = {}
        self.operators = 0

    def key_condition(self, condition: KeyCondition) -> str:
        """Write `#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2`."""
        if not condition.equals:
            raise InternalError("a key condition needs the partition key")
        parts = [f"{self.name(attribute)} = {self.value(value)}" for attribute, value in condition.equals]
        if condition.sort is not None:
            name = self.name(condition.sort.attribute)
            values = [self.value(value) for value in condition.sort.values]
            match condition.sort.operator:
                case SortOperator.BETWEEN:
                    parts.append(f"{name} BETWEEN {values[0]} AND {values[1]}")
                case SortOperator.BEGINS_WITH:
                    parts.append(f"begins_with({name}, {values[0]})")
                case operator:
                    parts.append(f"{name} {operator.value} {values[0]}")
        return _checked(" AND ".join(parts))

    def filter(self, predicate: Predicate) -> str:
        """Write a FilterExpression that keeps at least every item for which the predicate is true in SQL.

        Raises:
            InternalError: the predicate cannot be a filter; whoever pushed it should have known.
        """
        text = _checked(self._condition(predicate, negated=False))
        if self.operators > MAX_OPERATORS:
            raise InternalError(f"a filter of {self.operators} operators, more than {MAX_OPERATORS}")
        return text

    def projection(self, paths: Iterable[AttributePath]) -> str:
        """Write a ProjectionExpression of paths that do not overlap."""
        return _checked(", ".join(self.path(path) for path in paths))

    def name(self, attribute: str) -> str:
        alias = self._aliases.get(attribute)
        if alias is None:
            alias = self._aliases[attribute] = f"#n{len(self._aliases)}"
            self.names[alias] = attribute
        return alias

    def value(self, value: AttributeValue) -> str:
        key = (value.type.value, value.content)
        alias = self._value_aliases.get(key)
        if alias is None:
            alias = self._value_aliases[key] = f":v{len(self.values)}"
            self.values[alias] = typed_value(value)
        return alias

    def path(self, path: AttributePath) -> str:
        if not path or not isinstance(path[0], str):
            raise InternalError("an expression needs an attribute name")
        return "".join(
            f"[{step}]" if isinstance(step, int) else ("." if position else "") + self.name(step)
            for position, step in enumerate(path)
        )

    def _condition(self, predicate: Predicate, *, negated: bool) -> str:
        self.operators += 1
        match predicate:
            case AllOf(parts=parts):
                return self._joined(" AND ", parts, negated=negated)
            case AnyOf(parts=parts):
                return self._joined(" OR ", parts, negated=negated)
            case Negation(part=part):
                return f"(NOT {self._condition(part, negated=not negated)})"
            case _:
                return self._leaf(predicate, negated=negated)

    def _leaf(self, predicate: Leaf, *, negated: bool) -> str:  # noqa: PLR0911 - one for each kind of condition
        match predicate:
            case Compare():
                return self._compare(predicate)
            case OneOf():
                return self._one_of(predicate)
            case StartsWith():
                return self._starts_with(predicate, negated=negated)
            case IsNull():
                return self._is_null(predicate)
            case HasType():
                return self._has_type(predicate)
            case HasSize(path=path, comparison=comparison, size=size):
                self.operators += 1
                number = self.value(AttributeValue(AttributeType.N, str(size)))
                return f"size({self.path(path)}) {comparison.value} {number}"
            case Exists(path=path):
                return f"attribute_exists({self.path(path)})"
            case _:
                assert_never(predicate)

    def _joined(self, word: str, parts: Sequence[Predicate], *, negated: bool) -> str:
        if not parts:
            raise InternalError("an AND or OR of nothing cannot be a filter")
        return f"({word.join(self._condition(part, negated=negated) for part in parts)})"

    def _compare(self, compare: Compare) -> str:
        value = constant_value(compare.operand)
        if compare.comparison not in (Comparison.EQUAL, Comparison.NOT_EQUAL) and value.type is AttributeType.BOOL:
            raise InternalError("DynamoDB does not order booleans")
        return f"{self.path(compare.path)} {compare.comparison.value} {self.value(value)}"

    def _one_of(self, one_of: OneOf) -> str:
        if isinstance(one_of.operands, ParameterElements):
            raise InternalError("a filter holds a parameter that was not bound")
        operands = [operand for operand in one_of.operands if operand != Constant(None)]
        if not operands:
            raise InternalError("an IN of no values cannot be a filter")
        name = self.path(one_of.path)
        values = [self.value(constant_value(operand)) for operand in operands]
        self.operators += len(values)  # stricter than documented, which does not say how IN counts
        groups = [
            f"{name} IN ({', '.join(values[start : start + MAX_IN_OPERANDS])})"
            for start in range(0, len(values), MAX_IN_OPERANDS)
        ]
        return groups[0] if len(groups) == 1 else f"({' OR '.join(groups)})"

    def _starts_with(self, starts_with: StartsWith, *, negated: bool) -> str:
        if negated and not starts_with.only:
            raise InternalError("the negation of a half-checked pattern would lose items")
        value = constant_value(starts_with.prefix)
        if value.type not in (AttributeType.S, AttributeType.B):
            raise InternalError("begins_with takes text or binary")
        return f"begins_with({self.path(starts_with.path)}, {self.value(value)})"

    def _is_null(self, is_null: IsNull) -> str:
        path = self.path(is_null.path)
        null = self.value(AttributeValue(AttributeType.S, "NULL"))
        self.operators += 2
        if is_null.negated:
            return f"(attribute_exists({path}) AND NOT attribute_type({path}, {null}))"
        return f"(attribute_not_exists({path}) OR attribute_type({path}, {null}))"

    def _has_type(self, has_type: HasType) -> str:
        if not has_type.types:
            raise InternalError("a type condition of no types cannot be a filter")
        path = self.path(has_type.path)
        types = [self.value(AttributeValue(AttributeType.S, one.value)) for one in has_type.types]
        self.operators += 2 * len(types)
        return f"({' OR '.join(f'attribute_type({path}, {one})' for one in types)})"


def filter_fits(predicate: Predicate) -> bool:
    """Say whether the predicate can be one FilterExpression."""
    try:
        ExpressionWriter().filter(predicate)
    except InternalError:
        return False
    return True


def projected_paths(paths: Iterable[AttributePath]) -> tuple[AttributePath, ...] | None:
    """Reduce paths to what may be asked for; None is the whole item, also when the expression would be too long.

    A path ends before its first list index, because DynamoDB closes the gaps of a list that is returned in part;
    a path below another one is dropped, because DynamoDB refuses paths that overlap.
    """
    whole_lists = {_until_index(path) for path in paths}
    if () in whole_lists:
        return None
    kept = tuple(path for path in sorted(whole_lists, key=str) if not _covered(path, whole_lists))
    try:
        ExpressionWriter().projection(kept)
    except InternalError:
        return None
    return kept


def _until_index(path: AttributePath) -> AttributePath:
    for position, step in enumerate(path):
        if isinstance(step, int):
            return path[:position]
    return path


def _covered(path: AttributePath, others: set[AttributePath]) -> bool:
    return any(path[:length] in others for length in range(1, len(path)))


def _checked(expression: str) -> str:
    if len(expression) > MAX_EXPRESSION_BYTES:
        raise InternalError(f"an expression of {len(expression)} bytes, more than {MAX_EXPRESSION_BYTES}")
    return expression


def typed_value(value: AttributeValue) -> TypedValue:
    """Give a value as botocore takes it."""
    if value.type is AttributeType.NULL:
        return {"NULL": True}
    return {value.type.value: value.content}


def constant_value(operand: Operand) -> AttributeValue:
    """Give a constant its DynamoDB type: str S, int and Decimal N, bytes B, bool BOOL."""
    if isinstance(operand, AttributeValue):
        return operand
    if not isinstance(operand, Constant):
        raise InternalError("a filter holds a parameter that was not bound")
    value = operand.value
    if isinstance(value, bool):
        return AttributeValue(AttributeType.BOOL, value)
    if isinstance(value, str):
        return AttributeValue(AttributeType.S, value)
    if isinstance(value, bytes):
        return AttributeValue(AttributeType.B, value)
    if isinstance(value, int | Decimal):
        return AttributeValue(AttributeType.N, number_digits(value))
    raise InternalError(f"a filter cannot hold a value of type {type(value).__name__}")


def number_digits(value: int | Decimal) -> str:
    """Write a number as DynamoDB takes it: at most 38 significant digits, 1E-130 to 9.99E+125."""
    number = Decimal(value)
    if not number.is_finite():
        raise InternalError("DynamoDB has no infinity and no NaN")
    number = _EXACT.normalize(number)
    if not number:
        return "0"
    if len(number.as_tuple().digits) > MAX_NUMBER_DIGITS or not -130 <= number.adjusted() <= 125:
        raise InternalError("a number that DynamoDB cannot hold cannot be a filter")
    return format(number, "f") if -40 <= number.adjusted() <= 40 else str(number)
