"""Merge the columns of USING and NATURAL as PostgreSQL does, and say it with ON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from msgspec import Struct
from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedColumn
from pgddb.planner.bindings import VisibleColumn, find_column, folded, position_of
from pgddb.sql.type_names import data_type
from pgddb.sql.types.annotate import set_type
from pgddb.sql.types.families import common

Columns = list[VisibleColumn]


class JoinShape(Struct, frozen=True):
    """What a join node asks for."""

    is_comma: bool
    natural: bool
    side: str
    using: tuple[exp.Expr, ...]


def shape_of(join: exp.Join) -> JoinShape:
    """Read the kind of a join."""
    marks = [join.args.get(part) for part in ("kind", "side", "method", "on", "using")]
    return JoinShape(
        is_comma=not any(marks),
        natural=str(join.args.get("method") or "").upper() == "NATURAL",
        side=str(join.args.get("side") or "").upper(),
        using=tuple(part.this if isinstance(part, exp.Column) else part for part in join.args.get("using") or ()),
    )


def natural_names(left: Columns, right: Columns, node: exp.Expr) -> tuple[exp.Expr, ...]:
    """Give the names that NATURAL joins on.

    Raises:
        FeatureNotSupported: columns are not known, or the whole items would be compared.
    """
    if any(not column.name for column in (*left, *right)):
        raise FeatureNotSupported(
            "NATURAL JOIN with a relation whose columns are not known beforehand",
            hint="Name the columns with USING.",
            position=position_of(node),
        )
    shared = {column.name for column in right}
    common = [column for column in left if column.name in shared]
    document = next((c for c in common if c.is_document), None)
    if document is not None:
        raise FeatureNotSupported(
            f'NATURAL JOIN would compare the whole items in column "{document.name}"',
            hint="Name the columns with USING.",
            position=position_of(node),
        )
    return tuple(exp.to_identifier(name, quoted=True) for name in dict.fromkeys(column.name for column in common))


def merge(join: exp.Join, names: Sequence[exp.Expr], left: Columns, right: Columns) -> Columns:
    """Turn USING into ON and give the columns of the join: the merged ones first, each once."""
    side = shape_of(join).side
    merged: Columns = []
    conditions: list[exp.Expr] = []
    for name in names:
        first, second = _side(left, name, "left"), _side(right, name, "right")
        conditions.append(exp.EQ(this=first.express(), expression=second.express()))
        merged.append(_merged(folded(name), side, first, second))
        left = [column for column in left if column is not first]
        right = [column for column in right if column is not second]
    join.set("using", None)
    join.set("method", None)
    join.set("on", exp.and_(*conditions, copy=False))
    return [*merged, *left, *right]


def _side(columns: Columns, name: exp.Expr, which: str) -> VisibleColumn:
    found = find_column(columns, name)
    if found is not None:
        return found
    unknown = [column for column in columns if not column.name and column.relation is not None]
    if len(unknown) == 1 and unknown[0].relation is not None:
        relation = unknown[0].relation
        named = exp.Column(this=name.copy(), table=exp.to_identifier(relation.alias, quoted=True))
        return VisibleColumn(folded(name), named.copy, None, relation)
    raise UndefinedColumn(
        f'column "{folded(name)}" specified in USING clause does not exist in {which} table',
        position=position_of(name),
    )


def _cast_to(column: VisibleColumn, type_name: str) -> exp.Expr:
    """Express a column in the type that both sides of a join have in common."""
    cast = exp.Cast(this=column.express(), to=data_type(type_name))
    set_type(cast, type_name)
    return cast


def _merged(name: str, side: str, first: VisibleColumn, second: VisibleColumn) -> VisibleColumn:
    type_name = common([first.type_name, second.type_name])
    if side != "FULL":
        kept = second if side == "RIGHT" else first
        if type_name in (None, kept.type_name):
            return replace(kept, name=name, relation=None)
        return VisibleColumn(name, partial(_cast_to, kept, type_name), type_name, None)

    def express() -> exp.Expr:
        both = exp.Coalesce(this=first.express(), expressions=[second.express()])
        set_type(both, type_name)
        return both

    return VisibleColumn(name, express, type_name, None)
