"""Read the SET list of UPDATE and of ON CONFLICT DO UPDATE: which columns get which expressions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.access.table import TableSchema
from pgddb.errors import FeatureNotSupported, SqlSyntaxError, UndefinedColumn
from pgddb.planner.bindings import folded, position_of
from pgddb.planner.dml_nodes import LITERAL, Assignment
from pgddb.planner.dml_targets import check_distinct, note_parameter, target_column
from pgddb.planner.dml_values import is_default, literal_source


def assignments_of(
    entries: Sequence[exp.Expr], table: TableSchema, types: dict[int, str]
) -> tuple[list[exp.Expr], tuple[Assignment, ...]]:
    """Give the expressions of SET, as outputs of a query, and what they are for; notes types of parameters."""
    values: list[exp.Expr] = []
    assignments: list[Assignment] = []
    nodes: list[exp.Expr] = []
    for entry in entries:
        for place, value in _pairs(entry):
            column = target_column(table, _identifier(place, table))
            note_parameter(types, value, column)
            made, source = (exp.Null(), LITERAL) if is_default(value) else literal_source(value)
            values.append(exp.Alias(this=made.copy(), alias=exp.to_identifier(f"value_{len(values) + 1}", quoted=True)))
            assignments.append(Assignment(column, source))
            nodes.append(place)
    check_distinct([one.column for one in assignments], nodes)
    return values, tuple(assignments)


def _pairs(entry: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]]:
    if not isinstance(entry, exp.EQ):
        raise SqlSyntaxError("SET wants column = value", position=position_of(entry))
    target, value = entry.this, entry.expression
    if not isinstance(target, exp.Tuple):
        if isinstance(target, exp.Paren):
            target = target.this
            value = value.this if isinstance(value, exp.Paren) else value
        return [(target, value)]
    values = _parts(value, len(target.expressions))
    if len(values) != len(target.expressions):
        raise SqlSyntaxError("number of columns does not match number of values", position=position_of(entry))
    return list(zip(target.expressions, values, strict=True))


def _parts(value: exp.Expr, count: int) -> Sequence[exp.Expr]:
    """Cut the right side of `(a, b) = ...` into its parts."""
    if isinstance(value, exp.Tuple):
        return value.expressions
    if isinstance(value, exp.Anonymous) and str(value.this).lower() == "row":
        return value.expressions
    query = value.this if isinstance(value, exp.Subquery) else value
    if isinstance(query, exp.Select) and len(query.expressions) == count and not query.is_star:
        return [_only(query, place) for place in range(count)]
    raise FeatureNotSupported("multiple-column assignment from this expression", position=position_of(value))


def _only(query: exp.Select, place: int) -> exp.Expr:
    """Give one column of a subquery of one row."""
    if query.args.get("distinct") or query.args.get("order"):
        raise FeatureNotSupported("multiple-column assignment from a query with DISTINCT or ORDER BY")
    one = query.copy()
    one.set("expressions", [query.expressions[place].copy()])
    return exp.Subquery(this=one)


def _identifier(place: exp.Expr, table: TableSchema) -> exp.Expr:
    if isinstance(place, exp.Bracket):
        raise FeatureNotSupported("assigning to an element of an array", position=position_of(place))
    if isinstance(place, exp.Identifier):
        return place
    if not isinstance(place, exp.Column) or not isinstance(place.this, exp.Identifier):
        raise SqlSyntaxError("SET wants the name of a column", position=position_of(place))
    if place.args.get("table") is not None:
        name = folded(place.args["table"])
        raise UndefinedColumn(
            f'column "{name}" of relation "{table.name}" does not exist',
            hint="SET target columns cannot be qualified with the relation name.",
            position=position_of(place),
        )
    return place.this
