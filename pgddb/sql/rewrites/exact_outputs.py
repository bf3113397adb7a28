"""Give out numerics whose scale varies by row as text, so that no digit is lost or added.

DuckDB's DECIMAL has one scale for a column; PostgreSQL's division and casts from text
choose one for each value. Inside a statement a scale of 16 or 18 carries them; as an
output of the whole statement the text itself does.
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.rule import call, call_name, cast_to
from pgddb.sql.types.annotate import set_type, type_of

_VARYING = frozenset(["pg_text_numeric", "pg_float_numeric"])
_KEEPS_SCALE = (exp.Sum, exp.Min, exp.Max, exp.Neg, exp.Paren, exp.Filter, exp.Window, exp.Coalesce)


def write_exact_outputs(tree: exp.Expr) -> exp.Expr:
    """Replace outputs of a rewritten statement by their text where that is exact and nothing else reads them.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT 1 / 3.0 AS a"))
    SELECT pgddb_numeric_divide(CAST(1 AS TEXT), CAST(3.0 AS TEXT)) AS "a"
    """
    if not isinstance(tree, exp.Select) or tree.args.get("distinct") or tree.args.get("qualify"):
        return tree
    read = _names_read(tree)
    for number, output in enumerate(tree.expressions, 1):
        value = output.this if isinstance(output, exp.Alias) else output
        if read & {str(number), output.alias_or_name.lower()}:
            continue
        text = _text(value)
        if text is not None:
            set_type(text, "numeric")
            value.replace(text)
    return tree


def _names_read(tree: exp.Select) -> set[str]:
    """Give the numbers and names by which ORDER BY and GROUP BY may mean an output."""
    read: set[str] = set()
    for clause in (tree.args.get("order"), tree.args.get("group")):
        if isinstance(clause, exp.Expr):
            read |= {str(node.this) for node in clause.find_all(exp.Literal)}
            read |= {node.name.lower() for node in clause.find_all(exp.Column)}
    return read


def _text(value: exp.Expr) -> exp.Expr | None:
    while isinstance(value, exp.Paren):
        value = value.this
    if call_name(value) == "pg_numeric_divide":
        return call("pgddb_numeric_divide", *(cast_to(part.copy(), "VARCHAR") for part in value.expressions))
    if type_of(value) == "numeric" and _varies(value):
        return call("pg_trim_numeric", value.copy())
    return None


def _varies(value: exp.Expr) -> bool:
    while isinstance(value, _KEEPS_SCALE):
        value = value.this
    return call_name(value) in _VARYING
