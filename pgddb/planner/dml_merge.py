"""Plan MERGE: one query that joins source and target, says which WHEN applies, and gives the values of each.

Source: https://www.postgresql.org/docs/15/sql-merge.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.access.table import Column, TableSchema
from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.planner.bindings import position_of
from pgddb.planner.dml_assignments import assignments_of
from pgddb.planner.dml_nodes import LITERAL, Assignment, MergeAction, RowsQuery, Verb, WritePlan
from pgddb.planner.dml_targets import (
    alias_of,
    check_distinct,
    key_columns,
    note_parameter,
    raw_item,
    target_column,
    target_table,
)
from pgddb.planner.dml_trees import parameter_types, statement_of, with_clause
from pgddb.planner.dml_values import check_width, is_default, literal_source
from pgddb.planner.plan_nodes import CatalogSnapshot


class MergePlanner:
    """Plans one MERGE."""

    def __init__(self, text: str, tree: exp.Expr, catalog: CatalogSnapshot) -> None:
        self._text = text
        self._tree = tree
        self._node: exp.Table = tree.this
        self._table: TableSchema = target_table(self._node, catalog)
        self._alias = alias_of(self._node, self._table)
        self._types: dict[int, str] = {}
        self._values: list[exp.Expr] = []
        self._assignments: list[Assignment] = []

    def plan(self) -> WritePlan:
        """Give the plan: after the item its outputs are the number of the WHEN and all values."""
        if self._tree.args.get("returning") is not None:
            raise FeatureNotSupported("MERGE ... RETURNING", hint="PostgreSQL 15 has none either.")
        actions: list[MergeAction] = []
        choices: list[exp.If] = []
        for number, when in enumerate(self._tree.args["whens"].expressions, 1):
            condition = self._condition(when)
            choices.append(exp.If(this=condition, true=exp.Literal.number(number)))
            actions.append(self._action(when, condition))
        chosen = exp.Alias(this=exp.Case(ifs=choices), alias=exp.to_identifier("action", quoted=True))
        select = exp.Select(expressions=[raw_item(self._alias), chosen, *self._values])
        select = select.from_(self._tree.args["using"].copy(), copy=False)
        select.append(
            "joins", exp.Join(this=self._node.copy(), side="LEFT", on=exp.paren(self._tree.args["on"].copy()))
        )
        clause = self._tree.args.get("with_")
        rows = statement_of("rows", self._text, with_clause(select, None if clause is None else clause.copy()))
        return WritePlan(
            Verb.MERGE,
            self._table,
            RowsQuery(rows, tuple(self._assignments), target=self._alias, has_action=True),
            actions=tuple(actions),
            parameter_types=parameter_types(self._tree, self._types),
        )

    def _condition(self, when: exp.Expr) -> exp.Expr:
        """Say when a WHEN applies; a key is never NULL, so it tells whether an item was found."""
        if when.args.get("source"):
            raise FeatureNotSupported("MERGE ... WHEN NOT MATCHED BY SOURCE", position=position_of(when))
        key = exp.Column(
            this=exp.to_identifier(key_columns(self._table)[0].name, quoted=True),
            table=exp.to_identifier(self._alias, quoted=True),
        )
        found: exp.Expr = exp.Is(this=key, expression=exp.Null(), negate=bool(when.args.get("matched")))
        if when.args.get("condition") is not None:
            found = exp.and_(found, when.args["condition"].copy(), copy=False)
        return found

    def _action(self, when: exp.Expr, condition: exp.Expr) -> MergeAction:
        then = when.args["then"]
        first = len(self._assignments)
        if isinstance(then, exp.Update):
            values, assignments = assignments_of(then.expressions, self._table, self._types)
            self._add([value.unalias() for value in values], assignments, condition)
            return MergeAction(Verb.UPDATE, first, len(self._assignments))
        if isinstance(then, exp.Insert):
            self._insert(then, condition)
            return MergeAction(Verb.INSERT, first, len(self._assignments))
        word = then.name.upper()
        if word not in ("DELETE", "DO NOTHING"):
            raise SqlSyntaxError(f"MERGE cannot {word}", position=position_of(when))
        return MergeAction(Verb.DELETE if word == "DELETE" else None, first, first)

    def _insert(self, then: exp.Insert, condition: exp.Expr) -> None:
        cells = then.expression.expressions if isinstance(then.expression, exp.Tuple) else []
        if not cells:
            raise FeatureNotSupported("MERGE ... INSERT DEFAULT VALUES", hint="An item needs at least its key.")
        names = then.this.expressions if isinstance(then.this, exp.Tuple) else []
        columns: Sequence[Column] = [self._column(name) for name in names] or self._table.columns
        if names:
            check_distinct(columns, names, listed=True)
        check_width(len(cells), columns, listed=bool(names), node=then)
        values, assignments = [], []
        for cell, column in zip(cells, columns, strict=False):
            note_parameter(self._types, cell, column)
            value, source = (exp.Null(), LITERAL) if is_default(cell) else literal_source(cell)
            values.append(value)
            assignments.append(Assignment(column, source))
        self._add(values, assignments, condition)

    def _column(self, name: exp.Expr) -> Column:
        return target_column(self._table, name.this if isinstance(name, exp.Column) else name)

    def _add(self, values: Sequence[exp.Expr], assignments: Sequence[Assignment], condition: exp.Expr) -> None:
        """Add outputs; those that could fail are asked for only where their WHEN may apply."""
        for value in values:
            guarded = value
            if not isinstance(value, (exp.Column, exp.Literal, exp.Null)):
                guarded = exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())])
            name = exp.to_identifier(f"value_{len(self._values) + 1}", quoted=True)
            self._values.append(exp.Alias(this=guarded.copy(), alias=name))
        self._assignments += assignments
