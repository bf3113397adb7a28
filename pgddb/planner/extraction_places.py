"""Find the conditions that a table's rows must meet, from the table up through joins, subqueries, CTEs and UNIONs.

A condition of an outer query goes down to a table where no row is lost: not past LIMIT, not past aggregates or
windows unless it is on their keys, not to the side of a join that the join fills with NULLs unless it rejects NULL.
Nothing is taken away above, so what is left out costs reads and never rows.

Source: https://www.postgresql.org/docs/15/queries-table-expressions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from sqlglot import exp

from pgddb.planner.extraction_conditions import operands_of

_COUNTED = ("limit", "offset")


class Condition(Struct, frozen=True):
    """A part of a WHERE, ON or HAVING that is about a table's rows.

    Attributes:
        strict: it may be used only if it is not true where the table's row is missing.
    """

    node: exp.Expr
    strict: bool


@dataclass(slots=True)
class Level:
    """What one SELECT says of a table that stands in its FROM clause, itself or inside a derived table.

    Attributes:
        conditions: on the columns that the SELECT sees.
        equalities: pairs of columns that are equal in every row where the table's row is used.
        filled: joins may put NULLs in the place of a row, so that only strict conditions may drop one.
        derived: what stands in FROM: None for the table itself.
    """

    select: exp.Select
    conditions: list[Condition] = field(default_factory=list)
    equalities: list[tuple[exp.Expr, exp.Expr]] = field(default_factory=list)
    filled: bool = False
    derived: Derived | None = None


class Derived(Struct, frozen=True):
    """A derived table on the way down: its alias, and for each output the expression inside that it stands for."""

    alias: str
    outputs: dict[str, exp.Expr]


Chain = tuple[Level, ...]
"""From the innermost SELECT outwards."""


def chains(tree: exp.Expr, place: exp.Expr) -> list[Chain] | None:
    """Give the ways from a table up, one for each place where its rows are used; None where nothing is known."""
    select = _select_around(place)
    if select is None:
        return None
    inner = _level(select, place, None)
    return [(inner, *outer) for outer in _outwards(tree, select, depth=0)]


_MAX_DEPTH = 32
_MAX_CHAINS = 16


def _outwards(tree: exp.Expr, select: exp.Select, depth: int) -> list[Chain]:
    """Give the levels above a SELECT; an empty chain where it is used as a whole or in an unknown way."""
    use = _use_of(select)
    if use is None or depth > _MAX_DEPTH:
        return [()]
    node, branch = use
    if isinstance(node, exp.CTE):
        places = [table for table in tree.find_all(exp.Table) if table.name == node.alias]
        if not places or len(places) > _MAX_CHAINS:
            return [()]
        return [chain for place in places for chain in _upwards(tree, place, select, branch, depth)][:_MAX_CHAINS] or [
            ()
        ]
    return _upwards(tree, node, select, branch, depth)


def _upwards(tree: exp.Expr, place: exp.Expr, inner: exp.Select, first: exp.Select, depth: int) -> list[Chain]:
    outer = _select_around(place)
    alias = place.alias
    if outer is None or not alias:
        return [()]
    outputs = passed_outputs(inner, first)
    level = _level(outer, place, Derived(alias, outputs))
    return [(level, *rest) for rest in _outwards(tree, outer, depth + 1)]


def _use_of(select: exp.Select) -> tuple[exp.Expr, exp.Select] | None:
    """Give the derived table or CTE whose rows a SELECT makes, and the SELECT that names its columns."""
    query: exp.Expr = select
    while True:
        parent = query.parent
        if isinstance(parent, exp.SetOperation):
            if not isinstance(parent, exp.Union) or counts_rows(parent):
                return None
        elif isinstance(parent, exp.Subquery):
            if counts_rows(parent) or parent.args.get("sample") or parent.args.get("pivots"):
                return None
            if isinstance(parent.parent, (exp.From, exp.Join, exp.Lateral)):
                named = parent.parent if isinstance(parent.parent, exp.Lateral) else parent
                return _with_names(named, query)
        elif isinstance(parent, exp.CTE):
            return None if is_recursive(parent) else _with_names(parent, query)
        else:
            return None
        query = parent


def _with_names(node: exp.Expr, query: exp.Expr) -> tuple[exp.Expr, exp.Select] | None:
    """Add the leftmost SELECT, which names the columns of a UNION."""
    while isinstance(query, (exp.Subquery, exp.SetOperation)):
        query = query.this
    return (node, query) if isinstance(query, exp.Select) else None


def is_recursive(entry: exp.CTE) -> bool:
    """Say whether a common table expression reads itself."""
    return any(table.name == entry.alias for table in entry.this.find_all(exp.Table))


def counts_rows(query: exp.Expr) -> bool:
    """Say whether a query has LIMIT or OFFSET."""
    return any(query.args.get(part) is not None for part in _COUNTED)


# What passes a SELECT -------------------------------------------------------------------------------------


def passed_outputs(select: exp.Select, first: exp.Select) -> dict[str, exp.Expr]:
    """Give the outputs on which an outer condition may be checked before the SELECT, by their outer names."""
    if counts_rows(select) or len(select.expressions) != len(first.expressions):
        return {}
    if any(projection.is_star for projection in (*select.expressions, *first.expressions)):
        return {}
    passing = _barrier_keys(select)
    outputs: dict[str, exp.Expr] = {}
    for projection, named in zip(select.expressions, first.expressions, strict=True):
        value = projection.unalias()
        if isinstance(value, (exp.Column, exp.Cast)) and (passing is None or any(value == key for key in passing)):
            outputs[named.alias_or_name] = value
    return outputs


def _barrier_keys(select: exp.Select) -> list[exp.Expr] | None:
    """Give the expressions on which rows may be dropped before the SELECT counts or orders them; None: any.

    Without GROUP BY an aggregate needs no look: a column cannot stand beside it.
    """
    keys: list[exp.Expr] | None = None
    distinct, group = select.args.get("distinct"), select.args.get("group")
    if isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None:
        on = distinct.args["on"]
        given = on.expressions if isinstance(on, exp.Tuple) else [on]
        keys = _meet(keys, [_group_key(key, select) for key in given])
    if group is not None:
        keys = _meet(keys, [_group_key(key, select) for key in group.expressions if _has_plain_groups(select)])
    elif select.args.get("having") is not None:
        return []
    for window in select.find_all(exp.Window):
        keys = _meet(keys, [] if window.args.get("alias") else window.args.get("partition_by") or [])
    return keys


def _group_key(key: exp.Expr, select: exp.Select) -> exp.Expr:
    """Follow GROUP BY 1, or DISTINCT ON (1), to its output."""
    if isinstance(key, exp.Literal) and key.name.isdigit() and 0 < int(key.name) <= len(select.expressions):
        output: exp.Expr = select.expressions[int(key.name) - 1].unalias()
        return output
    return key.unnest()


def _meet(keys: list[exp.Expr] | None, others: Sequence[exp.Expr]) -> list[exp.Expr]:
    if keys is None:
        return list(others)
    return [key for key in keys if any(key == other for other in others)]


# What a SELECT says of one of its FROM entries ------------------------------------------------------------


def _select_around(place: exp.Expr) -> exp.Select | None:
    """Find the SELECT in whose FROM clause a table or derived table stands."""
    node = place.parent
    while node is not None and not isinstance(node, exp.Query):
        if not isinstance(node, (exp.From, exp.Join, exp.Table, exp.Lateral)):
            return None
        node = node.parent
    while isinstance(node, exp.Subquery) and not isinstance(node.this, exp.Query):
        if node.args.get("sample") or node.args.get("pivots") or counts_rows(node):
            return None
        return _select_around(node)
    return node if isinstance(node, exp.Select) else None


def _level(select: exp.Select, place: exp.Expr, derived: Derived | None) -> Level:
    level = Level(select, derived=derived)
    if place.args.get("sample") or place.args.get("pivots"):
        return level
    position = _position(select, place)
    joins = select.args.get("joins") or []
    level.filled = position is None or _is_filled(joins, position, len(joins))
    for part in _conjuncts(select.args.get("where")):
        level.conditions.append(Condition(part, strict=level.filled))
        level.equalities += _equality(part)
    if _has_plain_groups(select):
        level.conditions += (Condition(part, strict=level.filled) for part in _conjuncts(select.args.get("having")))
    for number, join in enumerate(joins, 1):
        if position is not None:
            _add_join(level, join, joins, position=position, number=number)
    return level


def _has_plain_groups(select: exp.Select) -> bool:
    """Say whether a column in HAVING is one of the keys that rows are grouped by."""
    group = select.args.get("group")
    return group is not None and group.find(exp.Rollup, exp.Cube, exp.GroupingSets) is None


def _position(select: exp.Select, place: exp.Expr) -> int | None:
    """Give the number of a FROM entry, 0 for the first; None for one inside parentheses."""
    parent = place.parent
    if isinstance(parent, exp.From) and parent.parent is select:
        return 0 if not place.args.get("joins") else None
    if isinstance(parent, exp.Join) and parent.parent is select and not place.args.get("joins"):
        return next(number for number, join in enumerate(select.args["joins"], 1) if join is parent)
    return None


def _side(join: exp.Join) -> str:
    return str(join.args.get("side") or "").upper()


def _is_filled(joins: Sequence[exp.Join], position: int, until: int) -> bool:
    """Say whether a row of a FROM entry may be all NULL after the joins up to one, that one included."""
    own = joins[position - 1] if position else None
    if own is not None and _side(own) in ("LEFT", "FULL"):
        return True
    return any(_side(join) in ("RIGHT", "FULL") for join in joins[position:until])


def _add_join(level: Level, join: exp.Join, joins: Sequence[exp.Join], *, position: int, number: int) -> None:
    """Take what a join's ON says of a FROM entry: both sides of an inner join, the filled side of an outer one."""
    condition, side = join.args.get("on"), _side(join)
    if condition is None or not _speaks_of(joins, side, position=position, number=number):
        return
    filled = position < number and _is_filled(joins, position, number - 1)
    for part in _conjuncts(condition):
        level.conditions.append(Condition(part, strict=filled))
        level.equalities += _equality(part)


def _speaks_of(joins: Sequence[exp.Join], side: str, *, position: int, number: int) -> bool:
    """Say whether the ON of a join holds wherever the row of a FROM entry is used."""
    if position < number:
        return side in ("", "RIGHT")
    if position == number:
        return side in ("", "LEFT")
    later = [_side(join) for join in joins[number:position]]
    return side == "" and "FULL" not in later and "RIGHT" not in later


def _conjuncts(clause: exp.Expr | None) -> Iterable[exp.Expr]:
    if clause is None:
        return []
    inner = clause.this if isinstance(clause, (exp.Where, exp.Having)) else clause
    inner = inner.unnest()
    return operands_of(inner) if isinstance(inner, exp.And) else [inner]


def _equality(node: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    node = node.unnest()
    if isinstance(node, exp.EQ):
        left, right = node.this.unnest(), node.expression.unnest()
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            yield left, right
