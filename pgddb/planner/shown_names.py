"""Give out the names of objects where a result column has an oid alias type: regclass, regtype, regproc ...

PostgreSQL writes such values as names in text, and as numbers in binary. The engine keeps them as numbers, for
comparisons, and gives out both: the number, a separator, the name.
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.pgtypes import NAME_SEPARATOR
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
    if type_name.endswith("[]"):
        return _cast(value, "text[]")
    number = _cast(_cast(value, "oid"), "text")
    separator = exp.Literal.string(NAME_SEPARATOR)
    set_type(separator, "text")
    numbered = exp.DPipe(this=number, expression=separator)
    set_type(numbered, "text")
    both = exp.DPipe(this=numbered, expression=_cast(value, "text"))
    set_type(both, "text")
    return both


def _cast(value: exp.Expr, target: str) -> exp.Expr:
    shown = exp.Cast(this=value.copy(), to=exp.DataType.build(target, dialect="postgres"))
    set_type(shown, target)
    return shown
