"""Prepare and run the SELECTs of one session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlglot import exp

from pgddb import planner
from pgddb.access.path import AccessPath
from pgddb.access.prices import PriceTable
from pgddb.access.statistics import ReadStatistics, total_of
from pgddb.access.table import TableSchema
from pgddb.engine import PreparableText
from pgddb.engine.faults import ColumnMisfit
from pgddb.errors import FeatureNotSupported, SqlError
from pgddb.execution.budget import StatementBill, own_prices
from pgddb.execution.constant_row import ConstantRow, constant_row
from pgddb.execution.defined_catalog import SessionTables, written_names
from pgddb.execution.definitions.carry_out import carry_out
from pgddb.execution.definitions.session_definitions import SessionDefinitions
from pgddb.execution.engine_rows import described, run_in_engine
from pgddb.execution.explain import ExplainedQuery, Explainer, Run
from pgddb.execution.explain_write import StrongChoice
from pgddb.execution.fields import needs_describing, parameter_oids, require_same_types, result_columns, result_fields
from pgddb.execution.key_driven import ChooseLate, KeyedReads, KeyQueries, LateChoices, late_choice
from pgddb.execution.last_commit import LAST_COMMIT, OWN_TABLES, last_commit_items, with_own_tables
from pgddb.execution.late_json import late_places
from pgddb.execution.lifted_lookups import lifted_lookup
from pgddb.execution.looked_up import LookedUpRow, row_maker
from pgddb.execution.misfits import widen_for
from pgddb.execution.notices import Notice, scan_warnings
from pgddb.execution.observed_context import ObservedContext
from pgddb.execution.plain_rows import open_rows
from pgddb.execution.plan_cache import PlanKey, PlannedQuery
from pgddb.execution.ports import PageSource
from pgddb.execution.prepared_query import PreparedQuery
from pgddb.execution.producers import Producers
from pgddb.execution.relation_kinds import kind_in
from pgddb.execution.repeated_texts import preparable
from pgddb.execution.results import ResultStream, RunningParts
from pgddb.execution.rights import require_reads
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.execution.session_relations import ACTIVITY, activity_items
from pgddb.execution.transaction_store import (
    NOTHING_GIVEN,
    GivenItems,
    TransactionStore,
    given_path,
    strongly_consistent,
)
from pgddb.execution.writes import SessionWrites
from pgddb.planner.explain import Explained
from pgddb.planner.plan_nodes import CatalogSnapshot, ChosenPath, PlanScope, ReadSettings, SelectPlan
from pgddb.sql.definitions import Definition
from pgddb.sql.options import ExplainOptions
from pgddb.sql.statements import SelectStatement

MAX_WIDENINGS = 20
"""Times that a statement starts again because a column had to be widened; each time reads from the beginning."""


def _silent(notice: Notice) -> None:
    """Drop a notice."""


class Executor:
    """The SELECTs of one session; several may be open at a time, each with an engine session of its own.

    Attributes:
        settings: read at every prepare and start; the session replaces it.
        writes: the statements that write, and what the transaction has not committed of them.
        definitions: what DDL has defined, as the session sees it.
        tables: the tables and views that it sees.
    """

    def __init__(
        self,
        resources: ServerResources,
        *,
        settings: ExecutionSettings | None = None,
        notify: Callable[[Notice], None] = _silent,
    ) -> None:
        self.settings = settings or ExecutionSettings()
        self._resources = resources
        self._notify = notify
        self._open: set[ResultStream] = set()
        self._read_settings: tuple[ReadSettings, ReadSettings] | None = None
        self.writes = SessionWrites(self, resources, notify)
        self.definitions = SessionDefinitions(resources.definitions, resources.store, resources.tables.source)
        self.tables = SessionTables(resources.catalog, self.definitions)

    async def prepare(
        self, statement: SelectStatement, parameter_oids: Sequence[int] = (), *, runs: bool = False
    ) -> PreparedQuery:
        """Plan a SELECT; 0 stands for a parameter type that the client leaves to us; `runs`: it is never explained.

        Raises:
            SqlError: the statement is wrong, or a table that it names cannot be asked for.
        """
        given = tuple(parameter_oids)
        lookup = await lifted_lookup(statement, self._planned) if runs and not given else None
        return lookup or PreparedQuery(statement, given, await self._planned(statement, given))

    async def catalog_for(self, tree: exp.Expr) -> CatalogSnapshot:
        """Give a catalog that has every table which the tree names.

        Raises:
            SqlError: a table cannot be asked for.
        """
        names = written_names(tree)
        catalog = await self.tables.find(names, self.settings.scope.search_path)
        own = any(name.schema == LAST_COMMIT.schema for name in names)
        return with_own_tables(catalog) if own else catalog

    async def relation_kind(self, table: exp.Table) -> str | None:
        """Give the relkind of a named relation, as pg_class has it; None if there is none.

        Raises:
            SqlError: DynamoDB could not be asked.
        """
        catalog = await self.catalog_for(exp.select("*").from_(table.copy()))
        return kind_in(catalog, table)

    async def _planned(self, statement: SelectStatement, given: tuple[int, ...]) -> PlannedQuery:
        """Take the plan from the cache, or make it."""
        scope, tables = self.settings.scope, self.tables
        key = PlanKey(statement.text, tables.version, scope.search_path, given)
        planned = self._resources.plans.get(key, statement.tree, scope.session)
        if planned is not None:
            require_reads(self.settings.role, planned.plan)
            tables.refresh_stale([read.table for read in planned.plan.reads])
            return planned
        catalog = await self.catalog_for(statement.tree)
        observed = ObservedContext(scope.session)
        plan = planner.plan_select(statement, catalog, parameter_types=given, scope=PlanScope(observed))
        require_reads(self.settings.role, plan)
        await self._resources.system_catalog.prepare(plan)
        columns = result_columns(
            plan, await described(self._resources, self.settings, plan) if needs_describing(plan) else ()
        )
        key_of_item = planner.whole_key(plan)
        planned = PlannedQuery(
            statement.tree,
            observed.seen,
            plan,
            result_fields(columns),
            late_places(columns),
            parameter_oids(plan, given),
            key_of_item,
            row_maker(plan) if key_of_item is not None else None,
            constant_row(plan),
        )
        self._resources.plans.put(replace(key, catalog_version=catalog.version), planned)
        return planned

    async def start(
        self,
        prepared: PreparedQuery,
        parameters: Sequence[Any] = (),
        *,
        fields_fixed: bool = True,
        given: GivenItems = NOTHING_GIVEN,
        raw_items: bool = False,
        target: TableSchema | None = None,
    ) -> ResultStream:
        """Start fetching and running, and wait for the first rows; values are as `pgtypes.decode_parameter` gives them.

        Where a value does not fit its column before any row has left, the column is widened and the statement runs
        again. `fields_fixed` says that the client knows the fields already, so that they must not change then.
        `given` are the rows of feeds that the store does not fill. With `raw_items` documents come as the store has
        them. `target` is what the rows are read for to be written: it is read strongly consistent where possible.

        Raises:
            SqlError: the statement failed, or 0A000: "cached plan must not change result type".
        """
        bill = StatementBill(self.settings.budget, self._prices)
        planned, parameters = prepared.planned, parameters if prepared.bound is None else prepared.bound
        for _ in range(MAX_WIDENINGS):
            planned = await self._planned(prepared.statement, prepared.given_oids)
            if fields_fixed and prepared.fields is not planned.fields:
                require_same_types(prepared.fields, planned.fields)
            if planned.plan.asks_catalog or planned.plan.system_relations:
                self.definitions.refuse_catalog_reads()
                await self._resources.system_catalog.refresh(
                    planned.plan, planned.tree, parameters, self.settings.scope.session
                )
            stream = await self._opened(planned, parameters, bill, given, raw_items=raw_items, target=target)
            try:
                await stream.read_first()
            except ColumnMisfit as misfit:
                await self._widen_for(misfit, planned, stream)
            except BaseException:
                await stream.close()
                raise
            else:
                return stream
        raise FeatureNotSupported("cached plan must not change result type")

    @property
    def read_settings(self) -> ReadSettings:
        """Give what the session allows a read, with the prices and what is known of the tables."""
        settings, prices, statistics = self.settings.reads, self._prices, self._resources.statistics.tables
        known = self._read_settings
        if known is None or known[0] is not settings or known[1].prices is not prices:
            known = self._read_settings = (settings, replace(settings, prices=prices, statistics=statistics))
        return known[1]

    @property
    def _prices(self) -> PriceTable:
        return own_prices(self._resources.prices, self.settings.read_price)

    def choose_paths(self, planned: PlannedQuery, parameters: Sequence[Any]) -> Mapping[str, planner.ChosenPath]:
        """Choose how each feed is read under the settings in force."""
        settings, reads = self.read_settings, planned.plan.reads
        if len(self.writes.buffer):  # the engine checks what is written and not committed
            reads = tuple(replace(read, counted=False, partition_ends=None) for read in reads)
        return {
            read.feed: ChosenPath(given_path(read))
            if read.given or read.table in OWN_TABLES
            else planner.choose_access_path(read, parameters, settings)
            for read in reads
        }

    async def explain_rows(
        self,
        prepared: PreparedQuery,
        parameters: Sequence[Any],
        options: ExplainOptions,
        around: Callable[[Explained], Explained],
        *,
        target: TableSchema | None,
        ran: Run | None = None,
    ) -> ExplainedQuery:
        """Say how the rows of a write would be found, or were: `ran`."""
        planned = await self._planned(prepared.statement, prepared.given_oids)
        return await Explainer(StrongChoice(self, target), self._resources).explain(
            planned, parameters, options, start=lambda: self.start(prepared, parameters), around=around, ran=ran
        )

    async def explain(
        self, prepared: PreparedQuery, parameters: Sequence[Any], options: ExplainOptions
    ) -> ExplainedQuery:
        """Say how a SELECT would run with these values; it runs only for ANALYZE."""
        planned = await self._planned(prepared.statement, prepared.given_oids)
        return await Explainer(self, self._resources).explain(
            planned, parameters, options, start=lambda: self.start(prepared, parameters, fields_fixed=False)
        )

    async def _opened(
        self,
        planned: PlannedQuery,
        parameters: Sequence[Any],
        bill: StatementBill,
        given: GivenItems,
        *,
        raw_items: bool,
        target: TableSchema | None,
    ) -> ResultStream:
        """Begin to fetch and get the engine ready; a statement that starts again has a bill already."""
        settings, resources = self.settings, self._resources
        row = None
        if not raw_items and not given and target is None:
            row = self._row_without_engine(planned, parameters, bill)
        if row is not None:
            return self._stream(RunningParts(planned, row, row), bill)
        literals = planned.literals(parameters)
        paths = {feed: chosen.path for feed, chosen in self.choose_paths(planned, parameters).items()}
        paths = {feed: strongly_consistent(path, target) for feed, path in paths.items()}
        reads = self.read_settings
        if reads.prices is not bill.prices:
            reads = replace(reads, prices=bill.prices)
        schedule = planner.schedule_keys(planned.plan.reads, paths, parameters, reads)
        if not bill.feeds:
            settings.budget.refuse_dearer(planner.expected_paths(paths, schedule).values(), bill.prices)
            started = [path for feed, path in paths.items() if schedule is None or feed not in schedule.waiting]
            for warning in scan_warnings(started, settings.warn_read_units, bill.prices):
                self._notify(warning)
        keyed = None
        if schedule is not None:
            keyed = self._keyed_reads(schedule, paths, literals, late_choice(parameters, reads, target))
        store = self._store_for(planned.plan, given)
        text = planned.plan.text_for(paths.values())
        repeats = keyed is None and not planned.plan.system_relations

        def write_text() -> tuple[str, PreparableText | None]:
            return text.render(literals), preparable(text, literals, paths.values()) if repeats else None

        shown = planned.with_raw_items() if raw_items else planned
        start_engine = partial(run_in_engine, resources, settings, shown, write_text)
        producers = Producers(
            store,
            paths,
            bill=bill,
            deadline=settings.deadline(),
            pace=settings.pace,
            keyed=keyed,
            book=resources.statistics if store is resources.store else None,
        )
        batches = await open_rows(planned, producers.feeds, start_engine, raw_items=raw_items)
        producers.start()
        return self._stream(RunningParts(shown, producers, batches), bill)

    def _row_without_engine(
        self, planned: PlannedQuery, parameters: Sequence[Any], bill: StatementBill
    ) -> ConstantRow | LookedUpRow | None:
        if planned.constant is not None:
            return ConstantRow(planned.constant)
        path = self.looked_up_path(planned, parameters)
        if path is None:
            return None
        if not bill.feeds:
            self.settings.budget.refuse_dearer((path,), bill.prices)
        return LookedUpRow(planned, path, parameters, bill, self._resources, self.settings)

    def looked_up_path(self, planned: PlannedQuery, parameters: Sequence[Any]) -> AccessPath | None:
        """Give the read of a lookup whose values are those of a key; None for all else."""
        if planned.key is None or len(self.writes.buffer):
            return None
        return planned.key.path(parameters, self.read_settings)

    def _stream(self, parts: RunningParts, bill: StatementBill) -> ResultStream:
        stream = ResultStream(
            parts,
            bill=bill,
            notify=self._notify,
            note_misfit=self._note_misfit,
            on_close=self._open.discard,
        )
        self._open.add(stream)
        return stream

    def _keyed_reads(
        self,
        schedule: planner.KeySchedule,
        paths: Mapping[str, AccessPath],
        literals: Sequence[str],
        choose: ChooseLate,
    ) -> KeyedReads:
        """Make ready the reads that wait for keys."""
        settings = self.settings
        late = LateChoices(planner.expected_paths(paths, schedule), settings, self._prices, self._notify)
        queries = KeyQueries(self._resources, settings.time_zone, literals)
        return KeyedReads(schedule, queries, choose=choose, admit=late.admit)

    def _store_for(self, plan: SelectPlan, given: GivenItems) -> PageSource:
        """Give the store as the transaction sees it now."""
        last = [read.feed for read in plan.reads if read.table is LAST_COMMIT]
        if last:
            given = {**given, **dict.fromkeys(last, last_commit_items(self.writes.last_commit))}
        active = [read.feed for read in plan.reads if read.table is ACTIVITY]
        if active:
            given = {**given, **dict.fromkeys(active, activity_items(self.settings.session_rows))}
        if not len(self.writes.buffer) and not given:
            return self._resources.store
        store = TransactionStore(self._resources.store, self.writes.buffer, given)
        for read in plan.reads:
            store.note(read.table)
        return store

    async def _widen_for(self, misfit: ColumnMisfit, planned: PlannedQuery, stream: ResultStream) -> None:
        """Give up a stream because its statement starts again with a wider column.

        Raises:
            SqlError: it need not start again: it would fail in the same way.
        """
        try:
            if not self._note_misfit(misfit, planned):
                raise misfit
        except SqlError:
            await stream.close()
            raise
        await stream.abandon()

    def _note_misfit(self, misfit: ColumnMisfit, planned: PlannedQuery) -> bool:
        return widen_for(misfit, planned.plan, self._resources.tables)

    async def define(self, definition: Definition, note: Callable[[Notice], None]) -> None:
        """Carry out a definition; `note` takes its notices.

        Raises:
            SqlError: it cannot be carried out.
        """
        await carry_out(definition, self, self.definitions, self._resources, note)

    @property
    def open_statistics(self) -> ReadStatistics:
        """Add up what the open statements have asked of DynamoDB so far."""
        return total_of(stream.statistics for stream in self._open)

    async def close(self) -> None:
        """Stop what runs."""
        while self._open:
            await self._open.pop().close()
