"""Find, for each read, where the values of its key attributes can come from: joins, IN, EXISTS, correlated subqueries.

Wherever a condition equates a key attribute of a base table with a column of another relation, and rows that do not
meet the condition have no part in the result, the other relation's values say which rows need be read. Which of
these drivers is used is decided at execution (`key_schedule`), when the sizes are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlglot import exp

from pgddb.access.attribute_facts import column_of
from pgddb.access.table import AttributePath, Carrier, Column
from pgddb.planner.bindings import COLUMN, READ, TableReference
from pgddb.planner.derived_columns import columns_behind
from pgddb.planner.from_shape import FromShape, Site, SiteKind, reference_of, shape_of_from
from pgddb.planner.key_driver import KeyDriver
from pgddb.planner.key_queries import complete, keys_of_query, keys_of_relation, stands_alone
from pgddb.planner.template import LateTemplate, SqlTemplate
from pgddb.sql.types import type_of

_Target = tuple[TableReference, AttributePath]

Compile = Callable[[exp.Expr], SqlTemplate]
"""Writes a bound query as a template over the feeds of the statement."""

_TEXTS = frozenset({"text", "character varying", "name", "unknown"})
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})
_COMPARABLE: dict[Carrier, frozenset[str]] = {
    Carrier.TEXT: _TEXTS,
    Carrier.SCALAR_TEXT: _TEXTS,
    Carrier.INTEGER: _NUMBERS,
    Carrier.DECIMAL: _NUMBERS,
    Carrier.DIGITS: _NUMBERS,
    Carrier.BINARY: frozenset({"bytea"}),
}
"""Types of values that are equal to a key attribute in DynamoDB whenever they are in SQL."""
_COLUMN_TYPES = frozenset({"text", "character varying", "name", "bytea", *_NUMBERS})


def find_key_drivers(
    tree: exp.Expr, references: Sequence[TableReference], marker: str, compile_query: Compile
) -> dict[int, tuple[KeyDriver, ...]]:
    """Give the drivers of each table reference, by its number; `tree` is bound and stays as it is."""
    if not any(map(_relates, tree.find_all(exp.Join, exp.In, exp.Exists, exp.Subquery))):
        return {}
    finder = _Finder(tree, references, marker)
    found: dict[int, list[KeyDriver]] = {}
    for group in finder.groups():
        driver = _compiled(group, finder, compile_query)
        if driver is not None:
            found.setdefault(group.reference.number, []).append(driver)
    return {number: tuple(drivers) for number, drivers in found.items()}


def _relates(node: exp.Expr) -> bool:
    """Say whether a node brings two relations together; IN with a list does not."""
    return not isinstance(node, exp.In) or node.args.get("query") is not None


@dataclass(slots=True)
class _Group:
    """All that one relation or subquery says of one table at one site.

    `columns` are expressions over the relation; `query` is the subquery itself, whose columns are the keys. `rows` is
    how many it has at most, where that is known.
    """

    reference: TableReference
    paths: list[AttributePath | None] = field(default_factory=list)
    columns: list[exp.Expr] = field(default_factory=list)
    alias: str = ""
    node: exp.Expr | None = None
    conditions: tuple[exp.Expr, ...] = ()
    query: exp.Expr | None = None
    rows: int | None = None


def _compiled(group: _Group, finder: _Finder, compile_query: Compile) -> KeyDriver | None:
    query: exp.Select | None
    if group.query is not None:
        query = keys_of_query(group.query, f"{finder.marker}s")
    else:
        assert group.node is not None
        query = keys_of_relation(group.node, group.columns, group.conditions)
    query = None if query is None else complete(query, finder.tree)
    if query is None:
        return None
    mentioned = {table.name for table in query.find_all(exp.Table)}
    feeds = tuple(one.feed for one in finder.references if one.marker in mentioned)
    if group.reference.feed in feeds:
        return None
    return KeyDriver(
        tuple(path for path in group.paths if path is not None),
        tuple(None if path is None else _kind(group.reference, path) for path in group.paths),
        LateTemplate(partial(compile_query, query)),
        feeds,
        group.alias or "subquery",
        _row_count(group.node) if group.rows is None else group.rows,
        query.find(exp.Where) is not None,
    )


def _limit(query: exp.Expr) -> int | None:
    """Give the number of rows that LIMIT, or an aggregate of all rows, says a query has."""
    limit = getattr(query.args.get("limit"), "expression", None)
    if isinstance(limit, exp.Literal) and limit.name.isdigit():
        return int(limit.name)
    if isinstance(query, exp.Select) and not query.args.get("group"):
        return 1 if any(isinstance(one.unalias(), exp.AggFunc) for one in query.expressions) else None
    return None


def _kind(reference: TableReference, path: AttributePath) -> str:
    column = column_of(reference.table, path)
    assert column is not None
    if column.carrier is Carrier.BINARY:
        return "binary"
    return "number" if column.type_name in _NUMBERS else "text"


def _row_count(node: exp.Expr | None) -> int | None:
    return len(node.expressions) if isinstance(node, exp.Values) else None


@dataclass(slots=True)
class _Finder:
    """Walks the SELECTs of a statement."""

    tree: exp.Expr
    references: Sequence[TableReference]
    marker: str
    shapes: dict[int, FromShape] = field(default_factory=dict)

    def groups(self) -> Iterator[_Group]:
        for select in self.tree.find_all(exp.Select):
            shape = self._shape(select)
            for site in shape.sites:
                yield from self._equated(shape, site)
                for part in site.parts:
                    yield from self._subqueries(shape, site, part)

    def _shape(self, select: exp.Select) -> FromShape:
        if id(select) not in self.shapes:
            self.shapes[id(select)] = shape_of_from(select)
        return self.shapes[id(select)]

    # Joins and correlated conditions ----------------------------------------------------------------------

    def _equated(self, shape: FromShape, site: Site) -> Iterable[_Group]:
        """Group the equalities of a site by the table that is driven and the relation that drives it."""
        groups: dict[tuple[int, str], _Group] = {}
        for target, value in _equalities(site.parts):
            targets = self._targets(shape, site, target, value)
            source = self._relation(shape, value) if targets else None
            if source is not None and source[1].entries[source[0]] is not shape.entries.get(_entry_alias(target)):
                for found in targets:
                    self._add(groups, found, source, value, site)
        return groups.values()

    def _targets(self, shape: FromShape, site: Site, node: exp.Expr, value: exp.Expr) -> list[_Target]:
        """Give the tables and key attributes that a node is, if rows of a table that miss the site are not needed.

        A column of a derived table may be one of a table inside, of several where it is a UNION.
        """
        alias = _entry_alias(node)
        if alias not in shape.entries or not site.drops(alias):
            return []
        kind, found = type_of(value), []
        for column, home in columns_behind(self.tree, shape, node, self._shape):
            number = reference_of(column)
            assert number is not None
            reference = self.references[number - 1]
            key = _key_column(column, reference)
            if key is None or self._alias_of(home, reference) not in home.entries:
                continue
            if kind is None or kind in _COMPARABLE[key.carrier]:
                found.append((reference, key.path))
        return found

    def _alias_of(self, shape: FromShape, reference: TableReference) -> str:
        return next(
            (
                alias
                for alias, node in shape.entries.items()
                if isinstance(node, exp.Table) and node.name == reference.marker
            ),
            "",
        )

    def _relation(self, shape: FromShape, value: exp.Expr) -> tuple[str, FromShape] | None:
        """Give the one relation that an expression is of, and the FROM clause in which it stands, here or around."""
        if value.find(exp.Query) is not None or value.find(exp.AggFunc, exp.Window) is not None:
            return None
        columns = list(value.find_all(exp.Column))
        aliases = {column.table or self._opaque_alias(shape, column) for column in columns}
        if len(aliases) != 1:
            return None
        (alias,) = aliases
        home: FromShape | None = shape
        while home is not None and alias not in home.entries:
            around = home.select.find_ancestor(exp.Select)
            home = None if around is None else self._shape(around)
        if home is None or (alias in home.nullable and not _is_strict(value)):
            return None
        return alias, home

    def _opaque_alias(self, shape: FromShape, column: exp.Column) -> str:
        """Give the function in FROM that an unqualified column is of: only such columns have no qualifier."""
        functions = [
            alias
            for alias, node in shape.entries.items()
            if isinstance(node, exp.Unnest)
            or (isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier))
        ]
        return functions[0] if len(functions) == 1 and isinstance(column.this, exp.Identifier) else ""

    # IN, EXISTS, scalar subqueries ------------------------------------------------------------------------

    def _subqueries(self, shape: FromShape, site: Site, part: exp.Expr) -> Iterator[_Group]:
        if isinstance(part, exp.In) and part.args.get("query") is not None:
            yield from self._in_query(shape, site, part.this, part.args["query"], several=True)
        elif isinstance(part, exp.EQ):
            for target, value in _equalities([part]):
                several = isinstance(value, exp.Any)
                query = (value.this if several else value).unnest()
                if isinstance(query, exp.Query):
                    yield from self._in_query(shape, site, target, query, several=several)
        elif isinstance(part, exp.Exists) and isinstance(part.this, exp.Select):
            yield from self._exists(shape, site, part.this)

    def _in_query(
        self, shape: FromShape, site: Site, target: exp.Expr, query: exp.Expr, *, several: bool
    ) -> Iterator[_Group]:
        """Drive by the rows of a subquery, or drive the table in it; a row of values drives several attributes.

        Not `several`: the subquery is a value, and must fail if it has two rows, so nothing is left out of it.
        """
        targets = target.expressions if isinstance(target, exp.Tuple) else [target.unnest()]
        unwrapped = query.unnest()
        outputs = unwrapped.selects if isinstance(unwrapped, exp.Query) else []
        if len(outputs) != len(targets):
            outputs = [exp.Null()] * len(targets)
        alone = stands_alone(unwrapped)
        if isinstance(unwrapped, exp.Select) and _gives_rows_as_they_are(unwrapped):
            yield from self._in_select(shape, site, targets, unwrapped, inward=several, outward=not alone)
        found = [self._targets(shape, site, *pair) for pair in zip(targets, outputs, strict=True)]
        for reference in {one.number: one for places in found for one, _ in places if alone}.values():
            paths = [next((path for one, path in places if one is reference), None) for places in found]
            yield _Group(reference, paths=paths, query=query, rows=_limit(unwrapped))

    def _exists(self, shape: FromShape, site: Site, inner: exp.Select) -> Iterator[_Group]:
        """Drive by a relation inside EXISTS: a row without a partner there is not in the result."""
        if not _gives_rows_as_they_are(inner):
            return
        inside = self._shape(inner)
        for place in inside.sites:
            yield from self._partners(shape, site, inside, place, list(_equalities(place.parts)))

    def _partners(
        self, shape: FromShape, site: Site, inside: FromShape, place: Site, pairs: Sequence[tuple[exp.Expr, exp.Expr]]
    ) -> Iterable[_Group]:
        """Group the equalities between a table outside and the relations of a subquery that must give it a partner."""
        groups: dict[tuple[int, str], _Group] = {}
        if place.kind not in (SiteKind.WHERE, SiteKind.INNER):
            return ()
        for target, value in pairs:
            targets = self._targets(shape, site, target, value)
            source = self._relation(inside, value) if targets else None
            if source is None or source[1] is not inside:
                continue
            if place.kind is SiteKind.INNER and source[0] in inside.nullable:
                continue
            for found in targets:
                self._add(groups, found, source, value, place)
        return groups.values()

    def _add(
        self,
        groups: dict[tuple[int, str], _Group],
        found: _Target,
        source: tuple[str, FromShape],
        value: exp.Expr,
        place: Site,
    ) -> None:
        (reference, path), (alias, home) = found, source
        group = groups.get((reference.number, alias))
        if group is None:
            conditions = tuple(_own(alias, [*place.parts, *_beyond(place, home, alias)]))
            group = _Group(reference, alias=alias, node=home.entries[alias], conditions=conditions)
            groups[reference.number, alias] = group
        if path not in group.paths:
            group.paths.append(path)
            group.columns.append(value)

    def _in_select(
        self,
        shape: FromShape,
        site: Site,
        targets: Sequence[exp.Expr],
        inner: exp.Select,
        *,
        inward: bool,
        outward: bool,
    ) -> Iterator[_Group]:
        """Read `x IN (SELECT y ...)` as the equality x = y, with a WHERE of its own on either side."""
        if len(inner.expressions) != len(targets):
            return
        inside = self._shape(inner)
        where = next((one for one in inside.sites if one.kind is SiteKind.WHERE), Site(SiteKind.WHERE, ()))
        pairs = [(one, other.unalias()) for one, other in zip(targets, inner.expressions, strict=True)]
        if outward:
            yield from self._partners(shape, site, inside, where, pairs)
        groups: dict[tuple[int, str], _Group] = {}
        for value, target in pairs if inward else ():
            found = self._targets(inside, where, target, value)
            source = self._relation(shape, value) if found else None
            for one in found if source is not None else ():
                assert source is not None
                self._add(groups, one, source, value, site)
        yield from groups.values()


def _entry_alias(node: exp.Expr) -> str:
    """Give the FROM entry that a node is a bare column of."""
    column = node.unnest()
    return column.table if isinstance(column, exp.Column) else ""


def _gives_rows_as_they_are(select: exp.Select) -> bool:
    """Say whether a subquery gives a row for each row of its FROM that meets its WHERE, and nothing else."""
    if any(select.args.get(part) for part in ("group", "having", "limit", "offset", "windows", "qualify")):
        return False
    return all(one.find(exp.AggFunc, exp.Window, exp.Unnest) is None for one in select.expressions)


def _equalities(parts: Sequence[exp.Expr]) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Give both readings of each equality; a row of values equals another value by value."""
    for part in parts:
        if not isinstance(part, exp.EQ):
            continue
        left, right = part.this, part.expression
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            pairs = list(zip(left.expressions, right.expressions, strict=False))
        else:
            pairs = [(left, right)]
        for one, other in pairs:
            yield one, other
            yield other, one


def _key_column(node: exp.Expr, reference: TableReference) -> Column | None:
    """Give the column that a node is, if it is an attribute of a key of the table or of an index."""
    column = node.unnest()
    if not isinstance(column, exp.Column) or column.meta.get(READ) != reference.number or COLUMN not in column.meta:
        return None
    table = reference.table
    found = table.columns[column.meta[COLUMN]]
    schemas = (table.keys, *(index.keys for index in table.indexes))
    if len(found.path) != 1 or not any(found.path[0] in schema.names for schema in schemas):
        return None
    if column_of(table, found.path) != found:
        return None
    return found if found.carrier in _COMPARABLE and found.type_name in _COLUMN_TYPES else None


def _own(alias: str, parts: Iterable[exp.Expr]) -> Iterator[exp.Expr]:
    """Give the conditions on one relation alone."""
    for part in parts:
        columns = list(part.find_all(exp.Column))
        if columns and all(column.table == alias for column in columns):
            yield part


def _beyond(site: Site, home: FromShape, alias: str) -> Iterator[exp.Expr]:
    """Give the conditions of other places that a row of a relation must meet, too."""
    for part in home.conditions_on(alias):
        if not any(part is own for own in site.parts):
            yield part


def _is_strict(value: exp.Expr) -> bool:
    """Say whether an expression is plainly NULL where its relation's row is."""
    while isinstance(value, (exp.Paren, exp.Cast)):
        value = value.this
    return isinstance(value, exp.Column)
