"""Plan a statement that writes: which query gives its rows, what their values are for, what RETURNING reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from pgddb.access.table import Column, TableSchema
from pgddb.errors import FeatureNotSupported, InvalidColumnReference, SqlSyntaxError, UndefinedColumn, UndefinedObject
from pgddb.planner.bindings import folded, position_of
from pgddb.planner.dml_assignments import assignments_of
from pgddb.planner.dml_guides import guided_assignments
from pgddb.planner.dml_merge import MergePlanner
from pgddb.planner.dml_nodes import (
    CONFLICTING,
    EXCLUDED,
    WRITTEN,
    Assignment,
    Conflict,
    RowsQuery,
    Verb,
    WritePlan,
    WriteProgram,
)
from pgddb.planner.dml_targets import (
    alias_of,
    check_distinct,
    given_table,
    key_columns,
    note_parameter,
    raw_item,
    target_column,
    target_table,
)
from pgddb.planner.dml_trees import parameter_types, statement_of, with_clause
from pgddb.planner.dml_values import literal_source, values_query
from pgddb.planner.plan_nodes import CatalogSnapshot
from pgddb.sql.statements import (
    DeleteStatement,
    InsertStatement,
    MergeStatement,
    SelectStatement,
    UpdateStatement,
)

WriteStatement = InsertStatement | UpdateStatement | DeleteStatement | MergeStatement | SelectStatement
"""What may write; a SELECT does if its WITH does."""

_WRITING = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


def writes_in_with(statement: SelectStatement) -> bool:
    """Say whether a SELECT has statements in its WITH that write."""
    clause = statement.tree.args.get("with_")
    return clause is not None and any(isinstance(entry.this, _WRITING) for entry in clause.expressions)


def plan_write(statement: WriteStatement, catalog: CatalogSnapshot) -> WriteProgram:
    """Plan a statement that writes.

    All parts see the tables as they were before the statement; what a part of WITH gives is what its RETURNING
    says of the items that it wrote.

    Raises:
        UndefinedTable, UndefinedColumn: a target does not exist.
        FeatureNotSupported: the statement asks for what pgddb does not do.
    """
    tree = statement.tree.copy()
    before = _plan_with(statement.text, tree, catalog)
    if isinstance(statement, SelectStatement):
        return WriteProgram(before, statement_of("main", statement.text, tree))
    return WriteProgram(before, _plan_one(statement.text, tree, catalog, WRITTEN))


def _plan_one(text: str, tree: exp.Expr, catalog: CatalogSnapshot, written: str) -> WritePlan:
    match tree:
        case exp.Insert():
            return _Insert(text, tree, catalog, written).plan()
        case exp.Update():
            return _plan_update(text, tree, catalog, written)
        case exp.Delete():
            return _plan_delete(text, tree, catalog, written)
        case _:
            return MergePlanner(text, tree, catalog).plan()


def _plan_with(text: str, tree: exp.Expr, catalog: CatalogSnapshot) -> tuple[WritePlan, ...]:
    """Plan what WITH writes, and let its entries read the written items instead."""
    clause = tree.args.get("with_")
    if clause is None:
        return ()
    plans: list[WritePlan] = []
    kept: list[exp.Expr] = []
    for entry in clause.expressions:
        body = entry.this
        if not isinstance(body, _WRITING):
            kept.append(entry)
            continue
        number = len(plans) + 1
        if kept:
            earlier = exp.With(expressions=[one.copy() for one in kept], recursive=clause.args.get("recursive"))
            with_clause(body, earlier)
        plan = _plan_one(f"{text}\0{number}", body, catalog, f"{WRITTEN}_{number}")
        plan = replace(plan, cte=entry.alias)
        plans.append(plan)
        if plan.returning is not None:
            entry.set("this", plan.returning.tree.copy())
            kept.append(entry)
    if kept:
        clause.set("expressions", kept)
    else:
        tree.set("with_", None)
    return tuple(plans)


def returning_query(
    text: str, tree: exp.Expr, node: exp.Table, table: TableSchema, written: str
) -> SelectStatement | None:
    """Make RETURNING a query over the written items."""
    returning = tree.args.get("returning")
    if not isinstance(returning, exp.Returning):
        return None
    select = exp.Select(expressions=[one.copy() for one in returning.expressions])
    select = select.from_(given_table(node, table, written), copy=False)
    clause = tree.args.get("with_")
    if clause is not None and returning.find(exp.Query) is not None:
        select = with_clause(select, clause.copy())
    return statement_of("returning", text, select)


class _Insert:
    """Plans one INSERT."""

    def __init__(self, text: str, tree: exp.Expr, catalog: CatalogSnapshot, written: str) -> None:
        self.text = text
        self.catalog = catalog
        self.written = written
        self.tree = tree
        schema = tree.this
        self.listed = isinstance(schema, exp.Schema)
        self.node: exp.Table = schema.this if self.listed else schema
        self.table = target_table(self.node, catalog)
        self.types: dict[int, str] = {}
        identifiers: Sequence[exp.Expr] = schema.expressions if self.listed else ()
        self.columns = tuple(self._column(one) for one in identifiers) or self.table.columns
        check_distinct(self.columns, identifiers or self.columns, listed=True)  # type: ignore[arg-type]  # nodes only for errors

    def _column(self, identifier: exp.Expr) -> Column:
        if not isinstance(identifier, exp.Identifier):
            raise FeatureNotSupported("assigning to a part of a column", position=position_of(identifier))
        return target_column(self.table, identifier)

    def plan(self) -> WritePlan:
        conflict = self._conflict()
        returning = returning_query(self.text, self.tree, self.node, self.table, self.written)
        query, assignments = self._source()
        clause = self.tree.args.get("with_")
        guide = None
        if isinstance(query, exp.Select) and not query.is_star:
            guide, assignments = guided_assignments(query, assignments, self.catalog, clause)
            if guide is not None:
                query = query.select(guide)
        if clause is not None and isinstance(query, exp.Values):
            query = exp.Select(expressions=[exp.Star()]).from_(
                exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("values"))), copy=False
            )
        rows = RowsQuery(
            statement_of("rows", self.text, with_clause(query, clause)), assignments, has_guide=guide is not None
        )
        types = parameter_types(self.tree, self.types)
        return WritePlan(Verb.INSERT, self.table, rows, returning, conflict, types, written=self.written)

    def _source(self) -> tuple[exp.Expr, tuple[Assignment, ...]]:
        query = self.tree.expression
        if query is None:
            raise FeatureNotSupported("INSERT ... DEFAULT VALUES", hint="An item needs at least its key.")
        if isinstance(query, exp.Values):
            for row in query.expressions:
                for cell, column in zip(_cells_of(row), self.columns, strict=False):
                    note_parameter(self.types, cell, column)
            return values_query(query, self.columns, listed=self.listed)
        if isinstance(query, exp.Select) and not query.is_star and not query.args.get("distinct"):
            return query, self._select_sources(query)
        return query, tuple(Assignment(column) for column in self.columns)

    def _select_sources(self, select: exp.Select) -> tuple[Assignment, ...]:
        assignments = []
        for output, column in zip(list(select.expressions), self.columns, strict=False):
            value = output.unalias()
            note_parameter(self.types, value, column)
            made, source = literal_source(value)
            if made is not value:
                value.replace(made)
            assignments.append(Assignment(column, source))
        rest = self.columns[len(assignments) :]
        return (*assignments, *(Assignment(column) for column in rest)) if self.listed else tuple(assignments)

    def _conflict(self) -> Conflict | None:
        clause = self.tree.args.get("conflict")
        if clause is None:
            return None
        self._check_arbiter(clause)
        if "UPDATE" not in str(clause.args["action"].name).upper():
            return Conflict()
        if not clause.args.get("conflict_keys") and not clause.args.get("constraint"):
            raise SqlSyntaxError(
                "ON CONFLICT DO UPDATE requires inference specification or constraint name",
                hint="For example, ON CONFLICT (column_name).",
                position=position_of(clause),
            )
        alias = alias_of(self.node, self.table)
        values, assignments = assignments_of(clause.expressions, self.table, self.types)
        select = exp.Select(expressions=[raw_item(alias), *values])
        select = select.from_(given_table(self.node, self.table, CONFLICTING), copy=False)
        select.append("joins", exp.Join(this=given_table(self.node, self.table, EXCLUDED, "excluded")))
        condition = _same_key(self.table, alias, "excluded")
        where = clause.args.get("where")
        if where is not None:
            condition = exp.and_(condition, where.this.copy(), copy=False)
        select.set("where", exp.Where(this=condition))
        clause_with = self.tree.args.get("with_")
        if clause_with is not None and any(value.find(exp.Query) for value in [*values, condition]):
            select = with_clause(select, clause_with.copy())
        return Conflict(RowsQuery(statement_of("conflict", self.text, select), assignments, target=alias))

    def _check_arbiter(self, clause: exp.Expr) -> None:
        """Accept the primary key only: DynamoDB has no other unique constraint."""
        constraint = clause.args.get("constraint")
        if constraint is not None and folded(constraint) != f"{self.table.name}_pkey":
            raise UndefinedObject(
                f'constraint "{folded(constraint)}" for table "{self.table.name}" does not exist',
                position=position_of(constraint),
            )
        keys = clause.args.get("conflict_keys") or ()
        named = set()
        for key in keys:
            column = key.this if isinstance(key, exp.Ordered) else key
            identifier = column.this if isinstance(column, exp.Column) else column
            if isinstance(identifier, exp.Identifier):
                named.add(target_column(self.table, identifier).path)
            else:
                named.add(())
        if keys and named != {(name,) for name in self.table.keys.names}:
            raise InvalidColumnReference(
                "there is no unique or exclusion constraint matching the ON CONFLICT specification",
                hint=f"The only unique key is the primary key: ({', '.join(self.table.keys.names)}).",
                position=position_of(clause),
            )


def _cells_of(row: exp.Expr) -> Sequence[exp.Expr]:
    return row.expressions if isinstance(row, exp.Tuple) else [row]


def _same_key(table: TableSchema, one: str, other: str) -> exp.Expr:
    parts = [
        exp.EQ(this=_column(one, column.name), expression=_column(other, column.name)) for column in key_columns(table)
    ]
    return exp.and_(*parts, copy=False)


def _column(alias: str, name: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(alias, quoted=True))


def _plan_update(text: str, tree: exp.Expr, catalog: CatalogSnapshot, written: str) -> WritePlan:
    node = tree.this
    table = target_table(node, catalog)
    types: dict[int, str] = {}
    values, assignments = assignments_of(tree.expressions, table, types)
    select = exp.Select(expressions=[raw_item(alias_of(node, table)), *values]).from_(node.copy(), copy=False)
    source = tree.args.get("from_")
    if source is not None:
        _refuse_returning_others(tree, node, table)
        select.append("joins", exp.Join(this=source.this.copy()))
        for join in source.args.get("joins") or tree.args.get("joins") or ():
            select.append("joins", join.copy())
    _where(select, tree)
    rows = statement_of("rows", text, with_clause(select, _copied(tree.args.get("with_"))))
    returning = returning_query(text, tree, node, table, written)
    return WritePlan(
        Verb.UPDATE,
        table,
        RowsQuery(rows, assignments, target=alias_of(node, table)),
        returning,
        parameter_types=parameter_types(tree, types),
        written=written,
    )


def _plan_delete(text: str, tree: exp.Expr, catalog: CatalogSnapshot, written: str) -> WritePlan:
    node = tree.this
    table = target_table(node, catalog)
    select = exp.Select(expressions=[raw_item(alias_of(node, table))]).from_(node.copy(), copy=False)
    using = tree.args.get("using") or ()
    for source in using:
        select.append("joins", exp.Join(this=source.copy()))
    _where(select, tree)
    if using:
        _refuse_returning_others(tree, node, table)
    returning = returning_query(text, tree, node, table, written)
    rows = statement_of("rows", text, with_clause(select, _copied(tree.args.get("with_"))))
    return WritePlan(
        Verb.DELETE,
        table,
        RowsQuery(rows, (), target=alias_of(node, table)),
        returning,
        parameter_types=parameter_types(tree, {}),
        written=written,
    )


def _copied(clause: exp.Expr | None) -> exp.Expr | None:
    return None if clause is None else clause.copy()


def _where(select: exp.Select, tree: exp.Expr) -> None:
    where = tree.args.get("where")
    if where is not None:
        select.set("where", where.copy())


def _refuse_returning_others(tree: exp.Expr, node: exp.Table, table: TableSchema) -> None:
    """RETURNING reads the written items, so it cannot name the other tables of FROM or USING."""
    returning = tree.args.get("returning")
    if not isinstance(returning, exp.Returning):
        return
    alias = alias_of(node, table)
    for output in returning.expressions:
        if isinstance(output, exp.Star):
            raise FeatureNotSupported(
                "RETURNING * of a statement with FROM or USING",
                hint=f"Write RETURNING {alias}.* for the columns of the target.",
            )
        for column in output.find_all(exp.Column):
            qualifier = column.args.get("table")
            if qualifier is not None and folded(qualifier).lower() != alias.lower():
                raise FeatureNotSupported(
                    "RETURNING columns of other tables than the target", position=position_of(column)
                )
            if qualifier is None:
                _refuse_foreign(column, table)


def _refuse_foreign(column: exp.Column, table: TableSchema) -> None:
    if not isinstance(column.this, exp.Identifier):
        return
    try:
        target_column(table, column.this)
    except UndefinedColumn:
        raise FeatureNotSupported(
            "RETURNING columns of other tables than the target", position=position_of(column)
        ) from None
