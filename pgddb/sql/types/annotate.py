"""Walk a tree with PostgreSQL's scoping and note the type of every expression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from pgddb.sql.names import column_name, folded, is_star
from pgddb.sql.type_names import type_modifier
from pgddb.sql.types.columns import MODIFIER, ColumnType, Relations, set_type, settled, type_of
from pgddb.sql.types.from_functions import function_columns, given_field_type, read_from_function
from pgddb.sql.types.mixed_scales import column_of, meeting, note_scales, united_columns, values_columns
from pgddb.sql.types.rules import type_by_rule
from pgddb.sql.types.suffixes import require_composite
from pgddb.sql.types.unions import require_common

__all__ = ["ColumnType", "Relations", "annotate", "output_columns", "set_type", "type_of"]


def annotate(tree: exp.Expr, relations: Relations | None = None) -> Sequence[ColumnType] | None:
    """Note the type of every expression in the tree, in place; gives the columns if all are known."""
    return _Annotation(relations or _no_relation).query(tree, None, {})


def output_columns(tree: exp.Expr, relations: Relations | None = None) -> tuple[ColumnType, ...] | None:
    """Give name and type of a query's output columns, None if a `*` cannot be expanded.

    >>> from pgddb.sql.classify import parse_one
    >>> for column in output_columns(parse_one("SELECT 1, count(*), 'x'::varchar(5), 1.50").tree): print(column)
    ColumnType(name='?column?', type_name='integer', type_modifier=-1, scale=None)
    ColumnType(name='count', type_name='bigint', type_modifier=-1, scale=None)
    ColumnType(name='varchar', type_name='character varying', type_modifier=9, scale=None)
    ColumnType(name='?column?', type_name='numeric', type_modifier=-1, scale=2)
    """
    columns = _Annotation(relations or _no_relation).query(tree.copy(), None, {})
    return None if columns is None else tuple(_settled(column) for column in columns)


def _settled(column: ColumnType) -> ColumnType:
    outside = settled(column.type_name)
    return column if outside == column.type_name else replace(column, type_name=outside)


def _no_relation(_table: exp.Table) -> None:
    return None


@dataclass(slots=True)
class _Source:
    """One item of FROM: its alias and columns; `merged` holds the names that USING joined away."""

    alias: str
    columns: Sequence[ColumnType] | None
    hidden: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Scope:
    sources: list[_Source]
    outer: _Scope | None

    def column(self, table: str, name: str) -> ColumnType | None:
        for source in self.sources:
            if table and source.alias != table:
                continue
            if source.columns is None:
                return None  # it may be a column of this one
            for column in source.columns or ():
                if column.name == name:
                    return column
            if table:
                return None
        return self.outer.column(table, name) if self.outer is not None else None


_UNTYPED = frozenset({exp.Identifier, exp.DataType, exp.Var})
"""Kinds of nodes that are no expressions."""

Columns = Sequence[ColumnType] | None
Ctes = dict[str, Columns]


class _Annotation:
    """One walk; `relations` gives the columns of tables."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    # Queries

    def query(self, tree: exp.Expr, outer: _Scope | None, ctes: Ctes) -> Columns:
        """Note types below a query and give its columns."""
        ctes = self._with(tree, outer, ctes)
        if isinstance(tree, exp.Select):
            return self._select(tree, outer, ctes)
        if isinstance(tree, exp.SetOperation):
            return self._set_operation(tree, outer, ctes)
        if isinstance(tree, exp.Values):
            return self._values(tree, outer, ctes)
        if isinstance(tree, (exp.Subquery, exp.Paren)):
            columns = self.query(tree.this, outer, ctes)
            self._tail(tree, _Scope([], outer), ctes)
            return columns
        if isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
            return self._writing(tree, outer, ctes)
        self._expression(tree, outer or _Scope([], None), ctes)
        return None

    def _writing(self, tree: exp.Expr, outer: _Scope | None, ctes: Ctes) -> Columns:
        scope = _Scope([], outer)
        for table in (tree.this, tree.args.get("from_"), tree.args.get("using")):
            for item in table if isinstance(table, list) else [table]:
                inner = item.this if isinstance(item, (exp.From, exp.Schema)) else item
                if isinstance(inner, exp.Expr):
                    self._from_item(inner, scope, ctes)
        for name, value in tree.args.items():
            if name in ("this", "from_", "using", "with_"):
                continue
            self._each(value, scope, ctes)
        returning = tree.args.get("returning")
        return self._outputs(returning.expressions, scope) if isinstance(returning, exp.Returning) else ()

    def _with(self, tree: exp.Expr, outer: _Scope | None, ctes: Ctes) -> Ctes:
        with_ = tree.args.get("with_")
        if not isinstance(with_, exp.With):
            return ctes
        ctes = dict(ctes)
        for cte in with_.expressions:
            alias = cte.args["alias"]
            name = folded(alias.this)
            if with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                ctes[name] = _outside(_renamed(self.query(cte.this.this, outer, ctes), alias))
            known = ctes.get(name)
            ctes[name] = _outside(_renamed(self.query(cte.this, outer, ctes), alias))
            if with_.args.get("recursive") and _textual_places(known) != _textual_places(ctes[name]):
                ctes[name] = _outside(_renamed(self.query(cte.this, outer, ctes), alias))
        return ctes

    def _select(self, tree: exp.Select, outer: _Scope | None, ctes: Ctes) -> Columns:
        scope = _Scope([], outer)
        from_ = tree.args.get("from_")
        if from_ is not None:
            self._from_item(from_.this, scope, ctes)
        for join in [*(tree.args.get("joins") or ()), *(tree.args.get("laterals") or ())]:
            self._join(join, scope, ctes)
        for name, value in tree.args.items():
            if name not in ("from_", "joins", "laterals", "with_"):
                self._each(value, scope, ctes)
        return self._outputs(tree.expressions, scope)

    def _set_operation(self, tree: exp.SetOperation, outer: _Scope | None, ctes: Ctes) -> Columns:
        left = self.query(tree.this, outer, ctes)
        right = self.query(tree.expression, outer, ctes)
        self._tail(tree, _Scope([_Source("", left)], outer), ctes)
        if left is None or right is None or len(left) != len(right):
            return left
        require_common(tree, left, right)
        return united_columns(tree, left, right)

    def _tail(self, tree: exp.Expr, scope: _Scope, ctes: Ctes) -> None:
        for name in ("order", "limit", "offset"):
            self._each(tree.args.get(name), scope, ctes)

    def _values(self, tree: exp.Values, outer: _Scope | None, ctes: Ctes) -> Columns:
        scope = _Scope([], outer)
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in tree.expressions]
        for row in rows:
            self._each(row, scope, ctes)
        return values_columns(rows)

    def _outputs(self, outputs: Iterable[exp.Expr], scope: _Scope) -> Columns:
        columns: list[ColumnType] = []
        for output in outputs:
            if not is_star(output):
                columns.append(column_of(output))
                continue
            expanded = _expanded(output, scope)
            if expanded is None:
                return None
            columns.extend(expanded)
        return columns

    # FROM

    def _join(self, join: exp.Expr, scope: _Scope, ctes: Ctes) -> None:
        before = len(scope.sources)
        self._from_item(join.this if isinstance(join, exp.Join) else join, scope, ctes)
        names = {folded(column) for column in join.args.get("using") or ()}
        if str(join.args.get("method") or "").upper() == "NATURAL":
            left = {column.name for source in scope.sources[:before] for column in source.columns or ()}
            names = {column.name for column in scope.sources[-1].columns or () if column.name in left}
        if names and len(scope.sources) > before:
            scope.sources[-1].hidden = frozenset(names)
            _merge(scope.sources[:before], scope.sources[-1], names)
        self._each(join.args.get("on"), scope, ctes)

    def _from_item(self, item: exp.Expr, scope: _Scope, ctes: Ctes) -> None:
        columns = self._relation(item, scope, ctes)
        alias = item.args.get("alias")
        scope.sources.append(_Source(_source_name(item), _outside(_renamed(columns, alias))))
        for join in item.args.get("joins") or ():
            self._join(join, scope, ctes)

    def _relation(self, item: exp.Expr, scope: _Scope, ctes: Ctes) -> Columns:
        if isinstance(item, exp.Table):
            return self._table(item, scope, ctes)
        if isinstance(item, exp.Lateral):
            inner = item.this
            if not isinstance(inner, exp.Query):
                return self._function(item, scope, ctes)
            return self._relation(inner, scope, ctes)
        if isinstance(item, exp.Subquery) and isinstance(item.this, exp.Table):
            self._from_item(item.this, scope, ctes)
            return scope.sources.pop().columns if item.args.get("alias") else ()
        if isinstance(item, exp.Unnest):
            return self._function(item, scope, ctes)
        return self.query(item, scope, ctes)

    def _table(self, item: exp.Table, scope: _Scope, ctes: Ctes) -> Columns:
        if isinstance(item.this, exp.Identifier):
            name = folded(item.this)
            if not item.args.get("db") and name in ctes:
                return ctes[name]
            return self._relations(item)
        return self._function(item, scope, ctes)

    def _function(self, item: exp.Expr, scope: _Scope, ctes: Ctes) -> Columns:
        function = read_from_function(item)
        if function is None:
            return None
        for part in item.args.get("rows_from") or [item]:
            for value in (part.this, part.expressions):
                self._each(value, scope, ctes)
        typed = read_from_function(item)
        return None if typed is None else function_columns(typed)

    # Expressions

    def _each(self, value: object, scope: _Scope, ctes: Ctes) -> None:
        if isinstance(value, exp.Expr):
            self._expression(value, scope, ctes)
        elif isinstance(value, list):
            for node in value:
                if isinstance(node, exp.Expr):
                    self._expression(node, scope, ctes)

    def _expression(self, node: exp.Expr, scope: _Scope, ctes: Ctes) -> None:
        kind = type(node)
        if kind in _UNTYPED:
            return
        if kind is exp.Column:
            self._column(node, scope)
            return
        if isinstance(node, exp.Query):
            columns = self.query(node, scope, ctes)
            set_type(node, columns[0].type_name if columns else None)
            return
        if kind is not exp.Literal:
            for value in list(node.args.values()):
                self._each(value, scope, ctes)
        if isinstance(node, exp.Dot):
            set_type(node, _field_type(node, scope))
        else:
            set_type(node, type_by_rule(node, type_of))
            _note_modifier(node)

    def _column(self, node: exp.Expr, scope: _Scope) -> None:
        if isinstance(node.this, exp.Star):
            return
        noted = type_of(node) is not None  # a type that the caller noted stays
        found = scope.column(folded(node.args["table"]) if node.args.get("table") else "", folded(node.this))
        if found is not None:
            note_scales(node, found)
            if not noted:
                set_type(node, found.type_name)
                node.meta[MODIFIER] = found.type_modifier
        elif noted:
            return
        elif folded(node.this) == "user" and not node.args.get("table"):
            set_type(node, "name")
        elif any(source.alias == folded(node.this) for source in scope.sources):
            set_type(node, "record")


def _note_modifier(node: exp.Expr) -> None:
    if isinstance(node, exp.Cast):
        node.meta[MODIFIER] = type_modifier(node.args["to"])
    elif isinstance(node, (exp.Paren, exp.Alias)):
        node.meta[MODIFIER] = node.this.meta_get(MODIFIER, -1)


def _merge(left: Sequence[_Source], right: _Source, names: set[str]) -> None:
    """Give the columns that USING joins the common type of both sides."""
    others = {column.name: column for column in right.columns or () if column.name in names}
    for source in left:
        source.columns = source.columns and [
            meeting(column, others[column.name]) if column.name in others else column for column in source.columns
        ]


def _source_name(item: exp.Expr) -> str:
    alias = item.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.this is not None:
        return folded(alias.this)
    if isinstance(item, exp.Table) and isinstance(item.this, exp.Identifier):
        return folded(item.this)
    inner = item.this
    return column_name(inner) if isinstance(inner, (exp.Anonymous, exp.Dot)) else ""


def _textual_places(columns: Columns) -> list[bool]:
    return [column.textual for column in columns or ()]


def _outside(columns: Columns) -> Columns:
    return None if columns is None else [_settled(column) for column in columns]


def _renamed(columns: Columns, alias: exp.Expr | None) -> Columns:
    names = [
        part
        for part in (alias.columns if isinstance(alias, exp.TableAlias) else ())
        if isinstance(part, exp.Identifier)
    ]
    if columns is None:
        return None
    renamed = [replace(column, name=folded(name)) for column, name in zip(columns, names, strict=False)]
    return [*renamed, *columns[len(renamed) :]]


def _field_type(node: exp.Dot, scope: _Scope) -> str | None:
    """Give the type of `(alias).field` and of a qualified call."""
    field = node.args["expression"]
    if isinstance(field, exp.Anonymous):
        return type_of(field)
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if not isinstance(field, exp.Identifier):
        return None
    given = given_field_type(node)
    if given is not None:
        return given
    found = scope.column(folded(inner.this), folded(field)) if isinstance(inner, exp.Column) else None
    if found is None:
        require_composite(inner, type_of(inner), folded(field))
    return None if found is None else found.type_name


def _expanded(star: exp.Expr, scope: _Scope) -> Columns:
    """Give the columns that `*` or `t.*` stands for; a column of USING comes once, and first."""
    if isinstance(star, exp.Dot):
        return None
    table = star.args.get("table") if isinstance(star, exp.Column) else None
    if table is not None:
        for source in scope.sources:
            if source.alias == folded(table):
                return source.columns
        return None
    if any(source.columns is None for source in scope.sources) or not scope.sources:
        return None
    merged: set[str] = set().union(*(source.hidden for source in scope.sources))
    first = [column for column in scope.sources[0].columns or () if column.name in merged]
    rest = [
        column
        for source in scope.sources
        for column in source.columns or ()
        if column.name not in (merged & _names(first))
    ]
    return [*first, *rest]


def _names(columns: Iterable[ColumnType]) -> set[str]:
    return {column.name for column in columns}
