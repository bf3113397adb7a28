"""Refuse UNION, INTERSECT and EXCEPT of columns that have no common type."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.errors import DatatypeMismatch
from pgddb.sql.names import first_select
from pgddb.sql.types.coercion import common_type, is_known
from pgddb.sql.types.columns import ColumnType
from pgddb.sql.types.places import position_of


def require_common(tree: exp.SetOperation, left: Sequence[ColumnType], right: Sequence[ColumnType]) -> None:
    """Check the columns of both sides.

    Raises:
        DatatypeMismatch: two types do not meet; with the place of the right side's column.
    """
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        names = [name for name in (one.type_name, other.type_name) if name is not None and is_known(name)]
        if len(names) < 2:
            continue
        try:
            common_type(names, type(tree).__name__.upper())
        except DatatypeMismatch as error:
            select = first_select(tree.expression)
            if select is not None and place < len(select.expressions):
                error.position = position_of(select.expressions[place])
            raise
