"""Give out numerics and rows as text, so that no digit is lost or added.

DuckDB's DECIMAL has 38 digits and one scale for a column; PostgreSQL's numeric has any
number of digits, and chooses a scale for each value. Inside a statement DECIMAL carries
them; as an output of the whole statement their text does, reckoned exactly where
DECIMAL would not be.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.sql.rewrites.dimensions import depth_of
from pgddb.sql.rewrites.numeric_texts import exact_text
from pgddb.sql.rewrites.rule import call, cast_to
from pgddb.sql.rewrites.value_texts import record_text
from pgddb.sql.types.columns import ColumnType, set_type, type_of
from pgddb.sql.types.scales import scale_of
from pgddb.sql.types.text_numerics import textual


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
    if not isinstance(tree, exp.Select) or tree.args.get("distinct") or tree.args.get("qualify") or _has_sets(tree):
        return _around(tree, columns)
    for number, output in enumerate(list(tree.expressions), 1):
        value = output.this if isinstance(output, exp.Alias) else output
        text = _text(value) if type_of(value) != "character" else _padded(value, columns, number, len(tree.expressions))
        if text is not None:
            _read_value(tree, str(number), output.alias_or_name.lower(), value)
            _replace(output, value, text)
    return tree


_TEXT_CARRIED = frozenset(["time with time zone", "bit", "bit varying"])
"""Types whose values Arrow has no place for."""


def _text(value: exp.Expr) -> exp.Expr | None:
    kind = type_of(value)
    if kind == "record":
        return record_text(value)
    if kind == "interval":  # Arrow's count nanoseconds, so they end after 292 years of hours
        return call("pg_interval_parts", value.copy())
    if kind == "numeric[]":
        return _texts_of_elements(value)
    if kind in _TEXT_CARRIED:
        return cast_to(value.copy(), "VARCHAR")
    return exact_text(value, alone=True) if kind == "numeric" else None


def _texts_of_elements(value: exp.Expr) -> exp.Expr | None:
    """Give each number of an array the digits that all of them show."""
    scale = None if textual(value) else scale_of(value)
    if not scale or depth_of(value) > 1:
        return None
    element = cast_to(cast_to(exp.column("e"), f"DECIMAL(38, {scale})"), "VARCHAR")
    return call("list_transform", value.copy(), exp.Lambda(this=element, expressions=[exp.to_identifier("e")]))


def _padded(value: exp.Expr, columns: Sequence[ColumnType] | None, number: int, count: int) -> exp.Expr | None:
    """Fill char(n) up with the blanks that count for nothing inside a statement."""
    if columns is None or len(columns) != count:
        return None
    length = columns[number - 1].type_modifier - 4
    return call("rpad", value.copy(), length) if length > 0 else None


def _has_sets(tree: exp.Select) -> bool:
    group = tree.args.get("group")
    return isinstance(group, exp.Group) and any(group.args.get(name) for name in ("grouping_sets", "rollup", "cube"))


def _around(tree: exp.Expr, columns: Sequence[ColumnType] | None) -> exp.Expr:
    """Put a query around one whose outputs are compared with each other."""
    if (
        columns is None
        or all(column.scale is None for column in columns)
        or not isinstance(tree, (exp.Query, exp.Values))
    ):
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
    set_type(text, type_of(value))
    if isinstance(output, exp.Column):  # its name must stay
        text = exp.Alias(this=text, alias=output.this.copy())
        set_type(text, type_of(value))
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
