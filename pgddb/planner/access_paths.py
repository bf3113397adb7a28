"""Choose how a table is read: among the reads that lose no row the one of least read units, requests and bytes.

Called at every execution, for values, budgets and sizes differ from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgddb.access.describe import describe_read
from pgddb.access.path import AccessPath, ItemGet, NoRead, PartitionQuery, RejectedPath, SegmentScan
from pgddb.access.predicate import AllOf, Constant, Operand, Parameter, Predicate
from pgddb.planner.candidates import Question, index_paths, keyed_paths, scan_path
from pgddb.planner.cost import NO_STATISTICS, CostModel
from pgddb.planner.hints import NO_HINTS, through_index
from pgddb.planner.plan_nodes import ChosenPath, ReadSettings, TableRead


def choose_access_path(read: TableRead, parameters: Sequence[object | None], settings: ReadSettings) -> ChosenPath:
    """Choose the access path of one read."""
    statistics = settings.statistics.get((read.table.source, read.table.table_name), NO_STATISTICS)
    costs = CostModel(read.table, settings.consistent, statistics, settings.prices, settings.units_per_second)
    conjuncts = tuple(_flat(read.conjuncts))
    question = Question(read, conjuncts, parameters, _limit(read, parameters), settings, costs)
    if question.limit == 0:
        nothing = NoRead("LIMIT 0")
        return ChosenPath(AccessPath(read.table, nothing, costs.estimate(nothing), consistent=settings.consistent))
    through = through_index(read.table) is not None
    keyed = [] if through else list(keyed_paths(question))
    if len(keyed) == 1 and read.hints is NO_HINTS and isinstance(keyed[0].read, (ItemGet, NoRead)):
        return ChosenPath(keyed[0])
    return _cheapest(read, [*keyed, *index_paths(question)], None if through else scan_path(question))


def _cheapest(read: TableRead, found: Sequence[AccessPath | RejectedPath], scan: AccessPath | None) -> ChosenPath:
    """Take the cheapest path that no hint forbids; if hints forbid all, the cheapest of all."""
    paths = [one for one in found if isinstance(one, AccessPath)]
    if scan is not None:
        paths.append(scan)
    rejected = [one for one in found if isinstance(one, RejectedPath)]
    refusals = {id(path): _refusal(read, path) for path in paths}
    allowed = [path for path in paths if refusals[id(path)] is None] or paths
    best = min(allowed, key=_cost)
    others = [path for path in paths if path is not best]
    rejected += (
        RejectedPath(describe_read(path), refusals[id(path)] or _dearer(path, best), path.estimate) for path in others
    )
    return ChosenPath(best, tuple(rejected))


def _refusal(read: TableRead, path: AccessPath) -> str | None:
    if read.hints is NO_HINTS or isinstance(path.read, NoRead):
        return None
    way = path.read
    index = way.index if isinstance(way, (PartitionQuery, SegmentScan)) else None
    keys_from = getattr(way, "keys_from", None)
    if keys_from is not None:
        index = keys_from.index
    return read.hints.refuses(index, is_scan=isinstance(way, SegmentScan))


def _cost(path: AccessPath) -> tuple[float, float, float]:
    estimate = path.estimate
    return estimate.read_units, estimate.requests, estimate.size_bytes


def _dearer(path: AccessPath, best: AccessPath) -> str:
    if path.estimate.read_units > best.estimate.read_units:
        return f"dearer: {path.estimate.read_units:g} read units, not {best.estimate.read_units:g}"
    if path.estimate.requests > best.estimate.requests:
        return f"more requests: {path.estimate.requests:g}, not {best.estimate.requests:g}"
    return "no cheaper"


def _flat(conjuncts: Sequence[Predicate]) -> Iterator[Predicate]:
    for conjunct in conjuncts:
        if isinstance(conjunct, AllOf):
            yield from _flat(conjunct.parts)
        else:
            yield conjunct


def _limit(read: TableRead, parameters: Sequence[object | None]) -> int | None:
    """Give how many rows are needed, those that OFFSET skips included."""
    limit, offset = _value(read.limit, parameters), _value(read.offset, parameters)
    if not isinstance(limit, int) or not isinstance(offset or 0, int):
        return None
    skipped = offset if isinstance(offset, int) else 0
    if limit < 0 or skipped < 0:
        return None
    return limit + skipped if limit else 0


def _value(operand: Operand | None, parameters: Sequence[object | None]) -> object | None:
    if isinstance(operand, Parameter):
        return parameters[operand.number - 1]
    return operand.value if isinstance(operand, Constant) else None
