"""Give every name of a query its PostgreSQL meaning, and rewrite it so that DuckDB cannot read it otherwise.

Columns of base tables become `"alias"."Name"` with meta that says which table reference and which column they are;
derived tables get output names that differ in more than case; `*` becomes the columns that it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import TableSchema
from pgddb.errors import FeatureNotSupported, InvalidColumnReference, SqlSyntaxError
from pgddb.planner.bindings import (
    BOUND,
    MODIFIER,
    NamedColumn,
    NamedQuery,
    Relation,
    Scope,
    TableReference,
    VisibleColumn,
    expressed,
    find_column,
    folded,
    is_quoted,
    missing,
    position_of,
    undefined,
    unique_name,
)
from pgddb.planner.clause_rules import check_clauses, check_distinct, check_limit
from pgddb.planner.dependent_queries import DEPENDENT
from pgddb.planner.from_clause import FromBinder, values_columns
from pgddb.planner.outputs import Output, group_by_outputs, output_place, pair_columns, require_listed, united
from pgddb.planner.plan_nodes import CatalogSnapshot, PlanScope
from pgddb.planner.recursive_queries import order_queries, refuse_same_names, require_same_types, seed_places
from pgddb.planner.whole_row import row_expression
from pgddb.sql.type_names import type_modifier
from pgddb.sql.types import type_of
from pgddb.sql.types.annotate import set_type
from pgddb.sql.types.columns import settled
from pgddb.sql.types.rules import type_by_rule

SESSION_NAMES = frozenset({"user", "current_user", "session_user", "current_role", "current_catalog", "current_schema"})
"""Words that are no columns unless quoted."""
_PARTLESS = frozenset({exp.Identifier, exp.DataType, exp.Var, exp.Star})
"""Kinds of nodes that hold no expressions."""


@dataclass(slots=True)
class Binder:
    """Walks one statement; the tree is changed in place.

    Attributes:
        name_of: gives an output expression the name that PostgreSQL gives it.
        marker: starts the name of every table that stands for a decode subquery.
        references: the base tables that the statement mentions, in the order of their numbers.
        system_relations: those that it mentions, each once.
        output_names: names of the outputs if the statement is a plain SELECT.
    """

    catalog: CatalogSnapshot
    scope: PlanScope
    name_of: Callable[[exp.Expr], str]
    marker: str
    references: list[TableReference] = field(default_factory=list)
    system_relations: dict[SystemRelation, None] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    output_names: tuple[str, ...] = ()
    selects: list[tuple[int, exp.Select]] = field(default_factory=list)
    """Those that are being bound, with the depth of their scopes."""
    has_dependent: bool = False

    def bind_statement(self, tree: exp.Expr) -> tuple[Output, ...] | None:
        """Bind a whole statement; its outputs are None where only DuckDB knows them."""
        check_clauses(tree)
        return self.bind_query(tree, {}, None, top=True)

    def bind_query(
        self, query: exp.Expr, queries: Mapping[str, NamedQuery], outer: Scope | None, *, top: bool = False
    ) -> tuple[Output, ...] | None:
        """Bind a query in the sight of `queries` (WITH) and of the scopes around it."""
        queries = self._bind_with(query, queries, outer)
        if isinstance(query, exp.Select):
            return self._bind_select(query, queries, outer, top=top)
        if isinstance(query, exp.SetOperation):
            left = self.bind_query(query.this, queries, outer)
            outputs = united(left, self.bind_query(query.expression, queries, outer))
        elif isinstance(query, exp.Subquery):
            outputs = self.bind_query(query.this, queries, outer, top=top)
        elif isinstance(query, exp.Values):
            self.bind_parts(query, Scope(outer, queries))
            outputs = tuple(Output(*column) for column in values_columns(query))
        else:
            raise FeatureNotSupported(f"{query.key.upper()} cannot stand here", position=position_of(query))
        self._bind_tail(query, Scope(outer, queries), outputs)
        return outputs

    def _bind_with(
        self, query: exp.Expr, queries: Mapping[str, NamedQuery], outer: Scope | None
    ) -> Mapping[str, NamedQuery]:
        clause = query.args.get("with_")
        if clause is None:
            return queries
        known = dict(queries)
        refuse_same_names(clause)
        if clause.args.get("recursive"):
            order_queries(clause)
        for entry in clause.expressions:
            self._bind_named_query(entry, known, outer, recursive=bool(clause.args.get("recursive")))
        return known

    def _bind_named_query(
        self, entry: exp.CTE, known: dict[str, NamedQuery], outer: Scope | None, *, recursive: bool
    ) -> None:
        body, alias = entry.this, entry.args["alias"]
        if not isinstance(body, (exp.Query, exp.Values)):
            raise FeatureNotSupported("data-modifying statements in WITH", position=position_of(alias))
        name = folded(alias.this)
        unique = self.unique_alias(name)
        if recursive and isinstance(body, exp.SetOperation):
            queries = self._bind_with(body, known, outer)
            places = seed_places(body)
            seed = self.bind_query(body.this, queries, outer)
            known[name] = NamedQuery(name, unique, self._named_columns(alias, seed))
            inside = {**queries, name: known[name]}
            step = self.bind_query(body.expression, inside, outer)
            whole = united(seed, step)
            require_same_types(name, seed, whole, places)
            self._bind_tail(body, Scope(outer, inside), whole)
        else:
            known[name] = NamedQuery(name, unique, self._named_columns(alias, self.bind_query(body, known, outer)))
        alias.set("this", exp.to_identifier(unique, quoted=True))

    def _named_columns(self, alias: exp.Expr, outputs: Sequence[Output] | None) -> tuple[NamedColumn, ...] | None:
        """Apply the column list of WITH to the outputs of its query."""
        names = list(alias.args.get("columns") or ())
        if outputs is None:
            return None
        if len(names) > len(outputs):
            raise InvalidColumnReference(
                f'WITH query "{alias.name}" has {len(outputs)} columns available but {len(names)} columns specified',
                position=position_of(alias),
            )
        alias.set("columns", None)
        given = [folded(name) for name in names] + [output.name for output in outputs[len(names) :]]
        return tuple(
            (name, output.internal, settled(output.type_name)) for name, output in zip(given, outputs, strict=True)
        )

    def _bind_select(
        self, select: exp.Select, queries: Mapping[str, NamedQuery], outer: Scope | None, *, top: bool
    ) -> tuple[Output, ...] | None:
        scope = Scope(outer, queries)
        self.selects.append((scope.depth, select))
        FromBinder(self, scope).bind(select)
        select.set("locks", None)
        self._expand_stars(select, scope)
        names = [self.name_of(projection) for projection in select.expressions]
        if top:
            self.output_names = tuple(names)
        group_by_outputs(select, scope, names)
        self._bind_argument(select, "expressions", scope)
        outputs = _name_outputs(select, names, keep_names=top)
        for part in ("where", "group", "having", "windows"):
            self._bind_argument(select, part, scope)
        self._bind_tail(select, scope, outputs)
        self.selects.pop()
        return outputs

    def _bind_tail(self, query: exp.Expr, scope: Scope, outputs: Sequence[Output] | None) -> None:
        """Bind what comes after the rows are made: DISTINCT ON, ORDER BY, LIMIT."""
        distinct, order = query.args.get("distinct"), query.args.get("order")
        on = distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None
        places = [position_of(key) for key in on.expressions] if on is not None else []
        if on is not None:
            for key in list(on.expressions):
                self._bind_sort_key(key, query, scope, outputs)
        for ordered in order.expressions if order is not None else ():
            position = position_of(ordered.this)
            self._bind_sort_key(ordered.this, query, scope, outputs)
            if isinstance(distinct, exp.Distinct) and on is None and isinstance(query, exp.Select):
                require_listed(ordered.this, query, position)
        if on is not None and order is not None and outputs is not None:
            check_distinct(query, on.expressions, places, [ordered.this for ordered in order.expressions])
        for part in ("limit", "offset"):
            if isinstance(query.args.get(part), exp.Expr):
                check_limit(query.args[part], part.upper(), scope)
            self._bind_argument(query, part, scope)

    def _bind_sort_key(self, key: exp.Expr, query: exp.Expr, scope: Scope, outputs: Sequence[Output] | None) -> None:
        """Bind a sort key: a bare name is an output first, anything else sees the input only."""
        if isinstance(key, exp.Column) and isinstance(key.this, exp.Identifier) and not key.table:
            if outputs is None and _is_alias_of(query, key):
                return
            place = output_place(key, query, outputs or ())
            if place is not None:
                key.replace(exp.Literal.number(place + 1))
                return
        if isinstance(query, exp.SetOperation) and not isinstance(key, exp.Literal) and outputs is not None:
            if isinstance(key, exp.Column) and not key.table:
                raise undefined(folded(key.this), (), key)
            raise FeatureNotSupported(
                "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
                detail="Only result column names can be used, not expressions or functions.",
                hint="Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
                position=position_of(key),
            )
        self.bind_expression(key, scope)

    def _bind_argument(self, node: exp.Expr, name: str, scope: Scope) -> None:
        value = node.args.get(name)
        for part in list(value) if isinstance(value, list) else [value]:
            if isinstance(part, exp.Expr):
                self.bind_expression(part, scope)

    # Expressions ------------------------------------------------------------------------------------------

    def bind_parts(self, node: exp.Expr, scope: Scope) -> None:
        """Bind everything below a node."""
        for part in list(node.iter_expressions()):
            self.bind_expression(part, scope)

    def bind_expression(self, node: exp.Expr, scope: Scope) -> None:
        """Bind an expression; a column is replaced by what it means."""
        kind = type(node)
        if kind is exp.Column:
            assert isinstance(node, exp.Column)
            if not node.meta_get(BOUND):
                self._bind_column(node, scope)
        elif kind is exp.Literal:
            _note_type(node)
        elif kind in _PARTLESS:
            return
        elif isinstance(node, exp.Query):
            outputs = self.bind_query(node, scope.queries, scope)
            set_type(node, outputs[0].type_name if outputs else None)
        elif isinstance(node, exp.Collate):  # the collation is a name, but no column's
            self.bind_expression(node.this, scope)
            _note_type(node)
        else:
            self.bind_parts(node, scope)
            _note_type(node)

    def _bind_column(self, node: exp.Column, scope: Scope) -> None:
        if not isinstance(node.this, exp.Identifier):
            if node.table:
                self._bind_whole_row(node, self.find_relation(node, scope))
        elif node.args.get("table") is not None:
            self._bind_qualified(node, scope)
        elif is_quoted(node.this) or node.name.lower() not in SESSION_NAMES:
            self._bind_unqualified(node, scope)

    def _bind_unqualified(self, node: exp.Column, scope: Scope) -> None:
        for level in self._levels(scope):
            found = find_column(level.visible, node.this)
            if found is None:
                found = find_column([column for one in level.relations for column in one.hidden], node.this)
            if found is not None:
                node.replace(expressed(found, node))
                return
            relation = next((r for r in level.relations if _answers(r, node.this)), None)
            if relation is not None and (relation.columns is not None):
                self._bind_whole_row(node, relation)
                return
            if level.opaque:
                return
        visible = [column for level in scope.chain() for column in level.visible]
        raise undefined(folded(node.this), visible, node)

    def _levels(self, scope: Scope) -> Iterator[Scope]:
        """Give scopes from the inside out; the SELECTs that are left behind are noted to depend on those around."""
        for level in scope.chain():
            if level is not scope:
                depth, self.has_dependent = level.depth, True
                for inner, select in self.selects:
                    if inner > depth:
                        select.meta[DEPENDENT] = True
            yield level

    def _bind_qualified(self, node: exp.Column, scope: Scope) -> None:
        relation = self.find_relation(node, scope)
        node.set("db", None)
        node.set("catalog", None)
        if relation.columns is None:
            node.set("table", exp.to_identifier(relation.alias, quoted=True))
            return
        found = find_column(relation.columns, node.this) or find_column(relation.hidden, node.this)
        if found is None:
            raise undefined(folded(node.this), relation.columns, node, relation.name)
        node.replace(expressed(found, node))

    def _bind_whole_row(self, node: exp.Column, relation: Relation) -> None:
        if relation.columns is None:
            node.replace(exp.Column(this=exp.to_identifier(relation.alias, quoted=True)))
            return
        if relation.scalar:
            node.replace(relation.columns[0].express())
            return
        table = None if relation.reference is None else self.references[relation.reference - 1].table
        node.replace(row_expression(relation, table, counted=isinstance(node.parent, exp.Count)))

    def find_relation(self, node: exp.Column, scope: Scope) -> Relation:
        """Find the FROM entry that qualifies a column.

        Raises:
            UndefinedTable: there is none.
        """
        qualifier, schema = node.args["table"], node.args.get("db")
        for level in self._levels(scope):
            matches = [relation for relation in level.relations if _answers(relation, qualifier, schema)]
            exact = [relation for relation in matches if relation.name == folded(qualifier)]
            if matches:
                return (exact or matches)[0]
        relations = (relation for level in scope.chain() for relation in level.relations)
        raise missing(qualifier, ((r, self.references[r.reference - 1].table.name) for r in relations if r.reference))

    def _expand_stars(self, select: exp.Select, scope: Scope) -> None:
        """Replace `*` and `t.*` by columns; those that only DuckDB knows stay `alias.*`."""
        projections: list[exp.Expr] = []
        for projection in select.expressions:
            columns = self._star_columns(projection, scope)
            if columns is None:
                projections.append(projection)
            else:
                projections += [_projected(column) for column in columns]
        select.set("expressions", projections)

    def _star_columns(self, projection: exp.Expr, scope: Scope) -> Sequence[VisibleColumn] | None:
        if isinstance(projection, exp.Star):
            if not scope.relations:
                raise SqlSyntaxError("SELECT * with no tables specified is not valid")
            return scope.visible
        if isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            return self.find_relation(projection, scope).shown
        if isinstance(projection, exp.Dot) and isinstance(projection.expression, exp.Star):
            row = projection.this.unnest()
            if isinstance(row, exp.Column) and not row.table:
                star = exp.Column(this=exp.Star(), table=row.this.copy())
                return self.find_relation(star, scope).shown
            return pair_columns(row)
        return None

    def refer(self, table: TableSchema, alias: str, given_feed: str | None = None) -> TableReference:
        """Number a mention of a base table."""
        number = len(self.references) + 1
        reference = TableReference(number, table, alias, f"{self.marker}t{number}_", given_feed)
        self.references.append(reference)
        return reference

    def unique_alias(self, name: str) -> str:
        """Give a relation a name that no other relation of the statement has, whatever the case."""
        return unique_name(f"cte_{name}" if name.lower().startswith("feed_") else name, self.aliases)


def _note_type(node: exp.Expr) -> None:
    set_type(node, type_by_rule(node, type_of))
    if isinstance(node, exp.Cast):
        node.meta[MODIFIER] = type_modifier(node.args["to"])
    elif isinstance(node, (exp.Paren, exp.Alias)):
        node.meta[MODIFIER] = node.this.meta_get(MODIFIER, -1)


def _projected(column: VisibleColumn) -> exp.Expr:
    if not column.name:
        return column.express()
    return exp.Alias(this=column.express(), alias=exp.to_identifier(column.name, quoted=True))


def _name_outputs(select: exp.Select, names: Sequence[str], *, keep_names: bool) -> tuple[Output, ...] | None:
    """Give every output of a derived table an alias of its own; None where a `*` is left."""
    taken: set[str] = set()
    outputs: list[Output] = []
    for projection, name in zip(list(select.expressions), names, strict=True):
        if projection.is_star:
            continue
        internal = name if keep_names else unique_name(name, taken)
        outputs.append(Output(name, internal, type_of(projection.unalias())))
        if not keep_names:
            value = projection.unalias()
            projection.replace(exp.Alias(this=value.copy(), alias=exp.to_identifier(internal, quoted=True)))
    return tuple(outputs) if len(outputs) == len(names) else None


def _is_alias_of(query: exp.Expr, key: exp.Column) -> bool:
    aliases = query.expressions if isinstance(query, exp.Select) else ()
    return any(isinstance(one, exp.Alias) and folded(one.args["alias"]) == folded(key.this) for one in aliases)


def _answers(relation: Relation, qualifier: exp.Expr, schema: exp.Expr | None = None) -> bool:
    """Say whether a FROM entry is what a qualifier names."""
    if schema is not None and relation.schema != folded(schema):
        return False
    if relation.name == folded(qualifier):
        return True
    return not is_quoted(qualifier) and relation.name.lower() == folded(qualifier)
