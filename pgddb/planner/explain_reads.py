"""Show how one table is read: the request, what checks each condition, the price before, and the bill after."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from msgspec import Struct

from pgddb.access.contract import FilterSupport
from pgddb.access.describe import path_text, predicate_text
from pgddb.access.path import (
    AccessPath,
    BatchGet,
    Estimate,
    FetchBack,
    ItemGet,
    NoRead,
    PartitionQuery,
    Read,
    SegmentScan,
)
from pgddb.access.predicate import AllOf, Predicate
from pgddb.access.statistics import ReadStatistics
from pgddb.access.support import ReadContext, filter_support
from pgddb.access.table import Carrier, Index
from pgddb.planner.cost import ASSUMED_ITEM_BYTES, ASSUMED_ITEMS, BATCH_KEYS
from pgddb.planner.explain import (
    EVERYTHING,
    Actual,
    Cost,
    Detail,
    PlanNode,
    Shown,
    counted,
    price_text,
    seconds_text,
    units_text,
)
from pgddb.planner.explain_keys import key_details
from pgddb.planner.explain_predicates import shown_name, sql_text
from pgddb.planner.key_boxes import BoxFinder, all_boxes
from pgddb.planner.key_conditions import plan_keys
from pgddb.planner.key_driver import KeyDriver, KeyRow
from pgddb.planner.key_schedule import KeyedRead
from pgddb.planner.plan_nodes import ChosenPath, TableRead
from pgddb.sql.options import ExplainOptions

_ROWS_OF_A_FILTER = 1 / 3
_COLUMN_BYTES = {Carrier.INTEGER: 8, Carrier.DECIMAL: 16, Carrier.BOOLEAN: 1}
_TEXT_BYTES = 32
_ANY_KEY: Mapping[str, str | int | bytes] = {"text": "?", "number": 0, "binary": b"?"}


class Settled(Struct, frozen=True):
    """What a read has really taken."""

    statistics: ReadStatistics
    dollars: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class ReadShown:
    """One table reference with how it is read.

    Attributes:
        path: what is carried out; of a read that waits for keys, before they are known, its path for one of them.
        plain: what was chosen without keys, with the paths that were rejected.
        keyed: says that the read waits for keys, and whence.
    """

    read: TableRead
    path: AccessPath
    plain: ChosenPath
    keyed: KeyedRead | None = None
    settled: Settled | None = None


def read_leaf(shown: ReadShown, parameters: Sequence[object], options: ExplainOptions) -> PlanNode:
    """Give the leaf of one table reference."""
    read, path, settled = shown.read, shown.path, shown.settled
    waits = shown.keyed is not None and settled is None
    conditions = tuple(_conditions(read, path, parameters))
    details = [*_relation(read, path), *_request(path, is_known=not waits), *_key_source(shown)]
    details += _support(conditions)
    if options.costs:
        details += _estimate(path)
    if settled is not None:
        details += _consumed(settled)
    if options.verbose:
        details += _rejected(shown.plain)
    kind = _kind(path.read)
    actual = None if settled is None else Actual(settled.milliseconds, settled.statistics.items_returned)
    return PlanNode(
        f"DynamoDB {kind}{_place(read, path.read)}",
        _cost(read, path, conditions),
        tuple(details),
        node_type=f"DynamoDB {kind}",
        feed=read.feed,
        checked=frozenset([EVERYTHING] if read.complete else [one.text for one in conditions if one.exact]),
        actual=actual,
    )


def _kind(read: Read) -> str:
    match read:
        case NoRead():
            return "No Read"
        case ItemGet():
            return "GetItem"
        case BatchGet():
            return "BatchGetItem"
        case PartitionQuery():
            return "Query"
        case SegmentScan(most_partitions=most):
            return "Scan" if most is None else "Skip Scan"
        case FetchBack(keys_from=keys_from):
            return f"{_kind(keys_from)} and BatchGetItem"
        case _:
            assert_never(read)


def _place(read: TableRead, way: Read) -> str:
    index = index_of(way)
    alias = "" if read.alias.lower() == read.table.name.lower() else f" {shown_name(read.alias)}"
    using = "" if index is None else f" using {shown_name(index.name)}"
    return f" on {shown_name(read.table.name)}{alias}{using}"


def index_of(read: Read) -> Index | None:
    """Give the index that a read goes through first."""
    if isinstance(read, FetchBack):
        return index_of(read.keys_from)
    return read.index if isinstance(read, (PartitionQuery, SegmentScan)) else None


def _relation(read: TableRead, path: AccessPath) -> Iterator[Detail]:
    yield Detail("Relation Name", read.table.name, "")
    yield Detail("Alias", read.alias, "")
    index = index_of(path.read)
    if index is not None:
        projection = index.projection.value
        yield Detail("Index Name", index.name, "")
        yield Detail("Index", f"{index.kind.value}, projects {projection}")


# The request ----------------------------------------------------------------------------------------------


def _request(path: AccessPath, *, is_known: bool) -> Iterator[Detail]:
    way = path.read
    if isinstance(way, NoRead):
        yield Detail("Reason", way.reason)
        return
    if is_known:
        yield from key_details(way.keys_from if isinstance(way, FetchBack) else way)
    if path.filter is not None:
        yield Detail("Filter Expression", predicate_text(path.filter))
    if path.count_only:
        yield Detail("Select", "COUNT")
    else:
        whole = path.projection is None
        paths = [path_text(one) for one in path.projection or ()]
        yield Detail("Projection", "whole items" if whole else paths)
    if path.limit is not None:
        yield Detail("Limit", path.limit)
    if path.consistent:
        yield Detail("Consistency", "strong")


def _key_source(shown: ReadShown) -> Iterator[Detail]:
    """Say where the keys of a read come from, and what is done if they are too many."""
    keyed = shown.keyed
    if keyed is None:
        return
    for driver in keyed.drivers:
        names = ", ".join(path_text(path) for path in driver.paths)
        yield Detail("Keys From", driver.source, f"{driver.source} ({names})")
    other = f"{_kind(shown.plain.path.read)}, {units_text(shown.plain.path.estimate.read_units)}"
    yield Detail("Most Keys", keyed.most_keys, f"{keyed.most_keys:,}; with more: {other}")


def sample_keys(keyed: KeyedRead) -> list[tuple[KeyDriver, list[KeyRow]]]:
    """Give one key for each driver, to see how a read by keys would be."""
    return [(driver, [tuple(_ANY_KEY[kind] for kind in driver.kinds if kind is not None)]) for driver in keyed.drivers]


def expected_path(keyed: KeyedRead, sample: AccessPath) -> AccessPath:
    """Give the path of one key with what all keys are expected to take."""
    each = sample.estimate
    times = keyed.read_units / each.read_units if each.read_units else 1.0
    requests = each.requests * times
    if isinstance(sample.read, ItemGet):
        requests = math.ceil(times / BATCH_KEYS)
        sample = replace(sample, read=BatchGet((sample.read.key,)))
    estimate = Estimate(
        each.items * times,
        each.size_bytes * times,
        keyed.read_units,
        requests,
        each.dollars * times,
        None if each.seconds is None else each.seconds * times,
        assumes_items=each.assumes_items,
        assumes_bytes=each.assumes_bytes,
    )
    return replace(sample, estimate=estimate)


# What checks each condition -------------------------------------------------------------------------------


class _Condition(Struct, frozen=True):
    """A condition on the table's rows: its text, who checks it, and whether the store keeps no other rows."""

    text: str
    by: str
    exact: bool = False

    @property
    def support(self) -> str:
        return "engine only" if self.by == "engine" else f"{'exact' if self.exact else 'inexact'}, by {self.by}"


def _conditions(read: TableRead, path: AccessPath, parameters: Sequence[object]) -> Iterator[_Condition]:
    """Say of each condition whether the keys, the filter or only the engine checks it."""
    conjuncts = tuple(_flat(read.conjuncts))
    way, index = path.read, index_of(path.read)
    if isinstance(way, NoRead):
        return
    schema = read.table.keys if index is None else index.keys
    keyed = not isinstance(way.keys_from if isinstance(way, FetchBack) else way, SegmentScan)
    context = ReadContext(read.table, index, keyed, parameters)
    finder = BoxFinder(schema, ReadContext(read.table, index, query=False, parameters=parameters))
    boxes = [finder.where_true(one) for one in conjuncts]
    plan = plan_keys(schema, all_boxes(boxes)) if keyed else None
    for conjunct, box in zip(conjuncts, boxes, strict=True):
        text = sql_text(conjunct, parameters)
        if keyed and any(box.boxes):
            yield _Condition(text, "key", box.exact and plan is not None and plan.exact)
            continue
        found = filter_support(context, conjunct)
        pushed = path.filter is not None and (found.predicate in _parts(path.filter))
        yield _Condition(text, "filter" if pushed else "engine", pushed and found.support is FilterSupport.EXACT)


def _parts(predicate: Predicate) -> tuple[Predicate, ...]:
    """Give what a pushed filter was put together of: each conjunct's own predicate stands in it whole."""
    return (predicate, *predicate.parts) if isinstance(predicate, AllOf) else (predicate,)


def _flat(conjuncts: Sequence[Predicate]) -> Iterator[Predicate]:
    for conjunct in conjuncts:
        if isinstance(conjunct, AllOf):
            yield from _flat(conjunct.parts)
        else:
            yield conjunct


def _support(conditions: Sequence[_Condition]) -> Iterator[Detail]:
    if not conditions:
        return
    yield Detail("Conditions", [{"Condition": one.text, "Support": one.support} for one in conditions], "")
    for one in conditions:
        yield Detail("Condition", None, f"{one.text} ({one.support})")
    residual = [one.text for one in conditions if not one.exact]
    if residual:
        yield Detail("Residual Filter", residual, " AND ".join(f"({text})" for text in residual))


# The price ------------------------------------------------------------------------------------------------


def assumptions(path: AccessPath) -> str:
    """Say what an estimate had to assume, "" for nothing: DynamoDB counts every six hours, a new table shows zero."""
    if isinstance(path.read, NoRead):
        return ""
    if path.estimate.assumes_items:
        return f"the size of the table is not known, so this assumes {ASSUMED_ITEMS:,.0f} items"
    if path.estimate.assumes_bytes:
        return f"the size of items is not known, so this assumes {ASSUMED_ITEM_BYTES:,.0f} bytes each"
    return ""


def estimate_text(estimate: Estimate) -> str:
    """Say what a read will take.

    >>> estimate_text(Estimate(1000, 400000, 49.0, 8, 6.126e-06, None))
    '49 read units, $0.00000613, 8 requests, 1,000 items'
    """
    parts = [units_text(estimate.read_units), price_text(estimate.dollars)]
    if estimate.seconds is not None:
        parts.append(seconds_text(estimate.seconds))
    return ", ".join([*parts, counted(estimate.requests, "request"), counted(estimate.items, "item")])


def _estimate(path: AccessPath) -> Iterator[Detail]:
    estimate = path.estimate
    assumed = assumptions(path)
    yield Detail("Estimate", None, "; ".join(filter(None, (estimate_text(estimate), assumed))))
    values: Mapping[str, Shown] = {
        "Estimated Read Units": estimate.read_units,
        "Estimated Dollars": estimate.dollars,
        "Estimated Requests": estimate.requests,
        "Estimated Items": estimate.items,
        "Estimated Bytes": estimate.size_bytes,
    }
    yield from (Detail(label, value, "") for label, value in values.items())
    if estimate.seconds is not None:
        yield Detail("Estimated Seconds", estimate.seconds, "")
    if assumed:
        yield Detail("Assumed", assumed, "")


def _consumed(settled: Settled) -> Iterator[Detail]:
    taken = settled.statistics
    by_resource = dict(sorted(taken.units_by_resource.items()))
    places = " and ".join(f"{units_text(units)} on {name}" for name, units in by_resource.items())
    counts = (
        places or units_text(taken.read_units),
        price_text(settled.dollars),
        counted(taken.requests, "request"),
        counted(taken.pages, "page"),
        f"{counted(taken.items_scanned, 'item')} scanned",
        f"{taken.items_returned:,} returned",
    )
    yield Detail("Consumed", None, ", ".join(counts))
    values: Mapping[str, Shown] = {
        "Consumed Read Units": taken.read_units,
        "Consumed Read Units By Resource": by_resource,
        "Consumed Dollars": settled.dollars,
        "Requests": taken.requests,
        "Pages": taken.pages,
        "Items Scanned": taken.items_scanned,
        "Items Returned": taken.items_returned,
        "Throttles": taken.throttles,
    }
    yield from (Detail(label, value, "") for label, value in values.items())


def _rejected(chosen: ChosenPath) -> Iterator[Detail]:
    if not chosen.rejected:
        return
    rows: Shown = [{"Path": one.description, "Reason": one.reason} for one in chosen.rejected]
    yield Detail("Rejected Paths", rows, "")
    for one in chosen.rejected:
        yield Detail("Not Used", None, f"{one.description}: {one.reason}")


def _cost(read: TableRead, path: AccessPath, conditions: Sequence[_Condition]) -> Cost:
    """Put read units where PostgreSQL has its cost units; rows are guessed as PostgreSQL guesses."""
    filtered = any(one.by != "key" for one in conditions)
    rows = path.estimate.items * (_ROWS_OF_A_FILTER if filtered else 1.0)
    rows = rows if path.limit is None else min(rows, float(path.limit))
    width = 0
    if read.whole_item:
        width = round(path.table.average_item_bytes or 0)
    width += sum(_COLUMN_BYTES.get(column.carrier, _TEXT_BYTES) for column in read.columns if column.path)
    return Cost(0.0, path.estimate.read_units, max(rows, 0.0), width)


def with_seconds(path: AccessPath, units_per_second: float | None) -> AccessPath:
    """Give the path with the time that it takes at the pace which the session allows it."""
    if not units_per_second or isinstance(path.read, NoRead):
        return path
    slowest = max(path.estimate.seconds or 0.0, path.estimate.read_units / units_per_second)
    return replace(path, estimate=replace(path.estimate, seconds=slowest))
