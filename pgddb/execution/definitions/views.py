"""Make a view: settle what its query names, its columns and their types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlglot import exp

from pgddb.access.view import Reads, View, ViewColumn
from pgddb.catalog.identifiers import quoted
from pgddb.errors import DuplicateColumn, SqlSyntaxError
from pgddb.execution.queries import Queries
from pgddb.pgtypes import ResultField
from pgddb.planner.plan_nodes import CatalogSnapshot, SelectPlan
from pgddb.sql import table_references
from pgddb.sql.definitions.views import CreateView
from pgddb.sql.statements import SelectStatement

Relation = tuple[str, str]


async def made_view(statement: CreateView, schema: str, queries: Queries) -> View:
    """Make a view of its definition.

    Raises:
        SqlError: the query is wrong, or its columns have no names of their own.
    """
    tree = statement.tree
    catalog = await queries.catalog_for(tree)
    prepared = await queries.prepare(SelectStatement(statement.text, tree))
    named = [(table, _relation(catalog, table)) for table in table_references(tree)]
    text = statement.text
    for table, relation in sorted(named, key=_start, reverse=True):
        if relation is not None and table.args.get("db") is None:
            at = _start((table, relation)) - statement.start
            text = f"{text[:at]}{quoted(relation[0])}.{text[at:]}"
    if isinstance(tree, exp.Values):
        text = f"SELECT * FROM ({text}) AS {quoted('*VALUES*')}"  # noqa: S608 - the user's own query
    used = _columns_used(prepared.planned.plan)
    relations = dict.fromkeys(relation for _, relation in named if relation is not None)
    return View(
        schema,
        statement.relation.name,
        text,
        _columns(prepared.fields, statement.columns),
        tuple(Reads(*relation, used.get(relation, ())) for relation in relations),
    )


def _start(entry: tuple[exp.Table, Relation | None]) -> int:
    return int(entry[0].this.meta.get("start", 0))


def _relation(catalog: CatalogSnapshot, table: exp.Table) -> Relation | None:
    """Give schema and exact name of what a name means; None for a relation of the system."""
    written = table.args.get("db")
    is_quoted = bool(table.this.args.get("quoted"))
    schema = None
    if isinstance(written, exp.Identifier):
        schema = written.name if written.args.get("quoted") else written.name.lower()
    if schema is None and catalog.system_relation(None, table.this.name.lower()) is not None:
        return None
    view = catalog.view(schema, table.this.name, is_quoted)
    if view is not None:
        return view.schema, view.name
    name = table.this.name
    found = catalog.table(schema, name, is_quoted)
    if found is None and is_quoted:  # "table@index"
        found = catalog.table(schema, name.rpartition("@")[0], is_quoted)
    return None if found is None else (found.schema, found.name)


def _columns_used(plan: SelectPlan) -> dict[Relation, tuple[str, ...]]:
    used: dict[Relation, dict[str, None]] = {}
    for read in plan.reads:
        names = used.setdefault((read.table.schema, read.table.name), {})
        names.update(dict.fromkeys(column.name for column in read.columns))
        asked = {path[:1] for path in read.projection or ()}
        names.update(dict.fromkeys(one.name for one in read.table.columns if one.path and one.path[:1] in asked))
    return {relation: tuple(names) for relation, names in used.items()}


def _columns(fields: Sequence[ResultField], names: Sequence[str]) -> tuple[ViewColumn, ...]:
    if len(names) > len(fields):
        raise SqlSyntaxError("CREATE VIEW specifies more column names than columns")
    given = [*names, *(field.name for field in fields[len(names) :])]
    for at, name in enumerate(given):
        if name in given[:at]:
            raise DuplicateColumn(f'column "{name}" specified more than once')
    counts: Counter[str] = Counter()
    columns = []
    for name, field in zip(given, fields, strict=True):
        columns.append(ViewColumn(name, field.name, counts[field.name], field.type.type_name, field.type_modifier))
        counts[field.name] += 1
    return tuple(columns)
