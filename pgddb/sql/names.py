"""Name output columns as PostgreSQL does, on the tree before any rewrite.

Source: FigureColnameInternal in src/backend/parser/parse_target.c of PostgreSQL 15.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.sql.type_names import short_name, type_name

UNNAMED = "?column?"

Name = tuple[str, int]
"""A name and its strength: 0 none, 1 a name by the kind of the expression, 2 a name that the text has."""

_NONE: Name = (UNNAMED, 0)


def output_names(tree: exp.Expr) -> tuple[str | None, ...]:
    """Name the output columns of a query; None stands for a `*` whose columns the caller knows.

    >>> from pgddb.sql.classify import parse_one
    >>> output_names(parse_one("SELECT Id, count(*), a::int8, 1 + 1, t.* FROM t").tree)
    ('id', 'count', 'a', '?column?', None)
    """
    if isinstance(tree, exp.Values):
        first = tree.expressions[0]
        count = len(first.expressions) if isinstance(first, exp.Tuple) else 1
        return tuple(f"column{number}" for number in range(1, count + 1))
    select = first_select(tree)
    if select is None:
        return output_names(values) if (values := _first_values(tree)) is not None else (None,)
    return tuple(None if is_star(output) else column_name(output) for output in select.expressions)


def first_select(tree: exp.Expr) -> exp.Select | None:
    """Find the SELECT that names a query's columns: the leftmost of a set operation."""
    while isinstance(tree, (exp.SetOperation, exp.Subquery, exp.Paren)):
        tree = tree.this
    return tree if isinstance(tree, exp.Select) else None


def _first_values(tree: exp.Expr) -> exp.Values | None:
    while isinstance(tree, (exp.SetOperation, exp.Subquery, exp.Paren)):
        tree = tree.this
    return tree if isinstance(tree, exp.Values) else None


def is_plain_select(tree: exp.Select) -> bool:
    """Say whether a SELECT has outputs, one item that is a table or a function in FROM, and WHERE at most.

    >>> from pgddb.sql.classify import parse_one
    >>> [is_plain_select(parse_one(text).tree) for text in ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t LIMIT 1")]
    [True, False]
    """
    source = tree.args.get("from_") or tree.args.get("from")
    return (
        {name for name, value in tree.args.items() if value} <= _PLAIN_CLAUSES
        and source is not None
        and isinstance(source.this, exp.Table)
    )


_PLAIN_CLAUSES = frozenset({"expressions", "from", "from_", "where"})


def is_star(output: exp.Expr) -> bool:
    """Say whether an output is `*`, `t.*` or `(x).*`."""
    if isinstance(output, exp.Dot):
        return isinstance(output.expression, exp.Star)
    return isinstance(output, exp.Star) or (isinstance(output, exp.Column) and isinstance(output.this, exp.Star))


def output_at(query: exp.Expr | None, place: exp.Expr) -> exp.Expr | None:
    """Give the output that a number in ORDER BY or GROUP BY stands for, None if it is no number."""
    if not isinstance(place, exp.Literal) or place.is_string or not place.name.isdigit():
        return None
    outputs = query.expressions if isinstance(query, exp.Select) else []
    number = int(place.name)
    return outputs[number - 1].unalias() if 0 < number <= len(outputs) else None


def column_name(output: exp.Expr) -> str:
    """Name one output column.

    >>> from pgddb.sql.parse import parse_expression
    >>> texts = ("CASE WHEN a THEN b ELSE upper(c) END", "EXISTS (SELECT 1)", "'x'::date")
    >>> [column_name(parse_expression(text)) for text in texts]
    ['upper', 'exists', 'date']
    """
    return _name(output)[0]


def _name(node: exp.Expr) -> Name:
    if isinstance(node, exp.Anonymous):
        name = str(node.this).lower()
        return (name, 2) if name[:1].isalpha() or name[:1] == "_" else _NONE
    read = _READERS.get(type(node))
    if read is not None:
        return read(node)
    fixed = _FIXED.get(type(node))
    if fixed is not None:
        return fixed, 2
    if isinstance(node, exp.AggFunc):
        return node.sql_name().lower(), 2
    return _NONE


def folded(identifier: exp.Expr) -> str:
    """Give an identifier's name as PostgreSQL stores it: lower case unless it was quoted."""
    return identifier.name if identifier.args.get("quoted") else identifier.name.lower()


def _of_inner(node: exp.Expr) -> Name:
    return _name(node.this)


def _of_dot(node: exp.Expr) -> Name:
    field = node.args["expression"]
    return _name(field) if isinstance(field, exp.Anonymous) else (folded(field), 2)


def _of_cast(node: exp.Expr) -> Name:
    name, strength = _name(node.this)
    return (name, strength) if strength > 1 else (short_name(type_name(node.args["to"])).strip('"'), 1)


def _of_case(node: exp.Expr) -> Name:
    default = node.args.get("default")
    name, strength = _name(default) if default is not None else _NONE
    return (name, strength) if strength > 1 else ("case", 1)


def _of_subquery(node: exp.Expr) -> Name:
    names = output_names(node.this)
    return (names[0], 2) if names and names[0] is not None else _NONE


def _of_trim(node: exp.Expr) -> Name:
    side = str(node.args.get("position") or "BOTH").upper()
    return {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(side, "btrim"), 2


def _of_array(_node: exp.Expr) -> Name:
    return "array", 2


def _of_row(_node: exp.Expr) -> Name:
    return "row", 2


def _of_alias(node: exp.Expr) -> Name:
    return folded(node.args["alias"]), 2


def _of_column(node: exp.Expr) -> Name:
    return folded(node.this), 2


_READERS: dict[type[exp.Expr], Callable[[exp.Expr], Name]] = {
    exp.Alias: _of_alias,
    exp.Column: _of_column,
    exp.Dot: _of_dot,
    exp.Paren: _of_inner,
    exp.Collate: _of_inner,
    exp.Filter: _of_inner,
    exp.Window: _of_inner,
    exp.WithinGroup: _of_inner,
    exp.IgnoreNulls: _of_inner,
    exp.RespectNulls: _of_inner,
    exp.Bracket: _of_inner,
    exp.Cast: _of_cast,
    exp.Case: _of_case,
    exp.Subquery: _of_subquery,
    exp.Trim: _of_trim,
    exp.Array: _of_array,
    exp.Tuple: _of_row,
}
_FIXED: dict[type[exp.Expr], str] = {
    exp.Exists: "exists",
    exp.AtTimeZone: "timezone",
    exp.Overlaps: "overlaps",
    exp.Extract: "extract",
    exp.Substring: "substring",
    exp.StrPosition: "position",
    exp.Overlay: "overlay",
    exp.Coalesce: "coalesce",
    exp.Greatest: "greatest",
    exp.Least: "least",
    exp.Nullif: "nullif",
    exp.CurrentDate: "current_date",
    exp.CurrentTime: "current_time",
    exp.CurrentTimestamp: "current_timestamp",
    exp.Localtime: "localtime",
    exp.Localtimestamp: "localtimestamp",
    exp.CurrentUser: "current_user",
    exp.CurrentRole: "current_role",
    exp.SessionUser: "session_user",
    exp.CurrentCatalog: "current_catalog",
    exp.CurrentSchema: "current_schema",
    exp.Explode: "unnest",
    exp.Unnest: "unnest",
}
