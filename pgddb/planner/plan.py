"""Plan a SELECT: bind its names, say what to read of each table, write the DuckDB text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from pgddb.access.system_relation import SystemRelation
from pgddb.pgtypes import type_by_oid
from pgddb.planner.attribute_calls import take_attribute_calls
from pgddb.planner.bindings import MODIFIER, TableReference
from pgddb.planner.columns_used import (
    mark_exact_numbers,
    name_columns,
    needs_whole_item,
    projection_of,
    sort_by_values,
)
from pgddb.planner.conjuncts import extract_conjuncts
from pgddb.planner.constant_outputs import constant_outputs
from pgddb.planner.counts import without_conditions
from pgddb.planner.decoded import Decoded
from pgddb.planner.dependent_queries import dependent_references
from pgddb.planner.distinct_values import partition_ends
from pgddb.planner.document_paths import take_paths
from pgddb.planner.extremes import ONE_ROW, extreme_row
from pgddb.planner.hints import NO_HINTS, read_hints
from pgddb.planner.index_relations import IndexRelations
from pgddb.planner.key_driver import KeyDriver
from pgddb.planner.key_drivers import find_key_drivers
from pgddb.planner.late_outputs import mark_late_outputs
from pgddb.planner.limits import row_limit
from pgddb.planner.literals import null_literal
from pgddb.planner.looked_up import plain_outputs
from pgddb.planner.number_order import ORDERED, mark_compared_numbers, order_constants
from pgddb.planner.outputs import Output
from pgddb.planner.parameter_types import infer_parameter_types, note_given_types
from pgddb.planner.plan_nodes import CatalogSnapshot, LateJson, OutputColumn, PlanScope, SelectPlan, TableRead
from pgddb.planner.pruning import drop_unused_outputs
from pgddb.planner.read_sql import decode_subquery
from pgddb.planner.resolve import Binder
from pgddb.planner.result_types import STAR
from pgddb.planner.shown_names import show_names
from pgddb.planner.single_reads import keep_repeated, read_feeds_once
from pgddb.planner.template import ParameterSlot, Segment, SqlTemplate
from pgddb.planner.type_names import UNKNOWN
from pgddb.sql import emit, rewrite
from pgddb.sql.functions.catalog import NAMES as CATALOG_FUNCTIONS
from pgddb.sql.names import column_name, is_star
from pgddb.sql.references import parameter_number
from pgddb.sql.statements import SelectStatement
from pgddb.sql.tree_copy import copied
from pgddb.sql.types import ColumnType, Relations, annotate, type_of

_NESTED = frozenset({exp.Subquery, exp.CTE, exp.Exists})
_DRIVING = frozenset({exp.Join, exp.In, exp.Exists, exp.Subquery})
"""Kinds of nodes by which the rows of one relation may say which keys of another are read."""


def plan_select(
    statement: SelectStatement,
    catalog: CatalogSnapshot,
    *,
    parameter_types: tuple[int, ...] = (),
    scope: PlanScope | None = None,
) -> SelectPlan:
    """Plan a SELECT.

    `parameter_types` are the type OIDs that the client sent; 0 and what is missing is inferred.

    Raises:
        UndefinedTable, UndefinedColumn, AmbiguousColumn: a name means nothing, or more than one thing.
        IndeterminateDatatype: the type of a parameter cannot be inferred.
        FeatureNotSupported: the statement asks for what pgddb does not do.
    """
    tree = copied(statement.tree)
    where = scope or PlanScope()
    given = [type_by_oid(oid).type_name if oid else None for oid in parameter_types]
    given = [None if name == UNKNOWN else name for name in given]
    if any(given):
        note_given_types(tree, given)
    binder = Binder(IndexRelations(catalog), where, column_name, _unused_marker(tree))
    outputs = binder.bind_statement(tree)
    take_attribute_calls(tree, binder.references)
    kinds = frozenset(map(type, tree.walk()))
    if kinds & _NESTED:
        drop_unused_outputs(tree)
    relations = _columns_of(binder.references, binder.system_relations)
    types = infer_parameter_types(tree, given, relations)
    if any(type_of(output.unalias()) is None for output in tree.expressions):
        annotate(tree, relations)
    if exp.Anonymous in kinds:
        take_paths(tree, binder.references)
    sort_by_values(tree)
    late = mark_late_outputs(tree, binder.references)
    mark_exact_numbers(tree)
    mark_compared_numbers(tree)
    columns = _output_columns(tree, outputs, late, names=binder.output_names)
    show_names(tree)
    drivers: dict[int, tuple[KeyDriver, ...]] = {}
    if kinds & _DRIVING:
        drivers = find_key_drivers(
            tree, binder.references, binder.marker, lambda query: _own_template(query, binder, types, where)
        )
    decoded = name_columns(tree, binder.references)
    hints = read_hints(statement.text)
    reads = tuple(
        replace(
            _table_read(tree, reference, decoded[reference.number], drivers.get(reference.number, ())),
            hints=hints.get(reference.alias.lower(), NO_HINTS),
        )
        for reference in binder.references
    )
    looked_up, given_out = plain_outputs(tree, binder.references, decoded, reads)
    unconditional = without_conditions(tree, reads, binder.references)
    if unconditional is not None:
        reads = (replace(reads[0], counted=True),)
    template = _template(tree, binder, types, decoded)
    if exp.CTE in kinds:
        read_feeds_once(tree, binder.references)
    rewritten = _rewritten(tree, binder, decoded, where)
    constants = constant_outputs(rewritten, columns)
    return SelectPlan(
        template.of(rewritten),
        reads,
        columns,
        types,
        tuple(binder.system_relations),
        asks_catalog=any(str(node.this).lower() in CATALOG_FUNCTIONS for node in rewritten.find_all(exp.Anonymous)),
        looked_up=looked_up,
        given_out=given_out,
        counting=None if unconditional is None else _own_template(unconditional, binder, types, where),
        constants=constants,
    )


def _own_template(query: exp.Expr, binder: Binder, types: tuple[str, ...], scope: PlanScope) -> SqlTemplate:
    """Write another text over the feeds, one that gives keys or counts; `query` is changed on the way."""
    decoded = name_columns(query, binder.references)
    template = _template(query, binder, types, decoded)
    read_feeds_once(query, binder.references)
    return template.of(_rewritten(query, binder, decoded, scope))


def _rewritten(tree: exp.Expr, binder: Binder, decoded: Mapping[int, Sequence[Decoded]], scope: PlanScope) -> exp.Expr:
    known = {
        one.marker: [ColumnType(c.internal, c.type_name, -1, c.scale, c.carried_scale) for c in decoded[one.number]]
        for one in binder.references
    }
    system = _system_columns(binder.system_relations)
    order_constants(tree)
    rewritten = rewrite(
        tree, scope.session, lambda table: system.get((table.db, table.name)) or known.get(table.name), owned=True
    )
    keep_repeated(rewritten, binder.references)
    return rewritten


def _columns_of(references: Sequence[TableReference], system_relations: Iterable[SystemRelation]) -> Relations:
    """Give the columns of the relations of a bound tree: tables stand in it under their markers."""
    known = {
        reference.marker: [ColumnType(column.name, column.type_name) for column in reference.table.columns]
        for reference in references
    }
    system = _system_columns(system_relations)
    return lambda table: system.get((table.db, table.name)) or known.get(table.name)


def _system_columns(relations: Iterable[SystemRelation]) -> dict[tuple[str, str], list[ColumnType]]:
    return {
        (relation.place, relation.name): [
            ColumnType(column.name, column.type_name, column.type_modifier)
            for column in (*relation.columns, *relation.hidden)
        ]
        for relation in relations
    }


def _unused_marker(tree: exp.Expr) -> str:
    """Give a word that no name and no text of the statement contains."""
    words = "\n".join(node.name.lower() for node in tree.find_all(exp.Identifier, exp.Literal))
    marker = "pgddb_"
    while marker in words:
        marker += "x_"
    return marker


def _table_read(
    tree: exp.Expr, reference: TableReference, decoded: Sequence[Decoded], drivers: tuple[KeyDriver, ...]
) -> TableRead:
    conditions = extract_conjuncts(tree, reference)
    conjuncts = conditions.conjuncts
    needed = row_limit(tree, reference) if conditions.complete else None
    limit, offset, order = needed if needed is not None else (None, None, ())
    extreme = extreme_row(tree, reference) if conditions.complete else None
    if extreme is not None:
        limit, order, conjuncts = ONE_ROW, (extreme.order,), (*conjuncts, extreme.present)
    projection = projection_of(reference.table, decoded)
    return TableRead(
        feed=reference.feed,
        table=reference.table,
        alias=reference.alias,
        columns=tuple(dict.fromkeys(one.column for one in decoded)),
        whole_item=needs_whole_item(decoded),
        conjuncts=conjuncts,
        complete=conditions.complete,
        projection=projection,
        order=order,
        limit=limit,
        offset=offset,
        drivers=() if reference.given_feed else drivers,
        given=reference.given_feed is not None,
        partition_ends=partition_ends(tree, reference, projection),
    )


def _output_columns(
    tree: exp.Expr, outputs: Sequence[Output] | None, late: Mapping[int, LateJson], *, names: Sequence[str]
) -> tuple[OutputColumn, ...]:
    """Name and type the result's columns."""
    query = tree
    while isinstance(query, exp.Subquery):
        query = query.this
    if isinstance(query, exp.Select):
        pairs = zip(names, query.expressions, strict=True)
        return tuple(_output_column(name, value, late.get(place)) for place, (name, value) in enumerate(pairs))
    if outputs is None:
        return (OutputColumn(STAR, None),)
    return tuple(OutputColumn(output.name, _settled(output.type_name)) for output in outputs)


def _output_column(name: str, projection: exp.Expr, late: LateJson | None) -> OutputColumn:
    if is_star(projection):
        return OutputColumn(STAR, None)
    value = projection.unalias()
    return OutputColumn(name, _settled(type_of(value)), value.meta.get(MODIFIER, -1), late)


def _settled(type_name: str | None) -> str | None:
    """Give an unknown its type: PostgreSQL makes it text."""
    return "text" if type_name == UNKNOWN else type_name


@dataclass(frozen=True, slots=True)
class _Template:
    """Cuts the emitted text at the markers that stand for decode subqueries and parameters."""

    marker: str
    types: tuple[str, ...]
    references: Sequence[TableReference]
    decoded: dict[int, tuple[Decoded, ...]]
    dependent: frozenset[int]

    def of(self, tree: exp.Expr) -> SqlTemplate:
        for node in list(tree.find_all(exp.Parameter)):
            kind = "o" if node.meta_get(ORDERED) else "p"
            node.replace(exp.Var(this=f"{self.marker}{kind}{parameter_number(node)}_"))
        pieces = re.split(rf'"?{self.marker}([tpo])(\d+)_"?', emit(tree, owned=True))
        segments: list[Segment] = [pieces[0]]
        for kind, number, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            if kind == "t":
                segments += self._subquery(int(number))
            elif kind == "o":
                segments.append(ParameterSlot(int(number), null_literal("text"), ordered=True))
            else:
                segments.append(ParameterSlot(int(number), null_literal(self.types[int(number) - 1])))
            segments.append(text)
        return SqlTemplate(_joined(segments))

    def _subquery(self, number: int) -> list[Segment]:
        reference = self.references[number - 1]
        dependent = number in self.dependent
        return decode_subquery(reference.table, reference.feed, self.decoded[number], dependent=dependent)


def _template(
    tree: exp.Expr, binder: Binder, types: tuple[str, ...], decoded: dict[int, tuple[Decoded, ...]]
) -> _Template:
    dependent = dependent_references(tree, binder.marker) if binder.has_dependent else frozenset()
    return _Template(binder.marker, types, binder.references, decoded, dependent)


def _joined(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join neighbouring texts, so that rendering has few pieces."""
    joined: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and joined and isinstance(joined[-1], str):
            joined[-1] += segment
        elif segment != "":
            joined.append(segment)
    return tuple(joined)
