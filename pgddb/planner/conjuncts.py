"""Find the conditions that every needed row of a table meets, in a form that DynamoDB may check.

The engine checks everything again, so leaving a condition out is always sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from pgddb.access.predicate import (
    AllOf,
    Compare,
    Comparison,
    Constant,
    IsNull,
    OneOf,
    Operand,
    Parameter,
    ParameterElements,
    Predicate,
    StartsWith,
)
from pgddb.access.table import Carrier, Column
from pgddb.planner.bindings import COLUMN, READ, TableReference
from pgddb.sql.references import parameter_number
from pgddb.sql.type_names import type_modifier, type_name
from pgddb.sql.types import type_of
from pgddb.sql.types.families import element_of

_COMPARISONS: dict[type[exp.Expr], Comparison] = {
    exp.EQ: Comparison.EQUAL,
    exp.LT: Comparison.LESS,
    exp.LTE: Comparison.LESS_EQUAL,
    exp.GT: Comparison.GREATER,
    exp.GTE: Comparison.GREATER_EQUAL,
}
_MIRRORED = {
    Comparison.LESS: Comparison.GREATER,
    Comparison.LESS_EQUAL: Comparison.GREATER_EQUAL,
    Comparison.GREATER: Comparison.LESS,
    Comparison.GREATER_EQUAL: Comparison.LESS_EQUAL,
}
_TEXTS = frozenset({"text", "character varying", "name"})
_EXACT_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})
_VALUE_TYPES: dict[Carrier, frozenset[str]] = {
    Carrier.TEXT: _TEXTS,
    Carrier.INTEGER: _EXACT_NUMBERS,
    Carrier.DECIMAL: _EXACT_NUMBERS,
    Carrier.BINARY: frozenset({"bytea"}),
    Carrier.BOOLEAN: frozenset({"boolean"}),
}
"""Types of values that may be compared with a column by DynamoDB as by PostgreSQL."""
_COLUMN_TYPES = frozenset({"text", "smallint", "integer", "bigint", "numeric", "bytea", "boolean"})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is known of a table's rows; `complete` says that nothing else drops a row before LIMIT."""

    conjuncts: tuple[Predicate, ...]
    complete: bool


def extract_conjuncts(tree: exp.Expr, reference: TableReference) -> Conditions:
    """Read the WHERE of the SELECT that mentions the table, if an outer join cannot make its rows NULL."""
    select = select_of(tree, reference)
    if select is None or not _is_preserved(select, reference):
        return Conditions((), complete=False)
    where = select.args.get("where")
    parts = list(_conjuncts(where.this)) if where is not None else []
    found = [_predicate(part, reference) for part in parts]
    alone = not select.args.get("joins") and not select.args.get("laterals")
    return Conditions(tuple(one for one in found if one is not None), complete=alone and None not in found)


def select_of(tree: exp.Expr, reference: TableReference) -> exp.Select | None:
    """Find the SELECT in whose FROM clause the table stands."""
    for table in tree.find_all(exp.Table):
        if table.name == reference.marker:
            return table.find_ancestor(exp.Select)
    return None


def _is_preserved(select: exp.Select, reference: TableReference) -> bool:
    """Say whether the table is joined by inner joins only, so that WHERE sees exactly its rows."""
    joins = select.args.get("joins") or ()
    if any(join.args.get("side") for join in joins):
        return False
    sources = [select.args["from_"].this, *(join.this for join in joins)]
    return any(isinstance(one, exp.Table) and one.name == reference.marker and not _has_joins(one) for one in sources)


def _has_joins(table: exp.Table) -> bool:
    return bool(table.args.get("joins") or table.args.get("sample") or table.args.get("pivots"))


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Paren):
        yield from _conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _predicate(node: exp.Expr, reference: TableReference) -> Predicate | None:
    if isinstance(node, exp.Not):
        return None
    if type(node) in _COMPARISONS:
        return _comparison(node, reference)
    if isinstance(node, exp.Between):
        return None if node.args.get("symmetric") else _between(node, reference)
    if isinstance(node, exp.In):
        return _one_of(node, reference)
    if isinstance(node, exp.Like):
        return _starts_with(node, reference)
    return _is_null(node, reference) if isinstance(node, exp.Is) else None


def _comparison(node: exp.Expr, reference: TableReference) -> Predicate | None:
    comparison = _COMPARISONS[type(node)]
    left, right = node.this, node.expression
    column = pushable_column(left, reference)
    if column is None:
        column, right = pushable_column(right, reference), left
        comparison = _MIRRORED.get(comparison, comparison)
    if column is None:
        return None
    if isinstance(right, exp.Any):
        return _any(column, right) if comparison is Comparison.EQUAL else None
    operand = _operand(right, column)
    return None if operand is None else Compare(column.path, comparison, operand)


def _any(column: Column, node: exp.Any) -> Predicate | None:
    inner = node.this.unnest()
    if isinstance(inner, exp.Parameter) and element_of(type_of(inner)) in _VALUE_TYPES[column.carrier]:
        return OneOf(column.path, ParameterElements(parameter_number(inner)))
    return None


def _between(node: exp.Between, reference: TableReference) -> Predicate | None:
    column = pushable_column(node.this, reference)
    if column is None:
        return None
    low, high = _operand(node.args["low"], column), _operand(node.args["high"], column)
    if low is None or high is None:
        return None
    return AllOf(
        (
            Compare(column.path, Comparison.GREATER_EQUAL, low),
            Compare(column.path, Comparison.LESS_EQUAL, high),
        )
    )


def _one_of(node: exp.In, reference: TableReference) -> Predicate | None:
    column = pushable_column(node.this, reference)
    if column is None or not node.expressions or node.args.get("query") is not None:
        return None
    operands = [_operand(part, column) for part in node.expressions]
    known = tuple(operand for operand in operands if operand is not None)
    return OneOf(column.path, known) if len(known) == len(operands) else None


def _starts_with(node: exp.Like, reference: TableReference) -> Predicate | None:
    column = pushable_column(node.this, reference)
    pattern = node.expression
    if column is None or column.carrier is not Carrier.TEXT or isinstance(node.parent, exp.Escape):
        return None
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        return None
    text = pattern.name
    prefix = text[: next((place for place, letter in enumerate(text) if letter in "%_\\"), len(text))]
    if prefix == text:
        return Compare(column.path, Comparison.EQUAL, Constant(text))
    return StartsWith(column.path, Constant(prefix), only=text == f"{prefix}%") if prefix else None


def _is_null(node: exp.Is, reference: TableReference) -> Predicate | None:
    column = pushable_column(node.this, reference, any_carrier=True)
    if column is None or not column.path or not isinstance(node.expression, exp.Null):
        return None
    return IsNull(column.path, negated=bool(node.args.get("negate")))


def pushable_column(node: exp.Expr, reference: TableReference, *, any_carrier: bool = False) -> Column | None:
    """Give the table's column that a node is, if DynamoDB compares its values as PostgreSQL does."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column) or node.meta.get(READ) != reference.number or COLUMN not in node.meta:
        return None
    place: int = node.meta[COLUMN]
    column = reference.table.columns[place]
    if any_carrier:
        return column
    return column if column.carrier in _VALUE_TYPES and column.type_name in _COLUMN_TYPES else None


def _operand(node: exp.Expr, column: Column) -> Operand | None:
    """Give the constant or parameter that a column is compared with, in the column's own kind of value."""
    node = node.unnest()
    if isinstance(node, exp.Parameter):
        return Parameter(parameter_number(node)) if type_of(node) in _VALUE_TYPES[column.carrier] else None
    if isinstance(node, exp.Cast):
        target = node.args["to"]
        if type_name(target) not in _VALUE_TYPES[column.carrier] or type_modifier(target) != -1:
            return None
        whole = type_name(target) != "numeric" and column.carrier in (Carrier.INTEGER, Carrier.DECIMAL)
        inner = _operand(node.this, column)
        return None if whole and not (isinstance(inner, Constant) and isinstance(inner.value, int)) else inner
    value = _constant(node, column.carrier)
    return None if value is None else Constant(value)


def _constant(node: exp.Expr, carrier: Carrier) -> str | int | Decimal | bool | None:
    if isinstance(node, exp.Boolean):
        return bool(node.this) if carrier is Carrier.BOOLEAN else None
    sign = ""
    if isinstance(node, exp.Neg):
        sign, node = "-", node.this
    if not isinstance(node, exp.Literal):
        return None
    if carrier is Carrier.TEXT:
        return node.name if node.is_string and not sign else None
    return _number(sign + node.name) if carrier in (Carrier.INTEGER, Carrier.DECIMAL) else None


def _number(text: str) -> int | Decimal | None:
    try:
        value = Decimal(text.strip())
    except ArithmeticError:
        return None
    if not value.is_finite() or "_" in text:
        return None
    return int(value) if value == value.to_integral_value() and "." not in text and "e" not in text.lower() else value
