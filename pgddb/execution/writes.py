"""Keep the writes of one session: statements fill the buffer, COMMIT empties it into the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pgddb import planner
from pgddb.access.mutation import CommitOutcome, MutationGroup, TypedJson, WriteMode
from pgddb.access.prices import PriceTable
from pgddb.errors import FeatureNotSupported, SqlError
from pgddb.execution.budget import own_prices
from pgddb.execution.commit import estimate_of, mutation_group
from pgddb.execution.dml import StatementValues, WriteRun
from pgddb.execution.dml_copy import CopyIn, CopyRoom, CopyTarget
from pgddb.execution.dml_prepare import paths_of_target, prepare_write, program_of
from pgddb.execution.dml_results import PreparedWrite, WrittenRows
from pgddb.execution.explain import ExplainedQuery, Run
from pgddb.execution.explain_write import WriteTerms, Written, around, with_parts, with_result
from pgddb.execution.key_lookup import KeyReader, StoredItems
from pgddb.execution.notices import WARNING_SQLSTATE, Notice, bill, dollars_text
from pgddb.execution.queries import Queries
from pgddb.execution.rights import require_table
from pgddb.execution.server_resources import ServerResources
from pgddb.execution.write_buffer import PendingItem, WriteBuffer
from pgddb.execution.write_limits import WriteLimits
from pgddb.execution.write_settings import InsertMode
from pgddb.planner.dml import WriteStatement
from pgddb.planner.dml_nodes import Verb, WritePlan
from pgddb.planner.explain import Explained
from pgddb.sql.options import ExplainOptions
from pgddb.sql.statements import CopyFrom, SelectStatement

MAIN_SELECT = "main"
"""What the SELECT after a WITH that writes is called among the runs of its statement."""


def _kept(kept: list[Explained], explained: Explained) -> Explained:
    kept.append(explained)
    return explained


def _note(ran: dict[str, Run] | None, name: str, run: Run | None) -> None:
    if ran is not None and run is not None:
        ran[name] = run


class SessionWrites:
    """The writes of one session.

    Attributes:
        buffer: what the transaction has written and not committed.
        last_commit: what became of the last COMMIT that wrote something.
    """

    def __init__(self, queries: Queries, resources: ServerResources, notify: Callable[[Notice], None]) -> None:
        self.buffer = WriteBuffer()
        self.last_commit: CommitOutcome | None = None
        self._queries = queries
        self._resources = resources
        self._notify = notify

    async def prepare(self, statement: WriteStatement, parameter_oids: Sequence[int] = ()) -> PreparedWrite:
        """Find out the parameters of a statement and the fields of its RETURNING."""
        return await prepare_write(self._queries, statement, parameter_oids)

    async def run(
        self,
        prepared: PreparedWrite,
        parameters: Sequence[Any] = (),
        *,
        fields_fixed: bool = False,
        ran: dict[str, Run] | None = None,
    ) -> WrittenRows:
        """Carry out a statement into the buffer; after an error the buffer is as it was.

        `ran` takes what the query behind each write has read, by `WritePlan.written`.

        Raises:
            SqlError: the statement failed.
        """
        program = await program_of(self._queries, prepared.statement)
        reader = KeyReader(self._resources.store, self._queries.settings, self._prices)
        given: dict[str, list[TypedJson]] = {}
        pending: list[PendingItem] = []

        def run_of(plan: WritePlan) -> WriteRun:
            stored = StoredItems(plan.table, self.buffer, reader)
            values = StatementValues(tuple(parameters), prepared.parameter_oids, given, self._limits)
            return WriteRun(self._queries, self.buffer, stored, plan, values)

        try:
            for plan in program.before:
                run = run_of(plan)
                affected = await run.affected()
                _note(ran, plan.written, run.ran)
                given[plan.written] = affected.returned
                pending += affected.pending
            if isinstance(program.main, SelectStatement):
                rows = await self._selected(program.main, prepared, parameters, given, fields_fixed=fields_fixed)
                _note(ran, MAIN_SELECT, rows.ran)
            else:
                run = run_of(program.main)
                affected = await run.affected()
                _note(ran, program.main.written, run.ran)
                pending += affected.pending
                rows = await run.returned(affected, fields_fixed=fields_fixed)
        finally:
            if reader.bill.statistics.requests:
                self._notify(bill(reader.bill.statistics, reader.bill.dollars))
        self._take(pending)
        return rows

    async def _selected(
        self,
        statement: SelectStatement,
        prepared: PreparedWrite,
        parameters: Sequence[Any],
        given: Mapping[str, list[TypedJson]],
        *,
        fields_fixed: bool,
    ) -> WrittenRows:
        """Run the SELECT whose WITH has written."""
        query = await self._queries.prepare(statement, prepared.parameter_oids)
        batches, started = [], time.perf_counter()
        stream = await self._queries.start(query, parameters, fields_fixed=fields_fixed, given=given)
        try:
            while (batch := await stream.next_batch()) is not None:
                batches.append(batch)
        finally:
            await stream.close()
        count = sum(batch.num_rows for batch in batches)
        rows = WrittenRows(Verb.SELECT, count, fields=stream.fields, batches=batches)
        rows.ran = Run(count, (time.perf_counter() - started) * 1000, stream.bill)
        return rows

    async def explain(
        self, prepared: PreparedWrite, parameters: Sequence[Any], options: ExplainOptions
    ) -> ExplainedQuery:
        """Say what a statement would read and write; ANALYZE carries it out, as in PostgreSQL."""
        program = await program_of(self._queries, prepared.statement)
        ran: dict[str, Run] = {}
        written = await self._analyzed(prepared, parameters, ran) if options.analyze else None
        parts: list[tuple[str, Explained]] = []
        for plan in program.before:
            kept: list[Explained] = []
            await self._explain_part(
                plan, prepared, parameters, replace(options, summary=False), ran, partial(_kept, kept)
            )
            parts.append((plan.cte, kept[0]))

        def whole(explained: Explained) -> Explained:
            explained = with_parts(explained, parts) if parts else explained
            if written is None:
                return explained
            return with_result(explained, written, self._prices, self._resources.tables.source.region)

        return await self._explain_part(program.main, prepared, parameters, options, ran, whole)

    async def _explain_part(
        self,
        plan: WritePlan | SelectStatement,
        prepared: PreparedWrite,
        parameters: Sequence[Any],
        options: ExplainOptions,
        ran: Mapping[str, Run],
        around_it: Callable[[Explained], Explained],
    ) -> ExplainedQuery:
        """Explain one write, or the SELECT whose WITH writes."""
        queries = self._queries
        statement = plan if isinstance(plan, SelectStatement) else plan.rows.statement
        rows = await queries.prepare(statement, prepared.parameter_oids)
        if isinstance(plan, SelectStatement):
            return await queries.explain_rows(
                rows, parameters, options, around_it, target=None, ran=ran.get(MAIN_SELECT)
            )
        settings = queries.settings.writes
        read = paths_of_target(plan.table, rows, plan.rows)
        terms = WriteTerms(
            self._prices,
            looks_up=plan.verb is Verb.INSERT and settings.insert_mode is not InsertMode.OVERWRITE,
            conditional=plan.verb in (Verb.UPDATE, Verb.MERGE) or (bool(read) and settings.optimistic),
        )
        return await queries.explain_rows(
            rows,
            parameters,
            options,
            lambda explained: around_it(around(explained, plan, terms)),
            target=plan.table if plan.rows.has_item else None,
            ran=ran[plan.written] if options.analyze else None,
        )

    async def _analyzed(self, prepared: PreparedWrite, parameters: Sequence[Any], ran: dict[str, Run]) -> Written:
        before = self.buffer.mark()
        rows = await self.run(prepared, parameters, ran=ran)
        pending = self.buffer.since(before)
        settings = self._queries.settings.writes
        group = mutation_group(pending, settings, mode=WriteMode.BATCH)
        count = len(pending) if isinstance(prepared.statement, SelectStatement) else rows.count
        return Written(count, group, estimate_of(pending, transactional=False))

    async def copy_in(self, statement: CopyFrom, *, alone: bool) -> CopyIn:
        """Make ready for the stream of a COPY FROM STDIN; `alone` says that no transaction goes on after it.

        Raises:
            SqlError: there is no such table or column, or the statement asks for what pgddb does not do.
        """
        if statement.where is not None:
            raise FeatureNotSupported("COPY FROM with WHERE", hint="COPY all rows, then DELETE some.")
        table = planner.target_table(statement.table, await self._queries.catalog_for(statement.table))
        require_table(self._queries.settings.role, table)
        target = CopyTarget(table, planner.copy_columns(table, statement.columns), statement.options)
        settings = self._queries.settings
        reader = KeyReader(self._resources.store, settings, self._prices)
        streams = alone and not len(self.buffer) and settings.writes.write_mode is not WriteMode.ATOMIC
        return CopyIn(
            target,
            settings.writes,
            StoredItems(table, self.buffer, reader),
            CopyRoom(self._limits, reader, self.buffer, streams=streams),
        )

    async def finish_copy(self, copy: CopyIn, *, progress: Callable[[Notice], None]) -> int:
        """Take the rows of a COPY; where no transaction goes on after it they are written at once.

        Raises:
            SqlError: the last row is wrong, or something was not written.
        """
        count = await copy.finish()
        read = copy.room.reader.bill
        if read.statistics.requests:
            self._notify(bill(read.statistics, read.dollars))
        if not copy.room.streams:
            self._take(copy.pending())
        elif count:
            outcome = self.last_commit = CommitOutcome()
            try:
                await copy.write(
                    self._resources.store, outcome, deadline=self._queries.settings.deadline(), progress=progress
                )
            except asyncio.CancelledError:
                self._warn_of_stop(outcome)
                raise
            finally:
                self._tell_write_bill(outcome)
        return count

    def _tell_write_bill(self, outcome: CommitOutcome) -> None:
        if outcome.statistics.requests:
            self._notify(self._write_bill(outcome))

    def _take(self, pending: Sequence[PendingItem]) -> None:
        """Buffer writes, unless they are too many or cost too much."""
        mark = self.buffer.mark()
        self.buffer.add(pending)
        limits = self._limits
        try:
            limits.check_memory(self.buffer.held_bytes)
            if limits.has_cost:
                limits.check_cost(estimate_of(self.buffer, transactional=False))
        except SqlError:
            self.buffer.undo_to(mark)
            raise

    @property
    def _prices(self) -> PriceTable:
        return own_prices(self._resources.prices, self._queries.settings.read_price)

    @property
    def _limits(self) -> WriteLimits:
        return WriteLimits(self._queries.settings.writes, self._prices, self._resources.tables.source.region)

    async def commit(self, *, explicit: bool) -> None:
        """Write what is buffered; `explicit` says that BEGIN asked for a transaction. The buffer is empty afterwards.

        Raises:
            SqlError: something was not written; `last_commit` says what.
        """
        if not len(self.buffer):
            return
        settings = self._queries.settings.writes
        mode = settings.write_mode
        if mode is WriteMode.AUTO and not explicit:
            mode = WriteMode.BATCH
        try:
            group = mutation_group(self.buffer, settings, mode=mode)
            if group.mutations:
                await self._write(group)
        finally:
            self.buffer.clear()

    async def _write(self, group: MutationGroup) -> None:
        outcome = self.last_commit = CommitOutcome()
        try:
            await self._resources.store.write(
                group,
                outcome=outcome,
                deadline=self._queries.settings.deadline(),
                write_units_per_second=self._queries.settings.writes.units_per_second,
            )
        except asyncio.CancelledError:
            self._warn_of_stop(outcome)
            raise
        finally:
            self._tell_write_bill(outcome)

    def _warn_of_stop(self, outcome: CommitOutcome) -> None:
        """Say how far the writes had come when they were stopped: the error only says why."""
        message = f"pgddb: the writes were stopped when {outcome.written:,} items were written"
        hint = "pgddb.last_commit lists the keys that are not written and those of which it is not known."
        self._notify(Notice("WARNING", message, hint=hint, sqlstate=WARNING_SQLSTATE))

    def _write_bill(self, outcome: CommitOutcome) -> Notice:
        statistics = outcome.statistics
        dollars = self._prices.write_dollars(statistics.write_units, self._resources.tables.source.region)
        items = f"{outcome.written:,} item{'' if outcome.written == 1 else 's'} written"
        requests = f"{statistics.requests:,} request{'' if statistics.requests == 1 else 's'}"
        units = f"{statistics.write_units:,.1f}".removesuffix(".0")
        return Notice(
            "NOTICE",
            f"pgddb: {requests}, {items}, {units} write unit{'' if units == '1' else 's'}, {dollars_text(dollars)}",
        )

    def roll_back(self) -> None:
        """Forget what is buffered."""
        self.buffer.clear()
