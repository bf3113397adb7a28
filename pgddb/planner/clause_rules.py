"""Hold the clauses of a SELECT to PostgreSQL's rules, where they stand in the client's text.

Source: src/backend/parser/parse_clause.c, parse_agg.c and analyze.c of PostgreSQL
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from pgddb.errors import (
    FeatureNotSupported,
    GroupingError,
    InvalidColumnReference,
    SqlSyntaxError,
    UndefinedObject,
    UndefinedTable,
    WindowingError,
    WrongObjectType,
)
from pgddb.planner.bindings import Scope, find_column, folded
from pgddb.sql.names import output_at
from pgddb.sql.types.builtins import is_aggregate
from pgddb.sql.types.places import SOURCE, position_of
from pgddb.sql.types.signatures import HYPOTHETICAL

_CONSTANTS = (exp.Literal, exp.Boolean, exp.Null)


def check_clauses(tree: exp.Expr) -> None:
    """Check a statement as the client wrote it, before its names are bound.

    Raises:
        SqlSyntaxError: a constant that is no integer stands as a sort key.
        InvalidColumnReference: the number of an output that is not there.
        UndefinedObject, WindowingError, WrongObjectType: a window is not there, or not what its function needs.
        GroupingError: an aggregate is made of window functions.
        FeatureNotSupported, UndefinedTable: FOR UPDATE where no row can be locked, or of what is not in FROM.
    """
    for node in tree.walk():
        check = _CHECKS.get(type(node))
        if check is not None:
            check(node)


def _check_order(order: exp.Expr) -> None:
    if isinstance(order.parent, (exp.Select, exp.SetOperation)):
        for key in order.expressions:
            _check_place(key.this, "ORDER BY", _outputs_of(order.parent))


def _check_group(group: exp.Expr) -> None:
    for key in group.expressions:
        _check_place(key, "GROUP BY", _outputs_of(group.parent))


def _outputs_of(query: exp.Expr | None) -> int | None:
    """Count the outputs of a query, None where a star stands for some."""
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    if not isinstance(query, exp.Select) or any(output.is_star for output in query.expressions):
        return None
    return len(query.expressions)


def _check_place(key: exp.Expr, clause: str, outputs: int | None) -> None:
    """Check a constant that stands as a key: it must be the number of an output."""
    value = key.this if isinstance(key, exp.Neg) else key
    if not isinstance(value, _CONSTANTS):
        return
    if not isinstance(value, exp.Literal) or value.is_string or not value.name.isdigit():
        raise SqlSyntaxError(f"non-integer constant in {clause}", position=position_of(key))
    place = -int(value.name) if isinstance(key, exp.Neg) else int(value.name)
    if place < 1 or (outputs is not None and place > outputs):
        raise InvalidColumnReference(f"{clause} position {place} is not in select list", position=position_of(key))


def _check_window(window: exp.Expr) -> None:
    if isinstance(window.this, exp.Identifier):  # WINDOW name AS (...)
        return
    _check_frame(window)
    name = window.args.get("alias")
    select = window.find_ancestor(exp.Select)
    if isinstance(name, exp.Identifier) and select is not None:
        defined = {folded(one.this) for one in select.args.get("windows") or ()}
        if folded(name) not in defined:
            raise UndefinedObject(f'window "{folded(name)}" does not exist', position=position_of(name))
    function = window.this.this if isinstance(window.this, exp.Filter) else window.this
    if isinstance(function, exp.Anonymous) and function.expressions and function.name.lower() in HYPOTHETICAL:
        raise WrongObjectType(
            f"WITHIN GROUP is required for ordered-set aggregate {function.name.lower()}",
            position=position_of(function),
        )


def _check_frame(window: exp.Expr) -> None:
    spec, order = window.args.get("spec"), window.args.get("order")
    if not isinstance(spec, exp.WindowSpec) or isinstance(window.args.get("alias"), exp.Identifier):
        return
    kind = str(spec.args.get("kind")).upper()
    keys = order.expressions if isinstance(order, exp.Order) else []
    has_offset = any(isinstance(spec.args.get(side), exp.Expr) for side in ("start", "end"))
    if kind == "RANGE" and has_offset and len(keys) != 1:
        raise WindowingError(
            "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column", position=_bracket(window)
        )
    if kind == "GROUPS" and not keys:
        raise WindowingError("GROUPS mode requires an ORDER BY clause", position=_bracket(window))


def _bracket(window: exp.Expr) -> int | None:
    """Give the position of the bracket behind OVER."""
    source, start = window.root().meta.get(SOURCE), position_of(window.this)
    if not isinstance(source, str) or start is None:
        return None
    over = source.upper().find("OVER", start)
    return source.find("(", over) + 1 or None


def _check_aggregate(call: exp.Expr) -> None:
    name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
    if isinstance(call, exp.Anonymous) and not is_aggregate(name):
        return
    if call.parent is not None and isinstance(call.parent, exp.Window) and call.arg_key == "this":
        return
    inner = next((node for node in _own_parts(call) if isinstance(node, exp.Window)), None)
    if inner is not None:
        raise GroupingError(
            "aggregate function calls cannot contain window function calls", position=position_of(inner)
        )


def _own_parts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Give the nodes below a node, but not those of subqueries."""
    for part in node.iter_expressions():
        if not isinstance(part, exp.Query):
            yield part
            yield from _own_parts(part)


_STRENGTHS = {
    (True, False): "UPDATE",
    (True, True): "NO KEY UPDATE",
    (False, False): "SHARE",
    (False, True): "KEY SHARE",
}


def _check_locks(select: exp.Expr) -> None:
    """Check FOR UPDATE and its like: rows that come of several cannot be locked."""
    for lock in select.args.get("locks") or ():
        words = f"FOR {_STRENGTHS[bool(lock.args.get('update')), bool(lock.args.get('key'))]}"
        obstacle = _obstacle(select)
        if obstacle is not None:
            raise FeatureNotSupported(f"{words} is not allowed with {obstacle}")
        _check_locked(select, lock, words)


def _check_locked(select: exp.Expr, lock: exp.Expr, words: str) -> None:
    from_ = select.args.get("from_")
    items = [] if from_ is None else [from_.this, *(join.this for join in select.args.get("joins") or ())]
    names = {item.alias_or_name.lower() for item in items}
    for table in lock.expressions:
        if folded(table.this) not in names:
            raise UndefinedTable(
                f'relation "{folded(table.this)}" in {words} clause not found in FROM clause',
                position=position_of(table),
            )


def _obstacle(select: exp.Expr) -> str | None:
    if isinstance(select.parent, exp.SetOperation):
        return "UNION/INTERSECT/EXCEPT"
    for name, words in (("distinct", "DISTINCT"), ("group", "GROUP BY"), ("having", "HAVING")):
        if select.args.get(name) is not None:
            return f"{words} clause"
    parts = [node for output in select.expressions for node in (output, *_own_parts(output))]
    if any(isinstance(node, exp.Window) for node in parts):
        return "window functions"
    return "aggregate functions" if any(map(_is_aggregate, parts)) else None


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return is_aggregate(node.name.lower())
    return isinstance(node, exp.AggFunc)


def check_distinct(select: exp.Expr, on: list[exp.Expr], positions: list[int | None], keys: list[exp.Expr]) -> None:
    """Check that ORDER BY starts with the expressions of DISTINCT ON, in any order; both are bound.

    Raises:
        InvalidColumnReference: it does not.
    """
    wanted = [_meant(select, one) for one in on]
    met: list[exp.Expr] = []
    skipped = False
    for key in keys:
        meant = _meant(select, key)
        if meant not in wanted:
            skipped = True
        elif skipped:
            raise _unmatched(positions[wanted.index(meant)])
        else:
            met.append(meant)
    left = next((place for place, one in enumerate(wanted) if one not in met), None)
    if skipped and left is not None:
        raise _unmatched(positions[left])


def _meant(select: exp.Expr, key: exp.Expr) -> exp.Expr:
    """Give the output that a number stands for, any other key as it is."""
    return output_at(select, key) or key


def _unmatched(position: int | None) -> InvalidColumnReference:
    return InvalidColumnReference(
        "SELECT DISTINCT ON expressions must match initial ORDER BY expressions", position=position
    )


def check_limit(part: exp.Expr, clause: str, scope: Scope) -> None:
    """Refuse columns of the query itself in LIMIT and OFFSET; those of the queries around it are constant there.

    Raises:
        InvalidColumnReference: with the place of the first.
    """
    for node in _own_parts(part):
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            continue
        table = node.args.get("table")
        if table is None:
            is_own = find_column(scope.visible, node.this) is not None
        else:
            is_own = any(relation.name == folded(table) for relation in scope.relations)
        if is_own:
            raise InvalidColumnReference(f"argument of {clause} must not contain variables", position=position_of(node))


_CHECKS: dict[type[exp.Expr], Callable[[exp.Expr], None]] = {
    exp.Order: _check_order,
    exp.Group: _check_group,
    exp.Window: _check_window,
    exp.Select: _check_locks,
    **dict.fromkeys((exp.Anonymous, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Count), _check_aggregate),
}
