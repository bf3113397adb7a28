"""Point at the place of the text that an error of the engine is about, in PostgreSQL's words.

The engine checks grouping, and it knows neither the text of the client nor the names in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType

from sqlglot import exp

from pgddb.errors import SqlError, WrongObjectType
from pgddb.sql.names import folded
from pgddb.sql.types.builtins import functions
from pgddb.sql.types.places import position_of

_UNGROUPED = re.compile(r'column "([^"]+)" must appear in the GROUP BY clause')
_OUT_OF_LIST = re.compile(r"(ORDER|GROUP) BY position is not in select list")
_NO_WINDOWS = re.compile(r"window functions are not (?:supported|allowed)", re.IGNORECASE)


class pointing_at:  # noqa: N801 - used as the function that it could be, at three times the price
    """Complete the errors that are raised inside by what the statement's tree tells."""

    __slots__ = ("_tree",)

    def __init__(self, tree: exp.Expr) -> None:
        self._tree = tree

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, SqlError) and error.position is None:
            completed = _completed(error, self._tree)
            if completed is not error:
                raise completed from error


def _completed(error: SqlError, tree: exp.Expr) -> SqlError:
    for pattern, complete in _COMPLETIONS:
        found = pattern.search(error.message)
        if found is not None:
            return complete(error, found, tree)
    return error


def _ungrouped(error: SqlError, found: re.Match[str], tree: exp.Expr) -> SqlError:
    """Name the relation of the column, and point at its first place outside of aggregates."""
    for select in tree.find_all(exp.Select):
        grouped = select.args.get("group") or any(
            _is_aggregate(node) for part in select.expressions for node in part.walk()
        )
        if not grouped and not select.args.get("having"):
            continue
        parts = [*select.expressions, *(select.args[name] for name in ("having", "order") if select.args.get(name))]
        for column in (column for part in parts for column in part.find_all(exp.Column)):
            if _means(column, found[1]) and not _in_aggregate(column):
                relation = _relation_of(column, select)
                if relation:
                    error.message = error.message.replace(f'"{found[1]}"', f'"{relation}.{found[1]}"', 1)
                error.position = position_of(column)
                return error
    return error


def _means(column: exp.Column, name: str) -> bool:
    part = column.this
    if not isinstance(part, exp.Identifier):
        return False
    return part.name == name if part.args.get("quoted") else part.name.lower() == name.lower()


def _relation_of(column: exp.Column, select: exp.Select) -> str | None:
    if column.table:
        return folded(column.args["table"])
    clause = select.args.get("from_")
    if clause is None or select.args.get("joins"):
        return None
    source = clause.this
    alias = source.args.get("alias")
    named = alias.this if alias is not None else source.this
    return folded(named) if isinstance(named, exp.Identifier) else None


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node.parent, exp.Window) and node.parent.this is node:
        return False
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and _kinds(node) == {"a"})


def _name(call: exp.Func) -> str:
    return str(call.this if isinstance(call, exp.Anonymous) else call.sql_name()).lower()


def _kinds(call: exp.Func) -> set[str]:
    return {signature.kind for signature in functions().get(_name(call), ())}


def _in_aggregate(node: exp.Expr) -> bool:
    above = node.parent
    while above is not None and not isinstance(above, exp.Select):
        if _is_aggregate(above):
            return True
        above = above.parent
    return False


def _forbidden_aggregate(error: SqlError, _found: re.Match[str], tree: exp.Expr) -> SqlError:
    for where in tree.find_all(exp.Where):
        for node in where.walk():
            if _is_aggregate(node):
                error.position = position_of(node)
                return error
    return error


def _nested_aggregate(error: SqlError, _found: re.Match[str], tree: exp.Expr) -> SqlError:
    inner = next((node for node in tree.walk() if _is_aggregate(node) and _in_aggregate(node)), None)
    error.position = None if inner is None else position_of(inner)
    return error


def _window(error: SqlError, _found: re.Match[str], tree: exp.Expr) -> SqlError:
    """Tell a window function without OVER from one where none may stand."""
    for call in tree.find_all(exp.Func):
        if "w" in _kinds(call) and not isinstance(call.parent, exp.Window | exp.WithinGroup):
            message = f"window function {_name(call)} requires an OVER clause"
            return WrongObjectType(message, position=position_of(call))
    for where in tree.find_all(exp.Where):
        window = where.find(exp.Window)
        if window is not None:
            error.position = position_of(window)
    return error


def _out_of_list(error: SqlError, found: re.Match[str], tree: exp.Expr) -> SqlError:
    for select in tree.find_all(exp.Select):
        clause = select.args.get(found[1].lower())
        for part in clause.expressions if clause is not None else ():
            place = part.this if isinstance(part, exp.Ordered) else part
            if isinstance(place, exp.Literal) and place.name.isdigit() and int(place.name) > len(select.expressions):
                error.message = f"{found[1]} BY position {place.name} is not in select list"
                error.position = position_of(place)
                return error
    return error


def _negative(error: SqlError, _found: re.Match[str], tree: exp.Expr) -> SqlError:
    offset = tree.args.get("offset")
    if offset is not None and isinstance(offset.expression, exp.Neg):
        error.message, error.sqlstate = "OFFSET must not be negative", "2201X"
    return error


def _too_many_columns(error: SqlError, _found: re.Match[str], tree: exp.Expr) -> SqlError:
    for test in tree.find_all(exp.In):
        query = test.args.get("query")
        inner = query.unnest() if isinstance(query, exp.Subquery) else query
        if isinstance(inner, exp.Select) and len(inner.expressions) > 1 and not isinstance(test.this, exp.Tuple):
            error.message = "subquery has too many columns"
            return error
    return error


_Completion = Callable[[SqlError, re.Match[str], exp.Expr], SqlError]
_COMPLETIONS: tuple[tuple[re.Pattern[str], _Completion], ...] = (
    (_UNGROUPED, _ungrouped),
    (_OUT_OF_LIST, _out_of_list),
    (re.compile("aggregate functions are not allowed in WHERE"), _forbidden_aggregate),
    (re.compile("aggregate function calls cannot be nested"), _nested_aggregate),
    (_NO_WINDOWS, _window),
    (re.compile("LIMIT must not be negative"), _negative),
    (re.compile("subquery must return only one column"), _too_many_columns),
)
