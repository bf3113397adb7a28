"""Write the row of a relation as one value: `SELECT t`, `to_jsonb(t)`, `count(t.*)`."""

from __future__ import annotations

from sqlglot import exp

from pgddb.access.table import TableSchema
from pgddb.planner.bindings import Relation
from pgddb.sql.types.annotate import set_type


def row_expression(relation: Relation, table: TableSchema | None, *, counted: bool = False) -> exp.Expr:
    """Make a struct of the relation's columns; that of a base table is NULL where an outer join found no row.

    A row that is only counted is as good as its key or, without one, as whether any of its columns is not NULL: a
    row of a query that has NULLs alone is taken for none.
    """
    columns = relation.columns or ()
    key = _key_column(relation, table)
    if counted and key is not None:
        return key
    if counted and columns:
        found = exp.or_(*(exp.Is(this=column.express(), expression=exp.Null(), negate=True) for column in columns))
        return exp.Case(ifs=[exp.If(this=found, true=exp.true())])
    row: exp.Expr = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(column.name, quoted=True), expression=column.express())
            for column in columns
        ]
    )
    if key is not None:
        present = exp.Is(this=key, expression=exp.Null(), negate=True)
        row = exp.Case(ifs=[exp.If(this=present, true=row)])
    set_type(row, "record")
    return row


def _key_column(relation: Relation, table: TableSchema | None) -> exp.Expr | None:
    if table is None:
        return None
    path = (table.keys.partition[0].name,)
    for column, visible in zip(table.columns, relation.columns or (), strict=True):
        if column.path == path:
            return visible.express()
    return None
