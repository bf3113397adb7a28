"""Know the output columns of a query, and where ORDER BY and GROUP BY mean one of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from sqlglot import exp

from pgddb.errors import AmbiguousColumn, InvalidColumnReference, SqlSyntaxError
from pgddb.planner.bindings import Scope, VisibleColumn, find_column, folded, is_quoted, position_of
from pgddb.sql.types.families import common
from pgddb.sql.types.signatures import PAIR_FUNCTIONS, TABLE_COLUMNS


class Output(Struct, frozen=True):
    """One output column of a query: its name, its name in the DuckDB text, its PostgreSQL type if known."""

    name: str
    internal: str
    type_name: str | None


def united(left: Sequence[Output] | None, right: Sequence[Output] | None) -> tuple[Output, ...] | None:
    """Give the outputs of UNION, INTERSECT or EXCEPT: names of the left side, common types."""
    if left is None or right is None:
        return None
    if len(left) != len(right):
        raise SqlSyntaxError("each UNION query must have the same number of columns")
    return tuple(
        Output(one.name, one.internal, common([one.type_name, other.type_name]))
        for one, other in zip(left, right, strict=True)
    )


def output_place(key: exp.Column, query: exp.Expr, outputs: Sequence[Output]) -> int | None:
    """Find the output that a bare name in ORDER BY means, as a 0-based place.

    Raises:
        AmbiguousColumn: several different outputs have the name.
    """
    wanted = folded(key.this)
    places = [place for place, output in enumerate(outputs) if output.name == wanted]
    if not places and isinstance(query, exp.SetOperation) and not is_quoted(key.this):
        places = [place for place, output in enumerate(outputs) if output.name.lower() == wanted]
    if len(places) > 1 and not (isinstance(query, exp.Select) and _alike(query, places)):
        raise AmbiguousColumn(f'ORDER BY "{wanted}" is ambiguous', position=position_of(key))
    return places[0] if places else None


def require_listed(key: exp.Expr, select: exp.Select, position: int | None) -> None:
    """Check that DISTINCT leaves the rows with what ORDER BY sorts them by.

    Raises:
        InvalidColumnReference: the key is none of the outputs.
    """
    if isinstance(key, exp.Literal | exp.Placeholder | exp.Parameter) or any(map(_is_open, select.expressions)):
        return
    if all(output.unalias() != key for output in select.expressions):
        raise InvalidColumnReference(
            "for SELECT DISTINCT, ORDER BY expressions must appear in select list", position=position
        )


def _place(node: exp.Literal) -> bool:
    return not node.is_string and node.name.isdigit() and int(node.name) > 0


def _is_open(output: exp.Expr) -> bool:
    return isinstance(output, exp.Star) or (isinstance(output, exp.Column) and isinstance(output.this, exp.Star))


def _alike(query: exp.Select, places: Sequence[int]) -> bool:
    first = query.expressions[places[0]].unalias()
    return all(query.expressions[place].unalias() == first for place in places)


def group_by_outputs(select: exp.Select, scope: Scope, names: Sequence[str]) -> None:
    """Replace a bare name in GROUP BY that is no input column by the output expression of that name."""
    group = select.args.get("group")
    for node in list(group.find_all(exp.Literal)) if group is not None else ():
        if isinstance(node.parent, exp.GroupingSets | exp.Rollup | exp.Cube | exp.Tuple | exp.Paren) and _place(node):
            place = int(node.name)
            if place > len(select.expressions):
                raise InvalidColumnReference(f"GROUP BY position {place} is not in select list")
            node.replace(select.expressions[place - 1].unalias().copy())
    for node in list(group.find_all(exp.Column)) if group is not None else ():
        in_list = isinstance(node.parent, (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple, exp.Paren))
        if node.table or not in_list or not isinstance(node.this, exp.Identifier):
            continue
        if find_column(scope.visible, node.this) is None and list(names).count(folded(node.this)) == 1:
            projection = select.expressions[list(names).index(folded(node.this))]
            node.replace(projection.unalias().copy())


def pair_columns(call: exp.Expr) -> list[VisibleColumn] | None:
    """Give the columns that `(jsonb_each(x)).*` stands for; None for other values."""
    name = str(call.this).lower() if isinstance(call, exp.Anonymous) else ""
    if name not in PAIR_FUNCTIONS:
        return None

    def field(label: str) -> exp.Expr:
        return exp.Dot(this=exp.Paren(this=call.copy()), expression=exp.to_identifier(label, quoted=True))

    return [VisibleColumn(label, partial(field, label), kind, None) for label, kind in TABLE_COLUMNS[name]]
