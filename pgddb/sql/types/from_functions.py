"""Know the columns of a function that stands in FROM, with its alias and WITH ORDINALITY."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from pgddb.errors import UndefinedColumn
from pgddb.sql.names import column_name, folded
from pgddb.sql.type_names import type_modifier, type_name
from pgddb.sql.types.columns import ColumnType, type_of
from pgddb.sql.types.families import element_of
from pgddb.sql.types.places import position_of
from pgddb.sql.types.scales import scale_of
from pgddb.sql.types.signatures import PAIR_FUNCTIONS, TABLE_COLUMNS
from pgddb.sql.types.text_numerics import textual

ROW_TYPE = "pg_row_type"
"""Meta key of a call: the columns of the row type that it returns, where that is a table's."""


@dataclass(frozen=True, slots=True)
class FromFunction:
    """A function in FROM, or several side by side.

    Attributes:
        label: how the statement calls the relation.
        names: its column names as far as the alias gives them.
        defined: columns that the statement defines, for functions that return record.
    """

    calls: tuple[exp.Expr, ...]
    label: str
    has_alias: bool
    names: tuple[str, ...]
    defined: tuple[exp.ColumnDef, ...]
    ordinality: bool


def read_from_function(item: exp.Expr) -> FromFunction | None:
    """Read an item of FROM; None if it is no function."""
    calls = _calls(item)
    if calls is None:
        return None
    alias = item.args.get("alias")
    parts = alias.columns if isinstance(alias, exp.TableAlias) else []
    name = alias.this if isinstance(alias, exp.TableAlias) else None
    label = column_name(calls[0]) if name is None else folded(name)
    names = [folded(part.this if isinstance(part, exp.ColumnDef) else part) for part in parts]
    offset = item.args.get("offset")
    if isinstance(offset, exp.Identifier):  # the parser takes the ordinality's name out of the list
        names.append(folded(offset))
    return FromFunction(
        tuple(calls),
        label,
        name is not None,
        tuple(names),
        tuple(part for part in parts if isinstance(part, exp.ColumnDef)),
        bool(item.args.get("ordinality") or offset),
    )


def _calls(item: exp.Expr) -> list[exp.Expr] | None:
    if isinstance(item, exp.Table) and item.args.get("rows_from"):
        inner = [_calls(part) or [] for part in item.args["rows_from"]]
        return [call for calls in inner for call in calls]
    if isinstance(item, exp.Unnest):
        return [_unnest(array) for array in item.expressions]
    if isinstance(item, (exp.Table, exp.Lateral)):
        inside = item.this
        if isinstance(inside, exp.Unnest):
            return _calls(inside)
        if isinstance(inside, exp.Dot):
            inside = inside.expression
        is_function = isinstance(inside, exp.Func) and not isinstance(inside, exp.Query)
        return [inside] if is_function else None
    return None


def _unnest(array: exp.Expr) -> exp.Expr:
    call = exp.Anonymous(this="unnest")
    call.args["expressions"] = [array]  # it keeps its place in the tree
    kind = type_of(array)
    if kind is not None:
        call.meta["pg_type"] = element_of(kind)
    return call


def given_field_type(field: exp.Expr) -> str | None:
    """Give the type of `(jsonb_each(x)).key`; None where the value is no such call.

    Raises:
        UndefinedColumn: the function gives no such field.
    """
    inner = field.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    name = str(inner.this).lower() if isinstance(inner, exp.Anonymous) else ""
    if name not in PAIR_FUNCTIONS:
        return None
    wanted = folded(field.args["expression"])
    found = dict(TABLE_COLUMNS[name]).get(wanted)
    if found is None:
        raise UndefinedColumn(f'could not identify column "{wanted}" in record data type', position=position_of(field))
    return found


def function_columns(function: FromFunction) -> list[ColumnType]:
    """Give the columns, their types as far as they were noted on the calls."""
    columns = [
        ColumnType(folded(part.this), type_name(part.args["kind"]), type_modifier(part.args["kind"]))
        for part in function.defined
    ]
    if not columns:
        columns = [column for call in function.calls for column in _columns_of(call, function)]
    if function.ordinality:
        columns.append(ColumnType("ordinality", "bigint"))
    return [
        ColumnType(name, column.type_name, column.type_modifier, column.scale, textual=column.textual)
        for name, column in zip(_padded(function.names, columns), columns, strict=True)
    ]


def inner_names(columns: Sequence[ColumnType]) -> list[str]:
    """Give the columns names that differ, for the text in which they are made.

    >>> inner_names([ColumnType("unnest", "text"), ColumnType("unnest", "integer"), ColumnType("n", "text")])
    ['unnest', 'unnest 2', 'n']
    """
    names: list[str] = []
    for column in columns:
        count = [other.name for other in columns[: len(names) + 1]].count(column.name)
        names.append(column.name if count == 1 else f"{column.name} {count}")
    return names


def returns_scalar(function: FromFunction) -> bool:
    """Say whether the rows of a function are its values, not composites."""
    is_plain = len(function.calls) == 1 and not function.defined and not function.ordinality
    return is_plain and ROW_TYPE not in function.calls[0].meta and len(_columns_of(function.calls[0], function)) == 1


def _padded(names: tuple[str, ...], columns: list[ColumnType]) -> list[str]:
    return [*names[: len(columns)], *(column.name for column in columns[len(names) :])]


def _columns_of(call: exp.Expr, function: FromFunction) -> list[ColumnType]:
    row: list[ColumnType] | None = call.meta.get(ROW_TYPE)
    if row is not None:
        return list(row)
    name = column_name(call)
    own = TABLE_COLUMNS.get(name)
    if own is not None:
        return [ColumnType(column, kind) for column, kind in own]
    alone = len(function.calls) == 1 and function.has_alias
    kind = type_of(call)
    is_text = textual(call)
    scale = scale_of(call) if kind == "numeric" and not is_text else None
    return [ColumnType(function.label if alone else name, kind, -1, scale, textual=is_text)]
