"""Give out numerics as text, so that no digit is lost or added.

DuckDB's DECIMAL has 38 digits and one scale for a column; PostgreSQL's numeric has any
number of digits, and chooses a scale for each value. Inside a statement DECIMAL carries
them; as an output of the whole statement their text does, reckoned exactly where
DECIMAL would not be.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.sql.rewrites.rule import call, call_name, cast_to
from pgddb.sql.types.columns import ColumnType, set_type, type_of
from pgddb.sql.types.families import INTEGERS
from pgddb.sql.types.scales import scale_of

EXACT = {
    "pg_numeric_divide": "pgddb_numeric_divide",
    "pg_numeric_binary": "pgddb_numeric_binary",
    "pg_numeric_function": "pgddb_numeric_function",
    "pg_numeric_power": "pgddb_numeric_power",
    "pg_numeric_logarithm": "pgddb_numeric_logarithm",
    "pg_numeric_deviation": "pgddb_numeric_deviation",
    "pg_numeric_text": "pgddb_numeric_text",
}
"""What DECIMAL carries roughly, and the function that gives its exact text from texts."""
_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Mod: "%"}
_SAME = (exp.Paren, exp.Alias)
_TRIMMED = frozenset(["pg_text_numeric", "pg_float_numeric"])
_KEEPS_VALUE = (exp.Sum, exp.Min, exp.Max, exp.Neg, exp.Paren, exp.Filter, exp.Window, exp.Coalesce)


def write_exact_outputs(tree: exp.Expr, columns: Sequence[ColumnType] | None = None) -> exp.Expr:
    """Replace numeric outputs of a rewritten statement by their text; `columns` are the statement's, if all are known.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT 1 / 3.0 AS a"))
    SELECT pgddb_numeric_divide(CAST(1 AS TEXT), CAST(CAST(3.0 AS DECIMAL(38, 1)) AS TEXT)) AS "a"
    >>> print(rewritten("SELECT 1.50 AS a"))
    SELECT CAST(CAST(1.50 AS DECIMAL(38, 2)) AS TEXT) AS "a"
    >>> print(rewritten("VALUES (1.50)"))
    SELECT CAST(CAST("c1" AS DECIMAL(38, 2)) AS TEXT) AS "column1" FROM (VALUES (1.50)) AS "answer"("c1")
    """
    if not isinstance(tree, exp.Select) or tree.args.get("distinct") or tree.args.get("qualify"):
        return _around(tree, columns)
    for number, output in enumerate(list(tree.expressions), 1):
        value = output.this if isinstance(output, exp.Alias) else output
        if type_of(value) != "numeric":
            continue
        text = exact_text(value, alone=True)
        if text is not None:
            _read_value(tree, str(number), output.alias_or_name.lower(), value)
            _replace(output, value, text)
    return tree


def _around(tree: exp.Expr, columns: Sequence[ColumnType] | None) -> exp.Expr:
    """Put a query around one whose outputs are compared with each other."""
    if columns is None or all(column.scale is None for column in columns) or not isinstance(tree, exp.Query | exp.Values):
        return tree
    names = [f"c{number}" for number in range(1, len(columns) + 1)]
    outputs: list[exp.Expr] = []
    for name, column in zip(names, columns, strict=True):
        value: exp.Expr = exp.column(name, quoted=True)
        if column.type_name == "numeric" and column.scale is not None:
            value = cast_to(cast_to(value, f"DECIMAL(38, {column.scale})"), "VARCHAR")
        outputs.append(exp.Alias(this=value, alias=exp.to_identifier(column.name, quoted=True)))
    alias = exp.TableAlias(
        this=exp.to_identifier("answer", quoted=True),
        columns=[exp.to_identifier(name, quoted=True) for name in names],
    )
    if isinstance(tree, exp.Values):
        tree.set("alias", alias)
        return exp.Select(expressions=outputs).from_(tree)
    return exp.Select(expressions=outputs).from_(exp.Subquery(this=tree, alias=alias))


def _replace(output: exp.Expr, value: exp.Expr, text: exp.Expr) -> None:
    set_type(text, "numeric")
    if isinstance(output, exp.Column):  # its name must stay
        text = exp.Alias(this=text, alias=output.this.copy())
        set_type(text, "numeric")
    value.replace(text)


def _read_value(tree: exp.Select, number: str, name: str, value: exp.Expr) -> None:
    """Let ORDER BY and GROUP BY read the value where they mean the output by its number or name."""
    for clause in (tree.args.get("order"), tree.args.get("group")):
        for key in clause.expressions if isinstance(clause, exp.Expr) else ():
            part = key.this if isinstance(key, exp.Ordered) else key
            by_number = isinstance(part, exp.Literal) and str(part.this) == number
            by_name = isinstance(part, exp.Column) and not part.table and part.name.lower() == name
            if by_number or by_name:
                part.replace(value.copy())


def exact_text(value: exp.Expr, *, alone: bool = False) -> exp.Expr | None:
    """Make the exact text of a numeric or integer; `alone` asks for None where DECIMAL's own text must do."""
    while isinstance(value, _SAME):
        value = value.this
    name = call_name(value)
    if name in EXACT:
        return call(EXACT[name], *(_argument(part) for part in value.expressions))
    if _needs_text(value):
        return _reckoned(value)
    scale = scale_of(value)
    if type_of(value) in INTEGERS:
        return cast_to(value.copy(), "VARCHAR")
    if scale is not None and scale <= 38:
        carried = isinstance(value, exp.Cast) and value.args["to"].this == exp.DType.DECIMAL
        return cast_to(value.copy() if carried else cast_to(value.copy(), f"DECIMAL(38, {scale})"), "VARCHAR")
    if alone and not _is_trimmed(value):
        return None
    return call("pg_trim_numeric", value.copy())


def _argument(part: exp.Expr) -> exp.Expr:
    if isinstance(part, exp.Literal) and part.is_string:
        return part.copy()
    return exact_text(part) or cast_to(part.copy(), "VARCHAR")


def _is_trimmed(value: exp.Expr) -> bool:
    while isinstance(value, _KEEPS_VALUE):
        value = value.this
    return call_name(value) in _TRIMMED


def _needs_text(value: exp.Expr) -> bool:
    """Say whether an operand below is not exact as DECIMAL."""
    while isinstance(value, _SAME):
        value = value.this
    if call_name(value) in EXACT:
        return True
    if type(value) in _SIGNS:
        return _needs_text(value.this) or _needs_text(value.args["expression"])
    return isinstance(value, exp.Neg) and _needs_text(value.this)


def _reckoned(value: exp.Expr) -> exp.Expr:
    if isinstance(value, exp.Neg):
        return call("pgddb_numeric_function", "-", _argument(value.this))
    sign = _SIGNS[type(value)]
    return call("pgddb_numeric_binary", sign, _argument(value.this), _argument(value.args["expression"]))
