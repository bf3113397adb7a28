"""Explain a SELECT: what the engine will do, over what each table costs to read; run it first for ANALYZE."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from pgddb import planner
from pgddb.access.path import AccessPath
from pgddb.access.statistics import ReadStatistics
from pgddb.engine import EngineSession
from pgddb.errors import ConfigurationLimitExceeded, FeatureNotSupported
from pgddb.execution.budget import StatementBill, own_prices
from pgddb.execution.plan_cache import PlannedQuery
from pgddb.execution.results import ResultStream
from pgddb.execution.server_resources import ExecutionSettings, ServerResources
from pgddb.pgtypes import type_by_oid
from pgddb.planner.explain import Actual, Detail, Explained, PlanNode, counted, price_text, text_lines, units_text
from pgddb.planner.explain_expressions import (
    ExpressionTexts,
    called_functions,
    outline_column,
    outline_name,
    outline_relation,
    shown_column,
    written_names,
)
from pgddb.planner.explain_json import json_text
from pgddb.planner.explain_operators import operator_tree
from pgddb.planner.explain_reads import (
    ReadShown,
    Settled,
    assumptions,
    expected_path,
    read_leaf,
    sample_keys,
    with_seconds,
)
from pgddb.sql.options import ExplainOptions


class PathChoice(Protocol):
    """What chooses how a statement reads: the executor."""

    settings: ExecutionSettings

    def choose_paths(self, planned: PlannedQuery, parameters: Sequence[Any]) -> Mapping[str, planner.ChosenPath]: ...


StartRun: TypeAlias = Callable[[], Awaitable[ResultStream]]


class Run(Struct, frozen=True):
    """What ANALYZE has seen."""

    rows: int
    milliseconds: float
    bill: StatementBill


class ExplainedQuery(Struct, frozen=True):
    """The lines or the document of one EXPLAIN, and what its ANALYZE asked of DynamoDB."""

    texts: tuple[str, ...]
    statistics: ReadStatistics


class Explainer:
    """Explains the statements of one executor."""

    def __init__(self, choice: PathChoice, resources: ServerResources) -> None:
        self._choice = choice
        self._resources = resources

    async def explain(
        self,
        planned: PlannedQuery,
        parameters: Sequence[Any],
        options: ExplainOptions,
        *,
        start: StartRun,
        around: Callable[[Explained], Explained] = lambda explained: explained,
        ran: Run | None = None,
    ) -> ExplainedQuery:
        """Explain a planned statement with these values; nothing is read unless ANALYZE has it started.

        `around` puts what is done with the rows around the plan that gives them; `ran` says that it has run already.

        Raises:
            FeatureNotSupported: another format than text and JSON.
        """
        if options.format not in {"text", "json"}:
            raise FeatureNotSupported(f"EXPLAIN (FORMAT {options.format.upper()}) is not supported yet")
        started = time.perf_counter()
        session = self._choice.settings.scope.session
        await self._resources.system_catalog.refresh(planned.plan, planned.tree, parameters, session)
        reads = self._reads(planned, parameters)
        plan = await self._engine_plan(planned, parameters, planned.plan.text_for([read.path for read in reads]))
        planning = (time.perf_counter() - started) * 1000
        run = await _run_to_end(start) if options.analyze and ran is None else ran
        root = _tree(planned, parameters, [_settled(read, run) for read in reads], plan, options)
        if run is not None:
            root = replace(root, actual=Actual(run.milliseconds, run.rows))
        summary = (*self._summary([read.path for read in reads], options, run), *_times(planning, options, run))
        explained = around(Explained(_with_output(root, planned, options), summary))
        statistics = ReadStatistics() if run is None else run.bill.statistics
        texts = (json_text(explained, options),) if options.format == "json" else text_lines(explained, options)
        return ExplainedQuery(texts, statistics)

    def _reads(self, planned: PlannedQuery, parameters: Sequence[Any]) -> list[ReadShown]:
        """Choose as the run would, with the time that its pace leaves."""
        settings, reads = self._choice.settings, planned.plan.reads
        prices = own_prices(self._resources.prices, settings.read_price)
        terms = replace(settings.reads, prices=prices, statistics=self._resources.statistics.tables)
        chosen = self._choice.choose_paths(planned, parameters)
        paths = {feed: one.path for feed, one in chosen.items()}
        schedule = planner.schedule_keys(reads, paths, parameters, terms)
        shown = []
        for read in reads:
            keyed = None if schedule is None else schedule.waiting.get(read.feed)
            path = paths[read.feed]
            if keyed is not None:
                path = expected_path(keyed, planner.read_by_keys(read, sample_keys(keyed), parameters, terms))
            shown.append(ReadShown(read, with_seconds(path, settings.pace.of(path)), chosen[read.feed], keyed))
        return shown

    async def _engine_plan(
        self, planned: PlannedQuery, parameters: Sequence[Any], template: planner.SqlTemplate
    ) -> _EnginePlan:
        types = [type_by_oid(oid).type_name for oid in planned.parameter_oids]
        literals = [planner.literal(value, name) for value, name in zip(parameters, types, strict=True)]
        session = await self._resources.take_session(self._choice.settings.time_zone)
        try:
            return await _engine_plan(session, template, literals)
        finally:
            self._resources.give_back(session)

    def _summary(self, paths: Sequence[AccessPath], options: ExplainOptions, run: Run | None) -> list[Detail]:
        if not paths or not options.costs:
            return []
        units, dollars = sum(one.estimate.read_units for one in paths), sum(one.estimate.dollars for one in paths)
        requests = counted(sum(one.estimate.requests for one in paths), "request")
        about = "" if all(not assumptions(path) for path in paths) else "about "
        found = [
            Detail("Estimated Bill", None, f"{about}{units_text(units)}, {price_text(dollars)}, {requests}"),
            Detail("Estimated Read Units", units, ""),
            Detail("Estimated Dollars", dollars, ""),
            *self._prices_note(paths),
            *self._refusal(paths),
        ]
        if run is not None:
            taken = run.bill.statistics
            text = (
                f"{units_text(taken.read_units)}, {price_text(run.bill.dollars)}, {counted(taken.requests, 'request')}"
            )
            found += [
                Detail("Bill", None, text),
                Detail("Consumed Read Units", taken.read_units, ""),
                Detail("Consumed Dollars", run.bill.dollars, ""),
            ]
        return found

    def _prices_note(self, paths: Sequence[AccessPath]) -> list[Detail]:
        """Say that a region's own price is not known."""
        prices = own_prices(self._resources.prices, self._choice.settings.read_price)
        regions = {path.table.source.region for path in paths if path.table.source.region}
        unknown = sorted(region for region in regions if not prices.known(region))
        if not unknown:
            return []
        hint = "SET pgddb.price_read_million to yours"
        return [Detail("Prices", f"us-east-1's of {prices.date}, for none is known of {', '.join(unknown)}; {hint}")]

    def _refusal(self, paths: Sequence[AccessPath]) -> list[Detail]:
        """Say that the statement would be refused, and why."""
        try:
            prices = own_prices(self._resources.prices, self._choice.settings.read_price)
            self._choice.settings.budget.refuse_dearer(paths, prices)
        except ConfigurationLimitExceeded as refusal:
            return [Detail("Refused", refusal.message)]
        return []


async def _run_to_end(start: StartRun) -> Run:
    started, rows = time.perf_counter(), 0
    stream = await start()
    try:
        while (batch := await stream.next_batch()) is not None:
            rows += batch.num_rows
    finally:
        await stream.close()
    return Run(rows, (time.perf_counter() - started) * 1000, stream.bill)


def _times(planning: float, options: ExplainOptions, run: Run | None) -> list[Detail]:
    shown = options.analyze if options.summary is None else options.summary
    if not shown:
        return []
    found = [Detail("Planning Time", round(planning, 3), f"{planning:.3f} ms")]
    if run is not None:
        found.append(Detail("Execution Time", round(run.milliseconds, 3), f"{run.milliseconds:.3f} ms"))
    return found


# The tree -------------------------------------------------------------------------------------------------


class _EnginePlan(Struct, frozen=True):
    """The engine's operators, and the names of the columns that it reads of each feed."""

    operators: Sequence[Mapping[str, Any]]
    columns: Mapping[str, Sequence[str]]


async def _engine_plan(session: EngineSession, template: planner.SqlTemplate, literals: Sequence[str]) -> _EnginePlan:
    empty = {feed: f"SELECT * FROM {stub}" for feed, stub in template.row_stubs().items()}  # noqa: S608 - our text
    columns = {feed: [name for name, _ in await session.describe(select)] for feed, select in empty.items()}
    relations = {feed: outline_relation(feed, names) for feed, names in columns.items()}
    text = await session.explain(
        template.render_outline(literals, relations), {outline_name(feed): select for feed, select in empty.items()}
    )
    return _EnginePlan(json.loads(text), columns)


def _tree(
    planned: PlannedQuery,
    parameters: Sequence[Any],
    reads: Sequence[ReadShown],
    plan: _EnginePlan,
    options: ExplainOptions,
) -> PlanNode:
    leaves = {shown.read.feed: read_leaf(shown, parameters, options) for shown in reads}
    columns = {
        outline_column(shown.read.feed, place): shown_column(
            name, {column.name for column in shown.read.columns}, shown.read.alias if len(reads) > 1 else ""
        )
        for shown in reads
        for place, name in enumerate(plan.columns.get(shown.read.feed, ()))
    }
    functions = called_functions(planned.tree)
    texts = ExpressionTexts(columns, functions, written_names(planned.tree))
    return operator_tree(plan.operators, leaves, texts, functions)


def _settled(shown: ReadShown, run: Run | None) -> ReadShown:
    """Put in what a read was in the end, and took."""
    bill = None if run is None else run.bill.feeds.get(shown.read.feed)
    if bill is None:
        return shown
    settled = Settled(bill, bill.dollars, bill.seconds * 1000)
    path = shown.path if bill.path is None or shown.keyed is None else bill.path
    return replace(shown, path=path, settled=settled)


def _with_output(root: PlanNode, planned: PlannedQuery, options: ExplainOptions) -> PlanNode:
    """Put the names of the result's columns first, as VERBOSE does."""
    if not options.verbose:
        return root
    return replace(root, details=(Detail("Output", [field.name for field in planned.fields]), *root.details))
