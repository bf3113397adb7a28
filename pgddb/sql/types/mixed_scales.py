"""Type the columns of VALUES and UNION, and note which of their numerics have to be given as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from pgddb.sql.names import column_name, is_star
from pgddb.sql.types.calls import meeting_type
from pgddb.sql.types.columns import MODIFIER, ColumnType, type_of
from pgddb.sql.types.families import common
from pgddb.sql.types.scales import CARRIED, SCALE, carried_scale, scale_of, widest_carried
from pgddb.sql.types.text_numerics import AS_TEXT, TEXTUAL, mixes, textual


def note_scales(node: exp.Expr, column: ColumnType) -> None:
    """Note on a node what is known of the numerics of the column that it names."""
    if column.scale is not None:
        node.meta[SCALE] = column.scale
    if column.carried is not None:
        node.meta[CARRIED] = column.carried
    if column.textual:
        node.meta[TEXTUAL] = True
        node.meta.pop(SCALE, None)
    else:
        node.meta.pop(TEXTUAL, None)


def column_of(output: exp.Expr) -> ColumnType:
    """Give the column that an output makes."""
    kind = type_of(output)
    modifier = output.meta.get(MODIFIER, -1)
    if kind not in ("numeric", "numeric[]"):
        return ColumnType(column_name(output), kind, modifier)
    is_text = textual(output)
    scale, carried = (None, None) if is_text or kind != "numeric" else (scale_of(output), carried_scale(output))
    return ColumnType(column_name(output), kind, modifier, scale, carried, is_text)


def values_columns(rows: Sequence[Sequence[exp.Expr]]) -> list[ColumnType]:
    """Give the columns of VALUES."""
    columns = []
    for at in range(len(rows[0])):
        values = [row[at] for row in rows if at < len(row)]
        kind = meeting_type(values, type_of, "VALUES")
        is_text = kind == "numeric" and mixes(values)
        for value in values:
            _mark(value, is_text=is_text)
        scales = {scale_of(value) for value in values} if kind == "numeric" and not is_text else set()
        scale = scales.pop() if len(scales) == 1 else None
        carried = widest_carried(values) if kind == "numeric" and not is_text else None
        columns.append(ColumnType(f"column{at + 1}", kind, -1, scale, carried, is_text))
    return columns


def _mark(value: exp.Expr, *, is_text: bool) -> None:
    if is_text:
        value.meta[AS_TEXT] = True
    else:
        value.meta.pop(AS_TEXT, None)


def meeting(one: ColumnType, other: ColumnType) -> ColumnType:
    """Give the column in which two meet."""
    same = one.type_modifier == other.type_modifier and one.type_name == other.type_name
    return replace(
        one,
        type_name=common([one.type_name, other.type_name]),
        type_modifier=one.type_modifier if same else -1,
        scale=one.scale if one.scale == other.scale else None,
    )


def united_columns(tree: exp.SetOperation, left: Sequence[ColumnType], right: Sequence[ColumnType]) -> list[ColumnType]:
    """Give the columns of UNION and its like."""
    columns = [meeting(one, other) for one, other in zip(left, right, strict=True)]
    for place, column in enumerate(columns):
        if column.type_name != "numeric":
            continue
        values = _outputs(tree, place)
        is_text = values is not None and mixes(values)
        for value in values or ():
            _mark(value, is_text=is_text)
        if is_text:
            columns[place] = replace(column, scale=None, carried=None, textual=True)
    return columns


def _outputs(query: exp.Expr, place: int) -> list[exp.Expr] | None:
    """Give the values that all branches have in one column, None where a `*` hides one."""
    while isinstance(query, (exp.Subquery, exp.Paren)):
        query = query.this
    if isinstance(query, exp.SetOperation):
        sides = [_outputs(side, place) for side in (query.this, query.expression)]
        return None if sides[0] is None or sides[1] is None else [*sides[0], *sides[1]]
    if isinstance(query, exp.Values):
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in query.expressions]
        return [row[place] for row in rows]
    if not isinstance(query, exp.Select) or any(map(is_star, query.expressions)):
        return None
    return [query.expressions[place].unalias()]
