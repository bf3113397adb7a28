"""Choose how a table is read: among the reads that lose no row the one of least read units, requests and bytes.

Called at every execution, for values, budgets and sizes differ from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgddb.access.describe import describe_read
from pgddb.access.path import AccessPath, ItemGet, NoRead, PartitionQuery, RejectedPath, SegmentScan
from pgddb.access.predicate import AllOf, Constant, Operand, Parameter, Predicate
from pgddb.errors import FeatureNotSupported
from pgddb.planner.candidates import Question, index_paths, item_path, keyed_paths, scan_path, skipping_path
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
    if read.hints is NO_HINTS and not through and (item := item_path(question)) is not None:
        return ChosenPath(item)
    keyed = [] if through else list(keyed_paths(question))
    if len(keyed) == 1 and read.hints is NO_HINTS and isinstance(keyed[0].read, (ItemGet, NoRead)):
        return ChosenPath(keyed[0])
    found = [*keyed, *index_paths(question)]
    skipping = None if through else skipping_path(question)
    if skipping is not None:
        found.append(skipping)
    if through:
        _require_path(read, found)
        return _cheapest(read, found)
    best = _cheaper_than_scans(question, found)
    if best is None:
        return _cheapest(read, [*found, scan_path(question)])
    return ChosenPath(best, lambda: _rejected(read, [*found, scan_path(question)], best))


def _require_path(read: TableRead, found: Sequence[AccessPath | RejectedPath]) -> None:
    """Refuse an index as a relation that cannot be read: there is no other way to what it holds.

    Raises:
        FeatureNotSupported: with the reason.
    """
    index = through_index(read.table)
    if index is None or any(isinstance(one, AccessPath) for one in found):
        return
    reason = next(one.reason for one in found if isinstance(one, RejectedPath) and one.description.endswith(index.name))
    raise FeatureNotSupported(
        f'relation "{read.table.name}" cannot be read: {reason}',
        hint="Name the table itself, or SET pgddb.consistency = eventual.",
    )


def _cheaper_than_scans(question: Question, found: Sequence[AccessPath | RejectedPath]) -> AccessPath | None:
    """Give the best path if it costs less than a scan can, whatever the scan would filter."""
    paths = [one for one in found if isinstance(one, AccessPath)]
    if not paths or question.read.hints is not NO_HINTS:
        return None
    best = min(paths, key=_cost)
    limit = question.limit if question.read.complete and not question.read.order else None
    least = question.costs.estimate(SegmentScan(1), limit=limit)
    return best if _cost(best) < (least.read_units, least.requests, least.size_bytes) else None


def _cheapest(read: TableRead, found: Sequence[AccessPath | RejectedPath]) -> ChosenPath:
    """Take the cheapest path that no hint forbids; if hints forbid all, the cheapest of all."""
    paths = [one for one in found if isinstance(one, AccessPath)]
    allowed = paths if read.hints is NO_HINTS else [path for path in paths if _refusal(read, path) is None] or paths
    best = min(allowed, key=_cost)
    return ChosenPath(best, lambda: _rejected(read, found, best))


def _rejected(
    read: TableRead, found: Sequence[AccessPath | RejectedPath], best: AccessPath
) -> tuple[RejectedPath, ...]:
    """Say why each path but one is not taken."""
    rejected = [one for one in found if isinstance(one, RejectedPath)]
    others = [one for one in found if isinstance(one, AccessPath) and one is not best]
    rejected += (
        RejectedPath(describe_read(path), _refusal(read, path) or _dearer(path, best), path.estimate) for path in others
    )
    return tuple(rejected)


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
