"""Keep the system catalogs in the engine: describe the tables that exist, sample those that a statement names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlglot import exp

from pgddb import planner
from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import TableSchema
from pgddb.authentication import Role
from pgddb.catalog import CatalogSnapshot
from pgddb.catalog.definitions.foreign_columns import with_declared
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions import CATALOG_FUNCTIONS, CatalogFunction, KnownFacts
from pgddb.catalog.relations import is_constant, relation_rows, view_text
from pgddb.engine import Database, EngineFunction
from pgddb.errors import InternalError
from pgddb.execution.definition_store import DefinitionStore
from pgddb.execution.session_relations import SESSION_RELATIONS, view_over_variable
from pgddb.execution.table_discovery import TableDiscovery
from pgddb.planner.plan_nodes import SelectPlan
from pgddb.sql import SessionContext, classify, parse_statements
from pgddb.sql.functions.catalog import MACROS
from pgddb.sql.statements import SelectStatement

COLUMN_RELATIONS = frozenset(
    ["pg_attribute", "pg_description", "pg_index", "pg_constraint", "columns", "key_column_usage", "pg_stats"]
)
"""Relations that show columns: tables that a statement names are sampled before it reads one of these."""

DATABASE_VARIABLE = "pgddb_database"
"""Variable of an engine session that holds the name of its database: all sessions share the views that ask for it."""

USER_VARIABLE = "pgddb_user"
"""The same for the name of its user."""

MOST_NAMED = 16
"""A statement that names more tables than this reads all there are: it samples none."""


class SystemCatalog:
    """The system relations of one server. Makes a relation when a statement first reads it, again when it changed.

    Attributes:
        known_roles: gives the users that the server knows now, with their rights; none where it knows no users.
    """

    def __init__(
        self,
        database: Database,
        tables: TableDiscovery,
        definitions: DefinitionStore,
        *,
        known: KnownFacts | None = None,
    ) -> None:
        """`known` is what `add_catalog_functions` gave, None where that has not been called for this database."""
        self._known = add_catalog_functions(database) if known is None else known
        self._tables = tables
        self._definitions = definitions
        self._kept = database.keep_relations()
        self._made: dict[SystemRelation, CatalogFacts | None] = {}
        self.known_roles: Callable[[], Mapping[str, Role]] = dict
        self._roles: set[str] = set()
        self._databases: set[str] = set()
        self._built_of: object = None
        self._view_plans: dict[SystemRelation, SelectPlan] = {}
        self._change = asyncio.Lock()

    async def prepare(self, plan: SelectPlan) -> None:
        """Make what a plan reads, so that the engine can describe it; DynamoDB is not asked."""
        async with self._change:
            for relation in plan.system_relations:
                if relation not in self._made:
                    await self._make(relation)

    async def refresh(
        self, plan: SelectPlan, tree: exp.Expr, parameters: Sequence[object], context: SessionContext
    ) -> None:
        """Bring up to date what a plan reads.

        A table whose name or oid is among the literals and parameters of the statement is sampled first, if the
        statement looks at columns.

        Raises:
            SqlError: DynamoDB could not be asked.
        """
        if not plan.asks_catalog and not plan.system_relations:
            return
        tables = await self._tables.describe_every()
        async with self._change:
            self._note(tables, context)
        constants = [*(node.name for node in tree.find_all(exp.Literal)), *parameters]
        named = _named_tables(tables, self._known.facts, constants)
        if named and any(relation.name in COLUMN_RELATIONS for relation in plan.system_relations):
            await self._tables.sample(named[:MOST_NAMED] if len(named) <= MOST_NAMED else ())
            tables = await self._tables.describe_every()
        async with self._change:
            self._note(tables, context)
            for relation in plan.system_relations:
                await self._make_again(relation)

    def _note(self, tables: tuple[TableSchema, ...], context: SessionContext) -> None:
        """Make new facts if anything changed."""
        self._roles.add(context.session_user)
        self._databases.add(context.database)
        definitions = self._definitions.committed
        tables = tuple(with_declared(table, definitions.declared(table.table_name)) for table in tables)
        rights = tuple(self.known_roles().values())
        basis = (tables, frozenset(self._roles), frozenset(self._databases), definitions, rights)
        if basis != self._built_of:
            self._built_of = basis
            self._known.facts = CatalogFacts(
                tables,
                databases=tuple(sorted(self._databases)),
                roles=tuple(sorted(self._roles)),
                definitions=definitions,
                rights=rights,
            )

    async def _make_again(self, relation: SystemRelation) -> None:
        """Make a relation, or those that a view reads, unless what is there says the same."""
        if relation not in self._made or (
            not is_constant(relation)
            and relation.name not in SESSION_RELATIONS
            and view_text(relation) is None
            and self._made[relation] is not self._known.facts
        ):
            await self._make(relation)
        if view_text(relation) is not None:
            for read in self._view_plan(relation).system_relations:
                await self._make_again(read)

    def session_relations(self, plan: SelectPlan) -> set[str]:
        """Name the relations of sessions that a plan reads, by itself or through a view."""
        found: set[str] = set()
        for relation in plan.system_relations:
            if relation.name in SESSION_RELATIONS:
                found.add(relation.name)
            elif view_text(relation) is not None:
                found |= self.session_relations(self._view_plan(relation))
        return found

    async def _make(self, relation: SystemRelation) -> None:
        if relation.name in SESSION_RELATIONS:
            names = [column.name for column in relation.columns]
            await self._kept.put_view(relation.place, relation.name, names, view_over_variable(relation))
            self._made[relation] = None
            return
        if view_text(relation) is None:
            facts = self._known.facts
            await self._kept.put_table(relation.place, relation.name, relation_rows(relation, facts))
            self._made[relation] = facts
            return
        plan = self._view_plan(relation)
        for read in plan.system_relations:
            if read not in self._made:
                await self._make(read)
        names = [column.name for column in relation.columns]
        text = plan.sql.render()
        for variable in (DATABASE_VARIABLE, USER_VARIABLE):
            text = text.replace(f"'{variable}'", f"CAST(getvariable('{variable}') AS VARCHAR)")
        await self._kept.put_view(relation.place, relation.name, names, text)
        self._made[relation] = None

    def _view_plan(self, relation: SystemRelation) -> SelectPlan:
        """Plan the query of a view, once."""
        found = self._view_plans.get(relation)
        if found is None:
            found = self._view_plans[relation] = self._planned_view(relation)
        return found

    def _planned_view(self, relation: SystemRelation) -> SelectPlan:
        text = view_text(relation) or ""
        (parsed,) = parse_statements(text)
        statement = classify(parsed)
        if not isinstance(statement, SelectStatement):
            raise InternalError(f'the definition of view "{relation.name}" is no SELECT')
        scope = planner.PlanScope(
            SessionContext(user=USER_VARIABLE, session_user=USER_VARIABLE, database=DATABASE_VARIABLE)
        )
        return planner.plan_select(statement, CatalogSnapshot(), scope=scope)

    def close(self) -> None:
        """End the connection to the engine."""
        self._kept.close()


def add_catalog_functions(database: Database) -> KnownFacts:
    """Put in the functions that answer from the catalog; give what they answer from, which is nothing until filled."""
    known = KnownFacts()
    database.add([_engine_function(function, known) for function in CATALOG_FUNCTIONS], MACROS)
    return known


def _engine_function(function: CatalogFunction, known: KnownFacts) -> EngineFunction:
    return EngineFunction(
        function.name,
        function.parameters,
        function.returns,
        lambda *columns: function.columns(known, columns),
        null_in_null_out=False,
        volatile=True,  # the answer changes with the catalog, so it must not become a constant of a kept plan
    )


def _named_tables(tables: Sequence[TableSchema], facts: CatalogFacts, constants: Iterable[object]) -> list[TableSchema]:
    """Find the tables that constants name: by oid, by name, by a pattern such as ^(reviews)$ or public.reviews."""
    texts = {str(constant).lower() for constant in constants}
    stripped = {text.removeprefix("^(").removesuffix(")$").rpartition(".")[2].strip('"') for text in texts}
    oids = {str(one.oid): one.table for one in facts.objects}
    oids.update({str(index.oid): one.table for one in facts.objects for index in one.indexes})
    by_oid = {(oids[text].schema, oids[text].name) for text in texts & oids.keys()}
    return [table for table in tables if table.name.lower() in stripped or (table.schema, table.name) in by_oid]
