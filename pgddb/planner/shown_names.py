"""Give out the names of objects where a result column has an oid alias type: regclass, regtype, regproc ...

PostgreSQL writes such values as names. The engine keeps them as numbers, for comparisons.
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.names import is_star
from pgddb.sql.types import type_of
from pgddb.sql.types.annotate import set_type
from pgddb.sql.types.families import NAMED_OIDS


def show_names(query: exp.Expr) -> None:
    """Cast the outputs of a query that are of such a type to text, in place; ORDER BY goes on to see numbers."""
    if isinstance(query, (exp.SetOperation, exp.Subquery)):
        show_names(query.this)
        if isinstance(query, exp.SetOperation):
            show_names(query.expression)
        return
    for output in query.expressions if isinstance(query, exp.Select) else ():
        value = output.unalias()
        element = (type_of(value) or "").removesuffix("[]")
        if element in NAMED_OIDS and not is_star(output):
            value.replace(_as_text(value, type_of(value) or ""))


def _as_text(value: exp.Expr, type_name: str) -> exp.Expr:
    target = "text[]" if type_name.endswith("[]") else "text"
    shown = exp.Cast(this=value.copy(), to=exp.DataType.build(target, dialect="postgres"))
    set_type(shown, target)
    return shown
