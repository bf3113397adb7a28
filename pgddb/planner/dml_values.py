"""Make the rows of INSERT ... VALUES into a query whose outputs keep every value exactly.

A column of VALUES has one type in the engine, but each cell is coerced to the column that it is for by itself. So
cells that differ in type become texts, which are read as values of the column's type afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from pgddb.access.table import Carrier, Column
from pgddb.errors import DatatypeMismatch, FeatureNotSupported, SqlSyntaxError
from pgddb.planner.bindings import position_of
from pgddb.planner.dml_nodes import LITERAL, TYPED, Assignment
from pgddb.sql.types import annotate, type_of
from pgddb.sql.types.families import NUMBERS, TEXTS

_SCALARS = {"boolean": "BOOL"}


def values_query(
    values: exp.Values, columns: Sequence[Column], *, listed: bool
) -> tuple[exp.Expr, tuple[Assignment, ...]]:
    """Give the query of VALUES and the columns that its outputs are for.

    `listed` says that the statement names the columns; otherwise there may be fewer cells than columns.
    """
    rows = [list(row.expressions) if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        raise SqlSyntaxError("VALUES lists must all be the same length", position=position_of(values))
    check_width(width, columns, listed=listed, node=values)
    for row in rows:
        annotate(exp.Select(expressions=row))  # cells of one column need not have types that match
    assignments = []
    for place, column in enumerate(columns[:width]):
        cells, source = _cells([row[place] for row in rows], column)
        for row, cell in zip(rows, cells, strict=True):
            row[place] = cell
        assignments.append(Assignment(column, source))
    if len(rows) == 1:
        return exp.Select(expressions=rows[0]), tuple(assignments)
    return exp.Values(expressions=[exp.Tuple(expressions=row) for row in rows]), tuple(assignments)


def check_width(width: int, columns: Sequence[Column], *, listed: bool, node: exp.Expr | None = None) -> None:
    """Compare the number of values with the number of columns they are for."""
    position = None if node is None else position_of(node)
    if width > len(columns):
        raise SqlSyntaxError("INSERT has more expressions than target columns", position=position)
    if listed and width < len(columns):
        raise SqlSyntaxError("INSERT has more target columns than expressions", position=position)


def literal_source(value: exp.Expr) -> tuple[exp.Expr, str | None]:
    """Give an output and what its values are: a literal of any length stays exact as a text."""
    number = _number_text(value)
    if number is not None:
        return exp.Literal.string(number), "numeric"
    if isinstance(value, exp.Null) or (isinstance(value, exp.Literal) and value.is_string):
        return value, LITERAL
    return value, None


def _cells(cells: Sequence[exp.Expr], column: Column) -> tuple[list[exp.Expr], str | None]:
    """Bring the cells of one column to one type, and say what it is."""
    made = [exp.Null() if is_default(cell) else cell for cell in cells]
    kinds = {_kind(cell) for cell in made if not isinstance(cell, exp.Null)}
    if len(kinds) == 1:
        pairs = [literal_source(cell) for cell in made]
        if kinds == {"number literal"}:
            return [cell for cell, _ in pairs], "numeric"
        if kinds == {LITERAL}:
            return [cell for cell, _ in pairs], LITERAL
        if not kinds <= {"numeric", None}:
            return made, None
    if not kinds:
        return made, LITERAL
    if column.carrier is Carrier.SCALAR_TEXT:
        return [_typed(cell) for cell in made], TYPED
    return [_as_text(cell, column) for cell in made], LITERAL


def is_default(cell: exp.Expr) -> bool:
    """Say whether a cell is the word DEFAULT, which PostgreSQL reserves."""
    if isinstance(cell, exp.Column):
        return not cell.args.get("table") and not cell.this.args.get("quoted") and cell.name.upper() == "DEFAULT"
    return isinstance(cell, exp.Var) and cell.name.upper() == "DEFAULT"


def _kind(cell: exp.Expr) -> str | None:
    return "number literal" if _number_text(cell) is not None else type_of(cell)


def _number_text(value: exp.Expr) -> str | None:
    """Give the digits of a number that the text states, None for anything else."""
    while isinstance(value, exp.Paren):
        value = value.this
    negative = isinstance(value, exp.Neg)
    literal = value.this if negative else value
    if not isinstance(literal, exp.Literal) or literal.is_string:
        return None
    try:
        number = Decimal(literal.name)
    except InvalidOperation:
        return None
    return f"{'-' if negative and number else ''}{number:f}"


def _as_text(cell: exp.Expr, column: Column) -> exp.Expr:
    number = _number_text(cell)
    if number is not None:
        return exp.Literal.string(number)
    kind = type_of(cell)
    if isinstance(cell, exp.Null) or kind == LITERAL:
        return cell
    if kind in TEXTS and column.type_name not in TEXTS:
        raise DatatypeMismatch(
            f'column "{column.name}" is of type {column.type_name} but expression is of type {kind}',
            hint="You will need to rewrite or cast the expression.",
            position=position_of(cell),
        )
    return exp.Cast(this=cell, to=exp.DataType.build("text", dialect="postgres"))


def _typed(cell: exp.Expr) -> exp.Expr:
    """Write a cell as a typed value, for an attribute that holds scalars of several types."""
    if isinstance(cell, exp.Null):
        return cell
    number, kind = _number_text(cell), type_of(cell)
    if number is not None or kind in NUMBERS:
        tag = "N"
    elif kind in _SCALARS:
        return _object(_SCALARS[kind], cell)
    elif kind == "bytea":
        raise FeatureNotSupported("rows of VALUES that differ in type and hold bytea", position=position_of(cell))
    else:
        tag = "S"
    text = exp.Literal.string(number) if number is not None else cell
    return _object(tag, exp.Cast(this=text, to=exp.DataType.build("text", dialect="postgres")))


def _object(tag: str, content: exp.Expr) -> exp.Expr:
    made = exp.Anonymous(this="jsonb_build_object", expressions=[exp.Literal.string(tag), content])
    return exp.Cast(this=made, to=exp.DataType.build("text", dialect="postgres"))
