"""Bind a FROM clause: tables of the catalog, subqueries, functions, and the joins between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from sqlglot import exp

from pgddb.access.system_relation import SystemColumn, SystemRelation
from pgddb.access.table import Carrier, Column, TableSchema
from pgddb.access.view import View
from pgddb.errors import (
    DuplicateAlias,
    FeatureNotSupported,
    InvalidColumnReference,
    SqlError,
    SqlSyntaxError,
    UndefinedTable,
)
from pgddb.planner.bindings import (
    CARRIER,
    COLUMN,
    FORM,
    GIVEN_FEED,
    MODIFIER,
    PATH,
    RAW_ITEM,
    READ,
    NamedColumn,
    NamedQuery,
    Relation,
    Scope,
    TableReference,
    VisibleColumn,
    column_of,
    folded,
    is_quoted,
    position_of,
    unique_name,
)
from pgddb.planner.decoded import Form
from pgddb.planner.joins import Columns, merge, natural_names, shape_of
from pgddb.planner.outputs import Output
from pgddb.planner.plan_nodes import CatalogSnapshot, PlanScope
from pgddb.planner.row_types import note_row_type
from pgddb.planner.views import view_columns, view_query
from pgddb.sql.types import ColumnType, type_of
from pgddb.sql.types.columns import settled
from pgddb.sql.types.families import common
from pgddb.sql.types.from_functions import function_columns, inner_names, read_from_function, returns_scalar

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})


class QueryBinder(Protocol):
    """Binds queries and expressions wherever they stand: what a FROM clause needs of its statement."""

    catalog: CatalogSnapshot
    scope: PlanScope
    system_relations: dict[SystemRelation, None]

    def bind_query(
        self, query: exp.Expr, queries: Mapping[str, NamedQuery], outer: Scope | None
    ) -> Sequence[Output] | None:
        """Bind a query and give its outputs."""

    def bind_expression(self, node: exp.Expr, scope: Scope) -> None:
        """Bind an expression."""

    def bind_parts(self, node: exp.Expr, scope: Scope) -> None:
        """Bind everything below a node."""

    def refer(self, table: TableSchema, alias: str, given_feed: str | None = None) -> TableReference:
        """Number a mention of a base table."""

    def unique_alias(self, name: str) -> str:
        """Give a relation a name of its own."""


class FromBinder:
    """Binds the FROM clause of one SELECT and fills its scope."""

    def __init__(self, binder: QueryBinder, scope: Scope) -> None:
        self.binder = binder
        self.scope = scope

    def bind(self, select: exp.Select) -> None:
        """Bind FROM, joins and laterals in their order."""
        clause = select.args.get("from_")
        if clause is None:
            return
        visible = self._joined(select.args.get("joins") or (), self._source(clause.this))
        for lateral in select.args.get("laterals") or ():
            visible = visible + self._source(lateral)
        self.scope.visible = visible

    def _joined(self, joins: Sequence[exp.Join], visible: Columns) -> Columns:
        """Bind joins from left to right; a comma starts anew, and USING sees only what is joined since."""
        before: Columns = []
        for join in joins:
            shape = shape_of(join)
            right = self._source(join.this)
            if shape.is_comma:
                before, visible = before + visible, right
                continue
            names = natural_names(visible, right, join.this) if shape.natural else shape.using
            if names:
                visible = merge(join, names, visible, right)
                continue
            if shape.natural:
                join.set("method", None)
                join.set("on", exp.true())
            visible = visible + right
            condition = join.args.get("on")
            if condition is not None:
                self.scope.visible = before + visible
                self.binder.bind_expression(condition, self.scope)
        return before + visible

    def _source(self, node: exp.Expr) -> Columns:
        """Bind one FROM entry with the joins written inside it, and give its columns."""
        if isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)):
            visible = self._parenthesised(node)
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            visible = self._table(node)
        elif isinstance(node, exp.Subquery):
            visible = self._subquery(node, node.this, self.scope.outer)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            visible = self._subquery(node, node.this, self._lateral_scope())
        elif isinstance(node, exp.Values):
            visible = self._values(node)
        else:
            visible = self._function(node)
        return self._joined(node.args.get("joins") or (), visible)

    def _parenthesised(self, node: exp.Subquery) -> Columns:
        if not node.alias:
            return self._source(node.this)
        if isinstance(node.this, exp.Subquery) and isinstance(node.this.unnest(), exp.Query):
            return self._subquery(node, node.this, self.scope.outer)
        whole = exp.Select(expressions=[exp.Star()]).from_(node.this)
        node.set("this", whole)
        return self._subquery(node, whole, self.scope.outer)

    def _lateral_scope(self) -> Scope:
        visible = [column for relation in self.scope.relations for column in relation.shown]
        return Scope(self.scope.outer, self.scope.queries, list(self.scope.relations), visible)

    def _add(self, relation: Relation, node: exp.Expr) -> Columns:
        for other in self.scope.relations:
            if other.name == relation.name and (other.schema == relation.schema):
                raise DuplicateAlias(
                    f'table name "{relation.name}" specified more than once', position=position_of(node)
                )
        self.scope.relations.append(relation)
        return list(relation.shown)

    # Tables -----------------------------------------------------------------------------------------------

    def _table(self, node: exp.Table) -> Columns:
        schema = folded(node.args["db"]) if node.args.get("db") is not None else None
        query = self.scope.queries.get(folded(node.this)) if schema is None else None
        if query is not None:
            name = _alias_name(node) or query.name
            node.set("this", exp.to_identifier(query.alias, quoted=True))
            return self._derived(node, name, query.columns)
        self._check_database(node)
        if schema is None or schema in SYSTEM_SCHEMAS:
            system = self.binder.catalog.system_relation(schema, folded(node.this))
            if system is not None:
                return self._system_relation(node, schema, system)
        view = self.binder.catalog.view(schema, node.this.name, is_quoted(node.this))
        if view is not None:
            return self._view(node, view)
        table = self.binder.catalog.table(schema, node.this.name, is_quoted(node.this))
        if table is None:
            shown = f"{schema}.{folded(node.this)}" if schema else folded(node.this)
            raise UndefinedTable(f'relation "{shown}" does not exist', position=position_of(node))
        return self._base_table(node, table)

    def _check_database(self, node: exp.Table) -> None:
        catalog = node.args.get("catalog")
        if catalog is not None and folded(catalog) != self.binder.scope.session.database:
            raise FeatureNotSupported(
                f'cross-database references are not implemented: "{catalog.name}.{node.db}.{node.name}"',
                position=position_of(catalog),
            )

    def _system_relation(self, node: exp.Table, schema: str | None, system: SystemRelation) -> Columns:
        """Bind a relation of pg_catalog or information_schema: the engine holds it as a table."""
        given = _alias_name(node)
        self.binder.system_relations[system] = None
        relation = Relation(
            given or system.name,
            self.binder.unique_alias(given or system.name),
            schema=None if given else schema or system.schema,
        )
        names = _alias_columns(node, len(system.columns), relation.name)
        relation.columns = tuple(
            VisibleColumn(
                names[index] if index < len(names) else column.name,
                partial(_system_column, relation.alias, column),
                column.type_name,
                relation,
            )
            for index, column in enumerate(system.columns)
        )
        relation.hidden = tuple(
            VisibleColumn(column.name, partial(_system_column, relation.alias, column), column.type_name, relation)
            for column in system.hidden
        )
        for part in ("catalog", "only"):
            node.set(part, None)
        node.set("db", exp.to_identifier(system.place, quoted=True))
        node.set("this", exp.to_identifier(system.name, quoted=True))
        node.set("alias", exp.TableAlias(this=exp.to_identifier(relation.alias, quoted=True)))
        return self._add(relation, node)

    def _base_table(self, node: exp.Table, table: TableSchema) -> Columns:
        given = _alias_name(node)
        reference = self.binder.refer(table, given or table.name, node.meta.get(GIVEN_FEED))
        relation = Relation(
            given or table.name,
            self.binder.unique_alias(reference.alias),
            reference=reference.number,
            schema=None if given else table.schema,
        )
        names = _alias_columns(node, len(table.columns), relation.name)
        relation.columns = tuple(
            VisibleColumn(
                names[index] if index < len(names) else column.name,
                partial(_table_column, relation, column, index),
                column.type_name,
                relation,
                column.declared,
                column.carrier is Carrier.DOCUMENT,
            )
            for index, column in enumerate(table.columns)
        )
        raw_notes = {READ: reference.number, PATH: (), FORM: Form.ITEM.name}
        raw_item = partial(column_of, relation.alias, RAW_ITEM, "text", **raw_notes)
        relation.hidden = (VisibleColumn(RAW_ITEM, raw_item, "text", relation),)
        for part in ("db", "catalog", "only"):
            node.set(part, None)
        node.set("this", exp.to_identifier(reference.marker, quoted=True))
        node.set("alias", exp.TableAlias(this=exp.to_identifier(relation.alias, quoted=True)))
        return self._add(relation, node)

    # Derived tables ---------------------------------------------------------------------------------------

    def _view(self, node: exp.Table, view: View) -> Columns:
        """Put the query of a view in its place; what it says is read as any derived table's."""
        query = view_query(view)
        new = exp.Subquery(this=query, alias=node.args.get("alias"), joins=node.args.get("joins"))
        new.meta.update(node.meta)
        node.replace(new)
        try:
            outputs = self.binder.bind_query(query, {}, None)
        except SqlError as error:
            error.position = None  # a place in the view's text says nothing of the statement's
            raise
        given = _alias_name(node)
        schema = None if given else view.schema
        return self._derived(new, given or view.name, view_columns(view, outputs), schema)

    def _subquery(self, node: exp.Expr, query: exp.Expr, outer: Scope | None) -> Columns:
        name = _alias_name(node)
        if name is None:
            kind, example = ("VALUES", "VALUES") if isinstance(query, exp.Values) else ("subquery", "SELECT")
            raise SqlSyntaxError(
                f"{kind} in FROM must have an alias",
                hint=f"For example, FROM ({example} ...) [AS] foo.",
                position=position_of(node),
            )
        outputs = self.binder.bind_query(query, self.scope.queries, outer)
        columns = None if outputs is None else tuple((o.name, o.internal, settled(o.type_name)) for o in outputs)
        visible = self._derived(node, name, columns)
        if isinstance(query.unnest(), exp.Values) and columns is not None:  # DuckDB has its own names for them
            internals = [exp.to_identifier(internal, quoted=True) for _, internal, _ in columns]
            node.args["alias"].set("columns", internals)
        return visible

    def _derived(
        self, node: exp.Expr, name: str, columns: Sequence[NamedColumn] | None, schema: str | None = None
    ) -> Columns:
        """Give a derived table a unique alias; its own column names take the place of an alias list."""
        relation = Relation(name, self.binder.unique_alias(name), schema=schema)
        alias = exp.TableAlias(this=exp.to_identifier(relation.alias, quoted=True))
        if columns is None:
            alias.set("columns", node.args["alias"].args.get("columns") if node.args.get("alias") else None)
        else:
            names = _alias_columns(node, len(columns), name)
            relation.columns = tuple(
                VisibleColumn(
                    names[index] if index < len(names) else own,
                    partial(column_of, relation.alias, internal, type_name),
                    type_name,
                    relation,
                )
                for index, (own, internal, type_name) in enumerate(columns)
            )
        node.set("alias", alias)
        return self._add(relation, node)

    def _values(self, node: exp.Values) -> Columns:
        name = _alias_name(node) or "*VALUES*"
        self.binder.bind_parts(node, self._lateral_scope())
        outputs = values_columns(node)
        names = _alias_columns(node, len(outputs), name)
        taken: set[str] = set()
        internals = [unique_name(given, taken) for given in names] or [output[1] for output in outputs]
        internals += [unique_name(output[1], taken) for output in outputs[len(internals) :]]
        named = [(own, internal, type_name) for (own, _, type_name), internal in zip(outputs, internals, strict=True)]
        columns = self._derived(node, name, named)
        node.args["alias"].set("columns", [exp.to_identifier(internal, quoted=True) for internal in internals])
        return columns

    def _function(self, node: exp.Expr) -> Columns:
        """Bind a function in FROM: it sees the entries to its left; DuckDB knows its columns."""
        if isinstance(node, exp.Table) and (system := self._system_function(node)) is not None:
            return self._system_relation(node, None, system)
        alias = node.args.get("alias")
        note_row_type(node, self.binder.catalog)
        for part in list(node.iter_expressions()):
            if part is not alias and not isinstance(part, exp.Join):
                self.binder.bind_expression(part, self._lateral_scope())
        function = read_from_function(node)
        if function is None:
            name = _alias_name(node) or _function_name(node)
            return self._add(Relation(name, name), node)
        columns = function_columns(function)
        if len(function.names) > len(columns):
            raise InvalidColumnReference(
                f'table "{function.label}" has {len(columns)} columns available but '
                f"{len(function.names)} columns specified",
                position=position_of(node),
            )
        relation = Relation(function.label, function.label, scalar=returns_scalar(function))
        relation.columns = tuple(map(partial(self._function_column, relation), columns, inner_names(columns)))
        return self._add(relation, node)

    def _function_column(self, relation: Relation, column: ColumnType, inner: str) -> VisibleColumn:
        notes = {MODIFIER: column.type_modifier}
        express = partial(column_of, relation.alias, inner, column.type_name, **notes)
        return VisibleColumn(column.name, express, column.type_name, relation)

    def _system_function(self, node: exp.Table) -> SystemRelation | None:
        """Find the relation that a function without arguments stands for."""
        call = node.this
        if not isinstance(call, exp.Anonymous) or call.expressions or node.args.get("ordinality"):
            return None
        system = self.binder.catalog.system_function(str(call.this).lower())
        if system is not None and not _alias_name(node):
            node.set("alias", exp.TableAlias(this=exp.to_identifier(str(call.this).lower(), quoted=True)))
        return system


def _table_column(relation: Relation, column: Column, index: int) -> exp.Column:
    notes = {READ: relation.reference, COLUMN: index, CARRIER: column.carrier.name}
    return column_of(relation.alias, column.name, column.type_name, **notes)


def _system_column(alias: str, column: SystemColumn) -> exp.Column:
    return column_of(alias, column.name, column.type_name, **{MODIFIER: column.type_modifier})


def values_columns(node: exp.Expr) -> tuple[NamedColumn, ...]:
    """Name and type the columns of VALUES: column1, column2 ..."""
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    if len({len(row) for row in rows}) != 1:
        raise SqlSyntaxError("VALUES lists must all be the same length", position=position_of(node))
    types = [common([type_of(value) for value in column]) for column in zip(*rows, strict=True)]
    return tuple((f"column{index}", f"column{index}", type_name) for index, type_name in enumerate(types, 1))


def _alias_name(node: exp.Expr) -> str | None:
    alias = node.args.get("alias")
    identifier = alias.this if isinstance(alias, exp.TableAlias) else alias
    return folded(identifier) if isinstance(identifier, exp.Identifier) else None


def _alias_columns(node: exp.Expr, available: int, name: str) -> list[str]:
    alias = node.args.get("alias")
    columns = list(alias.args.get("columns") or ()) if isinstance(alias, exp.TableAlias) else []
    if len(columns) > available:
        raise InvalidColumnReference(
            f'table "{name}" has {available} columns available but {len(columns)} columns specified',
            position=position_of(columns[0]),
        )
    return [folded(column) for column in columns]


def _function_name(node: exp.Expr) -> str:
    function = node.this if isinstance(node, (exp.Table, exp.Lateral)) else node
    if isinstance(function, exp.Anonymous):
        return str(function.this).lower()
    return function.sql_name().lower() if isinstance(function, exp.Func) else ""
