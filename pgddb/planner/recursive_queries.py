"""Hold WITH RECURSIVE to what PostgreSQL lets a query say about itself, and put its queries in an order that works.

Source: src/backend/parser/parse_cte.c of PostgreSQL
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from sqlglot import exp

from pgddb.errors import DatatypeMismatch, DuplicateAlias, FeatureNotSupported, InvalidRecursion
from pgddb.planner.bindings import folded, position_of
from pgddb.planner.outputs import Output
from pgddb.sql.types.columns import settled

_OUTER = "an outer join"
_SUBQUERY = "a subquery"
_LOOKED_AT = frozenset(["this", "expression", "from_", "joins", "laterals", "with_"])
"""Parts of a query that are no expressions."""


def order_queries(clause: exp.With) -> None:
    """Check the queries of WITH RECURSIVE, and put those that others use before them.

    Raises:
        InvalidRecursion: a query mentions itself where it must not.
        FeatureNotSupported: two queries mention each other, or the whole of a recursive one is sorted or cut.
    """
    entries = {folded(entry.args["alias"].this): entry for entry in clause.expressions}
    uses = {name: _mentioned(entry.this, entries) for name, entry in entries.items()}
    ordered = _ordered(entries, uses)
    for entry in ordered:
        name = folded(entry.args["alias"].this)
        if name in uses[name]:
            _Check(name, entry).run()
    if ordered != clause.expressions:
        clause.set("expressions", ordered)


def refuse_same_names(clause: exp.With) -> None:
    """Refuse two queries of one WITH that are called the same.

    Raises:
        DuplicateAlias: with the place of the second.
    """
    seen: set[str] = set()
    for entry in clause.expressions:
        name = folded(entry.args["alias"].this)
        if name in seen:
            position = position_of(entry.args["alias"])
            raise DuplicateAlias(f'WITH query name "{name}" specified more than once', position=position)
        seen.add(name)


def seed_places(body: exp.SetOperation) -> list[int | None]:
    """Give the places of the outputs of the non-recursive term, before binding takes them away."""
    return [position_of(output) for output in body.this.unnest().expressions]


def require_same_types(
    name: str, seed: Sequence[Output] | None, whole: Sequence[Output] | None, places: Sequence[int | None]
) -> None:
    """Check that the recursive term leaves the columns the types that the other term gave them.

    Raises:
        DatatypeMismatch: a column has another type when both terms are taken together.
    """
    for number, (one, other) in enumerate(zip(seed or (), whole or (), strict=False), start=1):
        if one.type_name is None or other.type_name is None or settled(one.type_name) == settled(other.type_name):
            continue
        raise DatatypeMismatch(
            f'recursive query "{name}" column {number} has type {settled(one.type_name)}'
            f" in non-recursive term but type {settled(other.type_name)} overall",
            hint="Cast the output of the non-recursive term to the correct type.",
            position=places[number - 1] if number <= len(places) else None,
        )


def _ordered(entries: Mapping[str, exp.CTE], uses: Mapping[str, frozenset[str]]) -> list[exp.CTE]:
    left, ordered = dict(entries), []
    while left:
        ready = next((name for name in left if uses[name].isdisjoint(left.keys() - {name})), None)
        if ready is None:
            first = next(iter(left.values()))
            raise FeatureNotSupported(
                "mutual recursion between WITH items is not implemented", position=position_of(first.args["alias"])
            )
        ordered.append(left.pop(ready))
    return ordered


def _mentioned(query: exp.Expr, names: Mapping[str, exp.CTE]) -> frozenset[str]:
    return frozenset(name for name in names if any(_mentions(query, name)))


def _mentions(query: exp.Expr, name: str) -> Iterator[exp.Table]:
    return (table for table in query.find_all(exp.Table) if _names(table, name, query))


def _names(table: exp.Table, name: str, query: exp.Expr) -> bool:
    """Say whether a table is the query of this name, and none that a WITH inside calls the same."""
    if not isinstance(table.this, exp.Identifier) or table.args.get("db") or folded(table.this) != name:
        return False
    scope = table.parent
    while scope is not None and scope is not query.parent:
        with_ = scope.args.get("with_")
        if isinstance(with_, exp.With) and any(folded(one.args["alias"].this) == name for one in with_.expressions):
            return False
        scope = scope.parent
    return True


class _Check:
    """One walk over a query that mentions itself: where, and how often."""

    def __init__(self, name: str, entry: exp.CTE) -> None:
        self._name = name
        self._entry = entry
        self._found: set[int] = set()
        self._in_term = 0

    def run(self) -> None:
        body = self._entry.this
        while isinstance(body, exp.Subquery):
            body = body.this
        if not isinstance(body, exp.Union):
            raise InvalidRecursion(
                f'recursive query "{self._name}" does not have the form non-recursive-term UNION [ALL] recursive-term',
                position=position_of(self._entry.args["alias"]),
            )
        for table in _mentions(body.this, self._name):
            self._refuse(table, "its non-recursive term")
        self._query(body.expression, None)
        with_ = body.args.get("with_")
        for table in _mentions(with_, self._name) if isinstance(with_, exp.With) else ():
            self._refuse(table, _SUBQUERY)
        self._refuse_tail(body)

    def _refuse(self, table: exp.Table, place: str) -> NoReturn:
        raise InvalidRecursion(
            f'recursive reference to query "{self._name}" must not appear within {place}', position=position_of(table)
        )

    def _refuse_tail(self, body: exp.Expr) -> None:
        for argument, clause in (("order", "ORDER BY"), ("offset", "OFFSET"), ("limit", "LIMIT")):
            part = body.args.get(argument)
            if isinstance(part, exp.Expr):
                raise FeatureNotSupported(f"{clause} in a recursive query is not implemented", position=_start(part))

    def _query(self, query: exp.Expr, inside: str | None) -> None:
        """Look at a query, or an item of FROM; `inside` says where it stands, if that forbids a mention."""
        if isinstance(query, exp.SetOperation):
            self._query(query.this, inside)
            self._query(query.expression, inside or ("EXCEPT" if isinstance(query, exp.Except) else None))
        elif isinstance(query, exp.Subquery | exp.Lateral):
            self._query(query.this, inside)
        elif isinstance(query, exp.Select):
            self._select(query, inside)
        elif isinstance(query, exp.Table) and _names(query, self._name, query):
            self._mention(query, inside)
        self._parts(query, inside)

    def _parts(self, query: exp.Expr, inside: str | None) -> None:
        """Look at the WITH of a query, its joins and its expressions."""
        with_ = query.args.get("with_")
        for entry in with_.expressions if isinstance(with_, exp.With) else ():
            self._query(entry.this, inside)
        for join in query.args.get("joins") or ():
            self._below(join.args.get("on"), inside)
            if not isinstance(query, exp.Select):
                self._query(join.this, inside)
        for name, value in query.args.items():
            if name not in _LOOKED_AT:
                self._below(value, inside)

    def _select(self, select: exp.Select, inside: str | None) -> None:
        items: list[tuple[exp.Expr, str]] = []
        from_ = select.args.get("from_")
        if from_ is not None:
            items.append((from_.this, ""))
        items += [(join.this, str(join.args.get("side") or "")) for join in select.args.get("joins") or ()]
        items += [(lateral, "") for lateral in select.args.get("laterals") or ()]
        before = len(self._found)
        for place, (item, side) in enumerate(items):
            is_filled = side in ("LEFT", "FULL") or any(later in ("RIGHT", "FULL") for _, later in items[place + 1 :])
            self._query(item, inside or (_OUTER if is_filled else None))
        mentions = [item for item, _ in items if isinstance(item, exp.Table) and _names(item, self._name, item)]
        if mentions and len(self._found) > before:
            self._refuse_aggregates(select)

    def _refuse_aggregates(self, select: exp.Select) -> None:
        for part in (*select.expressions, select.args.get("having")):
            for node in part.find_all(exp.AggFunc) if isinstance(part, exp.Expr) else ():
                if node.find_ancestor(exp.Select, exp.Window) is select:
                    raise InvalidRecursion(
                        "aggregate functions are not allowed in a recursive query's recursive term",
                        position=_start(node),
                    )

    def _below(self, value: object, inside: str | None) -> None:
        """Look at expressions, where every query is a subquery."""
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, exp.Expr):
                for table in _mentions(node, self._name):
                    self._mention(table, inside or _SUBQUERY)

    def _mention(self, table: exp.Table, inside: str | None) -> None:
        if inside is not None:
            self._refuse(table, inside)
        self._found.add(id(table))
        if len(self._found) > 1:
            raise InvalidRecursion(
                f'recursive reference to query "{self._name}" must not appear more than once',
                position=position_of(table),
            )


def _start(part: exp.Expr) -> int | None:
    """Give the place of the first token below a node."""
    starts = [place for node in part.walk() if isinstance(place := node.meta.get("start"), int)]
    return min(starts) + 1 if starts else None
